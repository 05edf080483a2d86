// What the server refused as a whole is shown with the reason, can be sent once more, written into a file, and only then taken off the
// device: nothing of it is lost by a glance.
import type { Entry } from "./outbox.ts";
import { linesOf, table, why } from "./unsent.ts";

export interface Refusals {
  list: () => Promise<Entry[]>;
  retry: (entries: Entry[]) => Promise<void>;
  drop: (entries: Entry[]) => Promise<void>;
  /** How many requests of other accounts wait here. */
  foreign?: () => Promise<number>;
}

export class RefusedPanel {
  private readonly words: Record<string, string>;
  private entries: Entry[] = [];
  /** The entries that are in a file by now. */
  private written = new Set<string>();

  private constructor(
    private readonly el: HTMLElement,
    private readonly from: Refusals,
  ) {
    this.words = JSON.parse(el.dataset["says"] ?? "{}") as Record<string, string>;
    this.button("retry")?.addEventListener("click", () => void this.retry());
    this.button("export")?.addEventListener("click", () => this.write());
    this.button("drop")?.addEventListener("click", () => void this.drop());
  }

  /** The panel of a page, if it has one. */
  static on(page: ParentNode, from: Refusals): RefusedPanel | undefined {
    const el = page.querySelector<HTMLElement>("[data-refusals]");
    return el ? new RefusedPanel(el, from) : undefined;
  }

  async show(): Promise<void> {
    this.entries = await this.from.list();
    const list = this.el.querySelector("ul");
    list?.replaceChildren(...this.entries.flatMap((e) => linesOf(e, this.words).map((l) => this.line([l.name, l.what, l.half, this.clock(l.at)], why(e, this.words)))));
    this.el.hidden = this.entries.length === 0;
    const drop = this.button("drop");
    if (drop) drop.disabled = this.entries.some((e) => !this.written.has(e.key));
    const others = document.querySelector<HTMLElement>("[data-foreign]");
    const foreign = (await this.from.foreign?.()) ?? 0;
    if (!others || !this.from.foreign) return;
    others.hidden = foreign === 0;
    const n = others.querySelector("[data-foreign-n]");
    if (n) n.textContent = String(foreign);
  }

  private line(parts: string[], reason: string): HTMLLIElement {
    const li = document.createElement("li");
    parts.filter((p) => p !== "").forEach((text, i) => {
      if (i > 0) li.append(" · ");
      const part = document.createElement(i === 0 ? "strong" : "span");
      const bdi = document.createElement("bdi");
      bdi.textContent = text;
      part.append(bdi);
      li.append(part);
    });
    const says = document.createElement("p");
    says.className = "soft";
    says.textContent = reason;
    li.append(says);
    return li;
  }

  private clock(at: string): string {
    const day = new Date(at);
    return Number.isNaN(day.getTime()) ? "" : new Intl.DateTimeFormat(`${document.documentElement.lang}-u-nu-latn`, { dateStyle: "short", timeStyle: "short", timeZone: "Africa/Tunis" }).format(day);
  }

  private button(name: string): HTMLButtonElement | null {
    return this.el.querySelector<HTMLButtonElement>(`[data-refusals-do="${name}"]`);
  }

  private async retry(): Promise<void> {
    await this.from.retry(this.entries);
    await this.show();
  }

  private write(): void {
    const text = table(this.entries, this.words, document.documentElement.lang === "en" ? "," : ";");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    link.download = `shelter-${new Date().toISOString().slice(0, 10)}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    for (const e of this.entries) this.written.add(e.key);
    const drop = this.button("drop");
    if (drop) drop.disabled = false;
  }

  private async drop(): Promise<void> {
    await this.from.drop(this.entries.filter((e) => this.written.has(e.key)));
    await this.show();
  }
}
