-- How long what is kept, and its end. A schedule per category of data proposes: what is past its time is locked. It is erased by destroying
-- its key, with the minutes of the destruction (Law 2004-63 art. 45: a bailiff, with an expert), by an officer who did not hand them in.
CREATE TABLE cases.retention (
  category text PRIMARY KEY CHECK (category IN ('file', 'consent', 'minutes', 'identity', 'medical', 'legal', 'correspondence', 'photo', 'other')),
  months   int NOT NULL CHECK (months BETWEEN 1 AND 1200), -- after the closure; a category without a row has no term yet
  set_by   uuid NOT NULL,
  set_at   timestamptz NOT NULL
);
CREATE TABLE cases.erasure (
  id          uuid PRIMARY KEY,
  case_id     uuid NOT NULL REFERENCES cases.file,
  key         uuid NOT NULL,
  owner_id    uuid NOT NULL,
  scope       text NOT NULL CHECK (scope IN ('file', 'consent', 'minutes', 'identity', 'medical', 'legal', 'correspondence', 'photo', 'other')),
  ground      text NOT NULL CHECK (ground IN ('schedule', 'request', 'order')),
  months      int,                    -- of the schedule on that day
  state       text NOT NULL CHECK (state IN ('locked', 'released', 'erased')),
  locked_at   timestamptz NOT NULL,
  locked_by   uuid,                   -- null: the schedule
  released_at timestamptz,
  released_by uuid,
  until_on    date,                   -- until then it is not proposed again
  minutes_on  date,
  minutes_at  timestamptz,
  minutes_by  uuid,
  mime        text CHECK (mime IN ('application/pdf', 'image/jpeg')),
  wrapped     bytea,                  -- the key of the texts and the minutes, which outlive the key of the case
  body        bytea,                  -- sealed: why it was released; bailiff, number, expert
  minutes     bytea,                  -- sealed
  documents   int,                    -- how many were erased
  erased_at   timestamptz,
  erased_by   uuid,
  UNIQUE (case_id, key),
  CHECK ((locked_by IS NULL) = (ground = 'schedule') AND (months IS NULL) = (ground <> 'schedule')),
  CHECK ((state = 'released') = (released_at IS NOT NULL) AND (released_at IS NULL) = (released_by IS NULL) AND (released_at IS NULL) = (until_on IS NULL)),
  CHECK ((minutes IS NULL) = (minutes_at IS NULL) AND (minutes IS NULL) = (minutes_by IS NULL) AND (minutes IS NULL) = (minutes_on IS NULL) AND (minutes IS NULL) = (mime IS NULL)),
  CHECK ((state = 'erased') = (erased_at IS NOT NULL) AND (erased_at IS NULL) = (erased_by IS NULL) AND (erased_at IS NULL) = (documents IS NULL)),
  CHECK (state <> 'erased' OR minutes IS NOT NULL),
  CHECK (erased_by <> minutes_by)
);
CREATE UNIQUE INDEX erasure_one ON cases.erasure (case_id, scope) WHERE state = 'locked';
ALTER TABLE cases.erasure ALTER COLUMN minutes SET STORAGE EXTERNAL;

CREATE FUNCTION cases.check_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'locked' OR (NEW.state = 'erased' AND NOT cases.keeping()) THEN
    RAISE EXCEPTION 'what is locked is released, or erased with its minutes' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER erasure_check BEFORE UPDATE ON cases.erasure FOR EACH ROW EXECUTE FUNCTION cases.check_erasure();

-- The key of a case is wrapped anew, and destroyed by an erasure alone.
CREATE FUNCTION cases.check_data_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT cases.keeping() AND (TG_OP = 'DELETE' OR NEW.wrapped = '' OR OLD.wrapped = '' OR NEW.case_id <> OLD.case_id) THEN
    RAISE EXCEPTION 'the key of a case is destroyed with minutes alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER data_key_check BEFORE UPDATE OR DELETE ON cases.data_key FOR EACH ROW EXECUTE FUNCTION cases.check_data_key();

