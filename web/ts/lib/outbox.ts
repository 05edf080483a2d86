// What is done on a page is kept on the device first and sent after: nothing acknowledged on the screen is lost by a dead
// network, a reload or a flat battery. Entries of a queue are sent one by one in the order in which they were made; each
// carries a key, so that sending one twice counts once.
import { flagWaits } from "./kept-flag.ts";
import { newKey } from "./page.ts";
import { type Store, openStore } from "./store.ts";

/** What is needed to seal an entry to the server's public key, where it cannot be sent (seal.ts). */
export interface Seal {
  key: string;
  id: string;
  pass: string;
}

/** What an entry is about, for people: it stays on the device. */
export interface About {
  event: string;
  half: string;
  /** Names by enrolment. */
  names: Record<string, string>;
}

/** One thing to tell the server. */
export interface Entry {
  seq?: number;
  /** Made on the device; the server counts a repeat with the same key once. */
  key: string;
  queue: string;
  url: string;
  body: Record<string, unknown>;
  /** When it was done, by the device's clock, in milliseconds since 1970. */
  at: number;
  /** An unsent older entry of the same slot is dropped: only the last answer to a question matters. */
  slot?: string;
  /** The HTTP status with which the server refused it; it is kept as evidence and not sent again. */
  refused?: number;
  /** What the server said when it refused it. */
  reason?: string;
  seal?: Seal;
  /** The account that made it; another account neither sends it nor drops it. */
  owner?: string;
  about?: About;
}

/** How things stand in a queue. */
export interface OutboxState {
  /** Being written to the device: on nothing that lasts yet. */
  keeping: number;
  pending: number;
  refused: number;
  /** The last try reached the server. */
  reached: boolean;
  /** The server asks to sign in again; sending waits until the page is loaded anew. */
  signedOut: boolean;
}

export type Sender = (entry: Entry) => Promise<Response>;

export interface OutboxOptions {
  /** Called with the server's answer to an entry. */
  acknowledged?: (entry: Entry, answer: unknown) => void;
  refused?: (entry: Entry, status: number) => void;
  /** What the server refused of a request that it took: it stays on the device as a refusal. Nothing by default. */
  rest?: (entry: Entry, answer: unknown) => Entry | undefined;
  changed?: (state: OutboxState) => void;
  send?: Sender;
  store?: Store;
  /** Waits; replaced in tests. */
  sleep?: (milliseconds: number) => Promise<void>;
  random?: () => number;
  now?: () => number;
  /** Given to each entry. */
  seal?: Seal | undefined;
  /** The account of the page: given to each entry, and entries of others are left alone. */
  owner?: string | undefined;
}

const firstWait = 1000;
const longestWait = 60_000;

/** Sends an entry as JSON: its body with key and at (RFC 3339, the device's clock). */
export const post: Sender = (entry) =>
  fetch(entry.url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ ...entry.body, key: entry.key, at: new Date(entry.at).toISOString() }),
    credentials: "same-origin",
    redirect: "error",
    keepalive: true,
    signal: AbortSignal.timeout(20_000),
  });

/** Tells whether an account may send an entry and drop it; what was made before entries had owners is anybody's. */
export function ownedBy(entry: Entry, owner: string | undefined): boolean {
  return !owner || !entry.owner || entry.owner === owner;
}

/** What is kept of a refusal. */
export async function refusal(response: Response): Promise<{ refused: number; reason?: string }> {
  const answer = (await response.clone().json().catch(() => undefined)) as { error?: { message?: string } } | undefined;
  const reason = answer?.error?.message;
  return reason ? { refused: response.status, reason } : { refused: response.status };
}

/** Asks before a page is left while the device still writes: what is not written yet would be lost with the page. */
const hold = (event: Event): void => event.preventDefault();

export class Outbox {
  private readonly store: Promise<Store>;
  private readonly send: Sender;
  private readonly sleep: (ms: number) => Promise<void>;
  private running: Promise<void> | undefined;
  private sending: number | undefined;
  private wake: (() => void) | undefined;
  /** An entry was added since the sending last looked. */
  private more = false;
  private state: OutboxState = { keeping: 0, pending: 0, refused: 0, reached: true, signedOut: false };

  constructor(
    readonly queue: string,
    private readonly options: OutboxOptions = {},
  ) {
    this.store = options.store ? Promise.resolve(options.store) : openStore();
    this.send = options.send ?? post;
    this.sleep = options.sleep ?? ((ms) => this.pause(ms));
  }

