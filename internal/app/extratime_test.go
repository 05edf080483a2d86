package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/exam"
	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/workshop"
)

func TestExtraTimeThatIsNoNumberIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	trainer := h.person("Ayari", access.Trainer)
	ev, err := h.Workshop.Create(h.ctx, system, workshop.CreateInput{Details: workshop.Details{Title: "Atelier"}, Start: h.Now(), Days: 1, Trainers: []uuid.UUID{trainer.ID}})
	check(err)
	who, err := h.Org.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: "Dridi", GivenName: "Wafa"})
	check(err)
	_, err = h.Workshop.EnrolMany(h.ctx, system, ev.ID, []uuid.UUID{who.ID}, workshop.EnrolOptions{})
	check(err)
	q := exam.Question{Code: "X-1", Type: exam.Single, Difficulty: 1, Bloom: "remember", Body: exam.Body{Stem: exam.Text{i18n.FR: "?"}, Options: []exam.Option{{ID: "a", Correct: true}}}}
	_, err = h.Exam.Load(h.ctx, system, []exam.Question{q}, []exam.Paper{{Code: "X", Items: []string{"X-1"}}})
	check(err)
	forms, err := h.Exam.Forms(h.ctx, system)
	check(err)
	check(h.Exam.Pair(h.ctx, system, ev.ID, exam.PairingInput{PreForm: forms[0].ID, PostForm: forms[0].ID}))
	minutes := func() int {
		t.Helper()
		_, people, err := h.Exam.ExtraTime(h.ctx, system, ev.ID)
		check(err)
		return people[0].Minutes
	}
	_, people, err := h.Exam.ExtraTime(h.ctx, system, ev.ID)
	check(err)
	b, path, name := h.signedIn(trainer), "/workshops/"+ev.ID.String()+"/tests/extra-time", "m_"+people[0].EnrolmentID.String()
	b.post(path, 303, name, "15")
	for _, typed := range []string{"abc", "15 min", "1.5", "-3"} {
		b.contains(b.post(path, 422, name, typed), `aria-invalid="true"`)
		if got := minutes(); got != 15 {
			t.Errorf("%q left %d minutes", typed, got)
		}
	}
	if b.post(path, 303, name, ""); minutes() != 0 {
		t.Error("an empty field kept the minutes")
	}
}

func TestMinutesForTheRoom(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.person("Ayari", access.Trainer)
	base, _, people := h.paperRoom(trainer)
	h.db.Exec(`UPDATE exam.form SET settings = '{"minutes": 10}'`)
	b := h.signedIn(trainer)
	if r := b.get(base+"/tests", 200); strings.Contains(r.body, "tests/minutes") {
		t.Error("time is given while no test is open")
	}
	b.post(base+"/tests/pre/open", 303)
	b.contains(b.get(base+"/tests/projector", 200), "Chacun a 10 minutes")
	board, err := h.Exam.Board(h.ctx, system, uuid.MustParse(strings.TrimPrefix(base, "/workshops/")))
	if err != nil {
		t.Fatal(err)
	}
	ticket, err := h.Exam.Join(h.ctx, exam.JoinInput{RoomCode: board.Pairing.RoomCode, EnrolmentID: people[0], Lang: i18n.FR})
	if err != nil {
		t.Fatal(err)
	}
	b.contains(b.get(base+"/tests/projector", 200), "data-countdown", "jusqu&#39;à la fin de la dernière personne")
	due := func() time.Time {
		t.Helper()
		c, err := h.Exam.OwnClock(h.ctx, ticket.AttemptID, ticket.Token)
		if err != nil {
			t.Fatal(err)
		}
		return c.Due
	}
	before, key := due(), uuid.NewString()
	for range 3 {
		b.post(base+"/tests/minutes", 303, "minutes", "7", "key", key)
	}
	if got := due().Sub(before); got != 7*time.Minute {
		t.Errorf("%v more, want 7 minutes once", got)
	}
	for _, typed := range []string{"abc", "", "-3", "500"} {
		b.contains(b.post(base+"/tests/minutes", 422, "minutes", typed, "key", uuid.NewString()), `aria-invalid="true"`, "de 1 à 120")
	}
	b.contains(b.post(base+"/tests/minutes", 422, "minutes", "abc", "key", uuid.NewString()), `value="abc"`)
	h.signedIn(h.person("Autre", access.Trainer)).post(base+"/tests/minutes", 404, "minutes", "7", "key", uuid.NewString())
	h.browser().get("/t/"+ticket.AttemptID.String()+"/clock", 404)
}
