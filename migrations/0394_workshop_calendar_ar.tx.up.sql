-- The Arabic title is a change for the calendars too, and so is the passage from a draft to a plan that people see, once somebody
-- holds an invitation of the draft.
DROP TRIGGER event_moved_calendar ON workshop.event;
CREATE TRIGGER event_moved_calendar AFTER UPDATE ON workshop.event FOR EACH ROW
  WHEN ((OLD.title, OLD.title_ar, OLD.neutral_title, OLD.venue, OLD.room, OLD.state = 'cancelled')
    IS DISTINCT FROM (NEW.title, NEW.title_ar, NEW.neutral_title, NEW.venue, NEW.room, NEW.state = 'cancelled'))
  EXECUTE FUNCTION workshop.event_moved();

CREATE FUNCTION workshop.event_drafted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE workshop.slot SET sequence = sequence + 1 WHERE event_id = NEW.id
    AND EXISTS (SELECT 1 FROM workshop.enrolment e WHERE e.event_id = NEW.id AND e.ical_method <> '');
  RETURN NULL;
END $$;
CREATE TRIGGER event_drafted_calendar AFTER UPDATE ON workshop.event FOR EACH ROW
  WHEN ((OLD.state = 'draft') <> (NEW.state = 'draft') AND (OLD.state = 'cancelled') = (NEW.state = 'cancelled'))
  EXECUTE FUNCTION workshop.event_drafted();
