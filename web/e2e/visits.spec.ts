// Every page, in three languages, on a phone and on a desk (visit.ts).
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, slow, test } from "./fixtures.ts";
import { walk } from "./casepath.ts";
import { type Visit, account, id, links, lookAll, workshop } from "./visit.ts";

test.describe.configure({ timeout: 240_000 * slow });

test("pages for visitors", async ({ house, demo }) => {
  house.watch.allow(/status of (404|422)/);
  const admin = await house.signedIn("fr", account(demo, "admin"));
  const [person] = await links(admin.request, "/people?role=observer", new RegExp(`^/people/${id}$`));
  const invited = await (await admin.request.post(`${person}/invite`)).text();
  const welcome = /\/welcome\/[\w-]+/.exec(invited)?.[0] ?? "";
  const trainer = await house.signedIn("fr", account(demo, "manager"));
  const closed = await workshop(trainer.request, "closed");
  const sheets = await (await trainer.request.get(`${closed}/print/certificates`)).text();
  const certificate = /certificate-code">([^<]+)</.exec(sheets)?.[1]?.replace(/\W/g, "") ?? "";
  expect(certificate).toHaveLength(10);
  const context = await house.open("fr");
  await lookAll(context, [
    { path: "/", dark: true }, { path: "/signin?next=/people", dark: true }, { path: "/forgot" }, { path: "/join" }, { path: "/join?code=000000", status: 422 },
    { path: "/v" }, { path: "/v/ABCDEFGHJK", status: 404 }, { path: `/v/${certificate}` }, { path: `/b/${"x".repeat(22)}` },
    { path: "/info", dark: true }, { path: "/info/ar" }, { path: "/info/fr/leaflet", paper: true }, { path: "/help" }, { path: "/help/en" }, { path: "/help/ar/leaflet", paper: true },
    { path: welcome }, { path: "/nothing-here", status: 404 },
  ]);
});

test("pages for trainees", async ({ house, demo }) => {
  const context = await house.signedIn("fr", account(demo, "trainee"));
  await lookAll(context, [
    { path: "/", dark: true }, { path: "/account" }, { path: "/account/password" }, { path: "/account/second-factor" }, { path: "/account/sessions" }, { path: "/account/privacy" }, { path: "/signout" },
    { path: "/courses" }, { path: "/courses/detection" }, { path: "/courses/detection/01-comprendre", dark: true }, { path: "/record", dark: true }, { path: "/certificates", dark: true },
    { path: "/courses/search" }, { path: "/courses/search?q=consentement" }, { path: "/courses/search?q=zzqq" },
    { path: "/courses/detection/print", paper: true }, { path: "/courses/detection/01-comprendre/print", paper: true },
  ]);
});

test("pages of a closed workshop", async ({ house, demo }) => {
  const context = await house.signedIn("fr", account(demo, "trainer"));
  const at = await workshop(context.request, "closed");
  const [roll = ""] = await links(context.request, at, new RegExp(`^${at}/rollcall/${id}$`));
  const [history = ""] = await links(context.request, roll, /\/history$/);
  await lookAll(context, [
    { path: at }, { path: roll }, { path: history }, { path: `${at}/certificates` }, { path: `${at}/tests` }, { path: `${at}/results`, dark: true },
    { path: `${at}/print/signatures`, paper: true }, { path: `${at}/print/badges`, paper: true }, { path: `${at}/print/certificates`, paper: true },
  ]);
});

test("pages of a workshop that is under way or ahead", async ({ house, demo }) => {
  const context = await house.signedIn("fr", account(demo, "trainer", 1));
  const at = await workshop(context.request, "running");
  const [roll = ""] = await links(context.request, at, new RegExp(`^${at}/rollcall/${id}$`));
  await lookAll(context, [
    { path: at, dark: true }, { path: `${at}/edit` }, { path: `${at}/slots` }, { path: `${at}/participants` }, { path: `${at}/participants?q=a` }, { path: `${at}/courses` }, { path: `${at}/import` },
    { path: roll, dark: true }, { path: `${at}/scan` }, { path: `${at}/tests` }, { path: `${at}/tests/projector` }, { path: `${at}/projector` }, { path: `${at}/slips` },
    { path: `${at}/certificates` },
  ]);
});

