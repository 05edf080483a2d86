package app_test

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/uuid"

	"shelter/internal/access"
)

// handOut asks for names; pairs replace the usual answers.
func (k *keyholder) handOut(status int, codes string, pairs ...string) reply {
	k.h.t.Helper()
	usual := map[string]string{"key": uuid.NewString(), "cases": codes, "aim": "court", "basis": "law", "law": "Réquisition 12/2026", "recipient": "Juge Essai", "reason": "Audience", "mode": "phrase", "age_key": "", "code": k.code()}
	for i := 0; i < len(pairs); i += 2 {
		usual[pairs[i]] = pairs[i+1]
	}
	var form []string
	for name, v := range usual {
		form = append(form, name, v)
	}
	return k.post("/cases/handouts", status, form...)
}

func (e *estate) opened(t *testing.T, data string, ids ...age.Identity) string {
	t.Helper()
	r, err := age.Decrypt(strings.NewReader(data), ids...)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	e.must(err)
	return (&lab{estate: e, t: t}).unzipped(plain)
}

// TestTwoPeopleHandNamesOut: a supervisor asks, another person who is a protection officer approves, each with a fresh code; the file is
// encrypted, given once to whoever asked, within a day; the pass-phrase is shown to the officer alone, once.
func TestTwoPeopleHandNamesOut(t *testing.T) {
	t.Parallel()
	e := &estate{house: newHouse(t)}
	boss, other, worker := e.colleague("Chef", access.CaseSupervisor), e.colleague("Lointain", access.CaseSupervisor), e.colleague("Ouvrier", access.CaseWorker)
	officer, second := e.colleague("Garde", access.ProtectionOfficer), e.colleague("Relais", access.ProtectionOfficer)
	boss.back()
	path := boss.newFile("Zgolli", "Khadija")
	code := e.ofCases("SELECT code FROM cases.file")
	worker.back()
	worker.get("/cases/handouts", 404)
	worker.handOut(404, code)

	// what is wrong is said, and nothing typed is lost
	shown := boss.handOut(422, code, "recipient", "", "basis", "consent", "mode", "age", "age_key", "age1x", "reason", "Parce que").body
	for _, part := range []string{"f-ask-recipient-error", "f-ask-basis-error", "f-ask-age_key-error", "Parce que", `value="age1x"`} {
		if !strings.Contains(shown, part) {
			t.Errorf("%q is missing", part)
		}
	}
	boss.handOut(422, code, "code", "000000")
	absent, hidden := other.handOut(422, "C-22222222").body, other.handOut(422, code).body
	if !strings.Contains(absent, "Aucun dossier ne s’ouvre") || !strings.Contains(hidden, "Aucun dossier ne s’ouvre") {
		t.Error("a file out of reach and none do not get one answer")
	}
	if body := boss.handOut(409, code, "aim", "transfer", "basis", "consent").body; !strings.Contains(body, "pas de consentement en vigueur") {
		t.Error("without consent the page does not say so")
	}
	e.counted(0, "SELECT count(*) FROM cases.handout")

	key := uuid.NewString()
	for range 2 { // a repeat is one request
		boss.handOut(303, code, "key", key)
	}
	e.counted(1, "SELECT count(*) FROM cases.handout")
	if told := e.one("SELECT count(*)::text FROM jobs.message WHERE kind = 'case_handout'"); told != "2" {
		t.Errorf("%s officers are told", told)
	}
	id := e.ofCases("SELECT id::text FROM cases.handout")
	at := "/cases/handouts/" + id
	other.back()
	if body := other.get("/cases/handouts", 200).body; strings.Contains(body, "Juge Essai") || strings.Contains(body, code) {
		t.Error("a supervisor of another shelter sees the request")
	}
	boss.post(at+"/file", 409, "code", boss.code())
	boss.post(at, 404, "decision", "approve", "note", "moi-même", "code", boss.code())
	officer.back()
	if body := officer.post(at, 422, "decision", "approve", "note", "", "code", "").body; !strings.Contains(body, `aria-invalid`) {
		t.Error("nothing says what is missing")
	}
	approved := officer.post(at, 200, "decision", "approve", "note", "Pièce vue", "code", officer.code()).body
	phrase := regexp.MustCompile(`[a-zA-Z0-9]{4}(?:-[a-zA-Z0-9]{4}){5}`).FindString(textOf(approved))
	if len(phrase) < 20 {
		t.Fatalf("no pass-phrase: %s", textOf(approved))
	}
	if strings.Contains(officer.get("/cases/handouts", 200).body, phrase) {
		t.Error("the pass-phrase is shown again")
	}
	second.back()
	second.post(at, 409, "decision", "refuse", "note", "trop tard", "code", second.code())
	officer.post(at+"/file", 404, "code", officer.code())
	boss.back()
	if body := boss.get("/cases/handouts", 200).body; strings.Contains(body, phrase) || !strings.Contains(body, "Retirer le fichier") {
		t.Error("whoever asked sees the pass-phrase, or cannot fetch")
	}
	boss.post(at+"/file", 422, "code", "")
	file := boss.post(at+"/file", 200, "code", boss.code())
	if strings.Contains(file.body, "Zgolli") || !strings.HasPrefix(file.body, "age-encryption.org/v1") || file.Header.Get("Cache-Control") != "no-store" {
		t.Error("the file is not encrypted, or may be kept")
	}
	secret, err := age.NewScryptIdentity(phrase)
	e.must(err)
	if text := e.opened(t, file.body, secret); !strings.Contains(text, "Zgolli") || !strings.Contains(text, "Khadija") || !strings.Contains(text, code) {
		t.Error("the file does not hold the names")
	}
	boss.post(at+"/file", 409, "code", boss.code())
	if trace := boss.get(path+"/trace", 200).body; !strings.Contains(trace, "A demandé de remettre") || !strings.Contains(trace, "A approuvé la remise") || !strings.Contains(trace, "A retiré l’identité") {
		t.Error("the file does not say that its identity was handed out")
	}
	e.counted(1, "SELECT count(*) FROM cases.handout WHERE secret IS NULL AND fetched_at IS NOT NULL")
	e.keyAndTime(t, boss, officer, code)
}

// keyAndTime: encrypted to the recipient's key; after a day nothing is given; an officer does not decide their own request.
func (e *estate) keyAndTime(t *testing.T, boss, officer *keyholder, code string) {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	e.must(err)
	waiting := func() string {
		return "/cases/handouts/" + e.ofCases("SELECT id::text FROM cases.handout ORDER BY asked_at DESC LIMIT 1")
	}
	boss.handOut(303, code, "mode", "age", "age_key", id.Recipient().String())
	officer.back()
	officer.post(waiting(), 303, "decision", "approve", "note", "Vu", "code", officer.code())
	boss.back()
	if text := e.opened(t, boss.post(waiting()+"/file", 200, "code", boss.code()).body, id); !strings.Contains(text, "Zgolli") {
		t.Error("the file does not hold the names")
	}
	boss.handOut(303, code)
	officer.back()
	officer.post(waiting(), 200, "decision", "approve", "note", "Vu", "code", officer.code())
	e.turn(25 * time.Hour)
	boss.back()
	if body := boss.post(waiting()+"/file", 409, "code", boss.code()).body; !strings.Contains(body, "Expirée") {
		t.Error("the page does not say that the time has passed")
	}
	officer.back()
	officer.handOut(303, code)
	officer.post(waiting(), 409, "decision", "approve", "note", "moi-même", "code", officer.code())
	if bytes.Contains([]byte(officer.get("/cases/handouts", 200).body), []byte("Zgolli")) {
		t.Error("the register holds a name")
	}
}
