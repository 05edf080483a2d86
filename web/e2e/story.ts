// The whole story of one workshop, from an empty server to the signed sheet: the first administrator, a trainer, the list of
// participants, the half-days, badges, the pre-test on two phones, the roll-call, the post-test, results, papers and export.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Page, test } from "@playwright/test";
import { type House, accessible, expect, fits, speaks } from "./fixtures.ts";
import { courseTitle } from "./keys.ts";
import { Phone, cameraOn } from "./phone.ts";
import type { Server } from "./server.ts";
import { fill, password, press, saved, today, told } from "./steps.ts";
import { type Lang, type Words, words } from "./words.ts";

const lists = path.join(path.dirname(fileURLToPath(import.meta.url)), "../../internal/ingest/testdata");

/** A telling: its language, that of the second phone, and the list that is uploaded, with what stands in it. */
export interface Telling {
  lang: Lang;
  second: Lang;
  list: string;
  rows: number;
  enrol: number;
  remarks: boolean; // some cells are marked, to be looked at
  title: string;
}

/** The second list comes by command; its people's numbers must never reach a participant's phone. */
const byCommand = "participants-windows.csv";

export class Story {
  private readonly w: Words;
  private readonly when = today();
  private page!: Page; // the trainer's
  private at = ""; // the workshop's address
  private code = ""; // and its code
  private room = ""; // the code of its tests' room
  private people = 0;
  private names: string[] = [];

  constructor(
    private readonly house: House,
    private readonly server: Server,
    private readonly telling: Telling,
  ) {
    this.w = words(telling.lang);
  }

  async tell(): Promise<void> {
    const link = await test.step("the first administrator", () => this.administrator());
    await test.step("a trainer accepts the invitation", () => this.trainer(link));
    await test.step("a workshop of two half-days", () => this.plan());
    await test.step("participants from two lists", () => this.participants());
    await test.step("the workshop begins", () => this.begin());
    await test.step("badges at the door", () => this.door());
    const phones = await test.step("the pre-test on two phones", () => this.preTest());
    await test.step("the post-test", () => this.postTest(phones));
    await test.step("results of two pairs", () => this.results());
    await test.step("the roll-call by keyboard", () => this.rollCall());
    await test.step("certificates", () => this.certificates());
    await test.step("papers and workbook", () => this.papers());
    await test.step("what strangers see", () => this.strangers());
    await test.step("signing out", () => this.signOut());
  }

  /** The printed link makes the first administrator, who makes a trainer and gets the link of the invitation. */
  private async administrator(): Promise<string> {
    const { w } = this;
    const page = await (await this.house.open(this.telling.lang)).newPage();
    const link = this.server.setupLink();
    await page.goto(link);
    await speaks(page, this.telling.lang);
    await accessible(page, "the first administrator's page");
    await fill(page, { family_name: "Ayari", given_name: "Mouna", email: "mouna@exemple.test", password });
    await press(page, w.t("account_setup_save"));
    await told(page, w.t("done_setup"));
    await page.goto("/people/new");
    await fill(page, { family_name: "Trabelsi", given_name: "Salma", email: "salma@exemple.test" });
    await press(page, w.t("people_save"));
    await told(page, w.t("done_person"));
    for (const role of ["trainer", "manager"]) {
      await page.locator("summary", { hasText: w.t("people_role_give") }).click();
      await page.locator("select[name=role]").selectOption(role);
      await press(page, w.t("people_role_give"));
      await told(page, w.t("done_role"));
    }
    await press(page, w.t("people_make_invite"));
    const invitation = await page.locator("input[name=link]").inputValue();
    expect(invitation).toMatch(new RegExp(`^${this.server.url}/welcome/`));
    this.house.watch.allow(/status of 404/);
    await page.goto(link); // used up: the page is gone
    await expect(page.locator("h1")).toHaveText(w.t("error_title_not_found"));
    return invitation;
  }