for (const role of ["admin", "focal_point", "observer", "case_worker"]) {
  test(`first pages for ${role}`, async ({ house, demo }) => {
    house.watch.allow(/status of 404/);
    const context = await house.signedIn("fr", account(demo, role));
    const visits: Visit[] = [{ path: "/" }, { path: "/account/second-factor" }];
    if (role === "admin") {
      const [person = ""] = await links(context.request, "/people?role=trainer", new RegExp(`^/people/${id}$`));
      visits.push({ path: person });
    }
    if (role === "case_worker") {
      const half = await house.open("fr");
      const { login, password } = account(demo, role);
      await half.request.post("/signin", { form: { login, password }, maxRedirects: 0 });
      await lookAll(half, [{ path: "/account/verify" }]);
    }
    if (role === "focal_point") visits.push({ path: "/people" });
    if (role === "observer" || role === "case_worker") visits.push({ path: "/people", status: 404 });
    await lookAll(context, visits);
  });
}

test("pages about a workshop's tests and surveys", async ({ house, demo }) => {
  const context = await house.signedIn("fr", account(demo, "trainer"));
  const at = await workshop(context.request, "closed");
  for (const step of ["prepare", "open"]) {
    const done = await context.request.post(`${at}/surveys/m3/${step}`, { form: {}, maxRedirects: 0 });
    expect(done.status(), step).toBe(303);
  }
  const board = await context.request.get(`${at}/surveys`);
  const [survey = ""] = /\/s\/[a-z2-7]{8}/.exec(await board.text()) ?? [];
  expect(survey).not.toBe("");
  const cards = await context.request.post(`${at}/surveys/m3/cards`, { form: { key: crypto.randomUUID(), n: "2" } });
  const [ticket = ""] = /[2-9A-Z]{4} [2-9A-Z]{4} [2-9A-Z]{5}/.exec(await cards.text()) ?? [];
  expect(ticket).not.toBe("");
  const [mark = ""] = await links(context.request, `${at}/marking`, new RegExp(`/marking/${id}$`));
  const [regrade = ""] = await links(context.request, `${at}/regrade`, new RegExp(`/regrade/${id}$`));
  await lookAll(context, [
    { path: `${at}/tests/extra-time` }, { path: `${at}/results/persons`, dark: true }, { path: `${at}/results/objectives` }, { path: `${at}/results/items` },
    { path: `${at}/marking` }, { path: mark, dark: true }, { path: `${at}/surveys` }, { path: `${at}/surveys/m3/cards` }, { path: `${at}/surveys/end/questions` }, { path: `${at}/surveys/end/results`, dark: true },
    { path: survey }, { path: `${survey}?t=${encodeURIComponent(ticket)}` }, { path: `${survey}/thanks` }, { path: `${at}/regrade`, dark: true }, { path: regrade }, { path: `${regrade}?rule=neutral`, dark: true },
    { path: `${at}/paper/pre` }, { path: `${at}/paper/pre/grid`, dark: true }, { path: `${at}/print/test/pre`, paper: true },
  ]);
});

test("pages for focal points", async ({ house, demo }) => {
  const context = await house.signedIn("fr", account(demo, "focal_point"));
  const [call = ""] = await links(context.request, "/nominations", new RegExp(`^/nominations/${id}$`));
  await lookAll(context, [{ path: "/nominations", dark: true }, { path: call, dark: true }]);
});

test("pages about cases", async ({ house, demo }) => {
  const context = await house.signedIn("fr", account(demo, "case_supervisor"));
  const [file = ""] = await links(context.request, "/cases", new RegExp(`^/cases/${id}$`));
  await lookAll(context, [
    { path: "/cases", dark: true }, { path: "/cases/search" }, { path: "/cases/emergency" }, { path: "/cases/new" }, { path: "/cases/tasks" }, { path: "/cases/incoming" }, { path: file, dark: true },
    { path: `${file}/report` }, { path: `${file}/plan`, dark: true }, { path: `${file}/consent` }, { path: `${file}/documents` }, { path: `${file}/rights` }, { path: `${file}/return` }, { path: `${file}/identity` }, { path: `${file}/notice` }, { path: `${file}/trace` },
    { path: "/cases/house", dark: true }, { path: "/cases/import", dark: true }, { path: "/occupancy" }, { path: "/assistance" },
  ]);
});

test("pages for the protection officer", async ({ house, demo }) => {
  const context = await house.signedIn("fr", account(demo, "protection_officer"));
  const erasures = await links(context.request, "/cases/retention", new RegExp(`^/cases/erasures/${id}$`));
  let erased = "";
  for (const e of erasures) if ((await (await context.request.get(e)).text()).includes(`${e}/certificate`)) erased = e;
  await lookAll(context, [{ path: "/cases/rights", dark: true }, { path: "/cases/rights/print" }, { path: "/cases/team", dark: true }, { path: "/cases/retention", dark: true }, { path: erasures[0] ?? "", dark: true }, { path: `${erased}/certificate` }]);
  await lookAll(context, [{ path: "/", dark: true }, { path: "/approvals", dark: true }, { path: "/cases/openings", dark: true }, { path: "/cases/alarms", dark: true }, { path: "/cases/handouts", dark: true }]);
});

