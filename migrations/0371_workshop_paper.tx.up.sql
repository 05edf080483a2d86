-- The round trip of paper. A sheet is what was printed: its half-days, and the people in the order of its lines; the same list
-- printed again is the same sheet. A scan is kept as it came (PDF) or made anew (pictures).
CREATE TABLE workshop.sheet (
  id       uuid PRIMARY KEY,
  event_id uuid NOT NULL REFERENCES workshop.event,
  code     text NOT NULL UNIQUE, -- in the bar code: event, version of the list, number of the sheet
  digest   text NOT NULL,        -- of half-days, people and lines
  slots    jsonb NOT NULL,
  people   jsonb NOT NULL,       -- enrolments in the order of the lines
  first_no int NOT NULL,         -- the number of the first line
  made_at  timestamptz NOT NULL,
  made_by  uuid,
  UNIQUE (event_id, digest),
  UNIQUE (event_id, id)
);

CREATE TABLE workshop.scan (
  id         uuid PRIMARY KEY,
  event_id   uuid NOT NULL REFERENCES workshop.event,
  name       text NOT NULL,
  mime       text NOT NULL CHECK (mime IN ('application/pdf', 'image/jpeg')),
  digest     text NOT NULL, -- of the file that was sent: the same one is kept once
  size       int NOT NULL,  -- bytes of what is kept
  pages      int NOT NULL CHECK (pages BETWEEN 1 AND 200),
  data       bytea,         -- null once it was removed
  sent_at    timestamptz NOT NULL,
  sent_by    uuid,
  removed_at timestamptz,
  removed_by uuid,
  reason     text NOT NULL DEFAULT '',
  UNIQUE (event_id, id),
  CHECK ((data IS NULL) = (removed_at IS NOT NULL))
);
CREATE UNIQUE INDEX scan_once_idx ON workshop.scan (event_id, digest) WHERE removed_at IS NULL;

CREATE TABLE workshop.scan_page (
  scan_id    uuid NOT NULL REFERENCES workshop.scan,
  no         int NOT NULL CHECK (no BETWEEN 1 AND 200),
  event_id   uuid NOT NULL,
  sheet_id   uuid,
  read_code  text NOT NULL DEFAULT '', -- what the bar code said
  how        text NOT NULL CHECK (how IN ('', 'code', 'hand')),
  matched_at timestamptz,
  matched_by uuid,
  PRIMARY KEY (scan_id, no),
  FOREIGN KEY (event_id, scan_id) REFERENCES workshop.scan (event_id, id),
  FOREIGN KEY (event_id, sheet_id) REFERENCES workshop.sheet (event_id, id),
  CHECK ((how = '') = (sheet_id IS NULL))
);
CREATE INDEX scan_page_event_idx ON workshop.scan_page (event_id);
CREATE INDEX scan_page_sheet_idx ON workshop.scan_page (sheet_id);
