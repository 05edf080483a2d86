-- Marking after the fact: in one workshop a question is marked by another key than the one it was asked with, or taken out so
-- that everybody has its points. The last row of a question counts; a row with neither goes back to the key as asked.
CREATE TABLE exam.regrade (
  id             uuid PRIMARY KEY, -- made by the browser: a repeat changes nothing
  seq            bigint GENERATED ALWAYS AS IDENTITY, -- the last one counts
  pairing_id     uuid NOT NULL REFERENCES exam.pairing,
  version_id     uuid NOT NULL REFERENCES exam.question_version, -- as it was asked
  key_version_id uuid REFERENCES exam.question_version,          -- whose key counts instead
  neutral        boolean NOT NULL,
  reason         text NOT NULL CHECK (reason <> ''),
  person_id      uuid REFERENCES org.person,
  person_name    text NOT NULL,
  at             timestamptz NOT NULL,
  CHECK (NOT (neutral AND key_version_id IS NOT NULL))
);
CREATE INDEX regrade_pairing_idx ON exam.regrade (pairing_id, version_id, seq);
CREATE TRIGGER regrade_append_only BEFORE UPDATE OR DELETE ON exam.regrade FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- What each attempt earned before a regrade, and after it.
CREATE TABLE exam.regraded (
  regrade_id uuid NOT NULL REFERENCES exam.regrade,
  attempt_id uuid NOT NULL REFERENCES exam.attempt,
  old_score  numeric(8, 2) NOT NULL,
  old_max    numeric(8, 2) NOT NULL,
  old_result jsonb NOT NULL,
  new_score  numeric(8, 2) NOT NULL,
  new_max    numeric(8, 2) NOT NULL,
  PRIMARY KEY (regrade_id, attempt_id)
);
CREATE INDEX regraded_attempt_idx ON exam.regraded (attempt_id);
CREATE TRIGGER regraded_append_only BEFORE UPDATE OR DELETE ON exam.regraded FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
