// Paper answers by keyboard: one key per answer, on to the next cell by itself. Each sheet is kept on the device at every key and
// sent to the server, which acknowledges it.
import { device, turn } from "./lib/device.ts";
import { type Entry, Outbox } from "./lib/outbox.ts";
import { type Question, type, whole } from "./lib/paperkeys.ts";
import { showSaved } from "./lib/saved.ts";

interface Ack {
  state?: string;
  subject?: string;
  number?: number;
}

/** Letters and digits that a personal code must have; as on the server. */
const codeLength = 4;

class Sheet {
  readonly inputs: HTMLInputElement[];
  readonly values: (string | undefined)[];
  code = "";
  closed: string;

  constructor(readonly el: HTMLTableRowElement, private readonly grid: Grid) {
    this.inputs = [...el.querySelectorAll<HTMLInputElement>("input.paper-cell")];
    this.values = this.inputs.map((i) => i.dataset["typed"]);
    this.closed = el.dataset["closed"] ?? "";
    this.inputs.forEach((input, k) => {
      input.disabled = this.closed !== "";
      this.draw(k);
    });
    this.say(this.closed);
  }

  get slot(): string {
    return this.el.dataset["enrolment"] || (this.code === "" ? (this.el.dataset["sheet"] ?? "") : `code:${this.code}`);
  }

  get typed(): number {
    return this.values.filter((v, k) => whole(this.grid.question(k), v)).length;
  }

  set(k: number, value: string | undefined): void {
    this.values[k] = value;
    this.draw(k);
    this.grid.keep(this);
  }

  draw(k: number): void {
    const input = this.inputs[k];
    if (!input) return;
    const value = this.values[k];
    const text = this.grid.question(k).kind === "letter";
    if (value === undefined) delete input.dataset["typed"];
    else input.dataset["typed"] = value;
    const shown = value === "" ? (text ? "" : "–") : text ? (value ?? "") : (value ?? "").toUpperCase();
    if (input.value !== shown) input.value = shown;
    input.placeholder = text && value === "" ? "–" : "";
    input.toggleAttribute("data-part", value !== undefined && !whole(this.grid.question(k), value));
  }

  say(state: string): void {
    const line = this.el.querySelector<HTMLElement>("[data-sheet-state]");
    if (line) line.textContent = state === "" ? "" : (this.grid.words[state] ?? "");
    this.el.dataset["state"] = state;
  }

  close(state: string): void {
    this.closed = state;
    for (const i of this.inputs) i.disabled = true;
    this.say(state);
  }

  cells(): Record<string, string> {
    const cells: Record<string, string> = {};
    this.values.forEach((v, k) => {
      if (v !== undefined && whole(this.grid.question(k), v)) cells[String(this.grid.question(k).at)] = v;
    });
    return cells;
  }

  body(): Record<string, unknown> {
    const d = this.el.dataset;
    const who = d["enrolment"] ? { enrolment: d["enrolment"] } : d["sheet"] ? { subject: d["sheet"] } : { code: this.code };
    return { ...this.grid.head, ...who, cells: this.cells() };
  }
}

class Grid {
  readonly words: Record<string, string>;
  readonly head: Record<string, unknown>;
  private readonly questions: Question[];
  private readonly sheets: Sheet[] = [];
  private readonly outbox: Outbox;
  private readonly rows: HTMLElement | null;

  constructor(private readonly root: HTMLElement) {
    const d = root.dataset;
    this.words = JSON.parse(d["says"] ?? "{}") as Record<string, string>;
    this.questions = JSON.parse(d["questions"] ?? "[]") as Question[];
    this.head = { pass: Number(d["pass"]), form: d["form"] };
    this.rows = root.querySelector("[data-paper-rows]");
    for (const el of this.rows?.querySelectorAll("tr") ?? []) this.sheets.push(new Sheet(el, this));
    this.outbox = new Outbox(d["queue"] ?? "", {
      owner: d["owner"],
      changed: showSaved(d["queue"] ?? ""),
      acknowledged: (entry, answer) => void this.acknowledged(entry, (answer ?? {}) as Ack),
      refused: (entry) => this.find(entry)?.say("refused"),
    });
  }

  question(k: number): Question {
    return this.questions[k] ?? { at: 0, kind: "letter", keys: "", most: 1 };
  }

