// What this browser is called on the server, and how far it has come.
import { newKey } from "./page.ts";

const deviceKey = "shelter-device";
const turnKey = "shelter-turn";

let forThisPage: string | undefined;
let lastHere = 0;

/** A random name that this browser gave itself: what one device says never contradicts itself. */
export function device(): string {
  try {
    const known = localStorage.getItem(deviceKey);
    if (known) return known;
    const made = newKey();
    localStorage.setItem(deviceKey, made);
    return made;
  } catch {
    return (forThisPage ??= newKey());
  }
}

/** A number that rises with each call on this device, over pages and tabs, whatever its clock does: of two states of one thing the
    one with the higher number is the newer. */
export function turn(now: number = Date.now()): number {
  let last = lastHere;
  try {
    last = Math.max(last, Number(localStorage.getItem(turnKey)) || 0);
  } catch {
    // a browser that refuses storage has a new name on each page
  }
  lastHere = Math.max(now, last + 1);
  try {
    localStorage.setItem(turnKey, String(lastHere));
  } catch {
    // as above
  }
  return lastHere;
}
