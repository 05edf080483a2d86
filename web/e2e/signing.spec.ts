// A person signs on the screen of the roll-call without network: nothing is lost, nothing counts twice, and nothing stays on the device.
import { readFileSync } from "node:fs";
import { expect, test } from "./fixtures.ts";
import { ownTrainer, rollCall, saved } from "./steps.ts";

test("a signature on screen outlives a dead network and leaves the device", async ({ house, demo }) => {
  house.watch.allow(/ERR_INTERNET_DISCONNECTED/);
  const by = (role: string) => {
    const found = demo.accounts.find((a) => a.role === role);
    if (!found) throw new Error(`the demo has no ${role}`);
    return found;
  };
  const context = await house.signedIn("fr", by("trainer"));
  const roll = await rollCall(context, 2);
  const event = roll.split("/rollcall")[0] ?? "";
  const allowed = await (await house.signedIn("fr", by("manager"))).request.post(`${event}/signing`, { form: { allow: "yes" }, maxRedirects: 0 });
  expect(allowed.status()).toBe(303);

  const page = await context.newPage();
  await page.goto(roll);
  const rows = page.locator("[data-roll-row]");
  const flag = (n: number) => rows.nth(n).locator("[data-roll-signed]");
  await context.setOffline(true);
  await rows.nth(0).locator("[data-roll-sign]").click();
  await page.locator("#signing button[value=save]").click(); // an empty box is no signature
  await expect(page.locator("[data-sign-error]")).toBeVisible();
  const pad = await page.locator("[data-sign-pad]").boundingBox();
  if (!pad) throw new Error("there is no pad");
  await page.mouse.move(pad.x + 20, pad.y + 20);
  await page.mouse.down();
  for (let i = 1; i <= 8; i++) await page.mouse.move(pad.x + 20 + i * 20, pad.y + 20 + (i % 2) * 30);
  await page.mouse.up();
  await page.locator("#signing button[value=save]").click();
  await expect(flag(0)).toHaveAttribute("data-roll-signed", "drawn");
  await rows.nth(1).locator("[data-roll-sign]").press("Enter"); // by keyboard alone
  await page.locator("#signing summary").press("Enter");
  await page.locator("#signing [name=signed_name]").fill("Personne B1");
  await page.locator("#signing [name=signed_name]").press("Enter");
  await expect(flag(1)).toHaveAttribute("data-roll-signed", "typed");
  await expect(page.locator(".saved")).toHaveAttribute("data-state", "offline");

  await context.setOffline(false);
  await page.reload(); // what was not sent yet is on the device
  await expect(flag(0)).toHaveAttribute("data-roll-signed", "drawn");
  await saved(page, "server");
  const kept = await page.evaluate(async () => {
    const text: string[] = [];
    for (const { name } of await indexedDB.databases()) {
      const db = await new Promise<IDBDatabase>((ok, no) => {
        const r = indexedDB.open(name ?? "");
        r.onsuccess = () => ok(r.result);
        r.onerror = () => no(r.error);
      });
      for (const store of db.objectStoreNames) {
        text.push(await new Promise<string>((ok) => {
          const all = db.transaction(store).objectStore(store).getAll();
          all.onsuccess = () => ok(JSON.stringify(all.result));
        }));
      }
      db.close();
    }
    return text.join("") + JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage });
  });
  expect(kept).not.toContain("strokes");
  expect(kept).not.toContain("Personne B1");
  const state = (await (await context.request.get(`${roll}/state`)).json()) as { signed: { kind: string }[] };
  expect(state.signed.map((s) => s.kind).sort()).toEqual(["drawn", "typed"]);
  await page.goto(`${event}/evidence`);
  await expect(page.locator(".ink path")).toHaveCount(1);
});

test("signing out tells what is on the device alone; a refusal is shown, exported and only then removed", async ({ house, demo }) => {
  house.watch.allow(/ERR_FAILED|status of 404/);
  const context = await ownTrainer(house, demo);
  const page = await context.newPage();
  const roll = await rollCall(context, 2);
  const cut = (url: URL): boolean => /\/(marks|signatures)$/.test(url.pathname);
  const first = page.locator("[data-roll-row]").first().locator(".roll-state");
  const open = async (): Promise<void> => {
    await page.goto(roll);
    await expect(page.locator("[data-roll-all]")).toBeVisible(); // the page takes marks
  };
  const leave = async (): Promise<void> => {
    await page.locator(".bar-end summary").last().click();
    await page.locator(".bar-end form[action='/signout'] button").click();
    await page.waitForURL("**/signout");
  };
  await context.route(cut, (route) => route.abort());
  await open();
  await first.first().click();
  await expect(page.locator(".saved")).toHaveAttribute("data-state", "offline");
  await leave();
  await expect(page.locator("[data-unsent-n=marks]")).toHaveText("1");
  await page.locator("[data-unsent-send]").click();
  await expect(page.locator("[data-unsent-said]")).toContainText("ne répond pas");
  await context.unroute(cut);
  await page.locator("[data-unsent-send]").click();
  await expect(page.locator("p[data-unsent-none]")).toBeVisible();

  // one mark is refused within a request that is taken: it stays, with what the server said
  await context.route(cut, (route) => {
    const { marks } = route.request().postDataJSON() as { marks: { key: string }[] };
    return route.fulfill({ json: { version: 0, answers: marks.map((m) => ({ key: m.key, error: "La demi-journée n’a pas commencé." })) } });
  });
  await open();
  await first.last().click();
  await expect(page.locator("[data-refusals]")).toContainText("n’a pas commencé");
  await context.unroute(cut);
  await page.reload();
  await expect(page.locator("[data-refusals]")).toContainText("Personne A0");
  await page.locator("[data-refusals-do=retry]").click(); // and it is taken now
  await expect(page.locator("[data-refusals]")).toBeHidden();
  await expect(page.locator("[data-roll-row]").first()).toHaveAttribute("data-state", "absent");
  await first.first().click();
  await saved(page, "server");

  await context.route(cut, (route) => route.fulfill({ status: 404, contentType: "application/json", body: '{"error":{"message":"Introuvable"}}' }));
  await open();
  await first.last().click();
  const panel = page.locator("[data-refusals]");
  await expect(panel).toContainText("Personne A0");
  await expect(panel).toContainText("Votre compte n'a plus accès");
  await page.goto(`${roll.split("/rollcall")[0] ?? ""}/scan`); // the door shows it too
  await expect(panel).toContainText("Personne A0");
  await open(); // it is still there, and the row says what the server says
  await expect(panel).toBeVisible();
  await expect(page.locator("[data-roll-row]").first()).toHaveAttribute("data-state", "present");
  await expect(panel.locator("[data-refusals-do=drop]")).toBeDisabled();
  const [file] = await Promise.all([page.waitForEvent("download"), panel.locator("[data-refusals-do=export]").click()]);
  const text = readFileSync(await file.path(), "utf8");
  expect(text).toContain("Personne A0");
  expect(text).toContain("Absent");
  await panel.locator("[data-refusals-do=drop]").click();
  await expect(panel).toBeHidden();
  await saved(page, "server");

  await first.last().click(); // refused once more, and thrown away on leaving
  await expect(panel).toBeVisible();
  await leave();
  await page.locator("[data-leaving] summary").click();
  await page.locator("[name=word]").fill("non");
  await page.locator("[data-unsent-drop] button").click();
  await expect(page.locator("[data-unsent-error]")).toBeVisible();
  await page.locator("[name=word]").fill("Abandonner");
  await page.locator("[data-unsent-drop] button").click();
  await page.waitForURL("**/signin");
});
