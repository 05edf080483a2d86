import assert from "node:assert/strict";
import { test } from "node:test";
import { refusedForGood, seal } from "../lib/seal.ts";

test("a whole test with long texts can be sealed", async () => {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const { publicKey } = (await crypto.subtle.generateKey(curve, true, ["deriveBits"])) as CryptoKeyPair;
  const raw = Buffer.from(await crypto.subtle.exportKey("raw", publicKey));
  const plain = new Uint8Array(600_000).fill(7);
  const box = await seal(plain, { key: raw.toString("base64url"), id: "k1", pass: "" });
  assert.equal(Buffer.from(box.c, "base64").length, plain.length + 16);
});

test("only the house's own refusal ends the sending of a parcel", () => {
  const answer = (status: number, type: string): Response => new Response("", { status, headers: { "Content-Type": type } });
  const json = "application/json; charset=utf-8";
  assert.deepEqual([400, 404, 422].map((s) => refusedForGood(answer(s, json))), [true, true, true]);
  assert.deepEqual([200, 408, 429, 500, 503].map((s) => refusedForGood(answer(s, json))), [false, false, false, false, false]);
  assert.equal(refusedForGood(answer(403, "text/html")), false); // the page of a hotel's network
});
