package casework

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
)

// Span is a time in which somebody held the competency that the work with a file asks for.
type Span struct{ From, Until time.Time }

// Share is a part of a number; it is undefined when that is none.
type Share struct{ N, Of int }

// Defined tells whether there is anything to take a part of.
func (s Share) Defined() bool { return s.Of > 0 }

// Value is the share itself.
func (s Share) Value() float64 { return float64(s.N) / float64(s.Of) }

func (s *Share) count(yes bool) {
	s.Of++
	if yes {
		s.N++
	}
}

// Member is somebody who follows open files of the team.
type Member struct {
	ID            uuid.UUID
	Open, Overdue int
	Held          bool      // the competency, today
	Until         time.Time // its end: the last one that it had, or has
}

// Ending tells whether the competency ends within the time that it takes to renew it.
func (m *Member) Ending(today time.Time) bool {
	return m.Held && !m.Until.After(today.AddDate(0, 0, trainingAhead))
}

// Quarter is what a team did in one quarter.
type Quarter struct {
	From                                         time.Time
	Reported, Closed, Provided, Unmet, Referrals int
}

// Side is how a team worked before, or after, the training of each of its workers. It says nothing about the cause.
type Side struct {
	Files     int
	Days      []int // from the report to the first service, of the files that had one
	Needs     Share // met among those that were met or could not be
	Referrals int
	Quarters  float64 // of work, of all workers together
}

// Median is the middle number of days, undefined when no file had a service.
func (s *Side) Median() (float64, bool) {
	n := len(s.Days)
	if n == 0 {
		return 0, false
	}
	d := slices.Sorted(slices.Values(s.Days))
	return float64(d[(n-1)/2]+d[n/2]) / 2, true
}

// Team is how the files of one's organisations stand: who follows them and is trained for it, the indicators, and the time before
// training beside the time after it.
type Team struct {
	Today         time.Time
	Asks          bool // a competency is asked for
	Members       []Member
	Open, Files   int
	Goals, Needs  Share
	FirstDays     Side  // all files: days to the first service
	FilesHeld     Share // open files whose worker holds the competency
	ServicesHeld  Share // services of the last four quarters by somebody who held it on that day
	Quarters      []Quarter
	Before, After Side
	LeftOut       int // files whose worker never held it, or that nobody follows
	quarterOf     map[int64]int
	spans         map[uuid.UUID][]Span
}

const (
	// trainingAhead is how many days before its end the competency of a worker is announced to the supervisor.
	trainingAhead = 60
	// teamQuarters is how many quarters the page goes back.
	teamQuarters = 8
	quarterDays  = 365.25 / 4
)

// TeamFile is a file as its plain columns show it: no name, no text.
type TeamFile struct {
	ID                                        uuid.UUID
	Code                                      string
	OwnerID                                   uuid.UUID
	WorkerID                                  uuid.UUID
	State                                     State
	Status, Sex, AgeBand, Nationality, Form   string
	Risk, ClosureReason                       string
	ReportedOn                                time.Time
	ClosedOn, FirstOn                         time.Time `bun:",nullzero"`
	Provided, Unmet, GoalsMet, Goals, Overdue int
	Demo                                      bool
}

type teamService struct {
	CaseID, OwnerID uuid.UUID
	Type, State     string
	DoneBy          uuid.UUID
	On              time.Time
}

type teamReferral struct {
	ByID uuid.UUID
	On   time.Time
}

