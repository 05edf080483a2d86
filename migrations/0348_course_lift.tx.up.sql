-- Whom a manager lets begin a course without the courses that it asks for first, and why.
CREATE TABLE course.lift (
  person_id uuid NOT NULL REFERENCES org.person,
  course    text NOT NULL REFERENCES course.course,
  lifted_at timestamptz NOT NULL,
  lifted_by uuid REFERENCES org.person, -- null: the system
  reason    text NOT NULL CHECK (reason <> ''),
  PRIMARY KEY (person_id, course)
);
CREATE TRIGGER lift_append_only BEFORE UPDATE ON course.lift FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
