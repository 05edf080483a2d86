-- Places that become free are offered to those who wait, one after another and for a time; places can be kept by sex too, and
-- whoever goes beyond a quota says why.
ALTER TABLE workshop.quota DROP CONSTRAINT quota_kind_check, ADD CHECK (kind IN ('organisation_kind', 'governorate', 'sex'));
ALTER TABLE workshop.enrolment DROP CONSTRAINT enrolment_state_check,
  ADD CHECK (state IN ('enrolled', 'waiting', 'offered', 'invited', 'declined', 'withdrawn')),
  ADD COLUMN offer_ends_at timestamptz, -- of the last offer; it stays when nobody answered
  ADD COLUMN override text NOT NULL DEFAULT '', -- why the person has a place beyond a quota
  ADD CHECK (state <> 'offered' OR offer_ends_at IS NOT NULL);
CREATE INDEX enrolment_queue_idx ON workshop.enrolment (event_id, changed_at, number) WHERE state IN ('waiting', 'offered');
