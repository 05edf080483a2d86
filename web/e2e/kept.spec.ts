// Answers that a phone could not send: the page opens again without network and shows them; somebody else who opens the site
// brings them to the server; what waits meanwhile cannot be read on the phone.
import { type Page, expect, test } from "@playwright/test";
import { FaultHouse } from "./faulthouse.ts";
import { FaultPhone, type Findings } from "./faultphone.ts";

test.describe.configure({ timeout: 300_000 });

/** Everything in the device's database, as text. */
async function device(page: Page): Promise<{ entries: string; sealed: string; answers: string }> {
  return page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const open = indexedDB.open("shelter-outbox");
      open.onsuccess = () => resolve(open.result);
      open.onerror = () => reject(open.error);
    });
    const all = (store: string): Promise<string> => new Promise((resolve) => {
      const request = db.transaction(store).objectStore(store).getAll();
      request.onsuccess = () => resolve(JSON.stringify(request.result));
    });
    const found = { entries: await all("entries"), sealed: await all("sealed"), answers: await all("answers") };
    db.close();
    return found;
  });
}

test("what a phone could not send is kept, cannot be read, and goes up with the next person", async ({ browser }) => {
  const house = await FaultHouse.create();
  const findings: Findings = { acknowledged: 0, lost: [], unsent: [] };
  const phone = await FaultPhone.open(house, browser, Math.random, findings);
  try {
    await test.step("a page opens again without network and shows what was answered", async () => {
      await phone.join("FA07SF");
      await phone.answer(1);
      await phone.settled();
      await phone.page.evaluate(() => navigator.serviceWorker.ready.then(() => new Promise((resolve) => setTimeout(resolve, 1500))));
      const away = phone.proxy.down(15_000);
      await phone.answer(4);
      const chosen = await phone.page.locator("input:checked").evaluateAll((list) => list.map((i) => (i as HTMLInputElement).name + (i as HTMLInputElement).value));
      await phone.page.reload();
      await expect(phone.page.locator("form[data-exam][data-paged]")).toBeAttached();
      expect(await phone.page.locator("input:checked").evaluateAll((list) => list.map((i) => (i as HTMLInputElement).name + (i as HTMLInputElement).value))).toEqual(chosen);
      await expect(phone.page.locator("[data-saved]").first()).toHaveAttribute("data-state", "offline");
      await away;
      await phone.settled();
      await phone.compare();
    });
    await test.step("another person opens the site: answers are sealed while they cannot be sent", async () => {
      const blocked = /\/(keep|t\/[0-9a-f-]{36}\/answers)$/;
      await phone.context.route(blocked, (route) => route.abort());
      await phone.answer(7);
      await phone.page.goto("/join");
      await expect(phone.page.locator(".toast")).toContainText("1");
      const kept = await device(phone.page);
      expect(kept.entries).toBe("[]");
      expect(JSON.parse(kept.sealed)).toHaveLength(1);
      expect(kept.sealed).not.toContain("position");
      expect(kept.answers).toBe("[]");
      expect(await phone.page.evaluate(async () => (await (await caches.open("exam-page")).keys()).map((r) => r.url))).toEqual([]);
      await phone.context.unroute(blocked);
    });
    await test.step("they go up at the next opening, without the attempt's cookie", async () => {
      await phone.context.clearCookies();
      await phone.page.goto("/join");
      await expect.poll(async () => (await device(phone.page)).sealed, { timeout: 30_000 }).toBe("[]");
      await phone.compare();
      expect(findings).toMatchObject({ lost: [], unsent: [] });
      expect(await house.totals()).toMatchObject({ attempts: 1, answers: 3, double_attempts: 0 });
    });
  } finally {
    await phone.close();
    await house.destroy();
  }
});