  /** Begins to send what an earlier visit left, and tries again at once when the network or the page comes back. */
  start(): this {
    const retry = (): void => {
      this.wake?.();
      void this.flush();
    };
    addEventListener("online", retry);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") retry();
    });
    void this.refresh().then(() => this.flush());
    return this;
  }

  /** Keeps an entry on the device, resolves when it is kept, and sends it as soon as possible. */
  async put(url: string, body: Record<string, unknown>, slot?: string, about?: About): Promise<Entry> {
    this.keep(1);
    flagWaits(true);
    const store = await this.store;
    const entry: Entry = { key: newKey(), queue: this.queue, url, body, at: (this.options.now ?? Date.now)() };
    if (this.options.seal) entry.seal = this.options.seal;
    if (slot !== undefined) entry.slot = slot;
    if (this.options.owner) entry.owner = this.options.owner;
    if (about) entry.about = about;
    try {
      entry.seq = await store.add(entry, (e) => slot !== undefined && e.slot === slot && e.refused === undefined && e.seq !== this.sending);
    } finally {
      this.keep(-1);
    }
    this.more = true;
    await this.refresh();
    void this.flush();
    return entry;
  }

  private keep(n: number): void {
    this.state = { ...this.state, keeping: this.state.keeping + n };
    if (this.state.keeping > 0) globalThis.addEventListener?.("beforeunload", hold);
    else globalThis.removeEventListener?.("beforeunload", hold);
    if (n > 0) this.options.changed?.(this.state);
  }

  /** The entries that the server does not have yet, oldest first. */
  async pending(): Promise<Entry[]> {
    return (await this.mine()).filter((e) => e.refused === undefined);
  }

  /** The entries that the server refused as a whole. */
  async refusals(): Promise<Entry[]> {
    return (await this.mine()).filter((e) => e.refused !== undefined);
  }

  /** How many entries of other accounts wait on this device. */
  async foreign(): Promise<number> {
    return (await (await this.store).list(this.queue)).length - (await this.mine()).length;
  }

  /** Sends refused entries once more: what was refused for an access that came back is taken now. */
  async retry(entries: Entry[]): Promise<void> {
    const store = await this.store;
    for (const { refused: _, reason: __, ...entry } of entries) await store.update(entry);
    await this.refresh();
    void this.flush();
  }

  /** Takes entries off the device. */
  async drop(entries: Entry[]): Promise<void> {
    const store = await this.store;
    for (const e of entries) if (e.seq !== undefined) await store.remove(e.seq);
    await this.refresh();
  }

  private async mine(): Promise<Entry[]> {
    const all = await (await this.store).list(this.queue);
    return all.filter((e) => ownedBy(e, this.options.owner));
  }

  /** Sends what waits; resolves when nothing waits or the server asks to sign in. One sending runs at a time. */
  flush(): Promise<void> {
    this.running ??= this.drain();
    return this.running;
  }

  private async drain(): Promise<void> {
    try {
      await this.sendAll();
    } catch (e) {
      this.running = undefined;
      throw e;
    }
  }

  /** Ends the present sending in the same turn as the look that found nothing, so that no entry is left between two. */
  private idle(): void {
    this.running = undefined;
  }

  private async sendAll(): Promise<void> {
    let wait = firstWait;
    for (;;) {
      this.more = false;
      const [next] = await this.pending();
      if (this.state.signedOut || (!next && !this.more)) return this.idle();
      if (!next) continue;
      const outcome = await this.attempt(next);
      if (outcome === "signed-out") return this.idle();
      if (outcome === "done") {
        wait = firstWait;
        continue;
      }
      const jitter = 0.5 + (this.options.random ?? Math.random)();
      await this.sleep(Math.max(outcome.after, wait * jitter));
      wait = Math.min(longestWait, wait * 2);
    }
  }

  private async attempt(entry: Entry): Promise<"done" | "signed-out" | { after: number }> {
    this.sending = entry.seq;
    try {
      const response = await this.send(entry);
      return await this.settle(entry, response);
    } catch {
      await this.refresh({ reached: false });
      return { after: 0 };
    } finally {
      this.sending = undefined;
    }
  }

  private async settle(entry: Entry, response: Response): Promise<"done" | "signed-out" | { after: number }> {
    const store = await this.store;
    if (response.ok) {
      const answer: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined);
      const rest = this.options.rest?.(entry, answer);
      if (rest) await store.update(rest);
      else if (entry.seq !== undefined) await store.remove(entry.seq);
      await this.refresh({ reached: true });
      this.options.acknowledged?.(entry, answer);
      return "done";
    }
    if (response.status === 401) {
      await this.refresh({ reached: true, signedOut: true });
      return "signed-out";
    }
    if (response.status === 429 || response.status === 408 || response.status >= 500) {
      await this.refresh({ reached: response.status === 429 });
      return { after: 1000 * Number(response.headers.get("Retry-After") ?? 0) || 0 };
    }
    await store.update({ ...entry, ...(await refusal(response)) });
    await this.refresh({ reached: true });
    this.options.refused?.(entry, response.status);
    return "done";
  }

  private async refresh(change: Partial<OutboxState> = {}): Promise<void> {
    const all = await this.mine();
    const refused = all.filter((e) => e.refused !== undefined).length;
    this.state = { ...this.state, ...change, pending: all.length - refused, refused };
    this.options.changed?.(this.state);
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
