// The editor of a lesson: tools above the text, saving as one types, the preview beside it, and what happens when two people write.
// Without this script the text is saved by its button and the preview is of what was saved.
import { guardFields, type Side, side } from "./lib/author-side.ts";
import { insertAt, tools } from "./lib/author-tools.ts";
import { preview } from "./lib/author-preview.ts";
import { release } from "./lib/forms.ts";
import { on } from "./lib/page.ts";

/** The editor that a dialog was opened from, and where its text comes. */
let asked: { side: Side; at: number } | undefined;

const sides = [...document.querySelectorAll<HTMLFormElement>("form[data-author]")].map((form) => side(form));
for (const s of sides) {
  tools(s.form, s.text, (kind) => pick(s, kind));
  preview(s.form, s.values);
}
guardFields(sides);

on("click", "[data-line]", (button) => {
  const text = button.closest(".author-side")?.querySelector<HTMLTextAreaElement>("textarea[data-field=text]");
  if (!text) return;
  const lines = text.value.split("\n");
  const n = Number(button.dataset["line"]) - 1;
  const from = lines.slice(0, n).join("\n").length + (n > 0 ? 1 : 0);
  text.focus();
  text.setSelectionRange(from, from + (lines[n]?.length ?? 0));
  text.scrollTop = (text.scrollHeight / Math.max(lines.length, 1)) * Math.max(n - 3, 0);
});

function pick(s: Side, kind: string): void {
  const dialog = document.getElementById(`pick-${kind}-${s.lang}`);
  if (!(dialog instanceof HTMLDialogElement)) return;
  asked = { side: s, at: s.text.selectionStart };
  dialog.querySelector<HTMLFormElement>("form[data-pick]")?.reset();
  dialog.showModal();
}

/** Puts a block or a word where the dialog was opened from. */
function put(text: string, block: boolean): void {
  if (!asked) return;
  asked.side.text.setSelectionRange(asked.at, asked.at);
  insertAt(asked.side.text, text, "", block);
  asked = undefined;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset["pick"] === undefined) return;
  const data = new FormData(form);
  switch (form.dataset["pick"]) {
    case "check": {
      const codes = data.getAll("code").join(" ");
      if (codes) put(`:::check{items="${codes}"}\n:::`, true);
      return;
    }
    case "term": {
      const code = String(data.get("code") ?? "");
      if (code) put(`[[${code}]]`, false);
      return;
    }
    default:
      event.preventDefault();
      void send(form, data);
  }
});

interface Refusal {
  error?: { message?: string; fields?: Record<string, string> };
}

/** Sends a file and puts the directive that shows it into the text; what is refused stays in the dialog with its reason. */
async function send(form: HTMLFormElement, data: FormData): Promise<void> {
  const wrong = form.querySelector<HTMLElement>("[data-wrong]");
  const said = asked?.side.form.dataset["saidWaiting"] ?? "";
  if (wrong) wrong.textContent = "";
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { accept: "application/json" } });
    const body = (await answer.json()) as Refusal & { directive?: string };
    if (body.directive) {
      form.closest("dialog")?.close();
      put(body.directive, true);
    } else if (wrong) {
      const fields = Object.values(body.error?.fields ?? {});
      wrong.textContent = fields.length > 0 ? fields.join(" ") : (body.error?.message ?? "");
    }
  } catch {
    if (wrong) wrong.textContent = said;
  } finally {
    release(form);
  }
}
