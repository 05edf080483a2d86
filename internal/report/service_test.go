package report

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db/dbtest"
	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/workshop"
)

var system = access.System("test")

// house is a database with one workshop of a day, three people, and the trainer who runs it.
type house struct {
	*Service

	t       *testing.T
	db      *dbtest.DB
	ctx     context.Context
	org     *org.Service
	work    *workshop.Service
	trainer access.Actor
	code    string
	event   *workshop.Event
	people  []uuid.UUID // enrolments
}

// ExamWorkshop, ExamParticipants and ExamEnrolled make the house the roster of its own tests.
func (h *house) ExamWorkshop(ctx context.Context, idb bun.IDB, id uuid.UUID) (exam.Workshop, error) {
	head, err := h.work.HeadTx(ctx, idb, id)
	if err != nil {
		return exam.Workshop{}, err
	}
	return exam.Workshop{ID: id, Code: head.Event.Code, Title: head.Event.Title, StartsOn: head.Event.StartsOn, Resource: head.Resource()}, nil
}

func (h *house) ExamParticipants(context.Context, bun.IDB, uuid.UUID) ([]exam.Participant, error) {
	return nil, nil
}

func (h *house) ExamEnrolled(context.Context, bun.IDB, uuid.UUID, uuid.UUID) (bool, error) {
	return true, nil
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, db: dbtest.New(t), ctx: context.Background()}
	bundle, err := i18n.New()
	h.must(err)
	now := func() time.Time { return monday.Add(9 * time.Hour) }
	d := h.db.App()
	h.org = org.New(d, now)
	h.work = workshop.New(d, h.org, now)
	h.Service = New(d, h.work, exam.New(d, now, h), h.org, bundle, now)
	lead := h.person("Formatrice")
	h.trainer, h.code = access.Actor{PersonID: lead.ID, Grants: []access.Grant{{Role: access.Trainer, Scope: access.Global}}}, lead.Code
	h.event, err = h.work.Create(h.ctx, h.trainer, workshop.CreateInput{Details: workshop.Details{Title: "Accueil"}, Start: monday, Days: 1})
	h.must(err)
	var ids []uuid.UUID
	for _, n := range []string{"Ayari", "Trabelsi", "Zribi"} {
		ids = append(ids, h.person(n).ID)
	}
	list, err := h.work.EnrolMany(h.ctx, h.trainer, h.event.ID, ids, workshop.EnrolOptions{})
	h.must(err)
	for _, e := range list {
		h.people = append(h.people, e.EnrolmentID)
	}
	for _, st := range []workshop.State{workshop.Confirmed, workshop.Running} {
		h.must(h.work.SetState(h.ctx, h.trainer, h.event.ID, st, ""))
	}
	h.mark(0, workshop.Present)
	h.mark(1, workshop.Absent)
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) person(family string) org.Person {
	h.t.Helper()
	p, err := h.org.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: family, GivenName: "Amel", Governorate: "TN-61", Phone: "98700123"})
	h.must(err)
	return p
}

func (h *house) mark(i int, st workshop.Status) {
	h.t.Helper()
	v, err := h.work.View(h.ctx, h.trainer, access.AttendanceMark, h.event.ID)
	h.must(err)
	in := workshop.MarkInput{Key: uuid.New(), SlotID: v.Slots[0].ID, EnrolmentID: h.people[i], Status: st, ClientAt: monday}
	_, err = h.work.MarkBatch(h.ctx, h.trainer, h.event.ID, workshop.Batch{Marks: []workshop.MarkInput{in}})
	h.must(err)
}

func (h *house) audits() int {
	h.t.Helper()
	var n int
	h.must(h.db.Owner().NewRaw("SELECT count(*) FROM audit.entry WHERE action LIKE '%.export'").Scan(h.ctx, &n))
	return n
}

func TestExportIsCompleteAndAudited(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f, err := h.Attendance(h.ctx, h.trainer, h.event.ID, Options{Lang: i18n.AR})
	h.must(err)
	defer f.Close()
	if f.Name != "W-2026-001-presences-ar.xlsx" || f.Title != "W-2026-001-ورقة-الحضور-ar.xlsx" || f.Rows != 6 {
		t.Errorf("%q %q, %d rows", f.Name, f.Title, f.Rows)
	}
	var out bytes.Buffer
	if n, err := f.WriteTo(&out); err != nil || n != f.Size || int64(out.Len()) != n {
		t.Errorf("%d of %d bytes, %v", n, f.Size, err)
	}
	m := made{data: out.Bytes()}
	checkFile(t, m)
	if in := holding(t, m, f.Checksum, h.code); len(in[f.Checksum]) != 1 || len(in[h.code]) != 1 {
		t.Errorf("the read-me lacks checksum or maker: %v", in)
	}
	if in := holding(t, m, "98700123", "98 700 123"); len(in) > 0 {
		t.Errorf("a phone is in %v", in)
	}
	var detail struct {
		Rows     int
		SHA256   string `bun:"sha256"`
		Contacts bool
		Lang     string
	}
	h.must(h.db.Owner().NewRaw("SELECT (detail->>'rows')::int AS rows, detail->>'sha256' AS sha256, (detail->>'contacts')::bool AS contacts, detail->>'lang' AS lang FROM audit.entry WHERE action = 'attendance.export' AND object_id = ?",
		h.event.ID.String()).Scan(h.ctx, &detail))
	if detail.Rows != 6 || detail.SHA256 != f.Checksum || detail.Contacts || detail.Lang != "ar" {
		t.Errorf("audit %+v", detail)
	}
}

