package ui

import (
	"net/http"

	"github.com/google/uuid"

	"shelter/web/kit"
	"shelter/web/layout"
	webpeople "shelter/web/people"
)

// RecordOwn shows the reader's own training record.
func (u *UI) RecordOwn(x *Ctx) error { return u.recordPage(x, x.Actor.PersonID) }

// PersonRecord shows the training record of somebody whom the reader may see.
func (u *UI) PersonRecord(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	return u.recordPage(x, id)
}

func (u *UI) recordPage(x *Ctx, person uuid.UUID) error {
	p, err := u.recordOf(x, person)
	if err != nil {
		return err
	}
	base := "/people/" + person.String()
	if person == x.Actor.PersonID {
		p.Title = x.Loc.T("record_title_own")
	} else {
		p.Crumbs = []layout.Crumb{{Label: x.Loc.T("people_title"), Href: "/people"}, {Label: p.Record.Person.Name(), Href: base}}
	}
	p.Lead = x.Loc.T("record_lead")
	p.Actions = []kit.Action{{Label: x.Loc.T("record_print"), Icon: "printer", Href: base + "/record/print"},
		{Label: x.Loc.T("record_excel"), Icon: "download", Href: base + "/record.xlsx"}}
	if person == x.Actor.PersonID {
		p.Actions = append(p.Actions, kit.Action{Label: x.Loc.T("badge_title"), Icon: "award", Href: "/certificates"})
	}
	return x.Render(http.StatusOK, webpeople.TrainingRecord(p))
}

func (u *UI) recordOf(x *Ctx, person uuid.UUID) (webpeople.RecordPage, error) {
	r, err := u.Report.Record(x.Request.Context(), x.Actor, person)
	if err != nil {
		return webpeople.RecordPage{}, err
	}
	return webpeople.RecordPage{Page: x.Page(x.Loc.T("record_of", "name", r.Person.Name())), Record: r, Lines: r.Lines(x.Loc)}, nil
}

// PersonRecordPrint puts a training record on paper.
func (u *UI) PersonRecordPrint(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	p, err := u.recordOf(x, id)
	if err != nil {
		return err
	}
	p.Title = x.Loc.T("record_title")
	p.Paper = layout.Sheet{Format: layout.Portrait, Back: "/people/" + id.String() + "/record", Owner: x.Loc.T("learning_print_owner"), Code: p.Record.Person.Code}
	return x.Render(http.StatusOK, webpeople.PrintedRecord(p))
}

// PersonRecordFile hands a training record out as a workbook: ?lang=fr|ar|en.
func (u *UI) PersonRecordFile(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	o, err := x.reportOptions()
	if err != nil {
		return err
	}
	f, err := u.Report.RecordFile(x.Request.Context(), x.Actor, id, o.Lang)
	if err != nil {
		return err
	}
	defer f.Close()
	return x.sendFile(f)
}
