// One phone of the fault tests, with its own log: every answer that the page got acknowledged, as the page itself saw it.
import { type Browser, type BrowserContext, type Page, expect } from "@playwright/test";
import type { FaultHouse } from "./faulthouse.ts";
import { Proxy } from "./proxy.ts";

export interface Ack {
  key: string;
  attempt: string;
  position: number;
  response: Record<string, unknown>;
}

/** What went wrong, for the report. */
export interface Findings {
  acknowledged: number;
  lost: string[];
  /** Answers that the page said it keeps, and that are not in force although it says that all is sent. */
  unsent: string[];
}

/** Milliseconds in which a page must have told the server everything after a fault. */
const recovery = 120_000;

/** Watches the page's own requests: what it was told is acknowledged. Runs in the page. */
function logAcks(): void {
  const original = window.fetch.bind(window);
  const tell = (window as unknown as { acked: (a: string) => Promise<void> }).acked;
  window.fetch = async (input, init) => {
    const response = await original(input, init);
    const url = String(input instanceof Request ? input.url : input);
    const attempt = /\/t\/([0-9a-f-]{36})\/answers$/.exec(url)?.[1];
    if (attempt && response.ok && typeof init?.body === "string") {
      const sent = JSON.parse(init.body) as { key: string; position: number; response: object };
      const text = await response.clone().text();
      if ((JSON.parse(text) as { key?: string }).key === sent.key) await tell(JSON.stringify({ ...sent, attempt }));
    }
    return response;
  };
}

/** Clicks another option of a question, waits until the page says where it is kept, and gives what is chosen then. Runs in the page. */
async function chooseAnother(nth: number): Promise<{ position: number; response: { c: string[] } }> {
  const questions = [...document.querySelectorAll<HTMLElement>("[data-exam-question]")].filter((q) => q.querySelector("input[type=radio], input[type=checkbox]"));
  const q = questions[nth % questions.length] as HTMLElement;
  const options = [...q.querySelectorAll<HTMLInputElement>("input[type=radio], input[type=checkbox]")];
  const mark = q.querySelector<HTMLElement>("[data-exam-kept]");
  if (mark) mark.dataset["state"] = "";
  const free = options.filter((o) => !o.checked);
  (free[nth % Math.max(free.length, 1)] ?? options[0])?.click();
  while (mark && !mark.dataset["state"]) await new Promise((resolve) => setTimeout(resolve, 2));
  return { position: Number(q.dataset["examQuestion"]), response: { c: options.filter((o) => o.checked).map((o) => o.value) } };
}

export class FaultPhone {
  private acks: Ack[] = [];
  private checked = 0;
  private chosen = new Map<number, string>();
  page!: Page;
  private at = "";
  resume = "";
  /** The faults that this person met, in turn. */
  met: string[] = [];

  private constructor(
    private readonly house: FaultHouse,
    readonly proxy: Proxy,
    readonly context: BrowserContext,
    private readonly findings: Findings,
  ) {}

  static async open(house: FaultHouse, browser: Browser, random: () => number, findings: Findings): Promise<FaultPhone> {
    const proxy = await Proxy.to(house.port, random);
    const context = await browser.newContext({ baseURL: proxy.url, locale: "fr-TN", viewport: { width: 390, height: 844 } });
    context.setDefaultTimeout(recovery);
    const phone = new FaultPhone(house, proxy, context, findings);
    await context.exposeBinding("acked", (_, text: string) => void phone.acks.push(JSON.parse(text) as Ack));
    await context.addInitScript(logAcks);
    phone.page = await context.newPage();
    return phone;
  }

  async close(): Promise<void> {
    await this.context.close();
    await this.proxy.close();
  }

  /** Comes in with a personal code; whatever breaks, the same form is sent again. */
  async join(code: string, resume = ""): Promise<void> {
    this.chosen.clear();
    this.met = [];
    const room = `/r/${this.house.room}`;
    await this.visit(room);
    for (let tries = 0; ; tries++) {
      const fields: Record<string, string> = { personal_code: code };
      if (resume !== "") fields["resume_code"] = resume;
      await this.page.evaluate((values) => {
        for (const [name, value] of Object.entries(values)) {
          const input = document.querySelector<HTMLInputElement>(`[name="${name}"]`);
          if (input) input.value = value;
        }
      }, fields).catch(() => {});
      const left = this.page.waitForURL(/\/t\/[0-9a-f-]{36}$/, { timeout: 4000, waitUntil: "commit" }).then(() => true, () => false);
      await this.page.evaluate(() => document.querySelector<HTMLFormElement>("main form[action^='/r/']")?.requestSubmit()).catch(() => {});
      if (await left) break;
      if (tries > 30) throw new Error(`could not join with ${code}: ${this.page.url()} ${await this.page.locator("body").innerText().catch(() => "")}`);
      // what a person does: back to the form, which is as it was left
      if (!this.page.url().includes("/r/") || (await this.page.locator("main form[action^='/r/']").count().catch(() => 0)) === 0) {
        await this.page.goBack({ timeout: 4000 }).catch(() => {});
        if ((await this.page.locator("main form[action^='/r/']").count().catch(() => 0)) === 0) await this.visit(room);
      }
    }
    this.at = new URL(this.page.url()).pathname;
    await this.ready();
    this.resume = (await this.page.locator(".exam-resume .code").textContent())?.trim() ?? "";
  }

