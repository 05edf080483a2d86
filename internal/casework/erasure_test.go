package casework_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/errs"
)

// closed brings a file to its end, on a day so many months ago.
func (h *house) closed(id uuid.UUID, months int) {
	h.t.Helper()
	h.ready(id)
	h.must(h.SetState(h.ctx, h.supervisor, id, casework.Move{To: casework.Closed, Reason: "withdrew", On: h.day(0).AddDate(0, -months, 0), Note: "fin"}))
}

// TestTheScheduleProposesAndLocks: without a term nothing is; past it a file is locked for everybody, and a release holds until its day.
func TestTheScheduleProposesAndLocks(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	old, late, open := h.open(h.worker, h.a), h.open(h.worker, h.a), h.open(h.worker, h.a)
	h.closed(old, 61)
	h.closed(late, 58)
	h.ready(open)
	h.attached(late, casework.AttachInput{Kind: "minutes", Name: "x.pdf", Data: pdf("x")})
	lock := func(want int) {
		t.Helper()
		if n, err := h.LockDue(h.ctx); err != nil || n != want {
			t.Errorf("%d locked, want %d (%v)", n, want, err)
		}
	}
	lock(0)
	for who, a := range map[string]access.Actor{"supervisor": h.supervisor, "worker": h.worker, "administrator": h.admin} {
		if err := h.SetTerms(h.ctx, a, map[string]int{"file": 60}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("%s sets the schedule: %v", who, err)
		}
	}
	if got := missing(h.SetTerms(h.ctx, h.officer, map[string]int{"file": -1, "photo": 5000})); !slices.Equal(got, []string{"file", "photo"}) {
		t.Errorf("terms without sense: %v", got)
	}
	h.must(h.SetTerms(h.ctx, h.officer, map[string]int{"file": 60}))
	r, err := h.Retention(h.ctx, h.supervisor)
	h.must(err)
	if len(r.Coming) != 2 || r.Coming[0].CaseID != old || r.Terms[0].Months != 60 || r.Terms[1].Months != 0 || r.CanSet {
		t.Errorf("%+v", r)
	}
	lock(1)
	lock(0)
	for _, a := range []access.Actor{h.worker, h.supervisor, h.officer} {
		if _, err := h.View(h.ctx, a, old); !errs.Is(err, errs.Conflict) {
			t.Errorf("a locked file opens: %v", err)
		}
		if _, _, err := h.Reveal(h.ctx, a, old); !errs.Is(err, errs.Conflict) {
			t.Errorf("a locked file tells who it is about: %v", err)
		}
	}
	if l, err := h.List(h.ctx, h.worker, casework.Filter{Closed: true}); err != nil || l.Total != 3 || slices.ContainsFunc(l.Rows, func(r casework.Line) bool { return r.ID == old && r.Alias != "" }) {
		t.Errorf("the list: %+v, %v", l, err)
	}
	if r, err := h.Retention(h.ctx, h.foreignSupervisor); err != nil || len(r.Erasures)+len(r.Coming) != 0 {
		t.Errorf("another shelter's supervisor sees %+v, %v", r, err)
	}
	if _, err := h.Retention(h.ctx, h.worker); !errs.Is(err, errs.Forbidden) {
		t.Errorf("a worker sees what is locked: %v", err)
	}
	r, err = h.Retention(h.ctx, h.supervisor)
	h.must(err)
	e := r.Erasures[0].ID
	if got := missing(h.Release(h.ctx, h.supervisor, e, "", h.day(0))); !slices.Equal(got, []string{"reason", "until_on"}) {
		t.Errorf("released without grounds: %v", got)
	}
	for _, a := range []access.Actor{h.worker, h.foreignSupervisor, h.admin} {
		if err := h.Release(h.ctx, a, e, "x", h.day(9)); !errs.Is(err, errs.NotFound) && !errs.Is(err, errs.Forbidden) {
			t.Errorf("released by an outsider: %v", err)
		}
	}
	h.must(h.Release(h.ctx, h.supervisor, e, "recours en cours", h.day(9)))
	if _, err := h.View(h.ctx, h.worker, old); err != nil {
		t.Errorf("a released file: %v", err)
	}
	if got, _, err := h.Erasure(h.ctx, h.officer, e); err != nil || got.Text.Reason != "recours en cours" || got.State != "released" {
		t.Errorf("%+v, %v", got, err)
	}
	lock(0)
	h.must(h.SetTerms(h.ctx, h.officer, map[string]int{"minutes": 57}))
	lock(1) // a kind of document of the other file
	if v, err := h.View(h.ctx, h.worker, late); err != nil || !v.Attachments[0].Retained || v.Attachments[0].Title != "" {
		t.Errorf("%+v, %v", v, err)
	}
	h.must(h.SetTerms(h.ctx, h.officer, map[string]int{"file": 60}))
	h.clock = h.clock.AddDate(0, 0, 10)
	lock(1) // the release is over
}

