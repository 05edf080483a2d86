package report

import (
	"bytes"
	"regexp"
	"testing"
	"time"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/sheet"
)

func TestPeriodHoldsOnlyItsDays(t *testing.T) {
	t.Parallel()
	p := Period{From: time.Date(2026, 12, 14, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 12, 15, 0, 0, 0, 0, time.UTC)}
	for day, want := range map[int]bool{13: false, 14: true, 15: true, 16: false} {
		if p.holds(time.Date(2026, 12, day, 0, 0, 0, 0, time.UTC)) != want {
			t.Errorf("the %dth: %v", day, !want)
		}
	}
}

var rePersonCode = regexp.MustCompile(`P-[0-9A-Z]{5}`)

func holdsPersonCode(t *testing.T, f *File) bool {
	t.Helper()
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	book, err := sheet.Read("x.xlsx", b.Bytes(), sheet.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	for i := range book.Sheets {
		for _, row := range book.Sheets[i].Rows {
			for _, c := range row.Cells {
				if rePersonCode.MatchString(c.Text) {
					return true
				}
			}
		}
	}
	return false
}

func TestPeriodExportHasTheRowsOfItsDaysAndIsAudited(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := Period{From: monday, To: monday.AddDate(0, 0, 30)}
	for _, anonymous := range []bool{false, true} {
		f, err := h.AttendancePeriod(h.ctx, h.trainer, p, Options{Lang: i18n.AR, Anonymous: anonymous})
		h.must(err)
		if f.Rows != 6 || f.Checksum == "" || f.Size == 0 {
			t.Errorf("%d rows, %d bytes", f.Rows, f.Size)
		}
		if got := holdsPersonCode(t, f); got == anonymous {
			t.Errorf("anonymous %v: a person's code stands in the file: %v", anonymous, got)
		}
		f.Close()
	}
	stranger := access.Actor{PersonID: h.person("Autre").ID, Grants: []access.Grant{{Role: access.Trainer, Scope: access.Global}}}
	if _, err := h.AttendancePeriod(h.ctx, stranger, p, Options{Lang: i18n.FR}); !errs.Is(err, errs.Conflict) {
		t.Errorf("another trainer: %v", err)
	}
	if _, err := h.AttendancePeriod(h.ctx, access.Actor{}, p, Options{Lang: i18n.FR}); !errs.Is(err, errs.Forbidden) {
		t.Errorf("a visitor: %v", err)
	}
	var n int
	h.must(h.db.Owner().NewRaw("SELECT count(*) FROM audit.entry WHERE action = 'attendance.export_period'").Scan(h.ctx, &n))
	if n != 2 {
		t.Errorf("%d audit entries, want 2", n)
	}
}
