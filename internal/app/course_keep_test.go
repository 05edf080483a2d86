package app_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
)

// kept is the list of what a device keeps of a course.
type kept struct {
	Course, Version, Owner string
	Bytes                  int
	Pages, Files           []struct {
		Path  string
		Bytes int
	}
}

func (b *browser) kept(path string) (k kept) {
	b.h.t.Helper()
	if err := json.Unmarshal([]byte(b.get(path, 200).body), &k); err != nil {
		b.h.t.Fatal(err)
	}
	return k
}

func TestTheListOfWhatADeviceKeeps(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.smallCourse()
	who := h.person("Jlassi", access.Trainee)
	b := h.signedIn(who)
	k := b.kept("/courses/essai/keep")
	if k.Course != "essai" || k.Owner != "course-"+who.ID.String() {
		t.Errorf("whose: %+v", k)
	}
	sum, paths := 0, map[string]bool{}
	for _, f := range append(k.Pages, k.Files...) {
		sum += f.Bytes
		paths[f.Path] = true
	}
	if sum != k.Bytes || k.Bytes < 20_000 {
		t.Errorf("%d bytes, the files have %d", k.Bytes, sum)
	}
	for _, p := range []string{"/courses", "/courses/essai", "/courses/essai/01-un", "/courses/essai/02-deux", "/courses/essai/media/plan.svg"} {
		if !paths[p] {
			t.Errorf("%s is not kept", p)
		}
	}
	for _, p := range k.Pages { // each page is the reader's own and as long as was said
		r := b.get(p.Path, 200)
		if !strings.Contains(r.body, k.Owner) || strings.Contains(r.body, "Avis a") {
			t.Errorf("%s is not the reader's, or tells a key", p.Path)
		}
		if d := len(r.body) - p.Bytes; d > len(r.body)/50 || d < -len(r.body)/50 {
			t.Errorf("%s has %d bytes, said %d", p.Path, len(r.body), p.Bytes)
		}
	}
	for _, f := range k.Files {
		b.get(f.Path, 200)
	}
	b.contains(b.get("/courses/essai", 200), `data-version="`+k.Version+`"`)
	b.post("/language", 303, "lang", "ar", "next", "/courses")
	if again := b.kept("/courses/essai/keep"); again.Version == k.Version {
		t.Error("another language is the same version")
	}
}

func TestTheListIsForReaders(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.smallCourse()
	b := h.signedIn(h.person("Jlassi", access.Trainee))
	b.get("/courses/none/keep", 404)
	if to := h.browser().get("/courses/essai/keep", http.StatusSeeOther).to(); !strings.HasPrefix(to, "/signin") {
		t.Errorf("a visitor goes to %q", to)
	}
	w := h.browser().get("/courses/sw.js", 200)
	if w.Header.Get("Service-Worker-Allowed") != "/courses" || !strings.Contains(w.body, "sw-course") {
		t.Errorf("the worker: %v %s", w.Header, w.body)
	}
	other := h.signedIn(h.person("Ayari", access.Trainee)).kept("/courses/essai/keep")
	if other.Owner == b.kept("/courses/essai/keep").Owner {
		t.Error("two readers keep as one")
	}
	b.json("/keep", 422, map[string]any{"k": "x", "e": []byte{1}, "n": []byte{1}, "c": []byte{1}}, nil)
	b.json("/courses/essai/01-un/check", 200, map[string]any{"item": "E-001", "c": []string{"b"}, "key": uuid.NewString(), "at": h.Now()}, nil)
	if !strings.Contains(b.get("/courses/essai/01-un", 200).body, `data-seal-pass="`) {
		t.Error("a phone cannot seal what it cannot send")
	}
}
