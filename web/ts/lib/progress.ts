/** Milliseconds before waiting is shown: what is quicker needs no sign. */
const patience = 300;

let waiting = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Shows the bar at the top of the page while something takes longer than 300 ms; calls nest. */
export function busy(begins: boolean): void {
  waiting = Math.max(0, waiting + (begins ? 1 : -1));
  const bar = document.getElementById("loading");
  if (!bar) return;
  if (waiting === 0) {
    clearTimeout(timer);
    timer = undefined;
    bar.hidden = true;
  } else {
    timer ??= setTimeout(() => (bar.hidden = false), patience);
  }
}

/** Shows the bar while the next page is fetched. */
export function watchNavigation(): void {
  document.addEventListener("submit", (e) => {
    if (!e.defaultPrevented && (e.target as HTMLFormElement).method !== "dialog") hold();
  });
  window.addEventListener("pageshow", () => {
    while (waiting > 0) busy(false);
  });
}

/** Waits for a page at most 15 s: a download answers a form without leaving the page. */
function hold(): void {
  busy(true);
  setTimeout(() => busy(false), 15000);
}
