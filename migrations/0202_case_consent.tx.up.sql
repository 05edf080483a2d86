-- Consent, referrals and the legal basis. The database itself refuses a referral without a consent that is in force for that
-- recipient, and a minor's consent that the law's two signatures do not stand under.
CREATE TABLE cases.controller (
  owner_id uuid PRIMARY KEY,
  basis    text NOT NULL CHECK (basis IN ('consent', 'public_authority')),
  set_by   uuid NOT NULL,
  set_at   timestamptz NOT NULL
);

CREATE TABLE cases.consent (
  id           uuid PRIMARY KEY,
  case_id      uuid NOT NULL REFERENCES cases.file,
  key          uuid NOT NULL,
  purpose      text NOT NULL CHECK (purpose IN ('assistance', 'referral', 'transfer', 'return', 'justice')),
  recipient_id uuid,                    -- the organisation that may receive; null: the keeper of the file itself
  categories   text[] NOT NULL CHECK (cardinality(categories) > 0),
  given_by     text NOT NULL CHECK (given_by IN ('person', 'guardian_and_judge', 'judge')),
  form         text NOT NULL CHECK (form IN ('written', 'oral_witnessed')),
  lang         text NOT NULL,
  interpreter  boolean NOT NULL DEFAULT false,
  given_on     date NOT NULL,
  expires_on   date NOT NULL,
  withdrawn_at timestamptz,
  at           timestamptz NOT NULL,
  by_id        uuid NOT NULL,
  body         bytea NOT NULL,          -- sealed: where the document is, who signed, the judge's reference
  UNIQUE (case_id, key),
  UNIQUE (id, case_id),
  CHECK ((purpose = 'assistance') = (recipient_id IS NULL)),
  CHECK (expires_on >= given_on)
);
CREATE INDEX consent_case_idx ON cases.consent (case_id);

CREATE TABLE cases.referral (
  id          uuid PRIMARY KEY,
  case_id     uuid NOT NULL REFERENCES cases.file,
  key         uuid NOT NULL,
  owner_id    uuid NOT NULL,            -- who refers
  to_id       uuid,                     -- who receives; null: nobody offers it
  kind        text NOT NULL CHECK (kind IN ('referral', 'transfer')),
  type        text NOT NULL,            -- type of service
  consent_id  uuid,
  categories  text[] NOT NULL DEFAULT '{}',
  state       text NOT NULL CHECK (state IN ('sent', 'accepted', 'declined', 'ended', 'unavailable')),
  lack        text,
  sent_at     timestamptz NOT NULL,
  answered_at timestamptz,
  ends_on     date,
  by_id       uuid NOT NULL,
  wrapped     bytea NOT NULL,           -- a data key of the referral alone, so that its recipient can read it and nothing else
  body        bytea NOT NULL,           -- sealed: the minimum that the recipient needs
  UNIQUE (case_id, key),
  FOREIGN KEY (consent_id, case_id) REFERENCES cases.consent (id, case_id),
  CHECK ((state = 'unavailable') = (to_id IS NULL)),
  CHECK ((state = 'unavailable') = (consent_id IS NULL)),
  CHECK ((state = 'unavailable') = (lack IS NOT NULL))
);
CREATE INDEX referral_case_idx ON cases.referral (case_id);
CREATE INDEX referral_to_idx ON cases.referral (to_id) WHERE state IN ('sent', 'accepted');

-- Who signs for a child: guardian and judge, or the judge alone; the judge alone when the guardian is suspected.
CREATE FUNCTION cases.check_consent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE f record;
BEGIN
  IF cases.copying() THEN -- a restore
    RETURN NEW;
  END IF;
  SELECT age_band IN ('0-11', '12-17') AS minor, guardian_suspected AS suspected INTO f FROM cases.file WHERE id = NEW.case_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such file' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF f.minor AND NEW.given_by = 'person' THEN
    RAISE EXCEPTION 'a child does not sign alone' USING ERRCODE = 'check_violation', CONSTRAINT = 'consent_minor';
  END IF;
  IF f.suspected AND NEW.withdrawn_at IS NULL AND NEW.given_by = 'guardian_and_judge' THEN
    RAISE EXCEPTION 'the guardian is suspected' USING ERRCODE = 'check_violation', CONSTRAINT = 'consent_guardian';
  END IF;
  IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - 'withdrawn_at') IS DISTINCT FROM (to_jsonb(OLD) - 'withdrawn_at') THEN
    RAISE EXCEPTION 'a consent is withdrawn and never changed' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at THEN
    RAISE EXCEPTION 'a withdrawal stands' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_check BEFORE INSERT OR UPDATE ON cases.consent FOR EACH ROW EXECUTE FUNCTION cases.check_consent();

-- A referral stands on a consent that is in force that day, for that recipient and purpose, and covers what is sent.
CREATE FUNCTION cases.check_referral() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT cases.copying() AND NEW.state IN ('sent', 'accepted') AND NOT EXISTS (
    SELECT 1 FROM cases.consent c
    WHERE c.id = NEW.consent_id AND c.case_id = NEW.case_id AND c.withdrawn_at IS NULL AND c.recipient_id = NEW.to_id AND c.purpose = NEW.kind
      AND (cases.clock() AT TIME ZONE 'Africa/Tunis')::date BETWEEN c.given_on AND c.expires_on AND NEW.categories <@ c.categories) THEN
    RAISE EXCEPTION 'no consent in force' USING ERRCODE = 'check_violation', CONSTRAINT = 'referral_consent';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER referral_check BEFORE INSERT OR UPDATE ON cases.referral FOR EACH ROW EXECUTE FUNCTION cases.check_referral();

