-- A case role holds once a protection officer has approved it. What waits is in org.approval; what was approved is kept on the case
-- side, in cases.warrant, which the training login cannot reach, and the case policies look at nothing else. A password or a
-- second factor that somebody else replaced suspends the case roles of the account until they are approved again.
CREATE TABLE org.approval (
  id         uuid PRIMARY KEY, -- the grant has the same id once it is approved
  kind       text NOT NULL CHECK (kind IN ('role', 'secret')),
  person_id  uuid NOT NULL REFERENCES org.person,
  role       text CHECK (role IN ('case_worker', 'case_supervisor', 'protection_officer')),
  scope      text CHECK (scope IN ('global', 'organisation', 'shelter')),
  scope_id   uuid,
  makers     uuid[] NOT NULL DEFAULT '{}', -- who asked, or replaced the secret; empty: the system
  asked_at   timestamptz NOT NULL,
  noticed_at timestamptz,                  -- the message to those who decide
  decided_by uuid REFERENCES org.person,
  decided_at timestamptz,
  decision   text CHECK (decision IN ('approved', 'refused')),
  reason     text NOT NULL DEFAULT '',
  CHECK ((kind = 'role') = (role IS NOT NULL)),
  CHECK ((kind = 'role') = (scope IS NOT NULL)),
  CHECK ((decided_at IS NULL) = (decision IS NULL)),
  CHECK ((decided_at IS NULL) = (decided_by IS NULL)),
  CHECK (decided_by <> person_id AND NOT decided_by = ANY (makers)),
  CHECK (decision <> 'refused' OR reason <> '')
);
CREATE UNIQUE INDEX approval_role_key ON org.approval (person_id, role, scope, scope_id) NULLS NOT DISTINCT WHERE kind = 'role' AND decided_at IS NULL;
CREATE UNIQUE INDEX approval_secret_key ON org.approval (person_id) WHERE kind = 'secret' AND decided_at IS NULL;

ALTER TABLE org.role_grant ADD COLUMN suspended_at timestamptz;

