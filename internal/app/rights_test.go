package app_test

import (
	"strings"
	"testing"

	"shelter/internal/access"
)

// TestRightsAndDisclosuresThroughThePages: a request with its answer; a disclosure that a supervisor asks for, an officer approves with a fresh code,
// and whose end is written down; the register on paper names nobody of whom the files are.
func TestRightsAndDisclosuresThroughThePages(t *testing.T) {
	t.Parallel()
	l := (&lab{t: t}).staffed()
	boss, officer, far := l.of(l.a, "Chef", access.CaseSupervisor), l.colleague("Garde", access.ProtectionOfficer), l.of(l.b, "Chef", access.CaseSupervisor)
	at := l.file + "/rights"
	l.worker.back()
	l.worker.contains(l.worker.post(l.file+"/requests", 422, "kind", "access", "text", "copie pour Zgolli"), "copie pour Zgolli", "f-request-how-error")
	l.worker.post(l.file+"/requests", 303, "kind", "access", "made_by", "person", "how", "oral", "received_on", l.day(0), "text", "copie pour Zgolli")
	l.worker.contains(l.worker.get("/cases/rights", 200), l.code, "Accès aux données")
	request := l.file + "/requests/" + l.ofCases("SELECT id::text FROM cases.request")
	l.worker.post(l.file+"/disclosures", 404, "to_kind", "police")
	l.worker.get("/cases/rights/print", 404)
	boss.back()
	boss.contains(boss.post(l.file+"/disclosures", 422, "to_kind", "police", "recipient", "Commissariat Essai"), `value="Commissariat Essai"`, "f-disclosure-law-error")
	boss.post(l.file+"/disclosures", 303, "to_kind", "police", "basis", "requisition", "form", "copy", "categories", "identity", "recipient", "Commissariat Essai", "law", "Réquisition 7", "reason", "enquête")
	disclosure := l.file + "/disclosures/" + l.ofCases("SELECT id::text FROM cases.disclosure")
	boss.post(disclosure, 409, "do", "given", "given_on", l.day(0), "what", "copie")
	boss.post(disclosure, 404, "do", "approve", "note", "moi", "code", boss.code())
	for _, k := range []*keyholder{far, l.foreign} {
		k.back()
		k.get(at, 404)
		k.post(request, 404, "outcome", "granted", "on", l.day(0), "text", "x")
		k.post(disclosure, 404, "do", "given", "given_on", l.day(0), "what", "x")
		if body := k.get("/cases/rights", 200).body; strings.Contains(body, l.code) {
			t.Error("the other shelter's list names the file")
		}
	}
	officer.back()
	officer.contains(officer.get(at, 200), "Commissariat Essai", "copie pour Zgolli", "Motif de ce qui")
	officer.post(disclosure, 422, "do", "approve", "note", "", "code", officer.code())
	officer.post(disclosure, 422, "do", "approve", "note", "vu", "code", "000000")
	officer.post(disclosure, 303, "do", "approve", "note", "vu", "code", officer.code())
	officer.post(request, 303, "outcome", "partly", "withheld", "third_party", "on", l.day(0), "text", "extrait remis")
	boss.back()
	boss.post(disclosure, 303, "do", "given", "given_on", l.day(0), "what", "copie de la fiche")
	boss.contains(boss.get(at, 200), "copie de la fiche", "Accordée en partie", "Donnée")
	paper := boss.get("/cases/rights/print", 200)
	boss.contains(paper, l.code, "Réquisition", "Donnée")
	if strings.Contains(paper.body, "Zgolli") || strings.Contains(paper.body, "Commissariat") {
		t.Error("the register names somebody")
	}
	boss.contains(boss.get(l.file+"/trace", 200), "A demandé une divulgation", "A approuvé une divulgation", "A noté ce qui a été donné", "A noté la réponse")
}
