-- An attempt that was refused names no keeper, since the one who tried may not learn of the file: a supervisor sees it by the file.
DROP POLICY audit_seen ON cases.audit;
CREATE POLICY audit_seen ON cases.audit FOR SELECT USING (
  (SELECT cases.flag('cases.officer')) OR (SELECT cases.flag('cases.sealing')) OR actor_id = (SELECT cases.actor()) OR owner_id = ANY ((SELECT cases.ids('cases.supervises'))::uuid[])
  OR (owner_id IS NULL AND action IN ('case.list', 'case.tasks') AND (SELECT cases.ids('cases.supervises')) <> '{}') -- in whose lists a file was shown
  OR (action = 'case.refused' AND case_id IN (SELECT f.id::text FROM cases.file f WHERE f.owner_id = ANY ((SELECT cases.ids('cases.supervises'))::uuid[]))));
