package demo

import (
	"context"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/certificate"
	"shelter/internal/certificate/badge"
	"shelter/internal/i18n"
)

// certify issues the certificates of an event that is over. The first holders of each took their badge along: one with a digest of
// the e-mail address, one with the name, the others with neither.
func (f *filler) certify(ctx context.Context, trainer access.Actor, id uuid.UUID) error {
	made, err := f.Certificate.Issue(ctx, trainer, certificate.Subject{Event: id}, nil)
	if err != nil {
		return err
	}
	named, hashed := false, false
	for _, c := range made[:min(trainees, len(made))] {
		p := access.Actor{PersonID: c.PersonID}
		if _, err := f.Badge.Credential(ctx, p, c.ID, i18n.FR); err != nil {
			return err
		}
		switch {
		case !hashed && f.mailed[c.PersonID]:
			hashed = true
			err = f.Badge.SetDisclosure(ctx, p, c.ID, badge.Hashed)
		case !named:
			named = true
			err = f.Badge.SetDisclosure(ctx, p, c.ID, badge.Named)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// certifyCourse asks for the test after a course, issues the certificates that were earned but for the last one, which is left to
// be issued, writes to their holders, and replaces one that had a mistake.
func (f *filler) certifyCourse(ctx context.Context, code string) error {
	of := certificate.Subject{Course: code}
	if err := f.Certificate.SetRule(ctx, system, certificate.Rule{Course: code, Given: true, PassMark: 0.5}); err != nil {
		return err
	}
	b, err := f.Certificate.Board(ctx, system, of)
	if err != nil {
		return err
	}
	var earned []uuid.UUID
	for i := range b.Candidates {
		if c := &b.Candidates[i]; c.Issuable() {
			earned = append(earned, c.PersonID)
		}
	}
	if len(earned) < 2 {
		return nil
	}
	made, err := f.Certificate.Issue(ctx, system, of, earned[1:])
	if err != nil {
		return err
	}
	if _, err := f.Certificate.Reissue(ctx, system, of, made[0].ID, "Prénom corrigé (donnée inventée)"); err != nil {
		return err
	}
	_, err = f.Certificate.Mail(ctx, system, of, uuid.Nil)
	return err
}
