-- A document that was taken off its file ends as a file does: with the minutes of its destruction, by an officer who did not hand them in.
-- Whoever supervises the file puts it back, or has it locked to be erased; nobody erases it alone.
ALTER TABLE cases.attachment ADD UNIQUE (id, case_id);
ALTER TABLE cases.erasure ADD COLUMN attachment_id uuid, -- the one document that it is about
  DROP CONSTRAINT erasure_scope_check,
  ADD CONSTRAINT erasure_scope_check CHECK (scope IN ('file', 'document', 'consent', 'minutes', 'identity', 'medical', 'legal', 'correspondence', 'photo', 'other')),
  DROP CONSTRAINT erasure_ground_check,
  ADD CONSTRAINT erasure_ground_check CHECK (ground IN ('schedule', 'request', 'order', 'removed')),
  ADD CONSTRAINT erasure_document CHECK ((scope = 'document') = (attachment_id IS NOT NULL) AND (scope = 'document') = (ground = 'removed')),
  ADD FOREIGN KEY (attachment_id, case_id) REFERENCES cases.attachment (id, case_id);
DROP INDEX cases.erasure_one;
CREATE UNIQUE INDEX erasure_one ON cases.erasure (case_id, scope, attachment_id) NULLS NOT DISTINCT WHERE state = 'locked';

CREATE OR REPLACE FUNCTION cases.check_attachment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'erased' OR (NEW.state = 'erased' AND (OLD.state <> 'locked' OR NOT cases.keeping()))
     OR (NEW.state <> 'erased' AND (NEW.wrapped, NEW.name, NEW.content) IS DISTINCT FROM (OLD.wrapped, OLD.name, OLD.content)) THEN
    RAISE EXCEPTION 'a document is kept, locked, or erased with minutes, and never changed' USING ERRCODE = 'insufficient_privilege';
  ELSIF OLD.state = 'locked' AND NEW.state = 'kept'
     AND EXISTS (SELECT 1 FROM cases.erasure e WHERE e.case_id = OLD.case_id AND e.state = 'locked' AND (e.attachment_id = OLD.id OR e.scope IN ('file', OLD.kind))) THEN
    RAISE EXCEPTION 'what is locked to be erased is released first' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
DROP POLICY attachment_changed ON cases.attachment;
CREATE POLICY attachment_changed ON cases.attachment FOR UPDATE USING (cases.works_on(case_id))
  WITH CHECK (CASE state WHEN 'locked' THEN locked_by = (SELECT cases.actor()) AND cases.works_on(case_id)
    WHEN 'kept' THEN cases.decides_on(case_id) ELSE false END);
DROP POLICY erasure_made ON cases.erasure;
CREATE POLICY erasure_made ON cases.erasure FOR INSERT WITH CHECK (
  state = 'locked' AND locked_by = (SELECT cases.actor()) AND minutes IS NULL AND cases.retains(owner_id) AND EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id AND f.owner_id = erasure.owner_id)
  AND (attachment_id IS NULL OR EXISTS (SELECT 1 FROM cases.attachment a WHERE a.id = attachment_id AND a.case_id = erasure.case_id AND a.state = 'locked')));

CREATE OR REPLACE FUNCTION cases.destroy(wanted uuid) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  e record;
  n int;
BEGIN
  IF NOT cases.flag('cases.officer') THEN
    RAISE EXCEPTION 'an officer erases' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM set_config('cases.copying', 'on', true);
  SELECT * INTO e FROM cases.erasure WHERE id = wanted FOR UPDATE;
  IF NOT FOUND OR e.state <> 'locked' OR e.minutes IS NULL OR e.minutes_by = cases.actor() THEN
    RAISE EXCEPTION 'erased with minutes that somebody else handed in' USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE cases.attachment SET state = 'locked', locked_at = cases.clock(), locked_by = cases.actor(), reason = '' WHERE case_id = e.case_id AND state = 'kept' AND e.scope IN ('file', kind);
  UPDATE cases.attachment SET state = 'erased', erased_at = cases.clock(), erased_by = cases.actor(), wrapped = '', name = NULL, content = NULL
    WHERE case_id = e.case_id AND state = 'locked' AND (e.scope IN ('file', kind) OR id = e.attachment_id);
  GET DIAGNOSTICS n = ROW_COUNT;
  IF e.scope = 'file' THEN
    UPDATE cases.data_key SET wrapped = '' WHERE case_id = e.case_id;
    UPDATE cases.referral SET wrapped = '', body = '' WHERE case_id = e.case_id;
    UPDATE cases.glass SET wrapped = '', reason = '', note = NULL WHERE case_id = e.case_id;
    DELETE FROM cases.blind WHERE case_id = e.case_id;
  END IF;
  UPDATE cases.erasure SET state = 'erased', erased_at = cases.clock(), erased_by = cases.actor(), documents = n WHERE id = wanted;
  PERFORM set_config('cases.copying', '', true);
  RETURN n;
END $$;
