package casework_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/errs"
)

func (h *house) asked(id uuid.UUID) casework.Request {
	h.t.Helper()
	in := casework.RequestInput{Key: uuid.New(), Kind: "access", MadeBy: "person", How: "written", ReceivedOn: h.day(-25), Text: "copie du dossier, CANARI"}
	h.must(h.AddRequest(h.ctx, h.worker, id, in))
	h.must(h.AddRequest(h.ctx, h.worker, id, in)) // a repeat
	v, err := h.View(h.ctx, h.worker, id)
	h.must(err)
	if len(v.Requests) != 1 {
		h.t.Fatalf("%d requests", len(v.Requests))
	}
	return v.Requests[0]
}

func (h *house) disclosed(id uuid.UUID) uuid.UUID {
	h.t.Helper()
	h.must(h.AskDisclosure(h.ctx, h.supervisor, id, casework.DisclosureInput{Key: uuid.New(), ToKind: "court", Basis: "judgement", Form: "copy", Categories: []string{"legal"},
		Text: casework.DisclosureText{Recipient: "Juge CANARI", Law: "jugement 4", Reason: "audience"}}))
	v, err := h.View(h.ctx, h.supervisor, id)
	h.must(err)
	return v.Disclosures[0].ID
}

// TestARequestIsAnsweredInTime: due a month later, urgent ten days before; granted by whoever works on the file, refused by an officer alone, with
// a reason; answered once.
func TestARequestIsAnsweredInTime(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	r := h.asked(id)
	if !r.DueOn.Equal(h.day(-25).AddDate(0, 1, 0)) || !r.Urgent(h.day(0)) || r.Urgent(h.day(-20)) || r.Text != "copie du dossier, CANARI" {
		t.Errorf("%+v", r)
	}
	if got := missing(h.AddRequest(h.ctx, h.worker, id, casework.RequestInput{Key: uuid.New(), ReceivedOn: h.day(1)})); !slices.Equal(got, []string{"kind", "made_by", "how", "received_on", "text"}) {
		t.Errorf("an empty request: %v", got)
	}
	for who, a := range map[string]access.Actor{"other shelter": h.foreign, "colleague": h.other, "administrator": h.admin, "officer": h.officer} {
		if err := h.AnswerRequest(h.ctx, a, id, r.ID, casework.AnswerInput{Outcome: "granted", On: h.day(0), Text: "x"}); !errs.Is(err, errs.NotFound) && !errs.Is(err, errs.Forbidden) {
			t.Errorf("%s grants: %v", who, err)
		}
	}
	if err := h.AnswerRequest(h.ctx, h.supervisor, id, r.ID, casework.AnswerInput{Outcome: "refused", Withheld: "safety", On: h.day(0), Text: "x"}); !errs.Is(err, errs.NotFound) {
		t.Errorf("a supervisor refuses: %v", err)
	}
	if got := missing(h.AnswerRequest(h.ctx, h.officer, id, r.ID, casework.AnswerInput{Outcome: "partly", On: h.day(-26)})); !slices.Equal(got, []string{"withheld", "on", "text"}) {
		t.Errorf("withheld without a reason: %v", got)
	}
	l, err := h.Rights(h.ctx, h.worker)
	h.must(err)
	if len(l.Requests) != 1 || l.Requests[0].CaseID != id {
		t.Errorf("due: %+v", l)
	}
	if l, err := h.Rights(h.ctx, h.foreignSupervisor); err != nil || len(l.Requests) != 0 {
		t.Errorf("another shelter's list: %+v, %v", l, err)
	}
	h.must(h.AnswerRequest(h.ctx, h.officer, id, r.ID, casework.AnswerInput{Outcome: "partly", Withheld: "third_party", On: h.day(0), Text: "extrait remis"}))
	if err := h.AnswerRequest(h.ctx, h.worker, id, r.ID, casework.AnswerInput{Outcome: "granted", On: h.day(0), Text: "x"}); !errs.Is(err, errs.Conflict) {
		t.Errorf("answered twice: %v", err)
	}
	v, err := h.View(h.ctx, h.worker, id)
	h.must(err)
	if got := v.Requests[0]; got.Outcome != "partly" || got.Withheld != "third_party" || got.Answered != "extrait remis" || got.AnsweredBy != h.officer.PersonID {
		t.Errorf("%+v", got)
	}
}

