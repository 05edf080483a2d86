package app_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
)

func TestSearchPrintAndNotesThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.smallCourse()
	b := h.signedIn(h.person("Jlassi", access.Trainee))
	b.contains(b.get("/courses", 200), `action="/courses/search"`)
	b.contains(b.get("/courses/search?q=SECONDE", 200), "<mark>seconde</mark>", `href="/courses/essai/02-deux#s1"`)
	b.contains(b.get("/courses/search?q=%3Cscript%3Ezz", 200), "Aucun passage trouvé", "&lt;script&gt;zz")
	b.contains(b.get("/courses/essai/print", 200), "1. Leçon première", "2. Leçon seconde", "Que veut dire le premier terme", "Choix 1")
	one := b.get("/courses/essai/01-un/print", 200)
	b.contains(one, "1. Leçon première")
	if strings.Contains(one.body, "2. Leçon seconde") || strings.Contains(one.body, "Avis a 1") {
		t.Error("a printed lesson holds another one, or a key")
	}
	b.get("/courses/none/print", 404)
	b.get("/courses/essai/none/print", 404)

	secret := "Pensée " + uuid.NewString()
	b.json("/courses/essai/01-un/note", http.StatusNoContent, map[string]any{"text": secret, "key": uuid.NewString(), "at": h.Now()}, nil)
	b.contains(b.get("/courses/essai/01-un", 200), secret)
	b.contains(b.get("/courses/essai", 200), "Mes notes sur ce cours", secret)
	if to := b.post("/courses/essai/02-deux/note", 303, "text", "sans script").to(); to != "/courses/essai/02-deux#notes" {
		t.Errorf("goes to %q", to)
	}
	b.post("/courses/essai/none/note", 404, "text", "x")
	b.json("/courses/essai/01-un/note", 422, map[string]any{"text": strings.Repeat("x", 8500), "at": h.Now()}, nil)
	for _, role := range []access.Role{access.Manager, access.Admin, access.Trainer} {
		o := h.signedIn(h.person("Autre "+string(role), role))
		for _, path := range []string{"/courses/essai", "/courses/essai/01-un"} {
			if strings.Contains(o.get(path, 200).body, secret) {
				t.Errorf("%s reads the note on %s", role, path)
			}
		}
	}
	var plain bool
	if err := h.db.Owner().NewRaw(`SELECT EXISTS (SELECT 1 FROM course.note WHERE position(convert_to(?, 'UTF8') IN sealed) > 0)`, secret).Scan(h.ctx, &plain); err != nil || plain {
		t.Errorf("the database tells the note: %v %v", plain, err)
	}
}

func TestCompetenciesThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.smallCourse()
	p := h.person("Jlassi", access.Trainee)
	b := h.signedIn(p)
	for _, q := range []string{"01-un/E-001", "01-un/E-002", "02-deux/E-003", "02-deux/E-004"} {
		slug, code, _ := strings.Cut(q, "/")
		b.json("/courses/essai/"+slug+"/check", 200, map[string]any{"item": code, "c": []string{"a"}, "key": uuid.NewString(), "at": h.Now()}, nil)
	}
	b.contains(b.get("/courses/essai", 200), "Compétence acquise : Savoir lire", "valable jusqu")
	b.post("/courses/essai/renew", 409)
	m := h.signedIn(h.person("Gharbi", access.Manager))
	m.contains(m.get("/competencies", 200), "Qui détient quelle compétence", "Savoir lire")
	b.get("/competencies", 404)
}
