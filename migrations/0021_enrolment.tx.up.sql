-- The people of an event. A person who withdraws stays in the list with that state.
CREATE TABLE workshop.enrolment (
  id                uuid PRIMARY KEY,
  event_id          uuid NOT NULL REFERENCES workshop.event,
  person_id         uuid NOT NULL REFERENCES org.person,
  number            int NOT NULL CHECK (number > 0), -- place on the printed list; never given to another
  state             text NOT NULL CHECK (state IN ('enrolled', 'waiting', 'invited', 'declined', 'withdrawn')),
  walk_in           boolean NOT NULL DEFAULT false,
  source            text NOT NULL CHECK (source IN ('manual', 'import', 'walk_in', 'nomination', 'self', 'demo')),
  reason            text NOT NULL DEFAULT '', -- of a withdrawal
  badge_code        text NOT NULL,            -- typed: five characters and a check character
  badge_token       text NOT NULL UNIQUE,     -- in the QR code: 128 random bits
  organisation_id   uuid REFERENCES org.organisation, -- these five as they were on the day of enrolment
  organisation      text NOT NULL DEFAULT '',
  organisation_kind text NOT NULL DEFAULT '' CHECK (organisation_kind IN ('', 'mas', 'public', 'ngo', 'international')),
  job_title         text NOT NULL DEFAULT '',
  governorate       text REFERENCES org.governorate,
  created_at        timestamptz NOT NULL,
  created_by        uuid,
  changed_at        timestamptz NOT NULL,
  UNIQUE (event_id, person_id),
  UNIQUE (event_id, number),
  UNIQUE (event_id, badge_code),
  UNIQUE (event_id, id)
);
CREATE INDEX enrolment_person_idx ON workshop.enrolment (person_id);
