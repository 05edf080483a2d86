// The right answers of the shipped courses, read from their files: a test answers as it likes, and knows what must stay hidden.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Lang } from "./words.ts";

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), "../../courses");

/** What the files say about a question with one right answer, in one language. */
export interface Key {
  right: string;
  /** Feedback that tells the right answer. */
  told: string[];
}

/** The text of a language in `{fr: "...", ar: "..."}` or in the lines below a name. */
function inLang(text: string, lang: Lang): string | undefined {
  const found = new RegExp(`\\b${lang}: ("(?:[^"\\\\]|\\\\.)*")`).exec(text)?.[1];
  return found === undefined ? undefined : (JSON.parse(found) as string);
}

function keyOf(block: string, lang: Lang): [string, Key] | undefined {
  const [head = "", ...options] = block.split(/^ {4}- id:/m);
  const stem = inLang(head.split("stem:")[1] ?? "", lang);
  const right = options.find((o) => /^\s*correct: true/m.test(o));
  const text = inLang(right?.split("text:")[1] ?? "", lang);
  if (!stem || !text) return undefined;
  const told = options.map((o) => inLang(o.split("feedback:")[1] ?? "", lang)).filter((f) => f !== undefined);
  return [stem, { right: text, told }];
}

/** The keys of a course's questions with one right answer, by what is asked. */
export function keys(course: string, lang: Lang): Map<string, Key> {
  const bank = path.join(folder, course, "questions");
  const list = new Map<string, Key>();
  for (const name of readdirSync(bank)) {
    for (const block of readFileSync(path.join(bank, name), "utf8").split(/^- code:/m)) {
      if (!/^ {2}type: (single|true_false)$/m.test(block)) continue;
      const key = keyOf(block, lang);
      if (key) list.set(...key);
    }
  }
  return list;
}

/** The title of a course. */
export function courseTitle(course: string, lang: Lang): string {
  const text = readFileSync(path.join(folder, course, "course.yaml"), "utf8");
  return inLang(text.split(/^title:/m)[1] ?? "", lang) ?? "";
}
