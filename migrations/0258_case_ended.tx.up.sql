-- What was erased, for the journal outside the database, and its end once more after a restore of an older backup, which holds the key again.
CREATE FUNCTION cases.ended(since timestamptz) RETURNS TABLE (erasure uuid, case_id uuid, scope text, documents uuid[], by_id uuid, at timestamptz) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF cases.actor() IS NOT NULL OR coalesce(current_setting('cases.retaining', true), '') <> 'on' THEN
    RETURN;
  END IF;
  PERFORM set_config('cases.copying', 'on', true); -- in the owner's name alone, and within this function
  RETURN QUERY SELECT e.id, e.case_id, e.scope,
      ARRAY(SELECT a.id FROM cases.attachment a WHERE a.case_id = e.case_id AND a.state = 'erased' AND (e.scope IN ('file', a.kind) OR a.id = e.attachment_id) ORDER BY a.id), e.erased_by, e.erased_at
    FROM cases.erasure e WHERE e.state = 'erased' AND e.erased_at >= since ORDER BY e.erased_at, e.id;
  PERFORM set_config('cases.copying', '', true);
END $$;

-- By the owner alone, from the command line of a restore. What the restored database knows of the erasure stays as it is: minutes that are not
-- in it are handed in again.
CREATE FUNCTION cases.destroy_again(wanted uuid, whole boolean, documents uuid[], who uuid, moment timestamptz) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  back boolean;
BEGIN
  IF NOT cases.keeping() THEN
    RAISE EXCEPTION 'the owner repeats an erasure, after a restore' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM set_config('cases.copying', 'on', true);
  UPDATE cases.attachment SET state = 'locked', locked_at = moment, locked_by = who, reason = '' WHERE case_id = wanted AND state = 'kept' AND (whole OR id = ANY (documents));
  UPDATE cases.attachment SET state = 'erased', erased_at = moment, erased_by = who, wrapped = '', name = NULL, content = NULL WHERE case_id = wanted AND state = 'locked' AND (whole OR id = ANY (documents));
  back := FOUND;
  IF whole THEN
    UPDATE cases.data_key SET wrapped = '' WHERE case_id = wanted AND wrapped <> '';
    back := back OR FOUND;
    UPDATE cases.referral SET wrapped = '', body = '' WHERE case_id = wanted;
    UPDATE cases.glass SET wrapped = '', reason = '', note = NULL WHERE case_id = wanted;
    DELETE FROM cases.blind WHERE case_id = wanted;
  END IF;
  PERFORM set_config('cases.copying', '', true);
  RETURN back;
END $$;
