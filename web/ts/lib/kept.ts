// What the page of a test knows of each answer: only on this phone, or on the server as well. The last answers are kept on the
// phone until the test is handed in, so that the page opened again without network shows what was answered.
import type { OutboxState } from "./outbox.ts";
import { type KeptAnswer, openDevice } from "./store.ts";

/** Milliseconds by which the server's clock is ahead of this phone's; undefined until the server has said. */
export class Clock {
  private ahead: number | undefined;

  constructor(atLoad: string | undefined) {
    if (atLoad) this.heard(Number(atLoad));
  }

  heard(serverNow: number): void {
    if (Number.isFinite(serverNow) && serverNow > 0) this.ahead = Math.round(serverNow - Date.now());
  }

  get offset(): number | undefined {
    return this.ahead;
  }

  /** The server's time, as well as it is known. */
  now(): number {
    return Date.now() + (this.ahead ?? 0);
  }
}

/** Marks every question with where its answer is. */
export class Marks {
  constructor(
    private readonly form: HTMLFormElement,
    questions: HTMLElement[],
  ) {
    for (const q of questions) {
      const line = document.createElement("p");
      line.className = "exam-kept";
      line.dataset["examKept"] = "";
      line.hidden = true;
      q.append(line);
    }
  }

  phone(position: number): void {
    this.draw(position, "phone");
  }

  /** The server has an answer; a newer one to the same question may still wait. */
  server(position: number, late: boolean, more: boolean): void {
    if (!more) this.draw(position, late ? "late" : "server");
  }

  private draw(position: number, state: "phone" | "server" | "late"): void {
    const line = this.form.querySelector<HTMLElement>(`[data-exam-question="${position}"] [data-exam-kept]`);
    if (!line) return;
    line.hidden = false;
    line.dataset["state"] = state;
    line.textContent = this.form.dataset[state === "phone" ? "keptPhone" : state === "server" ? "keptServer" : "keptLate"] ?? "";
  }
}

/** The answers of one attempt on this device. A browser without storage keeps none. */
export async function keptAnswers(attempt: string): Promise<KeptAnswer[]> {
  try {
    const db = await openDevice();
    const list = await db.getAllFromIndex("answers", "attempt", attempt);
    db.close();
    return list;
  } catch {
    return [];
  }
}

export async function keepAnswer(attempt: string, position: number, response: unknown, seq: number): Promise<void> {
  try {
    const db = await openDevice();
    await db.put("answers", { id: `${attempt}/${position}`, attempt, position, response, seq });
    db.close();
  } catch {
    // the outbox has it too
  }
}

/** After handing in, nothing of the test stays readable here. */
export async function forgetTest(attempt: string): Promise<void> {
  try {
    const db = await openDevice();
    for (const a of await db.getAllFromIndex("answers", "attempt", attempt)) await db.delete("answers", a.id);
    db.close();
    const pages = await globalThis.caches?.open("exam-page");
    await pages?.delete(`/t/${attempt}`);
  } catch {
    // nothing was kept
  }
}

/** Lets the page open without network: the service worker keeps it and what it is made of. */
export function keepPage(): void {
  if (!("serviceWorker" in navigator)) return;
  const parts = performance.getEntriesByType("resource").map((e) => new URL(e.name)).filter((u) => u.origin === location.origin && u.pathname.startsWith("/assets/"));
  void navigator.serviceWorker.register("/t/sw.js", { scope: "/t/" })
    .then(() => navigator.serviceWorker.ready)
    .then((r) => r.active?.postMessage({ page: location.pathname, parts: [...new Set(parts.map((u) => u.pathname))] }))
    .catch(() => undefined); // an old browser, or a private window: the page works, but not without network
}

/** Adds what is sealed to what waits and to what was refused. */
export function withSealed(state: OutboxState, sealed: { waiting: number; refused: number }): OutboxState {
  return { ...state, pending: state.pending + sealed.waiting, refused: state.refused + sealed.refused };
}
