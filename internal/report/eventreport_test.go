package report

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/sheet"
	"shelter/internal/workshop"
)

// textOf is all that stands in a workbook, sheet by sheet.
func textOf(t *testing.T, f *File) map[string]string {
	t.Helper()
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	book, err := sheet.Read("x.xlsx", b.Bytes(), sheet.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]string{}
	for i := range book.Sheets {
		var text strings.Builder
		for _, row := range book.Sheets[i].Rows {
			for _, c := range row.Cells {
				text.WriteString(c.Text + "\t")
			}
			text.WriteString("\n")
		}
		by[book.Sheets[i].Name] = text.String()
	}
	return by
}

func TestEventReportNamesNobodyAndAddsUp(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r, err := h.EventReport(h.ctx, h.trainer, h.event.ID, Options{Lang: i18n.FR})
	h.must(err)
	rep, err := h.workshops.AttendanceRows(h.ctx, h.trainer, h.event.ID)
	h.must(err)
	attended, here := 0, map[string]bool{}
	for _, row := range rep.Rows {
		if row.Cell.Status.Attended() {
			attended++
			here[row.Person.PersonCode] = true
		}
	}
	for _, f := range r.Figures {
		switch {
		case f.Key == "report_key_participations" && (f.Value != attended || f.Of != len(rep.Rows)), f.Key == "report_key_present" && f.Value != len(here), f.Key == "report_key_planned" && f.Value != len(rep.Slots):
			t.Errorf("%s: %d of %d", f.Key, f.Value, f.Of)
		}
	}
	for _, g := range r.Groups {
		sum := 0
		for _, l := range g.Lines {
			sum += l.All()
		}
		if sum != len(here) {
			t.Errorf("%s adds up to %d, %d were there", g.Key, sum, len(here))
		}
	}
	for _, anonymous := range []bool{false, true} {
		for _, lang := range i18n.Langs() {
			f, err := h.EventReportBook(h.ctx, h.trainer, h.event.ID, Options{Lang: lang, Anonymous: anonymous})
			h.must(err)
			all := ""
			for _, text := range textOf(t, f) {
				all += text
			}
			for _, p := range rep.People {
				if strings.Contains(all, p.FamilyName) {
					t.Errorf("%s: the report names %s", lang, p.FamilyName)
				}
			}
			coded := slices.ContainsFunc(rep.People, func(p workshop.Participant) bool { return strings.Contains(all, p.PersonCode) })
			if coded == anonymous {
				t.Errorf("%s: anonymous %v, and codes of people: %v", lang, anonymous, coded)
			}
			f.Close()
		}
	}
	if _, err := h.EventReport(h.ctx, access.Actor{}, h.event.ID, Options{Lang: i18n.FR}); !errs.Is(err, errs.Forbidden) {
		t.Errorf("a visitor: %v", err)
	}
	var n int
	h.must(h.db.Owner().NewRaw("SELECT count(*) FROM audit.entry WHERE action = 'report.export'").Scan(h.ctx, &n))
	if n != 6 {
		t.Errorf("%d audit entries", n)
	}
}

func TestAllowanceLeavesOutWhatWasChosenAndSaysSo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	all, err := h.Allowance(h.ctx, h.trainer, h.event.ID, Options{Lang: i18n.FR}, AllowanceColumns())
	h.must(err)
	if len(all.Rows) == 0 || all.Rows[0].Family == "" || all.Rows[0].Days == 0 || all.Rows[0].HalfDays < all.Rows[0].Days || !strings.Contains(all.Left, "Aucune") {
		t.Fatalf("the whole list: %+v", all)
	}
	f, err := h.AllowanceBook(h.ctx, h.trainer, h.event.ID, Options{Lang: i18n.FR}, []string{AllowOrganisation, "anything else"})
	h.must(err)
	defer f.Close()
	text := ""
	for _, s := range textOf(t, f) {
		text += s
	}
	if strings.Contains(text, all.Rows[0].Family) || !strings.Contains(text, "Laissé de côté par choix : noms, fonction, téléphone.") || !strings.Contains(text, all.Rows[0].Code) {
		t.Errorf("without names: %s", text)
	}
	a, err := h.Allowance(h.ctx, h.trainer, h.event.ID, Options{Lang: i18n.AR}, nil)
	h.must(err)
	if slices.ContainsFunc(a.Rows, func(r AllowanceRow) bool { return r.Family+r.Given+r.Organisation+r.Function+r.Phone != "" }) {
		t.Error("what was left out is in the list")
	}
	if _, err := h.AllowanceBook(h.ctx, access.Actor{}, h.event.ID, Options{Lang: i18n.FR}, nil); !errs.Is(err, errs.Forbidden) {
		t.Errorf("a visitor: %v", err)
	}
}
