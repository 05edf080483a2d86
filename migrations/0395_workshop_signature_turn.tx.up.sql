-- How far each device has come with a box of the signature sheets: what comes late, on a slow way, changes nothing once a later word of
-- the same device is there.
CREATE TABLE workshop.signature_turn (
  slot_id      uuid NOT NULL REFERENCES workshop.slot ON DELETE CASCADE,
  enrolment_id uuid NOT NULL REFERENCES workshop.enrolment,
  device       uuid NOT NULL, -- a random name that the browser gave itself
  turn         bigint NOT NULL, -- rises with each state that the device made
  PRIMARY KEY (slot_id, enrolment_id, device)
);
