// A learner's note is kept on the device as it is typed and sent after; the button is for those without scripts.
import type { Outbox } from "./outbox.ts";

/** Milliseconds of quiet after which what was typed is kept. */
const typingPause = 800;

export function note(outbox: Outbox): void {
  const form = document.querySelector<HTMLFormElement>("form[data-note]");
  const text = form?.querySelector("textarea");
  if (!form || !text) return;
  const button = form.querySelector<HTMLElement>("[data-note-save]");
  if (button) button.hidden = true;
  let kept = text.value;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const keep = (): void => {
    clearTimeout(timer);
    if (text.value === kept) return;
    kept = text.value;
    void outbox.put(form.action, { text: kept }, form.action);
  };
  void outbox.pending().then((entries) => {
    const last = entries.filter((e) => e.url === form.action).at(-1);
    if (last && text.value === kept) kept = text.value = String(last.body["text"] ?? "");
  });
  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, typingPause);
  });
  text.addEventListener("change", keep);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keep();
  });
}
