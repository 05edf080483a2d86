package course_test

import (
	"strings"
	"testing"
	"time"

	"shelter/courses"
	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

func TestFoldKeepsTheWordsAndForgetsTheirSpelling(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Évaluer l’Élève":       "evaluer l'eleve",
		"Œuvre — naïve":         "oeuvre — naive",
		"الإيواءُ في المأوى":    "الايوا في الماوي",
		"ضحيَّة":                "ضحيه",
		"مســـاعدة":             "مساعده",
		"مسؤول عن أي":           "مسوول عن اي",
		"ً mot":                 "- mot",
		"  deux\u00a0\nlignes ": "deux lignes",
	} {
		if got := course.Fold(in); got != want {
			t.Errorf("%q is folded to %q, not %q", in, got, want)
		}
	}
}

func TestFoldKeepsTheNumberOfWords(t *testing.T) {
	t.Parallel()
	c, _, err := course.Read(courses.FS, "assistance")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range c.Lessons {
		for lang, text := range l.Texts {
			for _, p := range text.Passages() {
				if a, b := len(strings.Fields(p.Body)), len(strings.Fields(course.Fold(p.Body))); a != b {
					t.Errorf("%s %s %s: %d words became %d", l.Slug, lang, p.Place, a, b)
				}
				if strings.ContainsAny(p.Body, "<>") || strings.Contains(p.Body, "[[") {
					t.Errorf("%s %s %s: markup in %.80q", l.Slug, lang, p.Place, p.Body)
				}
			}
		}
	}
}

// shipped publishes the courses of the house.
func (w *world) shipped() {
	w.t.Helper()
	for _, code := range []string{"detection", "assistance"} {
		c, _, err := course.Read(courses.FS, code)
		w.must(err)
		_, err = w.svc.Publish(ctx(), w.manager, c)
		w.must(err)
	}
}

// found is the text of the marked words, hit by hit.
func (w *world) found(query string, lang i18n.Lang) []string {
	w.t.Helper()
	hits, err := w.svc.Search(ctx(), w.trainee, query, lang)
	w.must(err)
	list := make([]string, 0, len(hits))
	for _, h := range hits {
		var words []string
		for _, p := range append(h.Heading, h.Snippet...) {
			if p.Hit {
				words = append(words, p.Text)
			}
		}
		if len(words) == 0 {
			w.t.Errorf("%q: nothing is marked in %s/%s %s", query, h.Standing.Code, h.Lesson.Slug, h.Place)
		}
		list = append(list, strings.Join(words, " "))
	}
	return list
}

func TestSearchForgivesSpelling(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.shipped()
	for _, c := range []struct {
		lang    i18n.Lang
		queries []string // find the same
	}{
		{i18n.FR, []string{"évaluation", "evaluation", "ÉVALUATION", "évaluations"}},
		{i18n.FR, []string{"hébergement d'urgence", "hebergement d’urgence"}},
		{i18n.AR, []string{"الضحية", "الضحيّة", "الضحيه", "الضَّحِيَّة"}},
		{i18n.AR, []string{"الإيواء", "الايواء", "الإيــواء"}},
		{i18n.FR, []string{"الإيواء", "الايواء"}}, // Arabic letters on a French page
	} {
		first := w.found(c.queries[0], c.lang)
		if len(first) == 0 {
			t.Errorf("%q finds nothing", c.queries[0])
		}
		for _, q := range c.queries[1:] {
			if again := w.found(q, c.lang); strings.Join(again, "|") != strings.Join(first, "|") {
				t.Errorf("%q finds %d, %q finds %d", c.queries[0], len(first), q, len(again))
			}
		}
	}
	for _, q := range []string{"", "   ", "zzqqzz", "'", `" & | ! ( )`, "<script>", "%_"} {
		if got := w.found(q, i18n.FR); len(got) != 0 {
			t.Errorf("%q finds %d", q, len(got))
		}
	}
	if some := w.found("consentement zzqqzz", i18n.FR); len(some) == 0 {
		t.Error("one word of two is not looked for")
	}
	if en := w.found("consentement", i18n.EN); len(en) == 0 {
		t.Error("a course that is not there in English is not searched in French")
	}
	_, err := w.svc.Search(ctx(), access.Actor{}, "mot", i18n.FR)
	w.kind(err, errs.Forbidden)
}

func TestSearchLooksInTheVersionThatIsRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish(sample())
	w.answer("01-un", "X-001", "a")
	w.publish(edited(sample(), "demo/01-un.fr.md", "Premier mot", "Anticonstitutionnel mot"))
	if got := w.found("anticonstitutionnel", i18n.FR); len(got) != 0 {
		t.Errorf("the learner finds %v in a version that is not read", got)
	}
	hits, err := w.svc.Search(ctx(), w.manager, "anticonstitutionnel", i18n.FR)
	if err != nil || len(hits) == 0 {
		t.Errorf("a newcomer finds %v, %v", hits, err)
	}
}

func TestVersionsOfAnOlderProgramAreIndexed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish(sample())
	before := w.count(`SELECT count(*) FROM course.passage`)
	w.db.Exec(`DELETE FROM course.passage`)
	for range 2 {
		w.must(w.svc.IndexVersions(ctx(), access.System("content")))
		if n := w.count(`SELECT count(*) FROM course.passage`); n != before || n == 0 {
			t.Errorf("%d passages, %d before", n, before)
		}
	}
	w.kind(w.svc.IndexVersions(ctx(), w.trainee), errs.Forbidden)
}

func TestNotesAreTheWritersAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish(sample())
	early, late := w.now.Add(-2*time.Second), w.now.Add(-time.Second)
	w.must(w.svc.WriteNote(ctx(), w.trainee, "demo", "01-un", "à revoir", late))
	w.must(w.svc.WriteNote(ctx(), w.trainee, "demo", "01-un", "plus ancien", early)) // sent late
	v, err := w.svc.Open(ctx(), w.trainee, "demo", "01-un", i18n.FR)
	if err != nil || v.Note != "à revoir" {
		t.Errorf("note %q, %v", v.Note, err)
	}
	other, err := w.svc.Open(ctx(), w.manager, "demo", "01-un", i18n.FR)
	if err != nil || other.Note != "" {
		t.Errorf("somebody else reads %q, %v", other.Note, err)
	}
	notes, err := w.svc.Notes(ctx(), w.trainee, "demo")
	if err != nil || len(notes) != 1 || notes["01-un"].Text != "à revoir" {
		t.Errorf("%v, %v", notes, err)
	}
	w.must(w.svc.WriteNote(ctx(), w.trainee, "demo", "01-un", "", w.now))
	if notes, err = w.svc.Notes(ctx(), w.trainee, "demo"); err != nil || len(notes) != 0 {
		t.Errorf("after erasing: %v, %v", notes, err)
	}
	w.kind(w.svc.WriteNote(ctx(), w.trainee, "demo", "none", "x", w.now), errs.NotFound)
	w.kind(w.svc.WriteNote(ctx(), w.trainee, "none", "01-un", "x", w.now), errs.NotFound)
	w.kind(w.svc.WriteNote(ctx(), w.trainee, "demo", "01-un", strings.Repeat("x", 8001), w.now), errs.Invalid)
	w.kind(w.svc.WriteNote(ctx(), access.Actor{}, "demo", "01-un", "x", w.now), errs.Forbidden)
	w.db.Exec(`UPDATE course.note SET person_id = $1`, w.manager.PersonID) // a note that was moved does not open
	if _, err := w.svc.Notes(ctx(), w.manager, "demo"); err == nil {
		t.Error("a note opens in another's hands")
	}
}