// TestNothingIsDisclosedWithoutAnApproval: with the services left out, the database wants a supervisor who asks, an officer who approves and is
// another, and the approval before what was given.
func TestNothingIsDisclosedWithoutAnApproval(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	r, d := h.asked(id), h.disclosed(id)
	boss := map[string]string{"cases.actor": h.supervisor.PersonID.String(), "cases.supervises": h.a.String()}
	worker := map[string]string{"cases.actor": h.worker.PersonID.String(), "cases.works": h.a.String()}
	officer := map[string]string{"cases.actor": h.officer.PersonID.String(), "cases.officer": "on"}
	decide := "UPDATE cases.disclosure SET state = 'approved', decided_at = now(), decided_by = $2, note = '' WHERE id = $1"
	give := "UPDATE cases.disclosure SET state = 'given', given_on = current_date, given = '' WHERE id = $1"
	ask := "INSERT INTO cases.disclosure (id, case_id, key, owner_id, to_kind, basis, form, categories, state, asked_at, asked_by, body) VALUES (gen_random_uuid(), $1, gen_random_uuid(), $2, 'police', 'law', 'oral', '{contact}', 'waits', now(), $3, '')"
	answer := "UPDATE cases.request SET state = 'answered', outcome = $2, withheld = NULLIF($3, ''), answered_on = current_date, answered_by = $4, answer = '' WHERE id = $1"
	for _, c := range []struct {
		name string
		want int64
		set  map[string]string
		sql  string
		args []any
	}{
		{"a worker asks", -1, worker, ask, []any{id.String(), h.a.String(), h.worker.PersonID.String()}},
		{"a supervisor asks for another's file", -1, map[string]string{"cases.actor": h.foreignSupervisor.PersonID.String(), "cases.supervises": h.b.String()}, ask, []any{id.String(), h.b.String(), h.foreignSupervisor.PersonID.String()}},
		{"whoever asked approves", -1, boss, decide, []any{d.String(), h.supervisor.PersonID.String()}},
		{"approved in an officer's name", -1, boss, decide, []any{d.String(), h.officer.PersonID.String()}},
		{"given before the approval", -1, boss, give, []any{d.String()}},
		{"given by an officer before the approval", -1, officer, give, []any{d.String()}},
		{"approved by an officer", 1, officer, decide, []any{d.String(), h.officer.PersonID.String()}},
		{"its basis is changed", -1, boss, "UPDATE cases.disclosure SET basis = 'law' WHERE id = $1", []any{d.String()}},
		{"deleted", -1, boss, "DELETE FROM cases.disclosure WHERE id = $1", []any{d.String()}},
		{"a worker refuses a request", -1, worker, answer, []any{r.ID.String(), "refused", "safety", h.worker.PersonID.String()}},
		{"an officer refuses without a reason", -1, officer, answer, []any{r.ID.String(), "refused", "", h.officer.PersonID.String()}},
		{"an officer refuses", 1, officer, answer, []any{r.ID.String(), "refused", "safety", h.officer.PersonID.String()}},
		{"a worker grants", 1, worker, answer, []any{r.ID.String(), "granted", "", h.worker.PersonID.String()}},
	} {
		if n := h.changed(c.set, c.sql, c.args...); n != c.want {
			t.Errorf("%s: %d, want %d", c.name, n, c.want)
		}
	}
	for who, a := range map[string]access.Actor{"worker": h.worker, "other shelter": h.foreignSupervisor, "officer": h.officer} {
		if err := h.GiveDisclosure(h.ctx, a, id, d, h.day(0), "x"); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s notes what was given: %v", who, err)
		}
	}
	if err := h.GiveDisclosure(h.ctx, h.supervisor, id, d, h.day(0), "x"); !errs.Is(err, errs.Conflict) {
		t.Errorf("given before the approval: %v", err)
	}
}
