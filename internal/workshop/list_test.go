package workshop_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/workshop"
)

// The list is cut to its page before anybody is counted; what is counted, filtered and said of the total must not notice.
func TestListCountsEachPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	manager := access.Actor{PersonID: h.person("Cheffe"), Grants: []access.Grant{{Role: access.Manager, Scope: access.Global}}}
	people := []uuid.UUID{h.person("PersonneA"), h.person("PersonneB"), h.person("PersonneC")}
	const all = workshop.PerPage + 7
	var last uuid.UUID
	for i := range all {
		in := input()
		in.Title, in.Capacity, in.Start = fmt.Sprintf("Rencontre %d", i), 2, morning.AddDate(0, 0, i)
		if i%10 == 0 {
			in.Title, in.Venue = fmt.Sprintf("Écoute %d", i), "Gabès"
		}
		ev, err := h.Create(h.ctx, system, in)
		h.must(err)
		if i == 0 || i == all-1 {
			_, err = h.EnrolMany(h.ctx, system, ev.ID, people, workshop.EnrolOptions{Full: workshop.WaitFull})
			h.must(err)
			h.must(h.SetState(h.ctx, system, ev.ID, workshop.Open, ""))
		}
		last = ev.ID
	}
	for name, c := range map[string]struct {
		filter             workshop.Filter
		rows, total, pages int
		first              string
	}{
		"first page":  {workshop.Filter{}, workshop.PerPage, all, 2, "Rencontre 56"},
		"second page": {workshop.Filter{Page: 2}, 7, all, 2, "Rencontre 6"},
		"beyond":      {workshop.Filter{Page: 9}, workshop.PerPage, all, 2, "Rencontre 56"},
		"words":       {workshop.Filter{Query: "ecoute gabes"}, 6, 6, 1, "Écoute 50"},
		"state":       {workshop.Filter{State: workshop.Open}, 2, 2, 1, "Rencontre 56"},
		"days":        {workshop.Filter{From: morning, To: morning}, 1, 1, 1, "Écoute 0"},
		"nothing":     {workshop.Filter{Query: "%"}, 0, 0, 1, ""},
	} {
		p, err := h.List(h.ctx, manager, c.filter)
		h.must(err)
		if len(p.Rows) != c.rows || p.Total != c.total || p.Pages != c.pages {
			t.Errorf("%s: %d rows of %d on %d pages", name, len(p.Rows), p.Total, p.Pages)
		} else if c.rows > 0 && p.Rows[0].Title != c.first {
			t.Errorf("%s begins with %s", name, p.Rows[0].Title)
		}
	}
	p, err := h.List(h.ctx, manager, workshop.Filter{})
	h.must(err)
	if r := p.Rows[0]; r.ID != last || r.Enrolled != 2 || r.Waiting != 1 || p.Rows[1].Enrolled != 0 {
		t.Errorf("the first row is %+v", r)
	}
	own, err := h.Mine(h.ctx, access.Actor{PersonID: people[2], Grants: []access.Grant{{Role: access.Trainee, Scope: access.Global}}}, people[2])
	h.must(err)
	if len(own) != 2 || own[0].ID != last || own[0].EnrolState != workshop.Waiting || own[0].Enrolled != 2 || own[0].Planned != 4 {
		t.Errorf("own: %+v", own)
	}
	next, err := h.Next(h.ctx, manager, 2)
	h.must(err)
	if len(next) != 2 || next[0].Title != "Rencontre 1" {
		t.Errorf("next: %+v", next)
	}
}