  private async trainer(invitation: string): Promise<void> {
    const { w } = this;
    this.page = await (await this.house.open(this.telling.lang)).newPage();
    await this.page.goto(invitation);
    await fill(this.page, { password });
    await press(this.page, w.t("account_welcome_save"));
    await told(this.page, w.t("done_password"));
    await speaks(this.page, this.telling.lang);
  }

  private async plan(): Promise<void> {
    const { page, w, when } = this;
    await page.goto("/workshops");
    await page.getByRole("link", { name: w.t("workshop_new") }).first().click();
    for (const d of await page.locator("main details > summary").all()) await d.click();
    await fill(page, {
      title: this.telling.title, venue: "Hôtel Syphax", start: when.day, days: "1", am_start: when.am[0], am_end: when.am[1],
      am_minutes: "60", pm_start: when.pm[0], pm_end: when.pm[1], pm_minutes: "50",
    });
    await page.locator("select[name=time_zone]").selectOption(when.zone);
    await press(page, w.t("workshop_create"));
    await told(page, w.t("done_workshop_created"));
    this.at = new URL(page.url()).pathname;
    this.code = /W-\d{4}-\d{3}/.exec(await page.locator("main").innerText())?.[0] ?? "";
    expect(this.code).toBe(`W-${when.day.slice(0, 4)}-001`);
    await expect(page.locator("#slots tbody tr")).toHaveCount(2);
  }

  private async participants(): Promise<void> {
    const { page, w, telling } = this;
    await page.getByRole("link", { name: w.t("workshop_import") }).first().click();
    await page.locator("input[type=file]").setInputFiles(path.join(lists, telling.list));
    await press(page, w.t("import_send"));
    await expect(page.locator("h1")).toHaveText(w.t("import_preview_title"));
    await accessible(page, "the import's preview");
    await fits(page);
    await expect(page.getByText(telling.list)).toBeVisible();
    await expect(page.locator(".figure-value").first()).toHaveText(String(telling.rows));
    const marked = page.getByRole("link", { name: w.t("import_marked") });
    if (telling.remarks) expect((await download(page, marked)).subarray(0, 2).toString()).toBe("PK");
    else await expect(marked).toHaveCount(0);
    await press(page, w.n("import_apply", telling.enrol));
    await told(page, w.t("done_imported"));
    const more = await this.server.json<{ created: number }>("import", "participants", path.join(lists, byCommand), "--workshop", this.code);
    expect(more.created).toBeGreaterThanOrEqual(10);
    this.people = telling.enrol + more.created;
    expect(this.people).toBeGreaterThanOrEqual(30);
    await page.goto(this.at);
    await expect(page.locator("main")).toContainText(w.n("workshop_people_all", this.people));
  }

  private async begin(): Promise<void> {
    const { page, w } = this;
    for (const state of ["open", "confirmed", "running"]) {
      await press(page, w.t(`workshop_move_${state}`));
      await told(page, w.t("done_workshop_state"));
    }
    await expect(page.locator(".state-line")).toContainText(w.t("workshop_state_running"));
  }

  /** One badge by its typed code, one before the camera. */
  private async door(): Promise<void> {
    const { page, w } = this;
    await page.goto(`${this.at}/print/badges`);
    const cards = page.locator(".badge-card");
    await expect(cards).toHaveCount(this.people);
    // badges put the given name first, each on its line; lists the family name
    this.names = (await cards.locator(".badge-name").allInnerTexts()).map((n) => n.split("\n").reverse().join(" "));
    const typed = await cards.nth(0).locator(".badge-code").innerText();
    const svg = await cards.nth(1).locator(".badge-qr svg").evaluate((e) => e.outerHTML);
    await page.goto(`${this.at}/scan`);
    await accessible(page, "the check-in");
    const result = page.locator("[data-checkin-result]");
    await page.locator("[data-scan-input]").fill(typed.toLowerCase());
    await press(page, w.t("workshop_scan_send"));
    await expect(result).toContainText(w.t("workshop_scan_ok"));
    await expect(result).toContainText(this.names[0] ?? "");
    await page.locator("[data-scan-input]").fill(typed);
    await press(page, w.t("workshop_scan_send"));
    await expect(result).toContainText(w.t("workshop_scan_already"));
    await page.locator("[data-scan-input]").fill("ZZZZ99");
    await press(page, w.t("workshop_scan_send"));
    await expect(result).toContainText(w.t("workshop_scan_unknown"));
    await expect(page.locator("[data-checkin-in]")).toHaveText("1");
    await this.camera(svg);
  }

