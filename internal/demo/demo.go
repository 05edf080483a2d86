// Package demo fills an empty database with invented people, organisations, workshops, marks and test results. Everything
// passes through the services that users' data pass through, with a clock that is set to the day on which each thing would
// have happened.
//
// Invariants: the same seed gives the same people; every organisation says that it is fictitious and every e-mail address
// ends in .test, which exists nowhere.
package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/auth"
	"shelter/internal/certificate"
	"shelter/internal/certificate/badge"
	"shelter/internal/course"
	"shelter/internal/course/author"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/exam/bank"
	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/programme"
	"shelter/internal/survey"
	"shelter/internal/workshop"
	"shelter/internal/workshop/joinlink"
	"shelter/internal/workshop/paper"
	"shelter/internal/workshop/selfcheck"
)

// Clock is a clock that is set.
type Clock struct{ ns atomic.Int64 }

// NewClock makes a clock that shows t.
func NewClock(t time.Time) *Clock {
	c := new(Clock)
	c.Set(t)
	return c
}

// Set sets the clock.
func (c *Clock) Set(t time.Time) { c.ns.Store(t.UnixNano()) }

// Now reads it.
func (c *Clock) Now() time.Time { return time.Unix(0, c.ns.Load()).UTC() }

// Services are those that the data pass through; all of them read Clock.
type Services struct {
	DB          *db.DB
	Clock       *Clock
	Org         *org.Service
	Auth        *auth.Service
	Workshop    *workshop.Service
	Exam        *exam.Service
	Course      *course.Service
	Author      *author.Service
	Bank        *bank.Service
	Certificate *certificate.Service
	Badge       *badge.Service
	Survey      *survey.Service
	Selfcheck   *selfcheck.Service
	Paper       *paper.Service
	Joinlink    *joinlink.Service
	Programme   *programme.Service
}

// Options say how much.
type Options struct {
	People int       // participants; 0: 200
	Now    time.Time // today
	Force  bool      // add to a database that has people already
}

// Account is one account to sign in with.
type Account struct {
	Role       access.Role `json:"role"`
	Login      string      `json:"login"`
	Password   string      `json:"password"`
	TOTPSecret string      `json:"totp_secret"`
	personID   uuid.UUID
}

// PersonID is whose account it is.
func (a Account) PersonID() uuid.UUID { return a.personID }

// Workshop is one workshop that was made.
type Workshop struct {
	Code  string `json:"code"`
	Title string `json:"title"`
	State string `json:"state"`
}

// Result is what was made.
type Result struct {
	Accounts  []Account  `json:"accounts"`
	Workshops []Workshop `json:"workshops"`
}

// system is the actor of everything that nobody in particular does.
var system = access.System("demo")

type filler struct {
	Services
	o      Options
	rnd    *rand.Rand
	orgs   []org.Org
	people []uuid.UUID
	mailed map[uuid.UUID]bool // who has an e-mail address
	done   Result
	focal  uuid.UUID // the focal point
	open   string    // code of the open question
	spoken uuid.UUID // the form that asks it
}

// Fill makes everything. It refuses a database that has people, unless forced.
func Fill(ctx context.Context, s Services, o Options) (Result, error) {
	if o.People == 0 {
		o.People = 200
	}
	f := &filler{Services: s, o: o, mailed: map[uuid.UUID]bool{}, rnd: rand.New(rand.NewPCG(2026, uint64(o.People)))} //nolint:gosec // invented people need no secrecy
	if !o.Force {
		if err := f.mustBeEmpty(ctx); err != nil {
			return Result{}, err
		}
	}
	f.Clock.Set(o.Now.AddDate(0, -8, 0))
	for _, step := range []func(context.Context) error{f.makeOrganisations, f.makePeople, f.makeAccounts, f.makeBank, f.makeWorkshops, f.makeLearning, f.makeDraft, f.makeProgramme, f.makeLogos} {
		if err := step(ctx); err != nil {
			return Result{}, err
		}
	}
	return f.done, nil
}

func (f *filler) mustBeEmpty(ctx context.Context) error {
	there, err := f.DB.NewSelect().TableExpr("org.person").Limit(1).Exists(ctx)
	if err != nil {
		return db.Translate(err)
	}
	if there {
		return errs.NewConflict("demo_not_empty")
	}
	return nil
}

func (f *filler) makeOrganisations(ctx context.Context) error {
	return f.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		for _, o := range organisations {
			made, _, err := f.Org.EnsureOrganisationTx(ctx, tx, system, org.OrganisationInput{Name: o.name, NameAR: o.ar, Kind: org.Kind(o.kind), Shelter: o.shelter, Governorate: o.governorate})
			if err != nil {
				return fmt.Errorf("demo: organisation %s: %w", o.name, err)
			}
			f.orgs = append(f.orgs, made)
		}
		return nil
	})
}

// perTx is how many people one transaction makes.
const perTx = 250

