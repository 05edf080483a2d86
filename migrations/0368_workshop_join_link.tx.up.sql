-- A link by which people without an account ask for a place, and what they asked. Asking is no place: choosing makes an enrolment.
CREATE TABLE workshop.join_link (
  id         uuid PRIMARY KEY, -- made by the form: sending it twice makes one link
  event_id   uuid NOT NULL REFERENCES workshop.event,
  token      text NOT NULL UNIQUE,
  expires_at timestamptz NOT NULL,
  most       int NOT NULL CHECK (most BETWEEN 1 AND 500), -- requests that it takes
  auto       boolean NOT NULL DEFAULT false, -- a place at once, while there are any
  made_at    timestamptz NOT NULL,
  made_by    uuid REFERENCES org.person,
  revoked_at timestamptz,
  UNIQUE (event_id, id)
);

CREATE TABLE workshop.join_request (
  id              uuid PRIMARY KEY, -- made by the form: sending it twice asks once
  event_id        uuid NOT NULL REFERENCES workshop.event,
  link_id         uuid NOT NULL,
  state           text NOT NULL CHECK (state IN ('asked', 'chosen', 'refused')),
  family_name     text NOT NULL,
  given_name      text NOT NULL,
  sex             text NOT NULL CHECK (sex IN ('', 'f', 'm')),
  birth_year      int NOT NULL DEFAULT 0,
  phone           text NOT NULL DEFAULT '',
  email           text NOT NULL DEFAULT '',
  organisation    text NOT NULL DEFAULT '', -- as it was typed
  governorate     text REFERENCES org.governorate,
  lang            text NOT NULL,
  consent_at      timestamptz NOT NULL,
  asked_at        timestamptz NOT NULL,
  decided_at      timestamptz,
  decided_by      uuid REFERENCES org.person, -- nobody: the link gives places by itself
  reason          text NOT NULL DEFAULT '',
  enrolment_id    uuid,
  forgotten_at    timestamptz, -- name and contact were erased
  FOREIGN KEY (event_id, link_id) REFERENCES workshop.join_link (event_id, id),
  FOREIGN KEY (event_id, enrolment_id) REFERENCES workshop.enrolment (event_id, id),
  CHECK ((state = 'chosen') = (enrolment_id IS NOT NULL)),
  CHECK (state <> 'refused' OR reason <> '')
);
CREATE INDEX join_request_event_idx ON workshop.join_request (event_id, state);
CREATE INDEX join_request_link_idx ON workshop.join_request (link_id, asked_at);

ALTER TABLE workshop.enrolment DROP CONSTRAINT enrolment_source_check,
  ADD CHECK (source IN ('manual', 'import', 'walk_in', 'nomination', 'self', 'demo', 'link'));
