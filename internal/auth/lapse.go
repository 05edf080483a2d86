package auth

import (
	"context"
	"time"

	"shelter/internal/access"
	"shelter/internal/db"
)

// Lapse ends the second factor of the own session, for whoever locks the case side. The session itself goes on.
func (s *Service) Lapse(ctx context.Context, actor access.Actor, ses Session) error {
	if err := access.Can(actor, access.AccountOwn, access.Resource{PersonID: ses.PersonID}); err != nil {
		return err
	}
	return s.lapse(ctx, &ses)
}

func (s *Service) lapse(ctx context.Context, ses *Session) error {
	if _, err := s.db.NewRaw("UPDATE auth.session SET mfa_at = NULL WHERE id = ? AND person_id = ?", ses.ID, ses.PersonID).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	ses.MFAAt, ses.Actor.MFA = time.Time{}, false
	return nil
}
