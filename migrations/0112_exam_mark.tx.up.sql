-- How people marked open answers. A mark is never written over: whoever changes their mind writes another row, and the last one
-- of each person counts.
CREATE TABLE exam.mark (
  id          uuid PRIMARY KEY, -- made by the browser: a repeat changes nothing
  seq         bigint GENERATED ALWAYS AS IDENTITY, -- in which order they came: two can have the same time
  attempt_id  uuid NOT NULL REFERENCES exam.attempt,
  position    int NOT NULL CHECK (position > 0),
  version_id  uuid NOT NULL REFERENCES exam.question_version, -- whose rubric was used
  marker_id   uuid NOT NULL REFERENCES org.person,
  marker_name text NOT NULL,
  levels      jsonb NOT NULL, -- for each criterion of the rubric the place of the level, from 0
  settles     boolean NOT NULL, -- a third person's word on two marks that differ
  note        text NOT NULL DEFAULT '',
  at          timestamptz NOT NULL
);
CREATE INDEX mark_attempt_idx ON exam.mark (attempt_id, position, seq);
CREATE TRIGGER mark_append_only BEFORE UPDATE OR DELETE ON exam.mark FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
