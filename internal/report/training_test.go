package report

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/i18n"
	"shelter/internal/workshop"
)

// tested gives the workshop a last test of two questions on D1, two on D2 and one of opinion, and ten people of two organisations who
// took it: six of the first have half the points of D1, four of the second none; all have those of D2.
func (h *house) tested() (first, second uuid.UUID) {
	h.t.Helper()
	first, second = uuid.New(), uuid.New()
	sql := func(q string, args ...any) {
		h.t.Helper()
		_, err := h.db.Owner().NewRaw(q, args...).Exec(h.ctx)
		h.must(err)
	}
	form, pairing, sitting := uuid.New(), uuid.New(), uuid.New()
	sql("INSERT INTO org.organisation (id, name, name_key, kind, created_at) VALUES (?, 'Centre A', 'centre a', 'ngo', now()), (?, 'Centre B', 'centre b', 'ngo', now())", first, second)
	sql("INSERT INTO exam.form (id, code, version, title, digest, created_at) VALUES (?, 'F', 1, '{}', 'x', now())", form)
	for i, q := range []struct{ objective, kind string }{{"D1", "single"}, {"D2", "single"}, {"D1", "likert"}, {"D1", "single"}, {"D2", "single"}} {
		id, version := uuid.New(), uuid.New()
		sql("INSERT INTO exam.question (id, code, objective, created_at) VALUES (?, ?, ?, now())", id, fmt.Sprintf("T-%03d", i), q.objective)
		sql("INSERT INTO exam.question_version (id, question_id, version, type, difficulty, bloom, body, digest, created_at) VALUES (?, ?, 1, ?, 1, 'apply', '{}', ?, now())", version, id, q.kind, id.String())
		sql("INSERT INTO exam.form_item (form_id, position, version_id) VALUES (?, ?, ?)", form, i+1, version)
	}
	sql("INSERT INTO exam.pairing (id, event_id, room_code, code_key, created_at) VALUES (?, ?, '123456', 'k', now())", pairing, h.event.ID)
	sql("INSERT INTO exam.sitting (id, pairing_id, phase, form_id) VALUES (?, ?, 'post', ?)", sitting, pairing, form)
	var ids []uuid.UUID
	for i := range 10 {
		ids = append(ids, h.person(fmt.Sprintf("Personne %c", 'A'+i)).ID)
	}
	list, err := h.work.EnrolMany(h.ctx, h.trainer, h.event.ID, ids, workshop.EnrolOptions{})
	h.must(err)
	for i, e := range list {
		organisation, result := first, "[1, 1, null, 0, 1]"
		if i >= 6 {
			organisation, result = second, "[0, 1, null, 0, 1]"
		}
		sql("UPDATE org.person SET organisation_id = ? WHERE id = ?", organisation, ids[i])
		sql("UPDATE workshop.enrolment SET organisation_id = ? WHERE id = ?", organisation, e.EnrolmentID)
		sql(`INSERT INTO exam.attempt (id, sitting_id, subject, enrolment_id, token_hash, resume_code, items, lang, started_at, submitted_at, score, max_score, result)
			VALUES (?, ?, ?, ?, ?, '1234', 5, 'fr', now(), now(), 3, 4, ?::jsonb)`, uuid.New(), sitting, "e:"+e.EnrolmentID.String(), e.EnrolmentID, []byte(e.EnrolmentID.String()), result)
	}
	return first, second
}

// TestWhatIsProposedAgain: an objective below the mark is proposed with the figures it stands on, for everybody and for an organisation
// of five persons or more; not for four, not what was learned, and not to those who may not see details.
func TestWhatIsProposedAgain(t *testing.T) {
	t.Parallel()
	h, s, _ := planned(t)
	centre, _ := h.tested()
	got, err := s.Training(h.ctx, managerActor, i18n.FR)
	h.must(err)
	want := []Refresher{{Objective: "D1", Persons: 10, Percent: 30}, {Objective: "D1", OrganisationID: centre, Organisation: "Centre A", Persons: 6, Percent: 50}}
	if len(got.Refreshers) != len(want) {
		t.Fatalf("proposed: %+v", got.Refreshers)
	}
	for i := range want {
		if got.Refreshers[i] != want[i] {
			t.Errorf("proposed: %+v, want %+v", got.Refreshers[i], want[i])
		}
	}
	if o, err := s.Training(h.ctx, observerActor, i18n.FR); err != nil || len(o.Refreshers) != 0 {
		t.Errorf("an observer gets %+v, %v", o, err)
	}
}

