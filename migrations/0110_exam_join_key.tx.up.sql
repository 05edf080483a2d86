-- Beginning a test twice with the same key of the same browser gives the same attempt: the first answer may have been lost.
ALTER TABLE exam.attempt ADD COLUMN join_key uuid;
