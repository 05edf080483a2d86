// The pages of courses. A lesson: definitions open beside the text, the size of the text is the reader's, an answer is kept on the device and its
// feedback shown in its place, and the place of reading is remembered for the next device. Without this script the page is
// read and answered all the same.
import { readAloud } from "./lib/aloud.ts";
import { note } from "./lib/note.ts";
import { coursesPage } from "./lib/courses-page.ts";
import { courseOutbox, tellWithoutNetwork } from "./lib/course-queue.ts";
import { renew } from "./lib/keeping.ts";
import type { Outbox, OutboxState, Seal } from "./lib/outbox.ts";
import { on, setIcon } from "./lib/page.ts";
import { type Response, fill, isEmpty, read } from "./lib/response.ts";
import { showSaved } from "./lib/saved.ts";
import { steps } from "./lib/steps.ts";

interface ToldOption {
  id: string;
  correct: boolean;
  icon: string;
  label: string;
  text: string;
}

interface Told {
  question: string;
  tone: string;
  icon: string;
  message: string;
  text: string;
  options: ToldOption[];
  progress: string;
  complete: boolean;
}

/** Milliseconds on the page after which the lesson counts as opened. */
const opened = 3000;
const sizeKey = "shelter-lesson-size";

const lesson = document.querySelector<HTMLElement>("[data-lesson]");
if (lesson) start(lesson);
else coursesPage();

function start(lesson: HTMLElement): void {
  const queue = lesson.dataset["queue"] ?? "course";
  const outbox = courseOutbox(queue, {
    seal: sealOf(lesson),
    changed: shownAndRenewed(queue),
    acknowledged: (_, answer) => {
      if (isTold(answer)) show(answer);
    },
    refused: (entry) => {
      const form = formOf(String(entry.body["item"] ?? ""));
      if (form) say(form, form.dataset["refused"] ?? "", "bad", "circle-x");
    },
  }).start();
  tellWithoutNetwork();
  answers(outbox);
  void waiting(outbox);
  terms();
  textSize(lesson);
  remember(lesson, outbox);
  note(outbox);
  readAloud(lesson);
  steps();
  addEventListener("beforeprint", () => {
    for (const d of document.querySelectorAll<HTMLDetailsElement>("main details")) d.open = true;
  });
}

function sealOf(lesson: HTMLElement): Seal | undefined {
  const { sealKey: key, sealId: id, sealPass: pass } = lesson.dataset;
  return key && id && pass ? { key, id, pass } : undefined;
}

/** Says how things stand; when all is sent, the page that is kept on this device is fetched anew, with what was answered. */
function shownAndRenewed(queue: string): (state: OutboxState) => void {
  const show = showSaved(queue);
  let waited = false;
  return (state) => {
    show(state);
    const waits = state.pending + state.keeping > 0;
    if (waited && !waits) void renew(location.pathname, queue).catch(() => undefined);
    waited = waits;
  };
}

/** Answers that wait are on the page again. */
async function waiting(outbox: Outbox): Promise<void> {
  for (const entry of await outbox.pending()) {
    const form = formOf(String(entry.body["item"] ?? ""));
    if (!form || new URL(entry.url, location.href).pathname !== new URL(form.action).pathname) continue;
    clear(form);
    fill(form, entry.body as Response);
    say(form, form.dataset["waiting"] ?? "", "warn", "smartphone");
  }
}

function formOf(question: string): HTMLFormElement | null {
  return document.querySelector<HTMLFormElement>(`form[data-check="${CSS.escape(question)}"]`);
}

function isTold(answer: unknown): answer is Told {
  return typeof answer === "object" && answer !== null && "question" in answer && "options" in answer;
}

/** Sends an answer and waits for its feedback; what cannot be sent now is sent when the network is back. */
function answers(outbox: Outbox): void {
  on("submit", "form[data-check]", (form, event) => {
    event.preventDefault();
    if (!(form instanceof HTMLFormElement)) return;
    const response = read(form);
    clear(form);
    if (isEmpty(response)) {
      say(form, form.dataset["missing"] ?? "", "warn", "circle-alert");
      return;
    }
    const item = form.dataset["check"] ?? "";
    void outbox.put(form.action, { item, ...response }, `${form.action} ${item}`);
    setTimeout(() => {
      if (form.querySelector<HTMLElement>("[data-verdict]")?.hidden) say(form, form.dataset["waiting"] ?? "", "warn", "smartphone");
    }, 1500);
  });
}

