-- How people are asked: by one address that all share, or by tickets, each of which counts once. A ticket is a digest and its
-- survey: no person, no number, no time. It goes when it is used, so that no row says which ticket answered what. The rows of one
-- giving are written in the order of their digests, which is none.
ALTER TABLE survey.survey
  ADD COLUMN way    text NOT NULL DEFAULT 'link' CHECK (way IN ('link', 'tickets')),
  ADD COLUMN given  int NOT NULL DEFAULT 0 CHECK (given >= 0), -- tickets that were given out in all
  ADD COLUMN mailed boolean NOT NULL DEFAULT false,            -- people were written to: nobody is sent a second ticket
  ADD CHECK (way = 'tickets' OR given = 0);
UPDATE survey.survey SET way = 'tickets' WHERE wave <> 'end' AND state = 'planned';

CREATE TABLE survey.ticket (
  digest    bytea PRIMARY KEY,
  survey_id uuid NOT NULL REFERENCES survey.survey
);
CREATE INDEX ticket_survey_idx ON survey.ticket (survey_id);

-- One row for each sheet of cards: the digest of a key that its page made. The same page printed again has the same cards.
CREATE TABLE survey.batch (
  survey_id uuid NOT NULL REFERENCES survey.survey,
  digest    bytea NOT NULL,
  n         int NOT NULL CHECK (n > 0),
  PRIMARY KEY (survey_id, digest)
);

-- Once somebody has answered, the questions and the way of asking stay as they were.
CREATE OR REPLACE FUNCTION survey.keep_questions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.questions IS DISTINCT FROM OLD.questions OR NEW.way IS DISTINCT FROM OLD.way)
     AND EXISTS (SELECT 1 FROM survey.receipt r WHERE r.survey_id = OLD.id) THEN
    RAISE EXCEPTION 'survey % has answers', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
