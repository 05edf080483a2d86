-- Minutes that the trainer gave to everybody in the room while a test was open.
CREATE TABLE exam.sitting_extra (
  id         uuid PRIMARY KEY, -- made by the browser: a repeat changes nothing
  sitting_id uuid NOT NULL REFERENCES exam.sitting,
  minutes    int NOT NULL CHECK (minutes BETWEEN 1 AND 120),
  person_id  uuid REFERENCES org.person,
  at         timestamptz NOT NULL
);
CREATE INDEX sitting_extra_sitting_idx ON exam.sitting_extra (sitting_id);
CREATE TRIGGER sitting_extra_append_only BEFORE UPDATE OR DELETE ON exam.sitting_extra FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
