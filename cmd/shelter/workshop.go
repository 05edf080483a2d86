package main

import (
	"io"
	"time"

	"shelter/internal/access"
	"shelter/internal/app"
	"shelter/internal/i18n"
	"shelter/internal/ical"
	"shelter/internal/report"
	"shelter/internal/workshop"
)

type workshopCmd struct {
	Create workshopCreateCmd `cmd:"" help:"Make a workshop with two half-days a day."`
	Invite workshopInviteCmd `cmd:"" help:"Write the calendar invitation of one person, or its cancellation."`
}

type workshopCreateCmd struct {
	Title string    `required:"" help:"Title."`
	Start time.Time `required:"" format:"2006-01-02" help:"First day, as 2026-12-14."`
	Days  int       `required:"" help:"Number of days."`
	JSON  bool      `name:"json" help:"One JSON document on standard output."`
}

// Run makes the workshop and prints its code.
func (c workshopCreateCmd) Run(r *run) error {
	return r.with(func(a *app.Running) error {
		in := workshop.CreateInput{Details: workshop.Details{Title: c.Title}, Start: c.Start, Days: c.Days}
		ev, err := a.Workshop.Create(r.ctx, access.System("cli"), in)
		if err != nil {
			return err
		}
		return r.result(c.JSON, map[string]string{"code": ev.Code}, ev.Code)
	})
}

type workshopInviteCmd struct {
	Workshop string `required:"" help:"Code of the workshop, as W-2026-014."`
	Person   string `required:"" help:"Code, e-mail address or telephone number of the person."`
	Output   string `short:"o" required:"" help:"File to write (.ics)."`
	Cancel   bool   `help:"A cancellation instead of an invitation."`
	Neutral  bool   `help:"A title that says nothing of the subject."`
	Lang     string `default:"fr" enum:"fr,ar,en" help:"Language of the titles."`
}

// Run writes the calendar message of one person.
func (c workshopInviteCmd) Run(r *run) error {
	lang, _ := i18n.Parse(c.Lang)
	actor := access.System("cli")
	return r.with(func(a *app.Running) error {
		event, err := a.Workshop.IDByCode(r.ctx, actor, c.Workshop)
		if err != nil {
			return err
		}
		p, err := a.Org.FindPersonTx(r.ctx, a.DB, actor, c.Person)
		if err != nil {
			return err
		}
		in := workshop.InviteInput{Person: p.ID, Cancel: c.Cancel, Lang: lang, Organizer: ical.Party{Name: "Shelter", Address: a.Config.MailFrom}}
		if c.Neutral {
			in.Neutral = a.Bundle.For(lang).T("invite_neutral")
		}
		data, err := a.Workshop.Invitation(r.ctx, actor, event, in)
		if err != nil {
			return err
		}
		return report.WriteWhole(c.Output, func(w io.Writer) error {
			_, err := w.Write(data)
			return err
		})
	})
}
