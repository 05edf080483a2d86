import assert from "node:assert/strict";
import { test } from "node:test";
import { turn } from "../lib/device.ts";

/** What the browser keeps of this site over pages and tabs. */
function storage(): Storage {
  const kept = new Map<string, string>();
  return { getItem: (k: string) => kept.get(k) ?? null, setItem: (k: string, v: string) => void kept.set(k, v) } as unknown as Storage;
}

test("a turn rises, also when the clock goes back and in another tab", () => {
  globalThis.localStorage = storage();
  const first = turn(1000);
  assert.ok(turn(1000) > first);
  const later = turn(5000);
  assert.ok(turn(10) > later);
  localStorage.setItem("shelter-turn", "9000"); // another tab
  assert.ok(turn(6000) > 9000);
});

test("without storage a page still counts up", () => {
  globalThis.localStorage = undefined as unknown as Storage;
  const first = turn(1);
  assert.ok(turn(1) > first);
});