  async start(): Promise<void> {
    for (const entry of await this.outbox.pending()) this.restore(entry);
    this.rows?.addEventListener("keydown", (e) => this.key(e));
    this.rows?.addEventListener("beforeinput", (e) => this.char(e));
    this.rows?.addEventListener("input", (e) => this.input(e));
    this.rows?.addEventListener("focusin", (e) => e.target instanceof HTMLInputElement && e.target.select());
    this.root.querySelector<HTMLFormElement>("[data-paper-add]")?.addEventListener("submit", (e) => this.add(e));
    this.outbox.start();
    this.count();
    this.firstGap()?.focus();
  }

  /** Keeps a sheet on the device and sends it; an older state that waits is replaced. */
  keep(sheet: Sheet): void {
    sheet.say("phone");
    this.count();
    void this.outbox.put(this.root.dataset["save"] ?? "", { ...sheet.body(), device: device(), turn: turn() }, sheet.slot);
  }

  private async acknowledged(entry: Entry, ack: Ack): Promise<void> {
    const sheet = this.find(entry);
    if (!sheet) return;
    if (ack.state && ack.state !== "none") return sheet.close(ack.state);
    if (ack.subject && !sheet.el.dataset["enrolment"]) this.name(sheet, ack);
    const waits = (await this.outbox.pending()).some((e) => e.slot === entry.slot);
    if (!waits && sheet.el.dataset["state"] === "phone") sheet.say(sheet.typed < this.questions.length ? "gaps" : "server");
  }

  /** An anonymous sheet gets its number; two rows of one sheet are a code that was typed twice. */
  private name(sheet: Sheet, ack: Ack): void {
    const twin = this.sheets.find((s) => s !== sheet && s.el.dataset["sheet"] === ack.subject);
    sheet.el.dataset["sheet"] = ack.subject ?? "";
    const name = sheet.el.querySelector("[data-sheet-name]");
    const number = (this.words["sheet"] ?? "%").replace("%", String(ack.number ?? ""));
    if (name) name.textContent = sheet.code === "" ? number : `${number} · ${sheet.code}`;
    if (twin) sheet.say("twice");
  }

  private find(entry: Entry): Sheet | undefined {
    const { enrolment, subject, code } = entry.body;
    return this.sheets.find((s) => {
      const d = s.el.dataset;
      return d["enrolment"] ? d["enrolment"] === enrolment : (code !== undefined && s.code === code) || (subject !== undefined && d["sheet"] === subject);
    });
  }

  private restore(entry: Entry): void {
    const code = entry.body["code"];
    const sheet = this.find(entry) ?? (typeof code === "string" ? this.append(code) : undefined);
    if (!sheet || sheet.closed !== "") return;
    const cells = (entry.body["cells"] ?? {}) as Record<string, string>;
    this.questions.forEach((q, k) => {
      sheet.values[k] = cells[String(q.at)];
      sheet.draw(k);
    });
    sheet.say("phone");
  }

  private count(): void {
    const line = this.root.querySelector<HTMLElement>("[data-paper-count]");
    const open = this.sheets.filter((s) => s.closed === "");
    const done = open.reduce((n, s) => n + s.typed, 0);
    if (line) line.textContent = (line.dataset["of"] ?? "").replace("{n}", String(done)).replace("{of}", String(open.length * this.questions.length));
  }

  private add(event: SubmitEvent): void {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const input = form.elements.namedItem("code");
    if (!(input instanceof HTMLInputElement)) return;
    const code = input.value.trim();
    const short = [...code.matchAll(/[\p{L}\p{N}]/gu)].length < codeLength;
    const error = form.querySelector<HTMLElement>("[data-paper-short]");
    if (error) error.hidden = !short;
    if (short) return input.focus();
    input.value = "";
    const known = this.sheets.find((s) => s.code.toUpperCase() === code.toUpperCase());
    (known ?? this.append(code)).inputs[0]?.focus();
  }

  private append(code: string): Sheet {
    const made = this.root.querySelector<HTMLTemplateElement>("[data-paper-new]")?.content.cloneNode(true) as DocumentFragment;
    const el = made.querySelector("tr") as HTMLTableRowElement;
    const name = el.querySelector("[data-sheet-name]");
    if (name) name.textContent = code;
    for (const i of el.querySelectorAll("input")) i.ariaLabel = (i.ariaLabel ?? "").replace("%", code);
    this.rows?.append(el);
    const sheet = new Sheet(el, this);
    sheet.code = code;
    this.sheets.push(sheet);
    this.count();
    return sheet;
  }

