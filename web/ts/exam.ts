// A test on a phone: one question a screen, each answer kept on the device at once and sent after, and a calm look back
// before submitting. Without this script the page is one long form that works too.
import { Clock, Marks, forgetTest, keepAnswer, keepPage, keptAnswers, withSealed } from "./lib/kept.ts";
import { Outbox, type OutboxOptions, type OutboxState, type Seal } from "./lib/outbox.ts";
import { flagKept, sealedChannel } from "./lib/kept-flag.ts";
import { draw } from "./lib/countdown.ts";
import { showSaved } from "./lib/saved.ts";
import { sealEntries, sealedOf, sendSealed } from "./lib/seal.ts";

interface Answer {
  c?: string[];
  m?: Record<string, string>;
  t?: string;
}

/** How often the phone asks whether the trainer gave more time, in milliseconds. */
const askTime = 20_000;

/** Milliseconds of quiet after which typed text is an answer. */
const typingPause = 700;

const form = document.querySelector<HTMLFormElement>("form[data-exam]");
if (form) start(form);
else finish();

/** The page after the test: what an earlier visit could not send is sent now, and nothing of the test stays on the phone. */
function finish(): void {
  const done = document.querySelector<HTMLElement>("[data-exam-done]");
  const id = done?.dataset["examDone"] ?? "";
  if (!done) return;
  void forgetTest(id);
  queueOf(id).start();
}

/** The outbox of an attempt, whose state counts what is sealed here too. What the server refuses goes up sealed. */
function queueOf(id: string, options: OutboxOptions = {}): Outbox {
  const queue = `exam-${id}`;
  const show = showSaved(queue);
  let last: OutboxState | undefined;
  let sealed: { waiting: number; refused: number } | undefined;
  const draw = async (): Promise<void> => {
    if (last && sealed) show(withSealed(last, sealed)); // at once: the page never says that all is sent while something waits
    sealed = await sealedOf(queue).catch(() => sealed ?? { waiting: 0, refused: 0 });
    if (last) show(withSealed(last, sealed));
  };
  const bring = (): void => void sendSealed().then(draw, () => undefined);
  void navigator.locks?.request(queue, () => new Promise(() => undefined)); // held while the page is open: no other page seals
  new BroadcastChannel(sealedChannel).addEventListener("message", (event) => event.data === queue && location.reload());
  addEventListener("online", bring);
  setInterval(() => void sealedOf(queue).then((n) => n.waiting > 0 && bring(), () => undefined), 10_000);
  bring();
  return new Outbox(queue, {
    ...options,
    changed: (state) => {
      last = state;
      void draw();
    },
    refused: (entry) => void sealEntries(queue, [entry], false).then(bring, () => undefined),
  });
}

function sealOf(form: HTMLFormElement): Seal | undefined {
  const { keepKey: key, keepId: id, keepPass: pass } = form.dataset;
  return key && id && pass ? { key, id, pass } : undefined;
}

/** What the server says to an answer. */
interface Ack {
  late?: boolean;
  now?: number;
}

