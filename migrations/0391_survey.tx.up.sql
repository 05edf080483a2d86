-- Surveys at the end of a workshop and three and six months later. Anonymous by construction: answers to closed questions are
-- counts, a written answer stands alone, and nothing says who answered, or when.
CREATE SCHEMA survey;

CREATE TABLE survey.survey (
  id         uuid PRIMARY KEY,
  event_id   uuid NOT NULL REFERENCES workshop.event,
  wave       text NOT NULL CHECK (wave IN ('end', 'm3', 'm6')),
  code       text NOT NULL UNIQUE, -- in the address that everybody gets
  questions  jsonb NOT NULL,
  state      text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'open', 'closed')),
  opens_on   date,  -- a follow-up opens by itself
  closes_on  date,  -- an open survey closes by itself after this day
  closed_on  date,
  created_at timestamptz NOT NULL,
  UNIQUE (event_id, wave)
);

-- One row for each sending that was counted: the digest of a key that the browser made. It counts a repeated sending once,
-- and refers to no answer.
CREATE TABLE survey.receipt (
  survey_id uuid NOT NULL REFERENCES survey.survey,
  digest    bytea NOT NULL,
  PRIMARY KEY (survey_id, digest)
);

CREATE TABLE survey.tally (
  survey_id uuid NOT NULL REFERENCES survey.survey,
  question  text NOT NULL,
  choice    int NOT NULL CHECK (choice >= 0),
  n         int NOT NULL CHECK (n > 0),
  PRIMARY KEY (survey_id, question, choice)
);

CREATE TABLE survey.remark (
  id        uuid PRIMARY KEY, -- random: not even the order of writing is kept
  survey_id uuid NOT NULL REFERENCES survey.survey,
  question  text NOT NULL,
  body      text NOT NULL CHECK (length(body) BETWEEN 1 AND 2000)
);
CREATE INDEX remark_survey_idx ON survey.remark (survey_id, question);

-- Once somebody has answered, the questions stay as they were asked.
CREATE FUNCTION survey.keep_questions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.questions IS DISTINCT FROM OLD.questions AND EXISTS (SELECT 1 FROM survey.receipt r WHERE r.survey_id = OLD.id) THEN
    RAISE EXCEPTION 'survey % has answers', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER survey_keep_questions BEFORE UPDATE ON survey.survey FOR EACH ROW EXECUTE FUNCTION survey.keep_questions();
