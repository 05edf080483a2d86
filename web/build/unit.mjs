// Runs the tests of the scripts: bundles ts/test/*.test.ts for Node and hands them to its test runner.
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const dir = path.join(root, "ts/test");
const tests = (await readdir(dir)).filter((f) => f.endsWith(".test.ts"));
const out = await mkdtemp(path.join(tmpdir(), "shelter-unit-"));
await build({
  entryPoints: tests.map((f) => path.join(dir, f)),
  bundle: true, platform: "node", format: "esm", target: "node20", outdir: out, outExtension: { ".js": ".mjs" }, logLevel: "warning",
});
const files = tests.map((f) => path.join(out, f.replace(/\.ts$/, ".mjs")));
const { status } = spawnSync(process.execPath, ["--test", ...files], { stdio: "inherit" });
await rm(out, { recursive: true });
process.exit(status ?? 1);
