// Attendance marks as the server takes them, and the outbox that sends them. The server corrects this device's clock by the
// time of sending, so a wrong clock does no harm.
import { device } from "./device.ts";
import { type About, type Entry, Outbox, type OutboxOptions } from "./outbox.ts";
import { newKey } from "./page.ts";

export type Status = "present" | "late" | "left_early" | "excused" | "absent" | "unmarked";

/** One statement about one person's half-day. */
export interface Mark {
  key: string;
  slot: string;
  enrolment: string;
  status: Status;
  arrived: string;
  left: string;
  reason: string;
  source: "roll_call" | "scan";
  /** The newest number of this cell that was on the screen. */
  seen: number;
  at: string;
}

/** A cell as the server has it. */
export interface Cell {
  enrolment: string;
  status: Status;
  seq: number;
  arrived: string;
  left: string;
  reason: string;
  conflict: boolean;
  source: string;
}

export interface MarkAnswer {
  key: string;
  error?: string;
  cell?: Cell;
}

export interface BatchAnswer {
  answers: MarkAnswer[];
  version: number;
}

/** The time on the wall of a time zone: "09:12". */
export function wall(at: Date, zone: string): string {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone }).format(at);
}

export function makeMark(part: Omit<Mark, "key" | "at" | "source">, source: Mark["source"] = "roll_call"): Mark {
  return { ...part, source, key: newKey(), at: new Date().toISOString() };
}

export function sendMarks(entry: Entry): Promise<Response> {
  return fetch(entry.url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ ...entry.body, sent_at: new Date().toISOString() }),
    credentials: "same-origin",
    redirect: "error",
    keepalive: true,
    signal: AbortSignal.timeout(20_000),
  });
}

/** The outbox of one event's marks and signatures. */
export function markOutbox(queue: string, options: OutboxOptions): Outbox {
  return new Outbox(queue, { ...options, send: sendMarks, rest: refusedPart });
}

/** What the server refused of a request that it took, with its reason: single marks, or a signature. Undefined when it took all. */
export function refusedPart(entry: Entry, answer: unknown): Entry | undefined {
  const { error, answers } = (answer ?? {}) as { error?: string; answers?: MarkAnswer[] };
  if (typeof error === "string") return { ...entry, refused: 422, reason: error };
  const wrong = new Map((answers ?? []).filter((a) => a.error).map((a) => [a.key, a.error ?? ""]));
  if (wrong.size === 0) return undefined;
  return { ...entry, body: { ...entry.body, marks: marksOf(entry).filter((m) => wrong.has(m.key)) }, refused: 422, reason: [...new Set(wrong.values())].join(" ") };
}

/** Keeps marks on the device and sends them in one request. */
export function putMarks(outbox: Outbox, url: string, marks: Mark[], about?: About): Promise<Entry> {
  return outbox.put(url, { device: device(), marks }, undefined, about);
}

/** The marks of an entry that waits. */
export function marksOf(entry: Entry): Mark[] {
  const marks = entry.body["marks"];
  return Array.isArray(marks) ? (marks as Mark[]) : [];
}
