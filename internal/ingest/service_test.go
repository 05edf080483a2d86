package ingest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/db/dbtest"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/workshop"
)

// house is a database with the services that an import needs, at noon of the day of these tests.
type house struct {
	*Service
	t   *testing.T
	db  *dbtest.DB
	ctx context.Context
	at  time.Time
}

var system = access.System("test")

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, db: dbtest.New(t), ctx: context.Background(), at: today.Add(12 * time.Hour)}
	now := func() time.Time { return h.at }
	people := org.New(h.db.App(), now)
	h.Service = New(h.db.App(), people, workshop.New(h.db.App(), people, now), now)
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) trainer() access.Actor {
	h.t.Helper()
	p, err := h.org.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: "Formatrice", GivenName: "Mouna"})
	h.must(err)
	return access.Actor{PersonID: p.ID, Grants: []access.Grant{{Role: access.Trainer, Scope: access.Global}}}
}

func (h *house) event(actor access.Actor, capacity int) *workshop.Event {
	h.t.Helper()
	ev, err := h.workshops.Create(h.ctx, actor, workshop.CreateInput{Details: workshop.Details{Title: "Détection", Capacity: capacity, Lang: "fr"}, Start: today.AddDate(0, 0, 14), Days: 2})
	h.must(err)
	return ev
}

// totals counts people, organisations, enrolments and audit entries of the whole house.
func (h *house) totals() [3]int {
	h.t.Helper()
	var n [3]int
	for i, table := range []string{"org.person", "org.organisation", "workshop.enrolment"} {
		h.must(h.db.Owner().NewRaw("SELECT count(*) FROM "+table).Scan(h.ctx, &n[i]))
	}
	return n
}

func (h *house) run(name string, data []byte, code string, dry bool) *Result {
	h.t.Helper()
	r, err := h.Participants(h.ctx, system, File{Name: name, Data: data}, code, dry)
	h.must(err)
	return r
}

// keysOf lists the issues that the database gave rise to.
func keysOf(c *Checked) string {
	var out []string
	for _, i := range c.Issues {
		if strings.HasPrefix(i.Key, "import_") {
			out = append(out, fmt.Sprintf("%d:%d %s", i.Row, i.Col, strings.TrimPrefix(i.Key, "import_")))
		}
	}
	return strings.Join(out, ", ")
}

func TestSamplesComeInOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.trainer()
	for _, s := range []struct {
		name                      string
		rows, duplicates, created int
	}{{"participants-mas.xlsx", 25, 1, 24}, {"participants-ong-ar.xlsx", 20, 0, 20}, {"participants-windows.csv", 15, 0, 15}} {
		code := h.event(trainer, 0).Code
		before := h.totals()
		dry := h.run(s.name, sample(t, s.name), code, true).Report(bundle(t).For(i18n.FR))
		if h.totals() != before || dry.Created != 0 || dry.Rows != s.rows || dry.Duplicates != s.duplicates {
			t.Errorf("%s, tried only: %+v, rows changed: %v", s.name, dry, h.totals() != before)
		}
		r := h.run(s.name, sample(t, s.name), code, false)
		rep := r.Report(bundle(t).For(i18n.FR))
		if rep.Rows != s.rows || rep.Valid != s.rows || rep.Invalid != 0 || rep.Duplicates != s.duplicates || rep.Created != s.created {
			t.Errorf("%s: %+v", s.name, rep)
		}
		first := h.totals()
		if got := first[2] - before[2]; got != s.created {
			t.Errorf("%s: %d enrolments, want %d", s.name, got, s.created)
		}
		again := h.run(s.name, sample(t, s.name), code, false)
		rep = again.Report(bundle(t).For(i18n.FR))
		if rep.Created != 0 || rep.Invalid != 0 || rep.Duplicates != s.duplicates || h.totals() != first || again.Plan.Count(WhatAlready) != s.created {
			t.Errorf("%s again: %+v, from %v to %v, %d on the list", s.name, rep, first, h.totals(), again.Plan.Count(WhatAlready))
		}
		if k := keysOf(again.Checked); k != "" {
			t.Errorf("%s again: %s", s.name, k)
		}
		other := h.event(trainer, 0).Code
		third := h.run(s.name, sample(t, s.name), other, false)
		if third.Outcome.Created != s.created || third.Outcome.Persons != 0 || third.Outcome.Organisations != 0 {
			t.Errorf("%s in another workshop: %+v; %s", s.name, third.Outcome, keysOf(third.Checked))
		}
	}
}

