package app

import (
	"context"
	"errors"
)

// forget erases what has been kept for as long as the settings say: messages, and answers to the questions of finished courses.
func (a *App) forget(ctx context.Context) error {
	now := a.Now()
	err := a.Outbox.Purge(ctx, a.DB, now.AddDate(0, 0, -a.Config.KeepMessages))
	if a.Config.KeepAnswers > 0 {
		err = errors.Join(err, a.Course.ForgetAnswers(ctx, now.AddDate(0, -a.Config.KeepAnswers, 0)))
	}
	return err
}
