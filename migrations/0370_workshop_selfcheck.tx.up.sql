-- Self check-in of a half-day: the codes on the wall are derived from the secret and the time, none is stored. Opening it again
-- makes a new secret, so that what was read before is worth nothing.
CREATE TABLE workshop.selfcheck (
  slot_id   uuid PRIMARY KEY,
  event_id  uuid NOT NULL,
  secret    bytea NOT NULL CHECK (length(secret) = 32),
  opened_at timestamptz NOT NULL,
  closed_at timestamptz,
  FOREIGN KEY (event_id, slot_id) REFERENCES workshop.slot (event_id, id) ON DELETE CASCADE
);
CREATE INDEX selfcheck_open_idx ON workshop.selfcheck (slot_id) WHERE closed_at IS NULL;
-- One for each person and half-day.
CREATE UNIQUE INDEX mark_self_once_idx ON workshop.mark (slot_id, enrolment_id) WHERE source = 'self';
