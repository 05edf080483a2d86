package exam

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// PairingInput chooses the two forms of a workshop's tests.
type PairingInput struct {
	PreForm   uuid.UUID
	PostForm  uuid.UUID
	Anonymous bool // personal codes instead of names
	Crossed   bool // half of the people take the post form first
}

// Pair sets up the tests of a workshop, or changes the choice as long as nobody has begun.
func (s *Service) Pair(ctx context.Context, actor access.Actor, eventID uuid.UUID, in PairingInput) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		w, err := s.may(ctx, tx, actor, access.TestRun, eventID)
		if err != nil {
			return err
		}
		if w.Course != "" {
			in.Anonymous = false // who takes it is known by the account
		}
		return s.pairTx(ctx, tx, actor, w, in)
	})
}

func (s *Service) pairTx(ctx context.Context, tx bun.Tx, actor access.Actor, w Workshop, in PairingInput) error {
	now := s.now()
	p, err := pairingOf(ctx, tx, w.ID)
	switch {
	case errs.Is(err, errs.NotFound):
		p, err = newPairing(ctx, tx, w, in, now)
	case err == nil:
		err = changePairing(ctx, tx, p, in)
	}
	if err != nil {
		return err
	}
	for phase, form := range map[Phase]uuid.UUID{Pre: in.PreForm, Post: in.PostForm} {
		if err := setForm(ctx, tx, p, phase, form); err != nil {
			return err
		}
	}
	return audit.Record(ctx, tx, audit.Entry{At: now, Actor: actor, Action: "test.pair", Kind: w.kind(), ID: w.ID.String(),
		Detail: map[string]any{"pre": in.PreForm, "post": in.PostForm, "anonymous": in.Anonymous, "crossed": in.Crossed}})
}

func newPairing(ctx context.Context, tx bun.Tx, w Workshop, in PairingInput, now time.Time) (*Pairing, error) {
	p := &Pairing{ID: newID(), EventID: w.ID, Course: w.Course, RoomCode: digits(6), Anonymous: in.Anonymous, Crossed: in.Crossed, CodeKey: randomBytes(32), CreatedAt: now}
	for range 20 { // a code that is taken is drawn again
		res, err := tx.NewInsert().Model(p).On("CONFLICT (room_code) DO NOTHING").Exec(ctx)
		if err != nil {
			return nil, db.Translate(err)
		}
		if n, _ := res.RowsAffected(); n == 1 {
			return p, nil
		}
		p.RoomCode = digits(6)
	}
	return nil, errors.New("exam: no free room code in twenty draws")
}

func changePairing(ctx context.Context, tx bun.Tx, p *Pairing, in PairingInput) error {
	begun, err := tx.NewSelect().TableExpr("exam.attempt AS a").Join("JOIN exam.sitting AS s ON s.id = a.sitting_id").
		Where("s.pairing_id = ?", p.ID).Exists(ctx)
	if err != nil {
		return err
	}
	if begun {
		return errs.NewConflict("exam_already_begun")
	}
	typed, err := tx.NewSelect().TableExpr("exam.paper_entry AS e").Join("JOIN exam.sitting AS s ON s.id = e.sitting_id").Where("s.pairing_id = ?", p.ID).Exists(ctx)
	if err != nil {
		return err
	}
	if typed {
		return errs.NewConflict("exam_already_begun")
	}
	_, err = tx.NewUpdate().Model((*Pairing)(nil)).Set("anonymous = ?", in.Anonymous).Set("crossed = ?", in.Crossed).Where("id = ?", p.ID).Exec(ctx)
	return err
}

func setForm(ctx context.Context, tx bun.Tx, p *Pairing, phase Phase, form uuid.UUID) error {
	known, err := tx.NewSelect().TableExpr("exam.form").Where("id = ?", form).Exists(ctx)
	if err != nil {
		return err
	}
	if !known {
		return errs.InvalidFields([]errs.Field{{Name: string(phase) + "_form", Key: "error_choice"}})
	}
	row := &Sitting{ID: newID(), PairingID: p.ID, Phase: phase, FormID: form, State: Planned, Lasting: p.Course != ""}
	_, err = tx.NewInsert().Model(row).On("CONFLICT (pairing_id, phase) DO UPDATE").Set("form_id = EXCLUDED.form_id").Exec(ctx)
	return err
}

func pairingOf(ctx context.Context, idb bun.IDB, eventID uuid.UUID) (*Pairing, error) {
	p := new(Pairing)
	err := idb.NewSelect().Model(p).Relation("Sittings").Where("pairing.event_id = ?", eventID).Scan(ctx)
	return p, db.Translate(err)
}

// Open starts a test in the room; the other test of the pair has to be closed.
func (s *Service) Open(ctx context.Context, actor access.Actor, eventID uuid.UUID, phase Phase) error {
	return s.change(ctx, actor, eventID, phase, "test.open", func(ctx context.Context, tx bun.Tx, p *Pairing, st *Sitting, now time.Time) error {
		if open := p.OpenSitting(); open != nil && open.ID != st.ID && !st.Lasting {
			return errs.NewConflict("exam_other_open")
		}
		_, err := tx.NewUpdate().Model(st).Set("state = ?", Open).Set("opened_at = coalesce(opened_at, ?)", now).
			Set("closed_at = NULL").WherePK().Exec(ctx)
		return err
	})
}

// Close ends a test: attempts that were not submitted are submitted with what was acknowledged.
func (s *Service) Close(ctx context.Context, actor access.Actor, eventID uuid.UUID, phase Phase) error {
	return s.change(ctx, actor, eventID, phase, "test.close", func(ctx context.Context, tx bun.Tx, _ *Pairing, st *Sitting, now time.Time) error {
		if st.State != Open {
			return errs.NewConflict("exam_not_open")
		}
		if err := submitRest(ctx, tx, st, now); err != nil {
			return err
		}
		_, err := tx.NewUpdate().Model(st).Set("state = ?", Closed).Set("closed_at = ?", now).WherePK().Exec(ctx)
		return err
	})
}

type sittingChange func(ctx context.Context, tx bun.Tx, p *Pairing, st *Sitting, now time.Time) error

func (s *Service) change(ctx context.Context, actor access.Actor, eventID uuid.UUID, phase Phase, action string, do sittingChange) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		w, err := s.may(ctx, tx, actor, access.TestRun, eventID)
		if err != nil {
			return err
		}
		p, err := lockPairing(ctx, tx, eventID)
		if err != nil {
			return err
		}
		st := p.Sitting(phase)
		if st == nil {
			return errs.NewNotFound("exam sitting " + string(phase))
		}
		now := s.now()
		if err := do(ctx, tx, p, st, now); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{At: now, Actor: actor, Action: action, Kind: w.kind(), ID: eventID.String(),
			Detail: map[string]any{"phase": phase}})
	})
}

// lockPairing makes opening, closing and joining of one pair wait for one another.
func lockPairing(ctx context.Context, tx bun.Tx, eventID uuid.UUID) (*Pairing, error) {
	if _, err := tx.NewSelect().TableExpr("exam.pairing").Column("id").Where("event_id = ?", eventID).For("UPDATE").Exec(ctx); err != nil {
		return nil, db.Translate(err)
	}
	return pairingOf(ctx, tx, eventID)
}
