// Tables by keyboard: j and k walk the rows, Enter opens one, / goes to the search, ? shows the keys.
import { isWriting } from "./lib/page.ts";

function rows(): HTMLTableRowElement[] {
  const all = document.querySelectorAll<HTMLTableRowElement>("table[data-table] tbody tr");
  return [...all].filter((r) => r.offsetParent !== null);
}

let at: HTMLTableRowElement | undefined;

function walk(step: number): void {
  const list = rows();
  const now = at ? list.indexOf(at) : -1;
  const next = list[Math.min(list.length - 1, Math.max(0, now + step))];
  if (!next) return;
  at?.removeAttribute("data-at");
  at = next;
  at.setAttribute("data-at", "");
  const link = at.querySelector<HTMLElement>("a[href], button");
  link?.focus({ preventScroll: true });
  at.scrollIntoView({ block: "nearest" });
}

const keys: Record<string, () => void> = {
  j: () => walk(1),
  k: () => walk(-1),
  "/": () => document.querySelector<HTMLElement>("[data-search], input[type=search]")?.focus(),
  "?": () => {
    const help = document.getElementById("keys");
    if (help instanceof HTMLDialogElement && !help.open) help.showModal();
  },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target) || document.querySelector("dialog[open]")) return;
  const run = keys[event.key];
  if (!run) return;
  event.preventDefault();
  run();
});

/** A click anywhere on a row that is neither on a link nor marking text opens the row. */
document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const row = target.closest<HTMLTableRowElement>("table[data-table] tr[data-href]");
  if (!row || target.closest("a, button, input, label, summary, select") || getSelection()?.toString()) return;
  row.querySelector<HTMLAnchorElement>("th a[href], td a[href]")?.click();
});
