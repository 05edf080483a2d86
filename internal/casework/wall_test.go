package casework_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// caseTables lists every table of the schema.
func (h *house) caseTables() []string {
	h.t.Helper()
	rows, err := h.db.Owner().Pool().Query(h.ctx, "SELECT tablename FROM pg_tables WHERE schemaname = 'cases' ORDER BY 1")
	h.must(err)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	h.must(err)
	return names
}

// TestTrainingLoginIsDenied: permission denied on every table of the cases, for every verb, whatever the roles of the person.
func TestTrainingLoginIsDenied(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.open(h.worker, h.a)
	tables := h.caseTables()
	if len(tables) < 15 {
		t.Fatalf("%d tables only", len(tables))
	}
	for _, name := range tables {
		for _, sql := range []string{"SELECT count(*) FROM cases.%s", "DELETE FROM cases.%s", "INSERT INTO cases.%s DEFAULT VALUES", "TRUNCATE cases.%s"} {
			if _, err := h.db.App().Pool().Exec(h.ctx, fmt.Sprintf(sql, name)); !errs.Is(db.Translate(err), errs.Forbidden) {
				t.Errorf(sql+": %v", name, err)
			}
		}
	}
}

// TestEveryCaseTableIsForced asks the catalogue: row-level security is on and forced everywhere, for a login that owns nothing.
func TestEveryCaseTableIsForced(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var bad, owned int
	h.must(h.db.Cases().Pool().QueryRow(h.ctx, `SELECT count(*) FILTER (WHERE NOT (relrowsecurity AND relforcerowsecurity)), count(*) FILTER (WHERE pg_get_userbyid(relowner) = current_user)
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE nspname = 'cases' AND relkind = 'r'`).Scan(&bad, &owned))
	var strong bool
	h.must(h.db.Cases().Pool().QueryRow(h.ctx, "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user").Scan(&strong))
	if bad+owned != 0 || strong {
		t.Errorf("%d tables are not forced, %d belong to the login, strong login: %v", bad, owned, strong)
	}
}

// raw counts rows of a table under the settings of an actor, with the access table left out.
func (h *house) raw(table string, settings map[string]string) int {
	h.t.Helper()
	n := 0
	h.must(pgx.BeginFunc(h.ctx, h.db.Cases().Pool(), func(tx pgx.Tx) error {
		for k, v := range settings {
			if _, err := tx.Exec(h.ctx, "SELECT set_config($1, $2, true)", k, v); err != nil {
				return err
			}
		}
		return tx.QueryRow(h.ctx, "SELECT count(*) FROM cases."+table).Scan(&n)
	}))
	return n
}

