package casework

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
)

// View is a file as a page shows it, opened except for the identity.
type View struct {
	File
	Alias                        string
	Narrative                    string
	References                   References
	Opened                       bool // seen through an emergency opening
	CanEnd                       bool // may end what stands: consents and sharing, in a closed file too
	CanEdit, CanDecide, CanTrace bool

	Elements    []Element
	Indicators  []Indicator
	Assessments []Assessment
	Goals       []Goal
	Services    []Assist
	Tasks       []Task
	Consents    []Consent
	Referrals   []Referral
	Events      []Event
	Homecoming  *Homecoming // nil: none, or cancelled
	FollowUps   []Revisit
	Attachments []Attachment
	Requests    []Request
	Disclosures []Disclosure
	Scale       Scale
	Today       time.Time
}

// Event is a moment of the file's history.
type Event struct {
	ID     uuid.UUID
	At     time.Time
	ByID   uuid.UUID
	Kind   string
	Detail map[string]any
	Note   string
}

// View opens a file without its identity.
func (s *Service) View(ctx context.Context, actor access.Actor, id uuid.UUID) (*View, error) {
	v := &View{Today: s.today()}
	err := s.onCase(ctx, actor, id, access.CaseView, "case.view", func(ctx context.Context, o *open) error {
		v.File = *o.file
		res := v.Resource()
		v.CanEnd, v.CanDecide, v.CanTrace = may(actor, access.CaseEdit, res), may(actor, access.CaseDecide, res), may(actor, access.CaseTrace, res)
		v.CanEdit = v.CanEnd && v.State != Closed
		v.Opened = !may(actor, access.CaseView, res)
		return v.read(ctx, o)
	})
	if err != nil {
		return nil, err
	}
	return v, nil
}

func may(a access.Actor, act access.Action, r access.Resource) bool {
	return access.Can(a, act, r) == nil
}

func (v *View) read(ctx context.Context, o *open) error {
	for place, part := range map[string]struct {
		sealed []byte
		to     any
	}{"alias": {o.file.Alias, &v.Alias}, "narrative": {o.file.Narrative, &v.Narrative}, "references": {o.file.ReferencesSealed, &v.References}} {
		if err := o.unseal(place, v.ID, part.sealed, part.to); err != nil {
			return err
		}
	}
	for _, list := range []struct {
		model any
		order string
	}{
		{&v.Elements, "kind, item"}, {&v.Indicators, "item"}, {&v.Assessments, "at DESC, id DESC"}, {&v.Goals, "at, id"}, {&v.Services, "at, id"},
		{&v.Tasks, "done_at IS NOT NULL, due_on, id"}, {&v.Consents, "at DESC, id DESC"}, {&v.Referrals, "sent_at DESC, id DESC"},
		{&v.Requests, "state DESC, due_on, id"}, {&v.Disclosures, "asked_at DESC, id DESC"},
	} {
		if err := o.tx.NewSelect().Model(list.model).Where("case_id = ?", v.ID).OrderExpr(list.order).Scan(ctx); err != nil {
			return db.Translate(err)
		}
	}
	if err := v.readEvents(ctx, o); err != nil {
		return err
	}
	if err := v.readHomecoming(ctx, o); err != nil {
		return err
	}
	if err := v.readAttachments(ctx, o); err != nil {
		return err
	}
	return v.openTexts(o)
}

func (v *View) readEvents(ctx context.Context, o *open) error {
	var rows []eventRow
	if err := o.tx.NewSelect().Model(&rows).Where("case_id = ?", v.ID).Order("at DESC", "id DESC").Limit(eventLimit).Scan(ctx); err != nil {
		return db.Translate(err)
	}
	for i := range rows {
		r := &rows[i]
		e := Event{ID: r.ID, At: r.At, ByID: r.ByID, Kind: r.Kind, Detail: r.Detail}
		if err := o.unseal("event", r.ID, r.Note, &e.Note); err != nil {
			return err
		}
		v.Events = append(v.Events, e)
	}
	return nil
}

// eventLimit is how much of the history a page shows.
const eventLimit = 200

