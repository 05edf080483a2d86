package app_test

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
)

func TestAPersonSeesTakesAndCorrectsTheirOwnData(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.smallCourse()
	who, other := h.person("Jlassi", access.Trainee), h.person("Ayari", access.Trainee)
	b, o := h.signedIn(who), h.signedIn(other)
	secret := "Pensée " + uuid.NewString()
	b.json("/courses/essai/01-un/note", http.StatusNoContent, map[string]any{"text": secret, "key": uuid.NewString(), "at": h.Now()}, nil)
	b.json("/courses/essai/01-un/check", 200, map[string]any{"item": "E-001", "c": []string{"b"}, "key": uuid.NewString(), "at": h.Now()}, nil)
	b.contains(b.get("/account", 200), "/account/privacy")
	b.contains(b.get("/account/privacy", 200), "24 mois après la fin du cours", "30 jours", "Aucun pistage")

	r := b.get("/account/privacy/export", 200)
	var own struct {
		Format string
		Person struct{ Code string }
		Record []struct{ Kind string } `json:"training_record"`
		Course struct {
			Answers []struct{ Question string } `json:"check_answers"`
			Notes   []struct{ Text string }
		} `json:"courses"`
	}
	if err := json.Unmarshal([]byte(r.body), &own); err != nil || own.Format != "shelter-own-data/1" || own.Person.Code != who.Code || len(own.Record) != 1 ||
		len(own.Course.Answers) != 1 || len(own.Course.Notes) != 1 || own.Course.Notes[0].Text != secret {
		t.Errorf("the document: %v %+v", err, own)
	}
	if strings.Contains(r.body, other.Code) || !strings.Contains(r.Header.Get("Content-Disposition"), who.Code) {
		t.Error("the document has somebody else in it, or no name")
	}
	if body := o.get("/account/privacy/export", 200).body; strings.Contains(body, secret) || strings.Contains(body, who.Code) {
		t.Error("somebody else's document has the note")
	}

	b.contains(b.post("/account/privacy/correction", 422, "text", ""), "Mes données")
	key := uuid.NewString()
	for range 2 {
		b.post("/account/privacy/correction", 303, "key", key, "text", "Mon nom s'écrit Jelassi")
	}
	b.contains(b.get("/account/privacy", 200), "Jelassi", "En attente de réponse")
	if strings.Contains(o.get("/account/privacy", 200).body, "Jelassi") {
		t.Error("somebody else reads the request")
	}
	m := h.signedIn(h.person("Gharbi", access.Manager))
	m.contains(m.get("/people", 200), "/corrections")
	m.contains(m.get("/corrections", 200), "Jelassi", who.Code)
	m.contains(m.post("/corrections/"+key, 422, "answer", ""), "Jelassi")
	m.post("/corrections/"+key, 303, "answer", "C'est corrigé")
	m.post("/corrections/"+key, 409, "answer", "Encore")
	m.post("/corrections/"+uuid.NewString(), 404, "answer", "x")
	b.contains(b.get("/account/privacy", 200), "est corrigé")
	for _, role := range []access.Role{access.Trainee, access.Trainer, access.Observer, access.FocalPoint} {
		if role == access.FocalPoint {
			continue // has no global scope; the matrix asks
		}
		x := h.signedIn(h.person("Autre "+string(role), role))
		x.get("/corrections", 404)
		x.post("/corrections/"+key, 404, "answer", "x")
	}
}

