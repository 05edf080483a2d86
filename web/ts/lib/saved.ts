// The words that say where one's work is: on the server, or still only on this phone (kit.Saved).
import type { OutboxState } from "./outbox.ts";
import { setIcon, word } from "./page.ts";
import { toast } from "./toast.ts";

interface Shown {
  state: "keeping" | "server" | "phone" | "offline" | "refused";
  icon: string;
  text: string;
}

function shown(el: HTMLElement, s: OutboxState): Shown {
  const d = el.dataset;
  if (s.keeping > 0) return { state: "keeping", icon: "smartphone", text: "" };
  if (s.pending > 0 && !s.reached) return { state: "offline", icon: "cloud-off", text: `${d["offline"] ?? ""} ${s.pending}` };
  if (s.pending > 0) return { state: "phone", icon: "smartphone", text: `${d["onPhone"] ?? ""} ${s.pending}` };
  if (s.refused > 0) return { state: "refused", icon: "triangle-alert", text: d["refused"] ?? "" };
  return { state: "server", icon: "cloud-check", text: d["onServer"] ?? "" };
}

/** Shows the state of a queue in every kit.Saved of that queue; give it as Outbox's changed option. */
export function showSaved(queue: string): (state: OutboxState) => void {
  let toldSignedOut = false;
  return (s) => {
    for (const el of document.querySelectorAll<HTMLElement>("[data-saved]")) {
      if (el.dataset["saved"] === queue) draw(el, shown(el, s));
    }
    if (s.signedOut && !toldSignedOut) {
      toldSignedOut = true;
      toast(word("error_signed_out"), { stay: 0 });
    }
  };
}

function draw(el: HTMLElement, s: Shown): void {
  const text = el.querySelector("[data-saved-text]");
  if (!text || (el.dataset["state"] === s.state && text.textContent === s.text)) return;
  el.dataset["state"] = s.state;
  if (s.state === "keeping") return; // for milliseconds: nobody reads words that go by so fast
  setIcon(el, s.icon);
  text.textContent = s.text;
}
