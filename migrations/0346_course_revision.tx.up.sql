-- Counts what a learner did in a course that a lesson's page shows: a page that was kept under it is good as long as it stands.
ALTER TABLE course.learning ADD COLUMN revision bigint NOT NULL DEFAULT 1;
