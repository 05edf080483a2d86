package certificate

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/mail"
)

// Mailing is a line of the log: a certificate's address went to its holder by mail.
type Mailing struct {
	bun.BaseModel `bun:"table:certificate.mailing,alias:mailing"`

	ID            uuid.UUID `bun:",pk"`
	CertificateID uuid.UUID
	MessageID     uuid.UUID
	At            time.Time
	ByPerson      uuid.UUID `bun:",nullzero"` // zero: it went by itself

	Status mail.Status `bun:"-"` // of a message that is remembered
}

// mailed gives the last mailing of each certificate of a subject.
func (s *Service) mailed(ctx context.Context, idb bun.IDB, of Subject) (map[uuid.UUID]*Mailing, error) {
	var list []Mailing
	q := idb.NewSelect().Model(&list).Join("JOIN certificate.certificate AS certificate ON certificate.id = mailing.certificate_id").OrderExpr("mailing.at")
	if err := of.where(q).Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	by, ids := map[uuid.UUID]*Mailing{}, []uuid.UUID{}
	for i := range list {
		by[list[i].CertificateID] = &list[i]
		ids = append(ids, list[i].MessageID)
	}
	if s.outbox == nil {
		return by, nil
	}
	states, err := s.outbox.States(ctx, idb, ids)
	for _, m := range by {
		m.Status = states[m.MessageID]
	}
	return by, err
}

// Unmailed counts the valid certificates whose holders have an address and were not written to.
func (b *Board) Unmailed() int { return b.count((*Candidate).unmailed) }

func (c *Candidate) unmailed() bool { return c.Issued() && c.Email != "" && c.Mailed == nil }

// Words is what a holder is told about a certificate, in the holder's language or in another.
func (s *Service) Words(of *Certificate, name string, l i18n.Lang) mail.Words {
	return mail.Compose(s.outbox.Bundle, s.message(of, "", name, l))
}

func (s *Service) message(c *Certificate, to, name string, l i18n.Lang) mail.Message {
	return mail.Message{Kind: "certificate", To: to, Name: name, Lang: l, Link: s.PaperURL(c.ID), Args: errs.Args{"title": c.TitleIn(l), "number": c.Number}}
}

// Mail writes to holders who have an address, with the address at which the certificate is printed: to those who were not written to
// yet, or to one again when id is not zero. It gives how many messages were posted.
func (s *Service) Mail(ctx context.Context, actor access.Actor, of Subject, id uuid.UUID) (n int, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := lockCourse(ctx, tx, of); err != nil {
			return err
		}
		b, err := s.board(ctx, tx, actor, of)
		if err != nil {
			return err
		}
		chosen, err := b.addressees(id)
		if err != nil {
			return err
		}
		n = len(chosen)
		return s.post(ctx, tx, actor, b.Subject, chosen)
	})
	return n, err
}

// addressees are those who were not written to yet, or the holder of one valid certificate.
func (b *Board) addressees(id uuid.UUID) ([]*Candidate, error) {
	if id == uuid.Nil {
		return slices.DeleteFunc(b.pointers(), func(c *Candidate) bool { return !c.unmailed() }), nil
	}
	chosen := slices.DeleteFunc(b.pointers(), func(c *Candidate) bool { return !c.Issued() || c.Current.ID != id })
	if len(chosen) == 0 {
		return nil, errs.NewNotFound("certificate " + id.String())
	}
	if chosen[0].Email == "" {
		return nil, errs.NewConflict("certificate_error_no_address")
	}
	return chosen, nil
}

func (b *Board) pointers() []*Candidate {
	list := make([]*Candidate, len(b.Candidates))
	for i := range b.Candidates {
		list[i] = &b.Candidates[i]
	}
	return list
}

// post writes to candidates that hold a certificate, and keeps that they were written to.
func (s *Service) post(ctx context.Context, tx bun.Tx, actor access.Actor, of Subject, chosen []*Candidate) error {
	if s.outbox == nil || len(chosen) == 0 {
		return nil
	}
	now := s.now().UTC()
	lines := make([]Mailing, len(chosen))
	for i, c := range chosen {
		id, err := s.outbox.PostAs(ctx, tx, s.message(c.Current, c.Email, c.GivenName, cmp.Or(i18n.Lang(c.Lang), i18n.FR)))
		if err != nil {
			return err
		}
		lines[i] = Mailing{ID: uuid.Must(uuid.NewV7()), CertificateID: c.Current.ID, MessageID: id, At: now, ByPerson: actor.PersonID}
	}
	if _, err := tx.NewInsert().Model(&lines).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	return audit.Record(ctx, tx, audit.Entry{At: now, Actor: actor, Action: "certificate.mail", Kind: of.kind(), ID: of.id(), Detail: map[string]any{"count": len(lines)}})
}

// Tick issues the certificates of courses that give them by themselves, and writes to their holders; a job runs it. One that was
// revoked is not issued again by itself.
//
// public: it has no actor and does what a manager has decided.
func (s *Service) Tick(ctx context.Context) error {
	var rules []Rule
	if err := s.db.NewSelect().Model(&rules).Where("given AND by_itself").OrderExpr("course").Scan(ctx); err != nil {
		return db.Translate(err)
	}
	for i := range rules {
		if err := s.byItself(ctx, rules[i].Course); err != nil {
			return errs.Wrap(err, "certificate: course "+rules[i].Course)
		}
	}
	return nil
}

// pendingSQL tells whether a course was finished by anybody who has no certificate of that time.
const pendingSQL = `SELECT EXISTS (SELECT 1 FROM course.award a WHERE a.course = ?0 AND NOT EXISTS (
	SELECT 1 FROM certificate.certificate c WHERE c.person_id = a.person_id AND c.course = a.course AND c.completed_at = a.completed_at))`

func (s *Service) byItself(ctx context.Context, code string) error {
	var pending bool
	if err := s.db.NewRaw(pendingSQL, code).Scan(ctx, &pending); err != nil || !pending {
		return db.Translate(err)
	}
	of, actor := Subject{Course: code}, access.System("certificates")
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := lockCourse(ctx, tx, of); err != nil {
			return err
		}
		b, err := s.courseBoardTx(ctx, tx, of)
		if err != nil {
			return err
		}
		chosen := slices.DeleteFunc(b.pointers(), func(c *Candidate) bool { return !c.Earned() || c.Current != nil })
		if len(chosen) == 0 || !b.CanIssue() {
			return nil
		}
		made, err := s.issue(ctx, tx, actor, b, chosen)
		if err != nil {
			return err
		}
		for i := range made {
			chosen[i].Current = &made[i]
		}
		return s.post(ctx, tx, actor, of, slices.DeleteFunc(chosen, func(c *Candidate) bool { return c.Email == "" }))
	})
}