func (v *View) openTexts(o *open) error {
	var texts []struct {
		place  string
		id     uuid.UUID
		sealed []byte
		to     any
	}
	add := func(place string, id uuid.UUID, sealed []byte, to any) {
		texts = append(texts, struct {
			place  string
			id     uuid.UUID
			sealed []byte
			to     any
		}{place, id, sealed, to})
	}
	for i := range v.Assessments {
		add("assessment", v.Assessments[i].ID, v.Assessments[i].Body, &v.Assessments[i].Text)
	}
	for i := range v.Goals {
		add("goal", v.Goals[i].ID, v.Goals[i].Body, &v.Goals[i].Text)
	}
	for i := range v.Services {
		add("service", v.Services[i].ID, v.Services[i].Body, &v.Services[i].Text)
	}
	for i := range v.Tasks {
		add("task", v.Tasks[i].ID, v.Tasks[i].Body, &v.Tasks[i].Text)
	}
	for i := range v.Consents {
		add("consent", v.Consents[i].ID, v.Consents[i].Body, &v.Consents[i].Proof)
	}
	for i := range v.Requests {
		add("request", v.Requests[i].ID, v.Requests[i].Body, &v.Requests[i].Text)
		add("answer", v.Requests[i].ID, v.Requests[i].Answer, &v.Requests[i].Answered)
	}
	for i := range v.Disclosures {
		add("disclosure", v.Disclosures[i].ID, v.Disclosures[i].Body, &v.Disclosures[i].Text)
		add("disclosurenote", v.Disclosures[i].ID, v.Disclosures[i].Note, &v.Disclosures[i].Remark)
		add("disclosuregiven", v.Disclosures[i].ID, v.Disclosures[i].Given, &v.Disclosures[i].What)
	}
	for _, t := range texts {
		if err := o.unseal(t.place, t.id, t.sealed, t.to); err != nil {
			return err
		}
	}
	for i := range v.Referrals {
		if err := o.s.openReferral(&v.Referrals[i]); err != nil {
			return err
		}
	}
	return nil
}

// GoalsMet gives how many of the plan's aims are met, of those that apply; ok is false when none applies.
func (v *View) GoalsMet() (met, of int, ok bool) {
	for i := range v.Goals {
		if v.Goals[i].State != "not_applicable" {
			of++
		}
		if v.Goals[i].State == "met" {
			met++
		}
	}
	return met, of, of > 0
}

// TaskLine is a task in the list of the day.
type TaskLine struct {
	Task
	Code, Alias string
	WorkerID    uuid.UUID
	CanEdit     bool
}

// Tasks lists what is still to be done in the files of the reader's sight, the most overdue first.
func (s *Service) Tasks(ctx context.Context, actor access.Actor) (list []TaskLine, due []DueLine, today time.Time, err error) {
	if err := access.Can(actor, access.CaseEnter, access.Resource{}); err != nil {
		return nil, nil, time.Time{}, err
	}
	err = s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		var err error
		list, err = s.taskLines(ctx, tx, actor)
		if err == nil {
			due, err = s.dueFollowUps(ctx, tx, actor)
		}
		if err != nil {
			return err
		}
		return s.record(ctx, tx, actor, "case.tasks", "", uuid.Nil, map[string]any{"shown": shownCases(list, due)})
	})
	return list, due, s.today(), err
}

func shownCases(list []TaskLine, due []DueLine) []string {
	seen := map[uuid.UUID]bool{}
	ids := []string{}
	show := func(id uuid.UUID) {
		if !seen[id] {
			seen[id] = true
			ids = append(ids, id.String())
		}
	}
	for i := range due {
		show(due[i].CaseID)
	}
	for i := range list {
		show(list[i].CaseID)
	}
	return ids
}

func (s *Service) taskLines(ctx context.Context, tx bun.Tx, actor access.Actor) ([]TaskLine, error) {
	var rows []struct {
		Task        `bun:",extend"`
		Code        string
		WorkerID    uuid.UUID `bun:",nullzero"`
		OwnerID     uuid.UUID
		AliasSealed []byte
		Wrapped     []byte
		KeyVersion  int
	}
	q := tx.NewSelect().TableExpr("cases.task AS t").ColumnExpr("t.*, f.code, f.worker_id, f.owner_id, f.alias AS alias_sealed, k.wrapped, k.version AS key_version").
		Join("JOIN cases.file f ON f.id = t.case_id").Join("JOIN cases.data_key k ON k.case_id = f.id").Where("t.done_at IS NULL AND f.state <> 'closed'")
	if err := scoped(q, actor).OrderExpr("t.due_on, t.id").Limit(taskLimit).Scan(ctx, &rows); err != nil {
		return nil, db.Translate(err)
	}
	list := make([]TaskLine, len(rows))
	for i := range rows {
		r := &rows[i]
		key, err := s.o.Keys.Unwrap(r.Wrapped, r.CaseID, r.KeyVersion)
		if err != nil {
			return nil, err
		}
		l := TaskLine{Task: r.Task, Code: r.Code, WorkerID: r.WorkerID, CanEdit: may(actor, access.CaseEdit, (&File{OwnerID: r.OwnerID, WorkerID: r.WorkerID}).Resource())}
		if err := unsealWith(key, "alias", r.CaseID, r.AliasSealed, &l.Alias); err != nil {
			return nil, err
		}
		if err := unsealWith(key, "task", r.ID, r.Body, &l.Text); err != nil {
			return nil, err
		}
		list[i] = l
	}
	return list, nil
}

const taskLimit = 200
