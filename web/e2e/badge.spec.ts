// The badge of a certificate: its holder takes it along, and another program checks it with nothing but what the site publishes.
import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { accessible, expect, fits, test } from "./fixtures.ts";
import { account, lookAll } from "./visit.ts";
import { words } from "./words.ts";

test.describe.configure({ timeout: 90_000 });

interface Credential {
  id: string;
  issuer: { id: string };
  credentialSubject: { identifier?: { identityType: string; identityHash: string }[] };
  credentialStatus: { statusListIndex: string; statusListCredential: string };
}

/** Checks a signature with Node's own cryptography and the key to which the header leads. */
async function checked<T>(jwt: string): Promise<T> {
  const [head = "", body = "", signature = ""] = jwt.trim().split(".");
  const { kid, alg } = JSON.parse(Buffer.from(head, "base64url").toString()) as { kid: string; alg: string };
  expect(alg).toBe("ES256");
  const jwk = (await (await fetch(kid)).json()) as Record<string, string>;
  const key = createPublicKey({ key: jwk, format: "jwk" });
  const holds = verify("sha256", Buffer.from(`${head}.${body}`), { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"));
  expect(holds, "the signature holds").toBe(true);
  return JSON.parse(Buffer.from(body, "base64url").toString()) as T;
}

// A manager passes on the certificate of a course; its holder opens it on a phone, without an account, and prints it.
test("the certificate of a course reaches a phone", async ({ house, demo }) => {
  const office = await house.signedIn("fr", account(demo, "manager"));
  const desk = await office.newPage();
  await desk.goto("/courses/detection/certificates");
  await desk.getByRole("button", { name: words("fr").t("certificate_more") }).first().click();
  const address = await desk.locator("dialog[open] [name=link]").inputValue();
  const visitor = await house.open("fr", { viewport: { width: 390, height: 844 } });
  const phone = await visitor.newPage();
  await phone.goto(address);
  await phone.locator(".print-bar a[lang=ar]").click();
  await expect(phone.locator("html")).toHaveAttribute("dir", "rtl");
  await expect(phone.locator(".certificate-title")).toHaveText(words("ar").t("certificate_title_course"));
  await accessible(phone);
  await fits(phone);
  await phone.locator(".print-bar a").first().click();
  await phone.locator('[name="disclosed"][value="name"]').check();
  await accessible(phone);
  await fits(phone);
  await phone.locator('main form button[type="submit"]').click();
  await expect(phone.locator(".flashes")).toBeVisible();
  await phone.locator('main a[href^="/v/"]').click();
  await expect(phone.locator("main")).toContainText(words("fr").t("badge_holder"));
  await lookAll(office, [{ path: "/courses/detection/certificates", dark: true }, { path: "/courses/detection/print/certificates", paper: true }]);
});

test("a badge is taken along and checked elsewhere", async ({ house, demo }) => {
  const context = await house.signedIn("fr", account(demo, "trainee"), { viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  const take = async (kind: "jwt" | "svg"): Promise<string> => {
    await page.goto("/certificates");
    const [file] = await Promise.all([page.waitForEvent("download"), page.locator(`a[href$="/badge.${kind}"]`).first().click()]);
    return readFileSync(await file.path(), "utf8");
  };
  const show = async (what: "none" | "name"): Promise<void> => {
    await page.goto("/certificates");
    const form = page.locator("main form").filter({ has: page.locator('[name="disclosed"]') }).first();
    await form.locator(`[value="${what}"]`).check();
    await form.locator('button[type="submit"]').click();
    await expect(page.locator(".flashes")).toBeVisible();
  };
  await page.goto("/certificates");
  await accessible(page);
  await fits(page);
  const own = (await page.locator('main a[href$="/print"]').first().getAttribute("href")) ?? "";
  await page.goto(own);
  await expect(page.locator(".certificate")).toHaveCount(1);
  await show("none");
  expect((await checked<Credential>(await take("jwt"))).credentialSubject.identifier).toBeUndefined();
  await show("name");
  const badge = await checked<Credential>(await take("jwt"));
  const name = badge.credentialSubject.identifier?.find((i) => i.identityType === "name")?.identityHash ?? "";
  expect(name).not.toBe("");
  expect((await (await fetch(badge.issuer.id)).json()) as object).toHaveProperty("assertionMethod");

  const visitor = await (await house.open("fr")).newPage();
  await visitor.goto(badge.id);
  await expect(visitor.locator("main")).toContainText(name);
  await show("none");
  await visitor.reload();
  await expect(visitor.locator("main")).not.toContainText(name);

  const list = await checked<{ credentialSubject: { encodedList: string } }>(await (await fetch(badge.credentialStatus.statusListCredential)).text());
  const bits = gunzipSync(Buffer.from(list.credentialSubject.encodedList.slice(1), "base64url"));
  const place = Number(badge.credentialStatus.statusListIndex);
  expect(bits.length).toBe(16384);
  expect((bits[place >> 3]! >> (7 - (place & 7))) & 1, "it was not revoked").toBe(0);

  const svg = await take("svg");
  expect((await checked<Credential>(/credential verify="([^"]+)"/.exec(svg)?.[1] ?? "")).id).toBe(badge.id);
});
