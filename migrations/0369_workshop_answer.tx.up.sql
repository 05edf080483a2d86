-- What people answered about their places: by the link of their message, on their own page, or as it was noted in their name. The secret of
-- the link belongs to the place.
ALTER TABLE workshop.enrolment ADD COLUMN answer_token text NOT NULL UNIQUE DEFAULT replace(gen_random_uuid()::text, '-', '');

CREATE TABLE workshop.answer (
  id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  event_id     uuid NOT NULL,
  enrolment_id uuid NOT NULL,
  answer       text NOT NULL CHECK (answer IN ('accepted', 'declined')),
  way          text NOT NULL CHECK (way IN ('link', 'page', 'noted')),
  reason       text NOT NULL DEFAULT '' CHECK (length(reason) <= 300),
  at           timestamptz NOT NULL,
  by_person    uuid REFERENCES org.person, -- who noted it; nobody: the person themselves, by the link
  FOREIGN KEY (event_id, enrolment_id) REFERENCES workshop.enrolment (event_id, id)
);
CREATE INDEX answer_event_idx ON workshop.answer (event_id, enrolment_id);
CREATE TRIGGER answer_append_only BEFORE UPDATE OR DELETE ON workshop.answer FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
