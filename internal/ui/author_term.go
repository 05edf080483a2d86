package ui

import (
	"net/http"
	"strconv"

	"shelter/internal/course"
	"shelter/internal/course/author"
	"shelter/internal/errs"
	webauthor "shelter/web/author"
	"shelter/web/layout"
)

// openDraft reads the draft of the address for a form: one that is written in.
func (u *UI) openDraft(x *Ctx) (*author.Work, error) {
	w, err := u.draft(x)
	if err == nil && w.State != author.Open {
		err = errs.NewConflict("author_state_" + string(w.State))
	}
	return w, err
}

func draftAt(w *author.Work, rest string) string {
	return webauthor.Root + "/drafts/" + w.ID.String() + rest
}

// AuthorTerms lists the glossary of a draft.
func (u *UI) AuthorTerms(x *Ctx) error {
	w, err := u.draft(x)
	if err != nil {
		return err
	}
	p := webauthor.TermsPage{Page: x.authorPage(x.Loc.T("author_terms"), draftCrumb(x, w)), Work: w, List: w.Terms()}
	p.Lead = x.Loc.T("author_terms_lead")
	return x.Render(http.StatusOK, webauthor.Terms(p))
}

// AuthorTerm opens a term, ?code=, or a new one.
func (u *UI) AuthorTerm(x *Ctx) error {
	w, err := u.openDraft(x)
	if err != nil {
		return err
	}
	p := webauthor.TermPage{Work: w, Form: x.Form(nil)}
	if code := x.Query("code"); code != "" {
		e := w.Term(code)
		if e == nil {
			return errs.NewNotFound("term " + code)
		}
		p.Term, p.Was, p.Problems = e.Term, e.Was, e.Problems
	}
	return u.termPage(x, http.StatusOK, p)
}

func (u *UI) termPage(x *Ctx, status int, p webauthor.TermPage) error {
	title := x.Loc.T("author_term_new")
	if p.Was != "" {
		title = p.Term.Term.In(x.Loc.Lang())
	}
	p.Page = x.authorPage(title, draftCrumb(x, p.Work), layout.Crumb{Label: x.Loc.T("author_terms"), Href: draftAt(p.Work, "/terms")})
	p.Path, p.Width = draftAt(p.Work, "/terms"), layout.Reading
	return x.Render(status, webauthor.Term(p))
}

// AuthorSaveTerm writes a term; what is refused is shown again as it was typed.
func (u *UI) AuthorSaveTerm(x *Ctx) error {
	w, err := u.draft(x)
	if err != nil {
		return err
	}
	trimForm(x)
	t := course.Term{Code: x.PostForm("code"), Term: x.texts("term"), Definition: x.texts("definition")}
	p := webauthor.TermPage{Work: w, Term: t, Was: x.PostForm("was"), Form: x.Form(nil)}
	err = u.Author.PutTerm(x.Request.Context(), x.Actor, w.ID, p.Was, t)
	if err == nil {
		x.Flash("done_author_term")
		return x.SeeOther(draftAt(w, "/terms"))
	}
	switch e := errs.As(err); {
	case e.Kind == errs.Invalid && len(e.Fields) > 0:
		p.Form = x.Form(e.Fields)
		return u.termPage(x, http.StatusUnprocessableEntity, p)
	case e.Kind == errs.Conflict && w.State == author.Open && w.Term(t.Code) != nil:
		p.Was, p.Theirs = w.Term(t.Code).Was, &w.Term(t.Code).Term
		return u.termPage(x, http.StatusConflict, p)
	}
	return err
}

// AuthorRemoveTerm takes a term out of the glossary.
func (u *UI) AuthorRemoveTerm(x *Ctx) error {
	w, err := u.draft(x)
	if err != nil {
		return err
	}
	if err := u.Author.RemoveTerm(x.Request.Context(), x.Actor, w.ID, x.PostForm("code"), x.PostForm("was")); err != nil {
		return err
	}
	x.Flash("done_author_removed")
	return x.SeeOther(draftAt(w, "/terms"))
}

// AuthorRemoveQuestion takes a question out of a draft.
func (u *UI) AuthorRemoveQuestion(x *Ctx) error {
	w, err := u.draft(x)
	if err != nil {
		return err
	}
	if err := u.Author.RemoveQuestion(x.Request.Context(), x.Actor, w.ID, x.PostForm("code"), x.PostForm("was")); err != nil {
		return err
	}
	x.Flash("done_author_removed")
	return x.SeeOther(draftAt(w, "/questions"))
}

// AuthorForms shows the parallel forms of the tests, to choose their questions.
func (u *UI) AuthorForms(x *Ctx) error {
	w, err := u.openDraft(x)
	if err != nil {
		return err
	}
	return u.formsPage(x, http.StatusOK, webauthor.FormsPage{Work: w, Base: w.Head().Revision, Forms: w.Parsed.Forms, Form: x.Form(nil)})
}

func (u *UI) formsPage(x *Ctx, status int, p webauthor.FormsPage) error {
	p.Page = x.authorPage(x.Loc.T("author_forms"), draftCrumb(x, p.Work))
	p.Path, p.Lead = draftAt(p.Work, "/forms"), x.Loc.T("author_forms_lead")
	return x.Render(status, webauthor.Forms(p))
}

// AuthorSaveForms writes them. What is refused, or stands beside what somebody else wrote, is shown again as it was chosen.
func (u *UI) AuthorSaveForms(x *Ctx) error {
	w, err := u.draft(x)
	if err != nil {
		return err
	}
	trimForm(x)
	base, _ := strconv.Atoi(x.PostForm("base"))
	p := webauthor.FormsPage{Work: w, Base: base, Forms: x.forms(w), Form: x.Form(nil)}
	err = u.Author.SaveForms(x.Request.Context(), x.Actor, w.ID, base, p.Forms)
	if err == nil {
		x.Flash("done_author_forms")
		return x.SeeOther(draftAt(w, "/forms"))
	}
	switch e := errs.As(err); {
	case e.Kind == errs.Invalid && len(e.Fields) > 0:
		p.Form = x.Form(e.Fields)
		return u.formsPage(x, http.StatusUnprocessableEntity, p)
	case e.Kind == errs.Conflict && w.State == author.Open:
		p.Base, p.Conflict = w.Head().Revision, true
		return u.formsPage(x, http.StatusConflict, p)
	}
	return err
}

// forms reads the codes and, for each question, the form that it is in. A form without a code and without questions is left out.
func (x *Ctx) forms(w *author.Work) []course.Form {
	var codes []string
	place := map[string]int{}
	for i := range author.MaxForms {
		n := strconv.Itoa(i)
		code := x.PostForm("form_" + n)
		used := false
		for _, q := range w.Parsed.Bank {
			used = used || x.PostForm("in_"+q.Code) == n
		}
		if code != "" || used {
			place[n] = len(codes)
			codes = append(codes, code)
		}
	}
	chosen := map[string]int{}
	for _, q := range w.Parsed.Bank {
		if i, ok := place[x.PostForm("in_"+q.Code)]; ok {
			chosen[q.Code] = i
		}
	}
	return w.Arrange(codes, chosen)
}
