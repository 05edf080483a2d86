// From lesson to lesson with the arrow keys and with a swipe; what leads on in the direction of reading is the next lesson.

/** Pixels that a finger must go across, and at most up or down. */
const across = 90;
const aside = 50;

export function steps(): void {
  const rtl = document.documentElement.dir === "rtl";
  const go = (onward: boolean): void => {
    document.querySelector<HTMLAnchorElement>(`a[rel=${onward ? "next" : "prev"}]`)?.click();
  };
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented || isBusy(event.target)) return;
    if (event.key === "ArrowRight") go(!rtl);
    if (event.key === "ArrowLeft") go(rtl);
  });
  let from: Touch | undefined;
  document.addEventListener("touchstart", (event) => {
    from = event.touches.length === 1 && !isBusy(event.target) && !scrollsAside(event.target) ? event.touches[0] : undefined;
  }, { passive: true });
  document.addEventListener("touchend", (event) => {
    const to = event.changedTouches[0];
    if (!from || !to || event.touches.length > 0 || !document.getSelection()?.isCollapsed) return;
    const x = to.clientX - from.clientX;
    if (Math.abs(x) > across && Math.abs(to.clientY - from.clientY) < aside) go(x < 0 !== rtl);
    from = undefined;
  }, { passive: true });
}

/** The arrows mean something else here: text, a choice, a film, an open definition. */
function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector(":popover-open, dialog[open]")) return true;
  return target instanceof Element && target.closest("input, select, textarea, audio, video, [contenteditable], [role=tablist]") !== null;
}

function scrollsAside(target: EventTarget | null): boolean {
  for (let e = target instanceof Element ? target : null; e && e !== document.body; e = e.parentElement) {
    if (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== "visible") return true;
  }
  return false;
}