  private async camera(svg: string): Promise<void> {
    const { page, w } = this;
    const browser = await cameraOn(svg, page);
    try {
      const context = await this.house.open(this.telling.lang, { storageState: await page.context().storageState() }, browser);
      const door = await context.newPage();
      await door.goto(`${this.at}/scan`);
      await press(door, w.t("layout_scan_start"));
      const result = door.locator("[data-checkin-result]");
      await expect(result).toContainText(this.names[1] ?? "", { timeout: 30_000 });
      await expect(door.locator("[data-checkin-in]")).toHaveText("2");
      await context.close();
    } finally {
      await browser.close();
    }
  }

  /** Prepares the tests, opens the first and lets two people take it; one of them loses the network for a while. */
  private async preTest(): Promise<[Phone, Phone]> {
    const { page, w, telling } = this;
    await page.goto(`${this.at}/tests`);
    await this.chooseForms();
    await press(page, w.t("exam_setup_save"));
    await press(page, w.t("exam_open_pre"));
    await expect(page.locator("#exam-live")).toContainText(w.t("exam_state_open"));
    this.room = await this.roomCode();
    const first = await Phone.of(await this.house.phone(telling.lang), w, this.names[0] ?? "");
    const second = await Phone.of(await this.house.phone(telling.second), words(telling.second), this.names[1] ?? "");
    await first.page.goto("/join");
    await accessible(first.page, "the page that asks for the room code");
    await first.page.locator("#f-code").fill("000000");
    this.house.watch.allow(/status of 422/);
    await press(first.page, w.t("exam_join_go"));
    await expect(first.page.locator(".error-summary")).toBeVisible();
    await this.roomIsDiscreet(first);
    await first.join(this.room);
    await second.join(this.room);
    for (const phone of [first, second]) {
      await speaks(phone.page, phone.lang);
      await accessible(phone.page, `a question in ${phone.lang}`);
      await fits(phone.page);
      await phone.hidesKeys();
    }
    await first.answer(1, 6, (i) => i <= 3);
    await second.answer(1, 4, () => true);
    await saved(first.page, "server");
    await saved(second.page, "server");
    await this.loseNetwork(second);
    await first.answer(7, 12, () => false);
    await second.answer(9, 12, () => false);
    for (const phone of [first, second]) {
      await phone.submit();
      await accessible(phone.page, "the test handed in");
    }
    await this.close("pre");
    return [first, second];
  }

  /** Two parallel forms of one course. */
  private async chooseForms(): Promise<void> {
    const title = courseTitle("detection", this.telling.lang);
    await this.page.locator("select[name=pre_form]").selectOption({ label: `${title} – A` });
    await this.page.locator("select[name=post_form]").selectOption({ label: `${title} – B` });
  }

  private async roomCode(): Promise<string> {
    await this.page.goto(`${this.at}/tests/projector`);
    const digits = (await this.page.locator(".room-code-value").first().innerText()).replace(/\D/g, "");
    expect(digits).toMatch(/^\d{6}$/);
    return digits;
  }

  /** The room shows names to choose from, and nothing else about anybody. */
  private async roomIsDiscreet(phone: Phone): Promise<void> {
    await phone.page.goto(`/r/${this.room}`);
    await accessible(phone.page, "the names to choose from");
    await fits(phone.page);
    const html = await phone.page.content();
    const csv = new TextDecoder("windows-1252").decode(await readFile(path.join(lists, byCommand)));
    const numbers = csv.match(/\b\d{8}\b/g) ?? [];
    expect(numbers.length).toBeGreaterThanOrEqual(10);
    for (const n of numbers) expect(html.replace(/[\s\u00a0\u202f]/g, ""), "a telephone number").not.toContain(n);
    expect(html, "an address").not.toContain("@exemple.test");
  }

