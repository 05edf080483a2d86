package ical_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"shelter/internal/ical"
)

func calendar(m ical.Method) ical.Calendar {
	start := time.Date(2026, 12, 14, 8, 0, 0, 0, time.UTC)
	e := ical.Event{UID: "6f7d1f2e-5a0b-4c39-9d57-1f0e4a7c1f11@shelter", Sequence: 2, Stamp: start.AddDate(0, -1, 0), Start: start, End: start.Add(210 * time.Minute),
		Summary: "Détection; identification, premier contact – ورشة رصد الضحايا والاتصال الأول بهم في مراكز الإيواء", Location: `Hôtel "Sidi Mansour", Sfax\Tunisie`,
		Description: "09:00 Accueil\n09:30 Étude de cas", Organizer: &ical.Party{Name: "Shelter", Address: "shelter@example.test"},
		Attendee: &ical.Party{Name: "Salma \"S.\"\r\nATTENDEE:mailto:x@example.test", Address: "salma@example.test"}}
	f := e
	f.UID, f.Sequence, f.Start, f.End, f.Description = "second@shelter", 0, e.Start.Add(270*time.Minute), e.End.Add(240*time.Minute), ""
	return ical.Calendar{Method: m, Events: []ical.Event{e, f}}
}

// TestGolden compares with files that were read by eye and by another parser (web/ts/test). SHELTER_GOLDEN=1 writes them anew.
func TestGolden(t *testing.T) {
	t.Parallel()
	feed := calendar(ical.Publish)
	feed.Name = "Shelter"
	for i := range feed.Events {
		feed.Events[i].Attendee = nil // RFC 5546 wants the organiser of what is published, and nobody who attends
	}
	for name, c := range map[string]ical.Calendar{"request": calendar(ical.Request), "cancel": calendar(ical.Cancel), "feed": feed} {
		file := filepath.Join("testdata", name+".ics")
		if os.Getenv("SHELTER_GOLDEN") != "" {
			if err := os.WriteFile(file, c.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Bytes(); !bytes.Equal(got, want) {
			t.Errorf("%s differs:\n%s", name, got)
		}
	}
}

func TestLinesAreShortAndWhole(t *testing.T) {
	t.Parallel()
	text := string(calendar(ical.Request).Bytes())
	if strings.Count(text, "\n") != strings.Count(text, "\r\n") || !strings.HasSuffix(text, "END:VCALENDAR\r\n") {
		t.Error("a line does not end with CR LF")
	}
	for _, line := range strings.Split(text, "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) {
			t.Errorf("%d octets: %q", len(line), line)
		}
	}
	if n := strings.Count(text, "\r\nATTENDEE"); n != 2 {
		t.Errorf("%d attendees in two events: a name made one", n)
	}
}

func FuzzBytes(f *testing.F) {
	f.Add("é;,\\\n", "name", "a@b.test")
	f.Add(strings.Repeat("ورشة", 40), "\"\r\nX:1", "a b\r\nc")
	f.Fuzz(func(t *testing.T, summary, name, address string) {
		c := calendar(ical.Request)
		c.Events = c.Events[:1]
		c.Events[0].Summary, c.Events[0].Attendee = summary, &ical.Party{Name: name, Address: address}
		lines := strings.Split(string(c.Bytes()), "\r\n")
		props := 0
		for _, l := range lines {
			if len(l) > 75 || strings.ContainsAny(l, "\r\n") || !utf8.ValidString(l) && utf8.ValidString(summary+name+address) {
				t.Fatalf("%q", l)
			}
			if l != "" && !strings.HasPrefix(l, " ") {
				props++
			}
		}
		if props != 5+1+15 {
			t.Fatalf("%d properties: a value became a line of its own", props)
		}
	})
}
