-- A backup is made by the owner of the tables, who says so; the cases login cannot become the owner.
CREATE FUNCTION cases.copying() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT cases.flag('cases.copying') AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'cases.file'::regclass)
$$;

-- Who sees which rows. A setting is read once a statement (SELECT ...), not once a row. Four ways lead to a file: the protection officer's role, supervision of the organisation that keeps it,
-- being the worker who follows it now, and an emergency opening that has not ended. Counting (cases.counting) reads the file's
-- plain columns and those of the services and goals, and no key.
CREATE POLICY file_seen ON cases.file FOR SELECT USING (
  (SELECT cases.flag('cases.officer')) OR (SELECT cases.flag('cases.counting'))
  OR owner_id = ANY ((SELECT cases.ids('cases.supervises'))::uuid[])
  OR (worker_id = (SELECT cases.actor()) AND owner_id = ANY ((SELECT cases.ids('cases.works'))::uuid[]))
  OR code = nullif(current_setting('cases.opening', true), '')
  OR id IN (SELECT g.case_id FROM cases.glass g WHERE g.person_id = (SELECT cases.actor()) AND g.expires_at > cases.clock()));
CREATE POLICY file_made ON cases.file FOR INSERT WITH CHECK (
  opened_by = (SELECT cases.actor()) AND (owner_id = ANY ((SELECT cases.ids('cases.supervises'))::uuid[]) OR owner_id = ANY ((SELECT cases.ids('cases.works'))::uuid[])));
CREATE POLICY file_changed ON cases.file FOR UPDATE USING (
  owner_id = ANY ((SELECT cases.ids('cases.supervises'))::uuid[])
  OR (worker_id = (SELECT cases.actor()) AND owner_id = ANY ((SELECT cases.ids('cases.works'))::uuid[]))
  OR (SELECT cases.flag('cases.officer')))
WITH CHECK (
  owner_id = ANY ((SELECT cases.ids('cases.supervises'))::uuid[])
  OR (worker_id = (SELECT cases.actor()) AND owner_id = ANY ((SELECT cases.ids('cases.works'))::uuid[]))
  OR (SELECT cases.flag('cases.officer')));

CREATE POLICY glass_seen ON cases.glass FOR SELECT USING (
  (SELECT cases.flag('cases.officer')) OR person_id = (SELECT cases.actor()) OR owner_id = ANY ((SELECT cases.ids('cases.supervises'))::uuid[]));
CREATE POLICY glass_made ON cases.glass FOR INSERT WITH CHECK (person_id = (SELECT cases.actor()) AND reviewed_at IS NULL);
CREATE POLICY glass_reviewed ON cases.glass FOR UPDATE USING ((SELECT cases.flag('cases.officer'))) WITH CHECK ((SELECT cases.flag('cases.officer')));

-- What hangs on a file is seen by whoever sees the file, and written by whoever sees it and is no mere reader of counts.
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['blind', 'element', 'indicator', 'event', 'assessment', 'goal', 'service', 'task', 'data_key'] LOOP
    EXECUTE format('CREATE POLICY %1$s_seen ON cases.%1$I FOR SELECT USING (%2$s EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id))', t,
      CASE WHEN t IN ('goal', 'service') THEN '' ELSE 'NOT cases.flag(''cases.counting'') AND' END);
    EXECUTE format('CREATE POLICY %1$s_made ON cases.%1$I FOR INSERT WITH CHECK (NOT cases.flag(''cases.counting'') AND EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id))', t);
    EXECUTE format('CREATE POLICY %1$s_changed ON cases.%1$I FOR UPDATE USING (NOT cases.flag(''cases.counting'') AND EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id))', t);
    EXECUTE format('CREATE POLICY %1$s_gone ON cases.%1$I FOR DELETE USING (NOT cases.flag(''cases.counting'') AND EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id))', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['file', 'glass', 'blind', 'element', 'indicator', 'event', 'assessment', 'goal', 'service', 'task', 'data_key', 'audit', 'seal'] LOOP
    EXECUTE format('ALTER TABLE cases.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE cases.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY %1$s_copied ON cases.%1$I FOR SELECT USING ((SELECT cases.copying()))', t);
  END LOOP;
END $$;

-- The audit: anybody's act is written in the actor's own name; it is read by officers, by supervisors for their own files, by
-- oneself, and as a whole by the sealer.
CREATE POLICY audit_made ON cases.audit FOR INSERT WITH CHECK (actor_id IS NOT DISTINCT FROM (SELECT cases.actor()));
CREATE POLICY audit_seen ON cases.audit FOR SELECT USING (
  (SELECT cases.flag('cases.officer')) OR (SELECT cases.flag('cases.sealing')) OR actor_id = (SELECT cases.actor()) OR owner_id = ANY ((SELECT cases.ids('cases.supervises'))::uuid[])
  OR (owner_id IS NULL AND action IN ('case.list', 'case.tasks') AND (SELECT cases.ids('cases.supervises')) <> '{}')); -- in whose lists a file was shown
CREATE POLICY seal_seen ON cases.seal FOR SELECT USING ((SELECT cases.flag('cases.sealing')));
CREATE POLICY seal_made ON cases.seal FOR INSERT WITH CHECK ((SELECT cases.flag('cases.sealing')));
