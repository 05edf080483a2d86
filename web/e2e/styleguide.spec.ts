// The design system's own page, and what holds for every page: little weight, and whole without scripts.
import { accessible, expect, fits, langs, speaks, test } from "./fixtures.ts";

test.describe.configure({ mode: "parallel" });

for (const lang of langs) {
  test(`style guide in ${lang}, light and dark`, async ({ house }) => {
    const page = await (await house.open(lang)).newPage();
    for (const theme of ["light", "dark"]) {
      await page.goto(`/_styleguide?theme=${theme}`);
      await speaks(page, lang);
      await accessible(page);
      for (const width of [390, 768, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        await fits(page);
      }
    }
  });
}

test("the first page weighs less than 100 KB in each language", async ({ house }) => {
  for (const lang of langs) {
    const context = await house.open(lang);
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    let bytes = 0;
    await cdp.send("Network.enable");
    cdp.on("Network.loadingFinished", (e) => (bytes += e.encodedDataLength));
    await page.goto("/signin", { waitUntil: "networkidle" });
    expect(bytes, `bytes of the sign-in page in ${lang}`).toBeGreaterThan(10 * 1024);
    expect(bytes, `bytes of the sign-in page in ${lang}`).toBeLessThan(100 * 1024);
  }
});

test("the page is whole without scripts", async ({ house }) => {
  const page = await (await house.open("fr", { javaScriptEnabled: false })).newPage();
  await page.goto("/_styleguide");
  await expect(page.locator("h1")).toBeVisible();
  await page.locator("summary", { hasText: "Français" }).click();
  await expect(page.getByRole("button", { name: "العربية" })).toBeVisible();
});
