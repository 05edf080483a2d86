-- Paper answers as they are typed. Each state of a sheet is a row that never changes; the last row of a pass counts. Two passes are
-- typed without seeing each other, and what differs is settled by a third row.
CREATE TABLE exam.paper_entry (
  id           uuid PRIMARY KEY, -- made by the browser: a repeat changes nothing
  n            bigint GENERATED ALWAYS AS IDENTITY,
  sitting_id   uuid NOT NULL REFERENCES exam.sitting,
  subject      text NOT NULL, -- as in exam.attempt
  enrolment_id uuid REFERENCES workshop.enrolment,
  form_id      uuid NOT NULL REFERENCES exam.form,
  pass         int NOT NULL CHECK (pass IN (1, 2, 3)), -- 3: settled
  cells        jsonb NOT NULL, -- what was typed by position; an empty text is a question left blank on the paper
  person_id    uuid REFERENCES org.person,
  person_name  text NOT NULL,
  at           timestamptz NOT NULL
);
CREATE INDEX paper_entry_sitting_idx ON exam.paper_entry (sitting_id, subject, pass, n DESC);
CREATE TRIGGER paper_entry_append_only BEFORE UPDATE OR DELETE ON exam.paper_entry FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
