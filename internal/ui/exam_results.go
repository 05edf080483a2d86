package ui

import (
	"net/http"

	"shelter/internal/access"
	"shelter/internal/exam"
	webexam "shelter/web/exam"
	"shelter/web/kit"
)

// ExamResults shows what the two tests say as wholes, and what they cannot say.
func (u *UI) ExamResults(x *Ctx) error { return x.examResults(webexam.ViewOverview) }

// ExamResultsPersons shows the results person by person; an anonymous test has rows without names.
func (u *UI) ExamResultsPersons(x *Ctx) error { return x.examResults(webexam.ViewPersons) }

// ExamResultsObjectives shows which objectives were reached.
func (u *UI) ExamResultsObjectives(x *Ctx) error { return x.examResults(webexam.ViewObjectives) }

// ExamResultsItems shows the questions of one test: ?phase=pre|post.
func (u *UI) ExamResultsItems(x *Ctx) error { return x.examResults(webexam.ViewItems) }

func (x *Ctx) examResults(v webexam.View) error {
	id, err := x.examID()
	if err != nil {
		return err
	}
	r, err := x.UI.Exam.Report(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	titles, err := x.objectiveTitles()
	if err != nil {
		return err
	}
	page := x.Page(x.Loc.T("exam_results_title"))
	page.Crumbs = x.examCrumbs(r.Workshop)
	if r.Pairing != nil {
		page.Scripts = []string{"table"}
	}
	if len(r.Tests) > 0 {
		page.Actions = []kit.Action{{Label: x.Loc.T("results_excel"), Icon: "download", Href: x.examBase() + "/results.xlsx"}}
	}
	return x.Render(http.StatusOK, webexam.Results(webexam.ResultsPage{Page: page, View: v, Report: r, Phase: exam.Phase(x.Query("phase")), Titles: titles,
		Regrade: access.Can(x.Actor, access.TestRegrade, r.Workshop.Resource) == nil}))
}

// objectiveTitles says what the objectives of the courses are, by their code, in the reader's language.
func (x *Ctx) objectiveTitles() (func(string) string, error) {
	list, err := x.UI.Course.List(x.Request.Context(), x.Actor)
	if err != nil {
		return nil, err
	}
	titles := map[string]string{}
	for _, st := range list {
		for _, o := range st.Course.Objectives {
			titles[o.Code] = o.Text.In(x.Loc.Lang())
		}
	}
	return func(code string) string { return titles[code] }, nil
}
