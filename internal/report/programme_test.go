package report

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/programme"
	"shelter/internal/sheet"
	"shelter/internal/workshop"
)

var (
	managerActor  = access.Actor{PersonID: uuid.New(), Grants: []access.Grant{{Role: access.Manager, Scope: access.Global}}}
	observerActor = access.Actor{PersonID: uuid.New(), Grants: []access.Grant{{Role: access.Observer, Scope: access.Global}}}
)

// planned is a house with a plan of one period around its workshop.
func planned(t *testing.T) (*house, *Programme, uuid.UUID) {
	t.Helper()
	h := newHouse(t)
	now := func() time.Time { return monday.AddDate(0, 0, 40) }
	plan := programme.New(h.db.App(), now)
	s := NewProgramme(h.db.App(), plan, h.org, h.bundle, now, nil)
	h.must(plan.SaveElement(h.ctx, system, programme.Element{Code: "OB", Level: programme.Objective, Title: "Renforcer"}, ""))
	h.must(plan.SavePeriod(h.ctx, system, programme.Period{Code: "P1", StartsOn: monday.AddDate(0, 0, -10), EndsOn: monday.AddDate(0, 0, 20)}))
	id, err := plan.SaveIndicator(h.ctx, system, programme.IndicatorInput{Code: "I1", ElementCode: "OB", Title: "Formées", Unit: programme.Count, Query: "persons_trained",
		Targets: map[string]*float64{"P1": ptr(4)}, Target: ptr(10)})
	h.must(err)
	return h, s, id
}

func ptr(f float64) *float64 { return &f }

func (h *house) markAll(person int, status workshop.Status, at time.Time) {
	h.t.Helper()
	v, err := h.work.View(h.ctx, system, access.WorkshopView, h.event.ID)
	h.must(err)
	b := workshop.Batch{SentAt: monday.Add(9 * time.Hour)}
	for _, s := range v.Slots {
		b.Marks = append(b.Marks, workshop.MarkInput{Key: uuid.New(), SlotID: s.ID, EnrolmentID: h.people[person], Status: status, ClientAt: at})
	}
	_, err = h.work.MarkBatch(h.ctx, system, h.event.ID, b)
	h.must(err)
}

// TestOneMarkChangesIndicatorBoardAndEvidence: each mark changes the figure, its breakdown and the
// list behind it alike, and taking it back does so too.
func TestOneMarkChangesIndicatorBoardAndEvidence(t *testing.T) {
	t.Parallel()
	h, s, id := planned(t)
	look := func() (*Row, int) {
		t.Helper()
		b, err := s.Board(h.ctx, managerActor)
		h.must(err)
		r := b.Row(id)
		list, err := s.Evidence(h.ctx, managerActor, r.Indicator, first, b.At)
		h.must(err)
		return r, len(list)
	}
	if r, n := look(); r.Total.Value == nil || *r.Total.Value != 0 || r.Light == NotMeasured || n != 0 {
		t.Fatalf("before anybody completed: %+v, %d lines", r.Total, n)
	}
	h.markAll(0, workshop.Present, monday.Add(8*time.Hour))
	h.markAll(1, workshop.Late, monday.Add(8*time.Hour))
	r, n := look()
	if r.Total.Value == nil || *r.Total.Value != 2 || n != 2 || *r.Periods[0].Now.Value != 2 || *r.Periods[0].Target != 4 {
		t.Fatalf("after two: %+v, %d lines", r, n)
	}
	sum := 0
	for _, p := range r.Total.Parts {
		if p.Dimension == "age" {
			sum += p.N
		}
	}
	if sum != 2 {
		t.Errorf("the ages add up to %d", sum)
	}
	h.markAll(1, workshop.Absent, monday.Add(9*time.Hour))
	if r, n = look(); *r.Total.Value != 1 || n != 1 {
		t.Errorf("after taking one back: %v, %d lines", *r.Total.Value, n)
	}
}

// TestClosedPeriodKeepsItsFigure: later marks change today's figure; what was published stays until it is revised with a reason.
func TestClosedPeriodKeepsItsFigure(t *testing.T) {
	t.Parallel()
	h, s, id := planned(t)
	h.markAll(0, workshop.Present, monday.Add(8*time.Hour))
	b, err := s.Board(h.ctx, managerActor)
	h.must(err)
	period := b.Plan.Periods[0].ID
	h.must(s.ClosePeriod(h.ctx, managerActor, period))
	h.must(s.ClosePeriod(h.ctx, managerActor, period))
	h.markAll(1, workshop.Present, monday.Add(8*time.Hour))
	look := func() PeriodFigure {
		t.Helper()
		b, err := s.One(h.ctx, managerActor, id)
		h.must(err)
		return b.Rows[0].Periods[0]
	}
	if p := look(); *p.Said().Value != 1 || *p.Now.Value != 2 || !p.Differs() || len(p.Published) != 1 {
		t.Fatalf("after the close: %+v", p)
	}
	if err := s.Revise(h.ctx, managerActor, period, id, ""); !errs.Is(err, errs.Invalid) {
		t.Errorf("a revision without a reason: %v", err)
	}
	h.must(s.Revise(h.ctx, managerActor, period, id, "Une feuille retrouvée"))
	if p := look(); *p.Said().Value != 2 || p.Differs() || len(p.Published) != 2 || *p.Published[0].Value != 1 {
		t.Errorf("after the revision: %+v", p)
	}
	_, err = s.plan.SaveIndicator(h.ctx, managerActor, programme.IndicatorInput{Code: "I1", ElementCode: "OB", Title: "Formées", Unit: programme.Count,
		Query: "persons_trained", Target: ptr(10), Targets: map[string]*float64{"P1": ptr(1)}})
	if !errs.Is(err, errs.Conflict) {
		t.Errorf("the target of a closed period changed: %v", err)
	}
}

