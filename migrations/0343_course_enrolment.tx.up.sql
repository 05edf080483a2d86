-- Who is to take a course, since when and until when.
CREATE TABLE course.enrolment (
  person_id   uuid NOT NULL REFERENCES org.person,
  course      text NOT NULL REFERENCES course.course,
  way         text NOT NULL CHECK (way IN ('person', 'organisation', 'workshop', 'link')),
  enrolled_at timestamptz NOT NULL,
  enrolled_by uuid REFERENCES org.person, -- null: the system
  due_on      date,
  PRIMARY KEY (person_id, course)
);
CREATE INDEX enrolment_course_idx ON course.enrolment (course);

-- A link by which people enrol themselves, until it is closed.
CREATE TABLE course.link (
  token     text PRIMARY KEY,
  course    text NOT NULL REFERENCES course.course,
  due_on    date,
  made_at   timestamptz NOT NULL,
  made_by   uuid REFERENCES org.person,
  closed_at timestamptz
);
CREATE INDEX link_course_idx ON course.link (course);

-- Reminders that were sent: one for each end of a time.
CREATE TABLE course.reminder (
  person_id uuid NOT NULL REFERENCES org.person,
  course    text NOT NULL REFERENCES course.course,
  kind      text NOT NULL CHECK (kind IN ('due', 'renewal')),
  until     date NOT NULL,
  sent_at   timestamptz NOT NULL,
  PRIMARY KEY (person_id, course, kind, until)
);
