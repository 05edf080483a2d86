-- How far each device has come with a paper sheet: a state that comes late, on a slow way, changes nothing once a later one of the same
-- device is there.
CREATE TABLE exam.paper_turn (
  sitting_id uuid NOT NULL REFERENCES exam.sitting,
  subject    text NOT NULL,
  pass       int NOT NULL CHECK (pass IN (1, 2)),
  device     uuid NOT NULL, -- a random name that the browser gave itself
  turn       bigint NOT NULL, -- rises with each state that the device made
  PRIMARY KEY (sitting_id, subject, pass, device)
);
