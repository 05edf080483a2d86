// The roll-call: one thumb or one key per person. Each mark is kept on the device at once and sent after; other devices'
// marks appear by themselves; everything can be undone. Without this script the page is a form that works too.
import { type BatchAnswer, type Cell, type Mark, type Status, makeMark, markOutbox, marksOf, putMarks, wall } from "./lib/marks.ts";
import type { Entry, Outbox } from "./lib/outbox.ts";
import { isWriting } from "./lib/page.ts";
import { RefusedPanel } from "./lib/refused.ts";
import { showSaved } from "./lib/saved.ts";
import { type Signed, Signing } from "./lib/signing.ts";
import { toast } from "./lib/toast.ts";
import { aboutOf } from "./lib/unsent.ts";

/** What is said about a person, without where it came from. */
interface Said {
  status: Status;
  arrived: string;
  left: string;
  reason: string;
}

const keys: Record<string, Status> = { p: "present", l: "late", e: "left_early", x: "excused", a: "absent", u: "unmarked" };

/** How often the other devices in the room are asked for, in milliseconds. */
const askEvery = 8000;

const attended = (s: Status): boolean => s === "present" || s === "late" || s === "left_early";

class Row {
  conflict: boolean;
  /** The person's own check-in counts. */
  self: boolean;
  seq: number;
  said: Said;
  /** Marks of this row that the server has not answered yet. */
  waiting = 0;

  constructor(
    readonly el: HTMLElement,
    readonly id: string,
    private readonly words: Record<string, string>,
  ) {
    const d = el.dataset;
    this.seq = Number(d["seq"] ?? 0);
    this.conflict = !el.querySelector<HTMLElement>("[data-roll-conflict]")?.hidden;
    this.self = !(el.querySelector<HTMLElement>("[data-roll-self]")?.hidden ?? true);
    this.said = { status: (d["status"] ?? "unmarked") as Status, arrived: d["arrived"] ?? "", left: d["left"] ?? "", reason: d["reason"] ?? "" };
    this.draw();
  }

  get name(): string {
    return this.el.dataset["name"] ?? "";
  }

  set(said: Said): void {
    this.said = said;
    this.draw();
  }

  take(cell: Cell): boolean {
    const changed = cell.status !== this.said.status;
    this.seq = cell.seq;
    this.conflict = cell.conflict;
    this.self = cell.source === "self";
    this.set({ status: cell.status, arrived: cell.arrived, left: cell.left, reason: cell.reason });
    return changed;
  }

  draw(): void {
    const { status, arrived, left, reason } = this.said;
    this.el.dataset["state"] = status === "unmarked" ? "" : status;
    for (const r of this.el.querySelectorAll<HTMLInputElement>("input[type=radio]")) r.checked = r.value === status;
    const flag = this.el.querySelector<HTMLElement>("[data-roll-conflict]");
    if (flag) flag.hidden = !this.conflict;
    const self = this.el.querySelector<HTMLElement>("[data-roll-self]");
    if (self) self.hidden = !this.self;
    const times = this.el.querySelector("[data-roll-times]");
    const say = (key: string, time: string): string => (time ? (this.words[key] ?? "").replace("%", time) : "");
    if (times) times.textContent = [say("arrived_at", arrived), say("left_at", left), reason].filter((s) => s !== "").join(" · ");
  }
}

class RollCall {
  private readonly rows = new Map<string, Row>();
  private readonly words: Record<string, string>;
  private readonly outbox: Outbox;
  private readonly signing: Signing;
  private readonly refusals: RefusedPanel | undefined;
  private undos: { row: Row; said: Said }[][] = [];
  private at: Row | undefined;
  private etag = "";

  constructor(private readonly form: HTMLFormElement) {
    this.words = JSON.parse(form.dataset["says"] ?? "{}") as Record<string, string>;
    for (const el of form.querySelectorAll<HTMLElement>("[data-roll-row]")) {
      const id = el.dataset["rollRow"] ?? "";
      this.rows.set(id, new Row(el, id, this.words));
    }
    const queue = form.dataset["queue"] ?? "";
    this.outbox = markOutbox(queue, {
      owner: form.dataset["owner"],
      changed: showSaved(queue),
      acknowledged: (entry, answer) => this.answered(entry, answer as BatchAnswer | undefined),
      refused: (entry) => this.refused(entry),
    });
    this.signing = new Signing(form, this.words, this.outbox);
    const { outbox } = this;
    this.refusals = RefusedPanel.on(document, { list: () => outbox.refusals(), retry: (l) => outbox.retry(l), drop: (l) => outbox.drop(l), foreign: () => outbox.foreign() });
  }

