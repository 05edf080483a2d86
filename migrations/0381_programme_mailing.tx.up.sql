-- Who gets the donor report by itself, how often, and how long after the end of its period.
CREATE TABLE programme.mailing (
  id         uuid PRIMARY KEY, -- made by the form
  name       text NOT NULL CHECK (name <> ''), -- of the recipient
  email      text NOT NULL CHECK (email <> ''),
  lang       text NOT NULL CHECK (lang IN ('fr', 'ar', 'en')),
  every      text NOT NULL CHECK (every IN ('month', 'quarter', 'half', 'year')),
  delay      int NOT NULL CHECK (delay BETWEEN 0 AND 60), -- days after the end of the period
  next_on    date NOT NULL,
  message_id uuid,        -- of the last report in the outbox
  sent_to    date,        -- the last day that it covers
  created_at timestamptz NOT NULL,
  created_by uuid REFERENCES org.person,
  ended_at   timestamptz
);
CREATE INDEX mailing_due_idx ON programme.mailing (next_on) WHERE ended_at IS NULL;
