package author_test

import (
	"reflect"
	"testing"

	"shelter/internal/course"
	"shelter/internal/course/author"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Each type of the format is written by its form and read again as it was, and the check finds nothing in it.
func TestEveryTypeOfQuestionIsWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.begin()
	both := func(fr, ar string) course.Text { return course.Text{i18n.FR: fr, i18n.AR: ar} }
	value := 12.5
	said := both(`Parce que : "oui".`, "لأن الأمر كذلك.")
	for _, q := range []*course.Question{
		{Type: course.Matching, Stem: both("Associez chaque mot à son sens dans cette série de termes inventés.", "صلوا كل كلمة بمعناها في هذه السلسلة من الكلمات المبتكرة."), Pairs: []course.Pair{
			{ID: "p1", Left: both("Un", "واحد"), Right: both("Premier sens", "المعنى الأول")}, {ID: "p2", Left: both("Deux", "اثنان"), Right: both("Second sens", "المعنى الثاني")},
			{ID: "p3", Left: both("Trois", "ثلاثة"), Right: both("Dernier sens", "المعنى الأخير")}}},
		{Type: course.Ordering, Stem: both("Rangez les moments d'une matinée de formation par ordre.", "رتبوا لحظات صباح تكويني حسب تسلسلها."), Options: []course.Option{
			{ID: "c", Text: both("Accueil", "الاستقبال")}, {ID: "a", Text: both("Exercice", "التمرين")}, {ID: "b", Text: both("Bilan", "الحصيلة")}}},
		{Type: course.ShortText, Stem: both("Quel mot désigne la pause de dix heures trente ?", "ما الكلمة التي تدل على استراحة العاشرة والنصف؟"),
			Accept: map[i18n.Lang][]string{i18n.FR: {`la "pause"`, "pause"}, i18n.AR: {"استراحة"}}},
		{Type: course.Numeric, Stem: both("Combien d'heures dure le module inventé de ce test ?", "كم ساعة تدوم الوحدة المبتكرة في هذا الاختبار؟"), Value: &value, Tolerance: 0.5},
	} {
		q.Code, q.Objective, q.Difficulty, q.Bloom, q.Feedback = "D-9"+string(q.Type[:2]), "D1", 2, "apply", said
		w.must(w.svc.PutQuestion(t.Context(), w.one, id, slug, "", q))
		work := w.look(id, w.one)
		got := work.Asked(q.Code)
		if got == nil || !got.Editable() || len(got.Problems) > 0 || len(work.Problems) > 0 {
			t.Fatalf("%s: %+v %+v", q.Type, got, work.Problems)
		}
		if author.Typed(got.Stem)[i18n.FR] != q.Stem[i18n.FR] || !reflect.DeepEqual(got.Pairs, q.Pairs) || !reflect.DeepEqual(got.Accept, q.Accept) ||
			!reflect.DeepEqual(got.Value, q.Value) || got.Tolerance != q.Tolerance || len(got.Options) != len(q.Options) || author.Typed(got.Feedback)[i18n.AR] != said[i18n.AR] {
			t.Errorf("%s: %+v", q.Type, got.Question)
		}
		again := *q
		again.Feedback = nil
		w.must(w.svc.PutQuestion(t.Context(), w.one, id, slug, got.Was, &again))
		if got = w.look(id, w.one).Asked(q.Code); len(got.Problems) != 1 || got.Problems[0].Key != "course_check_feedback" {
			t.Errorf("%s without feedback: %+v", q.Type, got.Problems)
		}
		again.Feedback = said
		w.must(w.svc.PutQuestion(t.Context(), w.one, id, slug, got.Was, &again))
	}
	w.refused(w.svc.PutQuestion(t.Context(), w.one, id, slug, "", &course.Question{Code: "D-900", Type: course.Numeric, Stem: both("Combien ?", "كم؟"), Tolerance: -1}), errs.Invalid, "error_form")
}
