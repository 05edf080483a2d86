import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import ICAL from "ical.js";

const folder = path.join(process.cwd(), "../internal/ical/testdata");

/** The calendar files of internal/ical, read by a parser that we did not write. */
for (const [name, method, status, attendees] of [["request", "REQUEST", "CONFIRMED", 1], ["cancel", "CANCEL", "CANCELLED", 1], ["feed", "PUBLISH", "CONFIRMED", 0]] as const) {
  test(`${name}.ics reads as it was meant`, () => {
    const calendar = new ICAL.Component(ICAL.parse(readFileSync(path.join(folder, `${name}.ics`), "utf8")));
    assert.equal(calendar.getFirstPropertyValue("method"), method);
    const events = calendar.getAllSubcomponents("vevent");
    assert.equal(events.length, 2);
    for (const e of events) {
      assert.equal(e.getFirstPropertyValue("status"), status);
      assert.equal(e.getAllProperties("attendee").length, attendees);
    }
    const first = new ICAL.Event(events[0]);
    assert.equal(first.summary, "Détection; identification, premier contact – ورشة رصد الضحايا والاتصال الأول بهم في مراكز الإيواء");
    assert.equal(first.location, 'Hôtel "Sidi Mansour", Sfax\\Tunisie');
    assert.equal(first.description, "09:00 Accueil\n09:30 Étude de cas");
    assert.equal(first.sequence, 2);
    assert.equal(first.startDate.toJSDate().toISOString(), "2026-12-14T08:00:00.000Z");
    assert.equal(first.endDate.toJSDate().toISOString(), "2026-12-14T11:30:00.000Z");
    if (attendees) assert.equal(first.attendees[0]?.getFirstValue(), "mailto:salma@example.test");
  });
}
