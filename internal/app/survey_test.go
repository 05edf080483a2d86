package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/xuri/excelize/v2"

	"shelter/internal/access"
	"shelter/internal/org"
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
	h.enrolled(ev.ID, 5)
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
		if n > 0 { // the phone goes round
			b.contains(phone.get(sheet, 200), "أُرسلت إجابة من هذا الجهاز", sheet+"?other=1")
			b.lacks(phone.get(sheet, 200), "مفيد؟")
			b.contains(phone.get(sheet+"?other=1", 200), "مفيد؟", `name="other" value="1"`)
			b.contains(phone.post(sheet, 409, "key", key, "q1", "4", "q2", "Le mot "+key), "لم تُحتسب هذه الإجابة", "Le mot "+key, `name="other" value="1"`)
		}
		b.contains(phone.get(phone.post(sheet, 303, "key", key, "q1", "4", "q2", "Le mot "+key, "other", "1").to(), 200), "شكرا")
		phone.post(sheet, 303, "key", key, "q1", "0", "q2", "doublon")
	}
	late := h.browser() // the list has five people
	b.contains(late.get(sheet, 200), "Toutes les réponses sont arrivées")
	b.contains(late.post(sheet, 409, "key", "k9", "q1", "4", "q2", "Une de trop"), "Une de trop", "Il y a déjà autant de réponses")
	if kept := phone.cookies["shelter_answered"]; !strings.HasSuffix(sheet, kept) || kept == "" {
		t.Errorf("the phone keeps %q", kept)
	}
	hidden := b.get(base+"/end/results", 200)
	if strings.Contains(hidden.body, "Le mot") {
		t.Error("answers are shown while the survey is open")
	}
	b.get(base+"/end/results.xlsx", http.StatusConflict)
	b.post(base+"/end/close", 303)
	r = b.get(base+"/end/results", 200)
	b.contains(r, "5 réponses", "Le mot k3", "5,0", "une même personne a pu répondre plus d&#39;une fois")
	if strings.Contains(r.body, "doublon") {
		t.Error("a repeated sending was counted")
	}
	h.bookSays(b.get(base+"/end/results.xlsx?lang=ar", 200).body, "ربّما أجاب الشخص نفسه أكثر من مرّة")
	b.post(base+"/end/way", http.StatusConflict, "way", "tickets")
	b.post(base+"/end/open", http.StatusConflict)
}

// enrolled puts n people on the list of an event.
func (h *house) enrolled(event uuid.UUID, n int) {
	h.t.Helper()
	var ids []uuid.UUID
	for i := range n {
		p, err := h.Org.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: fmt.Sprintf("Inscrit%d", i), GivenName: "Amel"})
		h.must(err)
		ids = append(ids, p.ID)
	}
	_, err := h.Workshop.EnrolMany(h.ctx, system, event, ids, workshop.EnrolOptions{})
	h.must(err)
}

// bookSays looks for a sentence on the first sheet of a workbook.
func (h *house) bookSays(data, sentence string) {
	h.t.Helper()
	f, err := excelize.OpenReader(strings.NewReader(data))
	h.must(err)
	rows, err := f.GetRows(f.GetSheetName(0))
	h.must(err)
	for _, r := range rows {
		for _, c := range r {
			if strings.Contains(c, sentence) {
				return
			}
		}
	}
	h.t.Errorf("%q is missing in the workbook: %v", sentence, rows)
}

