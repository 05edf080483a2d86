package course_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/db/dbtest"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// world is a published course of two lessons with two questions each, a trainee and a manager.
type world struct {
	t       *testing.T
	db      *dbtest.DB
	svc     *course.Service
	trainee access.Actor
	manager access.Actor
	now     time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), now: time.Date(2026, 12, 14, 8, 0, 0, 0, time.UTC)}
	w.trainee, w.manager = w.person("Trainee", access.Trainee), w.person("Manager", access.Manager)
	w.svc = course.New(w.db.App(), func() time.Time { return w.now }, grade, plain{})
	return w
}

// plain seals nothing but shows that a note was bound to its place.
type plain struct{}

func (plain) Seal(text []byte, aad string) []byte { return []byte(aad + "\x00" + string(text)) }

func (plain) Open(sealed []byte, aad string) ([]byte, error) {
	text, ok := strings.CutPrefix(string(sealed), aad+"\x00")
	if !ok {
		return nil, errors.New("bound to another place")
	}
	return []byte(text), nil
}

// grade is right for option a alone.
func grade(q *course.Question, r course.Response) float64 {
	if len(r.Choice) == 1 && r.Choice[0] == "a" {
		return 1
	}
	return 0
}

func (w *world) person(name string, role access.Role) access.Actor {
	id := uuid.New()
	w.db.Exec(`INSERT INTO org.person (id, code, family_name, name_key, created_at, updated_at) VALUES ($1, $2, $3, $3, now(), now())`, id, "P-"+id.String(), name)
	return access.Actor{PersonID: id, Grants: []access.Grant{{Role: role, Scope: access.Global}}}
}

func (w *world) publish(files fs.FS) course.Published {
	w.t.Helper()
	c, _, err := course.Read(files, "demo")
	w.must(err)
	p, err := w.svc.Publish(ctx(), w.manager, c)
	w.must(err)
	return p
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) kind(err error, want errs.Kind) {
	w.t.Helper()
	if !errs.Is(err, want) {
		w.t.Fatalf("got %v, want %s", err, want)
	}
}

func (w *world) answer(slug, question, option string) course.Outcome {
	w.t.Helper()
	out, err := w.svc.Answer(ctx(), w.trainee, "demo", slug, course.Answer{Key: uuid.New(), Question: question, At: w.now, Response: course.Response{Choice: []string{option}}})
	w.must(err)
	w.now = w.now.Add(time.Second)
	return out
}

func (w *world) count(sql string) (n int) {
	w.t.Helper()
	w.must(w.db.Owner().NewRaw(sql).Scan(ctx(), &n))
	return n
}

func ctx() context.Context { return context.Background() }

func edited(files fstest.MapFS, name, old, text string) fstest.MapFS {
	c := maps.Clone(files)
	c[name] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(string(files[name].Data), old, text))}
	return c
}

func TestPublishTwiceMakesNothingNew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.publish(sample())
	if !first.New || first.Number != 1 {
		t.Errorf("first publication: %+v", first)
	}
	again := w.publish(sample())
	if again.New || again.ID != first.ID {
		t.Errorf("second publication: %+v", again)
	}
	second := w.publish(edited(sample(), "demo/01-un.fr.md", "Premier mot", "Tout premier mot"))
	if !second.New || second.Number != 2 {
		t.Errorf("changed text: %+v", second)
	}
	if back := w.publish(sample()); back.New || back.ID != first.ID {
		t.Errorf("the old text again: %+v", back)
	}
	if n := w.count(`SELECT count(*) FROM audit.entry WHERE kind = 'course_version'`); n != 2 {
		t.Errorf("%d audit entries", n)
	}
}

func TestPublishAtOnceMakesOneVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, _, err := course.Read(sample(), "demo")
	w.must(err)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := w.svc.Publish(ctx(), w.manager, c); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := w.count(`SELECT count(*) FROM course.version`); n != 1 {
		t.Errorf("%d versions", n)
	}
}

func TestAPublishedVersionNeverChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish(sample())
	for _, sql := range []string{
		`UPDATE course.version SET number = 7`, `DELETE FROM course.file`, `UPDATE course.file SET body = 'x'`, `UPDATE course.lesson SET minutes = 1`, `DELETE FROM course.lesson`,
	} {
		if _, err := w.db.App().Exec(sql); err == nil || !strings.Contains(err.Error(), "never change") {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

func TestPublishRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bad, _, err := course.Read(edited(sample(), "demo/01-un.fr.md", "[[mot|", "[[inconnu|"), "demo")
	w.must(err)
	_, err = w.svc.Publish(ctx(), w.manager, bad)
	w.kind(err, errs.Invalid)
	good, _, err := course.Read(sample(), "demo")
	w.must(err)
	_, err = w.svc.Publish(ctx(), w.trainee, good)
	w.kind(err, errs.Forbidden)
	_, err = w.svc.KnownDigests(ctx(), w.trainee, []string{"x"})
	w.kind(err, errs.Forbidden)
	if n := w.count(`SELECT count(*) FROM course.course`); n != 0 {
		t.Errorf("%d courses after refusals", n)
	}
}

func TestKnownDigests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish(sample())
	old, err := course.Digest(sample(), "demo")
	w.must(err)
	w.publish(edited(sample(), "glossary.yaml", "Définition", "Autre définition"))
	known, err := w.svc.KnownDigests(ctx(), w.manager, []string{old, "unknown"})
	w.must(err)
	if !known[old] || known["unknown"] {
		t.Errorf("known: %v", known)
	}
}

