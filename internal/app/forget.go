package app

import (
	"context"
	"errors"
)

// keepAskers is for how many days after an event's end the name and contact of who asked for a place and got none are kept.
const keepAskers = 90

// forget erases what has been kept for as long as the settings say: messages, and answers to the questions of finished courses; and
// those who asked for a place by a link and got none.
func (a *App) forget(ctx context.Context) error {
	now := a.Now()
	err := a.Outbox.Purge(ctx, a.DB, now.AddDate(0, 0, -a.Config.KeepMessages))
	err = errors.Join(err, a.Joinlink.Forget(ctx, now.AddDate(0, 0, -keepAskers)))
	if a.Config.KeepAnswers > 0 {
		err = errors.Join(err, a.Course.ForgetAnswers(ctx, now.AddDate(0, -a.Config.KeepAnswers, 0)))
	}
	return err
}
