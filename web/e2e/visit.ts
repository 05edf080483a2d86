// Visits to pages: axe's rules, nothing sticking out sideways, the right language and direction, on a phone and on a desk.
// fixtures.ts watches the console and where requests go.
import type { APIRequestContext, BrowserContext, Page } from "@playwright/test";
import { type Account, type Demo, type Lang, accessible, expect, fits, langs, speaks, test } from "./fixtures.ts";

/** Widths in pixels: a desk and a phone. */
const widths = [1280, 390];

export interface Visit {
  path: string;
  status?: number;
  /** Looked at in the dark too. */
  dark?: boolean;
  /** A sheet of paper, which keeps its width on every screen. */
  paper?: boolean;
}

/** The n-th account of a role. */
export function account(demo: Demo, role: string, n = 0): Account {
  const found = demo.accounts.filter((a) => a.role === role)[n];
  if (!found) throw new Error(`the demo has no ${role}`);
  return found;
}

/** Which widths axe's rules are asked at: they find the same in all languages, but for what long words do. */
const ruled: Record<Lang, number[]> = { fr: [1280, 390], ar: [390], en: [1280] };

/** Looks at one page at both widths, and once in the dark where asked. */
async function look(page: Page, lang: Lang, v: Visit): Promise<void> {
  const response = await page.goto(v.path);
  expect.soft(response?.status(), v.path).toBe(v.status ?? 200);
  await speaks(page, lang);
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))); // the bar at the foot finds its place
    if (!v.paper) await fits(page, `${v.path} in ${lang} at ${width}`);
    if (ruled[lang].includes(width)) await accessible(page, `${v.path} in ${lang} at ${width}`);
  }
  if (!v.dark || lang !== "fr") return;
  await page.emulateMedia({ colorScheme: "dark" });
  await page.evaluate(() => Promise.allSettled(document.getAnimations().filter((a) => a instanceof CSSTransition).map((a) => a.finished))); // colours that change slowly
  await accessible(page, `${v.path} in ${lang} in the dark`);
  await page.emulateMedia({ colorScheme: "light" });
}

/** Looks at pages in every language; whoever is signed in changes the own language as the switch does. */
export async function lookAll(context: BrowserContext, visits: Visit[]): Promise<void> {
  const page = await context.newPage();
  for (const lang of langs) {
    const changed = await context.request.post("/language", { form: { lang, next: "/" }, maxRedirects: 0 });
    expect(changed.status()).toBe(303);
    for (const v of visits) await test.step(`${v.path} in ${lang}`, () => look(page, lang, v));
  }
}

/** The addresses in a page that match, each once. */
export async function links(request: APIRequestContext, path: string, match: RegExp): Promise<string[]> {
  const response = await request.get(path);
  expect(response.status(), path).toBe(200);
  const html = (await response.text()).replaceAll("&amp;", "&");
  const found = [...html.matchAll(/(?:href|action)="([^"]+)"/g)].map((m) => m[1] ?? "").filter((href) => match.test(href));
  expect(found, `addresses like ${match} in ${path}`).not.toEqual([]);
  return [...new Set(found)];
}

/** An identifier in an address. */
export const id = "[0-9a-f-]{36}";

/** The address of the first workshop in a state that the reader sees. */
export async function workshop(request: APIRequestContext, state: string): Promise<string> {
  const list = await links(request, `/workshops?state=${state}`, new RegExp(`^/workshops/${id}$`));
  return list[0] ?? "";
}
