-- Events with their half-days and trainers.
CREATE TABLE workshop.code_counter (
  year int PRIMARY KEY,
  last int NOT NULL CHECK (last > 0)
);

CREATE TABLE workshop.event (
  id              uuid PRIMARY KEY,
  code            text NOT NULL UNIQUE CHECK (code ~ '^W-[0-9]{4}-[0-9]{3,}$'),
  request_key     uuid UNIQUE, -- made by the form: sending it twice makes one event
  kind            text NOT NULL CHECK (kind IN ('workshop', 'tot', 'study_visit', 'meeting')),
  state           text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'open', 'confirmed', 'running', 'closed', 'cancelled')),
  state_reason    text NOT NULL DEFAULT '', -- why it was cancelled or opened again
  title           text NOT NULL CHECK (title <> ''),
  title_ar        text NOT NULL DEFAULT '',
  neutral_title   text NOT NULL DEFAULT '', -- printed instead of the title where the subject must not be read
  topics          text NOT NULL DEFAULT '',
  lang            text NOT NULL DEFAULT 'fr' CHECK (lang IN ('fr', 'ar', 'en')),
  venue           text NOT NULL DEFAULT '',
  room            text NOT NULL DEFAULT '',
  governorate     text REFERENCES org.governorate,
  starts_on       date NOT NULL,
  ends_on         date NOT NULL,
  time_zone       text NOT NULL DEFAULT 'Africa/Tunis',
  capacity        int NOT NULL DEFAULT 0 CHECK (capacity >= 0), -- 0: no limit
  threshold       numeric(3, 2) NOT NULL DEFAULT 0.80 CHECK (threshold > 0 AND threshold <= 1), -- share of the planned half-days
  late_after      int NOT NULL DEFAULT 15 CHECK (late_after BETWEEN 0 AND 240),     -- minutes after the start
  checkin_before  int NOT NULL DEFAULT 45 CHECK (checkin_before BETWEEN 0 AND 240), -- minutes before the start
  project         text NOT NULL DEFAULT '',
  grant_ref       text NOT NULL DEFAULT '',
  version         bigint NOT NULL DEFAULT 1, -- goes up with every change of the event, its slots, people and attendance
  created_at      timestamptz NOT NULL,
  created_by      uuid,
  updated_at      timestamptz NOT NULL,
  CHECK (ends_on >= starts_on)
);
CREATE INDEX event_starts_idx ON workshop.event (starts_on DESC, code DESC);

CREATE TABLE workshop.event_trainer (
  event_id  uuid NOT NULL REFERENCES workshop.event,
  person_id uuid NOT NULL REFERENCES org.person,
  lead      boolean NOT NULL DEFAULT false,
  position  int NOT NULL DEFAULT 0,
  PRIMARY KEY (event_id, person_id)
);
CREATE INDEX event_trainer_person_idx ON workshop.event_trainer (person_id);
CREATE UNIQUE INDEX event_trainer_one_lead_key ON workshop.event_trainer (event_id) WHERE lead;

CREATE TABLE workshop.slot (
  id         uuid PRIMARY KEY,
  event_id   uuid NOT NULL REFERENCES workshop.event,
  day        date NOT NULL,
  half       text NOT NULL CHECK (half IN ('am', 'pm')),
  starts_at  timestamptz NOT NULL,
  ends_at    timestamptz NOT NULL,
  minutes    int NOT NULL CHECK (minutes > 0), -- planned, without breaks
  topic      text NOT NULL DEFAULT '',
  trainer_id uuid REFERENCES org.person,
  UNIQUE (event_id, day, half),
  UNIQUE (event_id, id),
  CHECK (ends_at > starts_at),
  EXCLUDE USING gist (event_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
);
