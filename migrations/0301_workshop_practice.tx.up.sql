-- Good practices seen on a study visit, with who follows each up and how far that is.
CREATE TABLE workshop.practice (
  id          uuid PRIMARY KEY, -- made by the form
  event_id    uuid NOT NULL REFERENCES workshop.event,
  title       text NOT NULL CHECK (title <> ''),
  seen_at     text NOT NULL DEFAULT '', -- institution or place
  description text NOT NULL DEFAULT '',
  owner_id    uuid REFERENCES org.person, -- who follows it up
  due_on      date,
  state       text NOT NULL DEFAULT 'noted' CHECK (state IN ('noted', 'planned', 'under_way', 'adopted', 'dropped')),
  follow_up   text NOT NULL DEFAULT '', -- what was done so far
  created_at  timestamptz NOT NULL,
  created_by  uuid,
  changed_at  timestamptz NOT NULL
);
CREATE INDEX practice_event_idx ON workshop.practice (event_id);
