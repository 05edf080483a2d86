package report

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/org"
	"shelter/internal/programme"
)

// action keeps an awareness action with as many men reached and asked.
func (h *house) action(s *Programme, n string) error {
	r, _ := programme.RegisterNamed("awareness")
	return s.plan.Add(h.ctx, system, r, programme.Record{Values: map[string]string{"title": "Stand", "audience": "public", "held_on": monday.Format(time.DateOnly),
		"reach_m": n, "reach_minors": "2", "survey_post": n, "known_post": "2"}})
}

func (h *house) indicator(s *Programme, code, query string, u programme.Unit) uuid.UUID {
	h.t.Helper()
	id, err := s.plan.SaveIndicator(h.ctx, system, programme.IndicatorInput{Code: code, ElementCode: "OB", Title: code, Unit: u, Query: query, Target: ptr(10)})
	h.must(err)
	return id
}

// TestMeansOfFewAreNotForObservers: today and as a closed period published them, while the manager reads the figure.
func TestMeansOfFewAreNotForObservers(t *testing.T) {
	t.Parallel()
	h, s, _ := planned(t)
	h.must(h.action(s, "3"))
	id := h.indicator(s, "I2", "awareness_knowledge", programme.Percent)
	look := func() (few, exact Row) {
		t.Helper()
		b, err := s.One(h.ctx, observerActor, id)
		h.must(err)
		few = b.Rows[0]
		b, err = s.One(h.ctx, managerActor, id)
		h.must(err)
		return few, b.Rows[0]
	}
	few, exact := look()
	if !few.Total.Below || few.Total.Value != nil || few.Light != exact.Light || exact.Total.Value == nil || *exact.Total.Value != 66.7 {
		t.Fatalf("the observer has %+v, the manager %+v", few.Total, exact.Total)
	}
	h.must(s.ClosePeriod(h.ctx, managerActor, few.Periods[0].Period.ID))
	few, exact = look()
	if r := few.Periods[0].Said(); !r.Below || r.Value != nil || few.Periods[0].Differs() {
		t.Errorf("the closed period says to the observer %+v", r)
	}
	if r := exact.Periods[0].Said(); r.Below || r.Value == nil || exact.Periods[0].Differs() {
		t.Errorf("the closed period says to the manager %+v", r)
	}
	h.must(h.action(s, "8"))
	if few, _ = look(); few.Total.Below || *few.Total.Value != 36.4 {
		t.Errorf("eleven asked: %+v", few.Total)
	}
}

