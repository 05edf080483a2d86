// A course that is kept on this device: its pages and files in a cache of its own, with a note of what it is and whose. The
// service worker of the courses shows it when there is no network.
import { flagKept } from "./kept-flag.ts";

export interface Listed {
  path: string;
  bytes: number;
}

/** What the server says a device keeps of a course. */
export interface List {
  course: string;
  version: string;
  owner: string;
  bytes: number;
  pages: Listed[];
  files: Listed[];
}

/** What this device has of a course. */
export interface Kept {
  course: string;
  version: string;
  owner: string;
  /** Bytes and files that are here, and how many files there will be. */
  bytes: number;
  done: number;
  of: number;
  /** All of it is here. */
  whole: boolean;
}

export type State = "none" | "partial" | "kept" | "old";

const prefix = "course-";

/** Files that are fetched at once. */
const atOnce = 4;

/** The address under which the note of a course lies in its cache. */
export const noteOf = (course: string): string => `/courses/${course}/keep`;

/** How a course stands on this device, for a reader and the version that the server has for them. */
export function stateOf(kept: Kept | undefined, owner: string, version: string): State {
  if (!kept || kept.owner !== owner) return "none";
  if (!kept.whole) return "partial";
  return kept.version === version ? "kept" : "old";
}

/** Takes every kept course off this device. */
export async function forgetCourses(store: CacheStorage | undefined = globalThis.caches): Promise<void> {
  for (const name of (await store?.keys()) ?? []) if (name.startsWith(prefix)) await store?.delete(name);
}

export async function anyCourse(store: CacheStorage | undefined = globalThis.caches): Promise<boolean> {
  return ((await store?.keys()) ?? []).some((name) => name.startsWith(prefix));
}

const fresh = (path: string): Promise<Response> => fetch(path, { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(60_000) });

export class Keeping {
  private stopped = false;

  constructor(
    private readonly store: CacheStorage = caches,
    private readonly get: (path: string) => Promise<Response> = fresh,
  ) {}

  async of(course: string): Promise<Kept | undefined> {
    if (!(await this.store.has(prefix + course))) return undefined;
    const note = await (await this.store.open(prefix + course)).match(noteOf(course));
    return note ? ((await note.json()) as Kept) : undefined;
  }

  /** Keeps a course, going on where an earlier try stopped, and tells after each file. What is no longer of it goes last, so that a
      course that was kept can be read all the while. Rejects when something cannot be had; what came stays. */
  async keep(list: List, told: (kept: Kept) => void = () => undefined): Promise<Kept> {
    const before = await this.of(list.course);
    if (before && before.owner !== list.owner) await this.store.delete(prefix + list.course);
    this.stopped = false;
    flagKept(true);
    const cache = await this.store.open(prefix + list.course);
    const same = before?.owner === list.owner && before.version === list.version;
    const kept: Kept = { course: list.course, version: list.version, owner: list.owner, bytes: 0, done: 0, of: list.files.length + list.pages.length, whole: false };
    await note(cache, kept);
    const work = [...list.files, ...list.pages];
    const pages = new Set(list.pages.map((p) => p.path));
    const lane = async (): Promise<void> => {
      for (let next = work.shift(); next && !this.stopped; next = work.shift()) {
        const page = pages.has(next.path);
        const size = await this.one(cache, next.path, page ? list.owner : "", same || next.path.startsWith("/assets/"));
        kept.bytes += size;
        kept.done++;
        if (!this.stopped) told({ ...kept });
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: atOnce }, lane));
    const failed = ends.find((e) => e.status === "rejected");
    if (!this.stopped) await note(cache, kept);
    if (failed) throw failed.reason;
    if (this.stopped) return kept;
    await this.tidy(cache, list);
    kept.whole = true;
    await note(cache, kept);
    return kept;
  }

  /** Keeps one file unless it is there, and gives its size. */
  private async one(cache: Cache, path: string, owner: string, stays: boolean): Promise<number> {
    const there = stays ? await cache.match(path) : undefined;
    if (there) return (await there.blob()).size;
    const response = await this.get(path);
    if (!response.ok || response.redirected) throw new Error(`${path}: ${response.status}`);
    const body = await response.blob();
    if (owner !== "" && !(await body.text()).includes(owner)) throw new Error(`${path} is somebody else's`);
    if (!this.stopped) await cache.put(path, new Response(body, { headers: response.headers }));
    return body.size;
  }

  private async tidy(cache: Cache, list: List): Promise<void> {
    const belongs = new Set([noteOf(list.course), ...list.files.map((f) => f.path), ...list.pages.map((p) => p.path)]);
    for (const r of await cache.keys()) if (!belongs.has(new URL(r.url).pathname)) await cache.delete(r);
  }

  async remove(course: string): Promise<void> {
    this.stopped = true;
    await this.store.delete(prefix + course);
  }
}

function note(cache: Cache, kept: Kept): Promise<void> {
  return cache.put(noteOf(kept.course), new Response(JSON.stringify(kept), { headers: { "Content-Type": "application/json" } }));
}

/** Fetches a kept page anew, so that it shows what was done since. */
export async function renew(path: string, owner: string, store: CacheStorage | undefined = globalThis.caches, get = fresh): Promise<void> {
  for (const name of (await store?.keys()) ?? []) {
    if (!name.startsWith(prefix)) continue;
    const cache = await store?.open(name);
    if (!(await cache?.match(path))) continue;
    const response = await get(path);
    const body = await response.clone().text();
    if (response.ok && !response.redirected && body.includes(owner) && (await store?.has(name))) await cache?.put(path, response);
  }
}