-- What the schedule locks, done by the system once an hour: it learns how many, and which files.
CREATE FUNCTION cases.lock_due() RETURNS SETOF uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF cases.actor() IS NOT NULL OR coalesce(current_setting('cases.retaining', true), '') <> 'on' THEN
    RETURN;
  END IF;
  PERFORM set_config('cases.copying', 'on', true); -- counts in the owner's name alone, and within this function
  RETURN QUERY INSERT INTO cases.erasure (id, case_id, key, owner_id, scope, ground, months, state, locked_at)
    SELECT gen_random_uuid(), f.id, gen_random_uuid(), f.owner_id, r.category, 'schedule', r.months, 'locked', cases.clock()
    FROM cases.file f CROSS JOIN cases.retention r JOIN cases.data_key k ON k.case_id = f.id AND k.wrapped <> ''
    WHERE f.state = 'closed' AND f.closed_on + make_interval(months => r.months) <= cases.today()
      AND (r.category = 'file' OR EXISTS (SELECT 1 FROM cases.attachment a WHERE a.case_id = f.id AND a.kind = r.category AND a.state <> 'erased'))
      AND NOT EXISTS (SELECT 1 FROM cases.erasure e WHERE e.case_id = f.id AND ((e.state = 'locked' AND e.scope IN ('file', r.category))
        OR (e.state = 'released' AND e.scope = r.category AND e.until_on > cases.today())))
    ON CONFLICT DO NOTHING RETURNING case_id;
  PERFORM set_config('cases.copying', '', true);
END $$;

-- The end: with minutes, by an officer who did not hand them in. Keys are overwritten, and what was sealed with them emptied where it is not needed
-- to show that it was there; names that could be searched for go.
CREATE FUNCTION cases.destroy(wanted uuid) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
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
  UPDATE cases.attachment SET state = 'erased', erased_at = cases.clock(), erased_by = cases.actor(), wrapped = '', name = NULL, content = NULL WHERE case_id = e.case_id AND state = 'locked' AND e.scope IN ('file', kind);
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
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['attachment', 'data_key', 'referral', 'glass', 'erasure'] LOOP
    EXECUTE format('CREATE POLICY %1$s_ended ON cases.%1$I FOR UPDATE USING ((SELECT cases.keeping())) WITH CHECK ((SELECT cases.keeping()))', t);
  END LOOP;
END $$;
CREATE POLICY blind_ended ON cases.blind FOR DELETE USING ((SELECT cases.keeping()));
CREATE POLICY erasure_kept ON cases.erasure FOR INSERT WITH CHECK ((SELECT cases.keeping()));

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['retention', 'erasure'] LOOP
    EXECUTE format('ALTER TABLE cases.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE cases.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY %1$s_copied ON cases.%1$I FOR SELECT USING ((SELECT cases.copying()))', t);
  END LOOP;
END $$;
CREATE POLICY retention_seen ON cases.retention FOR SELECT USING ((SELECT cases.flag('cases.officer')) OR (SELECT cases.ids('cases.supervises')) <> '{}');
CREATE POLICY retention_made ON cases.retention FOR INSERT WITH CHECK ((SELECT cases.flag('cases.officer')) AND set_by = (SELECT cases.actor()));
CREATE POLICY retention_set ON cases.retention FOR UPDATE USING ((SELECT cases.flag('cases.officer'))) WITH CHECK ((SELECT cases.flag('cases.officer')) AND set_by = (SELECT cases.actor()));
CREATE POLICY retention_gone ON cases.retention FOR DELETE USING ((SELECT cases.flag('cases.officer')));
CREATE FUNCTION cases.retains(owner uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT (SELECT cases.flag('cases.officer')) OR owner = ANY ((SELECT cases.ids('cases.supervises'))::uuid[])
$$;
-- whoever works on a file learns that it is locked; the rest is for those who supervise it, and for officers
CREATE POLICY erasure_seen ON cases.erasure FOR SELECT USING (NOT (SELECT cases.flag('cases.counting')) AND EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id));
CREATE POLICY erasure_made ON cases.erasure FOR INSERT WITH CHECK (
  state = 'locked' AND locked_by = (SELECT cases.actor()) AND minutes IS NULL AND cases.retains(owner_id) AND EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id AND f.owner_id = erasure.owner_id));
CREATE POLICY erasure_changed ON cases.erasure FOR UPDATE USING (cases.retains(owner_id) AND state = 'locked')
  WITH CHECK (cases.retains(owner_id) AND CASE state WHEN 'released' THEN released_by = (SELECT cases.actor()) ELSE minutes_by = (SELECT cases.actor()) END);
