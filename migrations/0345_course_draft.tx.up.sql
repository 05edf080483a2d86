-- Drafts of courses: the files of a version to come, which people write together until one of them publishes it.
CREATE TABLE course.draft (
  id         uuid PRIMARY KEY, -- made by the form: a repeat makes nothing new
  course     text NOT NULL CHECK (course ~ '^[a-z0-9-]+$'),
  base_id    uuid REFERENCES course.version, -- null: a new course, or one that was brought in
  state      text NOT NULL CHECK (state IN ('trial', 'open', 'review', 'published', 'dropped')), -- trial: a file brought in, to be looked at first
  made_at    timestamptz NOT NULL,
  made_by    uuid REFERENCES org.person, -- null: the system
  changed_at timestamptz NOT NULL,
  sent_at    timestamptz,
  sent_by    uuid REFERENCES org.person,
  note       text NOT NULL DEFAULT '', -- why it was given back
  closed_at  timestamptz,
  closed_by  uuid REFERENCES org.person,
  version_id uuid REFERENCES course.version,
  CHECK ((state = 'published') = (version_id IS NOT NULL))
);
CREATE UNIQUE INDEX draft_one_idx ON course.draft (course) WHERE state IN ('open', 'review');

-- A save names the revision that it was written over: what another person wrote meanwhile is never overwritten unseen.
CREATE TABLE course.draft_file (
  draft_id  uuid NOT NULL REFERENCES course.draft ON DELETE CASCADE,
  path      text NOT NULL,
  body      bytea NOT NULL,
  revision  int NOT NULL CHECK (revision > 0),
  edited_by uuid REFERENCES org.person, -- null: as it came with the draft
  edited_at timestamptz,
  PRIMARY KEY (draft_id, path)
);
