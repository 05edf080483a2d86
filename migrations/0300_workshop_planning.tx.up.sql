-- Planning of events: agenda items of the half-days, places kept for kinds of organisations and governorates.
CREATE TABLE workshop.agenda_item (
  id         uuid PRIMARY KEY, -- made by the form: sending it twice makes one item
  event_id   uuid NOT NULL,
  slot_id    uuid NOT NULL,
  position   int NOT NULL CHECK (position > 0), -- within the half-day; the times follow from it
  kind       text NOT NULL CHECK (kind IN ('session', 'exercise', 'test', 'visit', 'travel', 'break', 'other')),
  title      text NOT NULL CHECK (title <> ''),
  title_ar   text NOT NULL DEFAULT '',
  minutes    int NOT NULL CHECK (minutes BETWEEN 1 AND 600),
  trainer_id uuid REFERENCES org.person,
  lesson     text NOT NULL DEFAULT '', -- course/lesson, as detection/01-comprendre
  note       text NOT NULL DEFAULT '',
  FOREIGN KEY (event_id, slot_id) REFERENCES workshop.slot (event_id, id) ON DELETE CASCADE,
  UNIQUE (slot_id, position) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX agenda_item_event_idx ON workshop.agenda_item (event_id);

CREATE TABLE workshop.quota (
  event_id uuid NOT NULL REFERENCES workshop.event,
  kind     text NOT NULL CHECK (kind IN ('organisation_kind', 'governorate')),
  value    text NOT NULL CHECK (value <> ''),
  places   int NOT NULL CHECK (places >= 0), -- at most; a value without a row has no limit of its own
  PRIMARY KEY (event_id, kind, value)
);

-- Who is where when: the clashes of trainers, rooms and participants are asked by time.
CREATE INDEX slot_time_idx ON workshop.slot USING gist (tstzrange(starts_at, ends_at));