func (f *filler) makePeople(ctx context.Context) error {
	for from := 0; from < f.o.People; from += perTx {
		err := f.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
			for i := from; i < min(from+perTx, f.o.People); i++ {
				p, err := f.Org.CreatePersonTx(ctx, tx, system, f.person(i))
				if err != nil {
					return fmt.Errorf("demo: person %d: %w", i, err)
				}
				f.people, f.mailed[p.ID] = append(f.people, p.ID), p.Email != ""
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// person makes up the i-th person; one in five is written in Arabic, and some have no e-mail or no full date of birth, as on
// real lists.
func (f *filler) person(i int) org.PersonInput {
	g, o := givens[f.rnd.IntN(len(givens))], f.orgs[f.rnd.IntN(len(f.orgs))]
	family, job, script := families[f.rnd.IntN(len(families))], jobs[f.rnd.IntN(len(jobs))], 0
	in := org.PersonInput{GivenName: g.fr, Sex: g.sex, OrganisationID: o.ID, Governorate: o.Governorate, Lang: i18n.FR,
		Phone: fmt.Sprintf("%c%07d", "259"[i%3], f.rnd.IntN(10_000_000))}
	if i%5 == 0 {
		in.GivenName, in.Lang, script = g.ar, i18n.AR, 1
	}
	in.FamilyName, in.JobTitle = family[script], job[script]
	if i == 0 || f.rnd.IntN(4) > 0 {
		in.Email = fmt.Sprintf("demo%d.%d@exemple.test", i, f.o.People)
	}
	born := time.Date(1964+f.rnd.IntN(38), time.Month(1+f.rnd.IntN(12)), 1+f.rnd.IntN(28), 0, 0, 0, 0, time.UTC)
	if f.rnd.IntN(5) == 0 {
		in.BirthYear = born.Year()
	} else {
		in.BirthDate = born
	}
	return in
}

// accountPlan lists the accounts that are made; people are counted from the start of the list.
var accountPlan = [...]struct {
	role  access.Role
	login string
}{
	{access.Admin, "admin"}, {access.Manager, "responsable"}, {access.Trainer, "formatrice"}, {access.Trainer, "formateur"},
	{access.FocalPoint, "pointfocal"}, {access.Observer, "observateur"}, {access.CaseWorker, "intervenante"},
	{access.CaseSupervisor, "superviseuse"}, {access.ProtectionOfficer, "protection"},
}

// trainees is how many participants have an account to sign in with.
const trainees = 3

func (f *filler) makeAccounts(ctx context.Context) error {
	for i, plan := range accountPlan {
		if err := f.staff(ctx, i, plan.role, fmt.Sprintf("%s%s@exemple.test", plan.login, f.suffix())); err != nil {
			return fmt.Errorf("demo: account %s: %w", plan.login, err)
		}
	}
	for i := range min(trainees, len(f.people)) {
		if err := f.trainee(ctx, f.people[i]); err != nil {
			return fmt.Errorf("demo: trainee %d: %w", i, err)
		}
	}
	return nil
}

// suffix keeps the logins of a second filling apart from those of the first.
func (f *filler) suffix() string {
	if f.o.Force {
		return fmt.Sprintf(".%d", f.o.People)
	}
	return ""
}

func (f *filler) staff(ctx context.Context, i int, role access.Role, login string) error {
	g, family := givens[(i*7)%len(givens)], families[(i*5+3)%len(families)]
	in := org.PersonInput{FamilyName: family[0], GivenName: g.fr, Sex: g.sex, Email: login, OrganisationID: f.orgs[i%2].ID, Governorate: f.orgs[i%2].Governorate,
		JobTitle: jobs[i%len(jobs)][0], BirthYear: 1970 + i, Lang: i18n.FR}
	return f.account(ctx, role, login, func(ctx context.Context, tx bun.Tx) (uuid.UUID, error) {
		p, err := f.Org.CreatePersonTx(ctx, tx, system, in)
		if err != nil {
			return uuid.Nil, err
		}
		if role == access.FocalPoint {
			f.focal = p.ID
		}
		return p.ID, f.Org.GrantRoleTx(ctx, tx, system, p.ID, f.grant(role))
	})
}

func (f *filler) grant(role access.Role) org.GrantInput {
	in := org.GrantInput{Role: role, Scope: org.ScopesOf(role)[0]}
	switch in.Scope {
	case access.Organisation:
		in.ScopeID = f.orgs[2].ID
	case access.Shelter:
		in.ScopeID = f.orgs[0].ID
	case access.Global, access.Workshop:
	}
	return in
}

func (f *filler) trainee(ctx context.Context, id uuid.UUID) error {
	var login string
	err := f.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		p, err := f.Org.PersonTx(ctx, tx, id)
		if login = p.Email; login == "" {
			login = p.Code
		}
		return err
	})
	if err != nil {
		return err
	}
	return f.account(ctx, access.Trainee, login, func(ctx context.Context, tx bun.Tx) (uuid.UUID, error) {
		return id, f.Org.GrantRoleTx(ctx, tx, system, id, org.GrantInput{Role: access.Trainee, Scope: access.Global})
	})
}

// account gives a person a password, and a second factor where the role needs one.
func (f *filler) account(ctx context.Context, role access.Role, login string, who func(context.Context, bun.Tx) (uuid.UUID, error)) error {
	a := Account{Role: role, Login: login, Password: f.password()}
	hash, err := f.Auth.Hash(ctx, a.Password)
	if err != nil {
		return err
	}
	err = f.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		id, err := who(ctx, tx)
		if err != nil {
			return err
		}
		a.personID = id
		if err := f.Auth.SeedAccountTx(ctx, tx, system, id, hash); err != nil || !role.CaseRole() {
			return err
		}
		a.TOTPSecret, err = f.Auth.SeedTOTPTx(ctx, tx, system, id)
		return err
	})
	f.done.Accounts = append(f.done.Accounts, a)
	return err
}

// password is drawn at random each time, not from the seed: an installation with invented people may be on a network.
func (f *filler) password() string {
	text := org.RandomText(16)
	return text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
}

// trainer gives the n-th trainer's actor.
func (f *filler) trainer(n int) access.Actor {
	for _, a := range f.done.Accounts {
		if a.Role == access.Trainer {
			if n == 0 {
				return access.Actor{PersonID: a.personID, Grants: []access.Grant{{Role: access.Trainer, Scope: access.Global}}}
			}
			n--
		}
	}
	return system
}