  async start(): Promise<void> {
    for (const entry of await this.outbox.pending()) {
      this.waiting(marksOf(entry));
      this.signing.pending(entry);
    }
    this.outbox.start();
    void this.refusals?.show();
    this.listen();
    this.totals();
    if (this.form.dataset["canMark"] === "true") {
      for (const el of this.form.querySelectorAll<HTMLElement>("[data-roll-undo], [data-roll-all]")) el.hidden = false;
    }
    await this.ask(false, true); // what the page before this one sent while this one was on its way
    setInterval(() => void this.ask(), askEvery);
  }

  /** Marks of an earlier visit that the server does not have yet are shown as made. */
  private waiting(marks: Mark[]): void {
    for (const m of marks) {
      const row = this.rows.get(m.enrolment);
      if (!row || m.slot !== this.form.dataset["slot"]) continue;
      row.waiting++;
      row.set({ status: m.status, arrived: m.arrived, left: m.left, reason: m.reason });
    }
  }

  private listen(): void {
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("change", (event) => {
      const radio = event.target;
      if (radio instanceof HTMLInputElement && radio.type === "radio") this.choose(radio);
    });
    // A state pressed again is taken back: the thumb corrects itself where it is.
    this.form.addEventListener("pointerdown", (event) => {
      const label = event.target instanceof Element ? event.target.closest(".roll-state") : null;
      const radio = label?.querySelector<HTMLInputElement>("input[type=radio]");
      if (!label || !radio?.checked || this.locked()) return;
      label.addEventListener("click", (click) => { click.preventDefault(); this.clear(radio); }, { once: true });
    });
    this.form.addEventListener("focusin", (event) => this.focus(event.target));
    this.form.addEventListener("click", (event) => this.click(event));
    document.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("visibilitychange", () => void this.ask());
    this.form.querySelector("[data-roll-all]")?.addEventListener("click", () => this.restPresent());
    this.form.querySelector("[data-roll-undo]")?.addEventListener("click", () => this.undo());
    this.dialog();
  }

  private locked(): boolean {
    return this.form.dataset["canMark"] !== "true";
  }

  private rowOf(target: EventTarget | null): Row | undefined {
    const el = target instanceof Element ? target.closest<HTMLElement>("[data-roll-row]") : null;
    return this.rows.get(el?.dataset["rollRow"] ?? "");
  }

  private choose(radio: HTMLInputElement): void {
    const row = this.rowOf(radio);
    if (row) this.mark([{ row, said: this.saying(row, radio.value as Status) }]);
  }

  private clear(radio: HTMLInputElement): void {
    const row = this.rowOf(radio);
    if (row && row.said.status === radio.value) this.mark([{ row, said: this.saying(row, "unmarked") }]);
  }

  /** What a status means now: somebody late in the course of the half-day came at this minute. */
  private saying(row: Row, status: Status): Said {
    const said: Said = { status, arrived: "", left: "", reason: "" };
    if (!attended(status)) return status === "excused" ? { ...said, reason: row.said.reason } : said;
    said.arrived = row.said.arrived;
    const now = new Date();
    const during = now >= new Date(this.form.dataset["begins"] ?? 0) && now <= new Date(this.form.dataset["ends"] ?? 0);
    const time = wall(now, this.form.dataset["zone"] ?? "Africa/Tunis");
    if (status === "late" && !said.arrived && during) said.arrived = time;
    if (status === "left_early") said.left = row.said.left || (during ? time : "");
    return said;
  }

  /** Marks rows, keeps how to undo it, and sends it. */
  private mark(changes: { row: Row; said: Said }[], undoing = false): void {
    if (changes.length === 0 || this.locked()) return;
    if (!undoing) this.undos.push(changes.map(({ row }) => ({ row, said: row.said })));
    const marks = changes.map(({ row, said }) => {
      row.waiting++;
      row.self = false;
      row.set(said);
      return makeMark({ slot: this.form.dataset["slot"] ?? "", enrolment: row.id, seen: row.seq, ...said });
    });
    const names = Object.fromEntries(changes.map(({ row }) => [row.id, row.name]));
    void putMarks(this.outbox, this.form.dataset["marks"] ?? "", marks, aboutOf(this.form, names));
    this.totals();
  }

