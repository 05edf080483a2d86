// `make room`: a room with two tablets that mark the same thirty people and phones that take a test, while the network is cut and
// comes back at random. SHELTER_ROOM_SECONDS is how long, SHELTER_ROOM_PHONES how many phones, SHELTER_ROOM_OUT a file for the
// figures, SHELTER_ROOM_SEED where the dice begin.
import { writeFile } from "node:fs/promises";
import { type Browser, expect, request, test } from "@playwright/test";
import { FaultHouse } from "./faulthouse.ts";
import { FaultPhone, type Findings } from "./faultphone.ts";
import { type Account, type Demo, signIn } from "./fixtures.ts";
import { cuts } from "./proxy.ts";
import { numbers, rollCall } from "./steps.ts";
import { Tablet } from "./tablet.ts";

const seconds = Number(process.env["SHELTER_ROOM_SECONDS"] ?? 600);
const phones = Number(process.env["SHELTER_ROOM_PHONES"] ?? 30);
const seed = Number(process.env["SHELTER_ROOM_SEED"] ?? 1);
const people = 30;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

class Room {
  readonly findings: Findings = { acknowledged: 0, lost: [], unsent: [] };
  faults = 0;
  private readonly until = Date.now() + 1000 * seconds;

  constructor(private readonly house: FaultHouse) {}

  private more(): boolean {
    return Date.now() < this.until;
  }

  /** Marks people at the pace of a hand, through whatever happens to the network. */
  async mark(tablet: Tablet, random: () => number): Promise<void> {
    const any = (): number => Math.floor(random() * 1000);
    while (this.more()) {
      const dice = random();
      if (dice < 0.3) {
        this.faults++;
        await tablet.pressThrough(cuts[any() % cuts.length] ?? "before", any(), any());
      } else if (dice < 0.36) {
        this.faults++;
        await Promise.all([tablet.proxy.down(500 + 4000 * random()), this.presses(tablet, random)]);
      } else if (dice < 0.4) {
        this.faults++;
        await tablet.kept();
        await tablet.load();
      } else await tablet.press(any(), any());
      await pause(50 + 250 * random());
    }
  }

  private async presses(tablet: Tablet, random: () => number): Promise<void> {
    for (let i = 0; i < 4; i++) {
      await tablet.press(Math.floor(random() * 1000), Math.floor(random() * 1000));
      await pause(200 * random());
    }
  }

  /** One person takes the test as long as the room is open. */
  async take(browser: Browser, n: number): Promise<void> {
    const random = numbers(seed * 1000 + n);
    const phone = await FaultPhone.open(this.house, browser, random, this.findings);
    try {
      await phone.join(`R${n}X${seed}`);
      while (this.more()) {
        if (random() < 0.2) {
          this.faults++;
          const broken = phone.proxy.arm(cuts[Math.floor(random() * cuts.length)] ?? "before");
          await phone.answer(Math.floor(random() * 1000));
          await broken;
        } else await phone.answer(Math.floor(random() * 1000));
        await pause(1000 + 4000 * random());
      }
      await phone.settled();
      await phone.compare();
      await phone.submit();
    } finally {
      await phone.close();
    }
  }
}

/** What a tablet marked beside what the database has. */
interface Compared {
  sent: number;
  stored: number;
  lost: number;
  doubled: number;
  wrong: string[];
}

async function compare(house: FaultHouse, tablet: Tablet): Promise<Compared> {
  const stored = await house.marks([tablet.device]);
  const wrong: string[] = [];
  const keys = new Set(stored.map((m) => m.key));
  if (keys.size !== stored.length) wrong.push(`${stored.length - keys.size} marks twice`);
  for (const k of tablet.acked) if (!keys.has(k)) wrong.push(`acknowledged and lost: ${k}`);
  const line = (list: { enrolment: string; status: string }[]): string[] => list.map((m) => `${m.enrolment} ${m.status}`);
  const [made, kept] = [line(tablet.pressed), line(stored)];
  for (let i = 0; i < Math.max(made.length, kept.length); i++) if (made[i] !== kept[i]) { wrong.push(`mark ${i} of ${made.length}/${kept.length}: pressed ${made[i]}, stored ${kept[i]}`); break; }
  return { sent: made.length, stored: kept.length, lost: Math.max(0, made.length - keys.size), doubled: stored.length - keys.size, wrong };
}

