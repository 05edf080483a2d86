package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/auth"
	"shelter/internal/awareness"
	"shelter/internal/casework"
	"shelter/internal/certificate"
	"shelter/internal/certificate/badge"
	"shelter/internal/config"
	"shelter/internal/course"
	"shelter/internal/course/author"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/exam/bank"
	"shelter/internal/i18n"
	"shelter/internal/ingest"
	"shelter/internal/jobs"
	"shelter/internal/mail"
	"shelter/internal/org"
	"shelter/internal/pgserver"
	"shelter/internal/programme"
	"shelter/internal/report"
	"shelter/internal/survey"
	"shelter/internal/vault"
	"shelter/internal/workshop"
	"shelter/internal/workshop/joinlink"
	"shelter/internal/workshop/paper"
	"shelter/internal/workshop/selfcheck"
)

// KeyFolder is the folder of the data folder that holds the keys; a backup takes it along.
const KeyFolder = "keys"

// App is every service, built and wired.
type App struct {
	Config config.Config
	Log    *slog.Logger
	Now    func() time.Time
	Bundle *i18n.Bundle
	DB     *db.DB

	Org         *org.Service
	Auth        *auth.Service
	Workshop    *workshop.Service
	Certificate *certificate.Service
	Badge       *badge.Service
	Selfcheck   *selfcheck.Service
	Joinlink    *joinlink.Service
	Paper       *paper.Service
	Exam        *exam.Service
	Bank        *bank.Service
	Course      *course.Service
	Author      *author.Service
	Report      *report.Service
	Programme   *programme.Service
	Figures     *report.Programme
	Ingest      *ingest.Service
	Survey      *survey.Service
	Awareness   *awareness.Library
	Outbox      *mail.Outbox
	Casework    *casework.Service // nil without a cases login
	Desk        *casework.Desk    // nil with it
	CasesDB     *db.DB
}

// Options are what an App is built from.
type Options struct {
	Config config.Config
	Log    *slog.Logger
	Now    func() time.Time // nil: the machine's clock
	Bundle *i18n.Bundle
	Cases  *db.DB // pool of the cases login; nil: no case side
}

// New builds the services over the training login's pool.
func New(d *db.DB, o Options) (*App, error) {
	if o.Now == nil {
		o.Now = func() time.Time { return time.Now().UTC() }
	}
	a := &App{Config: o.Config, Log: o.Log, Now: o.Now, Bundle: o.Bundle, DB: d}
	v, err := vault.Open(filepath.Join(o.Config.Data, KeyFolder))
	if err != nil {
		return nil, err
	}
	queue, err := jobs.NewQueue(d)
	if err != nil {
		return nil, err
	}
	sender, err := mail.NewSender(o.Config.SMTPURL, o.Config.MailFrom, filepath.Join(o.Config.Data, "mail"))
	if err != nil {
		return nil, err
	}
	a.Outbox = &mail.Outbox{Bundle: o.Bundle, Vault: v, Queue: queue, Sender: sender, Now: o.Now, From: o.Config.MailFrom}
	var wrong []error
	if a.Awareness, wrong = awareness.Load(filepath.Join(o.Config.Data, "awareness")); len(wrong) > 0 {
		a.Log.Warn("texts of the public pages that were left out", "errors", wrong)
	}
	a.Org = org.New(d, o.Now)
	a.Auth = auth.New(d, auth.Options{Vault: v, Outbox: a.Outbox, Org: a.Org, PublicURL: o.Config.PublicURL, Now: o.Now})
	a.Workshop = workshop.New(d, a.Org, o.Now).UseMail(a.Outbox, o.Config.PublicURL)
	a.Badge = badge.New(d, badge.Options{Vault: v, Bundle: o.Bundle, PublicURL: o.Config.PublicURL, Now: o.Now})
	a.Joinlink = joinlink.New(d, a.Workshop, a.Org, o.Now).UseMail(a.Outbox, o.Config.PublicURL)
	a.Selfcheck, a.Paper = selfcheck.New(d, a.Workshop, o.Now), paper.New(d, a.Workshop, o.Now)
	a.Course = course.New(d, o.Now, exam.GradeCourse, v).UseVault(v).UseMail(a.Outbox, o.Config.PublicURL).UseWorkshops(enrolledIn(a.Workshop))
	a.Exam = exam.New(d, o.Now, roster{a.Workshop, a.Course, a.Org}).UseVault(v)
	from := certificate.Sources{Workshops: a.Workshop, Courses: a.Course, Exams: a.Exam}
	a.Certificate = certificate.New(d, from, o.Now).UseMail(a.Outbox, v, o.Config.PublicURL)
	a.Author = author.New(d, o.Now, a.Course, intoBank(a.Exam))
	a.Bank = bank.New(d, o.Now, o.Bundle)
	a.Report = report.New(d, a.Workshop, a.Exam, a.Org, o.Bundle, o.Now)
	a.Survey = survey.New(d, o.Now, surveyRoster{a.Workshop}, a.Outbox, o.Config.PublicURL)
	a.Report.Surveys, a.Report.Courses, a.Report.Certificates = a.Survey, a.Course, a.Certificate
	a.Report.Papers = a.Paper
	a.Workshop.UseSequel(a.sequel)
	a.Programme = programme.New(d, o.Now)
	a.Report.Programme = a.Programme
	a.Ingest = ingest.New(d, a.Org, a.Workshop, o.Now)
	if err := a.wireCases(o); err != nil {
		return nil, err
	}
	a.Figures = report.NewProgramme(d, a.Programme, a.Org, o.Bundle, o.Now, a.assistance()).UseMail(a.Outbox)
	return a, nil
}