// TestAFollowUpThatAsksForTrainingIsProposed: three of ten answers to a closed follow-up are enough, fewer are not.
func TestAFollowUpThatAsksForTrainingIsProposed(t *testing.T) {
	t.Parallel()
	h, s, _ := planned(t)
	sql := func(q string, args ...any) {
		t.Helper()
		_, err := h.db.Owner().NewRaw(q, args...).Exec(h.ctx)
		h.must(err)
	}
	survey := uuid.New()
	questions := bun.Safe(`'[{"id": "q4", "kind": "choice", "text": {"fr": "?"}, "options": [{"fr": "Du temps"}, {"fr": "Des services"}, {"fr": "Une formation complémentaire"}]}]'`)
	sql("INSERT INTO survey.survey (id, event_id, wave, code, questions, state, closed_on, created_at) VALUES (?, ?, 'm3', 'abc', ?::jsonb, 'closed', ?::date, now())", survey, h.event.ID, questions, s.now())
	sql("INSERT INTO survey.tally (survey_id, question, choice, n) VALUES (?, 'q4', 0, 8), (?, 'q4', 2, 2)", survey, survey)
	got, err := s.Training(h.ctx, managerActor, i18n.FR)
	h.must(err)
	if len(got.Refreshers) != 0 {
		t.Errorf("two of ten are enough: %+v", got.Refreshers)
	}
	sql("UPDATE survey.tally SET n = 7 WHERE choice = 0")
	sql("UPDATE survey.tally SET n = 3 WHERE choice = 2")
	sql("UPDATE survey.survey SET state = 'closed'") // answers come before the end, and the end is what counts
	got, err = s.Training(h.ctx, managerActor, i18n.FR)
	h.must(err)
	if len(got.Refreshers) != 1 || got.Refreshers[0].Persons != 10 || got.Refreshers[0].Percent != 30 || got.Refreshers[0].Workshop != h.event.Code+" · Accueil" {
		t.Errorf("proposed: %+v", got.Refreshers)
	}
}

// TestCoverageHidesSmallNumbers: a manager sees how many of an organisation are trained; an observer neither a few nor all but a few.
func TestCoverageHidesSmallNumbers(t *testing.T) {
	t.Parallel()
	h, s, _ := planned(t)
	centre, _ := h.tested()
	of := func(t *Training) *Coverage {
		for i := range t.Coverage {
			if t.Coverage[i].OrganisationID == centre {
				return &t.Coverage[i]
			}
		}
		return nil
	}
	m, err := s.Training(h.ctx, managerActor, i18n.FR)
	h.must(err)
	if c := of(m); c == nil || *c.Known.Value != 6 || *c.Trained.Value != 0 {
		t.Fatalf("%+v", c)
	}
	o, err := s.Training(h.ctx, observerActor, i18n.FR)
	h.must(err)
	if c := of(o); *c.Known.Value != 6 || c.Trained.Value == nil || *c.Trained.Value != 0 {
		t.Errorf("none of six: %+v", c)
	}
	few := Coverage{Known: Number{Value: ptr(9)}, Trained: Number{Value: ptr(6)}} // three are not trained
	if few.hide(); few.Trained.Value != nil || !few.Trained.Below {
		t.Errorf("%+v", few)
	}
	small := Coverage{Known: Number{Value: ptr(3)}, Trained: Number{Value: ptr(0)}}
	if small.hide(); small.Known.Value != nil || small.Trained.Value != nil {
		t.Errorf("%+v", small)
	}
}
