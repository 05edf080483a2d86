package casework

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/casework/custody"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// onErasure does fn on one erasure in one transaction, with the entry of the audit. The key of its case may be gone; one out of reach is as none.
func (s *Service) onErasure(ctx context.Context, actor access.Actor, id uuid.UUID, act access.Action, entry string, fn func(ctx context.Context, tx bun.Tx, e *Erasure) error) error {
	if err := access.Can(actor, access.CaseEnter, access.Resource{}); err != nil {
		return err
	}
	evenly := time.After(evenTime)
	err := s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		var e Erasure
		if err := tx.NewSelect().Model(&e).ColumnExpr(erasureColumns).Join(erasureJoin).Where("e.id = ?", id).Scan(ctx); err != nil {
			return db.Translate(err)
		}
		if err := access.Can(actor, act, ownerResource(e.OwnerID)); err != nil {
			return err
		}
		if err := s.readErasure(&e); err != nil {
			return err
		}
		if err := fn(ctx, tx, &e); err != nil || entry == "" {
			return err
		}
		return s.record(ctx, tx, actor, entry, e.CaseID.String(), e.OwnerID, map[string]any{"erasure": e.ID, "scope": e.Scope})
	})
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Forbidden) {
		return s.refused(ctx, actor, act, id.String(), evenly)
	}
	return err
}

func (s *Service) readErasure(e *Erasure) error {
	if len(e.Wrapped) == 0 {
		return nil
	}
	key, err := s.o.Keys.Unwrap(e.Wrapped, e.ID, 1)
	if err != nil {
		return err
	}
	return unsealWith(key, "erasure", e.ID, e.Body, &e.Text)
}

// sealText seals the words of an erasure, with a key that is made for the first of them.
func (s *Service) sealText(e *Erasure) (key custody.DataKey, err error) {
	if len(e.Wrapped) == 0 {
		key, e.Wrapped, err = s.o.Keys.NewDataKey(e.ID, 1)
	} else {
		key, err = s.o.Keys.Unwrap(e.Wrapped, e.ID, 1)
	}
	if err != nil {
		return key, err
	}
	e.Body, err = sealWith(key, "erasure", e.ID, e.Text)
	return key, err
}

// Erasure shows one.
func (s *Service) Erasure(ctx context.Context, actor access.Actor, id uuid.UUID) (out *Erasure, canErase bool, err error) {
	err = s.onErasure(ctx, actor, id, access.CaseRetain, "case.erasure.read", func(_ context.Context, _ bun.Tx, e *Erasure) error {
		out, canErase = e, e.State == "locked" && may(actor, access.CaseReview, access.Resource{}) && e.MinutesBy != uuid.Nil && e.MinutesBy != actor.PersonID
		return nil
	})
	return out, canErase, err
}

// Release opens again what was locked, for a reason, and until a day on which it is looked at anew.
func (s *Service) Release(ctx context.Context, actor access.Actor, id uuid.UUID, reason string, until time.Time) error {
	return s.onErasure(ctx, actor, id, access.CaseRetain, "case.erasure.release", func(ctx context.Context, tx bun.Tx, e *Erasure) error {
		var c checker
		c.needed("reason", reason)
		c.future("until_on", until, s.today().AddDate(0, 0, 1))
		if err := c.err(); err != nil {
			return err
		}
		e.Text.Reason, e.ReleasedAt, e.ReleasedBy, e.UntilOn = strings.TrimSpace(reason), s.now(), actor.PersonID, until
		if _, err := s.sealText(e); err != nil {
			return err
		}
		return settled(tx.NewRaw(`UPDATE cases.erasure SET state = 'released', released_at = ?, released_by = ?, until_on = ?, wrapped = ?, body = ?, minutes = NULL, minutes_on = NULL, minutes_at = NULL, minutes_by = NULL, mime = NULL
			WHERE id = ? AND state = 'locked'`, e.ReleasedAt, e.ReleasedBy, e.UntilOn, e.Wrapped, e.Body, e.ID).Exec(ctx))
	})
}

