-- Signatures on the screen of the roll-call, for the workshops whose donor accepts them. Each is an event that a device made; the latest
-- of a person's half-day is in force, and the others stay as history.
ALTER TABLE workshop.event ADD COLUMN screen_signing boolean NOT NULL DEFAULT false;

CREATE TABLE workshop.screen_signature (
  id           uuid PRIMARY KEY, -- made by the device: sent twice it counts once
  seq          bigint GENERATED ALWAYS AS IDENTITY,
  event_id     uuid NOT NULL REFERENCES workshop.event,
  slot_id      uuid NOT NULL,
  enrolment_id uuid NOT NULL,
  kind         text NOT NULL CHECK (kind IN ('drawn', 'typed', 'withdrawn')),
  strokes      text NOT NULL DEFAULT '' CHECK (length(strokes) <= 12000), -- "x,y x,y;x,y x,y" in a box of 600 x 200
  name         text NOT NULL DEFAULT '' CHECK (length(name) <= 200), -- as it was typed
  reason       text NOT NULL DEFAULT '' CHECK (length(reason) <= 300), -- of a withdrawal
  device       text NOT NULL DEFAULT '',
  signed_at    timestamptz NOT NULL, -- the device's time, corrected
  server_at    timestamptz NOT NULL,
  actor_id     uuid, -- whose roll-call it was
  FOREIGN KEY (event_id, slot_id) REFERENCES workshop.slot (event_id, id),
  FOREIGN KEY (event_id, enrolment_id) REFERENCES workshop.enrolment (event_id, id),
  CHECK ((kind = 'drawn') = (strokes <> '')),
  CHECK ((kind = 'typed') = (name <> '')),
  CHECK ((kind = 'withdrawn') = (reason <> ''))
);
CREATE INDEX screen_signature_event_idx ON workshop.screen_signature (event_id, slot_id, enrolment_id);
CREATE TRIGGER screen_signature_append_only BEFORE UPDATE OR DELETE ON workshop.screen_signature FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
