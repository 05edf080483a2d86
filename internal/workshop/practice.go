package workshop

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// PracticeState is how far a good practice is.
type PracticeState string

// PracticeStates lists the states in the order of a practice's life.
func PracticeStates() []PracticeState {
	return []PracticeState{"noted", "planned", "under_way", "adopted", "dropped"}
}

// Practice is a good practice seen on a study visit, with its follow-up.
type Practice struct {
	bun.BaseModel `bun:"table:workshop.practice,alias:practice"`

	ID          uuid.UUID `bun:",pk"`
	EventID     uuid.UUID
	Title       string
	SeenAt      string // institution or place
	Description string
	OwnerID     uuid.UUID `bun:",nullzero"` // who follows it up
	DueOn       time.Time `bun:"type:date,nullzero"`
	State       PracticeState
	FollowUp    string
	CreatedAt   time.Time
	CreatedBy   uuid.UUID `bun:",nullzero"`
	ChangedAt   time.Time
}

// Open tells whether something remains to be done.
func (p *Practice) Open() bool { return p.State != "adopted" && p.State != "dropped" }

// PracticeInput is a practice as a form gives it; the id is made by the form, so that sending it twice notes it once.
type PracticeInput struct {
	ID          uuid.UUID
	Title       string
	SeenAt      string
	Description string
	Owner       uuid.UUID // on the event's list, or a trainer of it; zero: nobody yet
	DueOn       time.Time
	State       PracticeState // empty: noted
	FollowUp    string
	Seen        Seen // of the practice that the form showed; empty for a new one
}

// Practices lists the good practices of an event with the event's people, who can follow them up; the open ones and the
// earliest due first.
func (s *Service) Practices(ctx context.Context, actor access.Actor, event uuid.UUID) (*View, []Practice, error) {
	v, err := s.View(ctx, actor, access.WorkshopView, event)
	if err != nil {
		return nil, nil, err
	}
	var list []Practice
	err = s.db.NewSelect().Model(&list).Where("event_id = ?", event).
		OrderExpr("state IN ('adopted', 'dropped'), due_on NULLS LAST, created_at, id").Scan(ctx)
	return v, list, db.Translate(err)
}

// PutPractice notes a good practice or changes it. It can be followed up long after the visit was closed.
func (s *Service) PutPractice(ctx context.Context, actor access.Actor, event uuid.UUID, in PracticeInput) error {
	return s.change(ctx, actor, access.WorkshopEdit, event, func(ctx context.Context, tx bun.IDB, ev *locked) error {
		if err := in.check(ctx, tx, ev); err != nil {
			return err
		}
		p := &Practice{ID: in.ID, EventID: event, Title: in.Title, SeenAt: in.SeenAt, Description: in.Description, OwnerID: in.Owner, DueOn: in.DueOn,
			State: in.State, FollowUp: in.FollowUp, CreatedAt: ev.now, CreatedBy: actor.PersonID, ChangedAt: ev.now}
		if err := in.unchanged(ctx, tx, p); err != nil {
			return err
		}
		done, err := tx.NewInsert().Model(p).On("CONFLICT (id) DO UPDATE").
			Set("title = EXCLUDED.title, seen_at = EXCLUDED.seen_at, description = EXCLUDED.description, owner_id = EXCLUDED.owner_id").
			Set("due_on = EXCLUDED.due_on, state = EXCLUDED.state, follow_up = EXCLUDED.follow_up, changed_at = EXCLUDED.changed_at").
			Where("practice.event_id = EXCLUDED.event_id").Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 { // the id belongs to another event
			return errs.NewNotFound("workshop: practice " + in.ID.String())
		}
		return s.record(ctx, tx, actor, ev, "workshop.practice", map[string]any{"practice": in.ID, "state": in.State})
	})
}

// unchanged refuses what was written over a practice that somebody else has changed since it was shown.
func (in *PracticeInput) unchanged(ctx context.Context, tx bun.IDB, wanted *Practice) error {
	if in.Seen == "" {
		return nil
	}
	var was []Practice
	if err := tx.NewSelect().Model(&was).Where("id = ? AND event_id = ?", in.ID, wanted.EventID).Scan(ctx); err != nil {
		return db.Translate(err)
	}
	if len(was) > 0 && in.Seen.stale(was[0].Seen(), wanted.Seen()) {
		return changedMeanwhile("title")
	}
	return nil
}

func (in *PracticeInput) check(ctx context.Context, tx bun.IDB, ev *locked) error {
	if in.ID == uuid.Nil {
		return errs.NewInvalid("error_bad_request")
	}
	in.Title, in.SeenAt = strings.TrimSpace(in.Title), strings.TrimSpace(in.SeenAt)
	in.Description, in.FollowUp = strings.TrimSpace(in.Description), strings.TrimSpace(in.FollowUp)
	in.State = PracticeState(orText(string(in.State), "noted"))
	var wrong []errs.Field
	if in.Title == "" {
		wrong = append(wrong, errs.Field{Name: "title", Key: "error_required"})
	}
	limits := []struct {
		name, text string
		max        int
	}{{"title", in.Title, maxTitle}, {"seen_at", in.SeenAt, maxTitle}, {"description", in.Description, maxText}, {"follow_up", in.FollowUp, maxText}}
	for _, l := range limits {
		if len([]rune(l.text)) > l.max {
			wrong = append(wrong, errs.Field{Name: l.name, Key: "error_too_long", Args: errs.Args{"max": l.max}})
		}
	}
	if !slices.Contains(PracticeStates(), in.State) {
		wrong = append(wrong, errs.Field{Name: "state", Key: "error_choice"})
	}
	ok, err := in.ownerListed(ctx, tx, ev)
	if err != nil {
		return err
	}
	if !ok {
		wrong = append(wrong, errs.Field{Name: "owner", Key: "error_choice"})
	}
	return errs.InvalidFields(wrong)
}

func (in *PracticeInput) ownerListed(ctx context.Context, tx bun.IDB, ev *locked) (bool, error) {
	if in.Owner == uuid.Nil || slices.Contains(ev.trainers, in.Owner) {
		return true, nil
	}
	ok, err := tx.NewSelect().Model((*Enrolment)(nil)).Where("event_id = ? AND person_id = ?", ev.ID, in.Owner).Exists(ctx)
	return ok, db.Translate(err)
}
