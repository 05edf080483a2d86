-- Counts the changes of what the indicators are computed from. The dashboard asks at every opening whether its figures still hold;
-- counting the people, tests and certificates themselves would take longer the more of them there are. Each connection counts in a
-- row of its own: nobody waits for anybody, and a reader sees a count together with the change that it stands for.
CREATE TABLE programme.change (
  source  text NOT NULL,
  backend int NOT NULL,            -- pg_backend_pid(); 0: connections that ended
  n       bigint NOT NULL DEFAULT 1,
  PRIMARY KEY (source, backend)
);

CREATE FUNCTION programme.note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO programme.change AS c (source, backend) VALUES (TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME, pg_backend_pid())
    ON CONFLICT (source, backend) DO UPDATE SET n = c.n + 1;
  RETURN NULL;
END $$;

-- An event's version goes up with each change of its people and marks.
CREATE TRIGGER event_note_change AFTER INSERT OR UPDATE OR DELETE ON workshop.event FOR EACH STATEMENT EXECUTE FUNCTION programme.note_change();
CREATE TRIGGER certificate_note_change AFTER INSERT OR UPDATE OR DELETE ON certificate.certificate FOR EACH STATEMENT EXECUTE FUNCTION programme.note_change();
-- Not at each answer kept: a test counts when it is handed in, marked or voided.
CREATE TRIGGER attempt_note_change AFTER UPDATE OF submitted_at, voided_at, score, max_score ON exam.attempt FOR EACH STATEMENT EXECUTE FUNCTION programme.note_change();
CREATE TRIGGER attempt_note_delete AFTER DELETE ON exam.attempt FOR EACH STATEMENT EXECUTE FUNCTION programme.note_change();
CREATE TRIGGER measure_note_change AFTER INSERT OR UPDATE OR DELETE ON programme.measure FOR EACH STATEMENT EXECUTE FUNCTION programme.note_change();
CREATE TRIGGER fitout_work_note_change AFTER INSERT OR UPDATE OR DELETE ON programme.fitout_work FOR EACH STATEMENT EXECUTE FUNCTION programme.note_change();
CREATE TRIGGER readiness_note_change AFTER INSERT OR UPDATE OR DELETE ON programme.readiness FOR EACH STATEMENT EXECUTE FUNCTION programme.note_change();
CREATE TRIGGER awareness_note_change AFTER INSERT OR UPDATE OR DELETE ON programme.awareness FOR EACH STATEMENT EXECUTE FUNCTION programme.note_change();
CREATE TRIGGER milestone_note_change AFTER INSERT OR UPDATE OR DELETE ON programme.milestone FOR EACH STATEMENT EXECUTE FUNCTION programme.note_change();
CREATE TRIGGER person_note_change AFTER INSERT OR UPDATE OR DELETE ON org.person FOR EACH STATEMENT EXECUTE FUNCTION programme.note_change();
CREATE TRIGGER organisation_note_change AFTER INSERT OR UPDATE OR DELETE ON org.organisation FOR EACH STATEMENT EXECUTE FUNCTION programme.note_change();
-- What proposals for refreshers stand on besides: surveys that closed, and which objective a question is of.
CREATE TRIGGER survey_note_change AFTER UPDATE OF state OR DELETE ON survey.survey FOR EACH STATEMENT EXECUTE FUNCTION programme.note_change();
CREATE TRIGGER question_note_change AFTER UPDATE OF objective ON exam.question FOR EACH STATEMENT EXECUTE FUNCTION programme.note_change();

-- The figures last computed, where computing them takes long: a server that starts shows these at once, with their time.
CREATE TABLE programme.shelf (
  id      int PRIMARY KEY CHECK (id = 1),
  state   text NOT NULL,           -- day and counts that they belong to
  at      timestamptz NOT NULL,
  took_ms bigint NOT NULL,
  figures jsonb NOT NULL,
  training jsonb
);
