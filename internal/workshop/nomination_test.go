package workshop_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/org"
	"shelter/internal/workshop"
)

// organisation makes one with a focal point and a person.
func (h *house) organisation(name string) (focal access.Actor, id, person uuid.UUID) {
	h.t.Helper()
	o, err := h.org.CreateOrganisation(h.ctx, system, org.OrganisationInput{Name: name, Kind: org.KindNGO, Governorate: "TN-61"})
	h.must(err)
	focal = access.Actor{PersonID: h.person("Focal"), Grants: []access.Grant{{Role: access.FocalPoint, Scope: access.Organisation, ID: o.ID}}}
	p, err := h.org.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: "Membre", Sex: "f", OrganisationID: o.ID})
	h.must(err)
	return focal, o.ID, p.ID
}

// TestNominationGoesFromProposalToPlace, and no further than the organisation's own people.
func TestNominationGoesFromProposalToPlace(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tr, ev, _ := h.crowd(1, 0)
	focal, id, member := h.organisation("Association A")
	other, _, stranger := h.organisation("Association B")
	wantKind(t, h.Nominate(h.ctx, focal, ev, workshop.NominateInput{Person: stranger}), errs.Forbidden, "somebody of another organisation")
	wantKind(t, h.Nominate(h.ctx, tr, ev, workshop.NominateInput{Person: member}), errs.Forbidden, "a trainer")
	h.must(h.Nominate(h.ctx, focal, ev, workshop.NominateInput{Person: member, Note: "Reçoit les victimes"}))
	h.must(h.Nominate(h.ctx, focal, ev, workshop.NominateInput{Person: member})) // sent twice
	key := uuid.New()
	fresh := workshop.NominateInput{Key: key, New: &org.PersonInput{ID: uuid.New(), FamilyName: "Nouvelle", Sex: "f", OrganisationID: id}}
	h.must(h.Nominate(h.ctx, focal, ev, fresh))
	fresh.New.OrganisationID = uuid.Nil
	wantKind(t, h.Nominate(h.ctx, focal, ev, fresh), errs.Forbidden, "a new person of no organisation")
	sel, err := h.Selection(h.ctx, tr, ev)
	h.must(err)
	if len(sel.Nominees) != 2 || sel.Nominees[0].Name() == "" || sel.Nominees[0].State != workshop.Proposed {
		t.Fatalf("the nominees are %+v", sel.Nominees)
	}
	_, err = h.Selection(h.ctx, focal, ev)
	wantKind(t, err, errs.Forbidden, "the focal point at the selection")
	first, second := sel.Nominees[0].ID, sel.Nominees[1].ID
	_, err = h.Decide(h.ctx, focal, ev, first, workshop.Decision{Choose: true})
	wantKind(t, err, errs.Forbidden, "the focal point decides")
	for range 2 { // the second time says the same
		_, err = h.Decide(h.ctx, tr, ev, first, workshop.Decision{Choose: true})
		h.must(err)
	}
	if st, err := h.Decide(h.ctx, tr, ev, second, workshop.Decision{Choose: true}); err != nil || st != workshop.Waiting {
		t.Errorf("beyond the one place: %s, %v", st, err)
	}
	wantKind(t, h.TakeBack(h.ctx, focal, ev, first), errs.Conflict, "taking back what was decided")
	call, err := h.OwnCall(h.ctx, focal, ev)
	h.must(err)
	if len(call.Nominees) != 2 || call.Nominees[0].State != workshop.Chosen {
		t.Errorf("the focal point sees %+v", call.Nominees)
	}
	if call, err = h.OwnCall(h.ctx, other, ev); err != nil || len(call.Nominees) != 0 {
		t.Errorf("another focal point sees %+v, %v", call.Nominees, err)
	}
	calls, err := h.Calls(h.ctx, focal)
	if err != nil || len(calls) != 1 || calls[0].Proposed != 2 || calls[0].Given != 1 {
		t.Errorf("the calls are %+v, %v", calls, err)
	}
	_, err = h.Calls(h.ctx, tr)
	wantKind(t, err, errs.Forbidden, "calls of a trainer")
}

func TestNominationIsRefusedWithAReasonOrTakenBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tr, ev, _ := h.crowd(5, 0)
	focal, _, member := h.organisation("Association A")
	h.must(h.Nominate(h.ctx, focal, ev, workshop.NominateInput{Person: member}))
	one := func() workshop.Nominee {
		t.Helper()
		call, err := h.OwnCall(h.ctx, focal, ev)
		h.must(err)
		return call.Nominees[0]
	}
	h.must(h.TakeBack(h.ctx, focal, ev, one().ID))
	_, err := h.Decide(h.ctx, tr, ev, one().ID, workshop.Decision{Choose: true})
	wantKind(t, err, errs.Conflict, "choosing what was taken back")
	h.must(h.Nominate(h.ctx, focal, ev, workshop.NominateInput{Person: member}))
	_, err = h.Decide(h.ctx, tr, ev, one().ID, workshop.Decision{})
	wantKind(t, err, errs.Invalid, "a refusal without a reason")
	_, err = h.Decide(h.ctx, tr, ev, one().ID, workshop.Decision{Reason: "A suivi le même atelier"})
	h.must(err)
	if n := one(); n.State != workshop.Refused || n.Reason == "" || n.Place != "" {
		t.Errorf("after the refusal: %+v", n)
	}
	draft, err := h.Create(h.ctx, tr, input())
	h.must(err)
	wantKind(t, h.Nominate(h.ctx, focal, draft.ID, workshop.NominateInput{Person: member}), errs.NotFound, "a draft")
}

// TestNobodyIsProposedOnceTheEventHasBegun: the page of a call that is still open in a browser says so, and gives no form.
func TestNobodyIsProposedOnceTheEventHasBegun(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, ev, _ := h.crowd(3, 0)
	focal, _, member := h.organisation("Association A")
	open := func() bool {
		t.Helper()
		c, err := h.OwnCall(h.ctx, focal, ev)
		h.must(err)
		return c.Open
	}
	if !open() {
		t.Error("the call is closed before the event")
	}
	h.turn(morning.Add(5 * time.Minute)) // nine o'clock
	wantKey(t, h.Nominate(h.ctx, focal, ev, workshop.NominateInput{Person: member}), "nomination_error_closed")
	if open() {
		t.Error("the call is open after the start")
	}
}
