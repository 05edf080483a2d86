package main

import (
	"strings"
	"testing"
	"time"

	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// TestAttendanceExportRefusesWhatItWouldNotDo: an option that would have no effect is no promise.
func TestAttendanceExportRefusesWhatItWouldNotDo(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		cmd   exportAttendanceCmd
		field string
	}{
		"a workshop":                    {exportAttendanceCmd{Workshop: "W-2026-001", Contacts: true}, ""},
		"a period":                      {exportAttendanceCmd{From: day, To: day, Anonymous: true}, ""},
		"a workshop without names":      {exportAttendanceCmd{Workshop: "W-2026-001", Anonymous: true}, "--anonymous"},
		"a period with contacts":        {exportAttendanceCmd{From: day, To: day, Contacts: true}, "--contacts"},
		"a period without its last day": {exportAttendanceCmd{From: day}, "--to"},
	} {
		err := c.cmd.fits()
		if c.field == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if e := errs.As(err); err == nil || len(e.Fields) != 1 || e.Fields[0].Name != c.field {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestACommandDoesNotSpeakOfPages: what is not there is a code or a login to whoever typed it.
func TestACommandDoesNotSpeakOfPages(t *testing.T) {
	t.Parallel()
	bundle, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"fr", "ar", "en"} {
		reader, _ := i18n.Parse(lang)
		var said strings.Builder
		r := &run{loc: bundle.For(reader), errOut: &said}
		r.report(errs.NewNotFound("workshop.Find"))
		if want := r.loc.T("error_not_found_command"); said.String() != "shelter: "+want+"\n" {
			t.Errorf("%s: said %q", lang, said.String())
		}
	}
}
