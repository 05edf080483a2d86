-- Attendance marks are events that never change; attendance is what they come to, one row per half-day and person.
CREATE TABLE workshop.mark (
  id           uuid PRIMARY KEY, -- made by the client: a repeat changes nothing
  seq          bigint GENERATED ALWAYS AS IDENTITY UNIQUE, -- order of arrival
  event_id     uuid NOT NULL REFERENCES workshop.event,
  slot_id      uuid NOT NULL,
  enrolment_id uuid NOT NULL,
  status       text NOT NULL CHECK (status IN ('present', 'late', 'left_early', 'excused', 'absent', 'unmarked')),
  arrived_at   timestamptz,
  left_at      timestamptz,
  reason       text NOT NULL DEFAULT '',
  source       text NOT NULL CHECK (source IN ('roll_call', 'scan', 'paper', 'self')),
  device       text NOT NULL DEFAULT '',
  seen_seq     bigint NOT NULL DEFAULT 0, -- the newest seq of this cell that the person marking had on the screen
  client_at    timestamptz NOT NULL,      -- as the device's clock said
  marked_at    timestamptz NOT NULL,      -- the same, corrected by the device's clock error; orders the marks
  server_at    timestamptz NOT NULL,      -- arrival
  actor_id     uuid,
  outcome      text NOT NULL CHECK (outcome IN ('applied', 'superseded')), -- the first answer
  FOREIGN KEY (event_id, slot_id) REFERENCES workshop.slot (event_id, id),
  FOREIGN KEY (event_id, enrolment_id) REFERENCES workshop.enrolment (event_id, id)
);
CREATE INDEX mark_cell_idx ON workshop.mark (slot_id, enrolment_id, marked_at, id);
CREATE TRIGGER mark_append_only BEFORE UPDATE OR DELETE ON workshop.mark FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER mark_no_truncate BEFORE TRUNCATE ON workshop.mark FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TABLE workshop.attendance (
  slot_id      uuid NOT NULL,
  enrolment_id uuid NOT NULL,
  event_id     uuid NOT NULL REFERENCES workshop.event,
  mark_id      uuid NOT NULL REFERENCES workshop.mark, -- the mark in force
  seq          bigint NOT NULL,                        -- the newest of the cell
  status       text NOT NULL CHECK (status IN ('present', 'late', 'left_early', 'excused', 'absent', 'unmarked')),
  arrived_at   timestamptz,
  left_at      timestamptz,
  reason       text NOT NULL DEFAULT '',
  source       text NOT NULL,
  minutes      int NOT NULL CHECK (minutes >= 0), -- credited
  conflict     boolean NOT NULL,                  -- another device said otherwise, unseen; a person decides
  marked_at    timestamptz NOT NULL,
  PRIMARY KEY (slot_id, enrolment_id),
  FOREIGN KEY (event_id, slot_id) REFERENCES workshop.slot (event_id, id),
  FOREIGN KEY (event_id, enrolment_id) REFERENCES workshop.enrolment (event_id, id)
);
CREATE INDEX attendance_event_idx ON workshop.attendance (event_id);
CREATE INDEX attendance_enrolment_idx ON workshop.attendance (enrolment_id);
