package app_test

import (
	"strings"
	"testing"
	"time"

	"shelter/internal/access"
)

// A lesson's page is kept for its reader: it must never be older than what the reader did, and never be anybody else's.
func TestAKeptLessonPageIsFreshAndItsReadersOwn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.smallCourse()
	const lesson, check = "/courses/essai/01-un", "/courses/essai/01-un/check"
	ali, sana := h.person("Jlassi", access.Trainee), h.person("Ben Amor", access.Trainee)
	a, s := h.signedIn(ali), h.signedIn(sana)
	for _, b := range []*browser{a, s} {
		b.json("/courses/essai/01-un/seen", 204, map[string]any{"place": "", "at": h.Now()}, nil)
		for range 2 {
			b.contains(b.get(lesson, 200), "Leçon première")
		}
	}
	a.post(check, 303, "item", "E-001", "c", "b", "key", "")
	a.contains(a.get(lesson, 200), "Avis b 1")
	if r := s.get(lesson, 200); strings.Contains(r.body, "Avis b 1") || strings.Contains(r.body, "Jlassi") || strings.Contains(r.body, ali.ID.String()) {
		t.Error("the page of one reader shows another's")
	}
	h.turn(time.Minute) // of two answers the later counts
	a.post(check, 303, "item", "E-001", "c", "a", "key", "")
	if r := a.get(lesson, 200); !strings.Contains(r.body, "Avis a 1") || strings.Contains(r.body, "Avis b 1") {
		t.Error("the page is older than the last answer")
	}
	a.post("/courses/essai/01-un/note", 303, "text", "à relire")
	a.contains(a.get(lesson, 200), "à relire")
	a.post("/courses/essai/01-un/note", 303, "text", "relu")
	a.contains(a.get(lesson, 200), ">relu<")
	a.post("/language", 303, "lang", "ar", "next", "/")
	a.contains(a.get(lesson, 200), "الدرس الأول")
	if err := h.Course.ForgetAnswers(h.ctx, h.Now().Add(time.Hour)); err != nil { // nothing is finished: nothing goes
		t.Fatal(err)
	}
	a.contains(a.get(lesson, 200), `data-mark="right"`)
}
