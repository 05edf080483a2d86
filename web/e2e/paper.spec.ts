// Paper answers of 25 people to 10 questions by keyboard, with a dead network in between, a second typing, and what differs.
import type { BrowserContext, Page } from "@playwright/test";
import { type Demo, accessible, expect, fits, test } from "./fixtures.ts";
import { tunisDay } from "./steps.ts";

test.describe.configure({ timeout: 180_000 });

const people = 25;
const questions = 10;

/** Questions of the shipped course; their form is made by the test. */
const codes = "D-005 D-007 D-015 D-025 D-034 D-036 D-044 D-045 D-063 D-072";

function trainer(demo: Demo) {
  const found = demo.accounts.find((a) => a.role === "trainer");
  if (!found) throw new Error("the demo has no trainer");
  return found;
}

/** Makes a workshop of 25 people whose tests are a form of ten questions, and gives its address. */
async function prepare(context: BrowserContext): Promise<string> {
  const post = async (path: string, form: Record<string, string>): Promise<string> => {
    const response = await context.request.post(path, { form: { key: crypto.randomUUID(), ...form }, maxRedirects: 0 });
    expect(response.status(), `${path}: ${(await response.text()).slice(0, 300)}`).toBe(303);
    return response.headers()["location"] ?? "";
  };
  const form = (await post("/bank/forms", { how: "list", title_fr: "Sur papier", title_ar: "على الورق", codes })).split("/").at(-1) ?? "";
  const day = tunisDay();
  const at = await post("/workshops", {
    title: "Test sur papier", kind: "workshop", lang: "fr", start: day, days: "1", halves: "am", am_start: "09:00", am_end: "12:15",
    am_minutes: "195", pm_start: "14:00", pm_end: "17:00", pm_minutes: "180", threshold: "80", late_after: "15", checkin_before: "1", time_zone: "Africa/Tunis",
  });
  for (let i = 0; i < people; i++) await post(`${at}/participants/new`, { family_name: `Personne ${String.fromCharCode(65 + i)}` });
  await post(`${at}/tests`, { pre_form: form, post_form: form });
  return at;
}

/** Types every sheet: for each cell the keys that `say` gives, which move on by themselves. */
async function typeAll(page: Page, say: (row: number, column: number) => string): Promise<number> {
  const kinds = await page.locator("[data-paper]").evaluate((e) => (JSON.parse((e as HTMLElement).dataset["questions"] ?? "[]") as { kind: string }[]).map((q) => q.kind));
  expect(kinds).toHaveLength(questions);
  await expect(page.locator(".paper-cell").first()).toBeFocused();
  const began = Date.now();
  for (let r = 0; r < people; r++) {
    for (let c = 0; c < questions; c++) {
      await page.keyboard.press(say(r, c));
      if (kinds[c] === "many") await page.keyboard.press("Enter");
    }
  }
  return (Date.now() - began) / 1000 / (people * questions);
}

const saved = (page: Page) => expect(page.locator(".saved")).toHaveAttribute("data-state", "server", { timeout: 60_000 });
const typed = (page: Page) => expect(page.locator("[data-paper-count]")).toContainText(String(people * questions));

test("25 people and 10 questions by keyboard, twice", async ({ house, demo }) => {
  house.watch.allow(/ERR_INTERNET_DISCONNECTED/);
  const context = await house.signedIn("fr", trainer(demo));
  const at = await prepare(context);
  const page = await context.newPage();
  await page.goto(`${at}/paper/pre/grid?pass=1`);
  const answer = (r: number, c: number): string => (c === 3 && r % 5 === 0 ? "x" : "ab"[(r + c) % 2] ?? "a");
  let cut = false;
  const perCell = await typeAll(page, (r, c) => {
    if (r === 8 && c === 0 && !cut) void context.setOffline((cut = true));
    return answer(r, c);
  });
  await typed(page);
  await expect(page.locator(".saved")).toHaveAttribute("data-state", "offline");
  await page.evaluate(() => document.querySelector<HTMLElement>("tbody tr:last-child input")?.focus());
  await page.keyboard.press("Backspace"); // clears the cell,
  await page.keyboard.press("b"); // which is typed again
  await expect(page.locator(".saved")).toHaveAttribute("data-state", "offline"); // kept on the device
  await context.setOffline(false);
  await page.reload(); // what was not sent is on the device
  await saved(page);
  await page.reload();
  await typed(page);
  console.log(`paper: ${perCell.toFixed(4)} s per cell, ${people * questions} cells`);
  expect(perCell, "seconds for a cell").toBeLessThan(1);

  await page.goto(`${at}/paper/pre/grid?pass=2`);
  await expect(page.locator("[data-typed]")).toHaveCount(0); // blind
  await typeAll(page, (r, c) => (r === 2 && c === 1 ? "c" : r === people - 1 && c === 0 ? "b" : answer(r, c)));
  await typed(page);
  await saved(page);

  await page.goto(`${at}/paper/pre`);
  await accessible(page);
  await expect(page.locator("form[action$='/settle']")).toHaveCount(1);
  await page.locator("form[action$='/settle'] input[value='1']").check();
  await page.locator("form[action$='/settle'] button[type=submit]").click();
  await expect(page.locator("form[action$='/settle']")).toHaveCount(0);
  await page.locator(".card form.post button").first().click();
  await expect(page.locator("#paper-sheets .badge-good")).toHaveCount(people);
  await page.goto(`${at}/results/persons`);
  await expect(page.locator("#exam-scores tbody tr")).toHaveCount(people);
});

for (const lang of ["fr", "ar"] as const) {
  test(`a telephone and an arrow in ${lang}`, async ({ house, demo }) => {
    const context = await house.signedIn(lang, trainer(demo), { viewport: { width: 390, height: 844 } });
    const at = await prepare(context);
    await context.request.post("/language", { form: { lang } });
    const page = await context.newPage();
    await page.goto(`${at}/paper/post/grid`);
    const cell = (r: number, c: number) => page.locator("tbody tr").nth(r).locator(".paper-cell").nth(c);
    await expect(cell(0, 0)).toBeFocused();
    await page.keyboard.type(lang === "ar" ? "ب" : "2");
    await expect(cell(0, 0)).toHaveValue("B");
    await expect(cell(0, 1)).toBeFocused();
    await page.keyboard.press(lang === "ar" ? "ArrowRight" : "ArrowLeft"); // back, in the direction of reading
    await expect(cell(0, 0)).toBeFocused();
    await page.keyboard.press("ArrowDown");
    await expect(cell(1, 0)).toBeFocused();
    await page.keyboard.type("z"); // no answer of this question
    await expect(cell(1, 0)).toHaveValue("");
    await saved(page);
    await accessible(page);
    await fits(page);
  });
}