  private restPresent(): void {
    const rest = [...this.rows.values()].filter((row) => row.said.status === "unmarked");
    this.mark(rest.map((row) => ({ row, said: this.saying(row, "present") })));
  }

  private undo(): void {
    const last = this.undos.pop();
    if (!last) return;
    this.mark(last, true);
    toast((this.words["undone"] ?? "").replace("%", last.map(({ row }) => row.name).slice(0, 3).join(", ")), { stay: 3000 });
  }

  private answered(entry: Entry, answer: BatchAnswer | undefined): void {
    const signature = this.signing.answered(entry, answer);
    if (signature === "refused") this.shown();
    if (signature) return;
    const marks = new Map(marksOf(entry).map((m) => [m.key, m]));
    for (const a of answer?.answers ?? []) {
      const m = marks.get(a.key);
      const row = m && m.slot === this.form.dataset["slot"] ? this.rows.get(m.enrolment) : undefined;
      if (!row) continue;
      row.waiting = Math.max(0, row.waiting - 1);
      if (a.error) toast(`${(this.words["refused"] ?? "").replace("%", row.name)} ${a.error}`, { stay: 5000 });
      if (a.cell && row.waiting === 0) row.take(a.cell);
      else if (a.cell) row.seq = Math.max(row.seq, a.cell.seq);
    }
    this.totals();
    if (answer?.answers.some((a) => a.error)) this.shown();
  }

  /** What was refused stays in the panel, and the rows say what the server says; no other device changed them. */
  private shown(): void {
    void this.refusals?.show();
    void this.ask(true, true);
  }

  /** A whole request that was refused: the rows go back to what the server says. */
  private refused(entry: Entry): void {
    for (const m of marksOf(entry)) {
      const row = this.rows.get(m.enrolment);
      if (row && m.slot === this.form.dataset["slot"]) row.waiting = Math.max(0, row.waiting - 1);
    }
    this.signing.refused(entry);
    this.shown();
  }

  /** Asks what the other devices have marked; rows with marks under way, or with newer ones than the answer, are left alone. */
  private async ask(whatever = false, quietly = false): Promise<void> {
    if (document.visibilityState !== "visible") return;
    try {
      const headers: Record<string, string> = { Accept: "application/json" };
      if (this.etag && !whatever) headers["If-None-Match"] = this.etag;
      const response = await fetch(this.form.dataset["state"] ?? "", { headers, cache: "no-store", signal: AbortSignal.timeout(10_000) });
      if (response.status !== 200) return;
      const { cells, signed } = (await response.json()) as { cells: Cell[]; signed: Signed[] };
      this.etag = response.headers.get("ETag") ?? "";
      for (const c of cells) {
        const row = this.rows.get(c.enrolment);
        if (!row || row.waiting > 0 || c.seq < row.seq) continue;
        if (row.take(c) && !quietly) toast((this.words["changed_elsewhere"] ?? "").replace("%", row.name), { stay: 3000 });
      }
      this.signing.take(signed);
      this.totals();
    } catch {
      // without network the outbox says so; the next round asks again
    }
  }

  private totals(): void {
    const n = new Map<string, number>();
    for (const row of this.rows.values()) n.set(row.said.status, (n.get(row.said.status) ?? 0) + 1);
    for (const el of this.form.querySelectorAll<HTMLElement>("[data-total]")) el.textContent = String(n.get(el.dataset["total"] ?? "") ?? 0);
    const undo = this.form.querySelector<HTMLButtonElement>("[data-roll-undo]");
    if (undo) undo.disabled = this.undos.length === 0;
    const all = this.form.querySelector<HTMLButtonElement>("[data-roll-all]");
    if (all) all.disabled = this.locked() || !n.get("unmarked");
  }

  private focus(target: EventTarget | null): void {
    const row = this.rowOf(target);
    if (row && row !== this.at) this.goTo(row, false);
  }

