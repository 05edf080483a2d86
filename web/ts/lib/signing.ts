// Signatures on the screen of the roll-call. They go through the roll-call's own outbox: kept on the device first, sent when the
// network allows, and gone from it once the server has answered.
import { device } from "./device.ts";
import { wall } from "./marks.ts";
import { aboutOf } from "./unsent.ts";
import type { Entry, Outbox } from "./outbox.ts";
import { Pad } from "./pad.ts";
import { newKey } from "./page.ts";
import { toast } from "./toast.ts";

/** A signature as the server has it. */
export interface Signed {
  enrolment: string;
  kind: string;
  at: string;
}

interface SignAnswer {
  signed?: Signed;
  error?: string;
}

export class Signing {
  private readonly pad: Pad | undefined;
  private readonly dialog = document.getElementById("signing") as HTMLDialogElement | null;
  /** Rows whose signature the server does not have yet. */
  private readonly waiting = new Map<string, number>();

  constructor(
    private readonly form: HTMLFormElement,
    private readonly words: Record<string, string>,
    private readonly outbox: Outbox,
  ) {
    const box = this.dialog?.querySelector<SVGSVGElement>("[data-sign-pad]");
    const ink = this.dialog?.querySelector<SVGPathElement>("[data-sign-ink]");
    if (!this.dialog || !box || !ink) return;
    this.pad = new Pad(box, ink);
    for (const b of form.querySelectorAll<HTMLElement>("[data-roll-sign]")) b.hidden = false;
    form.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("[data-roll-sign]") : null;
      const row = button?.closest<HTMLElement>("[data-roll-row]");
      if (row) this.open(row);
    });
    this.dialog.querySelector("[data-sign-clear]")?.addEventListener("click", () => this.pad?.clear());
    this.dialog.querySelector<HTMLFormElement>("[data-sign-form]")?.addEventListener("submit", (event) => this.save(event));
    this.dialog.addEventListener("close", () => this.forget());
  }

  /** Signatures of an earlier visit that the server does not have yet are shown as given. */
  pending(entry: Entry): void {
    const { slot, enrolment, strokes, at } = entry.body as Record<string, string | undefined>;
    if (!isSignature(entry) || slot !== this.form.dataset["slot"] || !enrolment) return;
    this.count(enrolment, 1);
    this.show({ enrolment, kind: strokes ? "drawn" : "typed", at: this.clock(at) });
  }

  /** What the server says of all rows; those with a signature under way are left alone. */
  take(list: Signed[]): void {
    const by = new Map(list.map((s) => [s.enrolment, s]));
    for (const row of this.form.querySelectorAll<HTMLElement>("[data-roll-row]")) {
      const id = row.dataset["rollRow"] ?? "";
      if (!this.waiting.get(id)) this.show(by.get(id) ?? { enrolment: id, kind: "", at: "" });
    }
  }

  /** Tells whether the answer is to a signature, and whether it was taken. */
  answered(entry: Entry, answer: unknown): "taken" | "refused" | undefined {
    if (!isSignature(entry)) return undefined;
    const { enrolment, slot } = entry.body as Record<string, string>;
    if (slot === this.form.dataset["slot"]) this.count(enrolment ?? "", -1);
    const { error } = (answer ?? {}) as SignAnswer;
    if (error === undefined) return "taken";
    toast(`${(this.words["sign_refused"] ?? "").replace("%", this.name(enrolment ?? ""))} ${error}`, { stay: 5000 });
    return "refused";
  }

  /** A whole request was refused: the row goes back to what the server says. */
  refused(entry: Entry): void {
    const { enrolment, slot } = entry.body as Record<string, string>;
    if (isSignature(entry) && slot === this.form.dataset["slot"]) this.count(enrolment ?? "", -1);
  }

  private open(row: HTMLElement): void {
    const dialog = this.dialog;
    if (!dialog || !this.pad) return;
    const from = this.form.dataset["signFrom"];
    if (from && new Date() < new Date(from)) return toast((this.words["sign_early"] ?? "").replace("%", this.clock(from)), { stay: 5000 });
    dialog.dataset["row"] = row.dataset["rollRow"] ?? "";
    const name = dialog.querySelector("[data-sign-name]");
    if (name) name.textContent = row.dataset["name"] ?? "";
    const known = dialog.querySelector<HTMLElement>("[data-sign-known]");
    const says = row.querySelector<HTMLElement>("[data-roll-signed]:not([hidden]) [data-roll-signed-says]")?.textContent ?? "";
    if (known) {
      known.hidden = says === "";
      known.textContent = (this.words["sign_again"] ?? "").replace("%", says);
    }
    dialog.showModal();
  }

  private save(event: SubmitEvent): void {
    const typed = this.field();
    const name = typed?.value.trim() ?? "";
    const drawn = this.pad?.signed ?? false;
    if (!drawn && name === "") {
      event.preventDefault();
      const error = this.dialog?.querySelector<HTMLElement>("[data-sign-error]");
      if (error) {
        error.hidden = false;
        error.textContent = this.words["sign_empty"] ?? "";
      }
      return;
    }
    const enrolment = this.dialog?.dataset["row"] ?? "";
    const at = new Date().toISOString();
    this.count(enrolment, 1);
    this.show({ enrolment, kind: drawn ? "drawn" : "typed", at: this.clock(at) });
    void this.outbox.put(this.form.dataset["signatures"] ?? "", {
      key: newKey(), slot: this.form.dataset["slot"] ?? "", enrolment, strokes: drawn ? this.pad?.text : "", name: drawn ? "" : name, device: device(), at,
    }, undefined, aboutOf(this.form, { [enrolment]: this.name(enrolment) }));
  }

  /** Nothing of a signature stays on the screen for the next person. */
  private forget(): void {
    this.pad?.clear();
    const typed = this.field();
    if (typed) typed.value = "";
    const error = this.dialog?.querySelector<HTMLElement>("[data-sign-error]");
    if (error) error.hidden = true;
    for (const d of this.dialog?.querySelectorAll("details") ?? []) d.open = false;
  }

  private field(): HTMLInputElement | null {
    return this.dialog?.querySelector<HTMLInputElement>("input[name=signed_name]") ?? null;
  }

  private count(enrolment: string, by: number): void {
    this.waiting.set(enrolment, Math.max(0, (this.waiting.get(enrolment) ?? 0) + by));
  }

  private row(enrolment: string): HTMLElement | undefined {
    return [...this.form.querySelectorAll<HTMLElement>("[data-roll-row]")].find((r) => r.dataset["rollRow"] === enrolment);
  }

  private name(enrolment: string): string {
    return this.row(enrolment)?.dataset["name"] ?? "";
  }

  private clock(at: string | undefined): string {
    return at ? wall(new Date(at), this.form.dataset["zone"] ?? "Africa/Tunis") : "";
  }

  private show(s: Signed): void {
    const flag = this.row(s.enrolment)?.querySelector<HTMLElement>("[data-roll-signed]");
    if (!flag) return;
    flag.hidden = s.kind === "";
    flag.dataset["rollSigned"] = s.kind;
    const says = flag.querySelector("[data-roll-signed-says]");
    if (says) says.textContent = (this.words[s.kind === "typed" ? "sign_typed_at" : "sign_signed_at"] ?? "").replace("%", s.at);
  }
}

function isSignature(entry: Entry): boolean {
  return entry.url.endsWith("/signatures");
}
