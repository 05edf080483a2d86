// What every browser test gets: pages that are watched (no word on the console, no breach of the policy, no request to another
// host), people who are signed in, and checks of accessibility and of the page's width.
import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import AxeBuilder from "@axe-core/playwright";
import { type Browser, type BrowserContext, type BrowserContextOptions, type Page, expect, test as base } from "@playwright/test";
import { demoVariable } from "./demo.ts";
import { Server } from "./server.ts";
import { type Lang, langs } from "./words.ts";

/** An account of `shelter demo --json`. */
export interface Account {
  role: string;
  login: string;
  password: string;
  totp_secret?: string;
}

export interface Demo {
  url: string;
  accounts: Account[];
  workshops: { code: string; title: string; state: string }[];
}

/** On a machine that is busy with other work everything may take this many times longer. */
export const slow = Number(process.env["SHELTER_E2E_SLOW"] ?? 1);

/** Milliseconds that a test waits for the demo's data. */
const demoWithin = 120_000 * slow;

/** Collects what must not happen. A test that provokes something says which text it expects. */
export class Watch {
  readonly problems: string[] = [];
  private readonly allowed: RegExp[] = [];

  allow(...texts: RegExp[]): void {
    this.allowed.push(...texts);
  }

  note(problem: string): void {
    if (!this.allowed.some((a) => a.test(problem))) this.problems.push(problem);
  }

  /** Watches every page of a context, those that open later too. */
  async over(context: BrowserContext, url: string): Promise<void> {
    const host = new URL(url).host;
    context.on("request", (request) => {
      const target = new URL(request.url());
      if (["http:", "https:", "ws:", "wss:"].includes(target.protocol) && target.host !== host) this.note(`request to another host: ${target.origin}`);
    });
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (e) => {
        console.error(`policy violated: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber} ${e.sample}`);
      });
    });
    context.on("console", (m) => {
      if (m.type() === "error" || m.type() === "warning") this.note(`console ${m.type()} on ${m.page()?.url() ?? "?"}: ${m.text()}`);
    });
    context.on("weberror", (e) => this.note(`script error: ${e.error().message}`));
  }
}

/** Opens watched browsers on one site and closes them at the end of the test. */
export class House {
  readonly watch = new Watch();
  private readonly contexts: BrowserContext[] = [];

  constructor(
    private readonly browser: Browser,
    readonly url: string,
  ) {}

  /** A browser of its own: own cookies, own device. */
  async open(lang: Lang, options: BrowserContextOptions = {}, browser = this.browser): Promise<BrowserContext> {
    const context = await browser.newContext({
      baseURL: this.url, locale: `${lang}-TN`, timezoneId: "Africa/Tunis", viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...options,
    });
    context.setDefaultTimeout(15_000 * slow);
    await this.watch.over(context, this.url);
    this.contexts.push(context);
    return context;
  }

  /** A phone with a touch screen of 390 pixels. */
  phone(lang: Lang): Promise<BrowserContext> {
    return this.open(lang, { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
  }

  /** A browser in which somebody has signed in. */
  async signedIn(lang: Lang, account: Account, options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await this.open(lang, options);
    await signIn(context, account);
    return context;
  }

  async close(): Promise<void> {
    for (const c of this.contexts) await c.close();
  }
}

/** Signs in without opening a page, with the second factor where the account has one. */
export async function signIn(context: BrowserContext, a: Account): Promise<void> {
  const first = await context.request.post("/signin", { form: { login: a.login, password: a.password }, maxRedirects: 0 });
  expect(first.status(), `${a.role} signs in`).toBe(303);
  if (!a.totp_secret) return;
  const second = await context.request.post("/account/verify", { form: { code: oneTime(a.totp_secret) }, maxRedirects: 0 });
  expect(second.status(), `${a.role} confirms with a code`).toBe(303);
}

/** The code that an authenticator shows now (RFC 6238: SHA-1, six digits, thirty seconds). */
export function oneTime(secret: string, at = Date.now()): string {
  const bits = [...secret.replace(/=+$/, "").toUpperCase()].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const sum = createHmac("sha1", key).update(counter).digest();
  const offset = (sum[19] ?? 0) & 0x0f;
  return String((sum.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

interface WorkerFixtures {
  demo: Demo;
}
interface TestFixtures {
  house: House;
}

/** Tests that read the pages of the demo. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  demo: [async ({}, use) => use(await readDemo()), { scope: "worker", timeout: demoWithin }],
  house: async ({ browser, demo }, use) => {
    const house = new House(browser, demo.url);
    await use(house);
    await house.close();
    expect(house.watch.problems).toEqual([]);
  },
});

async function readDemo(): Promise<Demo> {
  const file = process.env[demoVariable] ?? "";
  for (const until = Date.now() + demoWithin - 5000; Date.now() < until; ) {
    const text = await readFile(file, "utf8").catch(() => "");
    if (text !== "") {
      const demo = JSON.parse(text) as Demo & { error?: string };
      if (demo.error) throw new Error(demo.error);
      return demo;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("the demo's data did not come");
}

/** Tests that begin with an empty server of their own. */
export const freshTest = base.extend<{ server: Server; house: House }>({
  server: async ({}, use, info) => {
    const server = await Server.create();
    try {
      await server.start();
      await use(server);
      if (info.status !== info.expectedStatus) await info.attach("server", { body: server.tail() });
    } finally {
      await server.destroy();
    }
  },
  house: async ({ browser, server }, use) => {
    const house = new House(browser, server.url);
    await use(house);
    await house.close();
    expect(house.watch.problems).toEqual([]);
  },
});

/** Checks a page by axe's rules for WCAG 2.2 A and AA and its best practices. The watermark is no text to read: hidden from listeners, pale by intent. */
export async function accessible(page: Page, what = page.url()): Promise<void> {
  const axe = new AxeBuilder({ page }).exclude(".watermark").setLegacyMode(true).options({ resultTypes: ["violations"] });
  const found = await axe.withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
  const lines = found.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(" ")} – ${n.failureSummary?.split("\n")[1]?.trim() ?? ""}`));
  expect.soft(lines, `accessibility of ${what}`).toEqual([]);
}

/** Nothing may stick out of the page sideways. A window that was just resized is given a moment to settle. */
export async function fits(page: Page, what = page.url()): Promise<void> {
  let wide: string[] = [];
  for (let i = 0; i < 4; i++) {
    wide = await page.evaluate(sticksOut);
    if (wide.length === 0) return;
    await page.waitForTimeout(150);
  }
  expect.soft(wide, `what sticks out sideways of ${what}`).toEqual([]);
}

function sticksOut(): string[] {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const out = [...document.querySelectorAll("body *")].filter((e) => {
    const box = e.getBoundingClientRect();
    return box.width > 0 && (box.right > width + 1 || box.left < -1);
  });
  const name = (e: Element): string => `${e.tagName.toLowerCase()}.${e.getAttribute("class") ?? ""} ${(e.textContent ?? "").trim().slice(0, 40)}`;
  return [`${document.documentElement.scrollWidth} > ${width}`, ...out.slice(0, 5).map(name)];
}

/** The page is in the language that was asked for, in its direction, and shows no key without text. */
export async function speaks(page: Page, lang: Lang): Promise<void> {
  const said = await page.evaluate(() => ({ lang: document.documentElement.lang, dir: document.documentElement.dir, keys: document.documentElement.outerHTML.match(/⟦[^⟧]*⟧/g) ?? [] }));
  expect.soft(said, `language of ${page.url()}`).toEqual({ lang, dir: lang === "ar" ? "rtl" : "ltr", keys: [] });
}

export { expect, langs };
export type { Lang };
