package ingest

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/workshop"
)

// Outcome is what applying a list did. It is kept with the upload, so that a repeated click is told the same.
type Outcome struct {
	Created       int `json:"created"`       // new enrolments, the waiting list included
	Waiting       int `json:"waiting"`       // of these, on the waiting list
	Persons       int `json:"persons"`       // registered anew
	Known         int `json:"known"`         // known before and enrolled now
	Already       int `json:"already"`       // on the event's list before
	Organisations int `json:"organisations"` // registered anew
}

// importLock is the advisory lock under which lists are applied one after the other: two lists with the same new people must
// not make them twice.
const importLock = 7_401_602_060

// Apply enrols the people of a file that was sent, all of them or none. A repeat gives the first outcome. Invalid when a row
// has an error or the mapping does not fit.
func (s *Service) Apply(ctx context.Context, actor access.Actor, event, id uuid.UUID, m Mapping) (Outcome, error) {
	up, err := s.upload(ctx, s.db, actor, event, id, false)
	if err != nil {
		return Outcome{}, err
	}
	if _, err := s.workshops.Head(ctx, actor, access.ParticipantEdit, event); err != nil {
		return Outcome{}, err
	}
	r, err := s.read(File{Name: up.Name, Data: up.Data}, m)
	if err != nil {
		return Outcome{}, err
	}
	var out Outcome
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := lockImports(ctx, tx); err != nil {
			return err
		}
		if up, err = s.upload(ctx, tx, actor, event, id, true); err != nil {
			return err
		}
		if up.Result != nil {
			out = *up.Result
			return nil
		}
		if out, err = s.applyUpload(ctx, tx, actor, up, r); err != nil {
			return err
		}
		_, err = tx.NewUpdate().Model(up).Column("applied_at", "result").WherePK().Exec(ctx)
		return db.Translate(err)
	})
	return out, err
}

func lockImports(ctx context.Context, tx bun.IDB) error {
	_, err := tx.NewRaw("SELECT pg_advisory_xact_lock(?)", int64(importLock)).Exec(ctx)
	return db.Translate(err)
}

func (s *Service) applyUpload(ctx context.Context, tx bun.IDB, actor access.Actor, up *Upload, r *reading) (Outcome, error) {
	if r.problem != nil {
		return Outcome{}, r.problem
	}
	_, out, err := s.write(ctx, tx, actor, up.EventID, r)
	if err != nil {
		return Outcome{}, err
	}
	if _, invalid, _ := r.checked.Counts(); invalid > 0 {
		return Outcome{}, errs.NewInvalid("import_refused").With("n", invalid)
	}
	up.AppliedAt, up.Result = s.now().UTC(), &out
	return out, nil
}

// Result is a list that was read and, unless it was refused or only tried, applied.
type Result struct {
	Mapping Mapping
	Checked *Checked
	Plan    *Plan
	Outcome Outcome
}

// Refused tells whether a row has an error; nothing was written then.
func (r *Result) Refused() bool {
	_, invalid, _ := r.Checked.Counts()
	return invalid > 0
}

// Report tells it in the reader's language, as scripts read it.
func (r *Result) Report(l *i18n.Localizer) Report {
	rep := NewReport(r.Mapping, r.Checked, l)
	rep.Created = r.Outcome.Created
	return rep
}

// Participants enrols the people of a file in the event with a code, all or none, or only says what would happen. A row with
// an error is no error here: see Result.Refused. Invalid when the file cannot be read or holds no list.
func (s *Service) Participants(ctx context.Context, actor access.Actor, f File, code string, dryRun bool) (*Result, error) {
	id, err := s.workshops.IDByCode(ctx, actor, code)
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Forbidden) {
		return nil, errs.New(errs.NotFound, "import_workshop_unknown").With("code", code).Because(err)
	}
	if err != nil {
		return nil, err
	}
	if _, err := s.event(ctx, actor, id); err != nil {
		return nil, err
	}
	r, err := s.read(f, Mapping{})
	if err != nil {
		return nil, err
	}
	if r.problem != nil {
		return nil, r.problem
	}
	res := &Result{Mapping: r.mapping, Checked: r.checked}
	if dryRun {
		v, err := s.workshops.View(ctx, actor, access.ParticipantEdit, id)
		if err != nil {
			return nil, err
		}
		res.Plan, err = s.plan(ctx, s.db, actor, v, r)
		return res, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := lockImports(ctx, tx); err != nil {
			return err
		}
		res.Plan, res.Outcome, err = s.write(ctx, tx, actor, id, r)
		return err
	})
	return res, err
}

