// Reads a lesson aloud with the voice of the device, part by part, and shows which. The button is there only where the device
// has a voice for the lesson's language.
import { setIcon } from "./page.ts";

const parts = ".prose > p, .prose > h2, .prose > h3, .prose li, .prose td, .prose th, .callout-title, .lesson-goals h2, .lesson-goals li span, .vignette h3, .flash-card summary, .flash-back, .figure-image figcaption";

export function readAloud(lesson: HTMLElement): void {
  const button = document.querySelector<HTMLElement>("[data-read-aloud]");
  if (!button || !("speechSynthesis" in window) || typeof SpeechSynthesisUtterance !== "function") return;
  const lang = lesson.dataset["lang"] ?? document.documentElement.lang;
  const voice = (): SpeechSynthesisVoice | undefined => speechSynthesis.getVoices().find((v) => v.lang.toLowerCase().startsWith(lang));
  const offer = (): void => {
    button.hidden = !voice();
  };
  offer();
  speechSynthesis.addEventListener?.("voiceschanged", offer);
  const text = button.querySelector<HTMLElement>("[data-read-text]");
  const words = text?.textContent ?? "";
  /** Counts the readings: what an older one still has to say is silent. */
  let turn = 0;

  const stop = (): void => {
    turn++;
    speechSynthesis.cancel();
    show(undefined);
    button.setAttribute("aria-pressed", "false");
    setIcon(button, "volume-2");
    if (text) text.textContent = words;
  };
  const say = (list: HTMLElement[], i: number, mine: number): void => {
    if (mine !== turn) return;
    const part = list[i];
    if (!part) return stop();
    show(part);
    const u = new SpeechSynthesisUtterance(part.innerText);
    u.lang = lang;
    u.voice = voice() ?? null;
    u.onend = () => say(list, i + 1, mine);
    u.onerror = () => {
      if (mine === turn) stop();
    };
    speechSynthesis.speak(u);
  };
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-pressed") === "true") return stop();
    button.setAttribute("aria-pressed", "true");
    setIcon(button, "square");
    if (text) text.textContent = button.dataset["stop"] ?? "";
    const list = [...lesson.querySelectorAll<HTMLElement>(parts)].filter((p) => p.offsetParent !== null && p.innerText.trim() !== "");
    const first = list.findIndex((p) => p.getBoundingClientRect().bottom > 0);
    say(list, Math.max(0, first), ++turn);
  });
  addEventListener("pagehide", stop);
}

function show(part: HTMLElement | undefined): void {
  for (const p of document.querySelectorAll("[data-reading]")) p.removeAttribute("data-reading");
  if (!part) return;
  part.setAttribute("data-reading", "");
  const box = part.getBoundingClientRect();
  if (box.top < 0 || box.bottom > innerHeight) part.scrollIntoView({ block: "center" });
}
