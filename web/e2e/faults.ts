// `make faults`: phones take a test in a real browser while connections are cut in the middle of requests and answers, the server
// and PostgreSQL are killed, tabs are closed and two devices answer at once. After each fault the database is compared with what
// the page was told. SHELTER_FAULTS is the number of faults, SHELTER_FAULT_PHONES how many phones at a time, SHELTER_FAULTS_OUT a
// file for the figures, SHELTER_FAULT_SECONDS when to stop at the latest, SHELTER_FAULT_SEED where the dice begin.
import { writeFile } from "node:fs/promises";
import { type Browser, expect, test } from "@playwright/test";
import { FaultHouse } from "./faulthouse.ts";
import { FaultPhone, type Findings } from "./faultphone.ts";
import { cuts } from "./proxy.ts";
import { numbers } from "./steps.ts";

const wanted = Number(process.env["SHELTER_FAULTS"] ?? 2000);
const phones = Number(process.env["SHELTER_FAULT_PHONES"] ?? 8);
const budget = 1000 * Number(process.env["SHELTER_FAULT_SECONDS"] ?? 3600);
const seed = Number(process.env["SHELTER_FAULT_SEED"] ?? 1);

/** Faults below which a run that its time ended says nothing. */
const leastFaults = 10;

/** Faults that one person meets before handing in. */
const perPerson = 24;

/** Throws of the dice for what is rare, so that a short run meets it too: the server killed, PostgreSQL killed, two devices. */
const rare = [0.06, 0.067, 0.01, 0.1];

class Run {
  readonly findings: Findings = { acknowledged: 0, lost: [], unsent: [] };
  readonly faults = new Map<string, number>();
  people = 0;
  private readonly until = Date.now() + budget;

  constructor(
    private readonly house: FaultHouse,
    private readonly browser: Browser,
  ) {}

  get done(): number {
    return [...this.faults.values()].reduce((a, b) => a + b, 0);
  }

  private more(): boolean {
    return this.done < wanted && Date.now() < this.until;
  }

  private count(kind: string, phone?: FaultPhone): void {
    phone?.met.push(kind);
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
  }

  async line(n: number): Promise<void> {
    const random = numbers(seed * 1000 + n);
    const phone = await FaultPhone.open(this.house, this.browser, random, this.findings);
    try {
      while (this.more()) await this.person(phone, n, random);
    } finally {
      await phone.close();
    }
  }

  /** One person's test from joining to handing in. */
  private async person(phone: FaultPhone, line: number, random: () => number): Promise<void> {
    const code = `PH${line}N${++this.people}X${seed}`;
    const cut = this.pick(random);
    void phone.proxy.arm(cut).then(() => this.count(`joining, ${cut}`, phone));
    await phone.join(code);
    phone.proxy.disarm();
    for (let i = 0; i < perPerson && this.more(); i++) await this.fault(phone, random, code, this.people <= phones && i === 1 ? rare[line % rare.length] : undefined);
    await this.handIn(phone, random);
  }

  private pick(random: () => number): (typeof cuts)[number] {
    return cuts[Math.floor(random() * cuts.length)] ?? "before";
  }

  private async fault(phone: FaultPhone, random: () => number, code: string, thrown?: number): Promise<void> {
    const dice = thrown ?? random();
    const nth = Math.floor(random() * 1000);
    if (dice < 0.05) await this.secondDevice(phone, random, code);
    else if (dice < 0.065) await this.killDuringSave(phone, nth);
    else if (dice < 0.07) {
      this.count("PostgreSQL killed", phone);
      await phone.answer(nth);
      await this.house.killPostgres();
    } else if (dice < 0.12) {
      this.count("tab closed", phone);
      await phone.answer(nth);
      await phone.closeTab();
    } else if (dice < 0.16) {
      this.count("reloaded", phone);
      await phone.answer(nth);
      await phone.reload();
    } else if (dice < 0.22) {
      this.count("network away", phone);
      await phone.answer(nth);
      await Promise.all([phone.proxy.down(300 + 900 * random()), phone.answer(nth + 1)]);
    } else await this.cutSave(phone, random, nth);
    await phone.settled();
    await phone.compare();
  }

  private async cutSave(phone: FaultPhone, random: () => number, nth: number): Promise<void> {
    const cut = this.pick(random);
    const broken = phone.proxy.arm(cut);
    await phone.answer(nth);
    await broken;
    this.count(`answer, ${cut}`, phone);
  }

  /** The server dies at the moment at which it has the request. */
  private async killDuringSave(phone: FaultPhone, nth: number): Promise<void> {
    const killed = this.killWhen(phone, /\/answers /);
    await phone.answer(nth);
    await killed;
    this.count("server killed during an answer", phone);
  }

  private killWhen(phone: FaultPhone, what: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      phone.proxy.passed = (head) => {
        if (!what.test(head)) return;
        phone.proxy.passed = () => {};
        this.house.killServer().then(resolve, reject);
      };
    });
  }

  private async secondDevice(phone: FaultPhone, random: () => number, code: string): Promise<void> {
    const other = await FaultPhone.open(this.house, this.browser, random, this.findings);
    try {
      await other.join(code, phone.resume);
      const broken = Promise.all([phone.proxy.arm(this.pick(random)), other.proxy.arm(this.pick(random))]);
      const nth = Math.floor(random() * 1000);
      await Promise.all([phone.answer(nth), other.answer(nth)]);
      await broken;
      this.count("two devices, both cut", phone);
      await other.settled();
      await other.compare(false);
      phone.shared();
    } finally {
      await other.close();
    }
  }

  private async handIn(phone: FaultPhone, random: () => number): Promise<void> {
    const killed = random() < 0.15 || this.people === phones ? this.killWhen(phone, /\/submit /) : undefined;
    const cut = this.pick(random);
    const broken = killed ? undefined : phone.proxy.arm(cut);
    await phone.submit();
    phone.proxy.disarm();
    if (broken) this.count(`submission, ${cut}`);
    if (killed) {
      await killed;
      this.count("server killed during a submission");
    }
    await phone.submitAgain();
    await phone.compare(false);
  }
}

test("nothing that was acknowledged is lost", async ({ browser }) => {
  test.setTimeout(0);
  const house = await FaultHouse.create();
  const began = Date.now();
  const run = new Run(house, browser);
  try {
    const ended = await Promise.allSettled(Array.from({ length: phones }, (_, n) => run.line(n)));
    const totals = await house.totals();
    const figures = {
      faults: run.done, by_kind: Object.fromEntries([...run.faults].sort()), seconds: Math.round((Date.now() - began) / 1000), people: run.people,
      acknowledged: run.findings.acknowledged, acknowledged_lost: run.findings.lost.length, chosen_not_sent: run.findings.unsent.length, ...totals,
    };
    console.log(JSON.stringify(figures, null, 1));
    const out = process.env["SHELTER_FAULTS_OUT"];
    if (out) await writeFile(out, JSON.stringify(figures));
    for (const e of ended) if (e.status === "rejected") throw e.reason;
    expect(run.findings).toMatchObject({ lost: [], unsent: [] });
    expect(totals).toMatchObject({ double_attempts: 0, double_submits: 0, wrong_scores: 0, attempts: run.people });
    expect(run.findings.acknowledged).toBeGreaterThan(0); // a run in which nothing was acknowledged says nothing
    expect(run.done).toBeGreaterThanOrEqual(Date.now() - began < budget ? wanted : Math.min(wanted, leastFaults));
  } finally {
    await house.destroy();
  }
});
