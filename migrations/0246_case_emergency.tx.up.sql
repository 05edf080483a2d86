-- An emergency opening: by its file's code, for somebody whose case role holds, for one hour at most, and not while an earlier one
-- waits for its review since more than 72 hours. It ends by itself, with the role, and with a review that finds it unjustified.
ALTER TABLE cases.glass ADD COLUMN wrapped bytea NOT NULL DEFAULT ''; -- the data key of the reason and the note
ALTER TABLE cases.glass ADD COLUMN note bytea;                        -- the reviewer's, sealed

CREATE FUNCTION cases.employed() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT EXISTS (SELECT 1 FROM cases.warrant w
    WHERE w.person_id = cases.actor() AND w.role IN ('case_worker', 'case_supervisor') AND w.ended_at IS NULL AND w.suspended_at IS NULL)
$$;
CREATE FUNCTION cases.glass_barred() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT EXISTS (SELECT 1 FROM cases.glass g WHERE g.person_id = cases.actor() AND g.reviewed_at IS NULL AND g.opened_at < cases.clock() - interval '72 hours')
$$;
-- The file that a code means, for somebody who may open one; everybody else, and for a code that is none's, nothing. A file whose
-- key is destroyed is none.
CREATE FUNCTION cases.emergency(wanted text, OUT case_id uuid, OUT owner_id uuid, OUT worker_id uuid) RETURNS SETOF record
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF NOT cases.employed() OR cases.glass_barred() THEN
    RETURN;
  END IF;
  PERFORM set_config('cases.copying', 'on', true); -- counts in the owner's name alone, and within this function
  RETURN QUERY SELECT f.id, f.owner_id, f.worker_id FROM cases.file f
    WHERE f.code = wanted AND EXISTS (SELECT 1 FROM cases.data_key k WHERE k.case_id = f.id AND k.wrapped <> '');
  PERFORM set_config('cases.copying', '', true);
END $$;

ALTER POLICY glass_made ON cases.glass WITH CHECK (
  person_id = (SELECT cases.actor()) AND opened_at = cases.clock() AND reviewed_at IS NULL
  AND ((SELECT cases.ids('cases.works')) <> '{}' OR (SELECT cases.ids('cases.supervises')) <> '{}')
  AND NOT (SELECT cases.glass_barred()));
ALTER POLICY glass_reviewed ON cases.glass USING ((SELECT cases.flag('cases.officer')) AND reviewed_at IS NULL)
  WITH CHECK ((SELECT cases.flag('cases.officer')) AND reviewed_by = (SELECT cases.actor()));
ALTER POLICY file_seen ON cases.file USING (
  (SELECT cases.flag('cases.officer')) OR (SELECT cases.flag('cases.counting'))
  OR owner_id = ANY ((SELECT cases.ids('cases.supervises'))::uuid[])
  OR (worker_id = (SELECT cases.actor()) AND owner_id = ANY ((SELECT cases.ids('cases.works'))::uuid[]))
  OR ((SELECT cases.employed()) AND id IN (SELECT g.case_id FROM cases.glass g
    WHERE g.person_id = (SELECT cases.actor()) AND g.expires_at > cases.clock() AND g.verdict IS DISTINCT FROM 'unjustified')));
