// Check-in at the door: a badge before the camera or its code typed, one large answer. With network the server decides; without
// it, the list on the page does, and the arrival waits in the outbox.
import { device } from "./lib/device.ts";
import { makeMark, markOutbox, putMarks, wall } from "./lib/marks.ts";
import type { Outbox } from "./lib/outbox.ts";
import { RefusedPanel } from "./lib/refused.ts";
import { aboutOf } from "./lib/unsent.ts";
import { newKey, word } from "./lib/page.ts";
import { showSaved } from "./lib/saved.ts";

interface Person {
  id: string;
  name: string;
  token: string;
  code: string;
  in: boolean;
  seq: number;
}

interface Answer {
  outcome: string;
  tone: string;
  title: string;
  name: string;
  text: string;
  enrolment?: string;
  seq?: number;
}

/** A request that takes longer than this counts as no network: people stand in line. */
const patience = 6000;

class Door {
  private readonly people: Person[];
  private readonly words: Record<string, string>;
  private readonly outbox: Outbox;
  private busy = false;

  constructor(private readonly el: HTMLElement) {
    this.people = JSON.parse(el.dataset["list"] ?? "[]") as Person[];
    this.words = JSON.parse(el.dataset["says"] ?? "{}") as Record<string, string>;
    const queue = el.dataset["queue"] ?? "";
    this.outbox = markOutbox(queue, { changed: showSaved(queue), owner: el.dataset["owner"], refused: () => void refusals?.show(), acknowledged: () => void refusals?.show() });
    const { outbox } = this;
    const refusals = RefusedPanel.on(document, { list: () => outbox.refusals(), retry: (l) => outbox.retry(l), drop: (l) => outbox.drop(l) });
    outbox.start();
    void refusals?.show();
    el.addEventListener("scan", (event) => {
      event.preventDefault();
      void this.badge((event as CustomEvent<string>).detail);
    });
    const form = el.querySelector<HTMLFormElement>("#checkin-form");
    const input = form?.querySelector<HTMLInputElement>("[data-scan-input]");
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      const typed = input?.value.trim() ?? "";
      if (typed === "" || !input) return;
      input.value = "";
      input.focus();
      void this.badge(typed);
    });
    if (input?.value) input.select();
  }

  private async badge(text: string): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      this.show(await this.check(text));
    } finally {
      this.busy = false;
    }
  }

  private async check(text: string): Promise<Answer> {
    try {
      const response = await fetch(this.el.dataset["checkin"] ?? "", {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ badge: text, slot: this.el.dataset["slot"], key: newKey(), device: device() }),
        credentials: "same-origin",
        signal: AbortSignal.timeout(patience),
      });
      if (response.status >= 500) return this.offline(text);
      const answer = (await response.json()) as Answer & { error?: { message: string } };
      if (response.status === 401) return refusal(word("error_signed_out"));
      return answer.error ? refusal(answer.error.message) : answer;
    } catch {
      return this.offline(text);
    }
  }

  /** The same answer from the list on the page; the arrival is kept and sent later. */
  private offline(text: string): Answer {
    const person = this.find(text);
    const says = (key: string): string => this.words[key] ?? "";
    if (!person) return refusal(says("unknown"));
    const answer = { outcome: "already", tone: "warn", title: says("already"), name: person.name, text: "", enrolment: person.id };
    if (person.in) return answer;
    const now = new Date();
    if (now < new Date(this.el.dataset["opens"] ?? 0)) return { ...answer, outcome: "early", title: says("early") };
    if (now >= new Date(this.el.dataset["ends"] ?? 0)) return { ...answer, outcome: "over", title: says("over") };
    const late = now > new Date(this.el.dataset["late"] ?? 0);
    const mark = makeMark({ slot: this.el.dataset["slot"] ?? "", enrolment: person.id, status: late ? "late" : "present",
      arrived: wall(now, this.el.dataset["zone"] ?? "Africa/Tunis"), left: "", reason: "", seen: person.seq }, "scan");
    void putMarks(this.outbox, this.el.dataset["marks"] ?? "", [mark], aboutOf(this.el, { [person.id]: person.name }));
    return { ...answer, outcome: "ok", tone: late ? "warn" : "good", title: says("kept") };
  }

  private find(text: string): Person | undefined {
    const token = text.trim().split("/b/").pop() ?? "";
    const code = text.toUpperCase().replace(/[^0-9A-Z]/g, "");
    return this.people.find((p) => p.token === token || p.code === code);
  }

  private show(a: Answer): void {
    const box = this.el.querySelector<HTMLElement>("[data-checkin-result]");
    if (!box) return;
    box.className = `checkin-result checkin-${a.tone}`;
    const put = (part: string, text: string): void => {
      const el = box.querySelector(`[data-checkin-${part}]`);
      if (el) el.textContent = text;
    };
    put("title", a.title);
    put("name", a.name);
    put("text", a.text);
    const person = this.people.find((p) => p.id === a.enrolment);
    if (person && (a.outcome === "ok" || a.outcome === "already")) person.in = true;
    if (person && a.seq) person.seq = a.seq;
    const count = this.el.querySelector("[data-checkin-in]");
    if (count) count.textContent = String(this.people.filter((p) => p.in).length);
    if (this.el.querySelector<HTMLInputElement>("[data-checkin-sound]")?.checked) beep(a.tone === "bad" ? 220 : 880);
  }
}

function refusal(title: string): Answer {
  return { outcome: "unknown", tone: "bad", title, name: "", text: "" };
}

let audio: AudioContext | undefined;

/** A short tone, high for yes and low for no. */
function beep(hertz: number): void {
  audio ??= new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  volume.gain.value = 0.1;
  tone.frequency.value = hertz;
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.12);
}

const door = document.querySelector<HTMLElement>(".checkin");
if (door) new Door(door);
