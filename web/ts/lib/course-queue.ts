// The outbox of a reader of courses. While a page with it is open no other page touches what waits in it; when another page has
// sealed it, because somebody signed out, this one is loaded anew.
import { flagKept, sealedChannel } from "./kept-flag.ts";
import { Outbox, type OutboxOptions, type OutboxState } from "./outbox.ts";

export function courseOutbox(queue: string, options: OutboxOptions): Outbox {
  void navigator.locks?.request(queue, () => new Promise(() => undefined));
  new BroadcastChannel(sealedChannel).addEventListener("message", (event) => {
    if (event.data === queue && !document.querySelector("form[data-left]")) location.reload(); // a page that signs out is leaving anyway
  });
  return new Outbox(queue, {
    ...options,
    changed: (state: OutboxState) => {
      if (state.keeping + state.pending + state.refused > 0) flagKept(true);
      options.changed?.(state);
    },
  });
}

/** The page is the one that was kept: it says so. */
export function tellWithoutNetwork(): void {
  if (document.body.dataset["keptPage"] === undefined) return;
  for (const el of document.querySelectorAll<HTMLElement>("[data-without-network]")) el.hidden = false;
}