// TestTheDatabaseAloneKeepsOthersOut: with the access table switched off, the policies show 0 rows to everybody who is not of
// the file's circle: no settings at all, the other shelter, a colleague, a former worker, a worker without second factor.
func TestTheDatabaseAloneKeepsOthersOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	h.ready(id)
	h.must(h.SetIndicators(h.ctx, h.worker, id, []string{"neglect"}, "ngo"))
	h.must(h.consent(id, func(in *casework.ConsentInput) { in.Purpose, in.RecipientID = "transfer", uuid.New() }))
	v, err := h.View(h.ctx, h.worker, id)
	h.must(err)
	h.must(h.Refer(h.ctx, h.worker, id, casework.ReferralInput{Key: uuid.New(), Type: "shelter.hostel", ConsentID: v.Consents[0].ID, Text: "chambre"}))
	h.fill(id)
	h.settled(id)
	h.must(h.AddTask(h.ctx, h.worker, id, casework.TaskInput{Key: uuid.New(), Kind: "call", DueOn: h.day(1), Text: "appel"}))
	h.must(h.AddService(h.ctx, h.worker, id, casework.AssistInput{Key: uuid.New(), Type: "medical.consultation"}))
	h.attached(id, casework.AttachInput{Kind: "other", Name: "x.pdf", Data: pdf("x")})
	h.asked(id)
	h.disclosed(id)
	h.must(h.LockFile(h.ctx, h.supervisor, id, casework.LockInput{Key: uuid.New(), Scope: "photo", Ground: "order"}))
	h.must(h.SetTerms(h.ctx, h.officer, map[string]int{"photo": 12}))
	_, err = h.Import(h.ctx, h.supervisor, casework.ImportInput{OwnerID: h.a, Name: "x.csv", Apply: true, Data: []byte("alias;sex;age_band;nationality;form;source;reported_on;narrative\nx;f;26-40;tn;begging;ngo;2024-03-05;x\n")}, wordsOf(t))
	h.must(err)
	beds := h.furnished()
	h.must(h.Admit(h.ctx, h.worker, casework.StayInput{Key: uuid.New(), CaseID: id, BedID: beds[0].ID, FromOn: h.day(0)}))
	h.must(h.RestBed(h.ctx, h.supervisor, casework.RestInput{Key: uuid.New(), BedID: beds[1].ID, FromOn: h.day(0), Reason: "works"}))
	h.must(h.AddIncident(h.ctx, h.worker, casework.IncidentInput{Key: uuid.New(), OwnerID: h.a, OnDay: h.day(0), Kind: "threat", Text: casework.IncidentText{What: "x", Measures: "x"}, Cases: []uuid.UUID{id}}))
	shared := []string{"room", "bed", "bed_rest", "stay", "incident", "incident_person"} // a shelter's staff see its beds and its register, and by them no file
	as := func(a access.Actor, works, supervises uuid.UUID) map[string]string {
		m := map[string]string{"cases.actor": a.PersonID.String()}
		if works != uuid.Nil {
			m["cases.works"] = works.String()
		}
		if supervises != uuid.Nil {
			m["cases.supervises"] = supervises.String()
		}
		return m
	}
	outside := map[string]map[string]string{
		"nobody": {}, "other shelter": as(h.foreign, h.b, uuid.Nil), "its supervisor": as(h.foreignSupervisor, uuid.Nil, h.b),
		"colleague": as(h.other, h.a, uuid.Nil), "worker who has left": as(h.worker, h.b, uuid.Nil), "no second factor": as(h.worker, uuid.Nil, uuid.Nil),
	}
	terms := as(h.foreignSupervisor, uuid.Nil, h.b) // the schedule is every supervisor's
	for _, table := range h.caseTables() {
		if table == "retention" {
			if h.raw(table, terms) == 0 || h.raw(table, outside["other shelter"])+h.raw(table, outside["nobody"]) != 0 {
				t.Error("the schedule is for supervisors and officers")
			}
			continue
		}
		if table == "audit" || table == "seal" || table == "controller" || table == "warrant" || table == "guard" || table == "scale" { // the threshold is no secret; a warrant is shown to whom it names
			continue
		}
		if n := h.all(table); n == 0 {
			t.Errorf("%s is empty: that nobody sees a row of it proves nothing", table)
		}
		for who, settings := range outside {
			if n := h.raw(table, settings); n != 0 && (who != "colleague" || !slices.Contains(shared, table)) {
				t.Errorf("%s sees %d rows of %s", who, n, table)
			}
		}
		if n := h.raw(table, as(h.worker, h.a, uuid.Nil)) + h.raw(table, as(h.supervisor, uuid.Nil, h.a)); n == 0 && table != "publication" && table != "alarm" {
			t.Errorf("those of the file's circle see no row of %s", table)
		}
	}
}