// settled tells whoever came too late that it was decided otherwise.
func settled(res interface{ RowsAffected() (int64, error) }, err error) error {
	if err != nil {
		return db.Translate(err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return errs.NewConflict("case_error_erasure_settled")
	}
	return nil
}

// MinutesInput are the minutes of a destruction.
type MinutesInput struct {
	On                      time.Time
	Bailiff, Number, Expert string
	Name                    string
	Data                    []byte
	Cut                     bool
}

// KeepMinutes keeps the minutes; others replace them until the erasure.
func (s *Service) KeepMinutes(ctx context.Context, actor access.Actor, id uuid.UUID, in MinutesInput) error {
	if err := access.Can(actor, access.CaseEnter, access.Resource{}); err != nil {
		return err
	}
	paper, wrong := s.readPaper(ctx, in.Name, in.Data, in.Cut)
	return s.onErasure(ctx, actor, id, access.CaseRetain, "case.erasure.minutes", func(ctx context.Context, tx bun.Tx, e *Erasure) error {
		var c checker
		c.past("on", in.On, s.today())
		c.needed("bailiff", in.Bailiff)
		c.needed("number", in.Number)
		c.needed("expert", in.Expert)
		if x := errs.As(wrong); x != nil && x.Kind == errs.Invalid {
			c.fields = append(c.fields, errs.Field{Name: "file", Key: x.Key, Args: x.Args})
		} else if wrong != nil {
			return wrong
		}
		if err := c.err(); err != nil {
			return err
		}
		e.Text.Bailiff, e.Text.Number, e.Text.Expert, e.Text.Name = strings.TrimSpace(in.Bailiff), strings.TrimSpace(in.Number), strings.TrimSpace(in.Expert), paper.name
		key, err := s.sealText(e)
		if err != nil {
			return err
		}
		sealed, err := key.Seal("minutes:"+e.ID.String(), paper.data)
		if err != nil {
			return err
		}
		return settled(tx.NewRaw("UPDATE cases.erasure SET minutes = ?, minutes_on = ?, minutes_at = ?, minutes_by = ?, mime = ?, wrapped = ?, body = ? WHERE id = ? AND state = 'locked'",
			sealed, in.On, s.now(), actor.PersonID, paper.mime, e.Wrapped, e.Body, e.ID).Exec(ctx))
	})
}

// Erase destroys the keys, for an officer with a fresh code who did not hand the minutes in. Nothing brings it back.
func (d *Desk) Erase(ctx context.Context, actor access.Actor, id uuid.UUID, factor string) error {
	outside := ctx
	return d.work.onErasure(ctx, actor, id, access.CaseReview, "case.erasure.erase", func(ctx context.Context, tx bun.Tx, e *Erasure) error {
		switch {
		case e.State != "locked":
			return errs.NewConflict("case_error_erasure_settled")
		case e.MinutesBy == uuid.Nil:
			return errs.NewConflict("case_error_erasure_minutes")
		case e.MinutesBy == actor.PersonID:
			return errs.NewConflict("case_error_erasure_own")
		}
		if err := d.proved(outside, actor, factor); err != nil {
			return err
		}
		_, err := tx.NewRaw("SELECT cases.destroy(?)", e.ID).Exec(ctx)
		return db.Translate(err)
	})
}

// proved takes a fresh code for one act.
func (d *Desk) proved(ctx context.Context, actor access.Actor, factor string) error {
	if strings.TrimSpace(factor) == "" {
		return errs.InvalidFields([]errs.Field{{Name: "code", Key: "error_required"}})
	}
	return d.auth.ProveCode(ctx, actor, factor)
}

// FetchMinutes gives the minutes for a fresh code.
func (d *Desk) FetchMinutes(ctx context.Context, actor access.Actor, id uuid.UUID, factor string) (out *Attachment, err error) {
	outside := ctx
	err = d.work.onErasure(ctx, actor, id, access.CaseRetain, "case.erasure.fetch", func(ctx context.Context, tx bun.Tx, e *Erasure) error {
		if e.MinutesBy == uuid.Nil {
			return errs.NewConflict("case_error_erasure_minutes")
		}
		if err := d.proved(outside, actor, factor); err != nil {
			return err
		}
		var sealed []byte
		if err := tx.NewRaw("SELECT minutes FROM cases.erasure WHERE id = ?", e.ID).Scan(ctx, &sealed); err != nil {
			return db.Translate(err)
		}
		key, err := d.work.o.Keys.Unwrap(e.Wrapped, e.ID, 1)
		if err != nil {
			return err
		}
		out = &Attachment{MIME: e.MIME, Title: e.Text.Name}
		out.Data, err = key.Open("minutes:"+e.ID.String(), sealed)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
