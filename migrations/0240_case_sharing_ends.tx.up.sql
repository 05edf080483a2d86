-- Sharing ends with the consent it stands on, by its last day as by its withdrawal, and with the day that the referral names.
-- A recipient who declines still has to see the row while the answer is written, and in that transaction alone.
CREATE FUNCTION cases.today() RETURNS date LANGUAGE sql STABLE AS $$
  SELECT (cases.clock() AT TIME ZONE 'Africa/Tunis')::date
$$;
DROP POLICY consent_seen ON cases.consent;
CREATE POLICY consent_seen ON cases.consent FOR SELECT USING (NOT cases.flag('cases.counting') AND (
  EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id)
  OR (withdrawn_at IS NULL AND (SELECT cases.today()) BETWEEN given_on AND expires_on
      AND (recipient_id = ANY (cases.ids('cases.supervises')) OR recipient_id = ANY (cases.ids('cases.works'))))));
DROP POLICY referral_seen ON cases.referral;
CREATE POLICY referral_seen ON cases.referral FOR SELECT USING (
  cases.flag('cases.officer') OR cases.flag('cases.counting')
  OR EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id)
  OR ((to_id = ANY (cases.ids('cases.supervises')) OR to_id = ANY (cases.ids('cases.works')))
      AND (state IN ('sent', 'accepted') OR (state = 'declined' AND cases.flag('cases.accepting')))
      AND (ends_on IS NULL OR ends_on >= (SELECT cases.today()))
      AND EXISTS (SELECT 1 FROM cases.consent c WHERE c.id = consent_id AND c.withdrawn_at IS NULL AND (SELECT cases.today()) BETWEEN c.given_on AND c.expires_on)));
