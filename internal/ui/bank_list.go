package ui

import (
	"bytes"
	"mime"
	"net/http"
	"strconv"

	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/exam/bank"
	"shelter/internal/exam/format"
	"shelter/internal/i18n"
	"shelter/internal/report"
	webbank "shelter/web/bank"
	"shelter/web/kit"
	"shelter/web/layout"
)

// BankList shows the question bank.
func (u *UI) BankList(x *Ctx) error {
	f := bankFilter(x)
	list, err := u.Bank.List(x.Request.Context(), x.Actor, f)
	if err != nil {
		return err
	}
	p := webbank.ListPage{Page: x.Page(x.Loc.T("bank_title")), List: list, Filter: f, Query: x.Request.URL.Query()}
	p.Lead = x.Loc.T("bank_lead", "reviewed", x.Loc.N("bank_reviewed_n", list.Counts[exam.Reviewed]), "draft", x.Loc.N("bank_draft_n", list.Counts[exam.Draft]))
	p.Scripts = []string{"table"}
	p.Main = &kit.Action{Label: x.Loc.T("bank_new"), Href: "/bank/new", Icon: "plus"}
	return x.Render(http.StatusOK, webbank.List(p))
}

// bankFilter reads the filter from the address; what is not understood is left out, since an address is no form.
func bankFilter(x *Ctx) bank.Filter {
	f := bank.Filter{Text: x.Query("q"), Course: x.Query("course"), Objective: x.Query("objective")}
	if t := exam.Type(x.Query("type")); t.Valid() {
		f.Type = t
	}
	if s := exam.Status(x.Query("status")); s.Valid() {
		f.Status = s
	}
	if d := whole(x.Query("difficulty")); d >= 1 && d <= 3 {
		f.Difficulty = d
	}
	if l, ok := i18n.Parse(x.Query("lacks")); ok && x.Query("lacks") != "" {
		f.Lacks = l
	}
	f.Page, _ = strconv.Atoi(x.Query("page"))
	return f
}

// bankPage begins a page below the list.
func (x *Ctx) bankPage(title string, crumbs ...layout.Crumb) layout.Page {
	p := x.Page(title)
	p.Crumbs = append([]layout.Crumb{{Label: x.Loc.T("bank_title"), Href: "/bank"}}, crumbs...)
	return p
}

// BankExport gives the questions of the filter as a file.
func (u *UI) BankExport(x *Ctx) error {
	return u.bankExport(x, format.Format(x.Query("format")), bankFilter(x))
}

// BankTemplate gives the workbook without questions.
func (u *UI) BankTemplate(x *Ctx) error {
	return u.bankExport(x, bank.XLSX, bank.Filter{None: true})
}

func (u *UI) bankExport(x *Ctx, f format.Format, filter bank.Filter) error {
	var data bytes.Buffer
	if _, err := u.Bank.Export(x.Request.Context(), x.Actor, &data, bank.ExportOptions{Format: f, Filter: filter, Lang: x.Loc.Lang()}); err != nil {
		return err
	}
	name := x.Loc.T("bank_file_name") + bank.Ending(f)
	if f == bank.XLSX {
		return x.sendWorkbook(name, data.Bytes())
	}
	x.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	x.Header("X-Content-Type-Options", "nosniff")
	x.Data(http.StatusOK, mimeOf(f), data.Bytes())
	return nil
}

func mimeOf(f format.Format) string {
	switch f {
	case format.MoodleXML:
		return "application/xml; charset=utf-8"
	case format.QTI:
		return "application/zip"
	case bank.XLSX:
		return report.MIME
	}
	return "text/plain; charset=utf-8"
}

// BankPicture sends a picture of a question. Participants see it without an account; its address is random.
func (u *UI) BankPicture(x *Ctx) error {
	id, err := x.ID("picture")
	if err != nil {
		return err
	}
	m, err := u.Bank.Picture(x.Request.Context(), id)
	if err != nil {
		return err
	}
	x.Header("Cache-Control", "private, max-age=31536000, immutable")
	x.Header("X-Content-Type-Options", "nosniff")
	x.Data(http.StatusOK, m.MIME, m.Data)
	return nil
}

// BankShow shows one question.
func (u *UI) BankShow(x *Ctx) error { return u.bankShow(x, http.StatusOK, nil) }

func (u *UI) bankShow(x *Ctx, status int, refused *errs.Error) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	h, err := u.Bank.History(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	twins, err := u.Bank.Similar(x.Request.Context(), x.Actor, id, h.Question)
	if err != nil {
		return err
	}
	p := webbank.ShowPage{Page: x.bankPage(h.Code), History: h, Twins: twins, Phones: webbank.Phones(u.locs(), h.Question, ""), Form: x.Form(nil)}
	if refused != nil {
		p.Message = x.Message(refused)
	}
	p.Main = &kit.Action{Label: x.Loc.T("bank_edit"), Href: "/bank/" + id.String() + "/edit", Icon: "pencil"}
	p.Actions = []kit.Action{{Label: x.Loc.T("bank_history"), Href: "/bank/" + id.String() + "/history", Icon: "history"}}
	return x.Render(status, webbank.Show(p))
}

func (u *UI) locs() map[i18n.Lang]*i18n.Localizer {
	m := map[i18n.Lang]*i18n.Localizer{}
	for _, l := range i18n.Langs() {
		m[l] = u.Bundle.For(l)
	}
	return m
}

// BankHistory shows every version of a question with what changed.
func (u *UI) BankHistory(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	h, err := u.Bank.History(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	p := webbank.HistoryPage{Page: x.bankPage(x.Loc.T("bank_history"), layout.Crumb{Label: h.Code, Href: "/bank/" + id.String()}), History: h}
	p.Width = layout.Reading
	return x.Render(http.StatusOK, webbank.History(p))
}
