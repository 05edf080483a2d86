-- Accounts, sessions, one-time links, sign-in slips, known devices and throttling. Secrets are here as digests or sealed.
CREATE TABLE auth.account (
  person_id     uuid PRIMARY KEY REFERENCES org.person,
  password_hash text NOT NULL DEFAULT '', -- argon2id in PHC form; empty until one is chosen
  password_at   timestamptz,
  totp_secret   bytea,                    -- sealed with the key file of the data folder
  totp_pending  bytea,                    -- sealed; shown as a QR code, not yet confirmed by a code
  totp_at       timestamptz,
  totp_step     bigint NOT NULL DEFAULT 0, -- the last time step accepted: no code counts twice
  blocked_at    timestamptz,
  created_at    timestamptz NOT NULL,
  CHECK ((totp_secret IS NULL) = (totp_at IS NULL))
);

CREATE TABLE auth.session (
  token_hash bytea PRIMARY KEY,
  id         uuid NOT NULL UNIQUE, -- what pages and the audit call it
  person_id  uuid NOT NULL REFERENCES org.person,
  pending    boolean NOT NULL,     -- password given, second factor not yet
  stay       boolean NOT NULL,
  device_id  uuid,
  user_agent text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL,
  last_seen  timestamptz NOT NULL, -- written at most once a minute
  expires_at timestamptz NOT NULL, -- absolute
  mfa_at     timestamptz,
  revoked_at timestamptz
);
CREATE INDEX session_person_idx ON auth.session (person_id) WHERE revoked_at IS NULL;
CREATE INDEX session_expiry_idx ON auth.session (expires_at);

-- One-time links: invitation, reset, the first administrator's, and the step from a slip to a password.
CREATE TABLE auth.one_time (
  token_hash bytea PRIMARY KEY,
  kind       text NOT NULL CHECK (kind IN ('invite', 'reset', 'setup', 'slip')),
  person_id  uuid REFERENCES org.person,
  created_by uuid REFERENCES org.person,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz,
  CHECK ((kind = 'setup') = (person_id IS NULL))
);
CREATE INDEX one_time_person_idx ON auth.one_time (person_id) WHERE used_at IS NULL;

-- A printed slip's PIN. One live slip per person: printing again replaces it.
CREATE TABLE auth.slip (
  person_id  uuid PRIMARY KEY REFERENCES org.person,
  pin_mac    bytea NOT NULL,
  created_by uuid REFERENCES org.person,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE TABLE auth.recovery_code (
  person_id uuid NOT NULL REFERENCES org.person,
  code_mac  bytea NOT NULL,
  used_at   timestamptz,
  PRIMARY KEY (person_id, code_mac)
);

-- Browsers that a person has signed in from: throttling never slows them because of others.
CREATE TABLE auth.device (
  id         uuid PRIMARY KEY,
  token_hash bytea NOT NULL,
  person_id  uuid NOT NULL REFERENCES org.person,
  created_at timestamptz NOT NULL,
  last_seen  timestamptz NOT NULL,
  UNIQUE (token_hash, person_id)
);
CREATE INDEX device_person_idx ON auth.device (person_id);

-- Failures by key; a key is a digest, so that nothing typed is kept.
CREATE TABLE auth.throttle (
  key        bytea PRIMARY KEY,
  failures   int NOT NULL,
  last_at    timestamptz NOT NULL,
  blocked_to timestamptz
);
CREATE INDEX throttle_last_idx ON auth.throttle (last_at);
