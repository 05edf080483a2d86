// Lighthouse, mobile preset, over the pages that a trainee opens first, in both scripts: `make lighthouse`. It has a server and a browser
// of its own; the browser reaches no host but 127.0.0.1. Prints a row a page and ends with 1 when a page is below its floor.
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { launch } from "chrome-launcher";
import lighthouse, { desktopConfig } from "lighthouse";

const here = path.dirname(fileURLToPath(import.meta.url));
const binary = process.env.SHELTER_BIN ?? path.join(here, "../../bin/shelter");
const floors = { performance: 98, "best-practices": 98, accessibility: 100 };
const pages = { visitor: "/", home: "/", course: "/courses/detection", lesson: "/courses/detection/01-comprendre" };
const langs = ["fr", "ar"];
const tries = 3; // the middle one counts: a machine is never quiet
const config = process.argv.includes("--desktop") ? desktopConfig : undefined;
const only = process.argv.slice(2).filter((a) => !a.startsWith("-"));

const places = [process.env.SHELTER_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const chromium = places.find((p) => p && existsSync(p));
if (!chromium) throw new Error("no Chromium found: set SHELTER_CHROMIUM or install one");

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Starts a server filled with the demo's data. */
async function house() {
  const data = await mkdtemp(path.join(tmpdir(), "shelter-lighthouse-"));
  const addr = `127.0.0.1:${await freePort()}`;
  const env = { ...process.env, SHELTER_DATA: data, SHELTER_ADDR: addr, SHELTER_PUBLIC_URL: `http://${addr}` };
  for (const name of ["SHELTER_DATABASE_URL", "SHELTER_CASES_DATABASE_URL", "SHELTER_OWNER_DATABASE_URL"]) delete env[name];
  const server = spawn(binary, ["serve"], { env, stdio: "ignore" });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  const close = async () => {
    server.kill("SIGINT");
    await ended;
    await rm(data, { recursive: true, force: true });
  };
  try {
    const url = `http://${addr}`;
    for (let i = 0; !(await fetch(`${url}/readyz`).then((r) => r.ok, () => false)); i++) {
      if (i > 600 || server.exitCode !== null) throw new Error("the server is not ready");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const { stdout } = await promisify(execFile)(binary, ["demo", "--json"], { env, maxBuffer: 32 << 20 });
    return { url, accounts: JSON.parse(stdout).accounts, close };
  } catch (e) {
    await close();
    throw e;
  }
}

/** The cookies of a trainee who reads in a language. */
async function session(url, account, lang) {
  const post = (to, fields, cookie = "") =>
    fetch(url + to, { method: "POST", redirect: "manual", body: new URLSearchParams(fields), headers: cookie ? { cookie, origin: url } : { origin: url } });
  const given = (await post("/signin", { login: account.login, password: account.password })).headers.getSetCookie();
  const cookie = given.map((c) => c.split(";")[0]).join("; ");
  const chosen = await post("/language", { lang, next: "/" }, cookie);
  if (chosen.status !== 303) throw new Error(`${account.login} does not read ${lang}: ${chosen.status}`);
  return `${cookie}; shelter_lang=${lang}`;
}

async function measure(port, url, cookie) {
  const runs = [];
  for (let i = 0; i < tries; i++) {
    const flags = { port, logLevel: "error", output: "json", onlyCategories: Object.keys(floors), extraHeaders: { Cookie: cookie } };
    runs.push((await lighthouse(url, flags, config)).lhr);
  }
  runs.sort((a, b) => a.categories.performance.score - b.categories.performance.score);
  return runs[tries >> 1];
}

/** What keeps a page below its floor. */
function why(lhr, category) {
  return lhr.categories[category].auditRefs
    .filter((r) => r.weight > 0 && (lhr.audits[r.id].score ?? 1) < 1)
    .map((r) => `    ${category}: ${r.id} ${lhr.audits[r.id].displayValue ?? ""} ${JSON.stringify((lhr.audits[r.id].details?.items ?? []).slice(0, 3)).slice(0, 400)}`);
}

const site = await house();
const flags = ["--headless=new", "--disable-background-networking", "--disable-component-update", "--no-first-run", "--no-pings", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"];
if (process.getuid?.() === 0) flags.push("--no-sandbox");
const browser = await launch({ chromePath: chromium, chromeFlags: flags });
let low = false;
try {
  const account = site.accounts.find((a) => a.role === "trainee");
  for (const lang of langs) {
    const cookie = await session(site.url, account, lang);
    for (const [name, address] of Object.entries(pages)) {
      if (only.length && !only.includes(name)) continue;
      const lhr = await measure(browser.port, site.url + address, name === "visitor" ? `shelter_lang=${lang}` : cookie);
      if (new URL(lhr.finalDisplayedUrl).pathname !== address) throw new Error(`${name} led to ${lhr.finalDisplayedUrl}`);
      const got = Object.keys(floors).map((c) => `${c} ${Math.round(lhr.categories[c].score * 100)}`);
      console.log(`${name.padEnd(8)} ${lang}  ${got.join("  ")}  LCP ${lhr.audits["largest-contentful-paint"].displayValue}  ${lhr.audits["total-byte-weight"].displayValue}`);
      for (const [category, floor] of Object.entries(floors)) {
        if (Math.round(lhr.categories[category].score * 100) >= floor) continue;
        low = true;
        console.log(why(lhr, category).join("\n"));
      }
    }
  }
} finally {
  await browser.kill();
  await site.close();
}
process.exitCode = low ? 1 : 0;