  private firstGap(): HTMLInputElement | undefined {
    for (const s of this.sheets) {
      if (s.closed !== "") continue;
      const k = s.values.findIndex((v, i) => !whole(this.question(i), v));
      if (k >= 0) return s.inputs[k];
    }
    return undefined;
  }

  /** Where a cell is; undefined for anything else. */
  private at(target: EventTarget | null): { sheet: Sheet; k: number; row: number } | undefined {
    const row = this.sheets.findIndex((s) => target instanceof HTMLInputElement && s.el.contains(target));
    const sheet = this.sheets[row];
    return sheet ? { sheet, k: sheet.inputs.indexOf(target as HTMLInputElement), row } : undefined;
  }

  /** Goes on by cells, from row to row; closed rows are passed over. Behind the last one an anonymous test asks for the next code. */
  private move(row: number, k: number, by: 1 | -1): void {
    let [r, c] = [row, k + by];
    for (;;) {
      if (c < 0 || c >= this.questions.length) {
        r += by;
        c = by > 0 ? 0 : this.questions.length - 1;
      }
      const sheet = this.sheets[r];
      if (!sheet) break;
      if (sheet.closed === "") return sheet.inputs[c]?.focus();
      c = by > 0 ? this.questions.length : -1;
    }
    if (by > 0) this.root.querySelector<HTMLInputElement>("[data-paper-add] input")?.focus();
  }

  private vertical(row: number, k: number, by: 1 | -1): void {
    for (let r = row + by; this.sheets[r]; r += by) {
      if (this.sheets[r]?.closed === "") return this.sheets[r]?.inputs[k]?.focus();
    }
  }

  private key(event: KeyboardEvent): void {
    const here = this.at(event.target);
    if (!here || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const { sheet, k, row } = here;
    const text = this.question(k).kind === "letter";
    const input = sheet.inputs[k] as HTMLInputElement;
    const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const inText = text && input.value !== "" && event.key.startsWith("Arrow");
    switch (event.key) {
      case "ArrowUp":
        this.vertical(row, k, -1);
        break;
      case "ArrowDown":
        this.vertical(row, k, 1);
        break;
      case "ArrowLeft":
      case "ArrowRight":
        if (inText) return;
        this.move(row, k, event.key === forward ? 1 : -1);
        break;
      case "Enter":
        if (text && sheet.values[k] === undefined) sheet.set(k, "");
        this.move(row, k, 1);
        break;
      case "Backspace":
      case "Delete":
        if (text && input.value !== "") return;
        if (sheet.values[k] === undefined) this.move(row, k, -1);
        else sheet.set(k, undefined);
        break;
      default:
        // the row of digits of a French keyboard gives signs
        if (text || !/^Digit[1-9]$/.test(event.code) || event.shiftKey || /^[0-9٠-٩]$/.test(event.key)) return;
        this.press(here, event.code.slice(5));
    }
    event.preventDefault();
  }

  private char(event: InputEvent): void {
    const here = this.at(event.target);
    if (!here || this.question(here.k).kind === "letter" || !event.data) return;
    event.preventDefault();
    for (const c of event.data) this.press(here, c);
  }

  private press(here: { sheet: Sheet; k: number; row: number }, char: string): void {
    const typed = type(this.question(here.k), here.sheet.values[here.k], char);
    const input = here.sheet.inputs[here.k];
    input?.toggleAttribute("data-wrong", typed === undefined);
    if (!typed) return;
    if (typed.value !== here.sheet.values[here.k]) here.sheet.set(here.k, typed.value);
    if (typed.next) this.move(here.row, here.k, 1);
  }

  /** Text is taken as it is written; what a telephone's keyboard wrote into a cell of keys is drawn anew. */
  private input(event: Event): void {
    const here = this.at(event.target);
    if (!here) return;
    const { sheet, k } = here;
    if (this.question(k).kind !== "letter") return sheet.draw(k);
    const value = sheet.inputs[k]?.value ?? "";
    sheet.set(k, value === "" ? undefined : value);
  }
}

const root = document.querySelector<HTMLElement>("[data-paper]");
if (root) void new Grid(root).start();
