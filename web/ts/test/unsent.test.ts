import assert from "node:assert/strict";
import { test } from "node:test";
import { type Entry, Outbox } from "../lib/outbox.ts";
import { memoryStore } from "../lib/store.ts";
import { refusedPart } from "../lib/marks.ts";
import { linesOf, sendAll, table, tally, why } from "../lib/unsent.ts";

const about = { event: "W-2026-014 Détection", half: "lundi, matin", names: { e1: "Ayari Salma", e2: "=Trabelsi" } };
const at = Date.UTC(2026, 11, 14, 8, 5);
const mark = (key: string, enrolment: string): Record<string, string> => ({ key, slot: "s", enrolment, status: "late", arrived: "09:12", left: "", reason: "train", at: "2026-12-14T08:12:00Z" });
const marks = (seq: number, more: Partial<Entry> = {}): Entry => ({ seq, key: `k${seq}`, queue: "roll-1", url: "/workshops/1/marks", at, about, body: { marks: [mark("m1", "e1"), mark("m2", "e2")] }, ...more });
const signature = (seq: number, more: Partial<Entry> = {}): Entry => ({ seq, key: `k${seq}`, queue: "roll-1", url: "/workshops/1/signatures", at, about,
  body: { enrolment: "e1", strokes: "10,20 30,40", name: "", at: "2026-12-14T08:13:00Z" }, ...more });
const words = { late: "En retard", signature: "Signature", why_access: "Plus d'accès.", why_state: "État.", why_other: "Refusé (code %).", col_name: "Personne" };

test("marks, signatures and the rest are counted, and those of another account stay apart", () => {
  const list = [marks(1, { owner: "me" }), signature(2), signature(3, { owner: "me", refused: 404 }), marks(4, { owner: "you" }), { ...marks(5), url: "/rows", body: {} }];
  assert.deepEqual(tally(list, "me"), { marks: 2, signatures: 2, other: 1, refused: 1, foreign: 1 });
});

test("what the server takes goes, what it refuses stays with the reason, and a queue stops where nothing gets through", async () => {
  const kept: Entry[] = [], gone: number[] = [], asked: number[] = [];
  const answers: Record<number, () => Response> = {
    1: () => Response.json({ answers: [{ key: "m1", cell: {} }, { key: "m2", error: "Trop tard." }] }),
    2: () => Response.json({ error: "Pas permis." }),
    3: () => Response.json({ error: { message: "Introuvable." } }, { status: 404 }),
    4: () => new Response(null, { status: 204 }),
    5: () => new Response(null, { status: 503 }),
  };
  const other = { queue: "roll-2" };
  await sendAll([marks(1), signature(2), signature(3), marks(4), marks(5, other), marks(6, other)], async (e) => void kept.push(e), async (e) => void gone.push(e.seq ?? 0), async (e) => {
    asked.push(e.seq ?? 0);
    return answers[e.seq ?? 0]?.() ?? new Response(null, { status: 204 });
  });
  assert.deepEqual(asked, [1, 2, 3, 4, 5]);
  assert.deepEqual(gone, [4]);
  assert.deepEqual(kept.map((e) => [e.seq, e.refused, e.reason]), [[1, 422, "Trop tard."], [2, 422, "Pas permis."], [3, 404, "Introuvable."]]);
  assert.deepEqual((kept[0]?.body["marks"] as { key: string }[]).map((m) => m.key), ["m2"]);
});

test("a refusal is written out with all that was in it, and no cell is a formula", () => {
  const text = table([marks(1, { refused: 404 }), signature(2, { refused: 422, reason: "Pas permis." })], words, ";");
  const rows = text.split("\r\n");
  assert.ok(text.startsWith("\ufeff"));
  assert.equal(rows.length, 5);
  assert.equal(rows[1], `"W-2026-014 Détection";"lundi, matin";"Ayari Salma";"En retard";"09:12";"";"train";"2026-12-14T08:12:00Z";"";"Plus d'accès."`);
  assert.match(rows[2] ?? "", /"'=Trabelsi"/);
  assert.match(rows[3] ?? "", /"Signature";"";"";"";"2026-12-14T08:13:00Z";"10,20 30,40";"Refusé \(code 422\). Pas permis."/);
  assert.equal(why(marks(1, { refused: 403 }), words), "Plus d'accès.");
  assert.equal(linesOf(marks(1), words)[1]?.name, "=Trabelsi");
});

test("an outbox leaves the entries of another account alone, keeps why one was refused, and sends it again when asked", async () => {
  const store = memoryStore();
  const got: string[] = [];
  let status = 404;
  const options = { store, sleep: async () => undefined, send: async (e: Entry) => {
    got.push(e.owner ?? "");
    return status === 200 ? Response.json({}) : Response.json({ error: { message: "Introuvable." } }, { status });
  } };
  await store.add(marks(0, { queue: "roll-1", owner: "you" }));
  const box = new Outbox("roll-1", { ...options, owner: "me" });
  await box.put("/workshops/1/marks", { marks: [] }, undefined, about);
  await box.flush();
  const refused = await box.refusals();
  assert.deepEqual(refused.map((e) => [e.owner, e.refused, e.reason, e.about?.half]), [["me", 404, "Introuvable.", "lundi, matin"]]);
  assert.equal(await box.foreign(), 1);
  assert.deepEqual(await box.pending(), []);
  status = 200;
  await box.retry(refused);
  await box.flush();
  assert.deepEqual([got, await box.refusals(), await box.foreign()], [["me", "me"], [], 1]);
  const theirs = new Outbox("roll-1", { ...options, owner: "you" });
  await theirs.drop(await theirs.pending());
  assert.equal((await store.list("roll-1")).length, 0);
});

test("single marks that are refused in a request that was taken stay on the device with the reason, and those that were taken do not", async () => {
  const store = memoryStore();
  const answers = [{ answers: [{ key: "m1", cell: {} }, { key: "m2", error: "Pas encore." }] }, { answers: [{ key: "m2", cell: {} }] }];
  const sent: string[][] = [];
  let acknowledged = 0;
  const outbox = new Outbox("roll-1", { store, rest: refusedPart, acknowledged: () => acknowledged++, send: async (e: Entry) => {
    sent.push((e.body["marks"] as { key: string }[]).map((m) => m.key));
    return Response.json(answers[sent.length - 1]);
  } });
  const { body } = marks(1);
  await outbox.put("/workshops/1/marks", body, undefined, about);
  await outbox.flush();
  const kept = await outbox.refusals();
  assert.deepEqual(kept.map((e) => [e.refused, e.reason, linesOf(e, words).map((l) => l.name)]), [[422, "Pas encore.", ["=Trabelsi"]]]);
  assert.equal((await outbox.pending()).length, 0);
  await outbox.retry(kept); // the half-day has begun meanwhile
  await outbox.flush();
  assert.deepEqual(sent, [["m1", "m2"], ["m2"]]);
  assert.equal((await outbox.refusals()).length, 0);
  assert.equal(acknowledged, 2);
});
