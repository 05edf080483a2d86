import assert from "node:assert/strict";
import { test } from "node:test";
import { left } from "../lib/countdown.ts";
import { type Kind, type Question, keyOf, type, whole } from "../lib/paperkeys.ts";

const question = (kind: Kind, keys: string, most: number): Question => ({ at: 1, kind, keys, most });
const one = question("one", "abcd", 1);

test("letters, digits and the letters of an Arabic keyboard mean the same answer", () => {
  for (const char of ["b", "B", "2", "٢", "ب"]) assert.equal(keyOf(one, char), "b", char);
  for (const char of ["e", "5", "0", "z", "ز"]) assert.equal(keyOf(one, char), "", char);
  assert.equal(keyOf(question("digit", "1234", 1), "c"), "3");
});

test("one key answers and goes on; a blank is an answer too", () => {
  assert.deepEqual(type(one, undefined, "c"), { value: "c", next: true });
  assert.deepEqual(type(one, "a", "c"), { value: "c", next: true });
  for (const char of ["x", " "]) assert.deepEqual(type(one, undefined, char), { value: "", next: true });
  assert.deepEqual(type(one, "c", " "), { value: "c", next: true }, "a blank key does not take an answer away");
  assert.equal(type(one, undefined, "z"), undefined);
});

test("several answers come and go, in their order", () => {
  const many = question("many", "abcd", 4);
  assert.deepEqual(type(many, "c", "a"), { value: "ac", next: false });
  assert.deepEqual(type(many, "ac", "c"), { value: "a", next: false });
  assert.deepEqual(type(many, "a", "a"), { value: undefined, next: false }, "taken back is not left blank");
});

test("an order is whole when every letter is there once", () => {
  const order = question("order", "abc", 3);
  assert.deepEqual(type(order, "ca", "b"), { value: "cab", next: true });
  assert.deepEqual(type(order, "ca", "c"), { value: "ca", next: false });
  assert.deepEqual(type(order, "cab", "a"), { value: "a", next: false }, "a fourth letter begins anew");
  assert.equal(whole(order, "ca"), false);
  assert.equal(whole(order, ""), true);
  const lines = question("lines", "abc", 2);
  assert.deepEqual(type(lines, "a", "-"), { value: "a-", next: true });
});

test("time left", () => {
  assert.deepEqual([left(59_001), left(600_000), left(3_723_000), left(-5)], ["01:00", "10:00", "1:02:03", "00:00"]);
});
