-- Each time that somebody finished a course. It stays when the course is begun again to renew a competency.
CREATE TABLE course.award (
  person_id    uuid NOT NULL REFERENCES org.person,
  course       text NOT NULL REFERENCES course.course,
  version_id   uuid NOT NULL REFERENCES course.version, -- says which competencies, and for how long
  completed_at timestamptz NOT NULL,
  PRIMARY KEY (person_id, course, completed_at)
);
CREATE TRIGGER award_append_only BEFORE UPDATE ON course.award FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
INSERT INTO course.award (person_id, course, version_id, completed_at)
SELECT person_id, course, version_id, completed_at FROM course.learning WHERE completed_at IS NOT NULL;

-- Answers given before this moment belong to an earlier round.
ALTER TABLE course.learning ADD COLUMN round_from timestamptz NOT NULL DEFAULT '-infinity';