  private goTo(row: Row, focus: boolean): void {
    this.at?.el.removeAttribute("data-at");
    this.at = row;
    row.el.setAttribute("data-at", "");
    if (focus) {
      const radio = row.el.querySelector<HTMLElement>("input:checked") ?? row.el.querySelector<HTMLElement>("input");
      radio?.focus({ preventScroll: true });
      row.el.scrollIntoView({ block: "nearest" }); // never under a thumb that is pressing: its click would be lost
    }
  }

  private walk(step: number): void {
    const list = [...this.rows.values()];
    const now = this.at ? list.indexOf(this.at) : -1;
    const next = list[Math.min(list.length - 1, Math.max(0, now + step))];
    if (next) this.goTo(next, true);
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target) || document.querySelector("dialog[open]")) return;
    const steps: Record<string, number> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const status = keys[key];
    const onButton = event.target instanceof Element && event.target.closest("button, a, summary") !== null;
    if (steps[key] !== undefined) this.walk(steps[key] ?? 0);
    else if (status) this.markAt(status);
    else if (key === "z") this.undo();
    else if (key === "Enter" && this.at && !onButton) this.open(this.at);
    else return;
    event.preventDefault();
  }

  /** Marks the row under the cursor and goes to the next. */
  private markAt(status: Status): void {
    const row = this.at ?? [...this.rows.values()][0];
    if (!row) return;
    if (row.said.status !== status) this.mark([{ row, said: this.saying(row, status) }]);
    this.goTo(row, true);
    this.walk(1);
  }

  private click(event: Event): void {
    const more = event.target instanceof Element ? event.target.closest("[data-roll-more]") : null;
    const row = more ? this.rowOf(more) : undefined;
    if (!row) return;
    event.preventDefault();
    this.open(row);
  }

  private open(row: Row): void {
    const dialog = document.getElementById("person");
    if (!(dialog instanceof HTMLDialogElement)) return;
    dialog.dataset["row"] = row.id;
    const name = dialog.querySelector("[data-person-name]");
    if (name) name.textContent = row.name;
    const form = dialog.querySelector<HTMLFormElement>("[data-person-form]");
    for (const [field, value] of Object.entries({ arrived: row.said.arrived, left: row.said.left, note: row.said.reason })) {
      const input = form?.elements.namedItem(field);
      if (input instanceof HTMLInputElement) {
        input.value = value;
        input.disabled = this.locked();
      }
    }
    for (const b of form?.querySelectorAll("button") ?? []) b.disabled = this.locked();
    dialog.showModal();
    void this.story(row, dialog.querySelector("[data-person-history]"));
  }

  private async story(row: Row, into: Element | null): Promise<void> {
    const link = row.el.querySelector<HTMLAnchorElement>("[data-roll-more]");
    if (!link || !into) return;
    try {
      const response = await fetch(link.href, { signal: AbortSignal.timeout(10_000) });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      into.replaceChildren(...(page.getElementById("history")?.childNodes ?? []));
    } catch {
      into.replaceChildren(); // without network there is no history to show
    }
  }

  /** The dialog's form: times and reason say more about the status, and make one where there was none. */
  private dialog(): void {
    const dialog = document.getElementById("person");
    const form = dialog?.querySelector<HTMLFormElement>("[data-person-form]");
    form?.addEventListener("submit", (event) => {
      const row = this.rows.get(dialog?.dataset["row"] ?? "");
      if (!row) return;
      const value = (name: string): string => {
        const input = form.elements.namedItem(name);
        return input instanceof HTMLInputElement ? input.value.trim() : "";
      };
      const clear = event.submitter instanceof HTMLButtonElement && event.submitter.value === "clear";
      const said: Said = clear
        ? { status: "unmarked", arrived: "", left: "", reason: "" }
        : { status: row.said.status, arrived: value("arrived"), left: value("left"), reason: value("note") };
      if (!clear) said.status = implied(said);
      if (JSON.stringify(said) !== JSON.stringify(row.said)) this.mark([{ row, said }]);
    });
  }
}

/** The status that times imply: who left at a time left early, who came at a time and was not marked was late. */
function implied(said: Said): Status {
  if (said.left && (said.status === "present" || said.status === "unmarked")) return "left_early";
  if (said.arrived && !attended(said.status)) return "late";
  if (said.reason && said.status === "unmarked") return "excused";
  return said.status;
}

const form = document.querySelector<HTMLFormElement>("form[data-rollcall]");
if (form) void new RollCall(form).start();