/** Three hundred people come in within a minute: marks by badge, each a request of its own, ten at a time. */
async function rush(house: FaultHouse, trainer: Account, roll: string): Promise<{ checkins: number; errors: number; milliseconds: number }> {
  const context = await request.newContext({ baseURL: house.server.url });
  const first = await context.post("/signin", { form: { login: trainer.login, password: trainer.password }, maxRedirects: 0 });
  expect(first.status()).toBe(303);
  const html = await (await context.get(roll)).text();
  const enrolments = [...html.matchAll(/data-roll-row="([^"]+)"/g)].map((m) => m[1] ?? "");
  const [url, slot] = [/data-marks="([^"]+)"/.exec(html)?.[1] ?? "", /data-slot="([^"]+)"/.exec(html)?.[1] ?? ""];
  const began = Date.now();
  let [sent, errors] = [0, 0];
  await Promise.all(Array.from({ length: 10 }, async () => {
    while (sent < 300) {
      const enrolment = enrolments[sent++ % enrolments.length];
      const at = new Date().toISOString();
      const marks = [{ key: crypto.randomUUID(), slot, enrolment, status: "present", arrived: "", left: "", reason: "", source: "scan", seen: 0, at }];
      const r = await context.post(url, { data: { device: `rush-${sent}`, marks, sent_at: at } });
      if (!r.ok() || ((await r.json()) as { answers: { error?: string }[] }).answers.some((a) => a.error)) errors++;
    }
  }));
  await context.dispose();
  return { checkins: 300, errors, milliseconds: Date.now() - began };
}

test("two tablets and many phones agree in the end", async ({ browser }) => {
  test.setTimeout(0);
  const house = await FaultHouse.create();
  try {
    const demo = await house.server.json<Demo>("demo", "--force");
    const trainer = demo.accounts.find((a) => a.role === "trainer");
    if (!trainer) throw new Error("the demo has no trainer");
    const office = await browser.newContext({ baseURL: house.server.url });
    await signIn(office, trainer);
    const roll = await rollCall(office, people);
    await office.close();
    const room = new Room(house);
    const tablets = [await Tablet.open(browser, house.port, numbers(seed), trainer, roll), await Tablet.open(browser, house.port, numbers(seed + 1), trainer, roll)];
    const ended = await Promise.allSettled([
      ...tablets.map((t, i) => room.mark(t, numbers(seed + 10 + i))),
      ...Array.from({ length: phones }, (_, n) => room.take(browser, n)),
    ]);
    for (const e of ended) if (e.status === "rejected") throw e.reason;
    for (const t of tablets) await t.settled();
    const compared = await Promise.all(tablets.map((t) => compare(house, t)));
    const wrong = compared.flatMap((c) => c.wrong);
    const sum = (of: "sent" | "stored" | "lost" | "doubled"): number => compared.reduce((n, c) => n + c[of], 0);
    for (const t of tablets) await t.load();
    const states = await Promise.all(tablets.map((t) => t.states()));
    for (const t of tablets) await t.close();
    const figures = {
      seconds, tablets: 2, phones, faults: room.faults, marks: sum("sent"), marks_acknowledged: tablets.reduce((n, t) => n + t.acked.size, 0),
      wrong: wrong.length, answers_acknowledged: room.findings.acknowledged, answers_lost: room.findings.lost.length, answers_unsent: room.findings.unsent.length,
      check_ins: await rush(house, trainer, roll), ...(await house.totals()),
    };
    console.log(JSON.stringify(figures, null, 1));
    console.log(`marks sent ${sum("sent")}, stored ${sum("stored")}, lost ${sum("lost")}, doubled ${sum("doubled")}`);
    const out = process.env["SHELTER_ROOM_OUT"];
    if (out) await writeFile(out, JSON.stringify(figures));
    expect(wrong).toEqual([]);
    expect(room.findings).toMatchObject({ lost: [], unsent: [] });
    expect(states[0], "both tablets show the same").toEqual(states[1]);
    expect(figures).toMatchObject({ double_attempts: 0, double_submits: 0, wrong_scores: 0 });
    expect(figures.check_ins.errors).toBe(0);
    expect(figures.check_ins.milliseconds).toBeLessThan(60_000);
    expect(figures.faults).toBeGreaterThan(0); // a room in which nothing happened says nothing
    expect(figures.marks).toBeGreaterThan(seconds / 2);
  } finally {
    await house.destroy();
  }
});
