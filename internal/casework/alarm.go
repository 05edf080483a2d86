package casework

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// Threshold says from how many files, opened by one person in how many minutes, an alarm is raised: by the next one.
type Threshold struct {
	bun.BaseModel `bun:"table:cases.guard,alias:t"`

	Files   int
	Minutes int
}

// Alarm is raised when somebody opens many files in little time.
type Alarm struct {
	bun.BaseModel `bun:"table:cases.alarm,alias:l"`

	ID       uuid.UUID `bun:",pk"`
	PersonID uuid.UUID
	At       time.Time
	Files    int
	Minutes  int
	SeenAt   time.Time `bun:",nullzero"`
	SeenBy   uuid.UUID `bun:",nullzero"`
	Wrapped  []byte
	Note     []byte
	Remark   string `bun:"-"`
}

// Denied is what was refused to one person.
type Denied struct {
	ActorID uuid.UUID `bun:",nullzero"`
	Times   int
	Files   int // different ones
	LastAt  time.Time
}

// Guard is what the protection officer watches over.
type Guard struct {
	Threshold Threshold
	Scale     Scale // of the questionnaire after a return
	Alarms    []Alarm
	Denied    []Denied
}

const (
	alarmLimit  = 100
	deniedDays  = 30
	deniedLimit = 100
)

// opened are the acts by which a file is opened.
func opened(action string) bool {
	return action == "case.view" || action == "case.identity.read" || action == "case.attachment.read"
}

// watch raises an alarm when the actor has opened more files than the threshold allows, once within its time. The actor learns
// nothing of it. outside is the context of the messages.
func (s *Service) watch(ctx, outside context.Context, tx bun.Tx, actor access.Actor) error {
	var r struct{ Files, Minutes, N int }
	err := tx.NewRaw(`SELECT t.files, t.minutes, (SELECT count(DISTINCT a.case_id) FROM cases.audit a WHERE a.actor_id = ?
			AND a.at > cases.clock() - make_interval(mins => t.minutes) AND a.action IN ('case.view', 'case.identity.read', 'case.attachment.read')) AS n FROM cases.guard t`, actor.PersonID).Scan(ctx, &r)
	if err != nil || r.N <= r.Files {
		return db.Translate(err)
	}
	if _, err := tx.NewRaw("SELECT pg_advisory_xact_lock(hashtextextended(?, 1))", actor.PersonID.String()).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	l := Alarm{ID: uuid.Must(uuid.NewV7()), PersonID: actor.PersonID, At: s.now(), Files: r.N, Minutes: r.Minutes, Wrapped: []byte{}}
	raised, err := tx.NewSelect().Table("cases.alarm").Where("person_id = ? AND at > cases.clock() - make_interval(mins => ?)", actor.PersonID, r.Minutes).Limit(1).Exists(ctx)
	if err != nil || raised {
		return db.Translate(err)
	}
	if _, err := tx.NewInsert().Model(&l).Returning("NULL").Exec(ctx); err != nil {
		return db.Translate(err)
	}
	if err := s.record(ctx, tx, actor, "case.alarm", "", uuid.Nil, map[string]any{"alarm": l.ID, "files": l.Files, "minutes": l.Minutes}); err != nil {
		return err
	}
	return s.notify(outside, Notice{Kind: "volume"})
}

// Guard gives the alarms, what was refused to whom in the last 30 days, and the threshold.
func (s *Service) Guard(ctx context.Context, actor access.Actor) (g Guard, err error) {
	if err := access.Can(actor, access.CaseReview, access.Resource{}); err != nil {
		return g, err
	}
	err = s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		if err := tx.NewSelect().Model(&g.Threshold).Column("files", "minutes").Scan(ctx); err != nil {
			return db.Translate(err)
		}
		if err := tx.NewSelect().Model(&g.Scale).Column("low", "high", "months").Scan(ctx); err != nil {
			return db.Translate(err)
		}
		if err := tx.NewSelect().Model(&g.Alarms).OrderExpr("seen_at IS NOT NULL, at DESC, id DESC").Limit(alarmLimit).Scan(ctx); err != nil {
			return db.Translate(err)
		}
		for i := range g.Alarms {
			if err := s.readAlarm(&g.Alarms[i]); err != nil {
				return err
			}
		}
		err := tx.NewRaw(`SELECT actor_id, count(*) AS times, count(DISTINCT nullif(case_id, '')) AS files, max(at) AS last_at FROM cases.audit
			WHERE action = 'case.refused' AND at > cases.clock() - make_interval(days => ?) GROUP BY actor_id ORDER BY count(*) DESC, max(at) DESC LIMIT ?`, deniedDays, deniedLimit).Scan(ctx, &g.Denied)
		if err != nil {
			return db.Translate(err)
		}
		return s.record(ctx, tx, actor, "case.alarms", "", uuid.Nil, nil)
	})
	return g, err
}

func (s *Service) readAlarm(l *Alarm) error {
	if l.Note == nil {
		return nil
	}
	key, err := s.o.Keys.Unwrap(l.Wrapped, l.ID, 1)
	if err != nil {
		return err
	}
	return unsealWith(key, "alarm", l.ID, l.Note, &l.Remark)
}

// SetThreshold changes from when on an alarm is raised.
func (s *Service) SetThreshold(ctx context.Context, actor access.Actor, t Threshold) error {
	if err := access.Can(actor, access.CaseReview, access.Resource{}); err != nil {
		return err
	}
	var c checker
	if t.Files < 1 || t.Files > 1000 {
		c.wrong("files", "case_error_threshold")
	}
	if t.Minutes < 1 || t.Minutes > 24*60 {
		c.wrong("minutes", "case_error_threshold")
	}
	if err := c.err(); err != nil {
		return err
	}
	return s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewRaw("UPDATE cases.guard SET files = ?, minutes = ?, set_by = ?, set_at = ?", t.Files, t.Minutes, actor.PersonID, s.now()).Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return s.record(ctx, tx, actor, "case.threshold", "", uuid.Nil, map[string]any{"files": t.Files, "minutes": t.Minutes})
	})
}

// AnswerAlarm says what a protection officer found behind an alarm that another person raised.
func (s *Service) AnswerAlarm(ctx context.Context, actor access.Actor, id uuid.UUID, note string) error {
	if err := access.Can(actor, access.CaseReview, access.Resource{}); err != nil {
		return err
	}
	var c checker
	c.needed("note", note)
	if err := c.err(); err != nil {
		return err
	}
	return s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		l := Alarm{ID: id}
		if err := tx.NewSelect().Model(&l).WherePK().Scan(ctx); err != nil {
			return db.Translate(err)
		}
		switch {
		case l.PersonID == actor.PersonID:
			return errs.NewConflict("approval_error_own")
		case !l.SeenAt.IsZero():
			return errs.NewConflict("case_error_answered")
		}
		key, wrapped, err := s.o.Keys.NewDataKey(l.ID, 1)
		if err != nil {
			return err
		}
		if l.Note, err = sealWith(key, "alarm", l.ID, note); err != nil {
			return err
		}
		l.SeenAt, l.SeenBy, l.Wrapped = s.now(), actor.PersonID, wrapped
		res, err := tx.NewUpdate().Model(&l).Column("seen_at", "seen_by", "wrapped", "note").WherePK().Where("seen_at IS NULL").Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return errs.NewConflict("case_error_answered")
		}
		return s.record(ctx, tx, actor, "case.answered", "", uuid.Nil, map[string]any{"alarm": l.ID})
	})
}
