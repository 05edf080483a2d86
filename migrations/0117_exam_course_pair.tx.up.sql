-- Tests before and after a course that people take by themselves: the pair belongs to the course, both tests stay open side by
-- side, and who takes them is known by the account. event_id is then a name made of the course's code.
ALTER TABLE exam.pairing ADD COLUMN course text UNIQUE REFERENCES course.course;
ALTER TABLE exam.pairing DROP CONSTRAINT pairing_event_id_fkey;
ALTER TABLE exam.pairing ADD COLUMN workshop_id uuid GENERATED ALWAYS AS (CASE WHEN course IS NULL THEN event_id END) STORED REFERENCES workshop.event;
ALTER TABLE exam.pairing ADD CONSTRAINT pairing_course_names CHECK (course IS NULL OR NOT anonymous);

ALTER TABLE exam.sitting ADD COLUMN lasting boolean NOT NULL DEFAULT false; -- of a course: open beside the other one
DROP INDEX exam.sitting_one_open_key;
CREATE UNIQUE INDEX sitting_one_open_key ON exam.sitting (pairing_id) WHERE state = 'open' AND NOT lasting;

ALTER TABLE exam.attempt ADD COLUMN person_id uuid REFERENCES org.person CHECK (person_id IS NULL OR enrolment_id IS NULL);
CREATE INDEX attempt_person_idx ON exam.attempt (person_id) WHERE person_id IS NOT NULL;
