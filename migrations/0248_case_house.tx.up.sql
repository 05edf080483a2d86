-- The shelters' rooms and beds, who sleeps where from when to when, and the register of incidents. A bed has one person a night and
-- a person one bed: the database refuses anything else. The staff of a shelter see that a bed is taken; whose file it is, only
-- those who see the file.
CREATE TABLE cases.room (
  id       uuid PRIMARY KEY,
  owner_id uuid NOT NULL,
  key      uuid NOT NULL,
  name     text NOT NULL CHECK (name <> ''),
  UNIQUE (owner_id, key)
);
CREATE TABLE cases.bed (
  id       uuid PRIMARY KEY,
  room_id  uuid NOT NULL REFERENCES cases.room,
  owner_id uuid NOT NULL,
  n        int NOT NULL CHECK (n > 0), -- its number in the room
  from_on  date NOT NULL,              -- counts in the occupancy from that day
  UNIQUE (room_id, n),
  UNIQUE (id, owner_id)
);
CREATE TABLE cases.stay (
  id       uuid PRIMARY KEY,
  case_id  uuid NOT NULL REFERENCES cases.file,
  key      uuid NOT NULL,
  owner_id uuid NOT NULL,
  bed_id   uuid NOT NULL,
  from_on  date NOT NULL,
  until_on date,                       -- the day of the leave: the bed is free that night
  reason   text,                       -- of the leave
  at       timestamptz NOT NULL,
  by_id    uuid NOT NULL,
  UNIQUE (case_id, key),
  FOREIGN KEY (bed_id, owner_id) REFERENCES cases.bed (id, owner_id),
  CHECK (until_on >= from_on),
  CHECK ((until_on IS NULL) = (reason IS NULL)),
  CONSTRAINT stay_bed EXCLUDE USING gist (bed_id WITH =, daterange(from_on, until_on, '[)') WITH &&),
  CONSTRAINT stay_person EXCLUDE USING gist (case_id WITH =, daterange(from_on, until_on, '[)') WITH &&)
);
CREATE INDEX stay_owner_idx ON cases.stay (owner_id, from_on);
CREATE TABLE cases.incident (
  id       uuid PRIMARY KEY,
  owner_id uuid NOT NULL,
  key      uuid NOT NULL,
  on_day   date NOT NULL,
  kind     text NOT NULL,
  wrapped  bytea NOT NULL,             -- the data key of its texts
  body     bytea NOT NULL,             -- sealed: what happened, and the measures
  at       timestamptz NOT NULL,
  by_id    uuid NOT NULL,
  UNIQUE (owner_id, key)
);
CREATE INDEX incident_owner_idx ON cases.incident (owner_id, on_day DESC);
CREATE TABLE cases.incident_person (
  incident_id uuid NOT NULL REFERENCES cases.incident,
  case_id     uuid NOT NULL REFERENCES cases.file,
  owner_id    uuid NOT NULL,
  PRIMARY KEY (incident_id, case_id)
);

CREATE FUNCTION cases.within(owner uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT owner = ANY ((SELECT cases.ids('cases.supervises'))::uuid[]) OR owner = ANY ((SELECT cases.ids('cases.works'))::uuid[])
$$;
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['room', 'bed', 'stay', 'incident', 'incident_person'] LOOP
    EXECUTE format('ALTER TABLE cases.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE cases.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY %1$s_copied ON cases.%1$I FOR SELECT USING ((SELECT cases.copying()))', t);
    EXECUTE format('CREATE POLICY %1$s_seen ON cases.%1$I FOR SELECT USING ((SELECT cases.flag(''cases.officer'')) %2$s
      OR owner_id = ANY ((SELECT cases.ids(''cases.supervises''))::uuid[]) OR owner_id = ANY ((SELECT cases.ids(''cases.works''))::uuid[]))', t,
      CASE WHEN t LIKE 'incident%' THEN '' ELSE 'OR (SELECT cases.flag(''cases.counting''))' END);
  END LOOP;
END $$;
CREATE POLICY room_made ON cases.room FOR INSERT WITH CHECK (owner_id = ANY (cases.ids('cases.supervises')));
CREATE POLICY bed_made ON cases.bed FOR INSERT WITH CHECK (owner_id = ANY (cases.ids('cases.supervises')) AND EXISTS (SELECT 1 FROM cases.room r WHERE r.id = room_id AND r.owner_id = bed.owner_id));
CREATE POLICY stay_made ON cases.stay FOR INSERT WITH CHECK (cases.within(owner_id) AND by_id = cases.actor() AND EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id AND f.owner_id = stay.owner_id));
CREATE POLICY stay_left ON cases.stay FOR UPDATE USING (
  owner_id = ANY (cases.ids('cases.supervises')) OR (owner_id = ANY (cases.ids('cases.works')) AND EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id)))
  WITH CHECK (until_on IS NOT NULL);
CREATE POLICY incident_made ON cases.incident FOR INSERT WITH CHECK (cases.within(owner_id) AND by_id = cases.actor());
CREATE POLICY incident_person_made ON cases.incident_person FOR INSERT WITH CHECK (
  cases.within(owner_id) AND EXISTS (SELECT 1 FROM cases.stay s WHERE s.case_id = incident_person.case_id AND s.owner_id = incident_person.owner_id));