// TestWithoutAWarrantNothingIsSeen: somebody whom the training side takes for a case worker, a supervisor or an officer, but whom no
// officer has approved, or whose account's secret was replaced, sees no row of any table and adds none.
func TestWithoutAWarrantNothingIsSeen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	h.ready(id)
	settings := func(who uuid.UUID) map[string]string {
		return map[string]string{"cases.actor": who.String(), "cases.works": h.a.String(), "cases.supervises": h.a.String(), "cases.officer": "on", "cases.founding": "on"}
	}
	suspended := staff(access.ProtectionOfficer, uuid.Nil)
	h.warrant(suspended)
	h.db.Exec("ALTER TABLE cases.warrant NO FORCE ROW LEVEL SECURITY; UPDATE cases.warrant SET suspended_at = now() WHERE person_id = '" + suspended.PersonID.String() + "'; ALTER TABLE cases.warrant FORCE ROW LEVEL SECURITY")
	for who, person := range map[string]uuid.UUID{"an administrator who grants himself": h.admin.PersonID, "an officer whose second factor was reset": suspended.PersonID} {
		for _, table := range h.caseTables() {
			if table != "controller" && table != "guard" && table != "scale" && table != "audit" && (table != "warrant" || person != suspended.PersonID) {
				if n := h.raw(table, settings(person)); n != 0 {
					t.Errorf("%s sees %d rows of %s", who, n, table)
				}
			}
		}
		for _, founding := range []string{"true", "false"} {
			err := h.undone(settings(person), `INSERT INTO cases.warrant (id, person_id, role, makers, approved_by, approved_at, founding)
				VALUES (gen_random_uuid(), gen_random_uuid(), 'protection_officer', '{}', $1, now(), `+founding+`)`, person.String())
			if !errs.Is(db.Translate(err), errs.Forbidden) {
				t.Errorf("%s makes an officer (founding %s): %v", who, founding, err)
			}
		}
		if err := h.undone(settings(person), "UPDATE cases.warrant SET ended_at = NULL"); !errs.Is(db.Translate(err), errs.Forbidden) {
			t.Errorf("%s changes a warrant: %v", who, err)
		}
		a := staff(access.CaseSupervisor, h.a)
		a.PersonID = person
		if l, err := h.List(h.ctx, a, casework.Filter{}); err != nil || l.Total != 0 {
			t.Errorf("%s lists %d files, %v", who, l.Total, err)
		}
		if _, err := h.View(h.ctx, a, id); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s opens a file: %v", who, err)
		}
	}
	if err := h.undone(settings(h.officer.PersonID), `INSERT INTO cases.warrant (id, person_id, role, scope_id, makers, approved_by, approved_at)
		VALUES (gen_random_uuid(), $1, 'case_worker', $2, '{}', $1, now())`, h.officer.PersonID.String(), h.a.String()); err == nil {
		t.Error("an officer approves themselves")
	}
	if err := h.undone(settings(h.officer.PersonID), `INSERT INTO cases.warrant (id, person_id, role, scope_id, makers, approved_by, approved_at)
		VALUES (gen_random_uuid(), gen_random_uuid(), 'case_worker', $2, ARRAY[$1::uuid], $1, now())`, h.officer.PersonID.String(), h.a.String()); err == nil {
		t.Error("an officer approves what they asked for")
	}
}

// fill puts a row into the tables that no act of a worker fills.
func (h *house) fill(id uuid.UUID) {
	h.t.Helper()
	for _, x := range []struct {
		sql  string
		args []any
	}{
		{`INSERT INTO cases.glass (id, case_id, owner_id, person_id, reason, opened_at, expires_at) VALUES (gen_random_uuid(), $1, $2, $3, '', now(), now() + interval '1 hour')`, []any{id.String(), h.a.String(), h.admin.PersonID.String()}},
		{`INSERT INTO cases.publication (from_on, to_on, figures, at) VALUES ('2020-01-01', '2020-03-31', '{}', now())`, nil},
		{`WITH h AS (INSERT INTO cases.handout (id, key, asked_by, asked_at, aim, basis, mode, files, wrapped, body)
			VALUES (gen_random_uuid(), gen_random_uuid(), $3, now(), 'court', 'law', 'phrase', 1, '', '') RETURNING id)
			INSERT INTO cases.handout_file (handout_id, case_id, owner_id) SELECT id, $1, $2 FROM h`, []any{id.String(), h.a.String(), h.supervisor.PersonID.String()}},
		{`INSERT INTO cases.alarm (id, person_id, at, files, minutes) VALUES (gen_random_uuid(), $1, now(), 21, 60)`, []any{h.admin.PersonID.String()}},
	} {
		force := func(word string) {
			for _, table := range []string{"glass", "publication", "alarm", "handout", "handout_file"} {
				h.db.Exec("ALTER TABLE cases." + table + " " + word + " ROW LEVEL SECURITY")
			}
		}
		force("NO FORCE")
		_, err := h.db.Owner().Pool().Exec(h.ctx, x.sql, x.args...)
		h.must(err)
		force("FORCE")
	}
}

// all counts the rows of a table as the owner who makes a backup.
func (h *house) all(table string) (n int) {
	h.t.Helper()
	h.must(pgx.BeginFunc(h.ctx, h.db.Owner().Pool(), func(tx pgx.Tx) error {
		if _, err := tx.Exec(h.ctx, "SELECT set_config('cases.copying', 'on', true)"); err != nil {
			return err
		}
		return tx.QueryRow(h.ctx, "SELECT count(*) FROM cases."+table).Scan(&n)
	}))
	return n
}

