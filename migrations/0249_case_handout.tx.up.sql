-- Names of some files handed out: one person asks, with an aim, a basis and a recipient; a protection officer, another person, decides;
-- whoever asked gets the file once, within 24 hours, encrypted. The rows are the register of what was disclosed, to whom and on what basis.
CREATE TABLE cases.handout (
  id         uuid PRIMARY KEY,
  key        uuid NOT NULL,
  asked_by   uuid NOT NULL,
  asked_at   timestamptz NOT NULL,
  aim        text NOT NULL CHECK (aim IN ('referral', 'transfer', 'return', 'justice', 'police', 'court')),
  basis      text NOT NULL CHECK (basis IN ('consent', 'law')),
  mode       text NOT NULL CHECK (mode IN ('age', 'phrase')),
  files      int NOT NULL CHECK (files BETWEEN 1 AND 50),
  decided_by uuid,
  decided_at timestamptz,
  decision   text CHECK (decision IN ('approved', 'refused')),
  expires_at timestamptz,
  fetched_at timestamptz,
  wrapped    bytea NOT NULL, -- the data key of what follows
  body       bytea NOT NULL, -- recipient, reason, reference of the law, the recipient's key; sealed
  note       bytea,          -- the officer's, sealed
  secret     bytea,          -- the pass-phrase until it has been used, sealed
  UNIQUE (asked_by, key),
  CHECK (aim NOT IN ('police', 'court') OR basis = 'law'),
  CHECK ((decided_at IS NULL) = (decided_by IS NULL) AND (decided_at IS NULL) = (decision IS NULL)),
  CHECK (decided_by <> asked_by),
  CHECK ((decision IS NOT DISTINCT FROM 'approved') = (expires_at IS NOT NULL)),
  CHECK (expires_at <= decided_at + interval '24 hours'),
  CHECK (fetched_at IS NULL OR (expires_at IS NOT NULL AND fetched_at <= expires_at AND secret IS NULL))
);
CREATE INDEX handout_at_idx ON cases.handout (asked_at DESC);
CREATE TABLE cases.handout_file (
  handout_id uuid NOT NULL REFERENCES cases.handout,
  case_id    uuid NOT NULL REFERENCES cases.file,
  owner_id   uuid NOT NULL,
  PRIMARY KEY (handout_id, case_id)
);
CREATE INDEX handout_file_case_idx ON cases.handout_file (case_id);

-- On consent, each file has one in force that covers the identity, for the aim; looked at when it is asked for and when it is fetched.
CREATE FUNCTION cases.covered(wanted uuid, for_aim text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM cases.consent c WHERE c.case_id = wanted AND c.withdrawn_at IS NULL AND c.purpose = for_aim AND 'identity' = ANY (c.categories)
    AND (cases.clock() AT TIME ZONE 'Africa/Tunis')::date BETWEEN c.given_on AND c.expires_on)
$$;
CREATE FUNCTION cases.check_handout_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT cases.copying() AND EXISTS (SELECT 1 FROM cases.handout h WHERE h.id = NEW.handout_id AND h.basis = 'consent' AND NOT cases.covered(NEW.case_id, h.aim)) THEN
    RAISE EXCEPTION 'no consent in force' USING ERRCODE = 'check_violation', CONSTRAINT = 'handout_consent';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER handout_file_check BEFORE INSERT ON cases.handout_file FOR EACH ROW EXECUTE FUNCTION cases.check_handout_file();
CREATE FUNCTION cases.check_handout() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT cases.copying() AND NEW.fetched_at IS NOT NULL AND NEW.basis = 'consent'
    AND EXISTS (SELECT 1 FROM cases.handout_file x WHERE x.handout_id = NEW.id AND NOT cases.covered(x.case_id, NEW.aim)) THEN
    RAISE EXCEPTION 'no consent in force' USING ERRCODE = 'check_violation', CONSTRAINT = 'handout_consent';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER handout_check BEFORE UPDATE ON cases.handout FOR EACH ROW EXECUTE FUNCTION cases.check_handout();

ALTER TABLE cases.handout ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases.handout FORCE ROW LEVEL SECURITY;
ALTER TABLE cases.handout_file ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases.handout_file FORCE ROW LEVEL SECURITY;
CREATE POLICY handout_copied ON cases.handout FOR SELECT USING ((SELECT cases.copying()));
CREATE POLICY handout_seen ON cases.handout FOR SELECT USING (
  (SELECT cases.flag('cases.officer')) OR (asked_by = (SELECT cases.actor()) AND (SELECT cases.ids('cases.supervises')) <> '{}'));
CREATE POLICY handout_made ON cases.handout FOR INSERT WITH CHECK (
  asked_by = (SELECT cases.actor()) AND asked_at = cases.clock() AND decided_at IS NULL AND ((SELECT cases.flag('cases.officer')) OR (SELECT cases.ids('cases.supervises')) <> '{}'));
-- two steps by two people: a row that waits is decided by another, and one that is approved is fetched by whoever asked
CREATE POLICY handout_decided ON cases.handout FOR UPDATE
  USING ((SELECT cases.flag('cases.officer')) AND decided_at IS NULL AND asked_by <> (SELECT cases.actor()))
  WITH CHECK ((SELECT cases.flag('cases.officer')) AND decided_by = (SELECT cases.actor()) AND decided_at = cases.clock() AND fetched_at IS NULL);
CREATE POLICY handout_fetched ON cases.handout FOR UPDATE
  USING (asked_by = (SELECT cases.actor()) AND decision = 'approved' AND fetched_at IS NULL AND expires_at > cases.clock() AND ((SELECT cases.flag('cases.officer')) OR (SELECT cases.ids('cases.supervises')) <> '{}'))
  WITH CHECK (asked_by = (SELECT cases.actor()) AND decision = 'approved' AND fetched_at = cases.clock());
CREATE POLICY handout_file_copied ON cases.handout_file FOR SELECT USING ((SELECT cases.copying()));
CREATE POLICY handout_file_seen ON cases.handout_file FOR SELECT USING (handout_id IN (SELECT h.id FROM cases.handout h));
CREATE POLICY handout_file_made ON cases.handout_file FOR INSERT WITH CHECK (
  handout_id IN (SELECT h.id FROM cases.handout h WHERE h.asked_by = (SELECT cases.actor()) AND h.decided_at IS NULL)
  AND ((SELECT cases.flag('cases.officer')) OR owner_id = ANY ((SELECT cases.ids('cases.supervises'))::uuid[]))
  AND EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id AND f.owner_id = handout_file.owner_id));
