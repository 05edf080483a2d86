package author_test

import (
	"strings"
	"testing"

	"shelter/internal/course"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

func TestTheGlossaryIsWrittenTermByTerm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	id := w.begin()
	work := w.look(id, w.one)
	all := work.Terms()
	if len(all) != len(work.Parsed.Glossary) || all[0].Code != "traite" || all[0].Was == "" {
		t.Fatalf("%d of %d terms", len(all), len(work.Parsed.Glossary))
	}
	term := course.Term{Code: "mot-neuf", Term: course.Text{i18n.FR: "mot neuf", i18n.AR: "كلمة جديدة", i18n.EN: "new word"},
		Definition: course.Text{i18n.FR: `Un mot "tout neuf" : inventé.`, i18n.AR: "كلمة مبتكرة.", i18n.EN: "An invented word."}}
	w.must(w.svc.PutTerm(ctx, w.one, id, "", term))
	w.refused(w.svc.PutTerm(ctx, w.one, id, "", term), errs.Invalid, "error_form")
	got := w.look(id, w.one)
	if e := got.Term("mot-neuf"); e == nil || e.Definition[i18n.FR] != term.Definition[i18n.FR] || len(got.Problems) > 0 {
		t.Errorf("%+v %+v", e, got.Problems)
	}
	first := *work.Term("traite")
	first.Term.Term = course.Text{i18n.FR: "la traite", i18n.AR: first.Term.Term[i18n.AR], i18n.EN: "trafficking"}
	w.must(w.svc.PutTerm(ctx, w.one, id, first.Was, first.Term))
	w.refused(w.svc.PutTerm(ctx, w.two, id, first.Was, first.Term), errs.Conflict, "author_conflict")
	_, before, err := w.svc.Bodies(ctx, w.one, id)
	w.must(err)
	_, was, _ := strings.Cut(string(before["glossary.yaml"]), "- code: acte")
	w.must(w.svc.RemoveTerm(ctx, w.one, id, "mot-neuf", got.Term("mot-neuf").Was))
	_, after, err := w.svc.Bodies(ctx, w.one, id)
	w.must(err)
	if _, now, _ := strings.Cut(string(after["glossary.yaml"]), "- code: acte"); !strings.HasPrefix(was, now) {
		t.Error("other terms were changed")
	}
	used := w.look(id, w.one).Term("acte")
	w.must(w.svc.RemoveTerm(ctx, w.one, id, "acte", used.Was))
	if got := w.look(id, w.one); len(got.Problems) == 0 {
		t.Error("a lesson uses a term that is not there, and nothing tells it")
	}
	w.refused(w.svc.RemoveTerm(ctx, w.one, id, "nulle-part", ""), errs.NotFound, "")
	w.refused(w.svc.PutTerm(ctx, w.trainee, id, "", term), errs.Forbidden, "")
	term.Definition = nil
	w.refused(w.svc.PutTerm(ctx, w.one, id, "", term), errs.Invalid, "error_form")
}

func TestFormsAreChosenQuestionByQuestion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	id := w.begin()
	work := w.look(id, w.one)
	forms := work.Parsed.Forms
	for _, c := range work.Blueprint(forms) {
		if !c.Same() || len(c.Counts) != 2 {
			t.Errorf("the shipped forms differ: %+v", c)
		}
	}
	chosen := map[string]int{}
	for i, f := range forms {
		for _, code := range f.Items {
			chosen[code] = i
		}
	}
	again := work.Arrange([]string{forms[0].Code, forms[1].Code}, chosen)
	w.must(w.svc.SaveForms(ctx, w.one, id, work.Head().Revision, again))
	if got := w.look(id, w.one); len(got.Problems) > 0 || strings.Join(got.Parsed.Forms[1].Items, " ") != strings.Join(forms[1].Items, " ") {
		t.Errorf("%+v", got.Parsed.Forms)
	}
	delete(chosen, forms[0].Items[3])
	work = w.look(id, w.one)
	w.must(w.svc.SaveForms(ctx, w.one, id, work.Head().Revision, work.Arrange([]string{"detection-A", "detection-B"}, chosen)))
	w.refused(w.svc.SaveForms(ctx, w.two, id, work.Head().Revision, forms), errs.Conflict, "author_conflict")
	work = w.look(id, w.one)
	if len(work.Problems) != 1 || work.Problems[0].Key != "course_check_blueprint" || len(work.Choices(work.Parsed.Forms)) <= 23 {
		t.Errorf("%+v", work.Problems)
	}
	w.must(w.svc.SaveForms(ctx, w.one, id, work.Head().Revision, nil))
	if got := w.look(id, w.one); len(got.Parsed.Forms) != 0 || len(got.Problems) > 0 || len(got.Parsed.Lessons) != 9 {
		t.Errorf("%+v", got.Problems)
	}
	w.refused(w.svc.SaveForms(ctx, w.one, id, 1, []course.Form{{Code: "a b"}}), errs.Invalid, "error_form")
	w.refused(w.svc.SaveForms(ctx, w.trainee, id, 1, nil), errs.Forbidden, "")
	a := w.look(id, w.one).Asked("D-001")
	w.must(w.svc.RemoveQuestion(ctx, w.one, id, "D-001", a.Was))
	if got := w.look(id, w.one); got.Asked("D-001") != nil || len(got.Problems) == 0 {
		t.Error("a lesson asks a question that is not there, and nothing tells it")
	}
}
