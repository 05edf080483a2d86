// A TCP proxy between one phone and the server that breaks connections in the middle of what it carries.
import { type AddressInfo, type Server as NetServer, type Socket, connect, createServer } from "node:net";

/** How the next request that counts is broken. */
export type Cut =
  | "request" // part of the request arrives, then both ends are reset
  | "before" // nothing of the request arrives
  | "response" // the server has answered; part of the answer arrives
  | "swallowed" // the server has answered; nothing of it arrives
  | "stalled"; // nothing moves for a while, then the connection ends

export const cuts: readonly Cut[] = ["request", "before", "response", "swallowed", "stalled"];

/** Requests that change something: answers, submissions, joining, marks of a roll-call. */
const counts = /^POST \/(t\/|r\/|keep|workshops\/[^/ ]+\/marks)/;

export class Proxy {
  private readonly open = new Set<Socket>();
  private armed: { cut: Cut; fired: () => void } | undefined;
  private refusing = false;
  /** Called with the head of each request that counts, when the server has it. */
  passed: (head: string) => void = () => {};

  private constructor(
    private readonly server: NetServer,
    private readonly target: number,
    private readonly random: () => number,
  ) {
    server.on("connection", (client) => this.accept(client));
  }

  static async to(target: number, random: () => number): Promise<Proxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new Proxy(server, target, random);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Breaks the next request that counts; resolves when it has been broken. */
  arm(cut: Cut): Promise<void> {
    return new Promise((resolve) => (this.armed = { cut, fired: resolve }));
  }

  disarm(): void {
    this.armed = undefined;
  }

  /** Ends every connection and takes none for a while. */
  async down(milliseconds: number): Promise<void> {
    this.refusing = true;
    for (const s of this.open) s.resetAndDestroy();
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    this.refusing = false;
  }

  async close(): Promise<void> {
    this.refusing = true;
    for (const s of this.open) s.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(client: Socket): void {
    if (this.refusing) return void client.resetAndDestroy();
    const upstream = connect(this.target, "127.0.0.1");
    const ends = [client, upstream];
    for (const s of ends) {
      this.open.add(s);
      s.on("error", () => {});
      s.on("close", () => {
        this.open.delete(s);
        for (const other of ends) other.destroy();
      });
    }
    let breaking: Cut | undefined;
    client.on("data", (chunk: Buffer) => {
      const head = chunk.subarray(0, 200).toString("latin1");
      if (!counts.test(head)) return void upstream.write(chunk);
      if (this.armed) {
        breaking = this.armed.cut;
        this.armed.fired();
        this.armed = undefined;
      }
      this.request(chunk, head, breaking, client, upstream);
    });
    upstream.on("data", (chunk: Buffer) => this.response(chunk, breaking, client, upstream));
  }

  private request(chunk: Buffer, head: string, cut: Cut | undefined, client: Socket, upstream: Socket): void {
    const end = (): void => {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    };
    if (cut === "before") return end();
    if (cut === "stalled") return void setTimeout(end, 200 + 400 * this.random());
    if (cut === "request") return void upstream.write(chunk.subarray(0, Math.ceil(this.random() * (chunk.length - 1))), end);
    upstream.write(chunk);
    this.passed(head);
  }

  private response(chunk: Buffer, cut: Cut | undefined, client: Socket, upstream: Socket): void {
    if (cut === undefined) return void client.write(chunk);
    const end = (): void => {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    };
    if (cut === "response") client.write(chunk.subarray(0, Math.ceil(this.random() * (chunk.length - 1))), end);
    else end();
  }
}
