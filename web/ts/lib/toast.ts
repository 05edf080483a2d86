import { word } from "./page.ts";

/** What a toast may offer to do, such as undoing. */
export interface ToastAction {
  label: string;
  run: () => void;
}

interface ToastOptions {
  /** Milliseconds until it goes by itself; 0 keeps it until it is closed. */
  stay?: number;
  action?: ToastAction;
}

/** Says something in the live region at the foot of the page. The same sentence is not shown twice at a time. */
export function toast(text: string, { stay = 8000, action }: ToastOptions = {}): void {
  const region = document.getElementById("toasts");
  if (!region || text === "") return;
  for (const old of region.children) if (old.firstChild?.textContent === text) old.remove();
  const box = document.createElement("div");
  box.className = "toast";
  const line = document.createElement("span");
  line.textContent = text;
  box.append(line, button(action?.label ?? word("close"), () => {
    box.remove();
    action?.run();
  }));
  region.append(box);
  if (stay > 0) setTimeout(() => box.remove(), stay);
}

function button(label: string, run: () => void): HTMLButtonElement {
  const b = document.createElement("button");
  b.type = "button";
  b.textContent = label;
  b.addEventListener("click", run);
  return b;
}

/** Takes every toast away. */
export function clearToasts(): void {
  document.getElementById("toasts")?.replaceChildren();
}