// write applies a list whose rows are all right. With an error in a row it writes nothing and gives the plan that says so.
func (s *Service) write(ctx context.Context, tx bun.IDB, actor access.Actor, event uuid.UUID, r *reading) (*Plan, Outcome, error) {
	v, err := s.workshops.ViewTx(ctx, tx, actor, access.ParticipantEdit, event)
	if err != nil {
		return nil, Outcome{}, err
	}
	if err := open(v.Head); err != nil {
		return nil, Outcome{}, err
	}
	plan, err := s.plan(ctx, tx, actor, v, r)
	if err != nil {
		return nil, Outcome{}, err
	}
	if _, invalid, _ := r.checked.Counts(); invalid > 0 {
		return plan, Outcome{}, nil
	}
	w := &writer{svc: s, tx: tx, actor: actor, head: v.Head, orgs: map[string]uuid.UUID{}}
	out, err := w.all(ctx, plan, r.checked.People)
	return plan, out, err
}

// writer writes a plan through the services that own the tables.
type writer struct {
	svc   *Service
	tx    bun.IDB
	actor access.Actor
	head  *workshop.Head
	orgs  map[string]uuid.UUID // by key
	out   Outcome
}

func (w *writer) all(ctx context.Context, plan *Plan, people []Person) (Outcome, error) {
	var ids []uuid.UUID
	for i, row := range plan.Rows {
		switch row.What {
		case WhatNew:
			id, err := w.register(ctx, people[i])
			if err != nil {
				return Outcome{}, err
			}
			ids = append(ids, id)
			w.out.Persons++
		case WhatKnown:
			ids = append(ids, row.Known.ID)
			w.out.Known++
		case WhatAlready:
			w.out.Already++
		case WhatLeft, WhatDuplicate, WhatInvalid:
		}
	}
	if err := w.enrol(ctx, ids); err != nil {
		return Outcome{}, err
	}
	return w.out, w.svc.record(ctx, w.tx, w.actor, "import.apply", w.head.Event.ID, map[string]any{"rows": len(people), "created": w.out.Created,
		"persons": w.out.Persons, "known": w.out.Known, "already": w.out.Already, "organisations": w.out.Organisations})
}

func (w *writer) enrol(ctx context.Context, ids []uuid.UUID) error {
	done, err := w.svc.workshops.EnrolTx(ctx, w.tx, w.actor, w.head.Event.ID, ids, workshop.EnrolOptions{Source: "import", Full: workshop.WaitFull})
	for _, d := range done {
		if d.Created {
			w.out.Created++
		}
		if d.State == workshop.Waiting {
			w.out.Waiting++
		}
	}
	return err
}

func (w *writer) register(ctx context.Context, p Person) (uuid.UUID, error) {
	organisation, err := w.organisation(ctx, p.Organisation)
	if err != nil {
		return uuid.Nil, rowError(p.Row, err)
	}
	made, err := w.svc.org.CreatePersonTx(ctx, w.tx, w.actor, org.PersonInput{FamilyName: p.Family, GivenName: p.Given, Sex: p.Sex, BirthDate: p.BirthDate,
		BirthYear: yearAlone(p), CIN: p.CIN, Phone: p.Phone, Email: p.Email, OrganisationID: organisation, JobTitle: p.Function, Governorate: p.Governorate,
		Lang: w.lang(p)})
	return made.ID, rowError(p.Row, err)
}

// lang is the language in which a person is written to: Arabic when the list writes the name so, else that of the event.
func (w *writer) lang(p Person) i18n.Lang {
	if isArabic(p.Name()) {
		return i18n.AR
	}
	l, _ := i18n.Parse(w.head.Event.Lang)
	return l
}

func (w *writer) organisation(ctx context.Context, name string) (uuid.UUID, error) {
	key := org.OrganisationKey(name)
	if id, ok := w.orgs[key]; ok || key == "" {
		return id, nil
	}
	o, created, err := w.svc.org.EnsureOrganisationTx(ctx, w.tx, w.actor, org.OrganisationInput{Name: name})
	if err != nil {
		return uuid.Nil, err
	}
	if created {
		w.out.Organisations++
	}
	w.orgs[key] = o.ID
	return o.ID, nil
}

// rowError says on which row a service refused what the check had let pass; the whole list is refused with it.
func rowError(row int, err error) error {
	var e *errs.Error
	if errors.As(err, &e) && e.Kind == errs.Invalid && len(e.Fields) > 0 {
		return errs.NewInvalid("import_row_refused").With("row", row).Because(err)
	}
	return err
}
