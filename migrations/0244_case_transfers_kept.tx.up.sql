-- That a file waits to be taken over is told to the supervisors of both sides, and to no colleague of whoever follows it. The
-- list of such transfers is kept by its trigger alone, in the owner's name, so that a worker who withdraws the consent ends the
-- transfer without being shown the list.
CREATE FUNCTION cases.keeping() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'cases.transfer'::regclass)
$$;
CREATE OR REPLACE FUNCTION cases.follow_transfer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF cases.copying() AND session_user = current_user THEN -- a restore
    RETURN NULL;
  ELSIF TG_OP = 'INSERT' AND NEW.kind = 'transfer' AND NEW.state = 'sent' THEN
    INSERT INTO cases.transfer (referral_id, case_id, owner_id, to_id) VALUES (NEW.id, NEW.case_id, NEW.owner_id, NEW.to_id);
  ELSIF TG_OP = 'UPDATE' AND NEW.state <> 'sent' THEN
    DELETE FROM cases.transfer WHERE referral_id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
DROP POLICY transfer_seen ON cases.transfer;
CREATE POLICY transfer_seen ON cases.transfer FOR SELECT USING (
  cases.flag('cases.officer') OR to_id = ANY (cases.ids('cases.supervises')) OR owner_id = ANY (cases.ids('cases.supervises')));
DROP POLICY transfer_made ON cases.transfer;
DROP POLICY transfer_gone ON cases.transfer;
CREATE POLICY transfer_kept ON cases.transfer USING (cases.keeping()) WITH CHECK (cases.keeping());
