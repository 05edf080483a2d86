import assert from "node:assert/strict";
import { test } from "node:test";
import { Keeping, type Kept, type List, anyCourse, forgetCourses, renew, stateOf } from "../lib/keeping.ts";
import { parcel } from "../lib/seal.ts";

/** A cache storage in memory, as far as keeping needs one. */
class Stores {
  readonly all = new Map<string, Map<string, Response>>();
  has = async (name: string): Promise<boolean> => this.all.has(name);
  keys = async (): Promise<string[]> => [...this.all.keys()];
  delete = async (name: string): Promise<boolean> => this.all.delete(name);
  open = async (name: string): Promise<unknown> => {
    const files = this.all.get(name) ?? new Map<string, Response>();
    this.all.set(name, files);
    return {
      match: async (path: string) => files.get(path)?.clone(),
      put: async (path: string, r: Response) => void files.set(path, r.clone()),
      delete: async (r: Request) => files.delete(new URL(r.url).pathname),
      keys: async () => [...files.keys()].map((path) => new Request(`http://shelter.test${path}`)),
    };
  };
  paths(name: string): string[] {
    return [...(this.all.get(name)?.keys() ?? [])].sort();
  }
}

const owner = "course-0198";
const asStore = (s: Stores): CacheStorage => s as unknown as CacheStorage;

/** A server: what each address holds; an address without text has no network. */
class Site {
  asked: string[] = [];
  constructor(readonly texts: Record<string, string>) {}
  get = async (path: string): Promise<Response> => {
    this.asked.push(path);
    const text = this.texts[path];
    if (text === undefined) throw new TypeError("no network");
    return new Response(text);
  };
}

const texts = (): Record<string, string> => ({ "/assets/a.js": "js", "/courses": `list ${owner}`, "/courses/x": `course ${owner}`, "/courses/x/01": `lesson ${owner}`, "/courses/x/media/p.svg": "<svg/>" });

function list(more: Partial<List> = {}): List {
  const of = (paths: string[]): List["files"] => paths.map((path) => ({ path, bytes: 1 }));
  return { course: "x", version: "v1", owner, bytes: 5, files: of(["/assets/a.js", "/courses/x/media/p.svg"]), pages: of(["/courses", "/courses/x", "/courses/x/01"]), ...more };
}

test("a course is kept whole, with its size, and removed without a trace", async () => {
  const stores = new Stores();
  const site = new Site(texts());
  const keeping = new Keeping(asStore(stores), site.get);
  const steps: number[] = [];
  const kept = await keeping.keep(list(), (k: Kept) => steps.push(k.done));
  assert.deepEqual([kept.whole, kept.done, kept.of, kept.bytes], [true, 5, 5, Object.values(texts()).join("").length]);
  assert.deepEqual(steps, [1, 2, 3, 4, 5]);
  assert.equal(stateOf(await keeping.of("x"), owner, "v1"), "kept");
  assert.equal(stateOf(await keeping.of("x"), owner, "v2"), "old");
  assert.equal(stateOf(await keeping.of("x"), "course-other", "v1"), "none");
  await keeping.remove("x");
  assert.deepEqual([...stores.all.keys()], []);
});

test("what the network cut off goes on where it stopped", async () => {
  const stores = new Stores();
  const site = new Site({ ...texts() });
  delete site.texts["/courses/x/01"];
  const keeping = new Keeping(asStore(stores), site.get);
  await assert.rejects(keeping.keep(list()), /no network/);
  const kept = await keeping.of("x");
  assert.equal(stateOf(kept, owner, "v1"), "partial");
  assert.equal(kept?.done, 4);
  site.texts["/courses/x/01"] = `lesson ${owner}`;
  site.asked = [];
  assert.equal((await keeping.keep(list())).whole, true);
  assert.deepEqual(site.asked, ["/courses/x/01"]);
});

test("an update fetches pages anew, leaves files that never change, and takes what is over last", async () => {
  const stores = new Stores();
  const site = new Site(texts());
  const keeping = new Keeping(asStore(stores), site.get);
  await keeping.keep(list());
  site.asked = [];
  site.texts["/courses/x/02"] = `second ${owner}`;
  await keeping.keep(list({ version: "v2", files: [{ path: "/assets/a.js", bytes: 2 }], pages: ["/courses", "/courses/x", "/courses/x/02"].map((path) => ({ path, bytes: 1 })) }));
  assert.deepEqual(site.asked.sort(), ["/courses", "/courses/x", "/courses/x/02"]);
  assert.deepEqual(stores.paths("course-x"), ["/assets/a.js", "/courses", "/courses/x", "/courses/x/02", "/courses/x/keep"]);
});

test("a page of somebody else, or of the sign-in, is never kept", async () => {
  const stores = new Stores();
  const site = new Site({ ...texts(), "/courses/x/01": "lesson course-7777" });
  const keeping = new Keeping(asStore(stores), site.get);
  await assert.rejects(keeping.keep(list()), /somebody else's/);
  assert.equal(stores.paths("course-x").includes("/courses/x/01"), false);
});

test("another reader's course gives way to the new one's", async () => {
  const stores = new Stores();
  await new Keeping(asStore(stores), new Site(texts()).get).keep(list());
  const other = Object.fromEntries(Object.entries(texts()).map(([k, v]) => [k, v.replace(owner, "course-7777")]));
  const site = new Site(other);
  await new Keeping(asStore(stores), site.get).keep(list({ owner: "course-7777" }));
  assert.equal(site.asked.length, 5);
});

test("a removal stops the keeping, and signing out takes every course", async () => {
  const stores = new Stores();
  const site = new Site(texts());
  const keeping = new Keeping(asStore(stores), site.get);
  let removed: Promise<void> | undefined;
  const kept = await keeping.keep(list(), () => (removed ??= keeping.remove("x")));
  await removed;
  assert.equal(kept.whole, false);
  assert.equal(await stores.has("course-x"), false);
  await stores.open("exam-page");
  await stores.open("course-y");
  assert.equal(await anyCourse(asStore(stores)), true);
  await forgetCourses(asStore(stores));
  assert.deepEqual([...stores.all.keys()], ["exam-page"]);
});

test("a kept page is renewed after its answers went up, and only a kept one", async () => {
  const stores = new Stores();
  const site = new Site(texts());
  await new Keeping(asStore(stores), site.get).keep(list());
  site.texts["/courses/x/01"] = `answered ${owner}`;
  await renew("/courses/x/01", owner, asStore(stores), site.get);
  assert.equal(await stores.all.get("course-x")?.get("/courses/x/01")?.clone().text(), `answered ${owner}`);
  site.asked = [];
  await renew("/courses/x/09", owner, asStore(stores), site.get);
  assert.deepEqual(site.asked, []);
});

test("what is sealed of courses says where it belongs", () => {
  const entry = { key: "k", queue: owner, url: "https://shelter.test/courses/x/01/check", body: { item: "D-1", c: ["a"] }, at: 0 };
  const plain = JSON.parse(new TextDecoder().decode(parcel([entry], "pass"))) as unknown;
  assert.deepEqual(plain, { pass: "pass", learning: [{ item: "D-1", c: ["a"], path: "/courses/x/01/check", key: "k", at: "1970-01-01T00:00:00.000Z" }] });
});