// Team shows a supervisor the own organisations, and a protection officer all of them.
func (s *Service) Team(ctx context.Context, actor access.Actor) (t *Team, err error) {
	if err := access.Can(actor, access.CaseTeam, access.Resource{}); err != nil {
		return nil, err
	}
	var files []TeamFile
	var services []teamService
	var referrals []teamReferral
	err = s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		if files, err = s.teamFiles(ctx, tx, actor); err != nil {
			return err
		}
		if services, err = s.teamServices(ctx, tx, actor); err != nil {
			return err
		}
		q := s.retained(tx.NewSelect().TableExpr("cases.referral AS r").Join("JOIN cases.file f ON f.id = r.case_id"), actor)
		if err := q.ColumnExpr("r.by_id, (r.sent_at AT TIME ZONE 'Africa/Tunis')::date AS on").Where("r.state <> 'unavailable'").Scan(ctx, &referrals); err != nil {
			return db.Translate(err)
		}
		return s.record(ctx, tx, actor, "case.team", "", uuid.Nil, map[string]any{"n": len(files)})
	})
	if err != nil {
		return nil, err
	}
	t = &Team{Today: s.today(), Asks: s.o.Training != nil, spans: map[uuid.UUID][]Span{}}
	if err := s.trained(ctx, t, files, services); err != nil {
		return nil, err
	}
	t.begin()
	t.addFiles(files)
	t.addServices(services)
	t.addReferrals(referrals, files)
	return t, nil
}

func (s *Service) teamFiles(ctx context.Context, tx bun.Tx, actor access.Actor) (list []TeamFile, err error) {
	count := func(what string) string { return "(SELECT count(*) FROM cases." + what + ")" }
	q := s.retained(tx.NewSelect().TableExpr("cases.file AS f").Join("JOIN cases.data_key k ON k.case_id = f.id AND k.wrapped <> ''"), actor).
		ColumnExpr("f.id, f.code, f.owner_id, f.worker_id, f.state, f.status, f.sex, f.age_band, f.nationality, f.form, coalesce(f.risk, '') AS risk, coalesce(f.closure_reason, '') AS closure_reason, f.reported_on, f.closed_on, f.demo").
		ColumnExpr("(SELECT min(s.provided_on) FROM cases.service s WHERE s.case_id = f.id AND s.state = 'provided') AS first_on").
		ColumnExpr(count("service s WHERE s.case_id = f.id AND s.state = 'provided'")+" AS provided").
		ColumnExpr(count("service s WHERE s.case_id = f.id AND s.state = 'unavailable'")+" AS unmet").
		ColumnExpr(count("goal g WHERE g.case_id = f.id AND g.state = 'met'")+" AS goals_met").
		ColumnExpr(count("goal g WHERE g.case_id = f.id AND g.state <> 'not_applicable'")+" AS goals").
		ColumnExpr(count("task t WHERE t.case_id = f.id AND t.done_at IS NULL AND t.due_on < ?")+" AS overdue", s.today()).
		Where("NOT EXISTS (SELECT 1 FROM cases.erasure e WHERE e.case_id = f.id AND e.scope = 'file' AND e.state = 'locked')")
	err = q.OrderExpr("f.reported_on, f.code").Scan(ctx, &list)
	return list, db.Translate(err)
}

func (s *Service) teamServices(ctx context.Context, tx bun.Tx, actor access.Actor) (list []teamService, err error) {
	q := s.retained(tx.NewSelect().TableExpr("cases.service AS s").Join("JOIN cases.file f ON f.id = s.case_id"), actor)
	err = q.ColumnExpr("s.case_id, f.owner_id, s.type, s.state, s.done_by, coalesce(s.provided_on, (s.at AT TIME ZONE 'Africa/Tunis')::date) AS on").
		Where("s.state IN ('provided', 'unavailable')").Scan(ctx, &list)
	return list, db.Translate(err)
}

// trained asks when each worker held the competency.
func (s *Service) trained(ctx context.Context, t *Team, files []TeamFile, services []teamService) error {
	if !t.Asks {
		return nil
	}
	ask := func(id uuid.UUID) (err error) {
		if _, known := t.spans[id]; id != uuid.Nil && !known {
			t.spans[id], err = s.o.Training.Held(ctx, id)
		}
		return err
	}
	for i := range files {
		if err := ask(files[i].WorkerID); err != nil {
			return err
		}
	}
	for i := range services {
		if err := ask(services[i].DoneBy); err != nil {
			return err
		}
	}
	return nil
}
