-- The sections of published lessons as plain text, for searching. They are made from course.file and can be made anew.
CREATE TABLE course.passage (
  version_id uuid NOT NULL REFERENCES course.version,
  slug       text NOT NULL,
  lang       text NOT NULL CHECK (lang IN ('fr', 'ar', 'en')),
  n          int NOT NULL CHECK (n >= 0),    -- its place in the lesson
  place      text NOT NULL DEFAULT '',       -- the heading above it, as 's4'; empty before the first
  heading    text NOT NULL,
  body       text NOT NULL,
  folded     text NOT NULL,                  -- heading and body word by word without accents, tashkeel and hamza forms
  words      tsvector NOT NULL GENERATED ALWAYS AS (
    CASE lang WHEN 'ar' THEN to_tsvector('pg_catalog.arabic'::regconfig, folded)
              WHEN 'en' THEN to_tsvector('pg_catalog.english'::regconfig, folded)
              ELSE to_tsvector('pg_catalog.french'::regconfig, folded) END) STORED,
  PRIMARY KEY (version_id, slug, lang, n)
);
CREATE INDEX passage_words_idx ON course.passage USING gin (words);
