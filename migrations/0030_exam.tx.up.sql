-- Question bank, forms, and the pre- and post-test of a workshop with the answers given.
CREATE TABLE exam.question (
  id         uuid PRIMARY KEY,
  code       text NOT NULL UNIQUE, -- D-001: stable through all versions
  course     text NOT NULL DEFAULT '',
  objective  text NOT NULL DEFAULT '',
  status     text NOT NULL DEFAULT 'reviewed' CHECK (status IN ('draft', 'reviewed', 'retired')),
  created_at timestamptz NOT NULL
);

-- A version never changes: an attempt refers to it for ever.
CREATE TABLE exam.question_version (
  id          uuid PRIMARY KEY,
  question_id uuid NOT NULL REFERENCES exam.question,
  version     int NOT NULL CHECK (version > 0),
  type        text NOT NULL CHECK (type IN ('single', 'multiple', 'true_false', 'matching', 'ordering', 'short_text', 'numeric', 'open', 'likert')),
  difficulty  int NOT NULL CHECK (difficulty BETWEEN 1 AND 3),
  bloom       text NOT NULL,
  body        jsonb NOT NULL, -- stem, options with key and feedback, per language
  digest      text NOT NULL,  -- of type and body: the same text is the same version
  created_at  timestamptz NOT NULL,
  UNIQUE (question_id, version),
  UNIQUE (question_id, digest)
);
CREATE TRIGGER question_version_immutable BEFORE UPDATE OR DELETE ON exam.question_version FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TABLE exam.form (
  id         uuid PRIMARY KEY,
  code       text NOT NULL, -- detection-A
  version    int NOT NULL CHECK (version > 0),
  title      jsonb NOT NULL,
  digest     text NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (code, version),
  UNIQUE (code, digest)
);

CREATE TABLE exam.form_item (
  form_id    uuid NOT NULL REFERENCES exam.form,
  position   int NOT NULL CHECK (position > 0),
  version_id uuid NOT NULL REFERENCES exam.question_version,
  points     numeric(6, 2) NOT NULL DEFAULT 1 CHECK (points > 0),
  PRIMARY KEY (form_id, position)
);
CREATE TRIGGER form_item_immutable BEFORE UPDATE OR DELETE ON exam.form_item FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- The pair of tests of one workshop. One room code joins whichever of the two is open.
CREATE TABLE exam.pairing (
  id         uuid PRIMARY KEY,
  event_id   uuid NOT NULL UNIQUE REFERENCES workshop.event,
  room_code  text NOT NULL UNIQUE,
  anonymous  boolean NOT NULL DEFAULT false,
  code_key   bytea NOT NULL, -- key of the digest of personal codes
  created_at timestamptz NOT NULL
);

CREATE TABLE exam.sitting (
  id         uuid PRIMARY KEY,
  pairing_id uuid NOT NULL REFERENCES exam.pairing,
  phase      text NOT NULL CHECK (phase IN ('pre', 'post')),
  form_id    uuid NOT NULL REFERENCES exam.form,
  state      text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'open', 'closed')),
  opened_at  timestamptz,
  closed_at  timestamptz,
  UNIQUE (pairing_id, phase)
);
CREATE UNIQUE INDEX sitting_one_open_key ON exam.sitting (pairing_id) WHERE state = 'open';

CREATE TABLE exam.attempt (
  id           uuid PRIMARY KEY,
  sitting_id   uuid NOT NULL REFERENCES exam.sitting,
  subject      text NOT NULL, -- pairs pre with post: 'e:' and the enrolment, or 'c:' and the digest of a personal code
  enrolment_id uuid REFERENCES workshop.enrolment,
  token_hash   bytea NOT NULL,
  resume_code  text NOT NULL,
  items        int NOT NULL CHECK (items > 0),
  lang         text NOT NULL CHECK (lang IN ('fr', 'ar', 'en')),
  source       text NOT NULL DEFAULT 'phone' CHECK (source IN ('phone', 'paper')),
  resume_tries int NOT NULL DEFAULT 0,
  started_at   timestamptz NOT NULL,
  voided_at    timestamptz, -- freed by the trainer: the wrong name was chosen
  submitted_at timestamptz,
  score        numeric(8, 2),
  max_score    numeric(8, 2),
  result       jsonb, -- points per position
  CHECK ((submitted_at IS NULL) = (score IS NULL))
);
CREATE UNIQUE INDEX attempt_subject_key ON exam.attempt (sitting_id, subject) WHERE voided_at IS NULL;
CREATE INDEX attempt_enrolment_idx ON exam.attempt (enrolment_id);

-- Answers are events: the answer in force is the one with the highest client_seq of its position that is not late.
CREATE TABLE exam.answer (
  id         uuid PRIMARY KEY, -- made by the client: a repeat changes nothing
  attempt_id uuid NOT NULL REFERENCES exam.attempt,
  position   int NOT NULL,
  response   jsonb NOT NULL,
  client_seq bigint NOT NULL,
  client_at  timestamptz NOT NULL,
  server_at  timestamptz NOT NULL,
  late       boolean NOT NULL -- after the submission or the close; kept, not counted
);
CREATE INDEX answer_attempt_idx ON exam.answer (attempt_id, position, client_seq DESC);
CREATE TRIGGER answer_append_only BEFORE UPDATE OR DELETE ON exam.answer FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
