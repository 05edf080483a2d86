-- What the person asked for about their data, and when and how it was answered; and what went to police, courts and authorities by another way than
-- a file of names: asked for by one, approved by an officer who is another, with the law that it stands on.
CREATE TABLE cases.request (
  id          uuid PRIMARY KEY,
  case_id     uuid NOT NULL REFERENCES cases.file,
  key         uuid NOT NULL,
  owner_id    uuid NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('access', 'rectification', 'completion', 'opposition', 'erasure')),
  made_by     text NOT NULL CHECK (made_by IN ('person', 'guardian', 'lawyer', 'other')),
  how         text NOT NULL CHECK (how IN ('written', 'oral')),
  received_on date NOT NULL,
  due_on      date NOT NULL,
  state       text NOT NULL CHECK (state IN ('open', 'answered')),
  outcome     text CHECK (outcome IN ('granted', 'partly', 'refused')),
  withheld    text CHECK (withheld IN ('third_party', 'safety', 'proceedings', 'unfounded')),
  answered_on date,
  answered_by uuid,
  at          timestamptz NOT NULL,
  by_id       uuid NOT NULL,
  body        bytea NOT NULL,          -- sealed: what was asked for
  answer      bytea,                   -- sealed: how it was answered
  UNIQUE (case_id, key),
  CHECK (due_on > received_on),
  CHECK ((state = 'answered') = (outcome IS NOT NULL) AND (outcome IS NULL) = (answered_on IS NULL) AND (outcome IS NULL) = (answered_by IS NULL) AND (outcome IS NULL) = (answer IS NULL)),
  CHECK (answered_on >= received_on),
  CHECK ((outcome IN ('partly', 'refused')) IS NOT DISTINCT FROM (withheld IS NOT NULL) OR (outcome IS NULL AND withheld IS NULL))
);
CREATE INDEX request_due_idx ON cases.request (due_on) WHERE state = 'open';
CREATE TABLE cases.disclosure (
  id         uuid PRIMARY KEY,
  case_id    uuid NOT NULL REFERENCES cases.file,
  key        uuid NOT NULL,
  owner_id   uuid NOT NULL,
  to_kind    text NOT NULL CHECK (to_kind IN ('police', 'prosecutor', 'court', 'authority')),
  basis      text NOT NULL CHECK (basis IN ('requisition', 'warrant', 'judgement', 'law')),
  form       text NOT NULL CHECK (form IN ('copy', 'original', 'oral', 'consultation')),
  categories text[] NOT NULL CHECK (cardinality(categories) > 0),
  state      text NOT NULL CHECK (state IN ('waits', 'approved', 'refused', 'given')),
  asked_at   timestamptz NOT NULL,
  asked_by   uuid NOT NULL,
  decided_at timestamptz,
  decided_by uuid,
  given_on   date,
  body       bytea NOT NULL,           -- sealed: recipient, reference of the law, reason
  note       bytea,                    -- the officer's, sealed
  given      bytea,                    -- sealed: what was given
  UNIQUE (case_id, key),
  CHECK ((state = 'waits') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL) AND (decided_at IS NULL) = (note IS NULL)),
  CHECK (decided_by <> asked_by),
  CHECK ((state = 'given') = (given_on IS NOT NULL) AND (given_on IS NULL) = (given IS NULL))
);
CREATE FUNCTION cases.check_rights() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'request' AND OLD.state <> 'open' OR TG_TABLE_NAME = 'disclosure' AND (OLD.state, NEW.state) NOT IN (('waits', 'approved'), ('waits', 'refused'), ('approved', 'given')) THEN
    RAISE EXCEPTION 'an answer stands' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER request_check BEFORE UPDATE ON cases.request FOR EACH ROW EXECUTE FUNCTION cases.check_rights();
CREATE TRIGGER disclosure_check BEFORE UPDATE ON cases.disclosure FOR EACH ROW EXECUTE FUNCTION cases.check_rights();
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['request', 'disclosure'] LOOP
    EXECUTE format('ALTER TABLE cases.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE cases.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY %1$s_copied ON cases.%1$I FOR SELECT USING ((SELECT cases.copying()))', t);
    EXECUTE format('CREATE POLICY %1$s_seen ON cases.%1$I FOR SELECT USING (NOT (SELECT cases.flag(''cases.counting'')) AND EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id))', t);
  END LOOP;
END $$;
CREATE POLICY request_made ON cases.request FOR INSERT WITH CHECK (
  state = 'open' AND by_id = (SELECT cases.actor()) AND cases.works_on(case_id) AND EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id AND f.owner_id = request.owner_id));
-- granted by whoever works on the file; what is withheld, by an officer
CREATE POLICY request_answered ON cases.request FOR UPDATE USING (cases.works_on(case_id) OR (SELECT cases.flag('cases.officer')))
  WITH CHECK (state = 'answered' AND answered_by = (SELECT cases.actor()) AND CASE outcome WHEN 'granted' THEN cases.works_on(case_id) ELSE (SELECT cases.flag('cases.officer')) END);
CREATE POLICY disclosure_made ON cases.disclosure FOR INSERT WITH CHECK (
  state = 'waits' AND asked_by = (SELECT cases.actor()) AND cases.decides_on(case_id) AND EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id AND f.owner_id = disclosure.owner_id));
CREATE POLICY disclosure_settled ON cases.disclosure FOR UPDATE USING (cases.decides_on(case_id) OR (SELECT cases.flag('cases.officer')))
  WITH CHECK (CASE state WHEN 'given' THEN cases.decides_on(case_id) ELSE (SELECT cases.flag('cases.officer')) AND decided_by = (SELECT cases.actor()) END);
-- in whose lists a file was shown
ALTER POLICY audit_seen ON cases.audit USING (
  (SELECT cases.flag('cases.officer')) OR (SELECT cases.flag('cases.sealing')) OR actor_id = (SELECT cases.actor()) OR owner_id = ANY ((SELECT cases.ids('cases.supervises'))::uuid[])
  OR (owner_id IS NULL AND action IN ('case.list', 'case.tasks', 'case.rights') AND (SELECT cases.ids('cases.supervises')) <> '{}')
  OR (action = 'case.refused' AND case_id IN (SELECT f.id::text FROM cases.file f WHERE f.owner_id = ANY ((SELECT cases.ids('cases.supervises'))::uuid[]))));
