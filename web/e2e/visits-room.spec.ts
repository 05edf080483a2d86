// Visits to the pages about who was there: self check-in, paper that came back, evidence, report and allowances.
import { test } from "./fixtures.ts";
import { account, links, lookAll } from "./visit.ts";

const id = "[0-9a-f-]{36}";

test("pages of attendance", async ({ house, demo }) => {
  test.setTimeout(240_000);
  const context = await house.signedIn("fr", account(demo, "trainer"));
  const [at = ""] = await links(context.request, "/workshops?state=closed", new RegExp(`^/workshops/${id}$`));
  const [roll = ""] = await links(context.request, at, new RegExp(`^${at}/rollcall/${id}$`));
  const self = roll.replace("/rollcall/", "/selfcheck/");
  await lookAll(context, [
    { path: self, dark: true }, { path: `${self}/projector` }, { path: `${at}/sheets`, dark: true }, { path: `${at}/sheets/boxes`, dark: true }, { path: `${at}/sheets/differences` },
    { path: `${at}/evidence`, dark: true }, { path: `${at}/allowance` }, { path: `${at}/print/allowance`, paper: true }, { path: `${at}/print/report`, paper: true },
  ]);
});
