// The browser tests: the system's Chromium against the built binary on ports of its own. See e2e/demo.ts and e2e/fixtures.ts.
import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

const places = [process.env["SHELTER_CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const chromium = places.find((p) => p && existsSync(p));
if (!chromium) throw new Error("no Chromium found: set SHELTER_CHROMIUM or install one");

const args = [
  "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-domain-reliability",
  "--disable-sync", "--metrics-recording-only", "--no-first-run", "--no-pings",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
  "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
];
if (process.getuid?.() === 0) args.push("--no-sandbox");

/** On a machine that is busy with other work everything may take this many times longer. */
const slow = Number(process.env["SHELTER_E2E_SLOW"] ?? 1);

export default defineConfig({
  testDir: "e2e",
  globalSetup: "./e2e/demo.ts",
  fullyParallel: false,
  forbidOnly: !!process.env["CI"],
  retries: process.env["CI"] ? 2 : 0, // a machine that stalls is no defect of a page; a retried test is reported as flaky
  workers: Number(process.env["SHELTER_E2E_WORKERS"] ?? 2),
  timeout: 90_000 * slow,
  expect: { timeout: 10_000 * slow },
  reporter: "list",
  outputDir: "test-results",
  use: {
    browserName: "chromium",
    launchOptions: { executablePath: chromium, args },
    screenshot: "only-on-failure",
    trace: process.env["SHELTER_E2E_TRACE"] ? "retain-on-failure" : "off", // a trace doubles the time
  },
});
