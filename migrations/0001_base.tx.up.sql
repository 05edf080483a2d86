-- Extensions and schemas. One schema per capability, so that a grant is a line and a wall is a schema.
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE SCHEMA org;
CREATE SCHEMA auth;
CREATE SCHEMA workshop;
CREATE SCHEMA exam;
CREATE SCHEMA certificate;
CREATE SCHEMA course;
CREATE SCHEMA ingest;
CREATE SCHEMA audit;
CREATE SCHEMA cases;

-- An event log's rows never change: the trigger refuses it even to the owner.
CREATE FUNCTION public.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of %.% never change', TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