// The three lists of one workshop have namesakes among them, with other numbers and addresses.
func TestSamplesInOneWorkshop(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	code := h.event(h.trainer(), 0).Code
	for range 2 {
		for _, name := range []string{"participants-mas.xlsx", "participants-ong-ar.xlsx", "participants-windows.csv"} {
			h.run(name, sample(t, name), code, false)
		}
		if n := h.totals(); n[0] != 1+24+20+15 || n[2] != 24+20+15 {
			t.Fatalf("%v", n)
		}
	}
}

func TestOneBadRowKeepsEverybodyOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.trainer()
	ev := h.event(trainer, 0)
	list := []byte("Nom;Prénom;Email;Structure\nAyari;Salma;salma@exemple.tn;Association Voix\nTrabelsi;Ali;ali(chez)exemple;Association Deux\n")
	before := h.totals()
	r := h.run("liste.csv", list, ev.Code, false)
	if !r.Refused() || r.Outcome != (Outcome{}) || h.totals() != before {
		t.Errorf("%+v, rows from %v to %v", r.Outcome, before, h.totals())
	}
	id, err := h.Upload(h.ctx, trainer, ev.ID, File{Name: "liste.csv", Data: list})
	h.must(err)
	if _, err := h.Apply(h.ctx, trainer, ev.ID, id, Mapping{}); errKey(err) != "import_refused" {
		t.Errorf("applied: %v", err)
	}
	if h.totals() != before {
		t.Errorf("rows from %v to %v", before, h.totals())
	}
	p, err := h.Preview(h.ctx, trainer, ev.ID, id, Mapping{})
	h.must(err)
	if p.Ready() || p.Invalid() != 1 || p.Plan.Rows[0].What != WhatNew || p.Plan.Rows[1].What != WhatInvalid || len(p.Plan.Organisations) != 1 {
		t.Errorf("%+v, %d invalid", p.Plan, p.Invalid())
	}
}

func TestKnownPeopleAreMatched(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.trainer()
	code := h.event(trainer, 0).Code
	create := func(in org.PersonInput) org.Person {
		p, err := h.org.CreatePerson(h.ctx, system, in)
		h.must(err)
		return p
	}
	byCIN := create(org.PersonInput{FamilyName: "Ayari", GivenName: "Salma", CIN: "05535478", Phone: "+21622642259"})
	byPhone := create(org.PersonInput{FamilyName: "بن صالح", GivenName: "إيمان", Phone: "+21698111222"})
	create(org.PersonInput{FamilyName: "Jebali", GivenName: "Hatem", Email: "bureau@exemple.tn"})
	create(org.PersonInput{FamilyName: "Gharbi", GivenName: "Amel", CIN: "01234567"})
	list := "Nom;Prénom;CIN;Tél;Email\n" +
		"AYARI;Selma;05535478;98 765 432;salma@exemple.tn\n" + // the same number, another telephone
		"Ben Salah;Imen;;98 111 222;\n" + // written in another script
		"Mabrouk;Nadia;;;bureau@exemple.tn\n" + // the address of an office
		"Zouari;Karim;01234567;;\n" // the number of somebody else
	r := h.run("liste.csv", []byte(list), code, true)
	if k := keysOf(r.Checked); k != "2:4 kept_phone, 2:5 kept_email, 4:5 maybe_email, 5:3 cin_known" {
		t.Errorf("issues: %s", k)
	}
	whats := []What{r.Plan.Rows[0].What, r.Plan.Rows[1].What, r.Plan.Rows[2].What, r.Plan.Rows[3].What}
	if fmt.Sprint(whats) != "[known known new invalid]" || r.Plan.Rows[0].Known.ID != byCIN.ID || r.Plan.Rows[1].Known.ID != byPhone.ID || !r.Refused() {
		t.Errorf("%v", whats)
	}
	cut := list[:strings.Index(list, "Zouari")]
	before := h.totals()
	r = h.run("liste.csv", []byte(cut), code, false)
	if r.Outcome.Created != 3 || r.Outcome.Known != 2 || r.Outcome.Persons != 1 || h.totals()[0] != before[0]+1 {
		t.Errorf("%+v", r.Outcome)
	}
	if p, err := h.org.PersonTx(h.ctx, h.db.App(), byCIN.ID); err != nil || p.Phone != "+21622642259" || p.Email != "" {
		t.Errorf("the record of a known person changed: %+v, %v", p, err)
	}
}

