// A tablet of the room test: the roll-call in a real browser behind a proxy that breaks its connections, with the tablet's own log
// of what it marked and of what the server acknowledged.
import { type Browser, type BrowserContext, type Page, expect } from "@playwright/test";
import { type Account, signIn } from "./fixtures.ts";
import { type Cut, Proxy } from "./proxy.ts";

/** Milliseconds in which a page must have told the server everything once the network is back. */
const recovery = 120_000;

/** Watches the page's own requests: what the server answered to is acknowledged. Runs in the page. */
function logMarks(): void {
  const original = window.fetch.bind(window);
  const tell = (window as unknown as { acked: (keys: string[]) => Promise<void> }).acked;
  window.fetch = async (input, init) => {
    const response = await original(input, init);
    const url = String(input instanceof Request ? input.url : input);
    if (url.endsWith("/marks") && response.ok) {
      const body = (await response.clone().json()) as { answers: { key: string; error?: string }[] };
      await tell(body.answers.filter((a) => !a.error).map((a) => a.key));
    }
    return response;
  };
}

/** Presses another state of a row and gives the row and the state, once the page no longer says that all is sent. Runs in the page. */
function pressAnother([nth, which]: [number, number]): { enrolment: string; status: string } {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-roll-row]")];
  const row = rows[nth % rows.length] as HTMLElement;
  const free = [...row.querySelectorAll<HTMLInputElement>("input[type=radio]")].filter((r) => !r.checked);
  const radio = free[which % free.length] as HTMLInputElement;
  radio.click();
  return { enrolment: row.dataset["rollRow"] ?? "", status: radio.value };
}

export class Tablet {
  /** What was pressed, in turn. */
  readonly pressed: { enrolment: string; status: string }[] = [];
  /** Keys of the marks that the server acknowledged. */
  readonly acked = new Set<string>();
  device = "";

  private constructor(
    readonly proxy: Proxy,
    private readonly context: BrowserContext,
    private readonly page: Page,
    private readonly roll: string,
  ) {}

  static async open(browser: Browser, port: number, random: () => number, trainer: Account, roll: string): Promise<Tablet> {
    const proxy = await Proxy.to(port, random);
    const context = await browser.newContext({ baseURL: proxy.url, locale: "fr-TN", viewport: { width: 1024, height: 768 } });
    context.setDefaultTimeout(recovery);
    await signIn(context, trainer);
    const tablet = new Tablet(proxy, context, await context.newPage(), roll);
    await context.exposeBinding("acked", (_, keys: string[]) => keys.forEach((k) => tablet.acked.add(k)));
    await context.addInitScript(logMarks);
    await tablet.load();
    return tablet;
  }

  /** Opens the roll-call, as often as the network needs. */
  async load(): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      const there = await this.page.goto(this.roll, { waitUntil: "domcontentloaded", timeout: 20_000 }).then((r) => r?.ok() === true, () => false);
      if (there && (await this.page.locator("[data-roll-all]").waitFor({ timeout: 10_000 }).then(() => true, () => false))) return;
      await this.page.waitForTimeout(200);
    }
    throw new Error(`${this.roll} did not open`);
  }

  async press(nth: number, which: number): Promise<void> {
    this.pressed.push(await this.page.evaluate(pressAnother, [nth, which] as [number, number]));
    this.device ||= await this.page.evaluate(() => localStorage.getItem("shelter-device") ?? "");
  }

  /** Presses while the next request with marks is broken. */
  async pressThrough(cut: Cut, nth: number, which: number): Promise<void> {
    const broken = this.proxy.arm(cut);
    await this.press(nth, which);
    await broken;
  }

  /** Waits until what was pressed is kept somewhere that outlives the page: milliseconds, for which a hand is too slow. */
  async kept(): Promise<void> {
    await expect(this.page.locator("[data-saved]").first()).not.toHaveAttribute("data-state", "keeping");
  }

  async settled(): Promise<void> {
    await expect(this.page.locator("[data-saved]").first()).toHaveAttribute("data-state", "server", { timeout: recovery });
  }

  /** The state of each row on the screen. */
  async states(): Promise<Record<string, string>> {
    return this.page.evaluate(() => Object.fromEntries([...document.querySelectorAll<HTMLElement>("[data-roll-row]")].map((r) => [r.dataset["rollRow"] ?? "", r.dataset["state"] ?? ""])));
  }

  async close(): Promise<void> {
    await this.context.close();
    await this.proxy.close();
  }
}
