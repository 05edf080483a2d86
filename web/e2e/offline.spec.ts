// A course that is kept on a phone: read and answered with the network off and with the server gone, sent once when both are back,
// and nothing of it left after signing out.
import { type BrowserContext, type Page } from "@playwright/test";
import { type Account, type Demo, type House, expect, fits, freshTest, signIn, slow, speaks } from "./fixtures.ts";
import { account as accountOf } from "./visit.ts";
import { type Lang, Words } from "./words.ts";

freshTest.describe.configure({ timeout: 240_000 * slow });

/** What this browser keeps: names of caches, and how many entries wait. */
async function device(page: Page): Promise<{ caches: string[]; waiting: number; sealed: number }> {
  return page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const open = indexedDB.open("shelter-outbox");
      open.onsuccess = () => resolve(open.result);
      open.onerror = () => reject(open.error);
    });
    const count = (store: string): Promise<number> => new Promise((resolve) => {
      const request = db.transaction(store).objectStore(store).count();
      request.onsuccess = () => resolve(request.result);
    });
    const found = { caches: (await caches.keys()).sort(), waiting: await count("entries"), sealed: await count("sealed") };
    db.close();
    return found;
  });
}

/** A course for each language: the two visits share one reader. */
const visits: { lang: Lang; course: string; lesson: string }[] = [
  { lang: "fr", course: "detection", lesson: "/courses/detection/01-comprendre" },
  { lang: "ar", course: "assistance", lesson: "/courses/assistance/01-besoins-et-risques" },
];

async function keep(page: Page, lang: Lang, course: string): Promise<void> {
  await page.goto(`/courses/${course}`);
  await speaks(page, lang);
  const panel = page.locator("[data-keep]");
  await expect(panel).toHaveAttribute("data-state", "none");
  await expect(panel.locator("[data-keep-text]")).toHaveText(/\d/); // its size
  await fits(page);
  await panel.locator("[data-keep-do=keep]").click();
  await expect(panel).toHaveAttribute("data-state", "kept", { timeout: 60_000 * slow });
  await expect(panel.locator("[data-keep-text]")).toHaveText(/\d/);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await fits(page);
}

/** Answers the first question of the lesson and writes a note. */
async function work(page: Page, w: Words, note: string): Promise<void> {
  const form = page.locator("form[data-check]").first();
  await form.locator("label.choice").first().click();
  await form.locator("[data-check-send]").click();
  await expect(form.locator("[data-verdict-text]")).toHaveText(w.t("course_answer_waiting"));
  await write(page, note);
  await expect.poll(async () => (await device(page)).waiting).toBeGreaterThanOrEqual(2);
}

async function write(page: Page, note: string): Promise<void> {
  const box = page.locator("[data-note] textarea");
  if (!(await box.isVisible())) await page.locator(".lesson-note summary").click();
  await box.fill(note);
}

async function signedIn(house: House, lang: Lang, who: Account): Promise<BrowserContext> {
  const context = await house.phone(lang);
  await signIn(context, who);
  await context.request.post("/language", { form: { lang, next: "/" }, maxRedirects: 0 });
  return context;
}

freshTest("a course is read and answered without network, and signing out leaves nothing", async ({ server, house }) => {
  house.watch.allow(/ERR_|Failed to load resource/); // the network is off, and a server is gone, on purpose
  const who = accountOf(await server.json<Demo>("demo"), "trainee");
  for (const { lang, course, lesson } of visits) {
    const w = new Words(lang);
    const context = await signedIn(house, lang, who);
    const note = `Carnet ${lang}`;
    let page = await context.newPage();
    await freshTest.step(`keep (${lang})`, () => keep(page, lang, course));
    await freshTest.step(`read and answer without network, close the page, read again without the server (${lang})`, async () => {
      await context.setOffline(true);
      await page.goto(lesson);
      await speaks(page, lang);
      await expect(page.locator("[data-without-network]")).toBeVisible();
      await work(page, w, note);
      await page.close();
      await context.setOffline(false);
      await server.stop();
      page = await context.newPage();
      await page.goto(lesson);
      const form = page.locator("form[data-check]").first();
      await expect(form.locator("[data-verdict-text]")).toHaveText(w.t("course_answer_waiting"));
      await expect(form.locator("input:checked")).toHaveCount(1);
      await expect(page.locator("[data-note] textarea")).toHaveValue(note);
      await page.goto("/courses");
      await expect(page.locator(`[data-keep-mark=${course}]`)).toBeVisible();
      await page.close();
    });
    await freshTest.step(`all goes up when the server is back (${lang})`, async () => {
      await server.start();
      page = await context.newPage();
      await page.goto(`/courses/${course}`);
      await expect.poll(async () => (await device(page)).waiting, { timeout: 30_000 * slow }).toBe(0);
      await expect(page.locator("[data-saved]").first()).toHaveAttribute("data-state", "server");
      const other = await (await signedIn(house, lang, who)).newPage();
      await other.goto(lesson);
      await expect(other.locator("form[data-check] [data-verdict]:visible")).toHaveCount(1);
      await expect(other.locator("[data-note] textarea")).toHaveValue(note);
    });
    await freshTest.step(`signing out leaves nothing, and what could not be sent is on the server (${lang})`, async () => {
      await context.route("**/courses/**/note", (r) => r.abort()); // this network swallows notes and takes the rest
      await page.goto(lesson);
      await write(page, `${note} 2`);
      await expect.poll(async () => (await device(page)).waiting).toBeGreaterThanOrEqual(1);
      await page.locator("details.menu", { has: page.locator("form[action='/signout']") }).locator("summary").click();
      await page.locator("form[action='/signout'] button").click();
      await expect(page).toHaveURL(/\/signin/);
      await expect.poll(() => device(page), { timeout: 20_000 * slow }).toEqual({ caches: [], waiting: 0, sealed: 0 });
      await context.setOffline(true);
      await expect(page.goto(lesson)).rejects.toThrow(); // nothing to show
      const other = await (await signedIn(house, lang, who)).newPage();
      await other.goto(lesson);
      await expect(other.locator("[data-note] textarea")).toHaveValue(`${note} 2`);
    });
  }
});
