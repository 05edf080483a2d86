package author_test

import (
	"reflect"
	"strings"
	"testing"

	"shelter/internal/course"
	"shelter/internal/course/author"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

const bankFR = "detection/questions/01-comprendre.yaml"

// bank is the file as it stands in a draft.
func (w *world) bank(work *author.Work) string {
	w.t.Helper()
	_, files, err := w.svc.Bodies(w.t.Context(), w.one, work.ID)
	w.must(err)
	return string(files[bankFR])
}

func TestAQuestionIsWrittenAmongTheOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	id := w.begin()
	work := w.look(id, w.one)
	before := w.bank(work)
	a := work.Asked("D-001")
	if a == nil || a.Lesson != slug || !a.Editable() {
		t.Fatalf("%+v", a)
	}
	q := *a.Question
	q.Stem = course.Text{i18n.FR: `Que cherche-t-on pour penser à la traite "d'un adulte" ?`, i18n.AR: "ما الذي نبحث عنه لدى الراشد؟"}
	w.must(w.svc.PutQuestion(ctx, w.one, id, slug, a.Was, &q))
	w.refused(w.svc.PutQuestion(ctx, w.two, id, slug, a.Was, &q), errs.Conflict, "author_conflict")
	work = w.look(id, w.one)
	if len(work.Problems) > 0 {
		t.Errorf("%+v", work.Problems)
	}
	got := work.Asked("D-001")
	if author.Typed(got.Stem)[i18n.FR] != q.Stem[i18n.FR] || !reflect.DeepEqual(got.Options, a.Options) || got.Feedback[i18n.FR] != a.Feedback[i18n.FR] {
		t.Errorf("%+v", got.Question)
	}
	after := w.bank(work)
	_, was, _ := strings.Cut(before, "- code: D-002")
	if _, now, _ := strings.Cut(after, "- code: D-002"); now != was {
		t.Error("the questions behind it were changed")
	}
	q.Code = "D-999"
	w.must(w.svc.PutQuestion(ctx, w.one, id, slug, "", &q))
	w.refused(w.svc.PutQuestion(ctx, w.one, id, slug, "", &q), errs.Invalid, "error_form")
	work = w.look(id, w.one)
	if got := w.bank(work); !strings.HasPrefix(got, after) || work.Asked("D-999") == nil || len(work.Questions()) != len(work.Parsed.Bank) {
		t.Error("a new question does not stand at the end")
	}
	w.refused(w.svc.PutQuestion(ctx, w.trainee, id, slug, "", &q), errs.Forbidden, "")
	for _, a := range work.Questions() {
		if a.Was == "" {
			t.Errorf("%s was not found in its file", a.Code)
		}
	}
}
