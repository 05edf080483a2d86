import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Entry } from "./outbox.ts";
import type { SealedBox } from "./seal.ts";

/** Where entries wait. */
export interface Store {
  /** Keeps an entry in the place of those of its queue that it replaces, all at once or not at all, and gives its place in the order. */
  add(entry: Entry, replaces?: (older: Entry) => boolean): Promise<number>;
  update(entry: Entry): Promise<void>;
  remove(seq: number): Promise<void>;
  /** The entries of a queue, oldest first. */
  list(queue: string): Promise<Entry[]>;
}

const none = (): boolean => false;

/** Keeps entries in memory: for browsers that refuse IndexedDB (some private windows), and for tests. Places begin after `last`. */
export function memoryStore(last = 0): Store {
  const entries = new Map<number, Entry>();
  return {
    async add(entry, replaces = none) {
      for (const [seq, e] of entries) if (e.queue === entry.queue && replaces(e)) entries.delete(seq);
      entries.set(++last, { ...entry, seq: last });
      return last;
    },
    async update(entry) {
      if (entry.seq !== undefined) entries.set(entry.seq, { ...entry });
    },
    async remove(seq) {
      entries.delete(seq);
    },
    async list(queue) {
      return [...entries.values()].filter((e) => e.queue === queue).sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
    },
  };
}

/** The first place of entries that the device had no room for. */
const spareFrom = 2 ** 40;

/** What the device refuses to keep, because it is full, stays in memory as long as the page is open, and is sent all the same. */
export function withSpare(device: Store): Store {
  const spare = memoryStore(spareFrom);
  const of = (seq: number | undefined): Store => ((seq ?? 0) > spareFrom ? spare : device);
  return {
    add: (entry, replaces) => device.add(entry, replaces).catch(() => spare.add(entry, replaces)),
    update: (entry) => of(entry.seq).update(entry),
    remove: (seq) => of(seq).remove(seq),
    list: async (queue) => [...(await device.list(queue)), ...(await spare.list(queue))],
  };
}

/** Opens the device's store, in memory when the browser refuses a lasting one. */
export async function openStore(): Promise<Store> {
  try {
    return withSpare(await deviceStore());
  } catch {
    return memoryStore();
  }
}

/** The last answer to a question of a test that is open on this device, for a page that is opened again without network. */
export interface KeptAnswer {
  id: string;
  attempt: string;
  position: number;
  response: unknown;
  seq: number;
}

interface Device extends DBSchema {
  entries: { key: number; value: Entry; indexes: { queue: string } };
  sealed: { key: string; value: SealedBox };
  answers: { key: string; value: KeptAnswer; indexes: { attempt: string } };
}

/** The device's database: what waits to be sent, what was sealed, and the answers of tests that are open. */
export function openDevice(): Promise<IDBPDatabase<Device>> {
  return openDB<Device>("shelter-outbox", 2, {
    upgrade(d, before) {
      if (before < 1) d.createObjectStore("entries", { keyPath: "seq", autoIncrement: true }).createIndex("queue", "queue");
      d.createObjectStore("sealed", { keyPath: "id" });
      d.createObjectStore("answers", { keyPath: "id" }).createIndex("attempt", "attempt");
    },
    blocking(_before, _after, event) {
      (event.target as IDBDatabase).close(); // a newer page needs the database: this one is about to be loaded anew
    },
  });
}

async function deviceStore(): Promise<Store> {
  const db = await openDevice();
  return {
    async add(entry, replaces = none) {
      const tx = db.transaction("entries", "readwrite", { durability: "strict" });
      for (const e of await tx.store.index("queue").getAll(entry.queue)) if (e.seq !== undefined && replaces(e)) await tx.store.delete(e.seq);
      const seq = await tx.store.add(entry);
      await tx.done;
      return seq;
    },
    async update(entry) {
      await db.put("entries", entry);
    },
    async remove(seq) {
      await db.delete("entries", seq);
    },
    list: (queue) => db.getAllFromIndex("entries", "queue", queue),
  };
}
