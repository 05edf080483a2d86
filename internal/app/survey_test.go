package app_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/workshop"
)

// TestSurveyThroughThePages: a trainer changes the questions, five people answer on their phones without an account, one of
// them wrongly at first, and the results appear at the close, without anything that tells who answered.
func TestSurveyThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.person("Formatrice", access.Trainer)
	ev, err := h.Workshop.Create(h.ctx, system, workshop.CreateInput{Details: workshop.Details{Title: "Victimes de la traite", NeutralTitle: "Atelier"}, Start: h.Now(), Days: 1, Trainers: []uuid.UUID{trainer.ID}})
	if err != nil {
		t.Fatal(err)
	}
	b, base := h.signedIn(trainer), "/workshops/"+ev.ID.String()+"/surveys"
	b.post(base+"/end/prepare", 303)
	b.contains(b.get(base, 200), "L&#39;enquête est préparée", "Enquêtes")
	r := b.post(base+"/end/questions", 422, "do", "save", "id", "q1", "q-1-kind", "likert", "q-1-fr", "Utile ?")
	b.contains(r, "Utile ?", `aria-invalid="true"`)
	b.contains(b.post(base+"/end/questions", 200, "do", "add", "id", "q1", "q-1-kind", "likert", "q-1-fr", "Utile ?"), "Question 2")
	b.post(base+"/end/questions", 303, "do", "save", "id", "q1", "q-1-kind", "likert", "q-1-fr", "Utile ?", "q-1-ar", "مفيد؟",
		"id", "q2", "q-2-kind", "open", "q-2-fr", "Un mot ?", "q-2-ar", "كلمة؟")
	b.post(base+"/end/open", 303)
	sheet := regexp.MustCompile(`/s/[a-z2-7]{8}`).FindString(b.get(base, 200).body)
	phone := h.browser()
	b.contains(phone.get(sheet, 200), "Utile ?", "anonymes")
	phone.lacks(phone.get(sheet, 200), "Victimes de la traite") // who finds the address reads the neutral title
	phone.lang = "ar"
	b.contains(phone.get(sheet, 200), `dir="rtl"`, "مفيد؟")
	b.contains(phone.post(sheet, 422, "key", "k0", "q2", " "), "أجيبوا عن سؤال واحد على الأقل")
	for n := range 5 {
		key := fmt.Sprintf("k%d", n)
		b.contains(phone.get(phone.post(sheet, 303, "key", key, "q1", "4", "q2", "Le mot "+key).to(), 200), "شكرا")
		phone.post(sheet, 303, "key", key, "q1", "0", "q2", "doublon")
	}
	hidden := b.get(base+"/end/results", 200)
	if strings.Contains(hidden.body, "Le mot") {
		t.Error("answers are shown while the survey is open")
	}
	b.get(base+"/end/results.xlsx", http.StatusConflict)
	b.post(base+"/end/close", 303)
	r = b.get(base+"/end/results", 200)
	b.contains(r, "5 personnes ont répondu", "Le mot k3", "5,0")
	if strings.Contains(r.body, "doublon") {
		t.Error("a repeated sending was counted")
	}
	if x := b.get(base+"/end/results.xlsx?lang=ar", 200); !strings.HasPrefix(x.body, "PK") {
		t.Error("the workbook is none")
	}
	b.post(base+"/end/open", http.StatusConflict)
}
