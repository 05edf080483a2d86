package casework

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// State is where a file stands in its life. The steps are those of the referral mechanism's working list (DOMAIN.md).
type State string

// The states.
const (
	Reported      State = "reported"      // detection and report
	Assessing     State = "assessment"    // needs, risk and, for a child, best interests are looked at
	Assistance    State = "assistance"    // the plan is carried out
	Reintegration State = "reintegration" // return or reintegration is under way
	FollowUp      State = "follow_up"     // seen at intervals
	Closed        State = "closed"
)

// States lists the states in the order of a file's life.
func States() []State {
	return []State{Reported, Assessing, Assistance, Reintegration, FollowUp, Closed}
}

var moves = map[State][]State{
	Reported:      {Assessing, Closed},
	Assessing:     {Assistance, Closed},
	Assistance:    {Reintegration, FollowUp, Closed},
	Reintegration: {FollowUp, Assistance, Closed},
	FollowUp:      {Assistance, Closed},
	Closed:        {Assessing},
}

// Next gives the states that can follow.
func (s State) Next() []State { return slices.Clone(moves[s]) }

// Valid tells whether the state exists.
func (s State) Valid() bool { return moves[s] != nil }

// Move asks for a step of the file's life.
type Move struct {
	To     State
	Reason string    // of a closure
	On     time.Time // day of a closure
	Note   string    // circumstances of a closure, grounds of a reopening
	Seen   int64     // version that the reader saw; 0: not compared
}

// SetState takes the file a step further, when nothing that the law or the work asks for is missing. Closing and reopening
// are the supervisor's; a repeat of the same step changes nothing.
func (s *Service) SetState(ctx context.Context, actor access.Actor, id uuid.UUID, m Move) error {
	return s.onCase(ctx, actor, id, access.CaseEdit, "case.state", func(ctx context.Context, o *open) error {
		if m.To == Closed || o.file.State == Closed {
			if err := access.Can(actor, access.CaseDecide, o.file.Resource()); err != nil {
				return err
			}
		}
		if o.file.State == m.To {
			return nil
		}
		if m.Seen != 0 && m.Seen != o.file.Version {
			return errs.NewConflict("case_error_changed")
		}
		if !slices.Contains(moves[o.file.State], m.To) {
			return errs.NewConflict("case_error_step")
		}
		if err := o.guard(ctx, m); err != nil {
			return err
		}
		return o.move(ctx, m)
	})
}

func (o *open) move(ctx context.Context, m Move) error {
	from := o.file.State
	o.file.State = m.To
	o.detail["from"], o.detail["to"] = from, m.To
	o.file.ClosedOn, o.file.ClosureReason = time.Time{}, ""
	kind := "state"
	switch {
	case m.To == Closed:
		o.file.ClosedOn, o.file.ClosureReason = m.On, m.Reason
		o.detail["reason"] = m.Reason
		kind = "closed"
	case from == Closed:
		kind = "reopened"
	}
	if err := o.update(ctx, "state", "closed_on", "closure_reason"); err != nil {
		return err
	}
	return o.note(ctx, kind, map[string]any{"from": from, "to": m.To, "reason": m.Reason}, m.Note)
}

// guard says what is missing for a step, all of it at once.
func (o *open) guard(ctx context.Context, m Move) error {
	var missing checker
	var err error
	switch m.To {
	case Assessing:
		if o.file.State == Closed && strings.TrimSpace(m.Note) == "" {
			missing.wrong("note", "case_missing_grounds")
		} else if o.file.State == Reported {
			err = o.guardAssessment(ctx, &missing)
		}
	case Assistance:
		err = o.guardAssistance(ctx, &missing)
	case Closed:
		err = o.guardClosure(ctx, m, &missing)
	case Reported, Reintegration, FollowUp:
	}
	if err != nil {
		return err
	}
	return missing.err()
}

