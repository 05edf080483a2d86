package casework_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/errs"
)

// furnished is a shelter with one room of two beds.
func (h *house) furnished() []casework.Bed {
	h.t.Helper()
	in := casework.RoomInput{Key: uuid.New(), OwnerID: h.a, Name: "Chambre 1", Beds: 2, FromOn: h.day(-60)}
	h.must(h.AddRoom(h.ctx, h.supervisor, in))
	h.must(h.AddRoom(h.ctx, h.supervisor, in)) // a repeat
	v, err := h.House(h.ctx, h.supervisor, h.a, h.day(0))
	h.must(err)
	if len(v.Beds) != 2 {
		h.t.Fatalf("%d beds", len(v.Beds))
	}
	return v.Beds
}

// TestABedHasOnePersonAndAPersonOneBed: overlapping stays are refused by the database, whoever writes; the night of the leave is free.
func TestABedHasOnePersonAndAPersonOneBed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	beds := h.furnished()
	one, two := h.open(h.worker, h.a), h.open(h.worker, h.a)
	admit := func(file uuid.UUID, bed, from int) error {
		return h.Admit(h.ctx, h.worker, casework.StayInput{Key: uuid.New(), CaseID: file, BedID: beds[bed].ID, FromOn: h.day(from)})
	}
	in := casework.StayInput{Key: uuid.New(), CaseID: one, BedID: beds[0].ID, FromOn: h.day(-10)}
	h.must(h.Admit(h.ctx, h.worker, in))
	h.must(h.Admit(h.ctx, h.worker, in)) // a repeat
	if got := missing(admit(two, 0, -3)); !slices.Equal(got, []string{"bed"}) {
		t.Errorf("a bed that is taken: %v", got)
	}
	if got := missing(admit(two, 0, -20)); !slices.Equal(got, []string{"bed"}) {
		t.Errorf("a stay without end over one that follows: %v", got)
	}
	if got := missing(admit(one, 1, -3)); !slices.Equal(got, []string{"case"}) {
		t.Errorf("a second bed for one person: %v", got)
	}
	if got := missing(h.Admit(h.ctx, h.worker, casework.StayInput{Key: uuid.New(), CaseID: two, BedID: uuid.New(), FromOn: h.day(0)})); !slices.Equal(got, []string{"bed"}) {
		t.Errorf("a bed that is none: %v", got)
	}
	if got := missing(admit(two, 1, 1)); !slices.Equal(got, []string{"from_on"}) {
		t.Errorf("from tomorrow: %v", got)
	}
	v, err := h.House(h.ctx, h.worker, h.a, h.day(-5))
	h.must(err)
	if v.Taken() != 1 || v.Beds[0].Code == "" || !v.Beds[0].CanLeave || len(v.Guests) != 1 {
		t.Errorf("%+v", v)
	}
	stay := v.Beds[0].StayID
	if got := missing(h.Leave(h.ctx, h.worker, stay, h.day(-11), "moved")); !slices.Equal(got, []string{"on"}) {
		t.Errorf("left before: %v", got)
	}
	h.must(h.Leave(h.ctx, h.worker, stay, h.day(-2), "moved"))
	h.must(admit(two, 0, -2))
	h.must(admit(one, 1, -2))
	nights, err := h.Occupancy(h.ctx, h.admin)
	h.must(err)
	total, hidden := 0, false
	for _, n := range nights {
		total, hidden = total+n.Taken, hidden || n.Hidden
	}
	if !hidden && total != 12 { // 8 nights, then two beds for two nights
		t.Errorf("%d nights: %+v", total, nights)
	}
}

// TestAHouseIsItsStaffsOwn: a colleague sees that a bed is taken and not by whom; the other shelter and administrators see nothing.
func TestAHouseIsItsStaffsOwn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	beds := h.furnished()
	id := h.open(h.worker, h.a)
	h.must(h.Admit(h.ctx, h.worker, casework.StayInput{Key: uuid.New(), CaseID: id, BedID: beds[0].ID, FromOn: h.day(-8)}))
	in := casework.IncidentInput{Key: uuid.New(), OwnerID: h.a, OnDay: h.day(0), Kind: "threat", Text: casework.IncidentText{What: "CANARI au portail", Measures: "police avisée"}, Cases: []uuid.UUID{id}}
	h.must(h.AddIncident(h.ctx, h.other, in))
	h.must(h.AddIncident(h.ctx, h.other, in)) // a repeat
	v, err := h.House(h.ctx, h.other, h.a, h.day(0))
	h.must(err)
	if b := v.Beds[0]; b.Free() || b.Code != "" || b.CanLeave || len(v.Guests) != 0 {
		t.Errorf("a colleague sees %+v, %v", b, v.Guests)
	}
	if i := v.Incidents; len(i) != 1 || i[0].Text.What != "CANARI au portail" || i[0].Persons != 1 || len(i[0].Codes) != 0 {
		t.Errorf("%+v", i)
	}
	if err := h.Leave(h.ctx, h.other, v.Beds[0].StayID, h.day(0), "moved"); !errs.Is(err, errs.NotFound) {
		t.Errorf("a colleague ends the stay: %v", err)
	}
	for who, a := range map[string]access.Actor{"other shelter": h.foreign, "its supervisor": h.foreignSupervisor, "administrator": h.admin} {
		if _, err := h.House(h.ctx, a, h.a, h.day(0)); !errs.Is(err, errs.Forbidden) {
			t.Errorf("%s sees the house: %v", who, err)
		}
		if err := h.AddIncident(h.ctx, a, in); !errs.Is(err, errs.Forbidden) {
			t.Errorf("%s writes an incident: %v", who, err)
		}
	}
	if err := h.AddRoom(h.ctx, h.worker, casework.RoomInput{Key: uuid.New(), OwnerID: h.a, Name: "x", Beds: 1}); !errs.Is(err, errs.Forbidden) {
		t.Errorf("a worker furnishes a room: %v", err)
	}
	stranger := h.open(h.foreign, h.b)
	in.Key, in.Cases = uuid.New(), []uuid.UUID{stranger}
	if got := missing(h.AddIncident(h.ctx, h.worker, in)); !slices.Equal(got, []string{"cases"}) {
		t.Errorf("somebody who does not live there: %v", got)
	}
	if o, err := h.House(h.ctx, h.officer, h.a, h.day(0)); err != nil || o.CanAdmit || o.Beds[0].Code == "" {
		t.Errorf("an officer: %+v, %v", o, err)
	}
	if _, err := h.Occupancy(h.ctx, h.worker); !errs.Is(err, errs.Forbidden) {
		t.Errorf("a worker counts: %v", err)
	}
}
