// Makes docs/user/img/*.png: the pages that the guide shows, in French and some in Arabic, on a desk and on a phone. The names
// are those of the guide's pictures; "-ar" is Arabic.
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { BrowserContext, Page } from "@playwright/test";
import { type Account, type House, type Lang, expect, test } from "./fixtures.ts";
import { Phone } from "./phone.ts";
import { press } from "./steps.ts";
import { words } from "./words.ts";

const here = path.dirname(fileURLToPath(import.meta.url));
const folder = path.join(here, "../../docs/user/img");
const list = path.join(here, "../../internal/ingest/testdata/participants-mas.xlsx");

const desk = { width: 1280, height: 860 };
const phone = { width: 390, height: 844 };

class Camera {
  constructor(readonly lang: Lang) {}

  /** Takes what is on the screen, or a part of the page. */
  async shoot(page: Page, name: string, part?: string): Promise<void> {
    const file = path.join(folder, `${name}${this.lang === "fr" ? "" : `-${this.lang}`}.png`);
    await page.evaluate(() => document.fonts.ready);
    if (part) await page.locator(part).first().screenshot({ path: file });
    else await page.screenshot({ path: file });
  }

  async shots(page: Page, shots: [name: string, address: string, part?: string][]): Promise<void> {
    for (const [name, address, part] of shots) {
      await page.goto(address);
      await this.shoot(page, name, part);
    }
  }
}

async function speak(context: BrowserContext, lang: Lang): Promise<void> {
  const changed = await context.request.post("/language", { form: { lang, next: "/" }, maxRedirects: 0 });
  expect(changed.status()).toBe(303);
}

async function first(page: Page, address: string, selector: string): Promise<string> {
  await page.goto(address);
  return (await page.locator(selector).first().getAttribute("href")) ?? "";
}

/** The pages of the office: planning, accounts. */
async function office(house: House, who: (role: string) => Account): Promise<void> {
  const camera = new Camera("fr");
  const manager = await (await house.signedIn("fr", who("manager"), { viewport: desk })).newPage();
  const closed = await first(manager, "/workshops?state=closed", "tbody th a");
  await camera.shots(manager, [["home", "/"], ["workshop-new", "/workshops/new"], ["workshop", closed], ["account", "/account/second-factor"],
    ["badges", `${closed}/print/badges?lang=fr`, ".sheet"]]);
  const admin = await (await house.signedIn("fr", who("admin"), { viewport: desk })).newPage();
  await admin.goto(await first(admin, "/people?role=observer", "tbody th a"));
  await press(admin, words("fr").t("people_make_reset"));
  await camera.shoot(admin, "person");
}

/** What is left of a workshop that is over, in one language. */
async function papers(page: Page, camera: Camera): Promise<void> {
  const closed = await first(page, "/workshops?state=closed", "tbody th a");
  await camera.shots(page, [["results", `${closed}/results`], ["signatures", `${closed}/print/signatures?lang=${camera.lang}`, ".sheet"],
    ["certificate", `${closed}/print/certificates?lang=${camera.lang}`, ".sheet"], ["course-certificates", "/courses/detection/certificates"]]);
}

/** The pages of the room, in one language: list, roll-call, badges, the tests and a phone that takes one. */
async function room(house: House, lang: Lang, manager: Account): Promise<void> {
  const camera = new Camera(lang);
  const w = words(lang);
  const context = await house.signedIn(lang, manager, { viewport: desk });
  await speak(context, lang);
  const page = await context.newPage();
  await papers(page, camera);
  const open = await first(page, "/workshops?state=confirmed", "tbody th a");
  await camera.shots(page, [["import", `${open}/import`]]);
  await page.locator("input[type=file]").setInputFiles(list);
  await press(page, w.t("import_send"));
  await expect(page.locator("h1")).toHaveText(w.t("import_preview_title"));
  await camera.shoot(page, "import-check");
  const draft = await first(page, "/authoring", 'a[href*="/authoring/drafts/"]');
  await new Camera(lang).shots(page, [["author-draft", draft], ["author-lesson", `${draft}/lessons/11-prendre-soin-du-personnel?langs=${lang}`]]);
  const running = await first(page, "/workshops?state=running", "tbody th a");
  await page.goto(running || open);
  await page.goto((await page.locator("#slots tbody th a").first().getAttribute("href")) ?? "");
  for (const key of ["p", "p", "l", "p", "p", "x", "p", "a", "p"]) await page.keyboard.press(key);
  await expect(page.locator("[data-saved]")).toHaveAttribute("data-state", "server");
  await page.evaluate(() => scrollTo(0, 0));
  await camera.shoot(page, "roll-call");
  await page.setViewportSize(phone);
  await camera.shoot(page, "roll-call-phone");
  await camera.shots(page, [["check-in-phone", `${running || open}/scan`]]);
  await page.setViewportSize(desk);
  await page.goto(`${open}/tests`);
  const opens = page.getByRole("button", { name: w.t("exam_open_pre"), exact: true });
  if (await opens.isVisible()) await opens.click();
  await camera.shoot(page, "tests");
  await camera.shots(page, [["projector", `${open}/tests/projector`]]);
  const code = (await page.locator(".room-code-value").innerText()).replace(/\D/g, "");
  await onPhone(house, camera, code);
}

