package workshop

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// MaxRemindDays is the longest time before the start at which people can be reminded.
const MaxRemindDays = 30

// SetReminder says how many days before the start people are reminded by themselves; 0: they are not.
func (s *Service) SetReminder(ctx context.Context, actor access.Actor, event uuid.UUID, days int) error {
	if days < 0 || days > MaxRemindDays {
		return errs.InvalidFields([]errs.Field{{Name: "days", Key: "messages_error_days", Args: errs.Args{"max": MaxRemindDays}}})
	}
	return s.change(ctx, actor, access.ParticipantEdit, event, func(ctx context.Context, tx bun.IDB, ev *locked) error {
		if !ev.State.CanPlan() {
			return errs.NewConflict("workshop_error_closed")
		}
		if ev.unchanged = ev.RemindDays == days; ev.unchanged {
			return nil
		}
		_, err := tx.NewUpdate().Table("workshop.event").Set("remind_days = ?", days).Where("id = ?", event).Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		return s.record(ctx, tx, actor, ev, "workshop.reminder", map[string]any{"days": days})
	})
}

// remind sends the reminders whose time has come: of events that will take place and have not begun, to those who had none.
func (s *Service) remind(ctx context.Context) error {
	if s.outbox == nil {
		return nil
	}
	var ids []uuid.UUID
	err := s.db.NewRaw(`SELECT e.id FROM workshop.event AS e CROSS JOIN LATERAL (SELECT min(starts_at) AS at FROM workshop.slot WHERE event_id = e.id) AS start
		WHERE e.state = ?0 AND e.remind_days > 0 AND start.at > ?1
		AND (start.at AT TIME ZONE e.time_zone - make_interval(days => e.remind_days)) AT TIME ZONE e.time_zone <= ?1
		AND EXISTS (SELECT 1 FROM workshop.enrolment AS n JOIN org.person AS p ON p.id = n.person_id WHERE n.event_id = e.id AND n.state = ?2 AND p.email <> ''
			AND NOT EXISTS (SELECT 1 FROM workshop.sending AS s WHERE s.enrolment_id = n.id AND s.kind = ?3
				AND s.at > coalesce((SELECT max(at) FROM workshop.sending WHERE enrolment_id = n.id AND kind = ?4), '-infinity')))
		ORDER BY start.at, e.id`, Confirmed, s.now().UTC(), Enrolled, MessageReminder, messageCancellation).Scan(ctx, &ids)
	if err != nil {
		return db.Translate(err)
	}
	var failed error
	for _, id := range ids {
		failed = errors.Join(failed, s.remindEvent(ctx, id))
	}
	return failed
}

func (s *Service) remindEvent(ctx context.Context, id uuid.UUID) error {
	press, err := newID()
	if err != nil {
		return err
	}
	actor := access.System("reminders")
	return s.change(ctx, actor, access.ParticipantEdit, id, func(ctx context.Context, tx bun.IDB, ev *locked) error {
		ev.unchanged = true
		if ev.State != Confirmed || ev.RemindDays == 0 { // changed since the list was read; the start is looked at again below
			return nil
		}
		_, err := s.send(ctx, tx, actor, ev, SendInput{Kind: MessageReminder, Press: press})
		if e := errs.As(err); err != nil && e.Kind == errs.Conflict { // it has just begun
			return nil
		}
		return err
	})
}