// TestAnswersOfFinishedCoursesAreForgotten: after the time that is set, and with what was earned left as it is.
func TestAnswersOfFinishedCoursesAreForgotten(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.smallCourse()
	done, half := h.signedIn(h.person("Jlassi", access.Trainee)), h.signedIn(h.person("Ayari", access.Trainee))
	for _, q := range []string{"01-un/E-001", "01-un/E-002", "02-deux/E-003", "02-deux/E-004"} {
		slug, code, _ := strings.Cut(q, "/")
		done.json("/courses/essai/"+slug+"/check", 200, map[string]any{"item": code, "c": []string{"a"}, "key": uuid.NewString(), "at": h.Now()}, nil)
	}
	half.json("/courses/essai/01-un/check", 200, map[string]any{"item": "E-001", "c": []string{"a"}, "key": uuid.NewString(), "at": h.Now()}, nil)
	for _, c := range []struct {
		months int
		left   string
	}{{-1, "5"}, {1, "1"}} {
		h.must(h.Course.ForgetAnswers(h.ctx, h.Now().AddDate(0, c.months, 0)))
		if n := h.one("SELECT count(*)::text FROM course.answer"); n != c.left {
			t.Errorf("%s answers left, want %s", n, c.left)
		}
	}
	done.contains(done.get("/courses/essai", 200), "Compétence acquise")
}

// namedCookies and namedStores are all that a browser is asked to keep; docs/privacy.md says what each is for.
var (
	namedCookies = []string{"shelter_session", "shelter_device", "shelter_lang", "shelter_flash", "shelter_begin", "shelter_test", "shelter_phone", "shelter_answered"}
	namedStores  = []string{"shelter-device", "shelter-kept", "shelter-lesson-size", "shelter-outbox", "shelter-turn", "shelter-waits"}
)

// TestNothingTracksPeople: no page sends the browser to another host, no cookie has another name, no script keeps anything in another
// place, and none measures or reports.
func TestNothingTracksPeople(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.smallCourse()
	foreign := regexp.MustCompile(`(?:src|action|poster|srcset)="(?:https?:)?//[^"]*"|<link[^>]+href="(?:https?:)?//[^"]*"|<iframe|<object|<embed|\sping="`)
	b, visitor := h.signedIn(h.person("Jlassi", access.Trainee)), h.browser()
	for path, who := range map[string]*browser{"/": b, "/courses": b, "/courses/essai": b, "/courses/essai/01-un": b, "/record": b, "/account": b, "/account/privacy": b, "/signin": visitor, "/join": visitor, "/v": visitor} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		for k, v := range who.cookies {
			r.AddCookie(&http.Cookie{Name: k, Value: v})
		}
		w := httptest.NewRecorder()
		h.handler.ServeHTTP(w, r)
		if found := foreign.FindString(w.Body.String()); found != "" {
			t.Errorf("%s: %s", path, found)
		}
		for _, c := range w.Result().Cookies() {
			if name := strings.TrimPrefix(c.Name, "__Host-"); !slices.Contains(namedCookies, name) {
				t.Errorf("%s sets the cookie %s", path, c.Name)
			}
		}
		if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "connect-src 'self'") || !strings.Contains(policy, "default-src 'none'") {
			t.Errorf("%s: %s", path, policy)
		}
	}
	for name := range b.cookies {
		if !slices.Contains(namedCookies, strings.TrimPrefix(name, "__Host-")) {
			t.Errorf("signing in set the cookie %s", name)
		}
	}
	scripts(t)
}

func scripts(t *testing.T) {
	t.Helper()
	store := regexp.MustCompile(`"(shelter-[a-z-]+)"`)
	banned := regexp.MustCompile(`sendBeacon|document\.cookie|sessionStorage|geolocation|https?://[a-z]`)
	channels := []string{"shelter-sealed"} // a channel between tabs keeps nothing
	const writing = "author-side.ts"       // keeps what a writer typed of a course, in the tab, until the server has it
	err := filepath.WalkDir("../../web/ts", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".ts") || strings.Contains(path, "/test/") {
			return err
		}
		data, err := os.ReadFile(path)
		for _, m := range store.FindAllStringSubmatch(string(data), -1) {
			if !slices.Contains(namedStores, m[1]) && !slices.Contains(channels, m[1]) {
				t.Errorf("%s keeps %s", path, m[1])
			}
		}
		for _, found := range banned.FindAllString(string(data), -1) {
			if found != "sessionStorage" || filepath.Base(path) != writing {
				t.Errorf("%s: %s", path, found)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
