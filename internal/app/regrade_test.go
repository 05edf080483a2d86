package app_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/exam"
	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/workshop"
)

// regradeRoom is a workshop with a test that one person handed in, and a question whose key was corrected afterwards.
func (h *house) regradeRoom(trainer org.Person) (base, version, newer string) {
	h.t.Helper()
	check := func(err error) {
		h.t.Helper()
		if err != nil {
			h.t.Fatal(err)
		}
	}
	ev, err := h.Workshop.Create(h.ctx, system, workshop.CreateInput{Details: workshop.Details{Title: "Atelier"}, Start: h.Now(), Days: 1, Trainers: []uuid.UUID{trainer.ID}})
	check(err)
	who, err := h.Org.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: "Dridi", GivenName: "Wafa"})
	check(err)
	_, err = h.Workshop.EnrolMany(h.ctx, system, ev.ID, []uuid.UUID{who.ID}, workshop.EnrolOptions{})
	check(err)
	key := func(right string) exam.Question {
		q := exam.Question{Code: "X-1", Objective: "D1", Type: exam.Single, Difficulty: 1, Bloom: "remember", Body: exam.Body{Stem: exam.Text{i18n.FR: "Qui identifie ?"}}}
		for _, id := range []string{"a", "b"} {
			q.Body.Options = append(q.Body.Options, exam.Option{ID: id, Correct: id == right, Text: exam.Text{i18n.FR: "Réponse " + id}})
		}
		return q
	}
	_, err = h.Exam.Load(h.ctx, system, []exam.Question{key("a")}, []exam.Paper{{Code: "X", Items: []string{"X-1"}}})
	check(err)
	forms, err := h.Exam.Forms(h.ctx, system)
	check(err)
	check(h.Exam.Pair(h.ctx, system, ev.ID, exam.PairingInput{PreForm: forms[0].ID, PostForm: forms[0].ID}))
	check(h.Exam.Open(h.ctx, system, ev.ID, exam.Pre))
	b, err := h.Exam.Board(h.ctx, system, ev.ID)
	check(err)
	t, err := h.Exam.Join(h.ctx, exam.JoinInput{RoomCode: b.Pairing.RoomCode, EnrolmentID: b.Rows[0].EnrolmentID, Lang: i18n.FR})
	check(err)
	_, err = h.Exam.Save(h.ctx, t.AttemptID, t.Token, []exam.Answer{{Key: uuid.New(), Position: 1, Response: exam.Response{Choice: []string{"b"}}, ClientSeq: 1, ClientAt: h.Now()}})
	check(err)
	_, err = h.Exam.Submit(h.ctx, t.AttemptID, t.Token)
	check(err)
	_, err = h.Exam.Load(h.ctx, system, []exam.Question{key("b")}, nil)
	check(err)
	r, err := h.Exam.Regrading(h.ctx, system, ev.ID)
	check(err)
	return "/workshops/" + ev.ID.String(), r.Questions[0].VersionID.String(), r.Questions[0].Newer[0].ID.String()
}

func TestRegradeFromThePage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.person("Ayari", access.Trainer)
	base, version, newer := h.regradeRoom(trainer)
	page := base + "/regrade/" + version
	b := h.signedIn(trainer)
	b.contains(b.get(base+"/results/items", 200), page)
	b.contains(b.get(base+"/regrade", 200), "X-1", "clé d&#39;origine", page)
	first := b.get(page, 200)
	b.contains(first, "Noter avec la clé de la version 2", "Juste : ", "Réponse b", "Neutraliser")
	if strings.Contains(first.body, "Dridi") || strings.Contains(first.body, `name="seen"`) {
		t.Error("something is shown before a rule is chosen")
	}
	dry := b.get(page+"?rule="+newer, 200)
	b.contains(dry, "Dridi", "0 / 1", "1 / 1", "Rien n&#39;est encore enregistré", "Objectif D1 acquis", "Changer 1 copie")
	h.mustCount(0, "SELECT count(*) FROM exam.regrade")
	b.contains(b.get(page+"?rule=asked", 422), "C&#39;est déjà ainsi")
	b.contains(b.get(page+"?rule=nonsense", 422), `href="#f-rule"`)
	seen := regexp.MustCompile(`name="seen" value="([^"]+)"`).FindStringSubmatch(dry.body)[1]
	key := uuid.NewString()
	b.contains(b.post(page, 422, "rule", newer, "seen", seen, "key", key, "reason", " "), `href="#f-reason"`, "Dridi")
	b.contains(b.post(page, 409, "rule", newer, "seen", "x", "key", key, "reason", "La réponse b est juste"), "Quelque chose a changé", "La réponse b est juste", "Dridi")
	h.mustCount(0, "SELECT count(*) FROM exam.regrade")
	for range 3 {
		b.post(page, 303, "rule", newer, "seen", seen, "key", key, "reason", "La réponse b est juste")
	}
	h.mustCount(1, "SELECT count(*) FROM exam.regrade")
	b.contains(b.get(base+"/regrade", 200), "clé de la version 2", "La réponse b est juste", "Ayari", "Dridi", "1 copie a changé")
	b.contains(b.get(base+"/results/persons", 200), "100")
	b.contains(b.get(base+"/results/items", 200), "Clé corrigée pour ces tests")
	for _, lang := range []string{"ar", "en"} {
		r := b.get(page+"?rule=neutral&lang="+lang, 200)
		if strings.Contains(r.body, "⟦") {
			t.Errorf("%s: a text is missing", lang)
		}
	}
	stranger := h.signedIn(h.person("Autre", access.Trainer))
	for _, path := range []string{base + "/regrade", page, page + "?rule=neutral"} {
		if r := stranger.get(path, 404); strings.Contains(r.body, "Dridi") || strings.Contains(r.body, "X-1") {
			t.Errorf("%s tells a stranger something", path)
		}
	}
	stranger.post(page, 404, "rule", "neutral", "seen", seen, "key", uuid.NewString(), "reason", "x")
	h.mustCount(1, "SELECT count(*) FROM exam.regrade")
}
