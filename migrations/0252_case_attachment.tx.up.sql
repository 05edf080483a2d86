-- Documents of a file. Each has a key of its own, sealed with the data key of its case: without the case's key none opens, and one alone
-- is erased by destroying its key. What is taken off the file is locked first, with a reason; whoever supervises the file puts it back or erases it.
CREATE TABLE cases.attachment (
  id         uuid PRIMARY KEY,
  case_id    uuid NOT NULL REFERENCES cases.file,
  key        uuid NOT NULL,
  kind       text NOT NULL CHECK (kind IN ('consent', 'minutes', 'identity', 'medical', 'legal', 'correspondence', 'photo', 'other')),
  consent_id uuid,                     -- the consent that it proves
  mime       text NOT NULL CHECK (mime IN ('application/pdf', 'image/jpeg')),
  size       int NOT NULL CHECK (size > 0),
  state      text NOT NULL CHECK (state IN ('kept', 'locked', 'erased')),
  at         timestamptz NOT NULL,
  by_id      uuid NOT NULL,
  locked_at  timestamptz,
  locked_by  uuid,
  erased_at  timestamptz,
  erased_by  uuid,
  reason     bytea,                    -- why it was taken off; sealed with the key of the case
  wrapped    bytea NOT NULL,           -- its own key, sealed with the key of the case
  name       bytea,                    -- sealed with its own key, as the content
  content    bytea,
  UNIQUE (case_id, key),
  FOREIGN KEY (consent_id, case_id) REFERENCES cases.consent (id, case_id),
  CHECK (consent_id IS NULL OR kind = 'consent'),
  CHECK ((state = 'kept') = (locked_at IS NULL) AND (locked_at IS NULL) = (locked_by IS NULL) AND (locked_at IS NULL) = (reason IS NULL)),
  CHECK ((state = 'erased') = (erased_at IS NOT NULL) AND (erased_at IS NULL) = (erased_by IS NULL)),
  CHECK ((state = 'erased') = (wrapped = '') AND (state = 'erased') = (name IS NULL) AND (state = 'erased') = (content IS NULL))
);
CREATE INDEX attachment_case_idx ON cases.attachment (case_id);
ALTER TABLE cases.attachment ALTER COLUMN content SET STORAGE EXTERNAL; -- sealed bytes do not shrink

CREATE FUNCTION cases.check_attachment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'erased' OR (NEW.state = 'erased' AND OLD.state <> 'locked')
     OR (NEW.state <> 'erased' AND (NEW.wrapped, NEW.name, NEW.content) IS DISTINCT FROM (OLD.wrapped, OLD.name, OLD.content)) THEN
    RAISE EXCEPTION 'a document is kept, locked or erased, and never changed' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER attachment_check BEFORE UPDATE ON cases.attachment FOR EACH ROW EXECUTE FUNCTION cases.check_attachment();

-- Who works on a file: its worker, and whoever supervises it; not those who merely see it.
CREATE FUNCTION cases.works_on(wanted uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM cases.file f WHERE f.id = wanted AND (f.owner_id = ANY ((SELECT cases.ids('cases.supervises'))::uuid[])
    OR (f.worker_id = (SELECT cases.actor()) AND f.owner_id = ANY ((SELECT cases.ids('cases.works'))::uuid[]))))
$$;
CREATE FUNCTION cases.decides_on(wanted uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM cases.file f WHERE f.id = wanted AND f.owner_id = ANY ((SELECT cases.ids('cases.supervises'))::uuid[]))
$$;

ALTER TABLE cases.attachment ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases.attachment FORCE ROW LEVEL SECURITY;
CREATE POLICY attachment_copied ON cases.attachment FOR SELECT USING ((SELECT cases.copying()));
CREATE POLICY attachment_seen ON cases.attachment FOR SELECT USING (NOT (SELECT cases.flag('cases.counting')) AND EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id));
CREATE POLICY attachment_made ON cases.attachment FOR INSERT WITH CHECK (state = 'kept' AND by_id = (SELECT cases.actor()) AND cases.works_on(case_id));
-- locked by whoever works on the file; put back or erased by whoever supervises it
CREATE POLICY attachment_changed ON cases.attachment FOR UPDATE USING (cases.works_on(case_id))
  WITH CHECK (CASE state WHEN 'locked' THEN locked_by = (SELECT cases.actor()) AND cases.works_on(case_id)
    WHEN 'erased' THEN erased_by = (SELECT cases.actor()) AND cases.decides_on(case_id) ELSE cases.decides_on(case_id) END);
