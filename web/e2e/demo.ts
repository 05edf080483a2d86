// Before the tests: one server with the invented data of `shelter demo`, which every test that only reads pages shares. It is
// filled while the first tests already run; whoever needs it waits for its file (fixtures.ts).
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Server } from "./server.ts";
import type { Demo } from "./fixtures.ts";

/** The variable that names the file with the demo's address and accounts. */
export const demoVariable = "SHELTER_E2E_DEMO";

async function write(file: string, document: unknown): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(document));
  await rename(`${file}.new`, file);
}

export default async function setUp(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), "shelter-e2e-"));
  const file = path.join(folder, "demo.json");
  process.env[demoVariable] = file;
  const server = await Server.create();
  const fill = async (): Promise<void> => {
    await server.start();
    await write(file, await server.json<Demo>("demo"));
  };
  const filled = fill().catch((e: unknown) => write(file, { error: `${String(e)}\n${server.tail()}` }));
  return async () => {
    await filled;
    await server.destroy();
    await rm(folder, { recursive: true, force: true });
  };
}
