-- The pages of an event show names of persons that are kept elsewhere: a correction there is a change here.
CREATE FUNCTION workshop.person_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE workshop.event SET version = version + 1
   WHERE id IN (SELECT event_id FROM workshop.enrolment WHERE person_id = NEW.id
                UNION SELECT event_id FROM workshop.event_trainer WHERE person_id = NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER person_changed_workshop AFTER UPDATE ON org.person FOR EACH ROW
  WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION workshop.person_changed();
