// `make screenshots`: the pictures of the user guide, from invented data.
import base from "../playwright.config.ts";

export default { ...base, globalSetup: "./demo.ts",
  testDir: ".", testMatch: "screenshots.ts", workers: 1, timeout: 600_000 };