// Two people of one name stay two, however often the list comes.
func TestNamesakesStayTwo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	code := h.event(h.trainer(), 0).Code
	list := []byte("Nom;Prénom;Sexe\nBen Ali;Mohamed;H\nBen Ali;Mohamed;H\nTrabelsi;Salma;F\n")
	before := h.totals()
	for range 2 {
		h.run("liste.csv", list, code, false)
		if n := h.totals(); n[0] != before[0]+3 || n[2] != 3 {
			t.Fatalf("%v, before %v", n, before)
		}
	}
	for i, different := range []string{"Tél\nBen Ali;Mohamed;22333444", "Structure\nBen Ali;Mohamed;Association Une", "Fonction\nBen Ali;Mohamed;Juriste"} {
		if r := h.run("liste.csv", []byte("Nom;Prénom;"+different+"\n"), code, true); r.Plan.Count(WhatNew) != 1 {
			t.Errorf("%d: somebody of whom more is said was taken for a namesake", i)
		}
	}
	r := h.run("liste.csv", []byte("Nom;Prénom;Sexe\nBen Ali;Mohamed;H\nBen Ali;Mohamed;H\nBen Ali;Mohamed;H\nTrabelsi;Salma;H\n"), code, false)
	if r.Outcome.Created != 2 || r.Outcome.Already != 2 {
		t.Errorf("a third one, and another sex: %+v", r.Outcome)
	}
}

func TestSpellingsOfAnOrganisationAreOne(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	code := h.event(h.trainer(), 0).Code
	_, err := h.org.CreateOrganisation(h.ctx, system, org.OrganisationInput{Name: "MAS – CDIS Sfax"})
	h.must(err)
	list := "Nom;Prénom;Structure\nA;Amel;mas cdis  sfax\nB;Basma;Association « Beity »\nC;Chiraz;ASSOCIATION BEITY\nD;Dora;association Beity\n"
	r := h.run("liste.csv", []byte(list), code, false)
	if r.Outcome.Organisations != 1 || len(r.Plan.Organisations) != 1 || r.Plan.Organisations[0].Rows != 3 || r.Plan.Organisations[0].Kind != org.KindNGO || h.totals()[1] != 2 {
		t.Errorf("%+v, %+v, %v", r.Outcome, r.Plan.Organisations, h.totals())
	}
}

func TestTwiceAtOnceEnrolsOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.trainer()
	ev := h.event(trainer, 0)
	data := sample(t, "participants-windows.csv")
	id, err := h.Upload(h.ctx, trainer, ev.ID, File{Name: "liste.csv", Data: data})
	h.must(err)
	other, err := h.Upload(h.ctx, trainer, ev.ID, File{Name: "liste.csv", Data: data})
	h.must(err)
	before := h.totals()
	outs := make([]Outcome, 6)
	var wg sync.WaitGroup
	for i := range outs {
		wg.Go(func() {
			up := id
			if i%3 == 2 {
				up = other
			}
			var err error
			if outs[i], err = h.Apply(h.ctx, trainer, ev.ID, up, Mapping{}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := h.totals(); n[0] != before[0]+15 || n[2] != before[2]+15 {
		t.Errorf("rows from %v to %v", before, n)
	}
	if outs[0] != outs[1] || outs[0] != outs[3] || outs[2] != outs[5] || outs[0].Created+outs[2].Created != 15 {
		t.Errorf("outcomes: %+v", outs)
	}
	if again, err := h.Apply(h.ctx, trainer, ev.ID, id, Mapping{}); err != nil || again != outs[0] {
		t.Errorf("a repeat: %+v, %v", again, err)
	}
}

func TestUploadBelongsToWhoeverSentIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer, other := h.trainer(), h.trainer()
	manager := access.Actor{PersonID: other.PersonID, Grants: []access.Grant{{Role: access.Manager, Scope: access.Global}}}
	ev := h.event(trainer, 0)
	f := File{Key: uuid.New(), Name: `C:\Users\x\liste.csv`, Data: []byte("Nom;Prénom\nAyari;Salma\n")}
	if _, err := h.Upload(h.ctx, other, ev.ID, f); !errs.Is(err, errs.Forbidden) {
		t.Errorf("another trainer uploads: %v", err)
	}
	if _, err := h.Upload(h.ctx, access.Actor{}, ev.ID, f); !errs.Is(err, errs.Forbidden) {
		t.Errorf("a visitor uploads: %v", err)
	}
	id, err := h.Upload(h.ctx, trainer, ev.ID, f)
	h.must(err)
	if again, err := h.Upload(h.ctx, trainer, ev.ID, f); err != nil || again != id {
		t.Errorf("a repeat: %v, %v", again, err)
	}
	f.Data = []byte("Nom;Prénom\nTrabelsi;Ali\n")
	if fresh, err := h.Upload(h.ctx, trainer, ev.ID, f); err != nil || fresh == id {
		t.Errorf("another file under the same key: %v, %v", fresh, err)
	}
	for _, a := range []access.Actor{other, manager, {}, system} {
		if _, err := h.Preview(h.ctx, a, ev.ID, id, Mapping{}); !errs.Is(err, errs.NotFound) {
			t.Errorf("somebody else sees it: %v", err)
		}
		if _, err := h.Apply(h.ctx, a, ev.ID, id, Mapping{}); !errs.Is(err, errs.NotFound) {
			t.Errorf("somebody else applies it: %v", err)
		}
	}
	if _, err := h.Preview(h.ctx, trainer, h.event(trainer, 0).ID, id, Mapping{}); !errs.Is(err, errs.NotFound) {
		t.Errorf("seen from another event: %v", err)
	}
	p, err := h.Preview(h.ctx, trainer, ev.ID, id, Mapping{})
	h.must(err)
	if p.Upload.Name != "liste.csv" || !p.Ready() {
		t.Errorf("name %q, ready %v", p.Upload.Name, p.Ready())
	}
	h.at = h.at.Add(keptFor)
	if _, err := h.Preview(h.ctx, trainer, ev.ID, id, Mapping{}); !errs.Is(err, errs.NotFound) {
		t.Errorf("after a day: %v", err)
	}
	h.must(h.Sweep(h.ctx))
	var n int
	h.must(h.db.Owner().NewRaw("SELECT count(*) FROM ingest.upload").Scan(h.ctx, &n))
	if n != 0 {
		t.Errorf("%d files left after the sweep", n)
	}
}

func TestNastyFilesChangeNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.trainer()
	ev := h.event(trainer, 0)
	mas := sample(t, "participants-mas.xlsx")
	before := h.totals()
	for name, want := range map[string]struct {
		data []byte
		key  string
	}{
		"vide.xlsx":   {nil, "sheet_empty"},
		"coupe.xlsx":  {mas[:len(mas)/2], "sheet_damaged"},
		"photo.xlsx":  {[]byte("\x89PNG\r\n\x1a\n0000000"), "sheet_not_a_workbook"},
		"ancien.xls":  {append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 600)...), "sheet_old_format"},
		"gros.csv":    {make([]byte, 11<<20), "sheet_too_large"},
		"titres.csv":  {[]byte("Nom;Prénom;CIN\n"), "ingest_no_rows"},
		"journal.csv": {[]byte("a;b\n1;2\n3;4\n5;6\n"), "ingest_no_list"},
	} {
		if _, err := h.Participants(h.ctx, system, File{Name: name, Data: want.data}, ev.Code, false); errKey(err) != want.key || !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
		_, err := h.Upload(h.ctx, trainer, ev.ID, File{Name: name, Data: want.data})
		if readable := strings.HasPrefix(want.key, "ingest_"); readable != (err == nil) {
			t.Errorf("%s uploaded: %v", name, err)
		}
	}
	if h.totals() != before {
		t.Errorf("rows from %v to %v", before, h.totals())
	}
	if _, err := h.Participants(h.ctx, system, File{Name: "x.csv", Data: []byte("Nom\nAyari\n")}, "W-2020-999", false); errKey(err) != "import_workshop_unknown" {
		t.Errorf("unknown workshop: %v", err)
	}
}

