// A phone that several people use: what one of them answered and could not send goes up when another opens the site. On a page
// where somebody else begins, and on signing out, what still cannot be sent is sealed.
import { flagKept } from "./kept-flag.ts";
import { anyCourse, forgetCourses } from "./keeping.ts";
import { forgetTest } from "./kept.ts";
import { type Entry, post } from "./outbox.ts";
import { word } from "./page.ts";
import { canSeal, sealEntries, sendSealed } from "./seal.ts";
import { openDevice } from "./store.ts";
import { toast } from "./toast.ts";

/** Milliseconds in which a page, or signing out, tries to send before it seals. */
const patience = 8000;

/** Milliseconds between two tries while a page is open. */
const again = 30_000;

/** What the queue of a test is called, before the attempt's id. */
const prefix = "exam-";

/** What the queue of a reader of courses is called, before the person's id. Only the reader's own pages send it as it is: any other
    page may belong to somebody else. */
const learning = "course-";

/** Pages on which another person may begin. */
const begins = /^\/(signin|join|r\/|welcome\/)/;

/** Pages on which nobody is signed in: a course that is kept here is no longer anybody's. */
const nobody = /^\/(signin|welcome\/)/;

async function entries(): Promise<Map<string, Entry[]>> {
  const db = await openDevice();
  const all = await db.getAll("entries");
  db.close();
  const byQueue = new Map<string, Entry[]>();
  for (const e of all) if (e.queue.startsWith(prefix) || e.queue.startsWith(learning)) byQueue.set(e.queue, [...(byQueue.get(e.queue) ?? []), e]);
  return byQueue;
}

/** Queues whose page is open in some tab: that page sends them itself. */
async function openQueues(): Promise<Set<string>> {
  const held = (await navigator.locks?.query())?.held ?? [];
  return new Set(held.map((l) => l.name ?? ""));
}

async function remove(e: Entry): Promise<void> {
  const db = await openDevice();
  if (e.seq !== undefined) await db.delete("entries", e.seq);
  db.close();
}

/** Sends the entries of a queue in their order until it is too late; gives those that the server did not take. */
async function send(list: Entry[], late: Promise<undefined>): Promise<Entry[]> {
  const left: Entry[] = [];
  for (const [i, e] of list.entries()) {
    const response = await Promise.race([post(e).catch(() => undefined), late]);
    if (response?.ok) await remove(e);
    else if (response === undefined || response.status >= 500) return [...left, ...list.slice(i)];
    else left.push(e);
  }
  return left;
}

/** Sends what waits, seals the rest when asked to, and gives how many answers are still here. */
async function bring(sealing: boolean, skip: Set<string>): Promise<number> {
  let left = 0;
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, patience, undefined));
  for (const [queue, list] of await entries()) {
    if (skip.has(queue)) continue;
    if (queue.startsWith(learning)) {
      if (sealing) left += list.length - (canSeal() ? await sealEntries(queue, list) : 0);
      continue;
    }
    const rest = await send(list, late);
    // what the server refuses goes up sealed: the attempt's cookie may be gone from this phone
    const stuck = !canSeal() ? [] : sealing ? rest : rest.filter((e) => e.refused !== undefined);
    const sealed = stuck.length > 0 ? await sealEntries(queue, stuck) : 0;
    if (sealing && sealed === rest.length) await forgetTest(queue.slice(prefix.length)); // its answers and its page would still be readable
    left += rest.length - sealed;
  }
  return left + (await sendSealed(late));
}

/** On every page: earlier people's answers go up. A test that is open in a tab is that tab's own. */
export async function atOpening(): Promise<void> {
  const skip = await openQueues();
  const own = /^\/t\/([0-9a-f-]{36})$/.exec(location.pathname)?.[1];
  if (own) skip.add(`exam-${own}`);
  if (nobody.test(location.pathname)) await forgetCourses();
  const left = await bring(begins.test(location.pathname), skip);
  if (left === 0 && skip.size === 0 && !(await courses())) return flagKept(false);
  if (left > 0) {
    if (!own) toast(`${word("kept_waiting")} ${left}`, { stay: 0 });
    setTimeout(() => void atOpening(), again);
  }
}

/** Something of a course is on this device, to be sent or to be read. */
async function courses(): Promise<boolean> {
  return (await anyCourse()) || [...(await entries()).keys()].some((q) => q.startsWith(learning));
}

/** Before signing out: sends first, seals what cannot be sent, and clears what could be read on this phone. */
export async function beforeLeaving(): Promise<void> {
  const waiting = [...(await entries()).values()].reduce((n, list) => n + list.length, 0);
  if (waiting > 0) toast(`${word("kept_sending")} ${waiting}`, { stay: 0 });
  await forgetCourses();
  await bring(true, new Set());
  await clearReadable();
}

/** Takes pages and answers of tests and pages of courses off this phone; what is sealed stays. */
async function clearReadable(): Promise<void> {
  const db = await openDevice();
  await db.clear("answers");
  db.close();
  for (const name of (await globalThis.caches?.keys()) ?? []) if (name.startsWith("exam-")) await caches.delete(name);
  await forgetCourses(); // once more: a page that came late may have been kept meanwhile
}

addEventListener("online", () => void atOpening());