func TestALearnerStaysOnTheVersionThatWasBegun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish(sample())
	w.must(w.svc.Seen(ctx(), w.trainee, "demo", "01-un", "s2", w.now))
	w.publish(edited(sample(), "demo/01-un.fr.md", "Premier mot", "Tout premier mot"))
	st, _, err := w.svc.Show(ctx(), w.trainee, "demo")
	w.must(err)
	if !st.Begun || st.Number != 1 || st.LastSlug != "01-un" || st.LastPlace != "s2" {
		t.Errorf("learner: begun %v on %d at %s#%s", st.Begun, st.Number, st.LastSlug, st.LastPlace)
	}
	other, _, err := w.svc.Show(ctx(), w.manager, "demo")
	w.must(err)
	if other.Begun || other.Number != 2 {
		t.Errorf("newcomer: begun %v on %d", other.Begun, other.Number)
	}
}

func TestCompletionByRule(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish(sample())
	if out := w.answer("01-un", "X-001", "a"); out.Completed || out.Progress != (course.CheckProgress{Total: 2, Answered: 1, Right: 1, Needed: 2}) {
		t.Errorf("after one answer: %+v", out)
	}
	if out := w.answer("01-un", "X-002", "b"); out.Completed || out.Progress.Right != 1 {
		t.Errorf("after a wrong answer: %+v", out)
	}
	if out := w.answer("01-un", "X-002", "a"); !out.Completed || out.Course {
		t.Errorf("after the right one: %+v", out)
	}
	if out := w.answer("01-un", "X-002", "c"); !out.Completed || out.Progress.Right != 1 {
		t.Errorf("a completed lesson stays so: %+v", out)
	}
	st, _, err := w.svc.Show(ctx(), w.trainee, "demo")
	w.must(err)
	next, _ := st.Continue()
	if st.DoneCount() != 1 || st.MinutesLeft() != 9 || next.Slug != "02-deux" || st.CompletedAt != nil {
		t.Errorf("standing: done %d, left %d, next %s", st.DoneCount(), st.MinutesLeft(), next.Slug)
	}
	w.answer("02-deux", "X-003", "a")
	if out := w.answer("02-deux", "X-004", "a"); !out.Completed || !out.Course {
		t.Errorf("the last lesson: %+v", out)
	}
	st, _, err = w.svc.Show(ctx(), w.trainee, "demo")
	w.must(err)
	if next, _ := st.Continue(); next != nil || st.CompletedAt == nil {
		t.Errorf("the course is not finished: %+v", st)
	}
}

func TestTheLastTryCountsByTheClockOfTheAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish(sample())
	w.answer("01-un", "X-001", "a")
	late := course.Answer{Key: uuid.New(), Question: "X-001", At: w.now.Add(-time.Hour), Response: course.Response{Choice: []string{"b"}}}
	out, err := w.svc.Answer(ctx(), w.trainee, "demo", "01-un", late) // kept on another phone, sent late
	w.must(err)
	if out.Progress.Right != 1 {
		t.Errorf("an older answer overwrote a newer one: %+v", out.Progress)
	}
	v, err := w.svc.Open(ctx(), w.trainee, "demo", "01-un", i18n.AR)
	w.must(err)
	if v.Tries["X-001"].Response.Choice[0] != "a" || v.Lang != i18n.AR || v.ShowsKeys || v.Next.Slug != "02-deux" || v.Previous != nil {
		t.Errorf("view: %+v", v.Tries)
	}
}

func TestARepeatedAnswerCountsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish(sample())
	a := course.Answer{Key: uuid.New(), Question: "X-001", At: w.now, Response: course.Response{Choice: []string{"b"}}}
	_, err := w.svc.Answer(ctx(), w.trainee, "demo", "01-un", a)
	w.must(err)
	a.Response.Choice = []string{"a"}
	out, err := w.svc.Answer(ctx(), w.trainee, "demo", "01-un", a)
	w.must(err)
	if out.Try.Response.Choice[0] != "b" || out.Try.Right() {
		t.Errorf("a repeat gave another outcome: %+v", out.Try)
	}
	if n := w.count(`SELECT count(*) FROM course.answer`); n != 1 {
		t.Errorf("%d answers", n)
	}
	_, err = w.svc.Answer(ctx(), w.manager, "demo", "01-un", a)
	w.kind(err, errs.Conflict)
}

