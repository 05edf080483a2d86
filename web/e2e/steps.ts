// Small steps that pages are walked with.
import { type BrowserContext, type BrowserContextOptions, type Page, expect } from "@playwright/test";
import type { Demo, House } from "./fixtures.ts";

export const password = "quatre tortues lentes";

/** Presses the one button of a name. */
export async function press(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).first().click();
}

/** Fills the inputs of a form by their names. */
export async function fill(page: Page, values: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(values)) await page.locator(`[name="${name}"]:visible`).first().fill(value);
}

/** Says whether the page shows the message of a thing done. */
export async function told(page: Page, text: string): Promise<void> {
  await expect(page.locator(".flashes")).toContainText(text);
}

/** Waits until the page says that its work is where it should be. */
export async function saved(page: Page, state: "server" | "offline"): Promise<void> {
  await expect(page.locator("[data-saved]").first()).toHaveAttribute("data-state", state, { timeout: 20_000 });
}

/** Hours of today between which a half-day is under way now and another follows, in a zone where it is not near midnight. */
export function today(): { zone: string; day: string; am: [string, string]; pm: [string, string] } {
  const inZone = (zone: string, shift: number): string => {
    const at = new Date(Date.now() + shift * 60_000);
    return at.toLocaleString("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  };
  const hour = Number(inZone("Africa/Tunis", 0).slice(11, 13));
  const zone = hour >= 2 && hour <= 20 ? "Africa/Tunis" : "Asia/Tokyo";
  const at = (shift: number): string => inZone(zone, shift).slice(11, 16);
  return { zone, day: inZone(zone, 0).slice(0, 10), am: [at(-5), at(60)], pm: [at(65), at(120)] };
}

/** The calendar day in Tunis, as forms write it. */
export function tunisDay(): string {
  return new Intl.DateTimeFormat("sv", { timeZone: "Africa/Tunis" }).format(new Date());
}

/** Makes a confirmed workshop of today with people and gives the address of the roll-call of its first half-day. */
export async function rollCall(context: BrowserContext, people = 30): Promise<string> {
  const post = async (path: string, form: Record<string, string>): Promise<string> => {
    const response = await context.request.post(path, { form, maxRedirects: 0 });
    expect(response.status(), `${path}: ${(await response.text()).slice(0, 300)}`).toBe(303);
    return response.headers()["location"] ?? "";
  };
  const { zone, day } = today(); // it does not end while the test runs
  const at = await post("/workshops", {
    key: crypto.randomUUID(), title: "Appel à deux appareils", kind: "workshop", lang: "fr", start: day, days: "1", halves: "am", am_start: "00:01", am_end: "23:58",
    am_minutes: "195", pm_start: "23:58", pm_end: "23:59", pm_minutes: "1", threshold: "80", late_after: "15", checkin_before: "1", time_zone: zone,
  });
  for (let i = 0; i < people; i++) {
    await post(`${at}/participants/new`, { key: crypto.randomUUID(), family_name: `Personne ${String.fromCharCode(65 + (i % 26))}${i}` });
  }
  await post(`${at}/state`, { state: "confirmed" });
  const response = await context.request.get(`${at}/rollcall`);
  return new URL(response.url()).pathname;
}

/** A small generator of numbers from 0 to 1 (mulberry32), so that a run can be repeated. */
export function numbers(from: number): () => number {
  let a = from >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A trainer of the test's own: the language belongs to the account, and the walk over every page changes that of the demo's. */
export async function ownTrainer(house: House, demo: Demo, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const account = demo.accounts.find((a) => a.role === "admin");
  if (!account) throw new Error("the demo has no administrator");
  const admin = (await house.signedIn("fr", account)).request;
  const made = await admin.post("/people", { form: { family_name: `Essai ${crypto.randomUUID().slice(0, 8)}`, given_name: "Formatrice" }, maxRedirects: 0 });
  expect(made.status(), "a person is made").toBe(303);
  const person = made.headers()["location"] ?? "";
  const granted = await admin.post(`${person}/roles`, { form: { role: "trainer", scope: "" }, maxRedirects: 0 });
  expect(granted.status(), "who is a trainer").toBe(303);
  const link = /\/welcome\/[\w-]+/.exec(await (await admin.post(`${person}/invite`)).text())?.[0] ?? "";
  const context = await house.open("fr", options);
  const begun = await context.request.post(link, { form: { password: `une phrase longue ${crypto.randomUUID()}` }, maxRedirects: 0 });
  expect(begun.status(), "who has a password").toBe(303);
  return context;
}
