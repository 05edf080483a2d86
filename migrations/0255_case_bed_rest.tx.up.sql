-- A bed out of use, from a day on and until it is put back, with the reason; never while somebody sleeps there, and nobody is given it meanwhile.
CREATE TABLE cases.bed_rest (
  id       uuid PRIMARY KEY,
  bed_id   uuid NOT NULL,
  owner_id uuid NOT NULL,
  key      uuid NOT NULL,
  from_on  date NOT NULL,
  until_on date,                       -- back in use from that day; null: not yet
  reason   text NOT NULL CHECK (reason IN ('broken', 'works', 'room_closed', 'given_up', 'other')),
  at       timestamptz NOT NULL,
  by_id    uuid NOT NULL,
  ended_by uuid,
  UNIQUE (bed_id, key),
  FOREIGN KEY (bed_id, owner_id) REFERENCES cases.bed (id, owner_id),
  CHECK (until_on > from_on),
  CHECK ((until_on IS NULL) = (ended_by IS NULL)),
  CONSTRAINT bed_rest_once EXCLUDE USING gist (bed_id WITH =, daterange(from_on, until_on, '[)') WITH &&)
);
CREATE INDEX bed_rest_owner_idx ON cases.bed_rest (owner_id, from_on DESC);

-- one after the other for each bed, so that two at once do not pass each other by
CREATE FUNCTION cases.check_bed_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF cases.copying() THEN -- a restore
    RETURN NEW;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.bed_id::text, 7));
  IF TG_TABLE_NAME = 'bed_rest' AND EXISTS (SELECT 1 FROM cases.stay s WHERE s.bed_id = NEW.bed_id AND daterange(s.from_on, s.until_on, '[)') && daterange(NEW.from_on, NEW.until_on, '[)')) THEN
    RAISE EXCEPTION 'somebody sleeps there' USING ERRCODE = 'check_violation', CONSTRAINT = 'bed_rest_taken';
  END IF;
  IF TG_TABLE_NAME = 'stay' AND EXISTS (SELECT 1 FROM cases.bed_rest r WHERE r.bed_id = NEW.bed_id AND daterange(r.from_on, r.until_on, '[)') && daterange(NEW.from_on, NEW.until_on, '[)')) THEN
    RAISE EXCEPTION 'the bed is out of use' USING ERRCODE = 'check_violation', CONSTRAINT = 'stay_rest';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER bed_rest_check BEFORE INSERT ON cases.bed_rest FOR EACH ROW EXECUTE FUNCTION cases.check_bed_use();
CREATE TRIGGER stay_check BEFORE INSERT ON cases.stay FOR EACH ROW EXECUTE FUNCTION cases.check_bed_use();

ALTER TABLE cases.bed_rest ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases.bed_rest FORCE ROW LEVEL SECURITY;
CREATE POLICY bed_rest_copied ON cases.bed_rest FOR SELECT USING ((SELECT cases.copying()));
CREATE POLICY bed_rest_seen ON cases.bed_rest FOR SELECT USING ((SELECT cases.flag('cases.officer')) OR (SELECT cases.flag('cases.counting'))
  OR owner_id = ANY ((SELECT cases.ids('cases.supervises'))::uuid[]) OR owner_id = ANY ((SELECT cases.ids('cases.works'))::uuid[]));
CREATE POLICY bed_rest_made ON cases.bed_rest FOR INSERT WITH CHECK (owner_id = ANY (cases.ids('cases.supervises')) AND by_id = cases.actor() AND until_on IS NULL);
CREATE POLICY bed_rest_ended ON cases.bed_rest FOR UPDATE USING (owner_id = ANY (cases.ids('cases.supervises')) AND until_on IS NULL)
  WITH CHECK (owner_id = ANY (cases.ids('cases.supervises')) AND ended_by = cases.actor());
