// The round trip of paper: a sheet is printed, photographed and sent, its signatures are typed by keyboard, and what differs from
// the roll-call is decided.
import { accessible, expect, fits, test } from "./fixtures.ts";
import { ownTrainer, fill, press, rollCall } from "./steps.ts";

test.describe.configure({ timeout: 180_000 });

const people = 12;

test("a sheet comes back, is typed and decided", async ({ house, demo }) => {
  const context = await ownTrainer(house, demo, { viewport: { width: 1123, height: 794 }, deviceScaleFactor: 2.5 });
  const at = (await rollCall(context, people)).replace(/\/rollcall.*/, "");
  const page = await context.newPage();
  await page.goto(`${at}/print/signatures`);
  await page.emulateMedia({ media: "print" });
  const photo = await page.locator(".sheet").first().screenshot({ type: "jpeg", quality: 80 });
  await page.emulateMedia({ media: "screen" });

  await page.goto(`${at}/sheets`);
  await page.locator('input[type="file"]').setInputFiles({ name: "feuille.jpg", mimeType: "image/jpeg", buffer: photo });
  await press(page, "Déposer");
  await expect(page.locator(".scan-page")).toContainText("Reconnue par son code");
  await accessible(page);
  await fits(page);

  await page.goto(`${at}/sheets/boxes`);
  await expect(page.locator(".paper-cell").first()).toBeFocused();
  const began = Date.now();
  for (let i = 0; i < people; i++) await page.keyboard.press(i === 3 ? "Space" : "s");
  const each = (Date.now() - began) / 1000 / people;
  console.log(`${each.toFixed(2)} s for each box`);
  expect(each).toBeLessThan(1);
  await expect(page.locator("[data-paper-count]")).toContainText(`${people} sur ${people}`);
  await expect(page.locator(".saved")).toHaveAttribute("data-state", "server", { timeout: 30_000 });
  await accessible(page);
  await fits(page);
  await page.reload();
  await expect(page.locator('.paper-cell[data-typed="s"]')).toHaveCount(people - 1);

  await page.goto(`${at}/sheets/differences`);
  await expect(page.getByText("A signé, mais n'est pas pointé présent")).toHaveCount(people - 1);
  await accessible(page);
  await fits(page);
  const card = page.locator("form", { has: page.locator('[name="reason"]') }).first();
  await card.getByText("Présent", { exact: true }).click();
  await fill(page, { reason: "Signature vérifiée" });
  await card.getByRole("button", { name: "Décider" }).click();
  await expect(page.getByText("A signé, mais n'est pas pointé présent")).toHaveCount(people - 2);

  const slot = (await context.request.get(`${at}/rollcall`)).url().split("/").at(-1) ?? "";
  await page.goto(`${at}/evidence?slot=${slot}&status=present`);
  await expect(page.locator("#evidence tbody tr")).toHaveCount(1);
  await expect(page.locator("#evidence")).toContainText("Signature vérifiée");
  await expect(page.locator("#evidence a", { hasText: "page 1" })).toHaveCount(1);
  await accessible(page);
  await fits(page);
});
