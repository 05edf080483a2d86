// The pages that a manager works with (visit.ts), in a file of their own: the language belongs to the account, so that two tests of
// one account may not run at once.
import { expect, slow, test } from "./fixtures.ts";
import { account, id, links, lookAll, workshop } from "./visit.ts";

test.describe.configure({ timeout: 240_000 * slow });

test("pages for managers: people, organisations, lists", async ({ house, demo }) => {
  house.watch.allow(/status of (404|422)/);
  const context = await house.signedIn("fr", account(demo, "manager"));
  const [person = ""] = await links(context.request, "/people?role=trainee", new RegExp(`^/people/${id}$`));
  const [organisation = ""] = await links(context.request, "/organisations", new RegExp(`^/organisations/${id}$`));
  await lookAll(context, [
    { path: "/competencies" }, { path: "/", dark: true }, { path: "/people", dark: true }, { path: "/people?q=zzzz" }, { path: "/people/new" }, { path: person }, { path: `${person}/edit` }, { path: `${person}/record` }, { path: `${person}/record/print`, paper: true },
    { path: "/organisations" }, { path: "/organisations/new" }, { path: organisation },
    { path: "/workshops" }, { path: "/workshops?q=zzzz" }, { path: "/workshops/new" }, { path: "/people/00000000-0000-7000-8000-000000000000", status: 404 },
  ]);
});

test("pages of the question bank", async ({ house, demo }) => {
  const context = await house.signedIn("fr", account(demo, "manager"));
  const [question = ""] = await links(context.request, "/bank", new RegExp(`^/bank/${id}$`));
  const [form = ""] = await links(context.request, "/bank/forms", new RegExp(`^/bank/forms/${id}$`));
  const [vignette = ""] = await links(context.request, "/bank/vignettes", new RegExp(`^/bank/vignettes/${id}$`));
  const file = { name: "questions.gift", mimeType: "text/plain", buffer: Buffer.from("::Essai:: Un hébergement se fait avec accord. {TRUE}\n\n::Faute:: Que faire ? {=}\n") };
  const sent = await context.request.post("/bank/import", { multipart: { file, lang: "fr" }, maxRedirects: 0 });
  expect(sent.status()).toBe(303);
  const preview = new URL(sent.headers()["location"] ?? "", demo.url);
  await lookAll(context, [
    { path: "/bank", dark: true }, { path: "/bank?q=zzqq" }, { path: "/bank/new" }, { path: question, dark: true }, { path: `${question}/edit` }, { path: `${question}/history` },
    { path: "/bank/import" }, { path: preview.pathname + preview.search }, { path: "/bank/vignettes" }, { path: "/bank/vignettes/new" }, { path: vignette },
    { path: "/bank/forms" }, { path: "/bank/forms/new" }, { path: form },
  ]);
});

test("pages about who takes a course", async ({ house, demo }) => {
  const context = await house.signedIn("fr", account(demo, "manager"));
  const [record = ""] = await links(context.request, "/courses/detection/people", new RegExp(`^/people/${id}/record$`));
  await lookAll(context, [
    { path: "/courses/detection/people", dark: true }, { path: "/courses/detection/people?q=ben" }, { path: "/courses/assistance/people" },
    { path: "/courses/detection/progress", dark: true }, { path: record, dark: true }, { path: `${record}/print`, paper: true },
  ]);
});

test("pages about a course: its people and its tests", async ({ house, demo }) => {
  const context = await house.signedIn("fr", account(demo, "manager"));
  const at = "/courses/detection";
  const made = await context.request.post(`${at}/people`, { form: { way: "link" }, maxRedirects: 0 });
  expect(made.status()).toBe(303);
  const [link = ""] = /\/enrol\/[A-Za-z0-9_-]+/.exec(await (await context.request.get(`${at}/people`)).text()) ?? [];
  expect(link).not.toBe("");
  const [regrade = ""] = await links(context.request, `${at}/regrade`, new RegExp(`/regrade/${id}$`));
  await lookAll(context, [
    { path: `${at}/tests`, dark: true }, { path: `${at}/results` }, { path: `${at}/results/persons` }, { path: `${at}/results/objectives` }, { path: `${at}/results/items` },
    { path: `${at}/marking` }, { path: `${at}/regrade` }, { path: regrade }, { path: `${at}/people`, dark: true }, { path: `${at}/progress`, dark: true }, { path: link }, { path: "/corrections" },
  ]);
});

