-- A file is in sight by one's role or by an emergency opening, and by no setting besides. An emergency opening is made by
-- somebody with a case role, in their own name, from this moment on.
DROP POLICY file_seen ON cases.file;
CREATE POLICY file_seen ON cases.file FOR SELECT USING (
  (SELECT cases.flag('cases.officer')) OR (SELECT cases.flag('cases.counting'))
  OR owner_id = ANY ((SELECT cases.ids('cases.supervises'))::uuid[])
  OR (worker_id = (SELECT cases.actor()) AND owner_id = ANY ((SELECT cases.ids('cases.works'))::uuid[]))
  OR id IN (SELECT g.case_id FROM cases.glass g WHERE g.person_id = (SELECT cases.actor()) AND g.expires_at > cases.clock()));
DROP POLICY glass_made ON cases.glass;
CREATE POLICY glass_made ON cases.glass FOR INSERT WITH CHECK (
  person_id = (SELECT cases.actor()) AND opened_at = cases.clock() AND reviewed_at IS NULL
  AND ((SELECT cases.ids('cases.works')) <> '{}' OR (SELECT cases.ids('cases.supervises')) <> '{}'));