func (o *open) guardAssessment(ctx context.Context, missing *checker) error {
	if o.file.WorkerID == uuid.Nil {
		missing.wrong("worker", "case_missing_worker")
	}
	n, err := o.count(ctx, "SELECT count(*) FROM cases.element WHERE case_id = ? AND kind IN ('act', 'purpose')")
	if err == nil && n == 0 {
		missing.wrong("elements", "case_missing_elements")
	}
	return err
}

// guardAssistance asks for the risk with its review, the needs, a child's best interests, an approved plan and the consent,
// unless the keeper of the file works as a public authority.
func (o *open) guardAssistance(ctx context.Context, missing *checker) error {
	for _, c := range []struct {
		sql, field, key string
		asked           bool
	}{
		{"SELECT count(*) FROM cases.assessment WHERE case_id = ? AND kind = 'risk'", "risk", "case_missing_risk", true},
		{"SELECT count(*) FROM cases.assessment WHERE case_id = ? AND kind = 'needs'", "needs", "case_missing_needs", true},
		{"SELECT count(*) FROM cases.assessment WHERE case_id = ? AND kind = 'best_interest'", "best_interest", "case_missing_best_interest", o.file.Minor()},
		{"SELECT count(*) FROM cases.goal WHERE case_id = ?", "goals", "case_missing_goals", true},
	} {
		n, err := o.count(ctx, c.sql)
		if err != nil {
			return err
		}
		if c.asked && n == 0 {
			missing.wrong(c.field, c.key)
		}
	}
	if o.file.PlanApprovedAt.IsZero() {
		missing.wrong("plan", "case_missing_approval")
	}
	ok, err := o.based(ctx)
	if err == nil && !ok {
		missing.wrong("consent", "case_missing_consent")
	}
	return err
}

// based tells whether there is a legal basis to assist: a consent in force, or the keeper's mission as a public authority
// (Law 2004-63 art. 54), which a protection officer has to have set. A child needs the judge in either case.
func (o *open) based(ctx context.Context) (bool, error) {
	n, err := o.count(ctx, "SELECT count(*) FROM cases.consent WHERE case_id = ? AND purpose = 'assistance' AND withdrawn_at IS NULL AND ? BETWEEN given_on AND expires_on", o.s.today())
	if err != nil || n > 0 || o.file.Minor() {
		return n > 0, err
	}
	err = o.tx.NewRaw("SELECT count(*) FROM cases.controller WHERE owner_id = ? AND basis = 'public_authority'", o.file.OwnerID).Scan(ctx, &n)
	return n > 0, db.Translate(err)
}

func (o *open) guardClosure(ctx context.Context, m Move, missing *checker) error {
	missing.choice("reason", ClosureReasons, m.Reason)
	missing.past("on", m.On, o.s.today())
	if strings.TrimSpace(m.Note) == "" {
		missing.wrong("note", "case_missing_circumstance")
	}
	if m.Reason == "lost_contact" {
		n, err := o.count(ctx, "SELECT count(*) FROM cases.assessment WHERE case_id = ? AND kind = 'risk' AND at > ?", o.at.Add(-lostContactAlert))
		if err != nil {
			return err
		}
		if n == 0 {
			missing.wrong("risk", "case_missing_lost_alert")
		}
	}
	n, err := o.count(ctx, "SELECT count(*) FROM cases.referral WHERE case_id = ? AND state IN ('sent', 'accepted')")
	if err == nil && n > 0 {
		missing.wrong("referrals", "case_missing_referrals")
	}
	return err
}

// lostContactAlert is how recent the look at the risk must be when a file is closed because contact was lost.
const lostContactAlert = 14 * 24 * time.Hour

func (o *open) count(ctx context.Context, sql string, args ...any) (int, error) {
	n := 0
	err := o.tx.NewRaw(sql, append([]any{o.file.ID}, args...)...).Scan(ctx, &n)
	return n, db.Translate(err)
}
