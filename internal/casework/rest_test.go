package casework_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/errs"
)

// TestABedRests: never under somebody, given to nobody meanwhile, out of the occupancy, with its history; by the shelter's supervisor alone.
func TestABedRests(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	beds := h.furnished()
	id := h.open(h.worker, h.a)
	rest := func(a access.Actor, bed, from int) error {
		return h.RestBed(h.ctx, a, casework.RestInput{Key: uuid.New(), BedID: beds[bed].ID, FromOn: h.day(from), Reason: "works"})
	}
	for who, a := range map[string]access.Actor{"worker": h.worker, "other shelter": h.foreignSupervisor, "officer": h.officer, "administrator": h.admin} {
		if err := rest(a, 0, 0); !errs.Is(err, errs.NotFound) && !errs.Is(err, errs.Forbidden) {
			t.Errorf("%s takes a bed out of use: %v", who, err)
		}
	}
	h.must(h.Admit(h.ctx, h.worker, casework.StayInput{Key: uuid.New(), CaseID: id, BedID: beds[0].ID, FromOn: h.day(-8)}))
	if got := missing(rest(h.supervisor, 0, -3)); !slices.Equal(got, []string{"on"}) {
		t.Errorf("under somebody: %v", got)
	}
	in := casework.RestInput{Key: uuid.New(), BedID: beds[1].ID, FromOn: h.day(-20), Reason: "broken"}
	h.must(h.RestBed(h.ctx, h.supervisor, in))
	h.must(h.RestBed(h.ctx, h.supervisor, in)) // a repeat
	if got := missing(rest(h.supervisor, 1, -5)); !slices.Equal(got, []string{"on"}) {
		t.Errorf("twice: %v", got)
	}
	two := h.open(h.worker, h.a)
	if got := missing(h.Admit(h.ctx, h.worker, casework.StayInput{Key: uuid.New(), CaseID: two, BedID: beds[1].ID, FromOn: h.day(-2)})); !slices.Equal(got, []string{"bed"}) {
		t.Errorf("a bed out of use is given: %v", got)
	}
	v, err := h.House(h.ctx, h.worker, h.a, h.day(-1))
	h.must(err)
	if v.Taken() != 1 || v.InUse() != 1 || v.Beds[1].Free() || v.Beds[1].Reason != "broken" {
		t.Errorf("%+v", v.Beds)
	}
	available := func() (n int) {
		nights, err := h.Occupancy(h.ctx, h.admin)
		h.must(err)
		for _, x := range nights {
			n += x.Available
		}
		return n
	}
	if n := available(); n != 2*60-20 {
		t.Errorf("%d nights to give", n)
	}
	if got := missing(h.UseBed(h.ctx, h.supervisor, beds[1].ID, h.day(-20))); !slices.Equal(got, []string{"on"}) {
		t.Errorf("back on the same day: %v", got)
	}
	h.must(h.UseBed(h.ctx, h.supervisor, beds[1].ID, h.day(-4)))
	h.must(h.UseBed(h.ctx, h.supervisor, beds[1].ID, h.day(-4))) // a repeat
	h.must(h.Admit(h.ctx, h.worker, casework.StayInput{Key: uuid.New(), CaseID: two, BedID: beds[1].ID, FromOn: h.day(-2)}))
	v, err = h.House(h.ctx, h.supervisor, h.a, h.day(0))
	h.must(err)
	if len(v.Rests) != 1 || !v.Rests[0].UntilOn.Equal(h.day(-4)) || available() != 2*60-16 {
		t.Errorf("history %+v, %d nights", v.Rests, available())
	}
}
