package app

import (
	"context"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/caseui"
	"shelter/internal/casework"
	"shelter/internal/casework/custody"
	"shelter/internal/course"
	"shelter/internal/db"
	"shelter/internal/mail"
	"shelter/internal/ui"
)

// wireCases builds the case side over its own pool and keys. Without a cases login there is none.
func (a *App) wireCases(o Options) error {
	if o.Cases == nil {
		return nil
	}
	keys, err := custody.Open(filepath.Join(o.Config.Data, KeyFolder))
	if err != nil {
		return err
	}
	a.CasesDB = o.Cases
	w := casework.Options{Keys: keys, Now: o.Now, Notify: a.noticeCases}
	if o.Config.CaseTraining != "" {
		w.Training = training{a.Course, o.Config.CaseTraining, o.Now}
	}
	a.Casework = casework.New(o.Cases, w)
	a.Desk = casework.NewDesk(a.Casework, a.Org, a.Auth)
	return nil
}

// training asks the training side for the one competency that the work with a file needs.
type training struct {
	courses    *course.Service
	competency string
	now        func() time.Time
}

func (t training) Trained(ctx context.Context, person uuid.UUID) (bool, error) {
	until, err := t.courses.Holds(ctx, person, t.competency, t.now())
	return !until.IsZero(), err
}

func (t training) Held(ctx context.Context, person uuid.UUID) ([]casework.Span, error) {
	held, err := t.courses.HeldTimes(ctx, person, t.competency)
	list := make([]casework.Span, len(held))
	for i := range held {
		list[i] = casework.Span{From: held[i].From, Until: held[i].Until}
	}
	return list, err
}

// Cases gives the pages of the case side; nil when there is none.
func (a *App) Cases(u *ui.UI) *caseui.Site {
	if a.Casework == nil {
		return nil
	}
	return &caseui.Site{UI: u, Work: a.Casework, Desk: a.Desk}
}

// noticeApprovals tells those who decide about approvals that some wait: once each, without a name.
func (a *App) noticeApprovals(ctx context.Context) error {
	return a.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		people, err := a.Org.NoticeApprovalsTx(ctx, tx)
		for i := range people {
			p := &people[i]
			if err == nil {
				err = a.Outbox.Post(ctx, tx, mail.Message{Kind: "approval", To: p.Email, Name: p.GivenName, Lang: p.Lang, Link: a.Config.PublicURL + "/approvals"})
			}
		}
		return err
	})
}

// noticeCases tells protection officers, and the supervisors and the worker of a file, of something that happened on the case side.
func (a *App) noticeCases(ctx context.Context, n casework.Notice) error {
	return a.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		people, err := a.Org.CaseGuardsTx(ctx, tx, n.OwnerID, n.Also)
		for i := range people {
			p := &people[i]
			if err == nil {
				err = a.Outbox.Post(ctx, tx, mail.Message{Kind: "case_" + n.Kind, To: p.Email, Name: p.GivenName, Lang: p.Lang, Link: a.Config.PublicURL + noticeLinks[n.Kind]})
			}
		}
		return err
	})
}

// noticeLinks are the pages that notices lead to.
var noticeLinks = map[string]string{"emergency": "/cases/openings", "volume": "/cases/alarms", "handout": "/cases/handouts"}

func openCases(ctx context.Context, url string) (*db.DB, error) {
	if url == "" {
		return nil, nil //nolint:nilnil // an installation without cases has no pool
	}
	return db.Open(ctx, url, db.Options{AppName: "shelter-cases", MaxConns: 8})
}

func closeCases(d *db.DB) error {
	if d == nil {
		return nil
	}
	return d.Close()
}