// TestNoSettingOpensAFileByItself: neither the name of a file's code, nor an emergency opening by somebody without a case role, for
// a moment to come, or in somebody else's name.
func TestNoSettingOpensAFileByItself(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	v, err := h.View(h.ctx, h.worker, id)
	h.must(err)
	if n := h.raw("file", map[string]string{"cases.actor": h.foreign.PersonID.String(), "cases.works": h.b.String(), "cases.opening": v.Code}); n != 0 {
		t.Errorf("%d files are open to whoever names a code", n)
	}
	glass := func(settings map[string]string, person uuid.UUID, later string) error {
		settings["cases.actor"] = h.foreign.PersonID.String()
		return h.undone(settings, `INSERT INTO cases.glass (id, case_id, owner_id, person_id, reason, opened_at, expires_at)
			VALUES (gen_random_uuid(), $1, $2, $3, '', cases.clock() + $4::interval, cases.clock() + $4::interval + interval '60 minutes')`, id.String(), h.a.String(), person.String(), later)
	}
	me := h.foreign.PersonID
	works := func() map[string]string { return map[string]string{"cases.works": h.b.String()} }
	if err := glass(works(), me, "0"); err != nil {
		t.Errorf("a worker of the other shelter in an emergency: %v", err)
	}
	barred := h.foreignSupervisor.PersonID
	h.db.Exec(`ALTER TABLE cases.glass NO FORCE ROW LEVEL SECURITY; INSERT INTO cases.glass (id, case_id, owner_id, person_id, reason, opened_at, expires_at)
		VALUES (gen_random_uuid(), '` + id.String() + `', '` + h.a.String() + `', '` + barred.String() + `', '', now() - interval '73 hours', now() - interval '72 hours'); ALTER TABLE cases.glass FORCE ROW LEVEL SECURITY`)
	again := h.undone(map[string]string{"cases.actor": barred.String(), "cases.supervises": h.b.String()}, `INSERT INTO cases.glass (id, case_id, owner_id, person_id, reason, opened_at, expires_at)
		VALUES (gen_random_uuid(), $1, $2, $3, '', cases.clock(), cases.clock() + interval '60 minutes')`, id.String(), h.a.String(), barred.String())
	if !errs.Is(db.Translate(again), errs.Forbidden) {
		t.Errorf("while one waits for its review since 73 hours: %v", again)
	}
	if n := h.raw("file", map[string]string{"cases.actor": barred.String(), "cases.supervises": h.b.String()}); n != 0 {
		t.Errorf("%d files are open by an opening that has ended", n)
	}
	for name, err := range map[string]error{"without a role": glass(map[string]string{}, me, "0"), "for tomorrow": glass(works(), me, "1 day"), "back-dated": glass(works(), me, "-1 day"), "in another's name": glass(works(), h.other.PersonID, "0")} {
		if !errs.Is(db.Translate(err), errs.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// undone runs a statement under settings and takes it back.
func (h *house) undone(settings map[string]string, sql string, args ...any) error {
	h.t.Helper()
	back := errors.New("undone")
	err := pgx.BeginFunc(h.ctx, h.db.Cases().Pool(), func(tx pgx.Tx) error {
		for k, v := range settings {
			if _, err := tx.Exec(h.ctx, "SELECT set_config($1, $2, true)", k, v); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(h.ctx, sql, args...); err != nil {
			return err
		}
		return back
	})
	if errors.Is(err, back) {
		return nil
	}
	return err
}

// TestTheAccessTableAloneKeepsOthersOut: with row-level security switched off, the services still refuse.
func TestTheAccessTableAloneKeepsOthersOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	for _, table := range h.caseTables() {
		h.db.Exec("ALTER TABLE cases." + table + " DISABLE ROW LEVEL SECURITY")
	}
	for who, a := range map[string]access.Actor{"other shelter": h.foreign, "its supervisor": h.foreignSupervisor, "colleague": h.other, "administrator": h.admin, "command line": access.System("cli")} {
		if v, err := h.View(h.ctx, a, id); err == nil {
			t.Errorf("%s sees %s", who, v.Code)
		}
		if _, _, err := h.Reveal(h.ctx, a, id); err == nil {
			t.Errorf("%s reads the identity", who)
		}
		if l, err := h.List(h.ctx, a, casework.Filter{}); err == nil && l.Total != 0 {
			t.Errorf("%s lists %d files", who, l.Total)
		}
		if list, _, _, err := h.Tasks(h.ctx, a); err == nil && len(list) != 0 {
			t.Errorf("%s lists %d tasks", who, len(list))
		}
		if err := h.SetState(h.ctx, a, id, casework.Move{To: casework.Assessing}); err == nil {
			t.Errorf("%s changes the file", who)
		}
	}
	if _, err := h.View(h.ctx, h.worker, id); err != nil {
		t.Errorf("the worker does not see the file: %v", err)
	}
}

func TestWhoeverFollowsAndWhoeverDoesNotAnyMore(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	if _, err := h.View(h.ctx, h.officer, id); err != nil {
		t.Errorf("officer: %v", err)
	}
	h.must(h.Assign(h.ctx, h.supervisor, id, h.other.PersonID, ""))
	if _, err := h.View(h.ctx, h.other, id); err != nil {
		t.Errorf("new worker: %v", err)
	}
	if _, err := h.View(h.ctx, h.worker, id); !errs.Is(err, errs.NotFound) {
		t.Errorf("former worker: %v", err)
	}
	noMFA := h.other
	noMFA.MFA = false
	if _, err := h.View(h.ctx, noMFA, id); !errs.Is(err, errs.NeedsMFA) {
		t.Errorf("without second factor: %v", err)
	}
	if err := h.Assign(h.ctx, h.other, id, h.worker.PersonID, ""); !errs.Is(err, errs.NotFound) {
		t.Errorf("a worker assigns: %v", err)
	}
}

// TestAbsentAndForbiddenAreOne: the same error for a file out of reach and for one that never was, and each try is noted.
func TestAbsentAndForbiddenAreOne(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	_, hidden := h.View(h.ctx, h.foreign, id)
	_, absent := h.View(h.ctx, h.foreign, uuid.New())
	if hidden == nil || absent == nil || hidden.Error() != absent.Error() {
		t.Errorf("hidden %v, absent %v", hidden, absent)
	}
	if n := h.raw("audit", map[string]string{"cases.actor": h.foreign.PersonID.String()}); n != 2 {
		t.Errorf("%d entries for 2 tries", n)
	}
	if l, err := h.List(h.ctx, h.foreign, casework.Filter{Query: canary}); err != nil || l.Total != 0 {
		t.Errorf("a search of the other shelter finds %d, %v", l.Total, err)
	}
}

// TestExactSearchWithinScope: a name in another spelling or order, a document's number, a telephone number; never a part.
func TestExactSearchWithinScope(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.open(h.worker, h.a)
	for query, want := range map[string]int64{"Khadija Zgolli": 1, "zgolli khadija": 1, "X998877": 0, "passeport x 998877": 1, "98123456": 1, "+216 98 123 456": 1, "Zgolli": 0, "Khadija": 0, "": 1} {
		l, err := h.List(h.ctx, h.worker, casework.Filter{Query: query})
		if err != nil || int64(l.Total) != want {
			t.Errorf("%q finds %d, want %d (%v)", query, l.Total, want, err)
		}
	}
}

// TestNothingReadableInTheTables: the whole schema as text holds no word of the report.
func TestNothingReadableInTheTables(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	h.ready(id)
	a := h.attached(id, casework.AttachInput{Kind: "other", Name: "Khadija CANARI.pdf", Data: pdf("bilan de Zgolli, 98123456")})
	h.must(h.LockAttachment(h.ctx, h.worker, id, a.ID, "menaces envers Olivier"))
	h.asked(id)
	h.disclosed(id)
	_, _, err := h.Reveal(h.ctx, h.worker, id)
	h.must(err)
	var all strings.Builder
	h.must(pgx.BeginFunc(h.ctx, h.db.Owner().Pool(), func(tx pgx.Tx) error {
		if _, err := tx.Exec(h.ctx, "SELECT set_config('cases.copying', 'on', true)"); err != nil {
			return err
		}
		for _, table := range h.caseTables() {
			if err := dump(h.ctx, tx, table, &all); err != nil {
				return err
			}
		}
		return nil
	}))
	text := all.String()
	if !strings.Contains(text, "domestic_servitude") {
		t.Fatal("the dump is empty")
	}
	for _, word := range []string{"Zgolli", "Khadija", "98123456", "98 123 456", "998877", "CANARI", "Olivier", "menaces", "bilan"} {
		if strings.Contains(text, word) || strings.Contains(text, fmt.Sprintf("%x", word)) {
			t.Errorf("%q stands in the tables", word)
		}
	}
}

// copied writes a table out as a backup reads it.
func (h *house) copied(table string, to *strings.Builder) error {
	return pgx.BeginFunc(h.ctx, h.db.Owner().Pool(), func(tx pgx.Tx) error {
		if _, err := tx.Exec(h.ctx, "SELECT set_config('cases.copying', 'on', true)"); err != nil {
			return err
		}
		return dump(h.ctx, tx, table, to)
	})
}

func dump(ctx context.Context, tx pgx.Tx, table string, to *strings.Builder) error {
	rows, err := tx.Query(ctx, "SELECT x::text FROM cases."+table+" x")
	if err != nil {
		return err
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	to.WriteString(strings.Join(lines, "\n"))
	return err
}
