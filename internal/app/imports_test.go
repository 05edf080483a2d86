package app_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
)

// TestAListOfFilesThroughThePages: checked, then imported, by the supervisor alone; while it is read, nothing of it lies on a disk.
func TestAListOfFilesThroughThePages(t *testing.T) { //nolint:paralleltest // it sets TMPDIR
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	l := (&lab{t: t}).staffed()
	boss, far := l.of(l.a, "Chef", access.CaseSupervisor), l.of(l.b, "Chef", access.CaseSupervisor)
	word := "CANARI" + strings.ReplaceAll(uuid.NewString(), "-", "")
	found := l.watched(word, tmp)
	list := []byte("alias;sex;age_band;nationality;form;source;reported_on;narrative;family_name;given_name\n" +
		strings.Repeat("", 1) + "Olivier;f;26-40;tn;begging;ngo;2024-03-05;" + word + ";" + word + ";Nour\n")
	bad := []byte(strings.Replace(string(list), ";f;", ";?;", 1))
	l.worker.back()
	l.worker.get("/cases/import", 404)
	l.worker.get("/cases/import/template.xlsx", 404)
	l.worker.sendPaper("/cases/import", 404, "liste.csv", list, "owner", l.a.String(), "mode", "apply")
	far.back()
	far.sendPaper("/cases/import", 404, "liste.csv", list, "owner", l.a.String(), "mode", "apply")
	boss.back()
	boss.contains(boss.get("/cases/import", 200), "Modèle vide")
	if got := boss.get("/cases/import/template.xlsx", 200); !strings.HasPrefix(got.body, "PK") {
		t.Error("the template is no workbook")
	}
	boss.contains(boss.sendPaper("/cases/import", 422, "liste.csv", bad, "owner", l.a.String(), "mode", "apply"), "ligne 2, colonne B", "Rien n’a été repris")
	boss.contains(boss.sendPaper("/cases/import", 422, "liste.csv", nil, "owner", l.a.String()), "Choisissez une liste")
	boss.contains(boss.sendPaper("/cases/import", 422, "liste.csv", []byte("bonjour"), "owner", l.a.String()), "modèle vide")
	l.counted(1, "SELECT count(*) FROM cases.file")
	boss.contains(boss.sendPaper("/cases/import", 200, "liste.csv", list, "owner", l.a.String(), "mode", "check"), "Rien à corriger")
	l.counted(1, "SELECT count(*) FROM cases.file")
	boss.contains(boss.sendPaper("/cases/import", 200, "liste.csv", list, "owner", l.a.String(), "mode", "apply"), "Repris")
	boss.sendPaper("/cases/import", 200, "liste.csv", list, "owner", l.a.String(), "mode", "apply")
	l.counted(2, "SELECT count(*) FROM cases.file")
	for _, path := range found() {
		t.Errorf("%s holds a row of the list", path)
	}
}
