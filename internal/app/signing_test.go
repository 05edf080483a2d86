package app_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
)

// TestPeopleSignOnScreenThroughThePages: off until a manager allows it; kept once; shown as evidence, compared, printed, taken back.
func TestPeopleSignOnScreenThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.atTen()
	p := h.person("Formatrice", access.Trainer)
	b, m := h.signedIn(p), h.signedIn(h.person("Gharbi", access.Manager))
	at := h.selfRoom(p, "Ayari", "Zoghlami")
	roll := b.get(at+"/rollcall", 303).Header.Get("Location")
	slot := roll[strings.LastIndex(roll, "/")+1:]
	r := b.get(roll, 200)
	b.lacks(r, "data-roll-sign ", "data-sign-pad")
	rows := regexp.MustCompile(`data-roll-row="([^"]+)"`).FindAllStringSubmatch(r.body, -1)
	sign := map[string]any{"key": uuid.NewString(), "slot": slot, "enrolment": rows[0][1], "strokes": "10,20 60,90 300,30", "device": "tablette", "at": h.Now(), "sent_at": h.Now()}
	var answer struct {
		Error  string
		Signed struct{ Kind, At string }
	}
	b.json(at+"/signatures", 200, sign, &answer)
	if !strings.Contains(answer.Error, "pas permise") {
		t.Errorf("before it is allowed: %+v", answer)
	}

	b.lacks(b.get(at+"/planning", 200), "Permettre la signature")
	b.post(at+"/signing", 404, "allow", "yes") // what the donor accepts is for a manager to say
	m.contains(m.get(at+"/planning", 200), "Permettre la signature à l&#39;écran")
	m.post(at+"/signing", 422, "allow", "")
	m.post(at+"/signing", 303, "allow", "yes")
	m.contains(m.get(at+"/planning", 200), "Permise dans cet atelier")
	b.contains(b.get(roll, 200), "data-sign-pad", "Signer au clavier", `data-roll-sign`)

	for range 2 { // the answer was lost and it is sent again
		answer.Error = ""
		b.json(at+"/signatures", 200, sign, &answer)
		if answer.Error != "" || answer.Signed.Kind != "drawn" || answer.Signed.At == "" {
			t.Fatalf("%+v", answer)
		}
	}
	evil := map[string]any{"key": uuid.NewString(), "slot": slot, "enrolment": rows[1][1], "strokes": `10,20 60,90"/><script>alert(1)</script>`, "device": "t", "at": h.Now(), "sent_at": h.Now()}
	b.json(at+"/signatures", 200, evil, &answer)
	if answer.Error == "" {
		t.Error("markup is a signature")
	}
	b.json(at+"/signatures", 422, map[string]any{"strokes": strings.Repeat("1", 13000)}, nil)
	b.contains(b.get(roll+"/state", 200), `"signed":[{"at":"`, `"kind":"drawn"`)
	b.contains(b.get(roll, 200), "signé à l&#39;écran, "+answer.Signed.At)

	b.contains(b.get(at+"/sheets/differences", 200), "A signé, mais n&#39;est pas pointé présent", "Ayari Amel", `d="M10 20L60 90 300 30"`)
	b.contains(b.get(at+"/evidence", 200), `d="M10 20L60 90 300 30"`, "Signé à l&#39;écran le")
	b.contains(b.get(at+"/print/signatures", 200), `d="M10 20L60 90 300 30"`, "signé à l&#39;écran, "+answer.Signed.At)
	history := roll + "/" + rows[0][1] + "/history"
	r = b.get(history, 200)
	b.contains(r, `d="M10 20L60 90 300 30"`, "Retirer la signature")
	back := roll + "/" + rows[0][1] + "/signature"
	b.contains(b.post(back, 422, "key", valueOf(t, r.body, "key"), "reason", ""), "f-reason-error")
	b.post(back, 303, "key", valueOf(t, r.body, "key"), "reason", "Mauvaise ligne")
	r = b.get(history, 200)
	b.contains(r, "Signature retirée le", "Mauvaise ligne", `d="M10 20L60 90 300 30"`)
	b.lacks(r, "signing_back_why", "/signature\"")
	b.lacks(b.get(at+"/print/signatures", 200), `d="M10 20`)

	for _, other := range []*browser{h.signedIn(h.person("Autre", access.Trainer)), h.signedIn(h.person("Stagiaire", access.Trainee)), h.signedIn(h.person("Bailleur", access.Observer))} {
		other.json(at+"/signatures", 404, sign, nil)
		other.post(back, 404, "key", uuid.NewString(), "reason", "x")
		other.post(at+"/signing", 404, "allow", "no")
		other.lacks(other.get(history, 404), "Ayari", "M10 20")
	}
}

// TestThePageOfLeaving: whoever is signed in finds the ways to send, keep and discard what is on the device, in their language.
func TestThePageOfLeaving(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.atTen()
	p := h.person("Formatrice", access.Trainer)
	b := h.signedIn(p)
	r := b.get("/signout", 200)
	b.contains(r, `data-owner="`+p.ID.String()+`"`, "data-unsent-send", `data-word="abandonner"`, `data-unsent-n="signatures"`, `action="/signout" data-left=""`, "Garder ici et se déconnecter")
	b.lacks(r, "unsent_")
	at := h.selfRoom(p, "Ayari")
	roll := b.get(b.get(at+"/rollcall", 303).to(), 200)
	b.contains(roll, `data-owner="`+p.ID.String()+`"`, "data-refusals", "data-foreign", `data-half="`)
	h.browser().get("/signout", 303)
}
