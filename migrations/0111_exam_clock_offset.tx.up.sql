-- How far the server's clock was ahead of the phone's when the phone answered, as the phone knew it: client_at plus this is the
-- moment of a late answer. NULL when the phone did not know.
ALTER TABLE exam.answer ADD COLUMN clock_offset_ms bigint;
