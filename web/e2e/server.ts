import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));

/** The binary under test; `make build` makes it. */
const binary = process.env["SHELTER_BIN"] ?? path.join(here, "../../bin/shelter");

/** Milliseconds in which the server must be ready, with the making of its database. */
const readyWithin = 60_000;

/** A port of loopback that nobody uses at the moment. */
async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}

export interface CommandResult {
  status: number;
  stdout: string;
  stderr: string;
}

/** A server of its own: own port, own data folder, own private PostgreSQL. */
export class Server {
  private process: ChildProcess | undefined;
  private log = "";

  private constructor(
    readonly url: string,
    readonly data: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async create(): Promise<Server> {
    if (!existsSync(binary)) throw new Error(`${binary} is missing: run make build`);
    const data = await mkdtemp(path.join(tmpdir(), "shelter-e2e-"));
    const addr = `127.0.0.1:${await freePort()}`;
    const env = { ...process.env, SHELTER_DATA: data, SHELTER_ADDR: addr, SHELTER_PUBLIC_URL: `http://${addr}`, SHELTER_DEV: "true" };
    delete (env as NodeJS.ProcessEnv)["SHELTER_DATABASE_URL"];
    delete (env as NodeJS.ProcessEnv)["SHELTER_CASES_DATABASE_URL"];
    delete (env as NodeJS.ProcessEnv)["SHELTER_OWNER_DATABASE_URL"];
    return new Server(`http://${addr}`, data, env);
  }

  /** Starts `shelter serve` and waits until it is ready. */
  async start(): Promise<void> {
    this.process = spawn(binary, ["serve"], { env: this.env, stdio: ["ignore", "pipe", "pipe"] });
    const keep = (chunk: Buffer): void => void (this.log = (this.log + chunk.toString()).slice(-20_000));
    this.process.stdout?.on("data", keep);
    this.process.stderr?.on("data", keep);
    const until = Date.now() + readyWithin;
    while (Date.now() < until) {
      if (this.process.exitCode !== null) throw new Error(`shelter serve ended with ${this.process.exitCode}:\n${this.log}`);
      const ready = await fetch(`${this.url}/readyz`).then((r) => r.ok, () => false);
      if (ready) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`shelter serve was not ready within ${readyWithin} ms:\n${this.log}`);
  }

  /** Stops it as Ctrl-C does, or as a power cut does. */
  async stop(signal: "SIGINT" | "SIGKILL" = "SIGINT"): Promise<void> {
    const p = this.process;
    this.process = undefined;
    if (!p || p.exitCode !== null) return;
    const ended = new Promise((resolve) => p.once("exit", resolve));
    p.kill(signal);
    await ended;
  }

  /** Runs a command beside the server. */
  command(...args: string[]): Promise<CommandResult> {
    return new Promise((resolve) => {
      execFile(binary, args, { env: this.env, maxBuffer: 32 << 20, timeout: 120_000 }, (error, stdout, stderr) => {
        resolve({ status: error ? Number(error.code ?? 1) : 0, stdout, stderr });
      });
    });
  }

  /** Runs a command that must succeed and gives its one JSON document. */
  async json<T>(...args: string[]): Promise<T> {
    const r = await this.command(...args, "--json");
    if (r.status !== 0) throw new Error(`shelter ${args.join(" ")}: status ${r.status}\n${r.stderr}`);
    return JSON.parse(r.stdout) as T;
  }

  /** The one-time link that makes the first administrator, as it stands on the terminal. */
  setupLink(): string {
    const link = /https?:\/\/\S+\/welcome\/\S+/.exec(this.log)?.[0];
    if (!link) throw new Error(`no link on the terminal:\n${this.log}`);
    return link;
  }

  /** What the server said last, for the report of a failed test. */
  tail(): string {
    return this.log.slice(-4000);
  }

  async destroy(): Promise<void> {
    await this.stop();
    await rm(this.data, { recursive: true, force: true });
  }
}
