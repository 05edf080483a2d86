package app_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/org"
	"shelter/internal/workshop"
)

var (
	reWallCode = regexp.MustCompile(`room-code-value" dir="ltr"><span>(\d{4})</span><span>(\d{4})</span>`)
	reChoice   = regexp.MustCompile(`name="enrolment" id="[^"]*" value="([^"]+)"`)
)

// selfRoom is a workshop that runs, with the people named, and its half-day of ten o'clock.
func (h *house) selfRoom(trainer org.Person, families ...string) string {
	h.t.Helper()
	day := h.atTen()
	ev, err := h.Workshop.Create(h.ctx, system, workshop.CreateInput{Details: workshop.Details{Title: "Détection à Sfax", TitleAR: "الرصد", NeutralTitle: "Formation continue"}, Start: day, Days: 1, Trainers: []uuid.UUID{trainer.ID}})
	h.must(err)
	var ids []uuid.UUID
	for _, f := range families {
		p, err := h.Org.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: f, GivenName: "Amel", Phone: "98123456"})
		h.must(err)
		ids = append(ids, p.ID)
	}
	_, err = h.Workshop.EnrolMany(h.ctx, system, ev.ID, ids, workshop.EnrolOptions{})
	h.must(err)
	h.must(h.Workshop.SetState(h.ctx, system, ev.ID, workshop.Confirmed, ""))
	h.must(h.Workshop.SetState(h.ctx, system, ev.ID, workshop.Running, ""))
	return "/workshops/" + ev.ID.String()
}

func (b *browser) wallCode(at string) string {
	b.h.t.Helper()
	m := reWallCode.FindStringSubmatch(b.get(at+"/projector", 200).body)
	if m == nil {
		b.h.t.Fatal("no code on the wall")
	}
	return m[1] + m[2]
}

func (b *browser) lacks(r reply, parts ...string) {
	b.h.t.Helper()
	for _, p := range parts {
		if strings.Contains(r.body, p) {
			b.h.t.Errorf("%q must not be in: %s", p, textOf(r.body))
		}
	}
}

// TestSelfCheckInThroughThePages: a trainer opens it, a phone without account and without scripts checks in, and nothing shows to
// whom it must not.
func TestSelfCheckInThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.atTen()
	p := h.person("Formatrice", access.Trainer)
	b := h.signedIn(p)
	base := h.selfRoom(p, "Ayari", "Zoghlami")
	at := b.get(base+"/selfcheck", 303).to()
	b.contains(b.get(at, 200), "Ouvrir l&#39;auto-pointage", "Personne pour l")
	b.lacks(b.get(at+"/projector", 200), "Ayari", `class="room-code"`)
	b.post(at, 422, "do", "explode")
	b.post(at, 303, "do", "open")
	code := b.wallCode(at)
	b.contains(b.get(at+"/projector", 200), "https://shelter.example/c", "<svg", "0 présents sur 2 inscrits")
	b.lacks(b.get(at+"/projector", 200), "Ayari", "Zoghlami") // the wall names nobody

	phone := h.browser()
	phone.contains(phone.get("/c", 200), `name="code"`)
	phone.lacks(phone.get("/c", 200), "Ayari", "Détection")
	if to := phone.get("/c?code="+code[:4]+"+"+code[4:], 303).to(); to != "/c/"+code {
		t.Errorf("the typed code leads to %s", to)
	}
	r := phone.get("/c/"+code, 200)
	phone.contains(r, "Formation continue", "Amel Ayari", "Amel Zoghlami", `name="ticket"`)
	phone.lacks(r, "98123456", "Détection à Sfax")
	if got := r.Header.Get("Cache-Control"); !strings.Contains(got, "no-store") {
		t.Errorf("the list of names may be kept: %q", got)
	}
	ticket := valueOf(t, r.body, "ticket")
	r = phone.post("/c", 422, "ticket", ticket)
	phone.contains(r, "Choisissez d&#39;abord votre nom", "Amel Ayari")
	r = phone.post("/c", 200, "ticket", ticket, "part", "zoghl")
	phone.contains(r, "Amel Zoghlami")
	phone.lacks(r, "Amel Ayari")
	who := reChoice.FindStringSubmatch(r.body)[1]
	phone.contains(phone.post("/c", 200, "ticket", ticket, "enrolment", who), "Amel Zoghlami", "En retard, à 10:")
	phone.contains(phone.post("/c", 200, "ticket", ticket, "enrolment", who), "Amel Zoghlami") // sent twice

	// the next phone no longer sees the name, and cannot check the person in again
	other := h.browser()
	r = other.get("/c/"+b.wallCode(at), 200)
	other.contains(r, "Amel Ayari")
	other.lacks(r, "Zoghlami")
	r = other.post("/c", 409, "ticket", valueOf(t, r.body, "ticket"), "enrolment", who)
	other.contains(r, "déjà pointée")
	other.lacks(r, "Zoghlami")

	// the trainer sees it flagged, on the board, in the roll-call and in the history
	b.contains(b.get(at, 200), "Amel Zoghlami", "En retard")
	roll := strings.Replace(at, "/selfcheck/", "/rollcall/", 1)
	r = b.get(roll, 200)
	if n := strings.Count(r.body, "auto-pointage\n") + strings.Count(r.body, "auto-pointage</span>"); n != 2 {
		t.Errorf("%d rows with the flag's text", n)
	}
	if n := strings.Count(r.body, `data-roll-self class="roll-self" hidden`); n != 1 {
		t.Errorf("%d rows hide the flag, want 1", n)
	}
	b.contains(b.get(roll+"/"+who+"/history", 200), "auto-pointage")
	b.contains(b.get(roll+"/state", 200), `"source":"self"`)
}

