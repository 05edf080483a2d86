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
