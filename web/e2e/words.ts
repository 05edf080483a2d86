// The words of the pages, read from the catalogues themselves: a test presses the button that people see, in their language.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export type Lang = "fr" | "ar" | "en";
export const langs: Lang[] = ["fr", "ar", "en"];

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), "../../internal/i18n/locales");

type Entry = string | Record<string, string>;
type Args = Record<string, string | number>;

/** Reads the part of TOML that the pages' texts use: key = "text", and a table per text that counts. Texts of several lines are mails. */
function read(text: string, into: Map<string, Entry>): void {
  let table: Record<string, string> | undefined;
  for (const line of text.split("\n")) {
    const head = /^\[([\w-]+)\]\s*$/.exec(line);
    const pair = /^([\w-]+)\s*=\s*("(?:[^"\\]|\\.)*")\s*$/.exec(line);
    if (head?.[1]) into.set(head[1], (table = {}));
    else if (pair?.[1] && pair[2]) {
      const value = JSON.parse(pair[2]) as string;
      if (table) table[pair[1]] = value;
      else into.set(pair[1], value);
    }
  }
}

/** The catalogue of one language. */
export class Words {
  private readonly entries = new Map<string, Entry>();
  private readonly plural: Intl.PluralRules;

  constructor(readonly lang: Lang) {
    this.plural = new Intl.PluralRules(lang);
    for (const name of readdirSync(folder)) {
      if (name.endsWith(`.${lang}.toml`)) read(readFileSync(path.join(folder, name), "utf8"), this.entries);
    }
  }

  /** The text of a key, with its arguments. */
  t(key: string, args: Args = {}): string {
    const entry = this.entries.get(key);
    if (typeof entry !== "string") throw new Error(`no text ${key} in ${this.lang}`);
    return fill(entry, args);
  }

  /** The text of a key for a count. */
  n(key: string, n: number, args: Args = {}): string {
    const entry = this.entries.get(key);
    const text = typeof entry === "object" ? (entry[this.plural.select(n)] ?? entry["other"]) : undefined;
    if (text === undefined) throw new Error(`no counted text ${key} in ${this.lang}`);
    return fill(text, { n, ...args });
  }
}

function fill(text: string, args: Args): string {
  return text.replace(/\{\{\s*\.(\w+)\s*\}\}/g, (all, name: string) => (name in args ? String(args[name]) : all));
}

const made = new Map<Lang, Words>();

/** The words of a language; read once. */
export function words(lang: Lang): Words {
  const known = made.get(lang) ?? new Words(lang);
  made.set(lang, known);
  return known;
}