func TestSelfCheckInRefusesWithWords(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.atTen()
	p := h.person("Formatrice", access.Trainer)
	base := h.selfRoom(p, "Ayari")
	b := h.signedIn(p)
	at := b.get(base+"/selfcheck", 303).to()
	b.post(at, 303, "do", "open")
	code := b.wallCode(at)
	for lang, words := range map[string][3]string{
		"fr": {"huit chiffres", "pas le bon", "Trop tard"}, "ar": {"ثمانية أرقام", "غير صحيح", "فات الأوان"}, "en": {"eight digits", "not the right code", "Too late"},
	} {
		phone := h.browser()
		phone.lang = lang
		phone.contains(phone.get("/c/12", 422), words[0], `value="12"`)
		wrong := "00000000"
		if code == wrong {
			wrong = "00000001"
		}
		r := phone.get("/c/"+wrong, 422)
		phone.contains(r, words[1])
		phone.lacks(r, "Ayari", "Détection", "Formation continue")
	}
	list := h.browser()
	ticket := valueOf(t, list.get("/c/"+code, 200).body, "ticket")
	h.turn(5 * time.Minute)
	late := h.browser()
	late.lang = "ar"
	r := late.get("/c/"+code, 409)
	late.contains(r, "فات الأوان", `dir="rtl"`)
	late.lacks(r, "Ayari")
	late.contains(list.post("/c", 409, "ticket", ticket, "enrolment", uuid.NewString()), "Trop tard")
	list.post("/c", 422, "ticket", "x", "enrolment", uuid.NewString())
	list.post("/c", 422)
	b.post(at, 303, "do", "close")
	late.get("/c/"+b.closedCode(at, code), 409)
	h.turn(3 * time.Hour)
	b.contains(b.post(at, 409, "do", "open"), "La demi-journée est finie")
}

// closedCode checks that the wall shows none, and gives the one that was there.
func (b *browser) closedCode(at, was string) string {
	b.h.t.Helper()
	if reWallCode.MatchString(b.get(at+"/projector", 200).body) {
		b.h.t.Error("the wall shows a code while it is closed")
	}
	return was
}

// TestThreeHundredCheckInsInAMinute is the room that all comes at once: nothing fails, nothing doubles. It counts time, and does not run
// beside the others.
func TestThreeHundredCheckInsInAMinute(t *testing.T) {
	h := newHouse(t)
	h.atTen()
	p := h.person("Formatrice", access.Trainer)
	b := h.signedIn(p)
	var families []string
	for i := range 300 {
		families = append(families, "Nom"+string(rune('A'+i/26%26))+string(rune('a'+i%26))+string(rune('a'+i/676)))
	}
	base := h.selfRoom(p, families...)
	at := b.get(base+"/selfcheck", 303).to()
	b.post(at, 303, "do", "open")
	began := time.Now()
	for range families {
		phone := h.browser()
		r := phone.get("/c/"+b.wallCode(at), http.StatusOK)
		phone.post("/c", 200, "ticket", valueOf(t, r.body, "ticket"), "enrolment", reChoice.FindStringSubmatch(r.body)[1])
	}
	t.Logf("300 check-ins in %v", time.Since(began))
	if time.Since(began) > time.Minute {
		t.Error("more than a minute")
	}
	h.mustCount(300, "SELECT count(*) FROM workshop.attendance WHERE source = 'self' AND status IN ('present', 'late')")
}