func TestWhoMayExport(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	grant := func(r access.Role) access.Actor {
		return access.Actor{PersonID: h.person("Autre").ID, Grants: []access.Grant{{Role: r, Scope: access.Global}}}
	}
	for name, a := range map[string]access.Actor{"manager": grant(access.Manager), "own trainer": h.trainer, "cli": access.System("cli")} {
		for _, export := range []func(context.Context, access.Actor, uuid.UUID, Options) (*File, error){h.Attendance, h.Participants} {
			f, err := export(h.ctx, a, h.event.ID, Options{Lang: i18n.FR})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			f.Close()
		}
	}
	before := h.audits()
	for name, a := range map[string]access.Actor{"another trainer": grant(access.Trainer), "trainee": grant(access.Trainee), "admin": grant(access.Admin), "observer": grant(access.Observer), "visitor": {}} {
		for _, export := range []func(context.Context, access.Actor, uuid.UUID, Options) (*File, error){h.Attendance, h.Participants} {
			if f, err := export(h.ctx, a, h.event.ID, Options{Lang: i18n.FR}); !errs.Is(err, errs.Forbidden) || f != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := h.AttendanceByCode(h.ctx, a, h.event.Code, Options{Lang: i18n.FR}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("%s by code: %v", name, err)
		}
	}
	if n := h.audits(); n != before {
		t.Errorf("%d exports in the audit, %d before the refusals", n, before)
	}
}

func TestBadRequestsMakeNoFile(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if _, err := h.Attendance(h.ctx, h.trainer, h.event.ID, Options{Lang: "de"}); !errs.Is(err, errs.Invalid) {
		t.Errorf("language: %v", err)
	}
	if _, err := h.Attendance(h.ctx, h.trainer, uuid.New(), Options{Lang: i18n.FR}); !errs.Is(err, errs.NotFound) {
		t.Errorf("unknown event: %v", err)
	}
	if _, err := h.AttendanceByCode(h.ctx, h.trainer, "W-1999-001", Options{Lang: i18n.FR}); !errs.Is(err, errs.NotFound) {
		t.Errorf("unknown code: %v", err)
	}
	if n := h.audits(); n != 0 {
		t.Errorf("%d exports in the audit", n)
	}
}

// An export that cannot be recorded is not handed out, and leaves no file behind.
func TestNoAuditNoFile(t *testing.T) {
	h := newHouse(t)
	t.Setenv("TMPDIR", t.TempDir())
	h.db.Exec("REVOKE INSERT ON audit.entry FROM PUBLIC, shelter_app")
	if f, err := h.Attendance(h.ctx, h.trainer, h.event.ID, Options{Lang: i18n.FR}); err == nil || f != nil {
		t.Errorf("%v, %v", f, err)
	}
	left, err := os.ReadDir(os.TempDir())
	h.must(err)
	for _, e := range left {
		if strings.HasPrefix(e.Name(), "shelter-export") {
			t.Errorf("%s is left", e.Name())
		}
	}
}

func TestFileByCodeIsSavedAsAWhole(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f, err := h.AttendanceByCode(h.ctx, access.System("cli"), " "+strings.ToLower(h.event.Code), Options{Lang: i18n.EN})
	h.must(err)
	tmp := f.f.Name()
	dir := t.TempDir()
	path := filepath.Join(dir, "out.xlsx")
	h.must(os.WriteFile(path, []byte("old"), 0o600))
	h.must(f.Save(path))
	if data, _ := os.ReadFile(path); int64(len(data)) != f.Size || !bytes.HasPrefix(data, []byte("PK")) {
		t.Errorf("%d bytes", len(data))
	}
	if err := f.Save(filepath.Join(dir, "no", "such", "folder.xlsx")); err == nil {
		t.Error("saved into a folder that is not there")
	}
	if list, _ := os.ReadDir(dir); len(list) != 1 {
		t.Errorf("%d files", len(list))
	}
	f.Close()
	f.Close()
	if _, err := os.Stat(tmp); !os.IsNotExist(err) {
		t.Errorf("the temporary file is left: %v", err)
	}
	if _, err := f.WriteTo(&bytes.Buffer{}); err == nil {
		t.Error("a closed file was copied")
	}
}

// ExamPeople and ExamLearner know of no courses.
func (h *house) ExamPeople(context.Context, bun.IDB, []uuid.UUID) ([]exam.Participant, error) {
	return nil, nil
}

func (h *house) ExamLearner(context.Context, access.Actor, string) (done, of int, err error) {
	return 0, 0, nil
}
