// Writing a course: a draft, its French and Arabic beside each other, the preview, two people in one text, review, publication, and a
// trainee who reads it. On a server of its own: a new version of a course would reach the other tests.
import type { Page } from "@playwright/test";
import { type Account, type Demo, accessible, expect, fits, freshTest as test, slow } from "./fixtures.ts";
import { press } from "./steps.ts";

test.describe.configure({ timeout: 180_000 * slow });

const sentence = { fr: "Une phrase que personne n'avait encore lue.", ar: "جملة لم يقرأها أحد من قبل." };
const lesson = "01-comprendre";

/** Puts a sentence at the end of the first paragraph, as one who writes there. */
async function write(page: Page, lang: "fr" | "ar", added: string): Promise<void> {
  const text = page.locator(`form[data-lang="${lang}"] textarea[name="text"]`);
  await text.evaluate((t: HTMLTextAreaElement) => {
    const paragraph = /\n\n[^#:\n][^\n]+/.exec(t.value);
    const at = (paragraph?.index ?? 0) + (paragraph?.[0].length ?? 0);
    t.focus();
    t.setSelectionRange(at, at);
  });
  await page.keyboard.insertText(` ${added}`);
}

async function isSaved(page: Page, lang: "fr" | "ar"): Promise<void> {
  await expect(page.locator(`form[data-lang="${lang}"] [data-state]`)).toHaveAttribute("data-kind", "Saved", { timeout: 15_000 });
}

test("a version is written, reviewed, published and read", async ({ server, house }) => {
  house.watch.allow(/status of (409|422)|ERR_INTERNET_DISCONNECTED/);
  const demo = await server.json<Demo>("demo");
  const of = (role: string, n = 0): Account => demo.accounts.filter((a) => a.role === role)[n] as Account;
  const one = await (await house.signedIn("fr", of("trainer"))).newPage();
  const two = await (await house.signedIn("fr", of("trainer", 1))).newPage();

  await one.goto("/authoring/courses/detection");
  await press(one, "Rédiger la version suivante");
  await expect(one.getByText("Rien à corriger.")).toBeVisible();
  const draft = new URL(one.url()).pathname;
  await one.goto(`${draft}/lessons/${lesson}`);

  await test.step("both languages are saved as one types, and the preview follows", async () => {
    await write(one, "fr", sentence.fr);
    await expect(one.locator("[data-preview-body]")).toContainText(sentence.fr);
    await isSaved(one, "fr");
    await write(one, "ar", sentence.ar);
    await expect(one.locator("[data-preview-body]")).toContainText(sentence.ar);
    await expect(one.locator("[data-preview-body] article")).toHaveAttribute("dir", "rtl");
    await isSaved(one, "ar");
    await one.reload();
    await expect(one.locator('form[data-lang="ar"] textarea[name="text"]')).toHaveValue(new RegExp(sentence.ar));
  });

  await test.step("tools by keyboard, a problem at its line, and undo", async () => {
    const text = one.locator('form[data-lang="fr"] textarea[name="text"]');
    const before = await text.inputValue();
    await text.press("Control+End");
    await one.locator('form[data-lang="fr"] [data-insert]').selectOption("tip");
    await one.keyboard.insertText("Un conseil [perdu](nulle-part).");
    await expect(text).toHaveValue(/:::tip\nUn conseil \[perdu\]\(nulle-part\)\.\n:::/);
    await expect(one.locator('[data-problems="fr"]')).toContainText("ne mène nulle part");
    await one.locator('[data-problems="fr"] [data-line]').first().click();
    expect(await text.evaluate((t: HTMLTextAreaElement) => t.value.slice(t.selectionStart, t.selectionEnd))).toContain("perdu");
    for (let i = 0; i < 6 && (await text.inputValue()) !== before; i++) await one.keyboard.press("Control+z");
    await expect(text).toHaveValue(before);
    await expect(one.locator('[data-problems="fr"]')).toContainText("Rien à corriger");
    await isSaved(one, "fr");
  });

  await test.step("a question, a word and a picture come by their dialogs", async () => {
    const fr = one.locator('form[data-lang="fr"]');
    const text = fr.locator('textarea[name="text"]');
    const before = await text.inputValue();
    await text.press("Control+End");
    await fr.locator("[data-insert]").selectOption("image");
    const dialog = one.locator("#pick-image-fr");
    await dialog.locator('input[type="file"]').setInputFiles({ name: "Plan.svg", mimeType: "image/svg+xml", buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9"/></svg>') });
    await dialog.getByRole("button", { name: "Insérer" }).click();
    await expect(dialog.locator("[data-wrong]")).toContainText("ce que l'image montre");
    await dialog.locator('[name="words"]').fill("Un trait");
    await dialog.getByRole("button", { name: "Insérer" }).click();
    await expect(text).toHaveValue(/:::image\{file="media\/plan\.svg" alt="Un trait"\}/);
    await expect(one.locator('[data-preview-body] img[alt="Un trait"]')).toHaveAttribute("src", `${draft}/media/plan.svg`);
    await fr.locator("[data-insert]").selectOption("term");
    await one.locator("#pick-term-fr").getByRole("button", { name: "Insérer" }).click();
    await expect(text).toHaveValue(/\[\[[a-z-]+\]\]/);
    await text.fill(before);
    await isSaved(one, "fr");
  });

  await test.step("without network nothing is lost", async () => {
    await one.context().setOffline(true);
    await write(one, "fr", "Écrit sans réseau.");
    await expect(one.locator('form[data-lang="fr"] [data-state]')).toContainText("réseau manque");
    await one.context().setOffline(false);
    await isSaved(one, "fr");
  });

  await test.step("two people in one text: the second sees it, nothing is overwritten", async () => {
    await two.goto(`${draft}/lessons/${lesson}?langs=fr`);
    await write(one, "fr", "Mot de la première.");
    await isSaved(one, "fr");
    await expect(one.locator('form[data-lang="fr"] [data-state]')).toContainText("Enregistré à");
    await write(two, "fr", "Mot de la seconde.");
    const panel = two.locator("[data-conflict]");
    await expect(panel).toBeVisible();
    await expect(panel.locator("[data-theirs]")).toHaveValue(/Mot de la première\./);
    await expect(two.locator('textarea[name="text"]')).toHaveValue(/Mot de la seconde\./);
    await accessible(two);
    await panel.locator("[data-take]").click();
    await expect(two.locator('textarea[name="text"]')).toHaveValue(/Mot de la première\./);
    await expect(panel.locator("[data-theirs]")).toHaveValue(/Mot de la seconde\./);
    await panel.locator("[data-mine]").click();
    await two.goto(`${draft}/compare`);
    await expect(two.locator("ins").filter({ hasText: "Mot de la première." })).toHaveCount(1);
    await accessible(two);
  });

  await test.step("on a phone", async () => {
    const phone = await house.phone("ar");
    await phone.addCookies(await one.context().cookies());
    const page = await phone.newPage();
    await page.goto(`${draft}/lessons/${lesson}?langs=ar`);
    await fits(page);
    await write(page, "ar", "كلمة من الهاتف.");
    await expect(page.locator("[data-preview-body]")).toContainText("كلمة من الهاتف.");
    await isSaved(page, "ar");
  });

  await test.step("review by somebody who did not write, and a trainee reads", async () => {
    await one.goto(draft);
    await press(one, "Envoyer en relecture");
    await expect(one.getByRole("button", { name: "Publier", exact: true })).toHaveCount(0);
    await one.goto(`${draft}/lessons/${lesson}`);
    await expect(one.locator('form[data-lang="fr"] textarea[name="text"]')).toHaveAttribute("readonly");
    const manager = await (await house.signedIn("fr", of("manager"))).newPage();
    await manager.goto(draft);
    await press(manager, "Publier");
    await expect(manager.locator(".flashes")).toContainText("Version publiée");
    for (const lang of ["fr", "ar"] as const) {
      const trainee = await (await house.signedIn(lang, of("trainee"))).newPage();
      await trainee.context().request.post("/language", { form: { lang, next: "/" }, maxRedirects: 0 });
      await trainee.goto(`/courses/detection/${lesson}`);
      await expect(trainee.locator("[data-lesson]")).toContainText(sentence[lang]);
    }
  });
});
