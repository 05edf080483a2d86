-- The logos in the head of printed papers and workbooks, drawn anew from what was sent. A logo's picture never changes: another picture
-- is another row, so that whoever kept the one need not ask again.
CREATE TABLE programme.logo (
  id         uuid PRIMARY KEY, -- made by the form
  kind       text NOT NULL CHECK (kind IN ('project', 'ministry', 'donor', 'partner')),
  name       text NOT NULL CHECK (name <> ''), -- whose it is: the text beside the picture
  position   int NOT NULL,
  width      int NOT NULL CHECK (width > 0), -- pixels
  height     int NOT NULL CHECK (height > 0),
  data       bytea, -- a PNG; null once it was removed
  sent_at    timestamptz NOT NULL,
  sent_by    uuid REFERENCES org.person,
  removed_at timestamptz,
  removed_by uuid REFERENCES org.person,
  CHECK ((data IS NULL) = (removed_at IS NOT NULL))
);