  /** Answers given without network stay on the phone and reach the server afterwards. */
  private async loseNetwork(phone: Phone): Promise<void> {
    this.house.watch.allow(/ERR_INTERNET_DISCONNECTED/);
    const map = phone.page.locator("[data-exam-map]");
    const before = await map.boundingBox();
    await phone.page.context().setOffline(true);
    await phone.answer(5, 8, (i) => i <= 6);
    await saved(phone.page, "offline");
    expect((await map.boundingBox())?.y, "nothing moves under the thumb").toBe(before?.y);
    await phone.page.context().setOffline(false);
    await saved(phone.page, "server");
    await phone.page.reload();
    await expect(phone.page.locator("[data-exam-go][data-done]")).toHaveCount(8);
  }

  private async close(phase: "pre" | "post"): Promise<void> {
    const { page, w } = this;
    await page.goto(`${this.at}/tests`);
    await expect(page.locator("#exam-live")).toContainText(w.n("exam_done_n", 2));
    await press(page, w.t(`exam_close_${phase}`));
    await expect(page.locator("#exam-live")).toContainText(w.t("exam_state_closed"));
  }

  /** A phone that waits in the room shows the names by itself once the test opens. */
  private async postTest(phones: [Phone, Phone]): Promise<void> {
    const { page, w } = this;
    const [first, second] = phones;
    const said = words(first.lang);
    await first.page.goto(`/r/${this.room}`);
    await expect(first.page.locator("main")).toContainText(said.t("exam_waiting_title"));
    await accessible(first.page, "the room that waits");
    await press(page, w.t("exam_open_post"));
    await expect(first.page.getByRole("button", { name: said.t("exam_start") })).toBeVisible({ timeout: 30_000 });
    await expect(first.page.locator("[data-filter]")).toBeVisible();
    await first.begin();
    await second.page.goto(`/r/${this.room}`);
    await second.begin();
    await first.answer(1, 12, (i) => i <= 9);
    await second.answer(1, 12, () => true);
    for (const phone of phones) await phone.submit();
    await this.close("post");
  }

  /** Of twelve questions the first person had 3 and then 9 right, the second 6 and then 12: from 37.5 % to 87.5 %. */
  private async results(): Promise<void> {
    const { page, w } = this;
    await page.goto(`${this.at}/results`);
    const text = await page.locator("main").innerText();
    expect(text).toContain(w.n("exam_pairs_n", 2));
    expect(text).toMatch(/\+50/);
    expect(text).toMatch(/0[.,]80/);
    await page.goto(`${this.at}/results/persons`);
    const rows = page.locator("tbody tr");
    for (const [name, pre, post] of [[this.names[0], 25, 75], [this.names[1], 50, 100]] as const) {
      const row = await rows.filter({ hasText: name ?? "" }).first().innerText();
      expect(row).toMatch(new RegExp(`${pre}[^\\d].*${post}[^\\d]`, "s"));
    }
  }

  /** Everybody of the second half-day by keyboard in under a minute; one is late, one is absent, one slip is undone. */
  private async rollCall(): Promise<void> {
    const { page, w } = this;
    await page.goto(this.at);
    await page.locator("#slots tbody th a").nth(1).click();
    await expect(page.locator("[data-roll-row]")).toHaveCount(this.people);
    await expect(page.locator("[data-roll-all]")).toBeVisible();
    const total = (state: string): ReturnType<Page["locator"]> => page.locator(`[data-total="${state}"]`);
    const begun = Date.now();
    await page.keyboard.press("j");
    for (let i = 0; i < this.people; i++) await page.keyboard.press(i === this.people - 2 ? "l" : i === this.people - 1 ? "a" : "p");
    await saved(page, "server");
    const seconds = (Date.now() - begun) / 1000;
    expect(seconds, `seconds for ${this.people} people`).toBeLessThan(60);
    await expect(total("present")).toHaveText(String(this.people - 2));
    await expect(total("late")).toHaveText("1");
    await expect(total("absent")).toHaveText("1");
    await page.keyboard.press("z");
    await expect(total("unmarked")).toHaveText("1");
    await page.keyboard.press("a");
    await saved(page, "server");
    await page.reload();
    await expect(total("absent")).toHaveText("1");
    await expect(total("present")).toHaveText(String(this.people - 2));
    await page.locator("[data-roll-more]").last().click();
    await expect(page.locator("[data-person-history]")).toContainText(w.t("workshop_status_absent"));
    await page.keyboard.press("Escape");
  }

