-- A text shipped with the program that would stand above a version written in the browser is proposed as a draft, once.
ALTER TABLE course.draft ADD COLUMN shipped text NOT NULL DEFAULT ''; -- the text's digest; empty for what people made
CREATE UNIQUE INDEX draft_shipped_idx ON course.draft (course, shipped) WHERE shipped <> '';
