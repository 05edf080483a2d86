-- What calendar programs need: a stable name and a change count for each half-day, and which message a person got last.
ALTER TABLE workshop.slot ADD COLUMN ical_uid text NOT NULL DEFAULT gen_random_uuid()::text UNIQUE,
  ADD COLUMN sequence int NOT NULL DEFAULT 0; -- goes up with every change of time, place or state

ALTER TABLE workshop.enrolment ADD COLUMN ical_method text NOT NULL DEFAULT '' CHECK (ical_method IN ('', 'REQUEST', 'CANCEL')),
  ADD COLUMN ical_shift int NOT NULL DEFAULT 0; -- added to the sequences, so that an invitation after a cancellation counts

CREATE FUNCTION workshop.slot_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.sequence := OLD.sequence + 1;
  RETURN NEW;
END $$;
CREATE TRIGGER slot_moved_calendar BEFORE UPDATE ON workshop.slot FOR EACH ROW
  WHEN ((OLD.starts_at, OLD.ends_at, OLD.topic) IS DISTINCT FROM (NEW.starts_at, NEW.ends_at, NEW.topic)) EXECUTE FUNCTION workshop.slot_moved();

CREATE FUNCTION workshop.event_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE workshop.slot SET sequence = sequence + 1 WHERE event_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER event_moved_calendar AFTER UPDATE ON workshop.event FOR EACH ROW
  WHEN ((OLD.title, OLD.neutral_title, OLD.venue, OLD.room, OLD.state = 'cancelled') IS DISTINCT FROM (NEW.title, NEW.neutral_title, NEW.venue, NEW.room, NEW.state = 'cancelled'))
  EXECUTE FUNCTION workshop.event_moved();

-- A half-day that is taken out of the plan must still be cancelled in the calendars that hold it.
CREATE TABLE workshop.slot_removed (
  ical_uid   text PRIMARY KEY,
  event_id   uuid NOT NULL REFERENCES workshop.event,
  sequence   int NOT NULL,
  starts_at  timestamptz NOT NULL,
  ends_at    timestamptz NOT NULL
);
CREATE INDEX slot_removed_event_idx ON workshop.slot_removed (event_id);
CREATE FUNCTION workshop.slot_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO workshop.slot_removed (ical_uid, event_id, sequence, starts_at, ends_at) VALUES (OLD.ical_uid, OLD.event_id, OLD.sequence + 1, OLD.starts_at, OLD.ends_at);
  RETURN NULL;
END $$;
CREATE TRIGGER slot_gone_calendar AFTER DELETE ON workshop.slot FOR EACH ROW EXECUTE FUNCTION workshop.slot_gone();

-- Private subscription addresses: one in force per person, revocable.
CREATE TABLE workshop.feed (
  id         uuid PRIMARY KEY,
  person_id  uuid NOT NULL REFERENCES org.person,
  token      text NOT NULL UNIQUE, -- 128 random bits
  neutral    boolean NOT NULL DEFAULT false, -- says nothing of the subject
  created_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE UNIQUE INDEX feed_person_key ON workshop.feed (person_id) WHERE revoked_at IS NULL;
