// What of a roll-call or of typed sheets is on this device and not on the server: counted, sent, written out and dropped.
import { type Mark, marksOf, refusedPart, sendMarks } from "./marks.ts";
import { type About, type Entry, type Sender, ownedBy, post, refusal } from "./outbox.ts";
import { openDevice } from "./store.ts";

/** How much waits: each mark counts, each signature, and each other request. */
export interface Tally {
  marks: number;
  signatures: number;
  other: number;
  /** Refused as a whole; counted above as well. */
  refused: number;
  /** Requests of other accounts, which stay for them. */
  foreign: number;
}

/** What a page knows of the half-day that its entries are about. */
export function aboutOf(page: HTMLElement, names: Record<string, string>): About {
  return { event: page.dataset["event"] ?? "", half: page.dataset["half"] ?? "", names };
}

/** Answers of tests and what was done in courses have a way of their own (handover.ts). */
const elsewhere = /^(exam|course)-/;

/** All that is on this device, of every account. */
export async function unsent(): Promise<Entry[]> {
  const db = await openDevice();
  const all = await db.getAll("entries");
  db.close();
  return all.filter((e) => !elsewhere.test(e.queue));
}

export function isSignature(entry: Entry): boolean {
  return entry.url.endsWith("/signatures");
}

export function tally(entries: Entry[], owner: string | undefined): Tally {
  const t: Tally = { marks: 0, signatures: 0, other: 0, refused: 0, foreign: 0 };
  for (const e of entries) {
    if (!ownedBy(e, owner)) {
      t.foreign++;
      continue;
    }
    if (isSignature(e)) t.signatures++;
    else if (marksOf(e).length > 0) t.marks += marksOf(e).length;
    else t.other++;
    if (e.refused !== undefined) t.refused++;
  }
  return t;
}

/** What becomes of an entry: undefined when the server took all of it, or what stays here. */
async function left(entry: Entry, response: Response): Promise<Entry | undefined> {
  if (!response.ok) return { ...entry, ...(await refusal(response)) };
  return refusedPart(entry, response.status === 204 ? undefined : await response.json().catch(() => undefined));
}

const later = (status: number): boolean => status === 401 || status === 408 || status === 429 || status >= 500;

/** Sends entries in their order, each queue by itself: a queue stops at the first request that does not get through. What the server
    refuses is handed to keep, what it takes to remove. */
export async function sendAll(entries: Entry[], keep: (e: Entry) => Promise<void>, remove: (e: Entry) => Promise<void>, send: Sender = ownWay): Promise<void> {
  const stopped = new Set<string>();
  for (const e of entries) {
    if (stopped.has(e.queue)) continue;
    const response = await send(e).catch(() => undefined);
    if (!response || later(response.status)) {
      stopped.add(e.queue);
      continue;
    }
    const rest = await left(e, response);
    await (rest ? keep(rest) : remove(e));
  }
}

/** Marks and signatures carry the time of sending. */
const ownWay: Sender = (e) => (e.queue.startsWith("roll-") ? sendMarks(e) : post(e));

export async function sendNow(entries: Entry[]): Promise<void> {
  const db = await openDevice();
  await sendAll(entries, async (e) => void (await db.put("entries", e)), async (e) => (e.seq === undefined ? undefined : db.delete("entries", e.seq)));
  db.close();
}

export async function discard(entries: Entry[]): Promise<void> {
  const db = await openDevice();
  const tx = db.transaction("entries", "readwrite", { durability: "strict" });
  for (const e of entries) if (e.seq !== undefined) await tx.store.delete(e.seq);
  await tx.done;
  db.close();
}

/** Why the server refused an entry, in the words of the page. */
export function why(entry: Entry, words: Record<string, string>): string {
  const status = entry.refused ?? 0;
  if (status === 403 || status === 404 || status === 410) return words["why_access"] ?? "";
  const said = entry.reason ? ` ${entry.reason}` : "";
  return `${(words[status === 409 ? "why_state" : "why_other"] ?? "").replace("%", String(status))}${said}`;
}

/** One line of what an entry says. */
export interface Line {
  event: string;
  half: string;
  name: string;
  what: string;
  arrived: string;
  left: string;
  reason: string;
  at: string;
  drawing: string;
}

/** What an entry says, a line for each person. */
export function linesOf(entry: Entry, words: Record<string, string>): Line[] {
  const about = entry.about ?? { event: "", half: "", names: {} };
  const line = (enrolment: string, part: Partial<Line>): Line => ({ event: about.event, half: about.half, name: about.names[enrolment] ?? enrolment, what: "",
    arrived: "", left: "", reason: "", at: new Date(entry.at).toISOString(), drawing: "", ...part });
  if (isSignature(entry)) {
    const b = entry.body as Record<string, string>;
    return [line(b["enrolment"] ?? "", { what: `${words["signature"] ?? ""}${b["name"] ? ` (${b["name"]})` : ""}`, at: b["at"] ?? "", drawing: b["strokes"] ?? "" })];
  }
  const marks: Mark[] = marksOf(entry);
  if (marks.length === 0) return [line("", { name: words["other"] ?? "", drawing: JSON.stringify(entry.body) })];
  return marks.map((m) => line(m.enrolment, { what: words[m.status] ?? m.status, arrived: m.arrived, left: m.left, reason: m.reason, at: m.at }));
}

const columns: (keyof Line)[] = ["event", "half", "name", "what", "arrived", "left", "reason", "at", "drawing"];

/** A table of refused entries that Excel opens: with a byte-order mark, and no cell that could be a formula. */
export function table(entries: Entry[], words: Record<string, string>, separator: string): string {
  const cell = (text: string): string => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  const rows = [[...columns.map((c) => words[`col_${c}`] ?? c), words["col_why"] ?? "why"]];
  for (const e of entries) for (const l of linesOf(e, words)) rows.push([...columns.map((c) => l[c]), why(e, words)]);
  return `\ufeff${rows.map((r) => r.map(cell).join(separator)).join("\r\n")}\r\n`;
}
