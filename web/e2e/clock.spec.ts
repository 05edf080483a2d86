// The time of a test: the projector counts down, and minutes given to everybody reach a phone that is not loaded again.
import { type Demo, accessible, expect, fits, test } from "./fixtures.ts";
import { tunisDay } from "./steps.ts";

function trainer(demo: Demo) {
  const found = demo.accounts.find((a) => a.role === "trainer");
  if (!found) throw new Error("the demo has no trainer");
  return found;
}

test("a countdown, and minutes for everybody", async ({ house, demo }) => {
  const context = await house.signedIn("fr", trainer(demo));
  const post = async (path: string, form: Record<string, string>): Promise<string> => {
    const response = await context.request.post(path, { form: { key: crypto.randomUUID(), ...form }, maxRedirects: 0 });
    expect(response.status(), `${path}: ${(await response.text()).slice(0, 300)}`).toBe(303);
    return response.headers()["location"] ?? "";
  };
  const form = (await post("/bank/forms", { how: "list", title_fr: "Avec limite de temps", codes: "D-005 D-007 D-015", minutes: "20" })).split("/").at(-1) ?? "";
  const day = tunisDay();
  const at = await post("/workshops", {
    title: "Test avec limite", kind: "workshop", lang: "fr", start: day, days: "1", halves: "am", am_start: "09:00", am_end: "12:15",
    am_minutes: "195", pm_start: "14:00", pm_end: "17:00", pm_minutes: "180", threshold: "80", late_after: "15", checkin_before: "1", time_zone: "Africa/Tunis",
  });
  await post(`${at}/participants/new`, { family_name: "Personne A" });
  await post(`${at}/tests`, { pre_form: form, post_form: form });
  await post(`${at}/tests/pre/open`, {});
  const projector = await context.newPage();
  await projector.goto(`${at}/tests/projector`);
  await expect(projector.locator(".exam-clock")).toContainText("20");
  const room = (await projector.locator(".room-code-value").innerText()).replace(/\D/g, "");

  const phone = await (await house.phone("fr")).newPage();
  await phone.goto(`/r/${room}`);
  await phone.locator("label.choice").first().click();
  await phone.locator("form button[type=submit]").last().click();
  const left = phone.locator("[data-countdown-left]");
  await expect(left).toHaveText(/^(20:00|19:5\d)$/);
  const seconds = async (): Promise<number> => (await left.innerText()).split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  const before = await seconds();
  await expect.poll(seconds).toBeLessThan(before); // it runs
  await expect(projector.locator("[data-countdown-left]")).toHaveText(/^(20:00|19:\d\d)$/, { timeout: 15_000 });

  const board = await context.newPage();
  await board.goto(`${at}/tests`);
  await accessible(board);
  await board.locator("#f-minutes").fill("7");
  await board.locator(".exam-minutes button").click();
  await expect(board.locator(".flash, [role=status]").first()).toBeVisible();
  await expect(left).toHaveText(/^26:\d\d$/, { timeout: 30_000 }); // without being loaded again
  await expect(phone.locator("[data-countdown-more]")).not.toBeEmpty();
  await fits(phone);
  await accessible(phone);
});
