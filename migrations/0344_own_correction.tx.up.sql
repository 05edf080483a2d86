-- What people ask to have corrected in what is kept about them, and the answer.
CREATE TABLE org.correction (
  id          uuid PRIMARY KEY, -- made by the form: a repeat changes nothing
  person_id   uuid NOT NULL REFERENCES org.person,
  text        text NOT NULL CHECK (text <> ''),
  asked_at    timestamptz NOT NULL,
  answer      text,
  answered_at timestamptz,
  answered_by uuid REFERENCES org.person,
  CHECK ((answer IS NULL) = (answered_at IS NULL))
);
CREATE INDEX correction_person_idx ON org.correction (person_id);
CREATE INDEX correction_open_idx ON org.correction (asked_at) WHERE answered_at IS NULL;
