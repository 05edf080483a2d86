// The page of leaving: how many marks and signatures are on this device alone, and what is to become of them.
import type { Entry } from "./lib/outbox.ts";
import { ownedBy } from "./lib/outbox.ts";
import { RefusedPanel } from "./lib/refused.ts";
import { discard, sendNow, tally, unsent } from "./lib/unsent.ts";

class Leaving {
  private readonly owner: string;
  private readonly panel: RefusedPanel | undefined;

  constructor(private readonly el: HTMLElement) {
    this.owner = el.dataset["owner"] ?? "";
    const again = async (list: Entry[]): Promise<void> => {
      await sendNow(list.map(({ refused: _, reason: __, ...e }) => e));
      await this.show();
    };
    this.panel = RefusedPanel.on(el, { list: async () => (await this.own()).filter((e) => e.refused !== undefined), retry: again, drop: async (list) => {
      await discard(list);
      await this.show();
    } });
    el.querySelector("[data-unsent-send]")?.addEventListener("click", (event) => void this.send(event.currentTarget as HTMLButtonElement));
    el.querySelector<HTMLFormElement>("[data-unsent-drop]")?.addEventListener("submit", (event) => void this.drop(event));
    addEventListener("pageshow", () => void this.show());
  }

  private async own(): Promise<Entry[]> {
    return (await unsent()).filter((e) => ownedBy(e, this.owner));
  }

  async show(): Promise<void> {
    const t = tally(await unsent(), this.owner);
    const any = t.marks + t.signatures + t.other > 0;
    for (const [name, n] of Object.entries(t)) {
      const count = this.el.querySelector<HTMLElement>(`[data-unsent-n="${name}"]`);
      if (!count) continue;
      count.textContent = String(n);
      const line = count.closest<HTMLElement>("[data-unsent-line]");
      if (line) line.hidden = n === 0;
    }
    for (const part of this.el.querySelectorAll<HTMLElement>("[data-unsent-any]")) part.hidden = !any;
    for (const part of this.el.querySelectorAll<HTMLElement>("[data-unsent-none]")) part.hidden = any;
    const waits = t.marks + t.signatures + t.other > 0 && (await this.own()).some((e) => e.refused === undefined);
    const send = this.el.querySelector<HTMLElement>("[data-unsent-send]");
    if (send) send.hidden = !waits;
    await this.panel?.show();
  }

  private async send(button: HTMLButtonElement): Promise<void> {
    button.disabled = true;
    this.say("sending");
    await sendNow((await this.own()).filter((e) => e.refused === undefined)).catch(() => undefined);
    button.disabled = false;
    this.say((await this.own()).some((e) => e.refused === undefined) ? "offline" : "sent");
    await this.show();
  }

  /** Only the word, typed, drops what is here. */
  private async drop(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const input = form.querySelector<HTMLInputElement>("input[name=word]");
    const same = (a: string, b: string): boolean => a.trim().localeCompare(b, undefined, { sensitivity: "base" }) === 0;
    const error = form.querySelector<HTMLElement>("[data-unsent-error]");
    const right = same(input?.value ?? "", form.dataset["word"] ?? "");
    if (error) error.hidden = right;
    input?.setAttribute("aria-invalid", String(!right));
    if (!right) return input?.focus();
    await discard(await this.own());
    this.el.querySelector<HTMLFormElement>("form[data-left]")?.submit();
  }

  private say(what: "sending" | "sent" | "offline"): void {
    const said = this.el.querySelector<HTMLElement>("[data-unsent-said]");
    if (said) said.textContent = said.dataset[what] ?? "";
  }
}

const el = document.querySelector<HTMLElement>("[data-leaving]");
if (el) new Leaving(el);