func TestObserversSeeNoSmallNumberAndNoNames(t *testing.T) {
	t.Parallel()
	h, s, id := planned(t)
	h.markAll(0, workshop.Present, monday.Add(8*time.Hour))
	b, err := s.One(h.ctx, observerActor, id)
	h.must(err)
	if f := b.Rows[0].Total; f.Value != nil || !f.Below || len(f.Parts) > 0 {
		t.Errorf("an observer sees %+v", f)
	}
	if _, err := s.Evidence(h.ctx, observerActor, b.Rows[0].Indicator, first, b.At); !errs.Is(err, errs.Forbidden) {
		t.Errorf("an observer opens the evidence: %v", err)
	}
	if err := s.ClosePeriod(h.ctx, observerActor, b.Plan.Periods[0].ID); !errs.Is(err, errs.Forbidden) {
		t.Errorf("an observer closes a period: %v", err)
	}
}

// TestDonorWorkbookFollowsTheMarkAndNamesNobody: the figure of the workbook is that of the indicator, with small numbers hidden
// even when a manager makes it, and no participant's name stands in any part of the file.
func TestDonorWorkbookFollowsTheMarkAndNamesNobody(t *testing.T) {
	t.Parallel()
	h, s, _ := planned(t)
	h.must(h.action(s, "3"))
	o := DonorOptions{From: monday.AddDate(0, 0, -10), To: monday.AddDate(0, 0, 20), Lang: i18n.FR}
	cell := func() string {
		t.Helper()
		f, err := s.Donor(h.ctx, managerActor, o)
		h.must(err)
		defer f.Close()
		var b bytes.Buffer
		_, err = f.WriteTo(&b)
		h.must(err)
		book, err := sheet.Read("x.xlsx", b.Bytes(), sheet.DefaultLimits())
		h.must(err)
		for i := range book.Sheets {
			for _, row := range book.Sheets[i].Rows {
				for _, c := range row.Cells {
					if strings.Contains(c.Text, "Ayari") || strings.Contains(c.Text, "Trabelsi") {
						t.Errorf("%s row %d holds a name: %s", book.Sheets[i].Name, row.N, c.Text)
					}
					if c.Kind == sheet.Number && slices.Contains([]string{"1", "2", "3", "4"}, c.Text) {
						t.Errorf("%s row %d gives a small number away: %s", book.Sheets[i].Name, row.N, c.Text)
					}
				}
			}
		}
		for _, row := range book.Sheets[0].Rows {
			if row.At(1).Text == "I1" {
				return row.At(5).Text
			}
		}
		return "no row"
	}
	if got := cell(); got != "0" {
		t.Errorf("before anybody completed: %q", got)
	}
	h.markAll(0, workshop.Present, monday.Add(8*time.Hour))
	if got := cell(); got != "Moins de 5" {
		t.Errorf("after one: %q", got)
	}
	o.To = o.From.AddDate(0, 0, -1)
	if _, err := s.Donor(h.ctx, managerActor, o); !errs.Is(err, errs.Invalid) {
		t.Errorf("days turned round: %v", err)
	}
}

func TestSuppress(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want []int }{
		"one small cell takes the next smallest along": {[]int{3, 9, 7}, []int{0, 9, 0}},
		"two small cells hide each other":              {[]int{3, 4, 7}, []int{0, 0, 7}},
		"nothing small":                                {[]int{5, 9, 0}, []int{5, 9, 0}},
	} {
		var parts []Part
		for _, n := range c.in {
			parts = append(parts, Part{Dimension: "sex", N: n})
		}
		for i, p := range Suppress(parts) {
			if p.N != c.want[i] || p.Hidden != (c.in[i] != c.want[i]) {
				t.Errorf("%s: cell %d is %+v", name, i, p)
			}
		}
	}
}

// TestEveryQueryAnswersWhereNothingHappened: nothing was measured, and nothing fails.
func TestEveryQueryAnswersWhereNothingHappened(t *testing.T) {
	t.Parallel()
	h, s, _ := planned(t)
	for _, q := range Queries() {
		i := programme.Indicator{Query: q.Name, Unit: q.Unit}
		f, err := s.Figure(h.ctx, managerActor, i, first, monday.AddDate(0, 0, -30))
		if err != nil || f.Value != nil {
			t.Errorf("%s: %+v, %v", q.Name, f, err)
		}
		if _, err := s.Evidence(h.ctx, managerActor, i, first, monday); err != nil {
			t.Errorf("evidence of %s: %v", q.Name, err)
		}
	}
}
