-- The queue's schema (River's own tables are added by its own migrations) and the messages that mail jobs send by id.
CREATE SCHEMA jobs;

CREATE TABLE jobs.message (
  id         uuid PRIMARY KEY,
  kind       text NOT NULL,
  recipient  text NOT NULL,
  body       bytea,        -- sealed: a message can hold a one-time link; erased once sent
  created_at timestamptz NOT NULL,
  sent_at    timestamptz,
  failures   int NOT NULL DEFAULT 0,
  last_error text NOT NULL DEFAULT ''
);
CREATE INDEX message_unsent_idx ON jobs.message (created_at) WHERE sent_at IS NULL;
