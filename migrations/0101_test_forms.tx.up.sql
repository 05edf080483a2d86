-- Test forms as trainers make them: how they were drawn, how they are shown, how long they take; crossed halves; extra time.
ALTER TABLE exam.form
  ADD COLUMN key         uuid UNIQUE, -- made by the browser
  ADD COLUMN settings    jsonb NOT NULL DEFAULT '{}', -- shuffle, time limit in minutes, when people see what was right
  ADD COLUMN blueprint   jsonb,                       -- objective x number x difficulty; NULL for a list chosen by hand
  ADD COLUMN sibling     text NOT NULL DEFAULT '',    -- code of the parallel form that was drawn with this one
  ADD COLUMN author_name text NOT NULL DEFAULT '',
  ADD COLUMN retired_at  timestamptz;

-- crossed: half of the people take form A before and B after, the other half the other way round.
ALTER TABLE exam.pairing ADD COLUMN crossed boolean NOT NULL DEFAULT false;

-- The form of each attempt, which in a crossed pair is not the sitting's for everybody; NULL is the sitting's.
ALTER TABLE exam.attempt ADD COLUMN form_id uuid REFERENCES exam.form;
ALTER TABLE exam.attempt ADD COLUMN due_at timestamptz; -- when this person's time ends; NULL for no limit
UPDATE exam.attempt a SET form_id = s.form_id FROM exam.sitting s WHERE s.id = a.sitting_id;

-- Minutes beyond the form's time limit for one person, on both tests of a pair.
CREATE TABLE exam.extra_time (
  pairing_id   uuid NOT NULL REFERENCES exam.pairing,
  enrolment_id uuid NOT NULL REFERENCES workshop.enrolment,
  minutes      int NOT NULL CHECK (minutes BETWEEN 0 AND 600),
  changed_at   timestamptz NOT NULL,
  PRIMARY KEY (pairing_id, enrolment_id)
);
