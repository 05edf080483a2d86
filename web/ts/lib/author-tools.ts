// The tools above a text: marks around what is selected, blocks on lines of their own. Undo by the browser keeps working.

/** Puts text around the selection; a block gets blank lines before and after it. */
export function insertAt(text: HTMLTextAreaElement, before: string, after: string, block: boolean): void {
  const { selectionStart: from, selectionEnd: to, value } = text;
  const chosen = value.slice(from, to);
  const gap = (side: string): string => (!block || side === "" || side.endsWith("\n\n") ? "" : side.endsWith("\n") ? "\n" : "\n\n");
  const lead = gap(value.slice(0, from));
  const rest = value.slice(to);
  const tail = !block || rest === "" || rest.startsWith("\n\n") ? "" : rest.startsWith("\n") ? "\n" : "\n\n";
  replace(text, lead + before + chosen + after + tail);
  const at = from + lead.length + before.length;
  text.setSelectionRange(at, at + chosen.length);
}

/** Replaces the selection so that the browser's undo knows of it. */
function replace(text: HTMLTextAreaElement, by: string): void {
  text.focus();
  // deprecated, and the only way that keeps undo: setRangeText loses it
  if (document.execCommand("insertText", false, by)) return;
  text.setRangeText(by, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Puts a mark before every selected line, or takes it away where all have it. */
export function markLines(text: HTMLTextAreaElement, mark: (n: number) => string, known: RegExp): void {
  const from = text.value.lastIndexOf("\n", text.selectionStart - 1) + 1;
  const end = text.value.indexOf("\n", text.selectionEnd);
  const to = end < 0 ? text.value.length : end;
  const lines = text.value.slice(from, to).split("\n");
  const all = lines.every((l) => known.test(l));
  text.setSelectionRange(from, to);
  replace(text, lines.map((l, i) => (all ? l.replace(known, "") : mark(i) + l.replace(known, ""))).join("\n"));
}

const does: Record<string, (text: HTMLTextAreaElement) => void> = {
  h2: (t) => markLines(t, () => "## ", /^## /),
  h3: (t) => markLines(t, () => "### ", /^### /),
  bold: (t) => insertAt(t, "**", "**", false),
  list: (t) => markLines(t, () => "- ", /^- /),
  numbers: (t) => markLines(t, (n) => `${n + 1}. `, /^\d+\. /),
  link: (t) => insertAt(t, "[", "](https://)", false),
};

/** Wires the tools of a form; pick opens the dialog of a kind. */
export function tools(form: HTMLFormElement, text: HTMLTextAreaElement, pick: (kind: string) => void): void {
  const bar = form.querySelector<HTMLElement>("[data-tools]");
  if (!bar) return;
  bar.hidden = false;
  bar.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-tool]") : null;
    if (button) does[button.dataset["tool"] ?? ""]?.(text);
  });
  const insert = bar.querySelector<HTMLSelectElement>("[data-insert]");
  insert?.addEventListener("change", () => {
    const option = insert.selectedOptions[0];
    insert.value = "";
    if (!option) return;
    const { opensPick, before, after } = option.dataset;
    if (opensPick) pick(opensPick);
    else if (before) insertAt(text, before, after ?? "", true);
  });
  text.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "b") return;
    event.preventDefault();
    does["bold"]?.(text);
  });
}
