-- Assessment reports of the shelters, the beds that works open, and documents and photographs of any record of a register. Pictures are
-- drawn anew and made smaller: nothing of the file that was sent is left but what one sees.
CREATE TABLE programme.assessment (
  id uuid PRIMARY KEY, position bigint GENERATED ALWAYS AS IDENTITY, updated_at timestamptz NOT NULL, removed_at timestamptz,
  title       text NOT NULL CHECK (title <> ''),
  shelter_id  uuid NOT NULL REFERENCES org.organisation,
  assessed_on date NOT NULL,
  assessor    text NOT NULL DEFAULT '',
  summary     text NOT NULL DEFAULT ''
);
ALTER TABLE programme.fitout_work ADD COLUMN beds int NOT NULL DEFAULT 0 CHECK (beds BETWEEN 0 AND 200); -- that the shelter has more once the work is accepted

CREATE TABLE programme.document (
  id         uuid PRIMARY KEY, -- made by the form
  register   text NOT NULL,
  record_id  uuid NOT NULL,
  name       text NOT NULL,
  caption    text NOT NULL CHECK (caption <> ''), -- what it shows: the text beside a photograph
  mime       text NOT NULL CHECK (mime IN ('application/pdf', 'image/jpeg')),
  size       int NOT NULL,
  data       bytea, -- null once it was removed
  sent_at    timestamptz NOT NULL,
  sent_by    uuid REFERENCES org.person,
  removed_at timestamptz,
  removed_by uuid REFERENCES org.person,
  CHECK ((data IS NULL) = (removed_at IS NOT NULL))
);
CREATE INDEX document_record_idx ON programme.document (record_id) WHERE removed_at IS NULL;
