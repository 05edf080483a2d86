-- In whose register a file was listed is seen by whoever supervises it, as the lists in which it was shown are.
ALTER POLICY audit_seen ON cases.audit USING (
  (SELECT cases.flag('cases.officer')) OR (SELECT cases.flag('cases.sealing')) OR actor_id = (SELECT cases.actor()) OR owner_id = ANY ((SELECT cases.ids('cases.supervises'))::uuid[])
  OR (owner_id IS NULL AND action IN ('case.list', 'case.tasks', 'case.rights', 'case.register') AND (SELECT cases.ids('cases.supervises')) <> '{}')
  OR (action = 'case.refused' AND case_id IN (SELECT f.id::text FROM cases.file f WHERE f.owner_id = ANY ((SELECT cases.ids('cases.supervises'))::uuid[]))));