CREATE TABLE cases.warrant (
  id           uuid PRIMARY KEY,
  person_id    uuid NOT NULL,
  role         text NOT NULL CHECK (role IN ('case_worker', 'case_supervisor', 'protection_officer')),
  scope_id     uuid,
  makers       uuid[] NOT NULL,
  approved_by  uuid NOT NULL,
  approved_at  timestamptz NOT NULL,
  founding     boolean NOT NULL DEFAULT false, -- the first officer's, approved by an administrator
  suspended_at timestamptz,
  resumed_by   uuid,
  ended_at     timestamptz,
  CHECK ((role = 'protection_officer') = (scope_id IS NULL)),
  CHECK (approved_by <> person_id AND NOT approved_by = ANY (makers)),
  CHECK (NOT founding OR role = 'protection_officer')
);
CREATE INDEX warrant_live_idx ON cases.warrant (person_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX warrant_founding_key ON cases.warrant (founding) WHERE founding;

-- Read in the owner's name, so that the policies of the table itself do not ask each other in a circle.
CREATE FUNCTION cases.holds(wanted text) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT coalesce(array_agg(w.scope_id), '{}') FROM cases.warrant w
  WHERE w.person_id = cases.actor() AND w.role = wanted AND w.ended_at IS NULL AND w.suspended_at IS NULL
$$;
CREATE FUNCTION cases.officer() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT EXISTS (SELECT 1 FROM cases.warrant w
    WHERE w.person_id = cases.actor() AND w.role = 'protection_officer' AND w.ended_at IS NULL AND w.suspended_at IS NULL)
$$;
CREATE FUNCTION cases.unfounded() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT NOT EXISTS (SELECT 1 FROM cases.warrant w WHERE w.role = 'protection_officer')
$$;
CREATE FUNCTION cases.warranted(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT EXISTS (SELECT 1 FROM cases.warrant w WHERE w.id = wanted)
$$;
CREATE FUNCTION cases.administers() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT EXISTS (SELECT 1 FROM org.role_grant g WHERE g.person_id = cases.actor() AND g.role = 'admin' AND g.revoked_at IS NULL)
$$;

-- What the settings say counts as far as it was approved.
CREATE OR REPLACE FUNCTION cases.ids(setting text) RETURNS uuid[] LANGUAGE sql STABLE AS $$
  SELECT coalesce(array_agg(i), '{}') FROM unnest(string_to_array(nullif(current_setting(setting, true), ''), ',')::uuid[]) i
  WHERE i = ANY ((SELECT cases.holds(CASE setting WHEN 'cases.works' THEN 'case_worker' WHEN 'cases.supervises' THEN 'case_supervisor' END))::uuid[])
$$;
CREATE OR REPLACE FUNCTION cases.flag(setting text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT coalesce(current_setting(setting, true), '') = 'on' AND (setting <> 'cases.officer' OR cases.officer())
$$;

ALTER TABLE cases.warrant ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases.warrant FORCE ROW LEVEL SECURITY;
CREATE POLICY warrant_copied ON cases.warrant FOR SELECT USING ((SELECT cases.copying()));
CREATE POLICY warrant_kept ON cases.warrant USING (cases.keeping()) WITH CHECK (cases.keeping());
CREATE POLICY warrant_seen ON cases.warrant FOR SELECT USING (
  CASE WHEN cases.keeping() THEN true ELSE person_id = (SELECT cases.actor()) OR (SELECT cases.flag('cases.officer')) END);
CREATE POLICY warrant_made ON cases.warrant FOR INSERT WITH CHECK (
  approved_by = (SELECT cases.actor()) AND suspended_at IS NULL AND ended_at IS NULL
  AND CASE WHEN founding THEN (SELECT cases.unfounded() AND cases.administers()) ELSE (SELECT cases.flag('cases.officer')) END);
CREATE POLICY warrant_resumed ON cases.warrant FOR UPDATE USING ((SELECT cases.flag('cases.officer')) AND person_id <> (SELECT cases.actor()))
  WITH CHECK ((SELECT cases.flag('cases.officer')) AND resumed_by = (SELECT cases.actor()));

-- Settings that a policy reads for each row are read once a statement now that they are looked up.
ALTER POLICY consent_seen ON cases.consent USING (NOT (SELECT cases.flag('cases.counting')) AND (
  EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id)
  OR (withdrawn_at IS NULL AND (SELECT cases.today()) BETWEEN given_on AND expires_on
      AND (recipient_id = ANY ((SELECT cases.ids('cases.supervises'))::uuid[]) OR recipient_id = ANY ((SELECT cases.ids('cases.works'))::uuid[])))));
ALTER POLICY referral_seen ON cases.referral USING (
  (SELECT cases.flag('cases.officer')) OR (SELECT cases.flag('cases.counting'))
  OR EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id)
  OR ((to_id = ANY ((SELECT cases.ids('cases.supervises'))::uuid[]) OR to_id = ANY ((SELECT cases.ids('cases.works'))::uuid[]))
      AND (state IN ('sent', 'accepted') OR (state = 'declined' AND (SELECT cases.flag('cases.accepting'))))
      AND (ends_on IS NULL OR ends_on >= (SELECT cases.today()))
      AND EXISTS (SELECT 1 FROM cases.consent c WHERE c.id = consent_id AND c.withdrawn_at IS NULL AND (SELECT cases.today()) BETWEEN c.given_on AND c.expires_on)));
ALTER POLICY transfer_seen ON cases.transfer USING (
  (SELECT cases.flag('cases.officer')) OR to_id = ANY ((SELECT cases.ids('cases.supervises'))::uuid[]) OR owner_id = ANY ((SELECT cases.ids('cases.supervises'))::uuid[]));

-- Case roles of before wait for their approval.
INSERT INTO org.approval (id, kind, person_id, role, scope, scope_id, makers, asked_at)
  SELECT gen_random_uuid(), 'role', person_id, role, scope, scope_id, array_remove(ARRAY[granted_by], NULL), now() FROM org.role_grant
  WHERE revoked_at IS NULL AND role IN ('case_worker', 'case_supervisor', 'protection_officer');
UPDATE org.role_grant SET revoked_at = now() WHERE revoked_at IS NULL AND role IN ('case_worker', 'case_supervisor', 'protection_officer');

-- The training side's grant of a case role is the mirror of a warrant: none without it, none in force while it is suspended, and
-- taking it away ends the warrant.
CREATE FUNCTION org.check_case_grant() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF cases.copying() AND session_user = current_user THEN -- a restore
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND (OLD.role, OLD.person_id, OLD.id, OLD.scope) IS DISTINCT FROM (NEW.role, NEW.person_id, NEW.id, NEW.scope)
     OR TG_OP = 'UPDATE' AND OLD.scope_id IS DISTINCT FROM NEW.scope_id OR TG_OP = 'UPDATE' AND OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NULL THEN
    RAISE EXCEPTION 'a case role is given anew, never changed' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.revoked_at IS NOT NULL THEN
    UPDATE cases.warrant SET ended_at = NEW.revoked_at WHERE id = NEW.id AND ended_at IS NULL;
  ELSIF NOT EXISTS (SELECT 1 FROM cases.warrant w WHERE w.id = NEW.id AND w.person_id = NEW.person_id AND w.role = NEW.role
      AND w.scope_id IS NOT DISTINCT FROM NEW.scope_id AND w.ended_at IS NULL AND (w.suspended_at IS NULL OR NEW.suspended_at IS NOT NULL)) THEN
    RAISE EXCEPTION 'a case role needs an approval' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER role_grant_case BEFORE INSERT OR UPDATE ON org.role_grant FOR EACH ROW
  WHEN (NEW.role IN ('case_worker', 'case_supervisor', 'protection_officer')) EXECUTE FUNCTION org.check_case_grant();

-- auth.own names who changes their own secret within their own session; auth.makers those who had it replaced.
CREATE FUNCTION auth.suspend_case_roles() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF cases.copying() AND session_user = current_user THEN -- a restore
    RETURN NULL;
  ELSIF TG_OP = 'UPDATE' AND NEW.password_hash = OLD.password_hash AND NEW.totp_secret IS NOT DISTINCT FROM OLD.totp_secret
     OR coalesce(current_setting('auth.own', true), '') = NEW.person_id::text THEN
    RETURN NULL;
  END IF;
  UPDATE cases.warrant SET suspended_at = clock_timestamp() WHERE person_id = NEW.person_id AND ended_at IS NULL;
  IF FOUND THEN
    UPDATE org.role_grant SET suspended_at = clock_timestamp() WHERE person_id = NEW.person_id AND revoked_at IS NULL
      AND role IN ('case_worker', 'case_supervisor', 'protection_officer');
    INSERT INTO org.approval AS a (id, kind, person_id, makers, asked_at)
      VALUES (gen_random_uuid(), 'secret', NEW.person_id, coalesce(string_to_array(nullif(current_setting('auth.makers', true), ''), ',')::uuid[], '{}'), clock_timestamp())
      ON CONFLICT (person_id) WHERE kind = 'secret' AND decided_at IS NULL
      DO UPDATE SET makers = a.makers || EXCLUDED.makers, asked_at = EXCLUDED.asked_at, noticed_at = NULL;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER account_secret AFTER INSERT OR UPDATE ON auth.account FOR EACH ROW EXECUTE FUNCTION auth.suspend_case_roles();
