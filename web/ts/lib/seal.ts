// Answers that this phone could not send are sealed to the server's public key: the phone cannot read them any more, and
// whoever opens the site here next brings them to the server. ECDH on P-256 with a key of one use, HKDF-SHA256, AES-256-GCM; the
// server's side is internal/vault/box.go.
import type { Entry, Seal } from "./outbox.ts";
import { flagKept, sealedChannel } from "./kept-flag.ts";
import { newKey } from "./page.ts";
import { openDevice } from "./store.ts";

/** What is kept of sealed answers: nothing that can be read here. */
export interface SealedBox {
  id: string;
  /** Whose test it is, by the attempt's id, and how many answers are in it: for the count on the page. */
  queue: string;
  count: number;
  /** The HTTP status with which the house refused it; it is kept as evidence and not sent again. */
  refused?: number;
  k: string;
  e: string;
  n: string;
  c: string;
}

const info = new TextEncoder().encode("shelter box v1");

function fromBase64URL(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
}

function toBase64(bytes: ArrayBuffer | Uint8Array): string {
  const all = new Uint8Array(bytes);
  let text = "";
  for (let i = 0; i < all.length; i += 0x8000) text += String.fromCharCode(...all.subarray(i, i + 0x8000)); // a call takes only so many arguments
  return btoa(text);
}

/** Sealing needs the browser's cryptography, which it gives to HTTPS and to this machine only. */
export function canSeal(): boolean {
  return typeof crypto !== "undefined" && crypto.subtle !== undefined;
}

/** What the server opens: answers of a test, or what was done in courses, by its address. */
export function parcel(entries: Entry[], pass: string): Uint8Array<ArrayBuffer> {
  const learning = entries.filter((e) => e.queue.startsWith("course-"))
    .map((e) => ({ ...e.body, path: e.url.replace(/^https?:\/\/[^/]+/, ""), key: e.key, at: new Date(e.at).toISOString() }));
  if (learning.length > 0) return new TextEncoder().encode(JSON.stringify({ pass, learning }));
  const answers = entries.filter((e) => e.body["position"] !== undefined).map((e) => ({ ...e.body, key: e.key, at: new Date(e.at).toISOString() }));
  return new TextEncoder().encode(JSON.stringify({ pass, answers, submit: entries.some((e) => e.body["submit"] === true) }));
}

/** Seals bytes to a public key (an uncompressed point, base64url). */
export async function seal(plain: Uint8Array<ArrayBuffer>, to: Seal): Promise<Pick<SealedBox, "k" | "e" | "n" | "c">> {
  const own = fromBase64URL(to.key);
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const server = await crypto.subtle.importKey("raw", own, curve, false, []);
  const mine = (await crypto.subtle.generateKey(curve, false, ["deriveBits"])) as CryptoKeyPair;
  const ephemeral = new Uint8Array(await crypto.subtle.exportKey("raw", mine.publicKey));
  const secret = await crypto.subtle.deriveBits({ name: "ECDH", public: server }, mine.privateKey, 256);
  const salt = new Uint8Array([...ephemeral, ...own]);
  const key = await crypto.subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt, info }, await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]),
    { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: new TextEncoder().encode(to.id) }, key, plain);
  return { k: to.id, e: toBase64(ephemeral), n: toBase64(nonce), c: toBase64(sealed) };
}

/** Seals the entries of one queue and takes them out of what can be read here, in one step; gives how many were sealed. */
export async function sealEntries(queue: string, entries: Entry[], tell = true): Promise<number> {
  const to = entries.find((e) => e.seal)?.seal;
  if (!to || !canSeal()) return 0;
  const box = { id: newKey(), queue, count: entries.length, ...(await seal(parcel(entries, to.pass), to)) };
  const db = await openDevice();
  const tx = db.transaction(["entries", "sealed"], "readwrite", { durability: "strict" });
  await tx.objectStore("sealed").add(box);
  for (const e of entries) if (e.seq !== undefined) await tx.objectStore("entries").delete(e.seq);
  await tx.done;
  db.close();
  flagKept(true);
  if (tell) new BroadcastChannel(sealedChannel).postMessage(queue);
  return entries.length;
}

/** Tells whether the house itself refused a parcel for good; the page of a network that asks to sign in first is no answer. */
export function refusedForGood(response: Response): boolean {
  const { status } = response;
  return status >= 400 && status < 500 && status !== 408 && status !== 429 && (response.headers.get("Content-Type") ?? "").startsWith("application/json");
}

/** Brings what is sealed to the server until a moment comes; gives how many answers wait here for the next time. */
export async function sendSealed(late: Promise<undefined> = new Promise(() => undefined)): Promise<number> {
  const db = await openDevice();
  let left = 0;
  for (const kept of await db.getAll("sealed")) {
    if (kept.refused !== undefined) continue;
    const { id, queue: _, count, ...box } = kept;
    const sending = fetch("/keep", {
      method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(box), signal: AbortSignal.timeout(20_000),
    }).catch(() => undefined);
    const response = await Promise.race([sending, late]);
    if (response?.ok) await db.delete("sealed", id);
    else if (response && refusedForGood(response)) await db.put("sealed", { ...kept, refused: response.status });
    else left += count;
  }
  db.close();
  return left;
}

/** How many answers of a queue are sealed here: those that wait, and those that the house refused. */
export async function sealedOf(queue: string): Promise<{ waiting: number; refused: number }> {
  const db = await openDevice();
  const all = (await db.getAll("sealed")).filter((b) => b.queue === queue);
  db.close();
  const sum = (list: SealedBox[]): number => list.reduce((n, b) => n + b.count, 0);
  return { waiting: sum(all.filter((b) => b.refused === undefined)), refused: sum(all.filter((b) => b.refused !== undefined)) };
}
