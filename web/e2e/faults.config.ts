// `make faults`, and a short form in `make test`.
import base from "../playwright.config.ts";

const { globalSetup: _, ...rest } = base;

export default { ...rest, testDir: ".", testMatch: "faults.ts", workers: 1, timeout: 0, retries: 0, use: { ...base.use, screenshot: "off" as const } };
