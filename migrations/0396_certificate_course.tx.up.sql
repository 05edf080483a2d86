-- Certificates ask for a passed test where the rule says so, and are given for courses too.
ALTER TABLE workshop.event ADD COLUMN pass_mark numeric(3, 2) NOT NULL DEFAULT 0 CHECK (pass_mark BETWEEN 0 AND 1); -- share of the points of the test afterwards; 0: none is asked for

CREATE TABLE certificate.rule (
  course    text PRIMARY KEY REFERENCES course.course,
  given     boolean NOT NULL,         -- the course gives certificates
  by_itself boolean NOT NULL,         -- as soon as they are earned
  pass_mark numeric(3, 2) NOT NULL CHECK (pass_mark BETWEEN 0 AND 1),
  set_at    timestamptz NOT NULL,
  set_by    uuid REFERENCES org.person
);

ALTER TABLE certificate.certificate ALTER COLUMN event_id DROP NOT NULL;
ALTER TABLE certificate.certificate ALTER COLUMN enrolment_id DROP NOT NULL;
ALTER TABLE certificate.certificate ADD COLUMN course text REFERENCES course.course; -- then planned and attended are lessons, and minutes their planned time
ALTER TABLE certificate.certificate ADD COLUMN version_id uuid REFERENCES course.version;
ALTER TABLE certificate.certificate ADD COLUMN completed_at timestamptz; -- of the round of the course
ALTER TABLE certificate.certificate ADD COLUMN valid_until date;         -- the first of the course's competencies ends
ALTER TABLE certificate.certificate ADD COLUMN title_en text NOT NULL DEFAULT '';
ALTER TABLE certificate.certificate ADD COLUMN pass_mark numeric(3, 2) NOT NULL DEFAULT 0;
ALTER TABLE certificate.certificate ADD COLUMN score numeric(5, 4) CHECK (score BETWEEN 0 AND 1); -- share of the points, where the rule asked for a test
ALTER TABLE certificate.certificate ADD COLUMN replaces uuid UNIQUE REFERENCES certificate.certificate;
ALTER TABLE certificate.certificate ADD CHECK ((event_id IS NULL) = (enrolment_id IS NULL));
ALTER TABLE certificate.certificate ADD CHECK ((event_id IS NULL) <> (course IS NULL));
ALTER TABLE certificate.certificate ADD CHECK ((course IS NULL) = (completed_at IS NULL) AND (course IS NULL) = (version_id IS NULL));
ALTER TABLE certificate.certificate ADD CHECK (pass_mark = 0 OR score >= pass_mark);
CREATE UNIQUE INDEX certificate_round_key ON certificate.certificate (person_id, course, completed_at) WHERE revoked_at IS NULL AND course IS NOT NULL;
CREATE INDEX certificate_course_idx ON certificate.certificate (course) WHERE course IS NOT NULL;

-- Who was sent the address of the own certificate.
CREATE TABLE certificate.mailing (
  id             uuid PRIMARY KEY,
  certificate_id uuid NOT NULL REFERENCES certificate.certificate,
  message_id     uuid NOT NULL, -- in the outbox
  at             timestamptz NOT NULL,
  by_person      uuid REFERENCES org.person -- nobody: it went by itself
);
CREATE INDEX mailing_certificate_idx ON certificate.mailing (certificate_id);
CREATE TRIGGER mailing_append_only BEFORE UPDATE OR DELETE ON certificate.mailing FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
