package app_test

import (
	"strings"
	"testing"

	"shelter/internal/access"
)

// TestTheRegisterOfATeam: by code and for a fresh code, in the languages of the house, without a name, a telephone number or a word of a
// narrative in any part; each file in it sees that it was listed; nobody else gets it.
func TestTheRegisterOfATeam(t *testing.T) {
	t.Parallel()
	l := (&lab{t: t}).staffed()
	boss, officer, admin := l.of(l.a, "Chef", access.CaseSupervisor), l.colleague("Garde", access.ProtectionOfficer), l.keyholder("Admin", access.Admin)
	far := l.of(l.b, "Loin", access.CaseSupervisor)
	other := l.ofCases("SELECT code FROM cases.file WHERE id = '" + strings.TrimPrefix(l.foreign.newFile("Ailleurs", "Personne"), "/cases/") + "'")
	for _, k := range []*keyholder{l.worker, l.foreign, admin} {
		k.back()
		k.get("/cases/team", 404)
		k.post("/cases/team/register", 404, "lang", "fr", "code", k.code())
	}
	boss.back()
	boss.contains(boss.get("/cases", 200), "/cases/team")
	boss.contains(boss.get("/cases/team", 200), "Objectifs atteints", "Non défini", "Registre de l’équipe")
	boss.contains(boss.post("/cases/team/register", 422, "lang", "ar", "code", ""), `value="ar" selected`)
	boss.post("/cases/team/register", 422, "lang", "ar", "code", "000000")
	for _, lang := range []string{"fr", "ar", "en"} {
		boss.back()
		got := boss.post("/cases/team/register", 200, "lang", lang, "code", boss.code())
		if got.Header.Get("Cache-Control") != "no-store" || !strings.Contains(got.Header.Get("Content-Disposition"), "registre-") {
			t.Errorf("headers %v", got.Header)
		}
		text := l.unzipped([]byte(got.body))
		if !strings.Contains(text, l.code) || strings.Contains(text, other) {
			t.Errorf("%s: the register has other files", lang)
		}
		for _, word := range []string{"Zgolli", "Khadija", "98 1", "récit", "⟦", "case_"} {
			if strings.Contains(text, word) {
				t.Errorf("%s: %q stands in the register", lang, word)
			}
		}
	}
	boss.contains(boss.get(l.file+"/trace", 200), "L’a vu dans le registre de l’équipe")
	far.back()
	far.lacks(far.get("/cases/team", 200), l.code)
	officer.back()
	text := l.unzipped([]byte(officer.post("/cases/team/register", 200, "lang", "en", "code", officer.code()).body))
	if !strings.Contains(text, l.code) || !strings.Contains(text, other) {
		t.Error("an officer's register lacks files")
	}
}
