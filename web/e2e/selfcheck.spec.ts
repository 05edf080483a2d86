// Self check-in: a code on the wall that changes by itself, a phone without account and without scripts, and what the trainer sees.
import type { Page } from "@playwright/test";
import { accessible, expect, fits, test } from "./fixtures.ts";
import { ownTrainer, press, rollCall } from "./steps.ts";

test.describe.configure({ timeout: 120_000 });

async function codeOf(wall: Page): Promise<string> {
  return (await wall.locator(".room-code-value").innerText()).replace(/\D/g, "");
}

test("the wall and a phone without scripts", async ({ house, demo }) => {
  house.watch.allow(/status of 422/);
  const context = await ownTrainer(house, demo);
  const roll = await rollCall(context, 12);
  const page = await context.newPage();
  await page.goto(roll.replace("/rollcall/", "/selfcheck/"));
  await press(page, "Ouvrir l'auto-pointage");
  await accessible(page);
  await fits(page);
  await page.getByRole("link", { name: "Projeter le code" }).click();
  const first = await codeOf(page);
  expect(first).toMatch(/^\d{8}$/);
  await accessible(page);
  await fits(page);

  const context2 = await house.open("ar", { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, javaScriptEnabled: false });
  const phone = await context2.newPage();
  await phone.goto("/c");
  await phone.locator('[name="code"]').fill("12");
  await phone.locator('main button[type="submit"]').click();
  await expect(phone.locator('[role="alert"]')).toContainText("ثمانية أرقام");
  await phone.locator('[name="code"]').fill(await codeOf(page));
  await phone.locator('main button[type="submit"]').click();
  await expect(phone.locator('[name="enrolment"]')).toHaveCount(12);
  await phone.locator('[name="part"]').fill("personne c");
  await phone.locator('main button[type="submit"]').click();
  await expect(phone.locator('[name="enrolment"]')).toHaveCount(1);
  await phone.locator('[name="enrolment"]').check();
  await phone.locator('main button[type="submit"]').click();
  await expect(phone.locator('main [role="status"]')).toContainText("Personne C2");
  await expect(page.locator(".projector-count").last()).toContainText("1 présents sur 12");

  // with scripts the list narrows down while one types
  const fast = await (await house.phone("fr")).newPage();
  await fast.goto(`/c/${await codeOf(page)}`);
  await accessible(fast);
  await fits(fast);
  await fast.locator('[name="part"]').fill("personne d");
  await expect(fast.locator(".choice:visible")).toHaveCount(1);
  await expect(fast.getByText("Personne C2")).toHaveCount(0); // checked in: not offered again

  await expect.poll(() => codeOf(page), { timeout: 40_000 }).not.toBe(first);
  const tablet = await context.newPage();
  await tablet.goto(roll);
  await expect(tablet.locator("[data-roll-self]:visible")).toHaveCount(1);
  await expect(tablet.locator('[data-total="late"], [data-total="present"]').filter({ hasText: "1" })).toHaveCount(1);
});
