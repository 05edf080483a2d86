package app_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"shelter/internal/access"
)

// emergency asks for an opening.
func (k *keyholder) emergency(status int, code, reason, factor string) reply {
	k.h.t.Helper()
	return k.post("/cases/emergency", status, "case", code, "reason", reason, "minutes", "30", "code", factor)
}

// TestBreakGlass: a worker of another shelter opens one file by its code, for half an hour, with a fresh code of the second factor;
// its keepers and the officer are told; it ends by itself; without a review there is no second one; a review that finds it
// unjustified ends it at once.
func TestBreakGlass(t *testing.T) {
	t.Parallel()
	e := &estate{house: newHouse(t)}
	worker, foreign, officer := e.colleague("Proche", access.CaseWorker), e.colleague("Lointain", access.CaseWorker), e.colleague("Garde", access.ProtectionOfficer)
	other := e.colleague("Tiers", access.CaseSupervisor)
	path := worker.newFile("Zgolli", "Khadija")
	id := strings.TrimPrefix(path, "/cases/")
	code := e.ofCases("SELECT code FROM cases.file WHERE id = '" + id + "'")

	officer.get("/cases/emergency", 404)
	foreign.get(path, 404)
	if body := foreign.get("/cases/emergency", 200).body; strings.Contains(body, code) {
		t.Error("the form names a file")
	}
	foreign.emergency(422, code, "Menace au téléphone", "000000")
	if body := foreign.emergency(422, code, "", "").body; !strings.Contains(body, `aria-invalid`) || !strings.Contains(body, code) {
		t.Error("what was typed is lost, or nothing says what is missing")
	}
	absent := foreign.emergency(422, "C-22222222", "Menace au téléphone", foreign.code()).body
	nothing := foreign.emergency(422, "Khadija Z", "Menace au téléphone", foreign.code()).body
	if !strings.Contains(absent, "Aucun dossier ne s’ouvre avec ce code.") || !strings.Contains(nothing, "Aucun dossier ne s’ouvre avec ce code.") || !strings.Contains(absent, "Menace au téléphone") {
		t.Error("an absent code and what is no code do not get one answer, or the reason is lost")
	}
	e.counted(0, "SELECT count(*) FROM cases.audit WHERE case_id ILIKE '%khadija%'")
	if to := foreign.emergency(303, code, "Menace au téléphone", foreign.code()).to(); to != path {
		t.Errorf("the opening leads to %s", to)
	}
	if body := foreign.get(path, 200).body; !strings.Contains(body, "Ouverture d’urgence") {
		t.Error("the page does not say that it is an emergency opening")
	}
	foreign.post(path+"/tasks", 404, "kind", "call", "due_on", e.day(0), "text", "x")
	foreign.get(path+"/trace", 404)
	other.get(path, 404)
	e.mustCount(2, "SELECT count(*) FROM jobs.message WHERE kind = 'case_emergency'")
	if body := other.get("/cases/openings", 200).body; strings.Contains(body, code) || strings.Contains(body, "Menace") {
		t.Error("a supervisor of another shelter sees the opening")
	}
	opening := e.ofCases("SELECT id::text FROM cases.glass")
	foreign.post("/cases/openings/"+opening, 404, "verdict", "justified", "note", "moi-même")

	e.turn(31 * time.Minute)
	foreign.back()
	foreign.get(path, 404)
	e.turn(73 * time.Hour)
	foreign.back()
	barred := foreign.emergency(409, code, "Encore", foreign.code()).body
	if !strings.Contains(barred, "72 heures") || !strings.Contains(foreign.emergency(409, "C-22222222", "Encore", foreign.code()).body, "72 heures") {
		t.Error("whoever is barred learns whether a code is some file's")
	}
	officer.back()
	if body := officer.get("/cases/openings", 200).body; !strings.Contains(body, "Menace au téléphone") || !strings.Contains(body, "en retard") || !strings.Contains(body, code) {
		t.Error("the officer does not see what to review")
	}
	officer.post("/cases/openings/"+opening, 422, "verdict", "justified", "note", "")
	officer.post("/cases/openings/"+opening, 303, "verdict", "justified", "note", "Appel vérifié")
	officer.post("/cases/openings/"+opening, 409, "verdict", "unjustified", "note", "Autre avis")
	if to := foreign.emergency(303, code, "Nouvelle menace", foreign.code()).to(); to != path {
		t.Errorf("after the review the opening leads to %s", to)
	}
	foreign.get(path, 200)
	second := e.ofCases("SELECT id::text FROM cases.glass WHERE reviewed_at IS NULL")
	officer.post("/cases/openings/"+second, 303, "verdict", "unjustified", "note", "Curiosité")
	foreign.get(path, 404)
	e.counted(2, "SELECT count(*) FROM cases.audit WHERE action = 'case.glass'")
	e.counted(2, "SELECT count(*) FROM cases.audit WHERE action = 'case.review'")
}

// ofCases asks the case side as its owner who makes a backup.
func (e *estate) ofCases(sql string) (v string) {
	e.t.Helper()
	e.must(pgx.BeginFunc(e.ctx, e.db.Owner().Pool(), func(tx pgx.Tx) error {
		if _, err := tx.Exec(e.ctx, "SELECT set_config('cases.copying', 'on', true)"); err != nil {
			return err
		}
		return tx.QueryRow(e.ctx, sql).Scan(&v)
	}))
	return v
}

func (e *estate) counted(want int, sql string) {
	e.t.Helper()
	if n := e.ofCases(strings.Replace(sql, "count(*)", "count(*)::text", 1)); n != strconv.Itoa(want) {
		e.t.Errorf("%s, want %d: %s", n, want, sql)
	}
}
