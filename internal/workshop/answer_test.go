package workshop_test

import (
	"testing"

	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/workshop"
)

func (h *house) answerToken(enrolment uuid.UUID) (token string) {
	h.t.Helper()
	h.must(h.db.App().NewRaw("SELECT answer_token FROM workshop.enrolment WHERE id = ?", enrolment).Scan(h.ctx, &token))
	return token
}

// TestAPlaceGivenBackByLinkGoesToTheNext, and the answer stays although the person comes back later.
func TestAPlaceGivenBackByLinkGoesToTheNext(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tr, ev, people := h.crowd(1, 3) // one place, three people
	token, next := h.answerToken(people[0].EnrolmentID), h.answerToken(people[1].EnrolmentID)
	a, err := h.Answering(h.ctx, token)
	h.must(err)
	if a.State != workshop.Enrolled || !a.CanDecline || a.CanAccept {
		t.Fatalf("%+v", a)
	}
	if a, err = h.Answering(h.ctx, next); err != nil || a.State != workshop.Waiting || !a.CanDecline || a.CanAccept {
		t.Fatalf("%+v %v", a, err)
	}
	wantKind(t, h.AnswerByLink(h.ctx, next, true, ""), errs.Conflict, "taking a place that is not offered")
	for range 2 { // pressed twice
		h.must(h.AnswerByLink(h.ctx, token, false, "  Enfant malade "))
	}
	if a, err = h.Answering(h.ctx, next); err != nil || a.State != workshop.Offered || !a.CanAccept {
		t.Fatalf("the next was offered nothing: %+v %v", a, err)
	}
	for range 2 {
		h.must(h.AnswerByLink(h.ctx, next, true, ""))
	}
	wantKind(t, h.AnswerByLink(h.ctx, token, true, ""), errs.Conflict, "taking back what somebody else has")
	h.must(h.SetEnrolment(h.ctx, tr, ev, people[2].EnrolmentID, workshop.Declined, "Mission"))
	h.must(h.SetEnrolment(h.ctx, tr, ev, people[0].EnrolmentID, workshop.Waiting, ""))
	var rows []struct{ Answer, Way, Reason string }
	h.must(h.db.App().NewRaw("SELECT answer, way, reason FROM workshop.answer ORDER BY at, answer DESC, reason").Scan(h.ctx, &rows))
	if len(rows) != 3 || rows[0].Reason != "Enfant malade" && rows[1].Reason != "Enfant malade" {
		t.Errorf("%+v", rows)
	}
	for _, bad := range []string{"", "x", token + "0", "00000000000000000000000000000000"} {
		if _, err := h.Answering(h.ctx, bad); !errs.Is(err, errs.NotFound) {
			t.Errorf("%q opens: %v", bad, err)
		}
	}
	h.turn(morning.AddDate(0, 0, 1))
	wantKind(t, h.AnswerByLink(h.ctx, next, false, ""), errs.Conflict, "after the start")
	if a, err = h.Answering(h.ctx, next); err != nil || a.CanDecline {
		t.Errorf("after the start: %+v %v", a, err)
	}
}
