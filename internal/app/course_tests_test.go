package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/i18n"
)

// answerTest gives answers to the question of a choice and the one in words.
func (b *browser) answerTest(test, choice, word string) {
	b.h.t.Helper()
	b.get(test, 200)
	b.post(test+"/submit", 303, "q1", choice, "q2", word)
	b.contains(b.get(test, 200), "exam-done")
}

// finish reads a lesson of the small course to its end.
func (h *house) finish(learner access.Actor, slug string, first int) {
	h.t.Helper()
	for i := range 2 {
		a := course.Answer{Key: uuid.New(), Question: "E-00" + string(rune('0'+first+i)), Response: course.Response{Choice: []string{"a"}}, At: h.Now()}
		if _, err := h.Course.Answer(h.ctx, learner, "essai", slug, a); err != nil {
			h.t.Fatal(err)
		}
	}
}

// A learner takes one test before the first lesson and the other after the last; the manager sees the pair.
func TestTestsBeforeAndAfterACourse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.smallCourse()
	_, form, _ := h.paperRoom(h.person("Ayari", access.Trainer)) // any form will do
	manager, jlassi := h.signedIn(h.person("Gérante", access.Manager)), h.person("Jlassi", access.Trainee)
	learner, late := h.signedIn(jlassi), h.person("Retard", access.Trainee)
	actor := access.Actor{PersonID: jlassi.ID, Grants: []access.Grant{{Role: access.Trainee, Scope: access.Global}}}

	if strings.Contains(learner.get("/courses/essai", 200).body, "/tests/") {
		t.Error("a test is offered that nobody has set up")
	}
	learner.get("/courses/essai/tests", 404)
	learner.post("/courses/essai/tests/pre/begin", 404)
	learner.post("/courses/essai/tests", 404, "pre_form", form.String(), "post_form", form.String())
	h.signedIn(h.person("Formatrice", access.Trainer)).get("/courses/essai/results", 404)

	manager.contains(manager.get("/courses/essai/tests", 200), "côte à côte")
	manager.post("/courses/essai/tests", 303, "pre_form", form.String(), "post_form", form.String(), "anonymous", "on")
	manager.post("/courses/essai/tests/pre/open", 303)
	manager.post("/courses/essai/tests/post/open", 303) // beside the other one
	board := manager.get("/courses/essai/tests", 200)
	for _, room := range []string{"/projector", "/paper/", "/extra-time"} {
		if strings.Contains(board.body, room) {
			t.Errorf("the board of a course offers %s", room)
		}
	}
	b, err := h.Exam.Board(h.ctx, system, exam.CourseID("essai"))
	if err != nil || b.Pairing.Anonymous {
		t.Fatalf("%v, anonymous %v", err, b.Pairing.Anonymous)
	}
	h.browser().get("/r/"+b.Pairing.RoomCode, 404) // no room: the account is the key

	learner.contains(learner.get("/courses/essai", 200), "Commencer le test", "quand toutes les leçons sont terminées")
	learner.post("/courses/essai/tests/post/begin", 409)
	pre := learner.post("/courses/essai/tests/pre/begin", 303).to()
	if again := h.signedIn(jlassi).post("/courses/essai/tests/pre/begin", 303).to(); again != pre {
		t.Errorf("on another device %s, want %s", again, pre)
	}
	h.signedIn(late).get(pre, 404)
	learner.answerTest(pre, "a", "autre")
	learner.contains(learner.get("/courses/essai", 200), "Remis le", "Revoir")

	h.shift.Add(int64(time.Hour / time.Second))
	h.finish(actor, "01-un", 1)
	learner.post("/courses/essai/tests/post/begin", 409)
	h.finish(actor, "02-deux", 3)
	learner.answerTest(learner.post("/courses/essai/tests/post/begin", 303).to(), "c", "traite")

	tardy := access.Actor{PersonID: late.ID, Grants: actor.Grants}
	h.finish(tardy, "01-un", 1)
	if _, err := h.Exam.BeginCourse(h.ctx, tardy, "essai", exam.Pre, i18n.FR); !errs.Is(err, errs.Conflict) {
		t.Errorf("a first test after a lesson: %v", err)
	}

	r, err := h.Exam.Report(h.ctx, system, exam.CourseID("essai"))
	if err != nil || len(r.Scores) != 1 || !r.Scores[0].Paired() || *r.Scores[0].Pre != 0 || *r.Scores[0].Post != 1 || r.Scores[0].PersonID != jlassi.ID {
		t.Fatalf("%v: %+v", err, r.Scores)
	}
	manager.contains(manager.get("/courses/essai/results", 200), "Un essai")
	manager.contains(manager.get("/courses/essai/results/persons", 200), "Jlassi")
	if book := manager.get("/courses/essai/results.xlsx", 200); !strings.HasPrefix(book.body, "PK") || strings.Contains(book.Header.Get("Content-Disposition"), "Jlassi") {
		t.Error("no workbook of the course's tests")
	}
	manager.contains(manager.get("/courses/essai/regrade", 200), "/courses/essai/regrade/")
	manager.post("/courses/essai/tests/pre/close", 303)
	learner.contains(learner.get("/courses/essai", 200), "Remis le")
	learner.get(learner.post("/courses/essai/tests/pre/begin", 303).to(), 200) // what was handed in stays to be seen
}
