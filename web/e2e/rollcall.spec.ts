// The roll-call in the room: thirty people by keyboard in less than a minute, a dead network in between, two devices that mark
// the same people, and what is taken back.
import type { BrowserContext, Page } from "@playwright/test";
import { type Demo, expect, test } from "./fixtures.ts";
import { rollCall } from "./steps.ts";

test.describe.configure({ timeout: 180_000 });

const people = 30;

async function open(context: BrowserContext, roll: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(roll);
  await expect(page.locator("[data-roll-all]")).toBeVisible();
  return page;
}

function total(page: Page, status: string) {
  return page.locator(`[data-total="${status}"]`);
}

function trainer(demo: Demo) {
  const found = demo.accounts.find((a) => a.role === "trainer");
  if (!found) throw new Error("the demo has no trainer");
  return found;
}

test("thirty people by keyboard, with a dead network in between", async ({ house, demo }) => {
  house.watch.allow(/ERR_INTERNET_DISCONNECTED/);
  const context = await house.signedIn("fr", trainer(demo));
  const roll = await rollCall(context);
  const page = await open(context, roll);

  const began = Date.now();
  await page.keyboard.press("j");
  for (let i = 0; i < people; i++) {
    if (i === 10) await context.setOffline(true);
    await page.keyboard.press(i % 10 === 3 ? "a" : "p");
  }
  await expect(total(page, "unmarked")).toHaveText("0");
  await expect(total(page, "absent")).toHaveText("3");
  expect(Date.now() - began, "milliseconds for thirty people").toBeLessThan(60_000);
  await expect(page.locator(".saved")).toHaveAttribute("data-state", "offline");

  await context.setOffline(false);
  await page.reload(); // what was not sent yet is on the device
  await expect(total(page, "present")).toHaveText("27");
  await expect(page.locator(".saved")).toHaveAttribute("data-state", "server", { timeout: 30_000 });
  const elsewhere = await open(context, roll);
  await expect(total(elsewhere, "present")).toHaveText("27");
  await expect(total(elsewhere, "unmarked")).toHaveText("0");
});

test("two devices mark the same people and nothing is lost", async ({ house, demo }) => {
  house.watch.allow(/ERR_INTERNET_DISCONNECTED/);
  const first = await house.signedIn("fr", trainer(demo));
  const second = await house.signedIn("fr", trainer(demo));
  const roll = await rollCall(first);
  const tablet = await open(first, roll);
  const phone = await open(second, roll);
  const set = (page: Page, n: number, status: string) => page.locator("[data-roll-row]").nth(n).locator(`.roll-state:has([value=${status}])`).click();

  await first.setOffline(true);
  await set(tablet, 0, "present");
  await set(tablet, 1, "late");
  await set(phone, 0, "absent");
  await set(phone, 2, "excused");
  await expect(phone.locator(".saved")).toHaveAttribute("data-state", "server");
  await first.setOffline(false);
  await tablet.evaluate(() => dispatchEvent(new Event("online")));
  await expect(tablet.locator(".saved")).toHaveAttribute("data-state", "server", { timeout: 30_000 });

  await tablet.reload();
  const rows = tablet.locator("[data-roll-row]");
  await expect(rows.nth(1)).toHaveAttribute("data-state", "late");
  await expect(rows.nth(2)).toHaveAttribute("data-state", "excused");
  await expect(rows.nth(0).locator("[data-roll-conflict]")).toBeVisible();

  await set(tablet, 0, "late"); // a person who sees both decides
  await expect(rows.nth(0).locator("[data-roll-conflict]")).toBeHidden();
  await tablet.locator("[data-roll-more]").first().click();
  await expect(tablet.locator("#person .moment")).toHaveCount(3);
  await tablet.keyboard.press("Escape");

  await tablet.locator("[data-roll-undo]").click();
  await expect(rows.nth(0)).not.toHaveAttribute("data-state", "late");
  await set(tablet, 1, "late"); // pressed again: taken back
  await expect(rows.nth(1)).toHaveAttribute("data-state", "");
});

test("nothing moves under the thumb while the network comes and goes", async ({ house, demo }) => {
  house.watch.allow(/ERR_INTERNET_DISCONNECTED/);
  const roll = await rollCall(await house.signedIn("fr", trainer(demo)), 3);
  for (const lang of ["fr", "ar"] as const) {
    const context = await house.signedIn(lang, trainer(demo), { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
    const page = await open(context, roll);
    // in the page, not in the window: a tap scrolls to what it taps
    const top = async (): Promise<number> => page.locator("[data-roll-row]").first().evaluate((row) => row.getBoundingClientRect().top + window.scrollY);
    const before = await top();
    await context.setOffline(true);
    await page.locator("[data-roll-row]").nth(1).locator(".roll-state").nth(lang === "fr" ? 0 : 1).tap();
    await expect(page.locator(".saved")).toHaveAttribute("data-state", "offline");
    expect(await top(), `the first row in ${lang}`).toBe(before);
    await context.setOffline(false);
  }
});
