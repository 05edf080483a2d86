-- The list of people, page by page, in the order of their names.
CREATE INDEX person_by_name_idx ON org.person (lower(family_name), lower(given_name), id);
