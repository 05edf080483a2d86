-- The question bank as people edit it: the version in force, who wrote and read it, what it can be found by, pictures and
-- shared situations.
ALTER TABLE exam.question
  ADD COLUMN topic       text NOT NULL DEFAULT '',
  ADD COLUMN version_id  uuid REFERENCES exam.question_version DEFERRABLE, -- the newest one; a restore brings questions before their versions
  ADD COLUMN langs       text[] NOT NULL DEFAULT '{}',          -- languages in which nothing is missing
  ADD COLUMN search      text NOT NULL DEFAULT '',              -- stem, options and code, folded
  ADD COLUMN vignette_id uuid,
  ADD COLUMN updated_at  timestamptz;

ALTER TABLE exam.question_version
  ADD COLUMN key         uuid UNIQUE, -- made by the browser: saving the same form twice makes one version
  ADD COLUMN objective   text NOT NULL DEFAULT '',
  ADD COLUMN topic       text NOT NULL DEFAULT '',
  ADD COLUMN author_id   uuid REFERENCES org.person,
  ADD COLUMN author_name text NOT NULL DEFAULT '',
  ADD COLUMN source      text NOT NULL DEFAULT ''; -- '' the editor, 'course' the shipped courses, otherwise the name of a file

-- A text may come back: version 3 may say what version 1 said.
ALTER TABLE exam.question_version DROP CONSTRAINT question_version_question_id_digest_key;
CREATE INDEX question_version_digest_idx ON exam.question_version (question_id, digest);

CREATE TABLE exam.question_review (
  id          uuid PRIMARY KEY,
  question_id uuid NOT NULL REFERENCES exam.question,
  version_id  uuid NOT NULL REFERENCES exam.question_version,
  status      text NOT NULL CHECK (status IN ('draft', 'reviewed', 'retired')),
  note        text NOT NULL DEFAULT '',
  person_id   uuid REFERENCES org.person,
  person_name text NOT NULL DEFAULT '',
  at          timestamptz NOT NULL
);
CREATE INDEX question_review_question_idx ON exam.question_review (question_id, at);
CREATE TRIGGER question_review_append_only BEFORE UPDATE OR DELETE ON exam.question_review FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- A situation that several questions share. Each version of a question carries the text as it was, so that nothing in use changes.
CREATE TABLE exam.vignette (
  id         uuid PRIMARY KEY,
  key        uuid UNIQUE,
  code       text NOT NULL UNIQUE, -- V-001
  body       jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
ALTER TABLE exam.question ADD FOREIGN KEY (vignette_id) REFERENCES exam.vignette;
CREATE INDEX question_vignette_idx ON exam.question (vignette_id) WHERE vignette_id IS NOT NULL;

-- Pictures, drawn anew and made smaller: nothing of the file that was sent is left but what one sees.
CREATE TABLE exam.media (
  id         uuid PRIMARY KEY, -- random: the address is all that a participant without an account needs
  digest     text NOT NULL UNIQUE,
  mime       text NOT NULL CHECK (mime IN ('image/png', 'image/jpeg')),
  width      int NOT NULL,
  height     int NOT NULL,
  data       bytea NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE TRIGGER media_immutable BEFORE UPDATE OR DELETE ON exam.media FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- Files of questions that were sent and wait to be looked at. A file belongs to whoever sent it, and goes after a day.
CREATE TABLE exam.question_upload (
  id         uuid PRIMARY KEY,
  person_id  uuid NOT NULL REFERENCES org.person,
  name       text NOT NULL,
  format     text NOT NULL,
  data       bytea NOT NULL,
  created_at timestamptz NOT NULL,
  applied_at timestamptz,
  result     jsonb,
  CHECK ((applied_at IS NULL) = (result IS NULL))
);
CREATE INDEX question_upload_person_idx ON exam.question_upload (person_id, created_at);

UPDATE exam.question q SET
  version_id = v.id,
  updated_at = v.created_at,
  search = lower(q.code || ' ' || coalesce(v.body -> 'stem' ->> 'fr', '') || ' ' || coalesce(v.body -> 'stem' ->> 'ar', '') || ' ' || coalesce(v.body -> 'stem' ->> 'en', '')),
  langs = ARRAY(SELECT l FROM unnest(ARRAY['fr', 'ar', 'en']) l
    WHERE coalesce(v.body -> 'stem' ->> l, '') <> ''
      AND NOT EXISTS (SELECT FROM jsonb_array_elements(coalesce(v.body -> 'options', '[]')) o WHERE coalesce(o -> 'text' ->> l, '') = '')
      AND NOT EXISTS (SELECT FROM jsonb_array_elements(coalesce(v.body -> 'pairs', '[]')) p WHERE coalesce(p -> 'left' ->> l, '') = '' OR coalesce(p -> 'right' ->> l, '') = ''))
FROM exam.question_version v
WHERE v.question_id = q.id AND v.version = (SELECT max(version) FROM exam.question_version m WHERE m.question_id = q.id);

CREATE SEQUENCE exam.question_code_seq;
CREATE SEQUENCE exam.vignette_code_seq;
CREATE SEQUENCE exam.form_code_seq;

CREATE INDEX question_search_idx ON exam.question USING gin (search gin_trgm_ops);
