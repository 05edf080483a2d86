-- When a point of the checklist was looked at again; until now the day of its last change had to stand for it.
ALTER TABLE programme.readiness ADD COLUMN after_on date;
UPDATE programme.readiness SET after_on = (updated_at AT TIME ZONE 'Africa/Tunis')::date WHERE after <> '';
ALTER TABLE programme.readiness ADD CHECK ((after = '') = (after_on IS NULL));
