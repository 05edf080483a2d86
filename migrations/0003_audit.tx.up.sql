-- The audit of the training side: append-only, written in the transaction of the change itself.
CREATE TABLE audit.entry (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at        timestamptz NOT NULL,
  actor_id  uuid,               -- null for the system and for visitors
  actor     text NOT NULL,      -- 'person', 'visitor', or the system's name, as 'cli'
  action    text NOT NULL,
  kind      text NOT NULL,      -- what was touched, as 'workshop'
  object_id text NOT NULL DEFAULT '',
  detail    jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX entry_object_idx ON audit.entry (kind, object_id);
CREATE INDEX entry_at_idx ON audit.entry (at);
CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE ON audit.entry FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER entry_no_truncate BEFORE TRUNCATE ON audit.entry FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
