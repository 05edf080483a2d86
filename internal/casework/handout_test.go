package casework_test

import (
	"testing"

	"github.com/google/uuid"

	"shelter/internal/casework"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// TestTheDatabaseWantsTwoPeopleForNames: with the services left out, nobody approves their own request, fetches without approval, after
// the time or a second time, or what another asked for; police and court never stand on consent, and consent has to be in force.
func TestTheDatabaseWantsTwoPeopleForNames(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	second := staff("protection_officer", uuid.Nil)
	h.warrant(second)
	supervisor := map[string]string{"cases.actor": h.supervisor.PersonID.String(), "cases.supervises": h.a.String()}
	officer := func(p uuid.UUID) map[string]string {
		return map[string]string{"cases.actor": p.String(), "cases.officer": "on"}
	}
	ask := func(set map[string]string, aim, basis string) error {
		return h.undone(set, `WITH h AS (INSERT INTO cases.handout (id, key, asked_by, asked_at, aim, basis, mode, files, wrapped, body)
			VALUES (gen_random_uuid(), gen_random_uuid(), $1, cases.clock(), $2, $3, 'phrase', 1, '', '') RETURNING id) SELECT id FROM h`, set["cases.actor"], aim, basis)
	}
	for name, err := range map[string]error{
		"a worker asks":           ask(map[string]string{"cases.actor": h.worker.PersonID.String(), "cases.works": h.a.String()}, "court", "law"),
		"somebody without a role": ask(map[string]string{"cases.actor": h.admin.PersonID.String(), "cases.supervises": h.a.String(), "cases.officer": "on"}, "court", "law"),
	} {
		if !errs.Is(db.Translate(err), errs.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := ask(supervisor, "police", "consent"); err == nil {
		t.Error("the police get names on consent")
	}
	if err := ask(supervisor, "police", "law"); err != nil {
		t.Errorf("a supervisor asks: %v", err)
	}
	request := func(by uuid.UUID, basis string, decided bool, hours int) string {
		hid, no := uuid.NewString(), "ALTER TABLE cases.handout NO FORCE ROW LEVEL SECURITY; ALTER TABLE cases.handout_file NO FORCE ROW LEVEL SECURITY"
		h.db.Exec(no)
		h.db.Exec("INSERT INTO cases.handout (id, key, asked_by, asked_at, aim, basis, mode, files, wrapped, body) VALUES ($1, gen_random_uuid(), $2, now() - interval '3 days', 'transfer', $3, 'phrase', 1, '', '')", hid, by.String(), basis)
		if decided {
			h.db.Exec("UPDATE cases.handout SET decided_by = $2, decided_at = now() + make_interval(hours => $3) - interval '24 hours', decision = 'approved', expires_at = now() + make_interval(hours => $3) WHERE id = $1", hid, second.PersonID.String(), hours)
		}
		if basis == "law" {
			h.db.Exec("INSERT INTO cases.handout_file (handout_id, case_id, owner_id) VALUES ($1, $2, $3)", hid, id.String(), h.a.String())
		}
		h.db.Exec("ALTER TABLE cases.handout FORCE ROW LEVEL SECURITY; ALTER TABLE cases.handout_file FORCE ROW LEVEL SECURITY")
		return hid
	}
	waits, approved, over := request(h.supervisor.PersonID, "law", false, 0), request(h.supervisor.PersonID, "law", true, 20), request(h.supervisor.PersonID, "law", true, -1)
	own := request(h.officer.PersonID, "law", false, 0)
	decide := "UPDATE cases.handout SET decided_by = $2, decided_at = cases.clock(), decision = 'approved', expires_at = cases.clock() + interval '1 hour' WHERE id = $1"
	fetch := "UPDATE cases.handout SET fetched_at = cases.clock() WHERE id = $1"
	me := h.supervisor.PersonID.String()
	for _, c := range []struct {
		name string
		want int64
		set  map[string]string
		sql  string
		args []any
	}{
		{"a supervisor approves their own", 0, supervisor, decide, []any{waits, second.PersonID.String()}},
		{"an officer approves their own", 0, officer(h.officer.PersonID), decide, []any{own, second.PersonID.String()}},
		{"an officer approves", 1, officer(h.officer.PersonID), decide, []any{waits, h.officer.PersonID.String()}},
		{"an officer approves in another's name", -1, officer(h.officer.PersonID), decide, []any{waits, second.PersonID.String()}},
		{"fetched before the approval", 0, supervisor, fetch, []any{waits}},
		{"fetched by the officer", 0, officer(h.officer.PersonID), fetch, []any{approved}},
		{"fetched after the time", 0, supervisor, fetch, []any{over}},
		{"fetched", 1, supervisor, fetch, []any{approved}},
		{"seen by another supervisor", 0, map[string]string{"cases.actor": h.foreignSupervisor.PersonID.String(), "cases.supervises": h.b.String()}, fetch, []any{approved}},
		{"the aim is changed", -1, supervisor, "UPDATE cases.handout SET aim = 'court' WHERE id = $1", []any{approved}},
	} {
		if n := h.changed(c.set, c.sql, c.args...); n != c.want {
			t.Errorf("%s: %d, want %d", c.name, n, c.want)
		}
	}
	onConsent := request(h.supervisor.PersonID, "consent", false, 0)
	put := "INSERT INTO cases.handout_file (handout_id, case_id, owner_id) VALUES ($1, $2, $3)"
	if err := h.undone(supervisor, put, onConsent, id.String(), h.a.String()); db.Constraint(err) != "handout_consent" {
		t.Errorf("without consent: %v", err)
	}
	h.must(h.consent(id, func(in *casework.ConsentInput) {
		in.Purpose, in.RecipientID, in.Categories = "transfer", uuid.New(), []string{"identity"}
	}))
	if err := h.undone(supervisor, put, onConsent, id.String(), h.a.String()); err != nil {
		t.Errorf("with consent: %v", err)
	}
	if err := h.undone(map[string]string{"cases.actor": me, "cases.supervises": h.b.String()}, put, onConsent, id.String(), h.a.String()); err == nil {
		t.Error("a file of a shelter that is not supervised")
	}
}

// changed counts the rows that a statement changes under settings, -1 when it is refused; it is taken back.
func (h *house) changed(settings map[string]string, sql string, args ...any) int64 {
	h.t.Helper()
	tx, err := h.db.Cases().Pool().Begin(h.ctx)
	h.must(err)
	defer func() { _ = tx.Rollback(h.ctx) }()
	for k, v := range settings {
		_, err := tx.Exec(h.ctx, "SELECT set_config($1, $2, true)", k, v)
		h.must(err)
	}
	tag, err := tx.Exec(h.ctx, sql, args...)
	if err != nil {
		return -1
	}
	return tag.RowsAffected()
}
