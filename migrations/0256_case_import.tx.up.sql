-- Rows of imported lists, by a keyed digest of what they said, so that a list that comes again imports nobody twice.
CREATE TABLE cases.import (
  owner_id uuid NOT NULL,
  digest   bytea NOT NULL,
  case_id  uuid NOT NULL REFERENCES cases.file,
  at       timestamptz NOT NULL,
  by_id    uuid NOT NULL,
  PRIMARY KEY (owner_id, digest)
);
ALTER TABLE cases.import ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases.import FORCE ROW LEVEL SECURITY;
CREATE POLICY import_copied ON cases.import FOR SELECT USING ((SELECT cases.copying()));
CREATE POLICY import_seen ON cases.import FOR SELECT USING (owner_id = ANY ((SELECT cases.ids('cases.supervises'))::uuid[]));
CREATE POLICY import_made ON cases.import FOR INSERT WITH CHECK (owner_id = ANY (cases.ids('cases.supervises')) AND by_id = cases.actor()
  AND EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id AND f.owner_id = import.owner_id));
