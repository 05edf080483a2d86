// The way of a document from its upload to its end with minutes, a request of the person, a disclosure and a list of older files; and what
// the browser keeps of it. It signs in with the demo's case accounts, so it belongs to the file whose other tests do (a code counts once).
import type { BrowserContext, Page } from "@playwright/test";
import { type Demo, type House, expect, oneTime, signIn, slow } from "./fixtures.ts";
import { fill, press, tunisDay } from "./steps.ts";
import { account, links } from "./visit.ts";

const pdf = (text: string) => ({ mimeType: "application/pdf", buffer: Buffer.from(`%PDF-1.7\n${text}\n%%EOF\n`) });
const id = "[0-9a-f]{8}-[0-9a-f-]{27}";

/** Signs somebody in as soon as their code is a new one, in French. */
async function fresh(house: House, demo: Demo, role: string): Promise<BrowserContext> {
  const context = await house.open("fr");
  await expect(async () => signIn(context, account(demo, role))).toPass({ intervals: [8000], timeout: 45_000 * slow });
  await context.request.post("/language", { form: { lang: "fr", next: "/" }, maxRedirects: 0 });
  return context;
}

/** Opens the details of a name, unless they are. */
async function unfold(page: Page, name: string): Promise<void> {
  await page.locator("summary", { hasText: name }).first().click();
}

/** Chooses an answer of each select of a form by its name. */
async function choose(page: Page, form: string, values: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(values)) await page.locator(`form[action$="${form}"] [name="${name}"]`).first().selectOption(value);
}

/** What the browser keeps for the site where scripts can reach it. */
async function kept(page: Page): Promise<string> {
  return page.evaluate(async () => {
    let all = JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.cookie;
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) all += request.url + (await (await cache.match(request))?.text());
    }
    return all + JSON.stringify(await indexedDB.databases());
  });
}

/** A document is added, taken off, locked, and gets its minutes; gives the address of the erasure. */
async function paper(page: Page, file: string, word: string): Promise<string> {
  await page.goto(`${file}/documents`);
  await unfold(page, "Ajouter un document");
  await page.locator('form[action$="/documents"] [name="file"]').setInputFiles({ name: `${word}.pdf`, ...pdf(word) });
  await choose(page, "/documents", { kind: "medical" });
  await press(page, "Ajouter un document");
  const card = page.locator("section, article, .card").filter({ hasText: `${word}.pdf` }).last();
  await card.locator("summary", { hasText: "Retirer du dossier" }).click();
  await card.locator('[name="reason"]').fill(`Envoyé par erreur ${word}`);
  await card.getByRole("button", { name: "Retirer du dossier" }).click();
  await press(page, "Verrouiller pour l’effacer");
  await page.getByRole("link", { name: "Voir le verrouillage et le procès-verbal" }).first().click();
  await expect(page.locator("main")).toContainText("Un document retiré du dossier · Document médical");
  await page.locator('[name="file"]').setInputFiles({ name: "pv.pdf", ...pdf("procès-verbal") });
  await fill(page, { on: tunisDay(), number: "PV 31", bailiff: `Maître ${word}`, expert: "Expert fictif" });
  await press(page, "Garder le procès-verbal");
  await expect(page.locator("main")).toContainText("PV 31");
  await expect(page.getByRole("button", { name: "Effacer pour toujours" })).toHaveCount(0); // an officer's
  return new URL(page.url()).pathname;
}

/** A request of the person, and a disclosure that waits for its approval, both in their registers. */
async function rights(page: Page, file: string, word: string): Promise<void> {
  await page.goto(`${file}/rights`);
  await unfold(page, "Noter une demande");
  await choose(page, "/requests", { kind: "rectification", made_by: "person", how: "oral" });
  await page.locator('form[action$="/requests"] [name="text"]').fill(`Demande ${word}`);
  await press(page, "Noter une demande");
  await expect(page.locator("main")).toContainText(`Demande ${word}`);
  const form = page.locator('form[action$="/disclosures"]');
  await page.locator("details", { has: form }).locator("summary").click();
  await choose(page, "/disclosures", { to_kind: "court", basis: "judgement", form: "copy" });
  await form.locator('[name="recipient"]').fill(`Tribunal ${word}`);
  await form.locator('[name="law"]').fill("Ordonnance 31");
  await form.locator('[name="reason"]').fill("Audience");
  await form.locator('[name="categories"]').first().check();
  await form.locator('button[type="submit"]').click();
  await expect(page.locator("main")).toContainText(`Tribunal ${word}`);
  await page.goto("/cases/rights/print");
  await expect(page.locator("main, body")).toContainText([/Juge ou tribunal/]);
  expect(await page.content(), "the register names nobody").not.toContain(word);
}

/** A list of older files: looked at, then taken over. */
async function list(page: Page, word: string): Promise<void> {
  const rows = `alias;sex;age_band;nationality;form;source;reported_on;narrative;family_name;given_name\nAncien;f;26-40;tn;begging;ngo;2024-03-05;${word};${word};Nour\n`;
  await page.goto("/cases/import");
  for (const [mode, answer] of [["check", "Rien à corriger"], ["apply", "Repris"]] as const) {
    await page.locator('[name="file"]').setInputFiles({ name: "liste.csv", mimeType: "text/csv", buffer: Buffer.from(rows) });
    await page.locator(`[name="mode"][value="${mode}"]`).check();
    await press(page, "Envoyer la liste");
    await expect(page.locator('main [role="status"]')).toContainText(answer);
  }
}

/** Walks the whole way. */
export async function walk(house: House, demo: Demo): Promise<void> {
  const word = `CANARI${Date.now()}`;
  const boss = await fresh(house, demo, "case_supervisor");
  const [file = ""] = await links(boss.request, "/cases?state=assistance", new RegExp(`^/cases/${id}$`));
  const page = await boss.newPage();
  const erasure = await paper(page, file, word);
  const officer = await fresh(house, demo, "protection_officer");
  const desk = await officer.newPage();
  await desk.goto(erasure);
  await desk.locator(`form[action="${erasure}"] [name="code"]`).first().fill(oneTime(account(demo, "protection_officer").totp_secret ?? "", Date.now() + 30_000));
  await press(desk, "Effacer pour toujours");
  await desk.getByRole("link", { name: "Certificat d’effacement" }).click();
  await expect(desk.locator("body")).toContainText("PV 31");
  await page.goto(`${file}/documents`);
  await expect(page.locator("main")).toContainText("Effacé");
  expect(await page.content(), "an erased document has no name").not.toContain(`${word}.pdf`);
  await rights(page, file, word);
  await list(page, word);
  expect(await kept(page), "what the browser keeps while it works").not.toContain(word);
  await page.goto(`${file}/rights`);
  await expect(page.locator("main")).toContainText(word);
  await page.locator('form[action="/signout"]').first().evaluate((f: HTMLFormElement) => f.requestSubmit());
  await page.waitForURL((u) => !u.pathname.startsWith("/cases"));
  expect(await kept(page), "what the browser keeps afterwards").not.toContain(word);
  await page.goBack();
  expect(await page.content(), "the page before").not.toContain(word);
}
