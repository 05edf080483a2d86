-- A published figure that counts, or stands on, fewer than five persons is not for observers, and says so itself: the value of a
-- mean does not tell on how many it stands.
ALTER TABLE programme.published ADD COLUMN below boolean NOT NULL DEFAULT false;
