-- A learner's own notes. The text is sealed with the house's key: a copy of the database does not tell it.
CREATE TABLE course.note (
  person_id  uuid NOT NULL REFERENCES org.person,
  course     text NOT NULL REFERENCES course.course,
  slug       text NOT NULL,
  sealed     bytea NOT NULL,
  written_at timestamptz NOT NULL, -- by the device's clock, never after the server's: the later writing stays
  PRIMARY KEY (person_id, course, slug)
);
