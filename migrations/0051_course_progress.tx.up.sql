-- What a learner has begun, answered and finished.
CREATE TABLE course.learning (
  person_id    uuid NOT NULL REFERENCES org.person,
  course       text NOT NULL REFERENCES course.course,
  version_id   uuid NOT NULL REFERENCES course.version, -- the learner stays on the version that was begun
  begun_at     timestamptz NOT NULL,
  last_slug    text NOT NULL,            -- where the learner was last, on any device
  last_place   text NOT NULL DEFAULT '', -- the heading read last, as 's4'
  last_at      timestamptz NOT NULL,
  completed_at timestamptz,
  PRIMARY KEY (person_id, course)
);
CREATE INDEX learning_version_idx ON course.learning (version_id);

-- Answers to the knowledge checks are events: the last try counts.
CREATE TABLE course.answer (
  id         uuid PRIMARY KEY, -- made by the client: a repeat changes nothing
  person_id  uuid NOT NULL REFERENCES org.person,
  course     text NOT NULL REFERENCES course.course,
  version_id uuid NOT NULL REFERENCES course.version,
  slug       text NOT NULL,
  question   text NOT NULL, -- D-001
  response   jsonb NOT NULL,
  share      numeric(4, 3) NOT NULL CHECK (share BETWEEN 0 AND 1), -- 1 is right
  client_at  timestamptz NOT NULL, -- the device's clock, never after the server's
  server_at  timestamptz NOT NULL
);
CREATE INDEX answer_person_idx ON course.answer (person_id, course, slug, question, client_at DESC, server_at DESC);
CREATE TRIGGER answer_append_only BEFORE UPDATE ON course.answer FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- A lesson that was completed by the course's rule stays completed.
CREATE TABLE course.completion (
  person_id    uuid NOT NULL REFERENCES org.person,
  course       text NOT NULL REFERENCES course.course,
  slug         text NOT NULL,
  version_id   uuid NOT NULL REFERENCES course.version,
  completed_at timestamptz NOT NULL,
  PRIMARY KEY (person_id, course, slug)
);
