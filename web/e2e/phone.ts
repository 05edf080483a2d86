// A participant's phone in a test, and a camera before which a badge is held.
import { writeFile } from "node:fs/promises";
import { type Browser, type BrowserContext, type Page, chromium, expect, test } from "@playwright/test";
import { keys } from "./keys.ts";
import { press } from "./steps.ts";
import type { Lang, Words } from "./words.ts";

/** A test on a phone. */
export class Phone {
  private constructor(
    readonly page: Page,
    private readonly w: Words,
    private readonly name: string,
  ) {}

  static async of(context: BrowserContext, w: Words, name: string): Promise<Phone> {
    return new Phone(await context.newPage(), w, name);
  }

  get lang(): Lang {
    return this.w.lang;
  }

  /** Comes in with the room code and begins under the own name. */
  async join(code: string): Promise<void> {
    const { page, w } = this;
    await page.goto("/join");
    await page.locator("#f-code").fill(code);
    await press(page, w.t("exam_join_go"));
    await expect(page).toHaveURL(/\/r\/\d{6}$/);
    await this.begin();
  }

  async begin(): Promise<void> {
    const { page, w } = this;
    await page.locator("label.choice", { hasText: this.name }).click();
    await press(page, w.t("exam_start"));
    await expect(page).toHaveURL(/\/t\/[0-9a-f-]{36}$/);
  }

  /** Answers questions, from a number to a number, rightly or wrongly. */
  async answer(from: number, to: number, right: (i: number) => boolean): Promise<void> {
    const bank = keys("detection", this.lang);
    for (let i = from; i <= to; i++) {
      await this.page.locator(`[data-exam-go="${i}"]`).click();
      const question = this.page.locator(`[data-exam-question="${i}"]`);
      const stem = plain(await question.locator(".exam-stem").innerText());
      const key = bank.get(stem);
      expect(key, `a question of the course: ${stem}`).toBeDefined();
      const is = question.locator("label.choice", { has: this.page.getByText(key?.right ?? "", { exact: true }) });
      const others = question.locator("label.choice", { hasNot: this.page.getByText(key?.right ?? "", { exact: true }) });
      await (right(i) ? is : others).first().click();
      await expect(this.page.locator(`[data-exam-go="${i}"]`)).toHaveAttribute("data-done", "");
    }
  }

  /** Looks back and hands the test in. */
  async submit(): Promise<void> {
    const { page, w } = this;
    await page.locator("[data-exam-go]").last().click();
    await page.locator("[data-exam-next]").click();
    await expect(page.locator("[data-exam-missing]")).toHaveText(w.t("exam_review_all"));
    await press(page, w.t("exam_submit"));
    await expect(page.locator("[data-exam-done]")).toContainText(w.t("exam_done_title"));
  }

  /** Nothing on the phone tells which answer is right. */
  async hidesKeys(): Promise<void> {
    const html = plain(await this.page.content());
    expect(html).not.toMatch(/correct|feedback/i);
    for (const key of keys("detection", this.lang).values()) for (const text of key.told) expect(html).not.toContain(plain(text));
  }
}

/** Pages keep French punctuation on the line with spaces that do not break. */
function plain(text: string): string {
  return text.replaceAll("&nbsp;", " ").replace(/\s+/g, " ").trim();
}

/** A browser whose camera sees a picture: the QR code of a badge, drawn from the printed page. */
export async function cameraOn(svg: string, drawer: Page): Promise<Browser> {
  const jpeg = await drawer.evaluate(async (text) => {
    const picture = new Image();
    picture.src = `data:image/svg+xml;base64,${btoa(text)}`;
    await picture.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
    const pen = canvas.getContext("2d");
    if (!pen) throw new Error("no canvas");
    pen.fillStyle = "#ccc";
    pen.fillRect(0, 0, 640, 480);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(picture, 140, 60, 360, 360);
    return canvas.toDataURL("image/jpeg", 0.92).split(",")[1] ?? "";
  }, svg);
  const film = test.info().outputPath("badge.mjpeg");
  await writeFile(film, Buffer.from(jpeg, "base64"));
  const options = test.info().project.use.launchOptions ?? {};
  return chromium.launch({ ...options, args: [...(options.args ?? []), `--use-file-for-fake-video-capture=${film}`] });
}
