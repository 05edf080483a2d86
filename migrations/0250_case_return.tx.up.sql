-- A return, or a settling where the person is: the risk there, documents, travel, and a plan in three parts; then follow-ups after 3, 6
-- and 12 months with a scored questionnaire. Nobody leaves without a look at the risk and, across a border, a consent in force.
CREATE TABLE cases.homecoming (
  id        uuid PRIMARY KEY,
  case_id   uuid NOT NULL REFERENCES cases.file,
  key       uuid NOT NULL,
  kind      text NOT NULL CHECK (kind IN ('return', 'resettlement', 'local')),
  state     text NOT NULL CHECK (state IN ('prepared', 'begun', 'cancelled')),
  risk      text CHECK (risk IN ('low', 'medium', 'high', 'extreme')),
  documents text NOT NULL CHECK (documents IN ('held', 'asked', 'missing', 'not_needed')),
  escort    boolean NOT NULL DEFAULT false,
  begun_on  date, -- departure, or the day on which settling began
  at        timestamptz NOT NULL,
  by_id     uuid NOT NULL,
  body      bytea NOT NULL, -- the texts, sealed
  UNIQUE (case_id, key),
  CHECK (state <> 'begun' OR (begun_on IS NOT NULL AND risk IS NOT NULL AND risk <> 'extreme' AND documents IN ('held', 'not_needed')))
);
CREATE UNIQUE INDEX homecoming_one ON cases.homecoming (case_id) WHERE state <> 'cancelled';
CREATE TABLE cases.followup (
  id            uuid PRIMARY KEY,
  case_id       uuid NOT NULL REFERENCES cases.file,
  homecoming_id uuid NOT NULL REFERENCES cases.homecoming,
  month         int NOT NULL CHECK (month BETWEEN 1 AND 36),
  due_on        date NOT NULL,
  state         text NOT NULL CHECK (state IN ('due', 'done', 'not_reached')),
  done_on       date,
  by_id         uuid,
  score         int CHECK (score BETWEEN 0 AND 100), -- NULL: too few answers
  low           int, -- the scale on that day
  high          int,
  body          bytea, -- answers and note, sealed
  UNIQUE (homecoming_id, month),
  CHECK ((state = 'due') = (done_on IS NULL) AND (state = 'due') = (by_id IS NULL) AND (state = 'due') = (body IS NULL)),
  CHECK ((low IS NULL) = (high IS NULL) AND (score IS NULL OR low IS NOT NULL))
);
CREATE INDEX followup_due_idx ON cases.followup (due_on) WHERE state = 'due';
-- The scale of the questionnaire: below low support is needed soon, from high on the person is settled. The officers' to set.
CREATE TABLE cases.scale (
  one    boolean PRIMARY KEY DEFAULT true CHECK (one),
  low    int NOT NULL DEFAULT 50,
  high   int NOT NULL DEFAULT 75,
  months int[] NOT NULL DEFAULT '{3,6,12}',
  set_by uuid,
  set_at timestamptz,
  CHECK (0 < low AND low < high AND high <= 100),
  CHECK (cardinality(months) BETWEEN 1 AND 6 AND 1 <= ALL (months) AND 36 >= ALL (months))
);
INSERT INTO cases.scale DEFAULT VALUES;

CREATE FUNCTION cases.check_homecoming() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF cases.copying() THEN
    RETURN NEW;
  END IF;
  IF NEW.state = 'begun' AND NEW.kind <> 'local' AND (TG_OP = 'INSERT' OR OLD.state <> 'begun') AND NOT EXISTS (
    SELECT 1 FROM cases.consent c WHERE c.case_id = NEW.case_id AND c.purpose = 'return' AND c.withdrawn_at IS NULL AND NEW.begun_on BETWEEN c.given_on AND c.expires_on) THEN
    RAISE EXCEPTION 'no consent in force' USING ERRCODE = 'check_violation', CONSTRAINT = 'homecoming_consent';
  END IF;
  IF TG_OP = 'UPDATE' AND (OLD.state = 'cancelled' OR (OLD.state = 'begun' AND (NEW.state, NEW.kind, NEW.begun_on) IS DISTINCT FROM (OLD.state, OLD.kind, OLD.begun_on))) THEN
    RAISE EXCEPTION 'what has begun stands' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER homecoming_check BEFORE INSERT OR UPDATE ON cases.homecoming FOR EACH ROW EXECUTE FUNCTION cases.check_homecoming();

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['homecoming', 'followup'] LOOP
    EXECUTE format('CREATE POLICY %1$s_seen ON cases.%1$I FOR SELECT USING (NOT cases.flag(''cases.counting'') AND EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id))', t);
    EXECUTE format('CREATE POLICY %1$s_made ON cases.%1$I FOR INSERT WITH CHECK (NOT cases.flag(''cases.counting'') AND EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id))', t);
    EXECUTE format('CREATE POLICY %1$s_changed ON cases.%1$I FOR UPDATE USING (NOT cases.flag(''cases.counting'') AND EXISTS (SELECT 1 FROM cases.file f WHERE f.id = case_id))', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['homecoming', 'followup', 'scale'] LOOP
    EXECUTE format('ALTER TABLE cases.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE cases.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY %1$s_copied ON cases.%1$I FOR SELECT USING ((SELECT cases.copying()))', t);
  END LOOP;
END $$;
CREATE POLICY scale_seen ON cases.scale FOR SELECT USING ((SELECT cases.actor()) IS NOT NULL);
CREATE POLICY scale_set ON cases.scale FOR UPDATE USING ((SELECT cases.flag('cases.officer'))) WITH CHECK ((SELECT cases.flag('cases.officer')) AND set_by = (SELECT cases.actor()));
