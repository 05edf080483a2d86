// What every script needs to know of its page.

let words: Record<string, string> | undefined;

/** The sentence of a key in the page's language; the layout writes them into the body. */
export function word(key: string): string {
  words ??= JSON.parse(document.body.dataset["words"] ?? "{}") as Record<string, string>;
  return words[key] ?? "";
}

/** A random key (UUID version 4), made on the device: a write that is repeated with it counts once. */
export function newKey(): string {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = ((b[6] ?? 0) & 0x0f) | 0x40;
  b[8] = ((b[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Listens on the document for events that happen in elements of a selector, now or later. */
export function on<K extends keyof DocumentEventMap>(
  type: K,
  selector: string,
  run: (target: HTMLElement, event: DocumentEventMap[K]) => void,
): void {
  document.addEventListener(type, (event) => {
    const target = event.target instanceof Element ? event.target.closest<HTMLElement>(selector) : null;
    if (target) run(target, event);
  });
}

/** Replaces an icon of the sprite by another. */
export function setIcon(holder: Element, name: string): void {
  const use = holder.querySelector("svg.icon use");
  const href = use?.getAttribute("href");
  if (use && href) use.setAttribute("href", `${href.split("#")[0]}#${name}`);
}

/** Tells whether the person is writing, so that a single letter is text and no shortcut. */
export function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "file", "range"].includes(target.type);
}