function start(form: HTMLFormElement): void {
  const id = form.dataset["exam"] ?? "";
  const take = `/t/${id}`;
  const questions = [...form.querySelectorAll<HTMLElement>("[data-exam-question]")];
  const review = form.querySelector<HTMLElement>("[data-exam-review]");
  const clock = new Clock(form.dataset["now"]);
  const marks = new Marks(form, questions);
  const outbox = queueOf(id, {
    seal: sealOf(form),
    acknowledged: (entry, answer) => {
      if (entry.url === form.action || entry.url.endsWith("/submit")) return location.assign(take);
      const ack = (answer ?? {}) as Ack;
      if (ack.now) clock.heard(ack.now);
      const position = Number(entry.body["position"]);
      void outbox.pending().then((rest) => marks.server(position, ack.late === true, rest.some((e) => e.body["position"] === position)));
    },
  });
  let last = Number(form.dataset["seq"] ?? "0");
  let timer: ReturnType<typeof setTimeout> | undefined;
  let typing: HTMLElement | undefined;

  /** Numbers grow with each answer, by the server's clock, also when the phone's was set back. */
  const nextSeq = (): number => (last = Math.max(clock.now(), last + 1));

  const save = (question: HTMLElement): void => {
    if (typing === question) typing = undefined;
    const position = Number(question.dataset["examQuestion"]);
    const body: Record<string, unknown> = { position, response: read(question), seq: nextSeq() };
    if (clock.offset !== undefined) body["offset"] = clock.offset;
    flagKept(true);
    void keepAnswer(id, position, body["response"], last);
    void outbox.put(form.dataset["save"] ?? "", body, `q${position}`).then(() => marks.phone(position));
    progress();
  };

  /** What is being typed is an answer before anything else happens to the page. */
  const saveTyped = (): void => {
    clearTimeout(timer);
    if (typing) save(typing);
  };

  form.addEventListener("change", (event) => {
    const question = questionOf(event);
    if (!question) return;
    if (typing === question) clearTimeout(timer);
    save(question);
  });
  form.addEventListener("input", (event) => {
    const question = questionOf(event);
    const typed = event.target instanceof HTMLTextAreaElement || (event.target instanceof HTMLInputElement && event.target.type === "text");
    if (!question || !typed) return;
    clearTimeout(timer);
    typing = question;
    timer = setTimeout(() => save(question), typingPause);
  });
  addEventListener("pagehide", saveTyped);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    saveTyped();
    void outbox.put(`${take}/submit`, { submit: true }, "submit");
  });

  const progress = (): void => mark(form, questions);
  countdown(form, clock);
  void restore(outbox, id, last, questions, marks).then((newest) => {
    last = Math.max(last, newest);
    walk(form, questions, review);
    progress();
    outbox.start();
    keepPage();
  });
}

/** Shows the time left, and asks the server now and then whether there is more. Without network the last word counts. */
function countdown(form: HTMLFormElement, clock: Clock): void {
  const el = form.querySelector<HTMLElement>("[data-countdown]");
  if (!el) return;
  const time = new Intl.DateTimeFormat("fr", { hour: "2-digit", minute: "2-digit", timeZone: "Africa/Tunis" });
  const ask = async (): Promise<void> => {
    const response = await fetch(el.dataset["ask"] ?? "", { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(10_000) });
    if (!response.ok) return;
    const { due, now } = (await response.json()) as { due: number; now: number };
    clock.heard(now);
    const more = due - Number(el.dataset["until"]);
    if (due <= 0 || more === 0) return;
    el.dataset["until"] = String(due);
    const at = el.querySelector("[data-countdown-at]");
    if (at) at.textContent = (el.dataset["at"] ?? "").replace("{at}", time.format(due));
    const said = el.querySelector("[data-countdown-more]");
    if (said && more > 0) said.textContent = el.dataset["more"] ?? "";
    draw(el, clock.now());
  };
  setInterval(() => draw(el, clock.now()), 500);
  setInterval(() => void ask().catch(() => undefined), askTime * (0.8 + 0.4 * Math.random()));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && void ask().catch(() => undefined));
  addEventListener("online", () => void ask().catch(() => undefined));
  draw(el, clock.now());
}

function questionOf(event: Event): HTMLElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLElement>("[data-exam-question]") : null;
}

/** Reads what is answered; the shapes are those of the server. */
function read(question: HTMLElement): Answer {
  switch (question.dataset["type"]) {
    case "matching": {
      const m: Record<string, string> = {};
      for (const s of question.querySelectorAll("select")) if (s.value) m[lineOf(s)] = s.value;
      return { m };
    }
    case "ordering":
      return { c: order([...question.querySelectorAll("select")]) };
    case "short_text":
    case "numeric":
    case "open":
      return { t: question.querySelector<HTMLInputElement | HTMLTextAreaElement>("input.input, textarea.input")?.value.trim() ?? "" };
    default:
      return { c: [...question.querySelectorAll<HTMLInputElement>("input:checked")].map((i) => i.value) };
  }
}

function lineOf(select: HTMLSelectElement): string {
  return select.name.split("_").slice(1).join("_");
}

/** Lines by their rank; an order with gaps or repeats is no answer yet. */
function order(selects: HTMLSelectElement[]): string[] {
  const byRank = new Map(selects.map((s) => [Number(s.value), lineOf(s)]));
  const lines = selects.map((_, i) => byRank.get(i + 1) ?? "");
  return lines.every((l) => l !== "") ? lines : [];
}

function answered(question: HTMLElement): boolean {
  const a = read(question);
  return (a.c?.length ?? 0) > 0 || Object.keys(a.m ?? {}).length > 0 || (a.t ?? "") !== "";
}

