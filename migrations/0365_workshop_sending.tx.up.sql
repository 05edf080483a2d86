-- The messages of an event: a word of the trainer's own in each, the log of who was told what and by which way, and how many days
-- before the start a reminder goes by itself.
ALTER TABLE workshop.event ADD COLUMN remind_days int NOT NULL DEFAULT 0 CHECK (remind_days BETWEEN 0 AND 30); -- 0: no reminder

CREATE TABLE workshop.message_note (
  event_id uuid NOT NULL REFERENCES workshop.event,
  kind     text NOT NULL CHECK (kind IN ('invitation', 'reminder', 'followup')),
  note     text NOT NULL CHECK (length(note) <= 500),
  PRIMARY KEY (event_id, kind)
);

CREATE TABLE workshop.sending (
  id           uuid PRIMARY KEY,
  event_id     uuid NOT NULL REFERENCES workshop.event,
  enrolment_id uuid NOT NULL REFERENCES workshop.enrolment,
  kind         text NOT NULL CHECK (kind IN ('invitation', 'reminder', 'followup')),
  channel      text NOT NULL CHECK (channel IN ('mail', 'letter', 'shared')),
  press        uuid NOT NULL, -- made by the page: pressing twice sends once
  at           timestamptz NOT NULL,
  by_person    uuid REFERENCES org.person, -- nobody: the reminder that goes by itself
  message_id   uuid, -- in jobs.message, which forgets after a month
  UNIQUE (press, enrolment_id),
  CHECK ((channel = 'mail') = (message_id IS NOT NULL))
);
CREATE INDEX sending_event_idx ON workshop.sending (event_id, kind);
CREATE TRIGGER sending_append_only BEFORE UPDATE OR DELETE ON workshop.sending FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