test("pages of writing courses", async ({ house, demo }) => {
  const context = await house.signedIn("fr", account(demo, "manager"));
  const [draft = ""] = await links(context.request, "/authoring", new RegExp(`^/authoring/drafts/${id}$`));
  const lesson = `${draft}/lessons/11-prendre-soin-du-personnel`;
  await lookAll(context, [
    { path: "/authoring", dark: true }, { path: "/authoring/new" }, { path: "/authoring/import" }, { path: "/authoring/courses/detection" }, { path: "/authoring/courses/detection/compare?from=1&to=1" },
    { path: draft, dark: true }, { path: `${draft}/compare`, dark: true }, { path: `${draft}/head` }, { path: `${draft}/questions` }, { path: `${draft}/questions/edit?code=A-001` },
    { path: `${draft}/terms` }, { path: `${draft}/terms/edit` }, { path: `${draft}/forms` }, { path: lesson, dark: true }, { path: `${lesson}?langs=ar` }, { path: `${lesson}?langs=en` },
  ]);
});

test("pages of planning", async ({ house, demo }) => {
  const context = await house.signedIn("fr", account(demo, "manager"));
  const at = await workshop(context.request, "confirmed");
  const day = (await (await context.request.get(`${at}/links`)).text()).match(/name="day"[^>]*value="([\d-]+)"|value="([\d-]+)"[^>]*name="day"/);
  const made = await context.request.post(`${at}/links`, { form: { key: crypto.randomUUID(), day: day?.[1] ?? day?.[2] ?? "", most: "30" }, maxRedirects: 0 });
  expect(made.status()).toBe(303);
  const list = await (await context.request.get(`${at}/links`)).text();
  const [ask = ""] = /\/ask\/[A-Za-z0-9_-]+/.exec(list) ?? [];
  const [poster = ""] = /\/workshops\/[0-9a-f-]+\/links\/[0-9a-f-]+\/print/.exec(list) ?? [];
  const [answer = ""] = /\/answer\/[0-9a-f]{32}/.exec(await (await context.request.get(`${at}/messages`)).text()) ?? [];
  expect(answer).not.toBe("");
  await lookAll(context, [
    { path: answer, dark: true }, { path: `${at}/selection?by=together` },
    { path: `${at}/links`, dark: true }, { path: poster, paper: true }, { path: ask, dark: true }, { path: `${ask}?done=1` },
    { path: "/workshops/calendar", dark: true }, { path: "/workshops/calendar?view=week" }, { path: "/workshops/calendar?view=list" }, { path: "/workshops/attendance" }, { path: "/account/calendar" },
    { path: `${at}/planning` }, { path: `${at}/agenda`, dark: true }, { path: `${at}/practices` }, { path: `${at}/logistics`, dark: true }, { path: `${at}/selection` }, { path: `${at}/print/programme`, paper: true },
    { path: `${at}/messages`, dark: true }, { path: `${at}/messages?kind=reminder` }, { path: `${at}/messages?kind=followup` }, { path: `${at}/print/letters?who=all`, paper: true },
  ]);
});

test("pages of the programme", async ({ house, demo }) => {
  const context = await house.signedIn("fr", account(demo, "manager"));
  const [indicator = ""] = await links(context.request, "/programme", new RegExp(`^/programme/indicators/${id}$`));
  await context.request.post("/programme/mailings", { form: { key: crypto.randomUUID(), name: "Bailleur fictif", email: "bailleur@exemple.test", lang: "fr", every: "year", delay: "15" } });
  const registers = await links(context.request, "/programme", /^\/programme\/r\/[a-z]+$/);
  const [record = ""] = await links(context.request, "/programme/r/works", new RegExp(`^/programme/r/works/${id}$`));
  await lookAll(context, [
    { path: "/programme", dark: true }, { path: indicator, dark: true }, { path: `${indicator}/edit` }, { path: `${indicator}/evidence` }, { path: "/programme/indicators/new" },
    ...registers.map((r) => ({ path: r })), { path: "/programme/r/works/new" }, { path: record }, { path: "/programme/training", dark: true }, { path: "/programme/mailings" }, { path: "/programme/iati" }, { path: "/programme/logos", dark: true }, { path: "/programme/tokens", dark: true }, { path: "/programme/print/report?from=2026-01-01&to=2026-12-31", paper: true },
  ]);
});