test("a document from its upload to its end, requests, and a list of older files", async ({ house, demo }) => {
  house.watch.allow(/status of 4(01|04)/); // the page before, after signing out
  await walk(house, demo);
});

/** Where each address that the server answers is looked at; a new one must be placed here and looked at there. */
const looked: Record<string, string[]> = {
  "styleguide.spec.ts": ["/_styleguide"],
  "story.ts": ["/r/:code", "/t/:attempt", "/workshops/:id/import/:upload", "/workshops/:id/import/:upload/marked.xlsx", "/workshops/:id/attendance.xlsx"],
  "selfcheck.spec.ts": ["/c", "/c/:code"],
  "pages of attendance": ["/workshops/:id/selfcheck/:slot", "/workshops/:id/selfcheck/:slot/projector", "/workshops/:id/sheets", "/workshops/:id/sheets/boxes", "/workshops/:id/sheets/differences",
    "/workshops/:id/evidence", "/workshops/:id/allowance", "/workshops/:id/print/allowance", "/workshops/:id/print/report"],
  "pages for visitors": ["/", "/info", "/info/:lang", "/info/:lang/leaflet", "/help", "/help/:lang", "/help/:lang/leaflet", "/signin", "/forgot", "/join", "/v", "/v/:code", "/b/:token", "/welcome/:token"],
  "pages for trainees": ["/account", "/signout", "/account/password", "/account/second-factor", "/account/sessions", "/courses", "/courses/:code", "/courses/:code/:slug",
    "/courses/search", "/courses/:code/print", "/courses/:code/:slug/print", "/record", "/certificates", "/account/privacy"],
  "pages for managers": ["/competencies", "/people", "/people/new", "/people/:id", "/people/:id/edit", "/people/:id/record", "/people/:id/record/print", "/organisations", "/organisations/new", "/organisations/:id", "/workshops", "/workshops/new"],
  "pages of a closed workshop": ["/workshops/:id/rollcall/:slot", "/workshops/:id/rollcall/:slot/:enrolment/history", "/workshops/:id/certificates", "/workshops/:id/results",
    "/workshops/:id/print/signatures", "/workshops/:id/print/badges", "/workshops/:id/print/certificates"],
  "badge.spec.ts": ["/certificates/:certificate/print", "/certificates/:certificate/paper/:key", "/certificates/:certificate/holder/:key", "/courses/:code/certificates", "/courses/:code/print/certificates"],
  "pages of a workshop under way": ["/workshops/:id", "/workshops/:id/edit", "/workshops/:id/slots", "/workshops/:id/participants", "/workshops/:id/courses", "/workshops/:id/import", "/workshops/:id/scan",
    "/workshops/:id/tests", "/workshops/:id/tests/projector", "/workshops/:id/projector", "/workshops/:id/slips"],
  "first pages": ["/account/verify"],
  "pages of the question bank": ["/bank", "/bank/new", "/bank/:id", "/bank/:id/edit", "/bank/:id/history", "/bank/import", "/bank/import/:upload",
    "/bank/vignettes", "/bank/vignettes/new", "/bank/vignettes/:vignette", "/bank/forms", "/bank/forms/new", "/bank/forms/:form"],
  "pages about a workshop's tests and surveys": ["/workshops/:id/tests/extra-time", "/workshops/:id/results/persons", "/workshops/:id/results/objectives",
    "/workshops/:id/results/items", "/workshops/:id/surveys", "/workshops/:id/surveys/:wave/questions", "/workshops/:id/surveys/:wave/cards", "/workshops/:id/surveys/:wave/results", "/s/:code", "/s/:code/thanks", "/workshops/:id/marking", "/workshops/:id/marking/:version",
    "/workshops/:id/regrade", "/workshops/:id/regrade/:version", "/workshops/:id/paper/:phase", "/workshops/:id/paper/:phase/grid", "/workshops/:id/print/test/:phase"],
  "pages about a course: its people and its tests": ["/courses/:code/people", "/courses/:code/progress", "/enrol/:link", "/corrections", "/courses/:code/tests", "/courses/:code/results", "/courses/:code/results/persons", "/courses/:code/results/objectives", "/courses/:code/results/items",
    "/courses/:code/marking", "/courses/:code/regrade", "/courses/:code/regrade/:version"],
  "pages of writing courses": ["/authoring", "/authoring/new", "/authoring/import", "/authoring/courses/:code", "/authoring/courses/:code/compare", "/authoring/drafts/:draft", "/authoring/drafts/:draft/compare",
    "/authoring/drafts/:draft/head", "/authoring/drafts/:draft/questions", "/authoring/drafts/:draft/questions/edit", "/authoring/drafts/:draft/terms", "/authoring/drafts/:draft/terms/edit", "/authoring/drafts/:draft/forms",
    "/authoring/drafts/:draft/lessons/:slug"],
  "pages of planning": ["/workshops/calendar", "/workshops/attendance", "/account/calendar", "/workshops/:id/planning", "/workshops/:id/agenda", "/workshops/:id/logistics", "/workshops/:id/practices", "/workshops/:id/print/programme", "/workshops/:id/selection",
    "/workshops/:id/messages", "/workshops/:id/print/letters", "/workshops/:id/links", "/workshops/:id/links/:join/print", "/ask/:token", "/answer/:token"],
  "pages for focal points": ["/nominations", "/nominations/:id"],
  "pages of the programme": ["/programme", "/programme/indicators/:indicator", "/programme/indicators/:indicator/edit", "/programme/indicators/:indicator/evidence",
    "/programme/indicators/new", "/programme/training", "/programme/mailings", "/programme/iati", "/programme/logos", "/programme/tokens", "/programme/print/report", "/programme/r/:register", "/programme/r/:register/new", "/programme/r/:register/:record"],
  "pages for the protection officer": ["/approvals", "/cases/openings", "/cases/alarms", "/cases/handouts", "/cases/team", "/cases/rights", "/cases/rights/print", "/cases/retention", "/cases/erasures/:erasure", "/cases/erasures/:erasure/certificate"],
  "pages about cases": ["/cases", "/cases/search", "/cases/emergency", "/cases/new", "/cases/tasks", "/cases/incoming", "/cases/:case", "/cases/:case/report", "/cases/:case/plan", "/cases/:case/consent",
    "/cases/:case/documents", "/cases/:case/rights", "/cases/:case/return", "/cases/:case/identity", "/cases/:case/notice", "/cases/:case/trace", "/cases/house", "/cases/import", "/occupancy", "/assistance"],
  "no page: files, data for scripts, and an address that leads on": ["/courses/:code/media/*path", "/authoring/courses/:code/versions/:number/zip", "/authoring/drafts/:draft/zip", "/authoring/drafts/:draft/media/*path", "/workshops/:id/import/template.xlsx", "/cases/import/template.xlsx", "/workshops/:id/participants.xlsx",
    "/workshops/:id/selfcheck", "/workshops/:id/sheets/scans/:scan", "/workshops/:id/report.xlsx", "/workshops/attendance.xlsx", "/workshops/:id/allowance.xlsx", "/workshops/:id/rollcall", "/workshops/:id/rollcall/:slot/state", "/workshops/:id/results.xlsx", "/courses/:code/results.xlsx", "/courses/:code/progress.xlsx", "/courses/:code/keep", "/courses/sw.js", "/account/privacy/export", "/people/:id/record.xlsx", "/courses/:code/marking/:version", "/workshops/:id/surveys/:wave/results.xlsx", "/certificates/:certificate/badge.jwt", "/certificates/:certificate/badge.svg", "/certificates/:certificate/holder/:key/badge.jwt", "/certificates/:certificate/holder/:key/badge.svg", "/badges/issuer", "/badges/keys", "/badges/keys/:kid", "/badges/status/:list", "/cal/:token", "/answer/:token/calendar.ics", "/t/sw.js", "/t/:attempt/clock",
    "/q/:picture", "/bank/export", "/bank/template.xlsx", "/api/v1/openapi.json", "/api/v1/indicators", "/api/v1/indicators/:code", "/api/v1/workshops", "/api/v1/aggregates", "/programme/logframe.xlsx", "/programme/donor.xlsx", "/programme/iati.xml", "/programme/documents/:paper", "/logos/:logo", "/assistance/file"],
};

test("every address of the server is looked at", () => {
  const server = path.join(path.dirname(fileURLToPath(import.meta.url)), "../../internal/server");
  const source = readdirSync(server).filter((f) => f.startsWith("routes_") && f.endsWith(".go")).map((f) => readFileSync(path.join(server, f), "utf8"));
  const strings = (text: string): string[] => [...text.matchAll(/"([^"]+)"/g)].map((m) => m[1] ?? "");
  const heads = (s: string): string[] => strings(/for _, of := range \[\]string\{([^}]*)\}/.exec(s)?.[1] ?? ""); // the same pages of several things
  const routes = source.flatMap((s) => [...s.matchAll(/\bget\((of\+)?"([^"]+)"/g)].flatMap((m) => (m[1] ? heads(s).map((h) => h + (m[2] ?? "")) : [m[2] ?? ""])));
  expect(routes.sort()).toEqual(Object.values(looked).flat().sort());
});
