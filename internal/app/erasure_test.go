package app_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
)

// TestAnErasureThroughThePages: locked on a request, minutes handed in by one person, erased by another with a fresh code; a certificate is left,
// and nobody opens or finds the file again.
func TestAnErasureThroughThePages(t *testing.T) {
	t.Parallel()
	l := (&lab{t: t}).staffed()
	l.worker.back()
	l.worker.sendPaper(l.file+"/documents", 303, "Zgolli.pdf", []byte("%PDF-x"), "kind", "medical")
	boss, officer, admin := l.of(l.a, "Chef", access.CaseSupervisor), l.colleague("Garde", access.ProtectionOfficer), l.keyholder("Admin", access.Admin)
	far := l.of(l.b, "Chef", access.CaseSupervisor)
	boss.back()
	boss.contains(boss.post(l.file+"/lock", 422, "scope", "file", "ground", "request"), "encore ouvert")
	boss.post(l.file+"/lock", 422)
	boss.post(l.file+"/assign", 303, "worker", l.worker.ID.String())
	boss.post(l.file+"/state", 303, "to", "closed", "reason", "withdrew", "on", l.day(0), "note", "fin")
	boss.post(l.file+"/lock", 303, "scope", "file", "ground", "request")
	at := "/cases/erasures/" + l.ofCases("SELECT id::text FROM cases.erasure")
	boss.contains(boss.get("/cases/retention", 200), l.code, at, "À fixer")
	for _, path := range []string{"", "/documents", "/identity", "/plan"} {
		boss.contains(boss.get(l.file+path, 409), "est verrouillé")
	}
	for _, k := range []*keyholder{l.worker, far, l.foreign, admin} {
		k.back()
		k.get(at, 404)
		k.post(at, 404, "do", "release", "reason", "x", "until_on", l.day(9))
		k.sendPaper(at+"/minutes", 404, "pv.pdf", []byte("%PDF-x"), "on", l.day(0), "bailiff", "x", "number", "x", "expert", "x")
		k.post(at+"/minutes/file", 404, "code", k.code())
		k.get(at+"/certificate", 404)
	}
	officer.back()
	officer.post(at, 409, "do", "erase", "code", officer.code())
	boss.back()
	shown := boss.sendPaper(at+"/minutes", 422, "pv.exe", []byte("MZ"), "on", "", "bailiff", "Maître Essai", "number", "", "expert", "E")
	boss.contains(shown, "f-minutes-file-error", "f-minutes-on-error", "f-minutes-number-error", `value="Maître Essai"`)
	boss.sendPaper(at+"/minutes", 303, "pv.pdf", []byte("%PDF-procès"), "on", l.day(0), "bailiff", "Maître Essai", "number", "PV 9", "expert", "Expert Essai")
	boss.post(at, 404, "do", "erase", "code", boss.code())
	if got := boss.post(at+"/minutes/file", 200, "code", boss.code()); got.body != "%PDF-procès" || !strings.Contains(got.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Error("the minutes are others")
	}
	officer.back()
	officer.post(at, 422, "do", "erase", "code", "000000")
	officer.get(at+"/certificate", 404)
	officer.post(at, 303, "do", "erase", "code", officer.code())
	paper := officer.get(at+"/certificate", 200)
	officer.contains(paper, l.code, "PV 9", "Maître Essai", "Expert Essai", "Certificat d’effacement")
	if strings.Contains(paper.body, "Zgolli") {
		t.Error("the certificate names the person")
	}
	officer.get(l.file, 409)
	for _, k := range []*keyholder{l.worker, boss, officer} {
		k.back()
		if body := k.ask(http.MethodPost, "/cases/search", "q=Khadija+Zgolli").body; strings.Contains(body, l.code) {
			t.Error("an erased person is found")
		}
		k.contains(k.get("/cases?closed=on", 200), l.code, "Effacé")
	}
	boss.contains(boss.get(at+"/certificate", 200), "PV 9")
	boss.get("/cases/erasures/"+uuid.NewString(), 404)
	boss.post("/cases/retention", 404, "file", "60")
	officer.back()
	officer.contains(officer.post("/cases/retention", 422, "file", "soixante"), "Un nombre de mois", `value="soixante"`)
	officer.post("/cases/retention", 303, "file", "60")
	officer.contains(officer.get("/cases/retention", 200), `value="60"`)
}