// TestSurveyByTicketsThroughThePages: a trainer prints cards on which nobody stands, people answer with them once each, a wrong code loses
// nothing that was typed, and others get neither cards nor the choice of the way.
func TestSurveyByTicketsThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.person("Formatrice", access.Trainer)
	ev, err := h.Workshop.Create(h.ctx, system, workshop.CreateInput{Details: workshop.Details{Title: "Victimes de la traite", TitleAR: "ضحايا الاتجار", NeutralTitle: "Atelier du lac"}, Start: h.atTen(), Days: 1, Trainers: []uuid.UUID{trainer.ID}})
	h.must(err)
	h.enrolled(ev.ID, 8)
	b, base := h.signedIn(trainer), "/workshops/"+ev.ID.String()+"/surveys"
	b.post(base+"/end/prepare", 303)
	b.contains(b.get(base, 200), "un lien ouvert", "Demander plutôt avec des billets anonymes")
	b.contains(b.get(base+"/end/cards", 200), "elle n&#39;a pas de billets")
	b.post(base+"/end/way", 422, "way", "loterie")
	b.post(base+"/end/way", 303, "way", "tickets")
	b.contains(b.get(base, 200), "des billets anonymes", "Billets donnés : 0", "Imprimer des cartes")
	for _, role := range []access.Role{access.Trainer, access.Trainee, access.Observer, access.Admin} {
		x := h.signedIn(h.person("Autre "+string(role), role))
		x.get(base+"/end/cards", 404)
		x.post(base+"/end/cards", 404, "key", uuid.NewString(), "n", "5")
		x.post(base+"/end/way", 404, "way", "link")
	}
	for _, n := range []string{"12", "0", "dix", ""} { // eight people and three to spare
		b.contains(b.post(base+"/end/cards", 422, "key", uuid.NewString(), "n", n), "de 1 à 11", `value="`+n+`"`)
	}
	b.post(base+"/end/cards", 422, "key", "k", "n", "5")
	key := uuid.NewString()
	deck := b.post(base+"/end/cards", 200, "key", key, "n", "7")
	b.contains(deck, "Atelier du lac", "shelter.example/s/", "Carte tirée au hasard", "بطاقة تُسحب عشوائيا")
	b.lacks(deck, "Victimes", "ضحايا", "Inscrit", "Amel", "Formatrice", trainer.Code)
	codes := regexp.MustCompile(`[2-9A-Z]{4} [2-9A-Z]{4} [2-9A-Z]{5}`)
	cards := codes.FindAllString(deck.body, -1)
	if again := codes.FindAllString(b.post(base+"/end/cards", 200, "key", key, "n", "7").body, -1); len(cards) != 7 || !slices.Equal(cards, again) {
		t.Fatalf("cards %v, printed again %v", cards, again)
	}
	b.post(base+"/end/open", 303)
	r := b.get(base, 200)
	b.contains(r, "Billets donnés : 7", "Adresse où taper")
	sheet := regexp.MustCompile(`/s/[a-z2-7]{8}`).FindString(r.body)
	phone := h.browser()
	b.contains(phone.get(sheet, 200), "Code de votre carte")
	b.lacks(phone.get(sheet, 200), "Les objectifs de l&#39;atelier", "Victimes")
	tried := h.one("SELECT coalesce(sum(failures), 0)::text FROM auth.throttle")
	b.contains(phone.get(sheet+"?t=2222222222222", 422), "Ce code a déjà servi", "2222222222222")
	b.contains(phone.post(sheet, 422, "key", "k", "ticket", "2222222222222", "q1", "4", "q7", "Un mot précieux"), "Ce code a déjà servi", "Un mot précieux", `name="ticket"`)
	if h.one("SELECT (sum(failures) - 2)::text FROM auth.throttle") != tried {
		t.Error("who tries tickets is not slowed down")
	}
	for n, card := range cards[:6] {
		in := url.QueryEscape(strings.ToLower(card))
		b.contains(phone.get(sheet+"?t="+in, 200), "Les objectifs de l&#39;atelier", `name="ticket"`)
		key := fmt.Sprintf("k%d", n)
		for range 2 {
			b.contains(phone.get(phone.post(sheet, 303, "key", key, "ticket", card, "q1", "4", "q7", "Le mot "+key).to(), 200), "Merci")
		}
		b.contains(phone.post(sheet, 422, "key", "autre", "ticket", card, "q1", "0", "q7", "Encore"), "Ce code a déjà servi", "Encore")
		phone.get(sheet+"?t="+in, 422)
	}
	if phone.cookies["shelter_answered"] != "" {
		t.Error("a ticket leaves a mark on the phone")
	}
	b.post(base+"/end/close", 303)
	r = b.get(base+"/end/results", 200)
	b.contains(r, "6 réponses", "Le mot k3", "dont chacun compte une fois", "Billets donnés : 7")
	b.lacks(r, "Encore", cards[6])
	h.bookSays(b.get(base+"/end/results.xlsx?lang=fr", 200).body, "Billets donnés : 7 · réponses : 6")
	b.contains(b.get(base+"/end/cards", 200), "ne prend pas de réponses")
}
