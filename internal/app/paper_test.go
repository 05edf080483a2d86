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

// paperRoom is a workshop of two people whose tests are set up: a question of three answers and one in words.
func (h *house) paperRoom(trainer org.Person) (base string, form uuid.UUID, enrolments []uuid.UUID) {
	h.t.Helper()
	check := func(err error) {
		h.t.Helper()
		if err != nil {
			h.t.Fatal(err)
		}
	}
	ev, err := h.Workshop.Create(h.ctx, system, workshop.CreateInput{Details: workshop.Details{Title: "Atelier"}, Start: h.Now(), Days: 1, Trainers: []uuid.UUID{trainer.ID}})
	check(err)
	for _, name := range []string{"Dridi", "Zribi"} {
		who, err := h.Org.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: name, GivenName: "Wafa"})
		check(err)
		_, err = h.Workshop.EnrolMany(h.ctx, system, ev.ID, []uuid.UUID{who.ID}, workshop.EnrolOptions{})
		check(err)
	}
	q := exam.Question{Code: "X-1", Type: exam.Single, Difficulty: 1, Bloom: "remember", Body: exam.Body{Stem: exam.Text{i18n.FR: "Qui identifie ?"}}}
	for _, id := range []string{"a", "b", "c"} {
		q.Body.Options = append(q.Body.Options, exam.Option{ID: id, Correct: id == "c", Text: exam.Text{i18n.FR: "Réponse " + id}})
	}
	text := exam.Question{Code: "X-2", Type: exam.ShortText, Difficulty: 1, Bloom: "remember", Body: exam.Body{Stem: exam.Text{i18n.FR: "Quel est ce crime ?"}, Accept: map[i18n.Lang][]string{i18n.FR: {"traite"}}}}
	_, err = h.Exam.Load(h.ctx, system, []exam.Question{q, text}, []exam.Paper{{Code: "X", Items: []string{"X-1", "X-2"}}})
	check(err)
	forms, err := h.Exam.Forms(h.ctx, system)
	check(err)
	check(h.Exam.Pair(h.ctx, system, ev.ID, exam.PairingInput{PreForm: forms[0].ID, PostForm: forms[0].ID}))
	b, err := h.Exam.Board(h.ctx, system, ev.ID)
	check(err)
	for _, r := range b.Rows {
		enrolments = append(enrolments, r.EnrolmentID)
	}
	return "/workshops/" + ev.ID.String(), forms[0].ID, enrolments
}

func sheetJSON(pass int, form, enrolment uuid.UUID, one, two string) map[string]any {
	return map[string]any{"key": uuid.New(), "pass": pass, "form": form, "enrolment": enrolment, "cells": map[string]string{"1": one, "2": two}}
}

func (b *browser) typePaper(path string, form, enrolment uuid.UUID, pass int, one, two string) exam.PaperAck {
	b.h.t.Helper()
	var ack exam.PaperAck
	b.json(path+"/rows", 200, sheetJSON(pass, form, enrolment, one, two), &ack)
	return ack
}

func TestPaperFromThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.person("Ayari", access.Trainer)
	base, form, people := h.paperRoom(trainer)
	b, path := h.signedIn(trainer), base+"/paper/pre"
	b.contains(b.get(base+"/tests", 200), path)
	printed := b.get(base+"/print/test/pre", 200)
	b.contains(printed, "Qui identifie", "Réponse a", "Nom et prénom")
	if strings.Contains(printed.body, "traite") {
		t.Error("the paper tells the answer")
	}
	b.contains(b.get(path+"/grid?pass=1", 200), "Dridi", "Zribi", `data-save="`+path+`/rows"`)
	b.typePaper(path, form, people[0], 1, "c", "Secret un")
	b.typePaper(path, form, people[1], 1, "a", "")
	b.contains(b.get(path+"/grid?pass=1", 200), `data-typed="c"`, `data-typed="Secret un"`)
	if second := b.get(path+"/grid?pass=2", 200); strings.Contains(second.body, "data-typed") || strings.Contains(second.body, "Secret un") {
		t.Error("the second typing sees the first")
	}
	b.typePaper(path, form, people[0], 2, "b", "Secret un")
	page := b.get(path, 200)
	b.contains(page, "les deux saisies diffèrent", "saisie une fois", "Qui identifie", "Prendre en compte 1 copie, même saisie une seule fois")
	subject := regexp.MustCompile(`name="subject" value="([^"]+)"`).FindStringSubmatch(page.body)[1]
	b.contains(b.post(path+"/settle", 422, "subject", subject, "key", uuid.NewString(), "p1", "other", "p1_other", "z"), "pas une réponse possible", `value="z"`)
	b.contains(b.post(path+"/settle", 422, "subject", subject, "key", uuid.NewString()), "Choisissez ce qui est écrit")
	b.post(path+"/settle", 303, "subject", subject, "key", uuid.NewString(), "p1", "1")
	b.contains(b.get(path, 200), "vérifiée", "Prendre en compte 1 copie vérifiée")
	for range 3 {
		b.post(path+"/count", 303)
	}
	h.mustCount(1, "SELECT count(*) FROM exam.attempt WHERE source = 'paper'")
	b.post(path+"/count", 303, "once", "yes")
	h.mustCount(2, "SELECT count(*) FROM exam.attempt WHERE source = 'paper'")
	if ack := b.typePaper(path, form, people[0], 1, "a", "x"); ack.State != exam.PaperCounted {
		t.Errorf("a sheet in the results is %s", ack.State)
	}
	b.contains(b.get(base+"/results/persons", 200), "Dridi", "Zribi", "50")
	b.post(path+"/back", 303, "subject", subject)
	b.post(path+"/back", 409, "subject", subject)
	b.json(path+"/rows", 422, sheetJSON(1, form, people[0], "z", ""), nil)
	for _, lang := range []string{"ar", "en"} {
		for _, p := range []string{path, path + "/grid", base + "/print/test/pre"} {
			b.lang = lang
			if r := b.get(p+"?lang="+lang, 200); strings.Contains(r.body, "⟦") {
				t.Errorf("%s %s: a text is missing", lang, p)
			}
		}
	}
	stranger := h.signedIn(h.person("Autre", access.Trainer))
	for _, p := range []string{path, path + "/grid", base + "/print/test/pre"} {
		if r := stranger.get(p, 404); strings.Contains(r.body, "Dridi") || strings.Contains(r.body, "identifie") {
			t.Errorf("%s tells a stranger something", p)
		}
	}
	for _, p := range []string{"/settle", "/count", "/back"} {
		stranger.post(path+p, 404, "subject", subject, "once", "yes")
	}
}