async function onPhone(house: House, camera: Camera, code: string): Promise<void> {
  const page = await (await house.phone(camera.lang)).newPage();
  await page.goto(`/r/${code}`);
  const name = await page.locator("label.choice .choice-text > span:first-child").nth(camera.lang === "fr" ? 0 : 3).innerText();
  const taker = await Phone.of(page.context(), words(camera.lang), name);
  await taker.page.goto(`/r/${code}`);
  await taker.begin();
  await taker.page.locator("label.choice").first().click();
  await expect(taker.page.locator("[data-exam-kept]").first()).toHaveAttribute("data-state", "server");
  await taker.page.waitForTimeout(300); // the colour follows the words by a frame
  await camera.shoot(taker.page, "test-phone");
}

/** What follows the project: calendar, indicators, question bank, surveys, in one language. */
async function follow(house: House, lang: Lang, manager: Account): Promise<void> {
  const context = await house.signedIn(lang, manager, { viewport: desk });
  await speak(context, lang);
  const page = await context.newPage();
  const confirmed = await first(page, "/workshops?state=confirmed", "tbody th a");
  const open = await first(page, "/workshops?state=open", "tbody th a");
  const closed = await first(page, "/workshops?state=closed", "tbody th a");
  await new Camera(lang).shots(page, [["calendar", "/workshops/calendar?view=list"], ["agenda", `${confirmed}/agenda`], ["selection", `${open}/selection`], ["programme", "/programme"],
    ["bank", "/bank"], ["survey", `${closed}/surveys/end/results`], ["messages", `${confirmed}/messages`], ["regrade", `${closed}/regrade`], ["sheets", `${closed}/sheets`],
    ["workshop-report", `${closed}/print/report?lang=${lang}`, ".sheet"], ["course-tests", "/courses/detection/tests"], ["course-progress", "/courses/detection/progress"], ["tokens", "/programme/tokens"], ["training", "/programme/training"]]);
  const running = await first(page, "/workshops?state=running", "tbody th a");
  await new Camera(lang).shots(page, [["paper-test", `${confirmed}/paper/pre`], ["self-check", `${running || confirmed}/selfcheck`]]);
}

/** A lesson on a phone, in one language. */
async function lesson(house: House, lang: Lang, trainee: Account): Promise<void> {
  const context = await house.signedIn(lang, trainee, { viewport: phone });
  await speak(context, lang);
  await new Camera(lang).shots(await context.newPage(), [["course-phone", "/courses/detection"], ["lesson-phone", "/courses/detection/01-comprendre"], ["record-phone", "/record"], ["info-phone", "/info"]]);
}

/** A case of the demonstration and its list, in one language; one sign-in for both, since a second factor counts once. */
async function cases(house: House, who: Account): Promise<void> {
  const context = await house.signedIn("fr", who, { viewport: desk });
  const page = await context.newPage();
  for (const lang of ["fr", "ar"] as const) {
    await speak(context, lang);
    const file = await first(page, "/cases", "tbody th a");
    await new Camera(lang).shots(page, [["cases", "/cases"], ["case", file], ["case-plan", `${file}/plan`], ["beds", "/cases/house"]]);
  }
}

test("pictures for the guide", async ({ house, demo }) => {
  await mkdir(folder, { recursive: true });
  const who = (role: string): Account => {
    const found = demo.accounts.find((a) => a.role === role);
    if (!found) throw new Error(`the demo has no ${role}`);
    return found;
  };
  await office(house, who);
  await cases(house, who("case_supervisor"));
  for (const lang of ["fr", "ar"] as const) {
    await room(house, lang, who("manager"));
    await follow(house, lang, who("manager"));
    await lesson(house, lang, who("trainee"));
  }
});
