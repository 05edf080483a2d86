package workshop_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/org"
	"shelter/internal/workshop"
)

// crowd makes an open event of some places with people, a day before it begins; those beyond the places wait.
func (h *house) crowd(places, people int) (access.Actor, uuid.UUID, []workshop.EnrolResult) {
	h.t.Helper()
	h.turn(morning.AddDate(0, 0, -7))
	tr := h.trainer()
	in := input()
	in.Capacity = places
	ev, err := h.Create(h.ctx, tr, in)
	h.must(err)
	h.must(h.SetState(h.ctx, tr, ev.ID, workshop.Open, ""))
	var ids []uuid.UUID
	for range people {
		ids = append(ids, h.person("Personne"))
	}
	list, err := h.EnrolMany(h.ctx, tr, ev.ID, ids, workshop.EnrolOptions{Full: workshop.WaitFull})
	h.must(err)
	return tr, ev.ID, list
}

// states gives the states of an event's people in the order of their numbers.
func (h *house) states(tr access.Actor, event uuid.UUID) (list []workshop.EnrolState) {
	h.t.Helper()
	v := h.view(tr, event)
	list = make([]workshop.EnrolState, len(v.People))
	for _, p := range v.People {
		list[p.Number-1] = p.State
	}
	return list
}

func (h *house) wantStates(tr access.Actor, event uuid.UUID, want ...workshop.EnrolState) {
	h.t.Helper()
	got := h.states(tr, event)
	for i := range want {
		if got[i] != want[i] {
			h.t.Fatalf("the people are %v, want %v", got, want)
		}
	}
}

const (
	in, waits, offered, out, declined = workshop.Enrolled, workshop.Waiting, workshop.Offered, workshop.Withdrawn, workshop.Declined
)

func TestFreePlacesAreOfferedInOrderAndGoOnWhenNobodyAnswers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tr, ev, list := h.crowd(2, 5)
	h.wantStates(tr, ev, in, in, waits, waits, waits)
	h.must(h.SetEnrolment(h.ctx, tr, ev, list[0].EnrolmentID, workshop.Withdrawn, ""))
	h.wantStates(tr, ev, out, in, offered, waits, waits)
	h.must(h.Tick(h.ctx)) // nothing to do yet
	h.wantStates(tr, ev, out, in, offered, waits, waits)
	h.turn(h.clock().Add(48 * time.Hour))
	h.must(h.Tick(h.ctx))
	h.wantStates(tr, ev, out, in, declined, offered, waits)
	late, next := access.Actor{PersonID: list[2].PersonID}, access.Actor{PersonID: list[3].PersonID}
	wantKind(t, h.AnswerOffer(h.ctx, late, ev, true, ""), errs.Conflict, "an offer that is over")
	h.must(h.AnswerOffer(h.ctx, next, ev, false, " Congé annuel "))
	h.must(h.AnswerOffer(h.ctx, next, ev, false, "")) // sent twice
	h.wantCount(1, "SELECT count(*) FROM workshop.enrolment WHERE state = 'declined' AND reason = 'Congé annuel'")
	wantKind(t, h.AnswerOffer(h.ctx, next, ev, false, strings.Repeat("x", 301)), errs.Invalid, "a reason that is too long")
	h.wantStates(tr, ev, out, in, declined, declined, offered)
	last := access.Actor{PersonID: list[4].PersonID}
	h.must(h.AnswerOffer(h.ctx, last, ev, true, ""))
	h.must(h.AnswerOffer(h.ctx, last, ev, true, ""))
	h.wantStates(tr, ev, out, in, declined, declined, in)
	wantKind(t, h.AnswerOffer(h.ctx, access.Actor{PersonID: list[1].PersonID}, ev, true, ""), errs.NotFound, "whom nothing was offered")
	wantKind(t, h.AnswerOffer(h.ctx, access.Actor{}, ev, true, ""), errs.Forbidden, "a visitor")
	wantKind(t, h.SetEnrolment(h.ctx, tr, ev, list[3].EnrolmentID, workshop.Offered, ""), errs.Invalid, "an offer by hand")
}

func TestNothingIsOfferedOnceTheEventHasBegun(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tr, ev, list := h.crowd(1, 3)
	h.turn(morning.Add(-time.Hour))
	h.must(h.SetEnrolment(h.ctx, tr, ev, list[0].EnrolmentID, workshop.Withdrawn, ""))
	h.wantStates(tr, ev, out, offered, waits)
	h.turn(morning.Add(6 * time.Minute)) // the half-day begins at nine: the offer ended with it
	h.must(h.Tick(h.ctx))
	h.wantStates(tr, ev, out, declined, waits)
}

// TestPlacesAreNeverOverfilled: people who accept, trainers who enrol and the job that goes on all meet, and each place is given once.
func TestPlacesAreNeverOverfilled(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const places = 3
	tr, ev, list := h.crowd(places, 12)
	for _, r := range list[:places] {
		h.must(h.SetEnrolment(h.ctx, tr, ev, r.EnrolmentID, workshop.Withdrawn, ""))
	}
	var all sync.WaitGroup
	for i, r := range list {
		all.Add(3)
		go func() {
			defer all.Done()
			_ = h.AnswerOffer(h.ctx, access.Actor{PersonID: r.PersonID}, ev, i%2 == 0, "") // most were offered nothing
		}()
		go func() {
			defer all.Done()
			_ = h.SetEnrolment(h.ctx, tr, ev, r.EnrolmentID, workshop.Enrolled, "") // most find no place
		}()
		go func() {
			defer all.Done()
			_ = h.Tick(h.ctx)
		}()
	}
	all.Wait()
	h.turn(h.clock().Add(49 * time.Hour))
	for range 4 {
		h.must(h.Tick(h.ctx))
		h.turn(h.clock().Add(49 * time.Hour))
	}
	n := 0
	for _, s := range h.states(tr, ev) {
		if s == workshop.Enrolled || s == workshop.Offered {
			n++
		}
	}
	if n > places {
		t.Errorf("%d places of %d are given", n, places)
	}
}

