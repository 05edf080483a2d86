-- Figures that were published. Two publications never overlap, unless they are the same one, whose figures are then given
-- again: the difference of two would tell about the few people between them.
CREATE TABLE cases.publication (
  from_on date NOT NULL,
  to_on   date NOT NULL,
  figures jsonb NOT NULL, -- as published, small numbers hidden
  at      timestamptz NOT NULL,
  by_id   uuid,
  PRIMARY KEY (from_on, to_on),
  CHECK (to_on >= from_on),
  CONSTRAINT publication_apart EXCLUDE USING gist (daterange(from_on, to_on, '[]') WITH &&)
);
CREATE TRIGGER publication_append_only BEFORE UPDATE OR DELETE ON cases.publication FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
ALTER TABLE cases.publication ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases.publication FORCE ROW LEVEL SECURITY;
CREATE POLICY publication_seen ON cases.publication FOR SELECT USING (cases.flag('cases.counting'));
CREATE POLICY publication_made ON cases.publication FOR INSERT WITH CHECK (cases.flag('cases.counting'));
CREATE POLICY publication_copied ON cases.publication FOR SELECT USING ((SELECT cases.copying()));
