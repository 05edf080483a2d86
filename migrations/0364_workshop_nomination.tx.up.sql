-- Whom an organisation proposes for an event, and what became of it. A nomination is no place: choosing it makes an enrolment.
CREATE TABLE workshop.nomination (
  id              uuid PRIMARY KEY, -- made by the form: sending it twice proposes once
  event_id        uuid NOT NULL REFERENCES workshop.event,
  person_id       uuid NOT NULL REFERENCES org.person,
  organisation_id uuid NOT NULL REFERENCES org.organisation,
  state           text NOT NULL CHECK (state IN ('proposed', 'chosen', 'refused', 'withdrawn')),
  note            text NOT NULL DEFAULT '', -- of the organisation: why this person
  reason          text NOT NULL DEFAULT '', -- of a refusal
  created_at      timestamptz NOT NULL,
  created_by      uuid NOT NULL REFERENCES org.person,
  decided_at      timestamptz,
  UNIQUE (event_id, person_id),
  CHECK (state <> 'refused' OR reason <> '')
);
CREATE INDEX nomination_organisation_idx ON workshop.nomination (organisation_id);
