package certificate

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// maxReason is the longest reason of a revocation, in characters.
const maxReason = 300

// Revoke takes a certificate back, with a reason. Its public check says so from then on.
func (s *Service) Revoke(ctx context.Context, actor access.Actor, of Subject, id uuid.UUID, reason string) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := s.revoke(ctx, tx, actor, of, id, reason)
		return err
	})
}

// Reissue takes a certificate back that has a mistake, as a name that was misspelt, and issues another one with a new number from
// what is known now. Who no longer fulfils the rule gets none, and keeps what there is: errs.Conflict. Pressed twice it gives the
// one that was made.
func (s *Service) Reissue(ctx context.Context, actor access.Actor, of Subject, id uuid.UUID, reason string) (*Certificate, error) {
	made := new(Certificate)
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := lockCourse(ctx, tx, of); err != nil {
			return err
		}
		old, err := s.revoke(ctx, tx, actor, of, id, reason)
		if err != nil {
			return err
		}
		err = db.Translate(tx.NewSelect().Model(made).Where("replaces = ?", id).Scan(ctx))
		if err == nil || !errs.Is(err, errs.NotFound) {
			return err
		}
		place := old.EnrolmentID
		if of.Course != "" {
			place = old.PersonID
		}
		list, err := s.IssueTx(ctx, tx, actor, of, []uuid.UUID{place})
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return errs.NewConflict("certificate_error_not_earned")
		}
		*made = list[0]
		made.Replaces = id
		_, err = tx.NewUpdate().Model(made).Column("replaces").WherePK().Exec(ctx)
		return db.Translate(err)
	})
	return made, err
}

// revoke gives the certificate, revoked now or before.
func (s *Service) revoke(ctx context.Context, tx bun.Tx, actor access.Actor, of Subject, id uuid.UUID, reason string) (*Certificate, error) {
	if err := s.mayIssue(ctx, tx, actor, of); err != nil {
		return nil, err
	}
	reason = strings.TrimSpace(reason)
	if reason == "" || len([]rune(reason)) > maxReason {
		return nil, errs.InvalidFields([]errs.Field{{Name: "reason", Key: "workshop_error_reason"}})
	}
	c := new(Certificate)
	if err := of.where(tx.NewSelect().Model(c)).Where("certificate.id = ?", id).For("UPDATE").Scan(ctx); err != nil {
		return nil, errs.Wrap(db.Translate(err), "certificate: "+id.String())
	}
	if !c.Valid() { // pressed twice
		return c, nil
	}
	now := s.now().UTC()
	c.RevokedAt, c.RevokedBy, c.RevokeReason = now, actor.PersonID, reason
	if _, err := tx.NewUpdate().Model(c).Column("revoked_at", "revoked_by", "revoke_reason").WherePK().Exec(ctx); err != nil {
		return nil, db.Translate(err)
	}
	return c, audit.Record(ctx, tx, audit.Entry{At: now, Actor: actor, Action: "certificate.revoke", Kind: "certificate", ID: id.String(),
		Detail: map[string]any{"number": c.Number}})
}

// mayIssue asks whether the actor may issue for the subject, and locks an event.
func (s *Service) mayIssue(ctx context.Context, tx bun.Tx, actor access.Actor, of Subject) error {
	if of.Course != "" {
		return access.Can(actor, access.CertificateIssue, access.Resource{})
	}
	_, err := s.Workshops.ViewTx(ctx, tx, actor, access.CertificateIssue, of.Event)
	return err
}
