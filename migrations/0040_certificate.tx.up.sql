-- Certificates of attendance, numbered without gaps within a year.
CREATE TABLE certificate.counter (
  year int PRIMARY KEY,
  last int NOT NULL CHECK (last > 0)
);

CREATE TABLE certificate.certificate (
  id            uuid PRIMARY KEY,
  number        text NOT NULL UNIQUE CHECK (number ~ '^A-[0-9]{4}-[0-9]{4,}$'),
  code          text NOT NULL UNIQUE, -- for the public check: random, typed or in the QR code
  event_id      uuid NOT NULL REFERENCES workshop.event,
  enrolment_id  uuid NOT NULL REFERENCES workshop.enrolment,
  person_id     uuid NOT NULL REFERENCES org.person,
  holder        text NOT NULL, -- these as they were on the day of issue: what is printed stays what was issued
  title         text NOT NULL,
  title_ar      text NOT NULL DEFAULT '',
  kind          text NOT NULL,
  place         text NOT NULL DEFAULT '',
  starts_on     date NOT NULL,
  ends_on       date NOT NULL,
  planned       int NOT NULL CHECK (planned > 0),        -- half-days
  attended      int NOT NULL CHECK (attended > 0),       -- half-days
  minutes       int NOT NULL CHECK (minutes >= 0),       -- credited
  threshold     numeric(3, 2) NOT NULL,
  issued_at     timestamptz NOT NULL,
  issued_by     uuid,
  revoked_at    timestamptz,
  revoked_by    uuid,
  revoke_reason text NOT NULL DEFAULT '',
  CHECK (attended <= planned)
);
CREATE UNIQUE INDEX certificate_live_key ON certificate.certificate (enrolment_id) WHERE revoked_at IS NULL;
CREATE INDEX certificate_event_idx ON certificate.certificate (event_id);
CREATE INDEX certificate_person_idx ON certificate.certificate (person_id);