  private async visit(address: string): Promise<void> {
    for (let tries = 0; tries < 200; tries++) {
      const ok = await this.page.goto(address, { waitUntil: "domcontentloaded", timeout: 20_000 }).then((r) => (r?.status() ?? 500) < 500, () => false);
      if (ok) return;
      await this.page.waitForTimeout(200);
    }
    throw new Error(`${address} did not open`);
  }

  /** The page is there with its script; a page whose network was cut is loaded again, as a person would. */
  private async ready(): Promise<void> {
    for (let tries = 0; tries < 60; tries++) {
      const there = await this.page.locator("form[data-exam][data-paged]").waitFor({ timeout: 5000 }).then(() => true, () => false);
      if (there) return;
      await this.visit(this.at);
    }
    throw new Error(`${this.at} did not become ready`);
  }

  /** Another device has answered too: what counts is no longer this one's alone. */
  shared(): void {
    this.chosen.clear();
  }

  async answer(nth: number): Promise<void> {
    const { position, response } = await this.page.evaluate(chooseAnother, nth);
    this.chosen.set(position, JSON.stringify(response.c));
  }

  /** Closes the tab without any farewell and opens the test again. */
  async closeTab(): Promise<void> {
    await this.page.close({ runBeforeUnload: false });
    this.page = await this.context.newPage();
    await this.visit(this.at);
    await this.ready();
  }

  async reload(): Promise<void> {
    await this.visit(this.at);
    await this.ready();
  }

  /** Waits until the page says that everything is on the server. */
  async settled(): Promise<void> {
    await expect(this.page.locator("[data-saved]").first()).toHaveAttribute("data-state", "server", { timeout: recovery });
  }

  /** Hands the test in and waits for the thanks. */
  async submit(): Promise<void> {
    await this.page.evaluate(() => document.querySelector<HTMLFormElement>("form[data-exam]")?.requestSubmit());
    for (let tries = 0; tries < 60; tries++) {
      if (await this.page.locator("[data-exam-done]").waitFor({ timeout: 5000 }).then(() => true, () => false)) return;
      await this.visit(this.at);
    }
    throw new Error(`${this.at} was not handed in`);
  }

  /** Hands in once more, ten times at once: each answer must be the first one. */
  async submitAgain(): Promise<void> {
    const times = await this.page.evaluate(async (url) => {
      const one = async (): Promise<string> => {
        for (;;) {
          const r = await fetch(url, { method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: "{}" }).catch(() => undefined);
          if (r?.ok) return ((await r.json()) as { submitted_at: string }).submitted_at;
          if (r && r.status < 500) return `status ${r.status}`;
          await new Promise((resolve) => setTimeout(resolve, 300)); // another phone's fault has the server down
        }
      };
      return Promise.all(Array.from({ length: 10 }, one));
    }, `${this.at}/submit`);
    expect(new Set(times).size, times.join(" ")).toBe(1);
  }

  /** Compares the log with the database: every acknowledged answer stands there as it was given. */
  async compare(alone = true): Promise<void> {
    const acks = this.acks.slice(this.checked);
    this.checked = this.acks.length;
    const stored = await this.house.stored(acks.map((a) => a.key));
    this.findings.acknowledged += acks.length;
    for (const a of acks) {
      const s = stored.get(a.key);
      if (s?.attempt !== a.attempt || s.position !== a.position || JSON.stringify(s.response) !== JSON.stringify(a.response)) this.findings.lost.push(`${a.attempt} ${a.position} ${a.key}`);
    }
    if (!alone) return;
    const inForce = await this.house.inForce(this.at.split("/").pop() ?? "");
    for (const [position, choice] of this.chosen) {
      const stored = JSON.stringify(inForce.get(position)?.response["c"] ?? []);
      if (stored !== choice) this.findings.unsent.push(`${this.at} ${position}: ${choice}, stored ${stored}, after ${this.met.join("; ")}`);
    }
  }
}
