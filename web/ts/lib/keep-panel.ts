// The part of a course's page that keeps the course on this device: what is there, how large it is, and what can be done.
import { Keeping, type Kept, type List, type State, stateOf } from "./keeping.ts";
import { on, setIcon } from "./page.ts";

const icons: Record<string, string> = {
  looking: "smartphone", none: "smartphone", removed: "smartphone", keeping: "download", kept: "circle-check", old: "circle-alert", partial: "circle-alert",
  failed: "triangle-alert", insecure: "smartphone",
};

/** Which buttons a state has. */
const buttons: Record<string, string[]> = { none: ["keep"], removed: ["keep"], keeping: ["remove"], kept: ["remove"], old: ["update", "remove"], partial: ["go-on", "remove"], failed: ["go-on", "remove"] };

export function sizeText(bytes: number, lang: string): string {
  const kilo = bytes / 1000;
  const unit = kilo < 1000 ? "kilobyte" : "megabyte";
  return new Intl.NumberFormat(`${lang}-u-nu-latn`, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: kilo < 1000 ? 0 : 1 }).format(kilo < 1000 ? kilo : kilo / 1000);
}

class Panel {
  private readonly keeping = new Keeping();
  private readonly course: string;
  private readonly owner: string;
  private readonly version: string;
  private list: List | undefined;

  constructor(private readonly el: HTMLElement) {
    this.course = el.dataset["keep"] ?? "";
    this.owner = el.dataset["owner"] ?? "";
    this.version = el.dataset["version"] ?? "";
  }

  async start(): Promise<void> {
    on("click", "[data-keep-do]", (b) => void (b.dataset["keepDo"] === "remove" ? this.remove() : this.keep()));
    const kept = await this.keeping.of(this.course);
    const state = stateOf(kept, this.owner, this.version);
    this.show(state === "none" ? "looking" : state, kept);
    if (state !== "none") return register();
    await this.ask().catch(() => undefined);
    if (this.list) this.show("none", undefined);
  }

  private async ask(): Promise<List> {
    const response = await fetch(this.el.dataset["list"] ?? "", { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(20_000) });
    if (!response.ok) throw new Error(String(response.status));
    this.list = (await response.json()) as List;
    return this.list;
  }

  private async keep(): Promise<void> {
    let last: Kept | undefined = await this.keeping.of(this.course);
    this.show("keeping", last);
    try {
      const list = await this.ask();
      register();
      const kept = await this.keeping.keep(list, (k) => this.show("keeping", (last = k)));
      if (kept.whole) this.show("kept", kept);
    } catch {
      this.show("failed", last ?? (await this.keeping.of(this.course)));
    }
  }

  private async remove(): Promise<void> {
    await this.keeping.remove(this.course);
    if (!this.list) await this.ask().catch(() => undefined);
    this.show("removed", undefined);
  }

  private show(state: State | "looking" | "keeping" | "failed" | "removed" | "insecure", kept: Kept | undefined): void {
    const say = (key: string, value: string, text: string): string => text.replace(`{${key}}`, `\u2068${value}\u2069`);
    const bytes = kept?.bytes ?? this.list?.bytes;
    let text = this.el.dataset[state === "removed" && bytes === undefined ? "looking" : state] ?? "";
    text = say("size", bytes === undefined ? "" : sizeText(bytes, this.el.dataset["lang"] ?? "fr"), text);
    const of = kept?.of ?? (this.list ? this.list.files.length + this.list.pages.length : 0);
    text = say("of", String(of), say("i", String(kept?.done ?? 0), text));
    const line = this.el.querySelector<HTMLElement>("[data-keep-text]");
    if (line) line.textContent = text;
    const holder = this.el.querySelector("[data-keep-state]");
    if (holder) setIcon(holder, icons[state] ?? "smartphone");
    const bar = this.el.querySelector<HTMLProgressElement>("[data-keep-bar]");
    if (bar) {
      bar.hidden = state !== "keeping";
      bar.max = Math.max(1, of);
      bar.value = kept?.done ?? 0;
    }
    for (const b of this.el.querySelectorAll<HTMLElement>("[data-keep-do]")) b.hidden = !(buttons[state] ?? []).includes(b.dataset["keepDo"] ?? "");
    this.el.dataset["state"] = state;
    this.el.hidden = false;
  }

  insecure(): void {
    this.show("insecure", undefined);
  }
}

function register(): void {
  void navigator.serviceWorker.register("/courses/sw.js", { scope: "/courses" }).catch(() => undefined);
}

/** Shows the panel of a course's page, and in the list which courses are kept. */
export function keepPanel(owner: string): void {
  const can = "serviceWorker" in navigator && "caches" in globalThis;
  const el = document.querySelector<HTMLElement>("[data-keep]");
  if (el) {
    const panel = new Panel(el);
    if (can) void panel.start().catch(() => undefined);
    else panel.insecure();
  }
  if (!can) return;
  const keeping = new Keeping();
  for (const mark of document.querySelectorAll<HTMLElement>("[data-keep-mark]")) {
    void keeping.of(mark.dataset["keepMark"] ?? "").then((k) => (mark.hidden = !k?.whole || k.owner !== owner), () => undefined);
  }
}
