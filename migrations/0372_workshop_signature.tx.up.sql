-- What a person typed from the paper: a signature, or an empty box. It is no attendance; where the two differ a person decides.
CREATE TABLE workshop.signature (
  slot_id      uuid NOT NULL,
  enrolment_id uuid NOT NULL,
  event_id     uuid NOT NULL REFERENCES workshop.event,
  signed       boolean NOT NULL,
  typed_at     timestamptz NOT NULL,
  typed_by     uuid,
  settled_mark uuid REFERENCES workshop.mark, -- the mark that was decided for, or left in force, in the knowledge of this
  PRIMARY KEY (slot_id, enrolment_id),
  FOREIGN KEY (event_id, slot_id) REFERENCES workshop.slot (event_id, id) ON DELETE CASCADE,
  FOREIGN KEY (event_id, enrolment_id) REFERENCES workshop.enrolment (event_id, id)
);
CREATE INDEX signature_event_idx ON workshop.signature (event_id);
