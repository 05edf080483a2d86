package app_test

import (
	"archive/zip"
	"strconv"
	"strings"
	"testing"

	"shelter/internal/access"
)

// TestDownloadsOfAWorkshop fetches both workbooks as a browser does: a whole zip under a name for every program, kept by no
// cache; a refusal is a page and no file.
func TestDownloadsOfAWorkshop(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.atTen()
	b := h.signedIn(h.person("Formatrice", access.Trainer))
	at := b.create(h.atTen())
	code := "W-" + h.Now().Format("2006") + "-001"
	for path, name := range map[string]string{
		"/attendance.xlsx":                       code + `-presences-fr.xlsx"; filename*=UTF-8''` + code + "-pr%C3%A9sences-fr.xlsx",
		"/attendance.xlsx?lang=ar&contacts=1":    code + `-presences-ar.xlsx"; filename*=UTF-8''` + code + "-%D9%88%D8%B1%D9%82%D8%A9",
		"/participants.xlsx?lang=en&neutral=1":   code + `-participants-en.xlsx"`,
		"/attendance.xlsx?lang=fr&neutral=1&x=y": code + `-presences-fr.xlsx"`,
	} {
		r := b.get(at+path, 200)
		head := r.Header
		if d := head.Get("Content-Disposition"); !strings.HasPrefix(d, `attachment; filename="`+name) {
			t.Errorf("%s: %s", path, d)
		}
		if head.Get("Cache-Control") != "no-store" || head.Get("Content-Length") != strconv.Itoa(len(r.body)) ||
			!strings.HasSuffix(head.Get("Content-Type"), "spreadsheetml.sheet") || head.Get("Content-Encoding") != "" {
			t.Errorf("%s: %v", path, head)
		}
		if _, err := zip.NewReader(strings.NewReader(r.body), int64(len(r.body))); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	for path, status := range map[string]int{"/attendance.xlsx?lang=de": 422, "/participants.xlsx?lang=xx": 422} {
		if r := b.get(at+path, status); r.Header.Get("Content-Disposition") != "" || !strings.Contains(r.body, "<html") {
			t.Errorf("%s is no page", path)
		}
	}
	stranger := h.signedIn(h.person("Autre", access.Trainer))
	for _, path := range []string{"/attendance.xlsx", "/participants.xlsx"} {
		if r := stranger.get(at+path, 404); r.Header.Get("Content-Disposition") != "" {
			t.Errorf("%s goes to a stranger", path)
		}
	}
}