-- Withdrawal ends sharing at once.
CREATE FUNCTION cases.end_sharing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.withdrawn_at IS NOT NULL AND OLD.withdrawn_at IS NULL THEN
    UPDATE cases.referral SET state = 'ended', answered_at = coalesce(answered_at, NEW.withdrawn_at) WHERE consent_id = NEW.id AND state IN ('sent', 'accepted');
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER consent_withdrawn AFTER UPDATE ON cases.consent FOR EACH ROW EXECUTE FUNCTION cases.end_sharing();

-- Once the guardian is suspected, what they signed holds no longer.
CREATE FUNCTION cases.suspect_guardian() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.guardian_suspected AND NOT OLD.guardian_suspected THEN
    UPDATE cases.consent SET withdrawn_at = cases.clock() WHERE case_id = NEW.id AND given_by = 'guardian_and_judge' AND withdrawn_at IS NULL;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER file_guardian AFTER UPDATE OF guardian_suspected ON cases.file FOR EACH ROW EXECUTE FUNCTION cases.suspect_guardian();

CREATE POLICY controller_seen ON cases.controller FOR SELECT USING (cases.actor() IS NOT NULL);
CREATE POLICY controller_made ON cases.controller FOR INSERT WITH CHECK (cases.flag('cases.officer'));
CREATE POLICY controller_changed ON cases.controller FOR UPDATE USING (cases.flag('cases.officer')) WITH CHECK (cases.flag('cases.officer'));

CREATE POLICY consent_seen ON cases.consent FOR SELECT USING (NOT cases.flag('cases.counting') AND (
  EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id)
  OR recipient_id = ANY (cases.ids('cases.supervises')) OR recipient_id = ANY (cases.ids('cases.works'))));
CREATE POLICY consent_made ON cases.consent FOR INSERT WITH CHECK (EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id));
CREATE POLICY consent_changed ON cases.consent FOR UPDATE USING (EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id));

-- A referral is seen by whoever sees the file, and by the recipient while it is sent or accepted.
CREATE POLICY referral_seen ON cases.referral FOR SELECT USING (
  cases.flag('cases.officer') OR cases.flag('cases.counting')
  OR EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id)
  OR (state IN ('sent', 'accepted') AND (to_id = ANY (cases.ids('cases.supervises')) OR to_id = ANY (cases.ids('cases.works')))));
CREATE POLICY referral_made ON cases.referral FOR INSERT WITH CHECK (EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id AND f.owner_id = owner_id));
CREATE POLICY referral_changed ON cases.referral FOR UPDATE USING (
  EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id)
  OR (state = 'sent' AND (to_id = ANY (cases.ids('cases.supervises')) OR to_id = ANY (cases.ids('cases.works')))))
WITH CHECK (
  EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id)
  OR to_id = ANY (cases.ids('cases.supervises')) OR to_id = ANY (cases.ids('cases.works')));

-- While a supervisor of the recipient accepts a transfer, and in that transaction alone, its file is in reach. This table holds
-- the transfers that wait for an answer; its policy for reading reads no file, so that the two go in no circle.
CREATE TABLE cases.transfer (
  referral_id uuid PRIMARY KEY REFERENCES cases.referral,
  case_id     uuid NOT NULL,
  owner_id    uuid NOT NULL,
  to_id       uuid NOT NULL
);
CREATE FUNCTION cases.follow_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF cases.copying() THEN
    RETURN NULL;
  ELSIF TG_OP = 'INSERT' AND NEW.kind = 'transfer' AND NEW.state = 'sent' THEN
    INSERT INTO cases.transfer (referral_id, case_id, owner_id, to_id) VALUES (NEW.id, NEW.case_id, NEW.owner_id, NEW.to_id);
  ELSIF TG_OP = 'UPDATE' AND NEW.state <> 'sent' THEN
    DELETE FROM cases.transfer WHERE referral_id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER referral_transfer AFTER INSERT OR UPDATE ON cases.referral FOR EACH ROW EXECUTE FUNCTION cases.follow_transfer();
CREATE POLICY transfer_seen ON cases.transfer FOR SELECT USING (
  cases.flag('cases.officer') OR to_id = ANY (cases.ids('cases.supervises')) OR owner_id = ANY (cases.ids('cases.supervises')) OR owner_id = ANY (cases.ids('cases.works')));
CREATE POLICY transfer_made ON cases.transfer FOR INSERT WITH CHECK (owner_id = ANY (cases.ids('cases.supervises')) OR owner_id = ANY (cases.ids('cases.works')));
CREATE POLICY transfer_gone ON cases.transfer FOR DELETE USING (true); -- a row may only go: nobody sees more by it

CREATE POLICY file_taken_seen ON cases.file FOR SELECT USING (cases.flag('cases.accepting') AND id IN (SELECT t.case_id FROM cases.transfer t WHERE t.to_id = ANY (cases.ids('cases.supervises'))));
CREATE POLICY file_taken ON cases.file FOR UPDATE USING (cases.flag('cases.accepting') AND id IN (SELECT t.case_id FROM cases.transfer t WHERE t.to_id = ANY (cases.ids('cases.supervises'))))
  WITH CHECK (owner_id = ANY (cases.ids('cases.supervises')) AND worker_id IS NULL);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['controller', 'consent', 'referral', 'transfer'] LOOP
    EXECUTE format('ALTER TABLE cases.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE cases.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY %1$s_copied ON cases.%1$I FOR SELECT USING ((SELECT cases.copying()))', t);
  END LOOP;
END $$;