// Ready tells whether the database answers and its schema is the program's.
func (a *App) Ready(ctx context.Context) error {
	behind, err := a.DB.Behind(ctx)
	if err != nil {
		return err
	}
	if behind {
		return errs.NewInvalid("app_schema_behind")
	}
	return nil
}

// StartJobs begins to work the queue off; stop lets the jobs under way finish.
func (a *App) StartJobs(ctx context.Context, url string) (stop func(context.Context) error, err error) {
	w := jobs.Work{
		Mail: func(ctx context.Context, id uuid.UUID) error { return a.Outbox.Deliver(ctx, a.DB, id) },
		Tasks: []jobs.Task{{Name: "sweep", Every: time.Hour, Run: a.sweep}, {Name: "surveys", Every: time.Hour, Run: a.unlessFilling(a.Survey.Tick)},
			{Name: "reports", Every: time.Hour, Run: a.unlessFilling(a.Figures.Tick)},
			{Name: "courses", Every: time.Hour, Run: a.unlessFilling(a.Course.Tick)},
			{Name: "certificates", Every: 2 * time.Minute, Run: a.unlessFilling(a.Certificate.Tick)},
			{Name: "offers", Every: 5 * time.Minute, Run: a.unlessFilling(a.Workshop.Tick)},
			{Name: "approvals", Every: 2 * time.Minute, Run: a.noticeApprovals}},
	}
	worker, err := jobs.Start(ctx, url, w, a.Log)
	if err != nil {
		return nil, err
	}
	sealing, end := context.WithCancel(context.WithoutCancel(ctx)) // the requests under way when ctx ends are sealed too
	done := make(chan struct{})
	go func() {
		a.sealCases(sealing)
		close(done)
	}()
	return func(ctx context.Context) error {
		end()
		<-done
		return worker.Stop(ctx)
	}, nil
}

func (a *App) sweep(ctx context.Context) error {
	return errors.Join(a.Auth.Sweep(ctx), a.Ingest.Sweep(ctx), a.forget(ctx))
}

// sequel is what follows an event: the survey that is open, and the certificates' papers.
func (a *App) sequel(ctx context.Context, idb bun.IDB, event uuid.UUID) (workshop.Sequel, error) {
	papers, err := a.Certificate.PaperURLsTx(ctx, idb, event)
	if err != nil {
		return workshop.Sequel{}, err
	}
	link, err := a.Survey.OpenLinkTx(ctx, idb, event)
	return workshop.Sequel{Survey: link, Certificates: papers}, err
}

// open opens the training login's pool and refuses a schema that is behind.
func open(ctx context.Context, url string, o Options) (*App, error) {
	d, err := db.Open(ctx, url, db.Options{AppName: "shelter"})
	if err != nil {
		return nil, err
	}
	a, err := New(d, o)
	if err == nil {
		err = a.Ready(ctx)
	}
	if err != nil {
		_ = d.Close()
		return nil, err
	}
	return a, nil
}

// Running is an App with the database that it runs on.
type Running struct {
	*App
	Database *Database
}

// Open reaches the database and builds the services; Close gives everything back.
func Open(ctx context.Context, o Options) (*Running, error) {
	d, err := Reach(ctx, o.Config, o.Log)
	if err != nil {
		return nil, err
	}
	err = checkLogins(ctx, d.URLs)
	if err != nil {
		_ = d.Close(context.WithoutCancel(ctx))
		return nil, err
	}
	if o.Cases, err = openCases(ctx, d.URLs.Cases); err != nil {
		_ = d.Close(context.WithoutCancel(ctx))
		return nil, err
	}
	a, err := open(ctx, d.URLs.App, o)
	if err != nil {
		_ = closeCases(o.Cases)
		_ = d.Close(context.WithoutCancel(ctx))
		return nil, err
	}
	return &Running{App: a, Database: d}, nil
}

// Close ends the pool and gives the private database back.
func (r *Running) Close(ctx context.Context) error {
	return errors.Join(r.DB.Close(), closeCases(r.CasesDB), r.Database.Close(ctx))
}

// checkLogins refuses logins that could pass over the wall: the same role twice, a superuser, BYPASSRLS.
func checkLogins(ctx context.Context, u pgserver.URLs) error {
	names := map[string]bool{}
	for _, url := range []string{u.App, u.Cases} {
		if url == "" {
			continue
		}
		name, strong, err := loginOf(ctx, url)
		if err != nil {
			return err
		}
		if strong || names[name] {
			return errs.NewInvalid("app_logins_same").With("login", name)
		}
		names[name] = true
	}
	return nil
}

func loginOf(ctx context.Context, url string) (name string, strong bool, err error) {
	d, err := db.Open(ctx, url, db.Options{MaxConns: 1, AppName: "shelter-check"})
	if err != nil {
		return "", false, err
	}
	defer func() { _ = d.Close() }()
	err = d.Pool().QueryRow(ctx, `SELECT current_user, r.rolsuper OR r.rolbypassrls OR EXISTS (
		SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('org', 'cases') AND c.relowner = r.oid)
		FROM pg_roles r WHERE r.rolname = current_user`).Scan(&name, &strong)
	if err != nil {
		return "", false, fmt.Errorf("app: check login: %w", db.Translate(err))
	}
	return name, strong, nil
}