// TestNothingIsErasedWithoutMinutes: the database itself destroys no key without minutes, nor for whoever handed them in, nor otherwise; then
// nothing of the file opens any more.
func TestNothingIsErasedWithoutMinutes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	h.attached(id, casework.AttachInput{Kind: "medical", Name: "x.pdf", Data: pdf("x")})
	h.closed(id, 1)
	if err := h.LockFile(h.ctx, h.worker, id, casework.LockInput{Key: uuid.New(), Scope: "file", Ground: "request"}); !errs.Is(err, errs.NotFound) {
		t.Errorf("a worker locks: %v", err)
	}
	h.must(h.LockFile(h.ctx, h.supervisor, id, casework.LockInput{Key: uuid.New(), Scope: "file", Ground: "request"}))
	h.must(h.LockFile(h.ctx, h.supervisor, id, casework.LockInput{Key: uuid.New(), Scope: "file", Ground: "order"})) // locked already
	r, err := h.Retention(h.ctx, h.officer)
	h.must(err)
	e := r.Erasures[0]
	if len(r.Erasures) != 1 {
		t.Errorf("%d locks", len(r.Erasures))
	}
	worker := map[string]string{"cases.actor": h.worker.PersonID.String(), "cases.works": h.a.String()}
	boss := map[string]string{"cases.actor": h.supervisor.PersonID.String(), "cases.supervises": h.a.String()}
	officer := map[string]string{"cases.actor": h.officer.PersonID.String(), "cases.officer": "on"}
	refused := func(when string) {
		t.Helper()
		for _, c := range []struct {
			who string
			set map[string]string
			sql string
			arg string
		}{
			{"a worker empties the key", worker, "UPDATE cases.data_key SET wrapped = '' WHERE case_id = $1", id.String()},
			{"an officer empties the key", officer, "UPDATE cases.data_key SET wrapped = '' WHERE case_id = $1", id.String()},
			{"a supervisor writes over the key", boss, "UPDATE cases.data_key SET wrapped = 'x' WHERE case_id = $1", id.String()},
			{"a supervisor deletes the key", boss, "DELETE FROM cases.data_key WHERE case_id = $1", id.String()},
			{"an officer writes that it is erased", officer, "UPDATE cases.erasure SET state = 'erased' WHERE id = $1", e.ID.String()},
			{"a supervisor destroys", boss, "SELECT cases.destroy($1)", e.ID.String()},
			{"a worker destroys", worker, "SELECT cases.destroy($1)", e.ID.String()},
		} {
			if n := h.changed(c.set, c.sql, c.arg); n > 0 {
				t.Errorf("%s, %s: %d", when, c.who, n)
			}
		}
	}
	refused("before the minutes")
	if n := h.changed(officer, "SELECT cases.destroy($1)", e.ID.String()); n != -1 {
		t.Errorf("destroyed without minutes: %d", n)
	}
	in := casework.MinutesInput{On: h.day(0), Bailiff: "Maître CANARI", Number: "PV 12", Expert: "Expert CANARI", Name: "pv.pdf", Data: pdf("CANARI")}
	if got := missing(h.KeepMinutes(h.ctx, h.supervisor, e.ID, casework.MinutesInput{Data: []byte("x")})); !slices.Equal(got, []string{"on", "bailiff", "number", "expert", "file"}) {
		t.Errorf("minutes that say nothing: %v", got)
	}
	h.must(h.KeepMinutes(h.ctx, h.officer, e.ID, in))
	if n := h.changed(officer, "SELECT cases.destroy($1)", e.ID.String()); n != -1 {
		t.Errorf("destroyed by whoever handed the minutes in: %d", n)
	}
	h.must(h.KeepMinutes(h.ctx, h.supervisor, e.ID, in))
	refused("with the minutes")
	if _, ok, err := h.Erasure(h.ctx, h.officer, e.ID); err != nil || !ok {
		t.Errorf("an officer may not erase: %v", err)
	}
	if _, ok, err := h.Erasure(h.ctx, h.supervisor, e.ID); err != nil || ok {
		t.Errorf("a supervisor may erase: %v", err)
	}
	h.erased(officer, e.ID)
	for _, a := range []access.Actor{h.worker, h.supervisor, h.officer} {
		if _, err := h.View(h.ctx, a, id); !errs.Is(err, errs.Conflict) {
			t.Errorf("an erased file opens: %v", err)
		}
		if _, err := h.List(h.ctx, a, casework.Filter{Closed: true}); err != nil {
			t.Errorf("the list with an erased file: %v", err)
		}
		if l, err := h.List(h.ctx, a, casework.Filter{Closed: true, Query: canary}); err != nil || l.Total != 0 {
			t.Errorf("an erased person is found: %d, %v", l.Total, err)
		}
	}
	got, _, err := h.Erasure(h.ctx, h.supervisor, e.ID)
	h.must(err)
	if got.State != "erased" || got.Documents != 1 || got.Text.Bailiff != "Maître CANARI" || got.ErasedBy != h.officer.PersonID {
		t.Errorf("%+v", got)
	}
	if _, _, err := h.Openings(h.ctx, h.officer); err != nil {
		t.Errorf("openings: %v", err)
	}
	if err := h.Release(h.ctx, h.supervisor, e.ID, "x", h.day(9)); !errs.Is(err, errs.Conflict) {
		t.Errorf("released after all: %v", err)
	}
	if n := h.changed(officer, "UPDATE cases.data_key SET wrapped = 'x' WHERE case_id = $1", id.String()); n != -1 {
		t.Errorf("a new key for an erased file: %d", n)
	}
	if n := h.all("blind"); n != 0 {
		t.Errorf("%d digests are left", n)
	}
	var all strings.Builder
	for _, table := range []string{"erasure", "audit", "event"} {
		h.must(h.copied(table, &all))
	}
	if strings.Contains(all.String(), "CANARI") {
		t.Error("a name stands in the tables")
	}
}