  /** Two half-days of two earn a certificate: those who were checked in at the door and at the roll-call. */
  private async certificates(): Promise<void> {
    const { page, w } = this;
    await page.goto(`${this.at}/certificates`);
    await press(page, w.n("workshop_issue_n", 2));
    await told(page, w.t("done_workshop_issued"));
    await page.goto(`${this.at}/print/certificates?lang=${this.telling.lang}`);
    await expect(page.locator(".certificate")).toHaveCount(2);
    const holder = await page.locator(".certificate-holder").first().innerText();
    expect(holder.split(" ").sort()).toEqual(this.names[0]?.split(" ").sort());
    const code = (await page.locator(".certificate-code").first().innerText()).replace(/\W/g, "");
    const visitor = await (await this.house.open(this.telling.second)).newPage();
    await visitor.goto(`/v/${code}`);
    await expect(visitor.locator("main")).toContainText(words(this.telling.second).t("workshop_verify_valid"));
    expect(await visitor.content(), "the holder's name").not.toContain(holder.split(" ")[0]);
  }

  private async papers(): Promise<void> {
    const { page, telling } = this;
    await page.goto(`${this.at}/print/signatures?lang=${telling.lang}`);
    await expect(page.locator("html")).toHaveAttribute("dir", telling.lang === "ar" ? "rtl" : "ltr");
    const rows = (await page.locator(".sign-table tbody tr").allInnerTexts()).filter((r) => r.trim() !== "");
    expect(rows.length).toBeGreaterThanOrEqual(this.people);
    await page.emulateMedia({ media: "print" });
    await expect(page.locator(".print-bar")).toBeHidden();
    await page.emulateMedia({ media: "screen" });
    await page.goto(`${this.at}/slips`);
    await page.locator("main form button").click();
    await expect(page.locator(".slip").first()).toBeVisible();
    await accessible(page, "the sign-in slips");
    await page.goto(this.at);
    const workbook = await download(page, page.locator(`a[href*="attendance.xlsx?lang=${telling.lang}"]`));
    expect(workbook.subarray(0, 2).toString()).toBe("PK");
    expect(workbook.length).toBeGreaterThan(10_000);
    for (let i = 1; i <= 6; i++) expect(workbook.includes(`xl/worksheets/sheet${i}.xml`), `sheet ${i}`).toBe(true);
  }

  /** Without an account nothing of the workshop is there. */
  private async strangers(): Promise<void> {
    const visitor = await this.house.open(this.telling.lang);
    for (const page of ["", "/participants", "/results", "/attendance.xlsx", "/print/badges", "/import"]) {
      const response = await visitor.request.get(this.at + page, { maxRedirects: 0 });
      expect(response.status(), page).toBe(303);
      expect(response.headers()["location"]).toContain("/signin");
    }
  }

  private async signOut(): Promise<void> {
    const { page, w } = this;
    await page.goto("/");
    await page.locator("header summary", { hasText: "Salma" }).click();
    await press(page, w.t("layout_signout"));
    await expect(page).toHaveURL(/\/signin$/); // it looks first whether anything waits on the device
    await page.goto(this.at);
    await expect(page).toHaveURL(/\/signin\?/);
  }
}

async function download(page: Page, link: ReturnType<Page["locator"]>): Promise<Buffer> {
  const [file] = await Promise.all([page.waitForEvent("download"), link.click()]);
  expect(file.suggestedFilename()).toMatch(/\.xlsx$/);
  return readFile(await file.path());
}