func TestQuotasHoldUntilAReasonGoesBeyondThem(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tr, ev, _ := h.crowd(10, 0)
	h.must(h.SetQuotas(h.ctx, tr, ev, "", []workshop.Quota{{Kind: workshop.BySex, Value: "m", Places: 1}, {Kind: workshop.ByGovernorate, Value: "TN-11", Places: 2}}))
	who := func(sex, governorate string) uuid.UUID {
		t.Helper()
		p, err := h.org.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: "Quota", Sex: sex, Governorate: governorate})
		h.must(err)
		return p.ID
	}
	enrol := func(full workshop.Full, override string, id uuid.UUID) (workshop.EnrolState, error) {
		t.Helper()
		list, err := h.EnrolMany(h.ctx, tr, ev, []uuid.UUID{id}, workshop.EnrolOptions{Full: full, Override: override})
		if err != nil {
			return "", err
		}
		return list[0].State, nil
	}
	if st, err := enrol(workshop.RefuseFull, "", who("m", "TN-61")); st != in || err != nil {
		t.Fatalf("the first man: %s, %v", st, err)
	}
	_, err := enrol(workshop.RefuseFull, "", who("m", "TN-61"))
	wantKind(t, err, errs.Conflict, "the second man")
	second := who("m", "TN-11")
	if st, err := enrol(workshop.WaitFull, "", second); st != waits || err != nil {
		t.Errorf("the second man waits: %s, %v", st, err)
	}
	if st, err := enrol(workshop.RefuseFull, "", who("f", "TN-11")); st != in || err != nil {
		t.Errorf("a woman: %s, %v", st, err)
	}
	v := h.view(tr, ev)
	var waiting workshop.Participant
	for _, p := range v.People {
		if p.PersonID == second {
			waiting = p
		}
	}
	wantKind(t, h.SetEnrolment(h.ctx, tr, ev, waiting.EnrolmentID, workshop.Enrolled, ""), errs.Conflict, "from the waiting list without a reason")
	h.must(h.MoveEnrolment(h.ctx, tr, ev, waiting.EnrolmentID, workshop.Move{To: workshop.Enrolled, Override: "Seul interprète"}))
	var why string
	h.must(h.db.App().NewRaw("SELECT override FROM workshop.enrolment WHERE id = ?", waiting.EnrolmentID).Scan(h.ctx, &why))
	if why != "Seul interprète" {
		t.Errorf("the reason is %q", why)
	}
	if st, err := enrol(workshop.WaitFull, "", who("f", "TN-11")); st != waits || err != nil {
		t.Errorf("the third of Tunis: %s, %v", st, err)
	}
}

// TestAskingAgainKeepsThePlaceInTheQueue: a list that is imported twice, or a choice that is made again, must not send anybody to the end.
func TestAskingAgainKeepsThePlaceInTheQueue(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tr, ev, list := h.crowd(1, 3)
	h.turn(h.clock().Add(time.Hour))
	again, err := h.EnrolMany(h.ctx, tr, ev, []uuid.UUID{list[1].PersonID}, workshop.EnrolOptions{Full: workshop.WaitFull})
	h.must(err)
	if again[0].State != waits || again[0].Created {
		t.Errorf("asked again: %+v", again[0])
	}
	h.must(h.SetEnrolment(h.ctx, tr, ev, list[0].EnrolmentID, workshop.Withdrawn, ""))
	h.wantStates(tr, ev, out, offered, waits)
}

// TestAQuotaAloneKeepsAWaitingList: an event without a number of places can still be full for some, and what they leave is offered on.
func TestAQuotaAloneKeepsAWaitingList(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tr, ev, _ := h.crowd(0, 0)
	h.must(h.SetQuotas(h.ctx, tr, ev, "", []workshop.Quota{{Kind: workshop.ByGovernorate, Value: "TN-61", Places: 1}}))
	list, err := h.EnrolMany(h.ctx, tr, ev, []uuid.UUID{h.person("PersonneA"), h.person("PersonneB"), h.person("PersonneC")}, workshop.EnrolOptions{Full: workshop.WaitFull})
	h.must(err)
	h.wantStates(tr, ev, in, waits, waits)
	h.must(h.SetEnrolment(h.ctx, tr, ev, list[0].EnrolmentID, workshop.Withdrawn, ""))
	h.wantStates(tr, ev, out, offered, waits)
	h.must(h.SetQuotas(h.ctx, tr, ev, "", nil))
	h.must(h.Tick(h.ctx)) // nothing limits the places any more: who waits is left to whoever put them there
	h.wantStates(tr, ev, out, offered, waits)
}

// TestNobodyTakesAPlaceInACancelledEvent.
func TestNobodyTakesAPlaceInACancelledEvent(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tr, ev, list := h.crowd(1, 2)
	h.must(h.SetEnrolment(h.ctx, tr, ev, list[0].EnrolmentID, workshop.Withdrawn, ""))
	h.must(h.SetState(h.ctx, tr, ev, workshop.Cancelled, "Report"))
	wantKind(t, h.AnswerOffer(h.ctx, access.Actor{PersonID: list[1].PersonID}, ev, true, ""), errs.Conflict, "a place in a cancelled event")
	h.wantStates(tr, ev, out, offered)
}
