-- Whoever has the half-days of an event in their calendar is told when it is cancelled; the log says so.
ALTER TABLE workshop.sending DROP CONSTRAINT sending_kind_check,
  ADD CHECK (kind IN ('invitation', 'reminder', 'followup', 'cancellation'));
