package course_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/errs"
)

func (w *world) finish() {
	w.t.Helper()
	for slug, questions := range map[string][]string{"01-un": {"X-001", "X-002"}, "02-deux": {"X-003", "X-004"}} {
		for _, q := range questions {
			w.answer(slug, q, "a")
		}
	}
}

func (w *world) holds(at time.Time) bool {
	w.t.Helper()
	until, err := w.svc.Holds(ctx(), w.trainee.PersonID, "demo", at)
	w.must(err)
	return !until.IsZero()
}

func TestACompetencyIsHeldFromTheEndOfTheCourseToItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish(sample())
	begin := w.now
	if w.holds(begin) {
		t.Error("held before the course")
	}
	w.finish()
	mine, err := w.svc.Competencies(ctx(), w.trainee, access.Resource{PersonID: w.trainee.PersonID})
	if err != nil || len(mine) != 1 || mine[0].Competency.ValidMonths != 12 {
		t.Fatalf("%+v, %v", mine, err)
	}
	h := mine[0]
	if h.Until != h.From.AddDate(0, 12, 0) {
		t.Errorf("from %v until %v", h.From, h.Until)
	}
	for at, want := range map[time.Time]bool{h.From.Add(-1): false, h.From: true, h.Until.Add(-1): true, h.Until: false} {
		if got := w.holds(at); got != want {
			t.Errorf("held at %v: %v", at, got)
		}
	}
	day := 24 * time.Hour
	for at, want := range map[time.Time]course.HoldingState{h.From: course.Valid, h.Until.Add(-91 * day): course.Valid, h.Until.Add(-90 * day): course.Expiring, h.Until: course.Expired} {
		if got := h.State(at); got != want {
			t.Errorf("%v: %s, want %s", at, got, want)
		}
	}
	_, err = w.svc.Competencies(ctx(), w.person("Stranger", access.Trainee), access.Resource{PersonID: w.trainee.PersonID})
	w.kind(err, errs.Forbidden)
	if until, err := w.svc.Holds(ctx(), w.trainee.PersonID, "other", h.From); err != nil || !until.IsZero() {
		t.Errorf("another competency is held until %v, %v", until, err)
	}
}

func TestRenewalBeginsAnewAndTakesNothingAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish(sample())
	w.must(w.svc.Renew(ctx(), w.trainee, "demo")) // nothing to renew
	w.finish()
	first := w.now
	w.kind(w.svc.Renew(ctx(), w.trainee, "demo"), errs.Conflict) // too early
	w.now = first.AddDate(0, 11, 0)
	newer := w.publish(edited(sample(), "demo/01-un.fr.md", "Premier mot", "Tout premier mot"))
	for range 2 {
		w.must(w.svc.Renew(ctx(), w.trainee, "demo"))
	}
	st, _, err := w.svc.Show(ctx(), w.trainee, "demo")
	if err != nil || st.CompletedAt != nil || st.DoneCount() != 0 || st.VersionID != newer.ID {
		t.Errorf("after renewal: %+v, %v", st, err)
	}
	if v, err := w.svc.Open(ctx(), w.trainee, "demo", "01-un", "fr"); err != nil || len(v.Tries) != 0 {
		t.Errorf("answers of the first round are shown: %v, %v", v.Tries, err)
	}
	if !w.holds(w.now) {
		t.Error("the competency went with the renewal")
	}
	late := course.Answer{Key: uuid.New(), Question: "X-001", At: first, Response: course.Response{Choice: []string{"a"}}} // of the first round, sent now
	if out, err := w.svc.Answer(ctx(), w.trainee, "demo", "01-un", late); err != nil || out.Progress.Answered != 0 {
		t.Errorf("an old answer counts: %+v, %v", out.Progress, err)
	}
	w.finish()
	if after := first.AddDate(0, 20, 0); !w.holds(after) {
		t.Error("the renewal does not last")
	}
	if n := w.count(`SELECT count(*) FROM course.award`); n != 2 {
		t.Errorf("%d awards", n)
	}
	if n := w.count(`SELECT count(*) FROM audit.entry WHERE action = 'course.renew'`); n != 1 {
		t.Errorf("%d audit entries", n)
	}
}

func TestCoverageIsLimitedToTheReadersOrganisations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish(sample())
	mine, other := uuid.New(), uuid.New()
	for id, name := range map[uuid.UUID]string{mine: "Mienne", other: "Autre"} {
		w.db.Exec(`INSERT INTO org.organisation (id, name, name_key, kind, created_at) VALUES ($1, $2, $2, 'ngo', now())`, id, name)
	}
	w.db.Exec(`UPDATE org.person SET organisation_id = $1 WHERE id = $2`, mine, w.trainee.PersonID)
	w.db.Exec(`UPDATE org.person SET organisation_id = $1 WHERE id = $2`, other, w.manager.PersonID)
	w.finish()
	c, err := w.svc.Coverage(ctx(), w.manager)
	if err != nil || len(c.Rows) != 2 || len(c.Competencies) != 1 {
		t.Fatalf("%+v, %v", c, err)
	}
	focal := access.Actor{PersonID: uuid.New(), Grants: []access.Grant{{Role: access.FocalPoint, Scope: access.Organisation, ID: mine}}}
	if c, err = w.svc.Coverage(ctx(), focal); err != nil || len(c.Rows) != 1 || c.Rows[0].Name != "Mienne" || c.Rows[0].People != 1 {
		t.Fatalf("%+v, %v", c, err)
	}
	row := c.Rows[0]
	if row.Counts["demo"][course.Valid] != 1 || len(row.Holders) != 1 || row.Holders[0].Name != "Trainee" {
		t.Errorf("%+v", row)
	}
	w.now = w.now.AddDate(0, 13, 0)
	if c, err = w.svc.Coverage(ctx(), focal); err != nil || c.Rows[0].Counts["demo"][course.Expired] != 1 {
		t.Errorf("%+v, %v", c.Rows[0], err)
	}
	elsewhere := access.Actor{PersonID: uuid.New(), Grants: []access.Grant{{Role: access.FocalPoint, Scope: access.Organisation, ID: uuid.New()}}}
	if c, err = w.svc.Coverage(ctx(), elsewhere); err != nil || len(c.Rows) != 0 {
		t.Errorf("%+v, %v", c, err)
	}
	_, err = w.svc.Coverage(ctx(), w.trainee)
	w.kind(err, errs.Forbidden)
}
