package workshop

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// Update changes the details of an event and, when trainers is not nil, who runs it. seen is the version that the form
// showed; 0 does not compare. A change of the details by someone else since then is a Conflict.
func (s *Service) Update(ctx context.Context, actor access.Actor, id uuid.UUID, seen int64, d Details, trainers []uuid.UUID) error {
	d = d.withDefaults()
	return s.change(ctx, actor, access.WorkshopEdit, id, func(ctx context.Context, tx bun.IDB, ev *locked) error {
		if !ev.State.CanPlan() {
			return errs.NewConflict("workshop_error_closed")
		}
		if err := errs.InvalidFields(d.check()); err != nil {
			return err
		}
		others := trainers != nil && !slices.Equal(trainers, ev.trainers)
		if seen != 0 && seen != ev.Version && (others || DetailsOf(&ev.Event) != d) {
			if changed, err := detailsChanged(ctx, tx, id, seen); changed || err != nil {
				return orConflict(err)
			}
		}
		return s.update(ctx, tx, actor, ev, d, trainers)
	})
}

func orConflict(err error) error {
	if err != nil {
		return err
	}
	return errs.NewConflict("error_conflict")
}

// detailsChanged asks the audit: marks and enrolments raise the version too and are no reason to refuse a form.
func detailsChanged(ctx context.Context, tx bun.IDB, id uuid.UUID, seen int64) (bool, error) {
	n, err := tx.NewSelect().Table("audit.entry").Where("kind = 'workshop' AND object_id = ? AND action = 'workshop.update'", id.String()).
		Where("(detail ->> 'version')::bigint > ?", seen).Count(ctx)
	return n > 0, db.Translate(err)
}

func (s *Service) update(ctx context.Context, tx bun.IDB, actor access.Actor, ev *locked, d Details, trainers []uuid.UUID) error {
	from := ev.TimeZone
	d.apply(&ev.Event)
	_, err := tx.NewUpdate().Model(&ev.Event).WherePK().
		Column("kind", "title", "title_ar", "neutral_title", "topics", "lang", "venue", "room", "governorate", "time_zone", "capacity",
			"threshold", "pass_mark", "late_after", "checkin_before", "project", "grant_ref").Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	if from != d.TimeZone {
		if err := checkZone(ctx, tx, d.TimeZone); err != nil {
			return err
		}
		if err := moveZone(ctx, tx, ev.ID, from, d.TimeZone); err != nil {
			return err
		}
	}
	if trainers != nil {
		if err := putTrainers(ctx, tx, ev.ID, trainers); err != nil {
			return err
		}
	}
	return s.record(ctx, tx, actor, ev, "workshop.update", map[string]any{"version": ev.Version + 1, "trainers": len(trainers)})
}

// moveZone keeps the half-days at the same time on the wall clock.
func moveZone(ctx context.Context, tx bun.IDB, event uuid.UUID, from, to string) error {
	_, err := tx.NewUpdate().Table("workshop.slot").
		Set("starts_at = starts_at AT TIME ZONE ? AT TIME ZONE ?", from, to).
		Set("ends_at = ends_at AT TIME ZONE ? AT TIME ZONE ?", from, to).Where("event_id = ?", event).Exec(ctx)
	return db.Translate(err)
}

// SetState moves an event through its state machine. A cancellation, and opening a closed event again, carry a reason.
func (s *Service) SetState(ctx context.Context, actor access.Actor, id uuid.UUID, to State, reason string) error {
	return s.change(ctx, actor, access.WorkshopEdit, id, func(ctx context.Context, tx bun.IDB, ev *locked) error {
		if ev.State == to { // pressed twice
			ev.unchanged = true
			return nil
		}
		f, err := readFacts(ctx, tx, ev)
		if err != nil {
			return err
		}
		if len([]rune(reason)) > maxReason {
			return errs.InvalidFields([]errs.Field{{Name: "reason", Key: "workshop_error_reason"}})
		}
		f.reason = reason
		if err := step(ev.State, to, f); err != nil {
			return err
		}
		_, err = tx.NewUpdate().Table("workshop.event").Set("state = ?", to).Set("state_reason = ?", reason).Where("id = ?", id).Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		if err := s.record(ctx, tx, actor, ev, "workshop.state", map[string]any{"from": ev.State, "to": to}); err != nil || to != Cancelled {
			return err
		}
		return s.cancelCalendars(ctx, tx, actor, ev)
	})
}

func readFacts(ctx context.Context, tx bun.IDB, ev *locked) (facts, error) {
	f := facts{trainers: len(ev.trainers)}
	err := tx.NewRaw(`SELECT (SELECT count(*) FROM workshop.slot WHERE event_id = ?0),
		(SELECT count(*) FROM workshop.enrolment WHERE event_id = ?0 AND state = 'enrolled'),
		(SELECT count(*) FROM workshop.attendance WHERE event_id = ?0 AND status <> 'unmarked')`, ev.ID).Scan(ctx, &f.slots, &f.enrolled, &f.marks)
	return f, db.Translate(err)
}

// record writes the audit entry of a change of the event.
func (s *Service) record(ctx context.Context, tx bun.IDB, actor access.Actor, ev *locked, action string, detail map[string]any) error {
	return audit.Record(ctx, tx, audit.Entry{At: ev.now, Actor: actor, Action: action, Kind: "workshop", ID: ev.ID.String(), Detail: detail})
}
