import assert from "node:assert/strict";
import { test } from "node:test";
import { type Entry, Outbox, type OutboxOptions, type OutboxState } from "../lib/outbox.ts";
import { memoryStore, withSpare } from "../lib/store.ts";

/** A server that answers as told and remembers what it got. */
class Server {
  got: Entry[] = [];
  /** What each call gets in turn: a status, or "down" for no network; after the last, 200. */
  constructor(private readonly script: (number | "down")[] = [], private readonly headers: Record<string, string> = {}) {}

  send = async (entry: Entry): Promise<Response> => {
    const next = this.script.shift() ?? 200;
    if (next === "down") throw new TypeError("network");
    this.got.push(structuredClone(entry));
    return new Response(next === 200 ? JSON.stringify({ ok: true }) : "", { status: next, headers: this.headers });
  };
}

interface Bench {
  box: Outbox;
  states: OutboxState[];
  waits: number[];
  acknowledged: string[];
  refused: number[];
}

function bench(server: Server, more: OutboxOptions = {}): Bench {
  const b: Omit<Bench, "box"> = { states: [], waits: [], acknowledged: [], refused: [] };
  const box = new Outbox("test", {
    store: memoryStore(),
    send: server.send,
    sleep: async (ms) => void b.waits.push(ms),
    random: () => 0.5,
    now: () => 1_750_000_000_000,
    changed: (s) => b.states.push(s),
    acknowledged: (e) => b.acknowledged.push(e.key),
    refused: (_, status) => b.refused.push(status),
    ...more,
  });
  return { box, ...b };
}

test("entries arrive in the order in which they were made, each with a key of its own", async () => {
  const server = new Server();
  const { box, acknowledged } = bench(server);
  const made = [];
  for (let i = 0; i < 5; i++) made.push(await box.put("/mark", { i }));
  await box.flush();
  assert.deepEqual(server.got.map((e) => e.body["i"]), [0, 1, 2, 3, 4]);
  assert.equal(new Set(made.map((e) => e.key)).size, 5);
  assert.deepEqual(acknowledged, made.map((e) => e.key));
  assert.deepEqual(await box.pending(), []);
});

test("without network nothing is lost and the same key is sent again, with growing waits", async () => {
  const server = new Server(["down", "down", "down"]);
  const { box, waits, states } = bench(server);
  const entry = await box.put("/mark", { state: "present" });
  await box.flush();
  assert.deepEqual(server.got.map((e) => e.key), [entry.key]);
  assert.deepEqual(waits, [1000, 2000, 4000]);
  assert.ok(states.some((s) => !s.reached && s.pending === 1));
  assert.deepEqual(states.at(-1), { keeping: 0, pending: 0, refused: 0, reached: true, signedOut: false });
});

test("a server in trouble is asked again, after the time that it names", async () => {
  const server = new Server([503], { "Retry-After": "7" });
  const { box, waits } = bench(server);
  await box.put("/mark", {});
  await box.flush();
  assert.deepEqual(waits, [7000]);
  assert.equal(server.got.length, 2);
  assert.equal(server.got[0]?.key, server.got[1]?.key);
});

test("a refusal is kept as evidence and does not hold up what follows", async () => {
  const server = new Server([409]);
  const { box, refused, states } = bench(server);
  await box.put("/mark", { n: 1 });
  await box.put("/mark", { n: 2 });
  await box.flush();
  assert.deepEqual(refused, [409]);
  assert.deepEqual(server.got.map((e) => e.body["n"]), [1, 2]);
  assert.deepEqual(await box.pending(), []);
  assert.equal(states.at(-1)?.refused, 1);
});

test("an ended session stops the sending and keeps everything", async () => {
  const server = new Server([401]);
  const { box, states } = bench(server);
  await box.put("/mark", { n: 1 });
  await box.put("/mark", { n: 2 });
  await box.flush();
  assert.equal((await box.pending()).length, 2);
  assert.equal(states.at(-1)?.signedOut, true);
  assert.equal(server.got.length, 1);
});

test("only the last answer of a slot waits; other slots are untouched", async () => {
  const server = new Server();
  const store = memoryStore();
  const offline = bench(server, { store, send: () => new Promise<Response>(() => undefined) });
  await offline.box.put("/answer", { q: 9 }, "q9");
  await offline.box.put("/answer", { q: 1, a: "x" }, "q1");
  await offline.box.put("/answer", { q: 1, a: "y" }, "q1");
  assert.deepEqual((await offline.box.pending()).map((e) => e.body["a"]), [undefined, "y"]);
  const later = bench(server, { store });
  await later.box.flush();
  assert.deepEqual(server.got.map((e) => e.body), [{ q: 9 }, { q: 1, a: "y" }]);
});

test("from the first moment on the page does not say that all is sent", async () => {
  const server = new Server();
  const { box, states } = bench(server, {});
  await box.flush();
  const kept = box.put("/answer", { q: 1 });
  assert.equal(states.at(-1)?.keeping, 1);
  await kept;
  await box.flush();
  assert.deepEqual(states.at(-1), { keeping: 0, pending: 0, refused: 0, reached: true, signedOut: false });
});

test("a page asks before it is left while the device writes, and only then", async () => {
  const page = new EventTarget();
  const leave = (): boolean => !page.dispatchEvent(new Event("beforeunload", { cancelable: true }));
  globalThis.addEventListener = page.addEventListener.bind(page) as typeof globalThis.addEventListener;
  globalThis.removeEventListener = page.removeEventListener.bind(page) as typeof globalThis.removeEventListener;
  const { box } = bench(new Server(), {});
  assert.equal(leave(), false);
  const two = [box.put("/answer", { q: 1 }), box.put("/answer", { q: 2 })];
  assert.equal(leave(), true);
  await Promise.all(two);
  assert.equal(leave(), false);
});

test("what a full device refuses is sent all the same, and only once", async () => {
  const server = new Server();
  const full = { ...memoryStore(), add: () => Promise.reject(new DOMException("no room", "QuotaExceededError")) };
  const { box } = bench(server, { store: withSpare(full) });
  await box.put("/answer", { q: 1, a: "x" }, "q1");
  await box.put("/answer", { q: 2, a: "y" }, "q2");
  await box.flush();
  assert.deepEqual(server.got.map((e) => e.body), [{ q: 1, a: "x" }, { q: 2, a: "y" }]);
  assert.equal((await box.pending()).length, 0);
});

test("what an earlier page left is sent by the next one, with its own time", async () => {
  const store = memoryStore();
  await store.add({ key: "k1", queue: "test", url: "/mark", body: {}, at: 42 });
  await store.add({ key: "k2", queue: "other", url: "/mark", body: {}, at: 43 });
  const server = new Server();
  const { box } = bench(server, { store });
  await box.flush();
  assert.deepEqual(server.got.map((e) => [e.key, e.at]), [["k1", 42]]);
});

test("an entry that is made while the last one is acknowledged is sent too", async () => {
  const server = new Server();
  const inner = memoryStore();
  let box: Outbox | undefined;
  let late: Promise<unknown> | undefined;
  const store = {
    ...inner,
    async list(queue: string) {
      const all = await inner.list(queue);
      if (all.length === 0 && server.got.length === 1 && !late) late = box?.put("/mark", { n: 2 });
      return all;
    },
  };
  box = new Outbox("test", { store, send: server.send });
  await box.put("/mark", { n: 1 });
  await box.flush();
  await late;
  await box.flush();
  assert.deepEqual(server.got.map((e) => e.body["n"]), [1, 2]);
});
