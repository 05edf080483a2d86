-- What each person was told of the half-days, so that whoever was told before a change can be told again; the log knows the update.
ALTER TABLE workshop.enrolment ADD COLUMN told_plan jsonb NOT NULL DEFAULT '{}'; -- each half-day's calendar name with its change count
UPDATE workshop.enrolment AS e SET told_plan = coalesce((SELECT jsonb_object_agg(s.ical_uid, s.sequence) FROM workshop.slot AS s WHERE s.event_id = e.event_id), '{}')
  WHERE e.ical_method = 'REQUEST';

ALTER TABLE workshop.sending DROP CONSTRAINT sending_kind_check,
  ADD CHECK (kind IN ('invitation', 'update', 'reminder', 'followup', 'cancellation'));
