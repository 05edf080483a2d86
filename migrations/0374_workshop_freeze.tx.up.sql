-- The list and the half-days as they were when rooms, meals and transport were booked on them, so that later changes are seen.
CREATE TABLE workshop.freeze (
  id        uuid PRIMARY KEY,
  event_id  uuid NOT NULL REFERENCES workshop.event,
  at        timestamptz NOT NULL,
  by_person uuid REFERENCES org.person,
  place     text NOT NULL,
  slots     jsonb NOT NULL, -- of each half-day: id, start, end
  people    jsonb NOT NULL  -- of each person: enrolment, organisation, governorate; names are read when they are shown
);
CREATE INDEX freeze_event_idx ON workshop.freeze (event_id, at);
CREATE TRIGGER freeze_append_only BEFORE UPDATE OR DELETE ON workshop.freeze FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