/** Puts answers that are newer on this device than on the page back into it; gives the number of the newest. */
async function restore(outbox: Outbox, id: string, seen: number, questions: HTMLElement[], marks: Marks): Promise<number> {
  const at = (position: unknown): HTMLElement | undefined => questions.find((q) => Number(q.dataset["examQuestion"]) === position);
  let newest = seen;
  for (const a of await keptAnswers(id)) {
    const question = at(a.position);
    if (question && a.seq > seen) fill(question, a.response as Answer);
    newest = Math.max(newest, a.seq);
  }
  for (const entry of await outbox.pending()) {
    const question = at(entry.body["position"]);
    if (!question) continue;
    fill(question, entry.body["response"] as Answer);
    marks.phone(Number(entry.body["position"]));
  }
  return newest;
}

function fill(question: HTMLElement, a: Answer): void {
  for (const input of question.querySelectorAll<HTMLInputElement>("input[type=radio], input[type=checkbox]")) {
    input.checked = a.c?.includes(input.value) ?? false;
  }
  for (const s of question.querySelectorAll("select")) {
    const rank = (a.c?.indexOf(lineOf(s)) ?? -1) + 1;
    s.value = a.m?.[lineOf(s)] ?? (rank > 0 ? String(rank) : s.value);
  }
  const text = question.querySelector<HTMLInputElement | HTMLTextAreaElement>("input.input, textarea.input");
  if (text && a.t !== undefined) text.value = a.t;
}

/** Shows on the map and above the button what is answered. */
function mark(form: HTMLFormElement, questions: HTMLElement[]): void {
  let missing = 0;
  for (const [i, q] of questions.entries()) {
    const done = answered(q);
    if (!done) missing++;
    const dot = form.querySelector<HTMLElement>(`[data-exam-go="${i + 1}"]`);
    dot?.toggleAttribute("data-done", done);
    const said = dot?.querySelector("[data-exam-said]");
    if (said) said.textContent = (done ? form.dataset["answered"] : form.dataset["open"]) ?? "";
  }
  const words = form.querySelector<HTMLElement>("[data-exam-missing]");
  if (!words) return;
  const some = JSON.parse(words.dataset["some"] ?? "[]") as string[];
  words.textContent = missing === 0 ? (words.dataset["none"] ?? "") : (some[missing - 1] ?? "");
}

/** One screen at a time: the questions, then the review. */
function walk(form: HTMLFormElement, questions: HTMLElement[], review: HTMLElement | null): void {
  const screens = review ? [...questions, review] : questions;
  const map = form.querySelector<HTMLElement>("[data-exam-map]");
  const steps = form.querySelector<HTMLElement>("[data-exam-steps]");
  const previous = form.querySelector<HTMLButtonElement>("[data-exam-previous]");
  const next = form.querySelector<HTMLButtonElement>("[data-exam-next]");
  let at = Math.max(0, questions.findIndex((q) => !answered(q)));

  const show = (i: number, focus: boolean): void => {
    at = Math.min(Math.max(i, 0), screens.length - 1);
    screens.forEach((s, k) => (s.hidden = k !== at));
    for (const dot of form.querySelectorAll<HTMLElement>("[data-exam-go]")) {
      if (Number(dot.dataset["examGo"]) === at + 1) dot.setAttribute("aria-current", "step");
      else dot.removeAttribute("aria-current");
    }
    if (previous) previous.disabled = at === 0;
    if (next) next.hidden = at === screens.length - 1;
    const text = next?.querySelector("[data-exam-next-text]");
    if (text && next) text.textContent = (at === questions.length - 1 ? next.dataset["review"] : next.dataset["next"]) ?? "";
    if (!focus) return;
    const target = screens[at]?.matches("[tabindex]") ? screens[at] : screens[at]?.querySelector<HTMLElement>("[tabindex]");
    target?.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  };

  form.dataset["paged"] = "";
  map?.removeAttribute("hidden");
  steps?.removeAttribute("hidden");
  previous?.addEventListener("click", () => show(at - 1, true));
  next?.addEventListener("click", () => show(at + 1, true));
  form.addEventListener("click", (event) => {
    const dot = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-exam-go]") : null;
    if (dot) show(Number(dot.dataset["examGo"]) - 1, true);
  });
  show(questions.every(answered) ? screens.length - 1 : at, false);
}