/** Takes the feedback of the last try away. */
function clear(form: HTMLFormElement): void {
  for (const o of form.querySelectorAll<HTMLElement>("[data-mark]")) delete o.dataset["mark"];
  for (const r of form.querySelectorAll<HTMLElement>("[data-reason], [data-verdict], [data-general]")) r.hidden = true;
  form.querySelector("[data-result] .error")?.remove();
}

function say(form: HTMLFormElement, text: string, tone: string, icon: string): void {
  const result = form.querySelector<HTMLElement>("[data-result]");
  const verdict = form.querySelector<HTMLElement>("[data-verdict]");
  const words = form.querySelector<HTMLElement>("[data-verdict-text]");
  if (!result || !verdict || !words) return;
  result.className = `check-result check-${tone}`;
  setIcon(verdict, icon);
  words.textContent = text;
  verdict.hidden = false;
}

/** Shows what the server said about an answer, and how far the lesson is. */
function show(told: Told): void {
  const form = formOf(told.question);
  if (!form) return;
  clear(form);
  for (const o of told.options) mark(form, o);
  const general = form.querySelector<HTMLElement>("[data-general]");
  if (general) {
    general.textContent = told.text;
    general.hidden = told.text === "";
  }
  say(form, told.message, told.tone, told.icon);
  const progress = document.querySelector("[data-check-progress]");
  if (progress) progress.textContent = told.progress;
  if (told.complete) {
    for (const el of document.querySelectorAll<HTMLElement>("[data-check-complete], [data-lesson-done]")) el.hidden = false;
  }
}

function mark(form: HTMLFormElement, o: ToldOption): void {
  const reason = form.querySelector<HTMLElement>(`[data-reason="${CSS.escape(o.id)}"]`);
  const box = reason?.closest<HTMLElement>(".check-option");
  if (!reason || !box) return;
  box.dataset["mark"] = o.correct ? "right" : "wrong";
  setIcon(reason, o.icon);
  const label = reason.querySelector("[data-reason-label]");
  const text = reason.querySelector("[data-reason-text]");
  if (label) label.textContent = o.label;
  if (text) text.textContent = o.text;
  reason.hidden = false;
}

/** Opens the definition of a word as a popover; without support the link leads to it. */
function terms(): void {
  on("click", "[data-term]", (link, event) => {
    const pop = document.getElementById(link.getAttribute("href")?.slice(1) ?? "");
    if (!pop || typeof pop.showPopover !== "function") return;
    event.preventDefault();
    pop.showPopover();
    pop.querySelector<HTMLElement>("[data-term-close]")?.focus({ preventScroll: true });
  });
  on("click", "[data-term-close]", (close, event) => {
    const pop = close.closest<HTMLElement>("[popover]");
    if (!pop || typeof pop.hidePopover !== "function" || !pop.matches(":popover-open")) return;
    event.preventDefault();
    pop.hidePopover();
  });
}

/** The size of the text is kept on the device. */
function textSize(lesson: HTMLElement): void {
  const group = document.querySelector<HTMLElement>("[data-text-size]");
  if (!group) return;
  const set = (size: string): void => {
    lesson.dataset["size"] = size;
    for (const b of group.querySelectorAll<HTMLElement>("[data-size]")) b.setAttribute("aria-pressed", String(b.dataset["size"] === size));
  };
  group.hidden = false;
  set(localStorage.getItem(sizeKey) ?? "1");
  on("click", "[data-text-size] [data-size]", (b) => {
    const size = b.dataset["size"] ?? "1";
    localStorage.setItem(sizeKey, size);
    set(size);
  });
}

/** Tells the server where the reader is: when the lesson was opened, and the heading read last when the page is left. */
function remember(lesson: HTMLElement, outbox: Outbox): void {
  const url = lesson.dataset["seen"] ?? "";
  let told: string | undefined;
  const tell = (): void => {
    const place = lastHeading(lesson);
    if (place === told) return;
    told = place;
    void outbox.put(url, { place }, url);
  };
  setTimeout(tell, opened);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") tell();
  });
}

/** The id of the last heading that is above the middle of the window. */
function lastHeading(lesson: HTMLElement): string {
  let id = "";
  for (const h of lesson.querySelectorAll<HTMLElement>(".prose > h2[id], .prose > h3[id]")) {
    if (h.getBoundingClientRect().top > innerHeight / 2) break;
    id = h.id;
  }
  return id;
}
