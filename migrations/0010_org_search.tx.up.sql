-- Finding people and organisations however they are written: a key for the Arabic name too, and search inside name keys.
ALTER TABLE org.organisation ADD COLUMN name_ar_key text NOT NULL DEFAULT '';
CREATE UNIQUE INDEX organisation_name_ar_key ON org.organisation (name_ar_key) WHERE name_ar_key <> '';
CREATE INDEX person_name_key_trgm_idx ON org.person USING gin (name_key gin_trgm_ops);
