-- Tokens with which other systems read aggregates. What is kept is a digest: a copy of the database opens nothing.
CREATE TABLE programme.token (
  id         uuid PRIMARY KEY, -- made by the form: a repeat makes no second one
  name       text NOT NULL CHECK (name <> ''),
  hash       bytea NOT NULL UNIQUE,
  scopes     text[] NOT NULL CHECK (cardinality(scopes) > 0 AND scopes <@ ARRAY['indicators', 'workshops', 'aggregates']),
  created_by uuid REFERENCES org.person,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  used_at    timestamptz -- to the hour
);
