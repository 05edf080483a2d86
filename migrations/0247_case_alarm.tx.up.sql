-- Somebody who opens many files in little time raises an alarm that the protection officers see. How many in how many minutes is
-- theirs to set; the row of the settings is there from the start.
CREATE TABLE cases.guard (
  one     boolean PRIMARY KEY DEFAULT true CHECK (one),
  files   int NOT NULL DEFAULT 20 CHECK (files BETWEEN 1 AND 1000),
  minutes int NOT NULL DEFAULT 60 CHECK (minutes BETWEEN 1 AND 1440),
  set_by  uuid,
  set_at  timestamptz
);
INSERT INTO cases.guard DEFAULT VALUES;

CREATE TABLE cases.alarm (
  id        uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  at        timestamptz NOT NULL,
  files     int NOT NULL,   -- opened within the time
  minutes   int NOT NULL,
  seen_at   timestamptz,
  seen_by   uuid,
  wrapped   bytea NOT NULL DEFAULT '', -- the data key of the note
  note      bytea,                     -- sealed
  CHECK ((seen_at IS NULL) = (seen_by IS NULL)),
  CHECK (seen_by IS DISTINCT FROM person_id)
);
CREATE INDEX alarm_at_idx ON cases.alarm (at DESC);
CREATE INDEX audit_refused_idx ON cases.audit (at DESC) WHERE action = 'case.refused';

ALTER TABLE cases.guard ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases.guard FORCE ROW LEVEL SECURITY;
ALTER TABLE cases.alarm ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases.alarm FORCE ROW LEVEL SECURITY;
CREATE POLICY guard_copied ON cases.guard FOR SELECT USING ((SELECT cases.copying()));
CREATE POLICY guard_seen ON cases.guard FOR SELECT USING ((SELECT cases.actor()) IS NOT NULL);
CREATE POLICY guard_set ON cases.guard FOR UPDATE USING ((SELECT cases.flag('cases.officer'))) WITH CHECK ((SELECT cases.flag('cases.officer')) AND set_by = (SELECT cases.actor()));
CREATE POLICY alarm_copied ON cases.alarm FOR SELECT USING ((SELECT cases.copying()));
CREATE POLICY alarm_seen ON cases.alarm FOR SELECT USING ((SELECT cases.flag('cases.officer')) OR person_id = (SELECT cases.actor()));
CREATE POLICY alarm_made ON cases.alarm FOR INSERT WITH CHECK (person_id = (SELECT cases.actor()) AND seen_at IS NULL);
CREATE POLICY alarm_answered ON cases.alarm FOR UPDATE USING ((SELECT cases.flag('cases.officer')) AND seen_at IS NULL)
  WITH CHECK ((SELECT cases.flag('cases.officer')) AND seen_by = (SELECT cases.actor()));
