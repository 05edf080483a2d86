-- Courses and their published versions. A version is the files of the course as they were written; it never changes.
CREATE TABLE course.course (
  code       text PRIMARY KEY CHECK (code ~ '^[a-z0-9-]+$'), -- detection
  created_at timestamptz NOT NULL
);

CREATE TABLE course.version (
  id           uuid PRIMARY KEY,
  course       text NOT NULL REFERENCES course.course,
  number       int NOT NULL CHECK (number > 0), -- the newest is the one that new learners begin
  digest       text NOT NULL,                   -- of all its files: the same text is the same version
  published_at timestamptz NOT NULL,
  UNIQUE (course, number),
  UNIQUE (course, digest)
);
CREATE TRIGGER version_immutable BEFORE UPDATE OR DELETE ON course.version FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TABLE course.file (
  version_id uuid NOT NULL REFERENCES course.version,
  path       text NOT NULL, -- detection/01-comprendre.fr.md
  body       bytea NOT NULL,
  PRIMARY KEY (version_id, path)
);
CREATE TRIGGER file_immutable BEFORE UPDATE OR DELETE ON course.file FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- The lessons of a version, for what is counted in SQL.
CREATE TABLE course.lesson (
  version_id uuid NOT NULL REFERENCES course.version,
  position   int NOT NULL CHECK (position > 0),
  slug       text NOT NULL,
  minutes    int NOT NULL CHECK (minutes > 0),
  checks     int NOT NULL CHECK (checks >= 0),
  PRIMARY KEY (version_id, slug),
  UNIQUE (version_id, position)
);
CREATE TRIGGER lesson_immutable BEFORE UPDATE OR DELETE ON course.lesson FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
