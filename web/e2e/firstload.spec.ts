// The first lesson on a new phone: few requests and few bytes, whatever the language. Fonts count as requests and not as bytes, for
// they are kept for good and the text is readable before they come.
import { type Account, expect, langs, signIn, slow, test } from "./fixtures.ts";

test.describe.configure({ timeout: 120_000 * slow });

const most = { requests: 12, bytes: 100_000 };

for (const lang of langs) {
  test(`a lesson opened for the first time (${lang})`, async ({ house, demo }) => {
    const phone = await house.phone(lang);
    await signIn(phone, demo.accounts.find((a) => a.role === "trainee") as Account);
    await phone.addCookies([{ name: "shelter_lang", value: lang, url: demo.url }]);
    const page = await phone.newPage();
    const network = await phone.newCDPSession(page);
    const got = new Map<string, { url: string; bytes: number }>();
    network.on("Network.responseReceived", (e) => got.set(e.requestId, { url: e.response.url, bytes: 0 }));
    network.on("Network.loadingFinished", (e) => {
      const one = got.get(e.requestId);
      if (one) one.bytes = e.encodedDataLength;
    });
    await network.send("Network.enable");
    await page.goto("/courses/detection/01-comprendre");
    await page.waitForLoadState("networkidle");
    const files = [...got.values()];
    const bytes = files.filter((f) => !f.url.endsWith(".woff2")).reduce((sum, f) => sum + f.bytes, 0);
    const list = files.map((f) => `${f.bytes} ${new URL(f.url).pathname}`).join("\n");
    expect(files.length, list).toBeGreaterThan(4);
    expect(files.length, list).toBeLessThanOrEqual(most.requests);
    expect(bytes, list).toBeLessThan(most.bytes);
  });
}
