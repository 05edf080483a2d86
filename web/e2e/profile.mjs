// Reads case files in a real browser with a profile on disk, types names, signs out and closes it: internal/app's threat tests then
// look into everything that was written. Reads {url, profile, cookies, paths, words} from its input.
import { existsSync, readFileSync } from "node:fs";
import { chromium } from "@playwright/test";

const { url, profile, cookies, paths, words } = JSON.parse(readFileSync(0, "utf8"));
const executablePath = [process.env.SHELTER_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((p) => p && existsSync(p));
if (!executablePath) throw new Error("no Chromium found: set SHELTER_CHROMIUM or install one");
const args = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"];
if (process.getuid?.() === 0) args.push("--no-sandbox");

const context = await chromium.launchPersistentContext(profile, { executablePath, args });
await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url })));
const page = context.pages()[0] ?? (await context.newPage());
const open = async (path) => {
  const answer = await page.goto(url + path);
  if (answer.status() !== 200) throw new Error(`${path}: ${answer.status()}`);
};
let seen = "";
for (const path of paths.slice(0, 4)) {
  for (const tab of ["", "/report", "/plan", "/identity"]) {
    await open(path + tab);
    seen += await page.content();
  }
}
if (!words.slice(0, 4).every((w) => seen.includes(w))) throw new Error("the pages did not show what they should");
await open("/cases");
await page.locator('form[action="/cases/search"] input[name="q"]').fill(`${words[0]} ${words[1]}`);
await page.locator('form[action="/cases/search"]').evaluate((f) => f.requestSubmit());
await page.waitForURL(`${url}/cases/search`);
await open(paths[5] + "/identity");
await page.locator('input[name="address"]').first().fill(words[25]);
await page.locator('input[name="address"]').first().evaluate((input) => input.form.requestSubmit());
await page.waitForURL(url + paths[5]);
await open(paths[6] + "/plan");
const goal = page.locator(`form[action="${paths[6]}/goals"]`);
await goal.locator('[name="text"]').first().evaluate((field, text) => (field.value = text), words[32]);
await goal.evaluate((f) => { // refused, and shown again
  for (const field of f.elements) field.removeAttribute("required");
  f.requestSubmit();
});
await page.waitForURL(`${url}${paths[6]}/goals`);
await page.locator('form[action="/signout"]').first().evaluate((f) => f.requestSubmit());
await page.waitForURL((u) => !u.pathname.startsWith("/cases"));
await page.waitForTimeout(500); // what is still to be written to disk
await context.close();
