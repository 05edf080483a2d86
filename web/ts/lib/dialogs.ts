// Menus and dialogs: native elements, with the closing that people expect.
import { on } from "./page.ts";

export function menus(): void {
  document.addEventListener("click", (event) => {
    for (const m of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")) {
      if (!m.contains(event.target as Node)) m.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector<HTMLDetailsElement>("details[data-menu][open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary")?.focus();
  });
  on("focusout", "details[data-menu]", (m, event) => {
    const next = event.relatedTarget;
    if (next instanceof Node && !m.contains(next)) (m as HTMLDetailsElement).open = false;
  });
}

export function dialogs(): void {
  on("click", "[data-opens]", (b) => {
    const d = document.getElementById(b.dataset["opens"] ?? "");
    if (d instanceof HTMLDialogElement) d.showModal();
  });
  on("click", "dialog", (d, event) => {
    if (event.target === d) (d as HTMLDialogElement).close();
  });
  for (const d of document.querySelectorAll<HTMLDialogElement>("dialog[data-open]")) d.showModal();
}

/** The quick exit leaves nothing to go back to: this page is replaced by the other. */
export function quickExit(): void {
  on("click", "[data-exit]", (link, event) => {
    event.preventDefault();
    document.documentElement.hidden = true;
    location.replace((link as HTMLAnchorElement).href);
  });
}

export function printing(): void {
  on("click", "[data-print]", () => window.print());
}