func TestMeansOfPairsAndCertificatesCountAsPersons(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		query string
		f     Figure
		few   bool
	}{
		{"learning_gain", Figure{Value: ptr(60), Of: 2}, true}, {"post_score", Figure{Value: ptr(60), Of: 4}, true}, {"post_score", Figure{Value: ptr(60), Of: 5}, false},
		{"certificates", Figure{Value: ptr(3)}, true}, {"certificates", Figure{Value: ptr(12)}, false}, {"workshops_held", Figure{Value: ptr(3)}, false},
	} {
		if got := safe(programme.Indicator{Query: c.query}, c.f); got.Below != c.few || (got.Value == nil) != c.few {
			t.Errorf("%s %+v is %+v to an observer", c.query, c.f, got)
		}
	}
	h, s, _ := planned(t)
	for _, name := range []string{"learning_gain", "post_score"} {
		if f, err := s.Figure(h.ctx, managerActor, programme.Indicator{Query: name}, first, monday); err != nil || f.Of != 0 {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
}

// TestObserversReadRegistersWithoutDetails: neither who is responsible nor how many were reached.
func TestObserversReadRegistersWithoutDetails(t *testing.T) {
	t.Parallel()
	h, s, _ := planned(t)
	h.must(h.action(s, "3"))
	r, _ := programme.RegisterNamed("awareness")
	list, err := s.plan.Records(h.ctx, observerActor, r)
	h.must(err)
	for name := range list[0].Values {
		if c, _ := r.Column(name); c.Detail {
			t.Errorf("the observer's list has %s", name)
		}
	}
	if list[0].Values["title"] != "Stand" {
		t.Errorf("the observer's list is %v", list)
	}
	rec, err := s.plan.Record(h.ctx, observerActor, r, list[0].ID)
	h.must(err)
	if _, ok := rec.Values["reach_m"]; ok {
		t.Error("the observer's record has the reach")
	}
	rec, err = s.plan.Record(h.ctx, managerActor, r, list[0].ID)
	if err != nil || rec.Values["reach_m"] != "3" {
		t.Errorf("the manager's record is %v, %v", rec, err)
	}
}

// TestReadinessCountsFromItsDay: a point looked at after the period does not count in it, whenever it was typed.
func TestReadinessCountsFromItsDay(t *testing.T) {
	t.Parallel()
	h, s, _ := planned(t)
	shelter, err := h.org.CreateOrganisation(h.ctx, system, org.OrganisationInput{Name: "Centre", Kind: org.KindMAS, Shelter: true})
	h.must(err)
	r, _ := programme.RegisterNamed("readiness")
	v := map[string]string{"title": "Entretien", "shelter_id": shelter.ID.String(), "before": "no", "after": "yes"}
	if err := s.plan.Add(h.ctx, system, r, programme.Record{Values: v}); err == nil {
		t.Fatal("an answer without its day was kept")
	}
	v["after_on"] = monday.AddDate(0, 0, -100).Format(time.DateOnly)
	h.must(s.plan.Add(h.ctx, system, r, programme.Record{Values: v}))
	i := programme.Indicator{Query: "readiness", Unit: programme.Percent}
	for at, want := range map[time.Time]bool{monday.AddDate(0, 0, -101): false, monday.AddDate(0, 0, -100): true} {
		if f, err := s.Figure(h.ctx, managerActor, i, first, at); err != nil || (f.Value != nil) != want {
			t.Errorf("on %s: %+v, %v", at, f, err)
		}
	}
}

// TestPeriodIsOverWhenItsLastDayHasEndedInTunis is tested an hour before and after midnight there.
func TestPeriodIsOverWhenItsLastDayHasEndedInTunis(t *testing.T) {
	t.Parallel()
	p := programme.Period{StartsOn: monday.AddDate(0, 0, -5), EndsOn: monday}
	for at, want := range map[time.Time]bool{monday.Add(time.Hour): false, monday.Add(22 * time.Hour): false, monday.Add(23*time.Hour + 30*time.Minute): true} {
		if p.Over(at) != want {
			t.Errorf("over at %s: %v", at, !want)
		}
	}
}

// TestFiguresFollowPeopleAndShelters: a corrected sex and another organisation as the shelter are seen at once.
func TestFiguresFollowPeopleAndShelters(t *testing.T) {
	t.Parallel()
	h, s, _ := planned(t)
	h.markAll(0, "present", monday.Add(8*time.Hour))
	sex := func() string {
		t.Helper()
		f, err := s.Figure(h.ctx, managerActor, programme.Indicator{Query: "persons_trained", Unit: programme.Count}, first, monday.AddDate(0, 0, 30))
		h.must(err)
		for _, p := range f.Parts {
			if p.Dimension == "sex" {
				return p.Key
			}
		}
		return ""
	}
	if got := sex(); got != "unknown" {
		t.Fatalf("before: %q", got)
	}
	_, err := h.db.App().NewRaw("UPDATE org.person SET sex = 'f', updated_at = updated_at + interval '1 second'").Exec(h.ctx)
	h.must(err)
	if got := sex(); got != "f" {
		t.Errorf("after the correction: %q", got)
	}
	before, err := s.current(h.ctx)
	h.must(err)
	one, err := h.org.CreateOrganisation(h.ctx, system, org.OrganisationInput{Name: "Un", Kind: org.KindMAS, Shelter: true})
	h.must(err)
	two, err := h.org.CreateOrganisation(h.ctx, system, org.OrganisationInput{Name: "Deux", Kind: org.KindMAS})
	h.must(err)
	mid, err := s.current(h.ctx)
	h.must(err)
	_, err = h.db.App().NewRaw("UPDATE org.organisation SET shelter = id = ? WHERE id IN (?, ?)", two.ID, one.ID, two.ID).Exec(h.ctx)
	h.must(err)
	after, err := s.current(h.ctx)
	h.must(err)
	if before == mid || mid == after {
		t.Error("another shelter leaves the state as it was")
	}
}
