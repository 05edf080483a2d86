// Pages of accounts: how strong a new password is, and links that are copied with one click. Both only help: the server
// decides what is accepted, and the link stands in its field to be copied by hand.
import { on } from "./lib/page.ts";

/** Letters of a kind widen what a guesser has to try. */
const kinds: readonly [RegExp, number][] = [
  [/[a-z]/, 26],
  [/[A-Z]/, 26],
  [/[0-9]/, 10],
  [/[\u0600-\u06ff]/, 36],
  [/[^A-Za-z0-9\u0600-\u06ff]/, 20],
];

/** Judges a password from 0 to 4 by the bits that a guesser faces; words and runs count less than their letters. */
export function strength(password: string): number {
  const text = password.trim();
  if (text.length < 10) return text.length < 6 ? 0 : 1;
  const size = kinds.reduce((n, [kind, letters]) => (kind.test(text) ? n + letters : n), 0);
  const letters = effectiveLength(text);
  const words = text.split(/[\s\-_.]+/).filter((w) => w.length > 2).length;
  const bits = Math.min(letters * Math.log2(Math.max(size, 2)), words > 1 ? words * 13 + letters : Infinity);
  return [28, 40, 52, 66].filter((limit) => bits >= limit).length;
}

/** Counts the letters without repetitions (aaaa) and runs (abcd, 1234). */
function effectiveLength(text: string): number {
  let n = 0;
  let before = -1;
  let step = 0;
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0;
    const now = code - before;
    if (!(Math.abs(now) <= 1 && now === step)) n++;
    step = now;
    before = code;
  }
  return Math.min(n, new Set(text).size * 2);
}

for (const box of document.querySelectorAll<HTMLElement>("[data-meter]")) {
  const input = document.getElementById(box.dataset["meter"] ?? "");
  const bar = box.querySelector("meter");
  const words = box.querySelector<HTMLElement>("[data-meter-words]");
  if (!(input instanceof HTMLInputElement) || !bar || !words) continue;
  input.addEventListener("input", () => {
    box.hidden = input.value === "";
    bar.value = strength(input.value);
    words.textContent = words.getAttribute(`data-${bar.value}`) ?? "";
  });
}

// A link that was made is selected as soon as it is touched; where the browser allows, it is copied too.
on("click", "input[data-copy]", (input) => {
  if (!(input instanceof HTMLInputElement)) return;
  input.select();
  void navigator.clipboard?.writeText(input.value);
});
