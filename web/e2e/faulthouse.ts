// The house of the fault tests: the real server process with its private PostgreSQL, killed and started again, and a reader that
// looks into the database from beside it.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Server } from "./server.ts";

const lab = process.env["SHELTER_EXAMLAB"] ?? path.join(path.dirname(fileURLToPath(import.meta.url)), "../../bin/examlab");

export interface Stored {
  key: string;
  attempt: string;
  position: number;
  response: Record<string, unknown>;
}

export interface Totals {
  attempts: number;
  submitted: number;
  answers: number;
  double_attempts: number;
  double_submits: number;
  wrong_scores: number;
}

/** A mark of a roll-call as the database has it, in the order of arrival. */
export interface StoredMark {
  key: string;
  device: string;
  enrolment: string;
  status: string;
}

interface Reply {
  id: number;
  marks?: StoredMark[];
  found?: Stored[];
  totals?: Totals;
  error?: string;
}

/** Reads the database, beside the server. */
class Reader {
  private readonly waiting = new Map<number, (r: Reply) => void>();
  private last = 0;

  constructor(private readonly process: ChildProcess) {
    if (!process.stdout) throw new Error("no output");
    createInterface({ input: process.stdout }).on("line", (line) => {
      const reply = JSON.parse(line) as Reply;
      this.waiting.get(reply.id)?.(reply);
      this.waiting.delete(reply.id);
    });
  }

  async ask(question: { keys?: string[]; attempt?: string; devices?: string[] }): Promise<Reply> {
    const id = ++this.last;
    const reply = new Promise<Reply>((resolve) => this.waiting.set(id, resolve));
    this.process.stdin?.write(`${JSON.stringify({ id, ...question })}\n`);
    const r = await reply;
    if (r.error) throw new Error(r.error);
    return r;
  }

  end(): void {
    this.process.stdin?.end();
  }
}

export class FaultHouse {
  private restarting: Promise<void> | undefined;

  private constructor(
    readonly server: Server,
    readonly room: string,
    private readonly reader: Reader,
  ) {}

  static async create(): Promise<FaultHouse> {
    const server = await Server.create();
    await server.start();
    const env = { ...process.env, SHELTER_DATA: server.data };
    const made = JSON.parse(execFileSync(lab, ["room"], { env }).toString()) as { room: string };
    const reader = new Reader(spawn(lab, ["read"], { env, stdio: ["pipe", "pipe", "inherit"] }));
    await reader.ask({});
    return new FaultHouse(server, made.room, reader);
  }

  get port(): number {
    return Number(new URL(this.server.url).port);
  }

  async stored(keys: string[]): Promise<Map<string, Stored>> {
    if (keys.length === 0) return new Map();
    return new Map(((await this.reader.ask({ keys })).found ?? []).map((s) => [s.key, s]));
  }

  /** The answers of an attempt that count, by position. */
  async inForce(attempt: string): Promise<Map<number, Stored>> {
    return new Map(((await this.reader.ask({ attempt })).found ?? []).map((s) => [s.position, s]));
  }

  /** Every mark that came from some devices. */
  async marks(devices: string[]): Promise<StoredMark[]> {
    return (await this.reader.ask({ devices })).marks ?? [];
  }

  async totals(): Promise<Totals> {
    const { totals } = await this.reader.ask({});
    if (!totals) throw new Error("no totals");
    return totals;
  }

  /** Ends the server as a power cut does and starts it again; a second call meanwhile waits for the same start. */
  killServer(): Promise<void> {
    this.restarting ??= (async () => {
      await this.server.stop("SIGKILL");
      await this.server.start();
      this.restarting = undefined;
    })();
    return this.restarting;
  }

  /** Kills the postmaster; the server starts PostgreSQL again. */
  async killPostgres(): Promise<void> {
    await this.restarting;
    const away = path.join(this.server.data, "pg-location");
    const home = existsSync(away) ? readFileSync(away, "utf8").trim() : path.join(this.server.data, "pg");
    const pid = Number(readFileSync(path.join(home, "data/postmaster.pid"), "utf8").split("\n")[0]);
    if (pid > 1) process.kill(pid, "SIGKILL");
    for (const until = Date.now() + 60_000; Date.now() < until; ) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      if (await fetch(`${this.server.url}/readyz`).then((r) => r.ok, () => false)) return;
    }
    throw new Error(`PostgreSQL did not come back:\n${this.server.tail()}`);
  }

  async destroy(): Promise<void> {
    this.reader.end();
    await this.server.destroy();
  }
}
