-- Lists of people that were sent and wait to be looked at and applied. A file belongs to whoever sent it, and goes after a day.
CREATE TABLE ingest.upload (
  id         uuid PRIMARY KEY,
  event_id   uuid NOT NULL REFERENCES workshop.event,
  person_id  uuid NOT NULL REFERENCES org.person,
  name       text NOT NULL,
  data       bytea NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  applied_at timestamptz,
  result     jsonb, -- what applying it did, for a repeated click
  CHECK (expires_at > created_at),
  CHECK ((applied_at IS NULL) = (result IS NULL))
);
CREATE INDEX upload_person_idx ON ingest.upload (person_id, created_at);
CREATE INDEX upload_event_idx ON ingest.upload (event_id);
CREATE INDEX upload_expires_idx ON ingest.upload (expires_at);