func TestAnswersAtOnceComplete(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish(sample())
	var wg sync.WaitGroup
	for _, q := range []string{"X-001", "X-002"} {
		wg.Go(func() {
			_, err := w.svc.Answer(ctx(), w.trainee, "demo", "01-un", course.Answer{Key: uuid.New(), Question: q, Response: course.Response{Choice: []string{"a"}}})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := w.count(`SELECT count(*) FROM course.completion`); n != 1 {
		t.Errorf("%d completions after two right answers at once", n)
	}
}

func TestAnswerRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish(sample())
	ok := course.Response{Choice: []string{"a"}}
	for name, c := range map[string]struct {
		actor  access.Actor
		slug   string
		answer course.Answer
		want   errs.Kind
	}{
		"visitor":          {access.Actor{}, "01-un", course.Answer{Key: uuid.New(), Question: "X-001", Response: ok}, errs.Forbidden},
		"system":           {access.System("x"), "01-un", course.Answer{Key: uuid.New(), Question: "X-001", Response: ok}, errs.Forbidden},
		"no key":           {w.trainee, "01-un", course.Answer{Question: "X-001", Response: ok}, errs.Invalid},
		"nothing answered": {w.trainee, "01-un", course.Answer{Key: uuid.New(), Question: "X-001"}, errs.Invalid},
		"unknown option":   {w.trainee, "01-un", course.Answer{Key: uuid.New(), Question: "X-001", Response: course.Response{Choice: []string{"z"}}}, errs.Invalid},
		"too long":         {w.trainee, "01-un", course.Answer{Key: uuid.New(), Question: "X-001", Response: course.Response{Text: strings.Repeat("x", 300)}}, errs.Invalid},
		"unknown pair":     {w.trainee, "01-un", course.Answer{Key: uuid.New(), Question: "X-001", Response: course.Response{Match: map[string]string{"a": "b"}}}, errs.Invalid},
		"other lesson":     {w.trainee, "02-deux", course.Answer{Key: uuid.New(), Question: "X-001", Response: ok}, errs.NotFound},
		"of a test":        {w.trainee, "01-un", course.Answer{Key: uuid.New(), Question: "X-005", Response: ok}, errs.NotFound},
		"no lesson":        {w.trainee, "09-rien", course.Answer{Key: uuid.New(), Question: "X-001", Response: ok}, errs.NotFound},
	} {
		if _, err := w.svc.Answer(ctx(), c.actor, "demo", c.slug, c.answer); !errs.Is(err, c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if n := w.count(`SELECT (SELECT count(*) FROM course.answer) + (SELECT count(*) FROM course.learning)`); n != 0 {
		t.Errorf("%d rows after refusals", n)
	}
}

func TestSeenRefusesAndKeepsTheLaterPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish(sample())
	w.kind(w.svc.Seen(ctx(), w.trainee, "demo", "01-un", "<script>", w.now), errs.Invalid)
	w.kind(w.svc.Seen(ctx(), w.trainee, "none", "01-un", "s1", w.now), errs.NotFound)
	w.must(w.svc.Seen(ctx(), w.trainee, "demo", "02-deux", "s3", w.now))
	w.must(w.svc.Seen(ctx(), w.trainee, "demo", "01-un", "s1", w.now.Add(-time.Hour)))
	w.must(w.svc.Seen(ctx(), w.trainee, "demo", "02-deux", "", w.now))
	st, _, err := w.svc.Show(ctx(), w.trainee, "demo")
	w.must(err)
	if l, place := st.Continue(); l.Slug != "02-deux" || place != "s3" {
		t.Errorf("continue at %s#%s", l.Slug, place)
	}
}

func TestReading(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish(sample())
	for name, err := range map[string]error{
		"visitor lists":  second(w.svc.List(ctx(), access.Actor{})),
		"visitor opens":  second(w.svc.Open(ctx(), access.Actor{}, "demo", "01-un", i18n.FR)),
		"visitor loads":  second(w.svc.Media(ctx(), access.Actor{}, "demo", "x.svg")),
		"unknown course": second(w.svc.Open(ctx(), w.trainee, "none", "01-un", i18n.FR)),
		"unknown lesson": second(w.svc.Open(ctx(), w.trainee, "demo", "none", i18n.FR)),
		"unknown file":   second(w.svc.Media(ctx(), w.trainee, "demo", "none.svg")),
		"outside":        second(w.svc.Media(ctx(), w.trainee, "demo", "../course.yaml")),
	} {
		if !errs.Is(err, errs.NotFound) && !errs.Is(err, errs.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	f, err := w.svc.Media(ctx(), w.trainee, "demo", "plan.svg")
	w.must(err)
	if f.Type != "image/svg+xml" || len(f.Body) == 0 {
		t.Errorf("media: %+v", f)
	}
	v, err := w.svc.Open(ctx(), w.manager, "demo", "02-deux", i18n.EN)
	w.must(err)
	if v.Lang != i18n.FR || !v.ShowsKeys || v.Previous.Slug != "01-un" {
		t.Errorf("English reader: %s %v", v.Lang, v.ShowsKeys)
	}
}

func second[T any](_ T, err error) error { return err }

// sample is a small course without a problem.
func sample() fstest.MapFS {
	files := fstest.MapFS{}
	put := func(name, text string) { files[name] = &fstest.MapFile{Data: []byte(text)} }
	put("glossary.yaml", "terms:\n  - code: mot\n    term: {fr: mot, ar: كلمة, en: word}\n    definition: {fr: Définition du mot, ar: تعريف الكلمة, en: What the word means}\n")
	put("demo/course.yaml", sampleCourse)
	put("demo/media/plan.svg", `<svg xmlns="http://www.w3.org/2000/svg"/>`)
	for i, slug := range []string{"01-un", "02-deux"} {
		put("demo/"+slug+".fr.md", sampleLesson("fr", i))
		put("demo/"+slug+".ar.md", sampleLesson("ar", i))
	}
	put("demo/questions/01-un.yaml", sampleQuestions(1, 2))
	put("demo/questions/02-deux.yaml", sampleQuestions(3, 4)+sampleQuestions(5, 6))
	return files
}

const sampleCourse = `code: demo
version: 1
languages: [fr, ar]
title: {fr: Un essai, ar: تجربة}
summary: {fr: Un petit cours, ar: درس صغير}
objectives:
  - {code: X1, text: {fr: Savoir lire, ar: معرفة القراءة}}
competencies:
  - {code: demo, valid_months: 12, title: {fr: Lecture, ar: القراءة}}
prerequisites: []
lessons:
  - {slug: 01-un, objectives: [X1], minutes: 9}
  - {slug: 02-deux, objectives: [X1], minutes: 9}
completion: {lessons: all, checks_min: 0.6}
forms:
  - {code: demo-A, items: [X-005]}
  - {code: demo-B, items: [X-006]}
`

func sampleLesson(lang string, i int) string {
	title, word, sentence, alt := []string{"Leçon première", "Leçon seconde"}[i], "mot ", "Premier mot", "Un plan"
	words := 1400
	if lang == "ar" {
		title, word, sentence, alt, words = []string{"الدرس الأول", "الدرس الثاني"}[i], "كلمة ", "أول كلمة", "رسم", 1150
	}
	return fmt.Sprintf("---\ntitle: %s\nobjectives: [%q]\nminutes: 9\nsources: [\"Source\"]\n---\n\n## %s\n\n%s [[mot|%s]].\n\n%s\n\n"+
		":::note{title=%q}\n%s\n:::\n\n:::image{file=\"media/plan.svg\" alt=%q}\n:::\n\n:::cards\n%s || %s\n:::\n\n:::check{items=\"X-00%d X-00%d\"}\n:::\n",
		title, sentence, title, sentence, strings.TrimSpace(word), strings.Repeat(word, words), sentence, sentence, alt, sentence, title, 2*i+1, 2*i+2)
}

// stems differ enough to be no duplicates.
var stems = map[int][2]string{
	1: {"Que veut dire le premier terme ?", "ما معنى المصطلح الأول؟"}, 2: {"Où poser votre sac ?", "أين تضعون الحقيبة؟"},
	3: {"Qui appeler la nuit ?", "من نتصل به ليلا؟"}, 4: {"Quand partir au marché ?", "متى نذهب إلى السوق؟"},
	5: {"Combien de portes faut-il ?", "كم بابا يلزم؟"}, 6: {"Pourquoi ouvrir une fenêtre ?", "لماذا نفتح النافذة؟"},
}

func sampleQuestions(numbers ...int) string {
	var b strings.Builder
	for _, n := range numbers {
		fmt.Fprintf(&b, "- code: X-00%d\n  type: single\n  objective: X1\n  difficulty: 1\n  bloom: remember\n  stem: {fr: %q, ar: %q}\n  options:\n", n, stems[n][0], stems[n][1])
		for i, id := range []string{"a", "b", "c"} {
			fmt.Fprintf(&b, "    - {id: %s, correct: %v, text: {fr: \"Choix %d%s\", ar: \"اختيار %d%s\"}, feedback: {fr: \"Avis %s\", ar: \"رأي %s\"}}\n",
				id, id == "a", n, strings.Repeat(" non", i), n, strings.Repeat(" لا", i), id, id)
		}
	}
	return b.String()
}