func TestClosedAndFullEvents(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.trainer()
	full := h.event(trainer, 2)
	list := []byte("Nom;Prénom\nAyari;Salma\nTrabelsi;Ali\nJebali;Hatem\n")
	r := h.run("liste.csv", list, full.Code, false)
	if r.Outcome.Created != 3 || r.Outcome.Waiting != 1 || keysOf(r.Checked) != "4:0 waiting" || r.Plan.Waiting != 1 {
		t.Errorf("%+v, %s", r.Outcome, keysOf(r.Checked))
	}
	v, err := h.workshops.View(h.ctx, trainer, access.WorkshopView, full.ID)
	h.must(err)
	for _, p := range v.People {
		if p.FamilyName == "Ayari" {
			h.must(h.workshops.SetEnrolment(h.ctx, trainer, full.ID, p.EnrolmentID, workshop.Withdrawn, "malade"))
		}
	}
	r = h.run("liste.csv", list, full.Code, false)
	if r.Outcome.Created != 0 || keysOf(r.Checked) != "2:1 left" || r.Plan.Count(WhatLeft) != 1 {
		t.Errorf("somebody who withdrew: %+v, %s", r.Outcome, keysOf(r.Checked))
	}
	h.must(h.workshops.SetState(h.ctx, trainer, full.ID, workshop.Cancelled, "reporté"))
	for _, dry := range []bool{true, false} {
		if _, err := h.Participants(h.ctx, system, File{Name: "liste.csv", Data: list}, full.Code, dry); errKey(err) != "workshop_error_closed" {
			t.Errorf("a cancelled event: %v", err)
		}
	}
	if _, err := h.Upload(h.ctx, trainer, full.ID, File{Name: "liste.csv", Data: list}); !errs.Is(err, errs.Conflict) {
		t.Errorf("uploaded: %v", err)
	}
}

func TestMappingOfThePreview(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.trainer()
	ev := h.event(trainer, 0)
	id, err := h.Upload(h.ctx, trainer, ev.ID, File{Name: "liste.csv", Data: []byte("x;y;z\nSalma;Ayari;a@exemple.tn\nAli;Trabelsi;b@exemple.tn\n")})
	h.must(err)
	m := Mapping{HeaderRow: 1, Columns: map[Field]int{GivenName: 1, FamilyName: 2, Email: 3}}
	p, err := h.Preview(h.ctx, trainer, ev.ID, id, m)
	h.must(err)
	if p.Problem != nil || !p.Ready() || p.Checked.People[0].Family != "Ayari" || len(p.Proposal.Columns) != 3 {
		t.Errorf("%+v", p)
	}
	p, err = h.Preview(h.ctx, trainer, ev.ID, id, Mapping{HeaderRow: 1, Columns: map[Field]int{Email: 3}})
	h.must(err)
	if p.Problem == nil || p.Problem.Key != "ingest_no_name_column" || p.Ready() {
		t.Errorf("without names: %+v", p.Problem)
	}
	if _, err := h.Apply(h.ctx, trainer, ev.ID, id, Mapping{HeaderRow: 1, Columns: map[Field]int{Email: 3}}); errKey(err) != "ingest_no_name_column" {
		t.Errorf("applied without names: %v", err)
	}
	copied, err := h.Marked(h.ctx, trainer, ev.ID, id, m, bundle(t).For(i18n.AR))
	h.must(err)
	if !strings.HasPrefix(copied.Name, "liste - ") || len(readBook(t, copied.Name, copied.Data).Sheets) == 0 {
		t.Errorf("marked copy %q", copied.Name)
	}
	if out, err := h.Apply(h.ctx, trainer, ev.ID, id, m); err != nil || out.Created != 2 {
		t.Errorf("%+v, %v", out, err)
	}
}

// The empty template is understood in every language, and says that nobody stands in it.
func TestTemplateIsUnderstood(t *testing.T) {
	t.Parallel()
	for _, l := range i18n.Langs() {
		data, err := Template(bundle(t).For(l))
		if err != nil {
			t.Fatal(err)
		}
		p := Propose(readBook(t, "modele.xlsx", data), today)
		if p.Problem != "ingest_no_rows" || p.Mapping.HeaderRow != 1 || len(p.Mapping.Columns) != len(templateFields()) {
			t.Errorf("%s: %+v, %s", l, p.Mapping, p.Problem)
		}
		for i, f := range templateFields() {
			if p.Mapping.Columns[f] != i+1 {
				t.Errorf("%s: %s is taken for column %d", l, f, p.Mapping.Columns[f])
			}
		}
	}
}
