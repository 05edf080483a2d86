// A countdown by the server's clock. The server writes the text too, so that the page says something true without scripts.

/** Time left, as 12:34 or 1:02:03; never below zero. */
export function left(milliseconds: number): string {
  const s = Math.max(0, Math.ceil(milliseconds / 1000));
  const two = (n: number): string => String(n).padStart(2, "0");
  const [h, m] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${two(m)}:${two(s % 60)}`;
}

/** Writes how long it is until the end of a countdown (data-until) at a moment, both in milliseconds of the server's clock. */
export function draw(el: HTMLElement, now: number): void {
  const until = Number(el.dataset["until"] ?? "0");
  const text = el.querySelector("[data-countdown-left]");
  if (!until || !text) return;
  const said = until > now ? left(until - now) : (el.dataset["over"] ?? left(0));
  if (text.textContent !== said) text.textContent = said;
  el.toggleAttribute("data-ending", until - now < 120_000);
}

/** Every countdown that carries the server's moment (data-now) runs by itself; one that comes later with a part of the page too. */
export function run(): void {
  const ahead = new WeakMap<HTMLElement, number>();
  setInterval(() => {
    for (const el of document.querySelectorAll<HTMLElement>("[data-countdown][data-now]")) {
      if (!ahead.has(el)) ahead.set(el, Number(el.dataset["now"]) - performance.now());
      draw(el, performance.now() + (ahead.get(el) ?? 0));
    }
  }, 500);
}
