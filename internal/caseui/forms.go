package caseui

import (
	"math"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/errs"
	"shelter/internal/ui"
)

func (s *Site) canEdit(x *ui.Ctx, f *casework.File) bool {
	return access.Can(x.Actor, access.CaseEdit, f.Resource()) == nil
}

// State takes the file a step further.
func (s *Site) State(x *ui.Ctx) error {
	seen, _ := strconv.ParseInt(text(x, "version"), 10, 64) // absent: not compared
	m := casework.Move{To: casework.State(text(x, "to")), Reason: text(x, "reason"), On: day(x, "on"), Note: text(x, "note"), Seen: seen}
	return s.act(x, "summary", "state", "done_case_state", func(file uuid.UUID) error {
		return s.Work.SetState(x.Request.Context(), x.Actor, file, m)
	})
}

// Assign gives the file to a worker.
func (s *Site) Assign(x *ui.Ctx) error {
	return s.act(x, "summary", "assign", "done_case_assigned", func(file uuid.UUID) error {
		return s.Work.Assign(x.Request.Context(), x.Actor, file, id(x, "worker"), text(x, "grounds"))
	})
}

// Elements writes what is known of act, means and purpose.
func (s *Site) Elements(x *ui.Ctx) error {
	var list []casework.Element
	for _, kind := range casework.ElementKinds() {
		for _, item := range casework.ElementItems(kind) {
			if status := text(x, kind+"-"+item); status != "" {
				list = append(list, casework.Element{Kind: kind, Item: item, Status: status, Source: text(x, "source")})
			}
		}
	}
	return s.act(x, "report", "elements", "done_case_saved", func(file uuid.UUID) error {
		return s.Work.SetElements(x.Request.Context(), x.Actor, file, list)
	})
}

// Indicators replaces the signs that were noticed.
func (s *Site) Indicators(x *ui.Ctx) error {
	return s.act(x, "report", "indicators", "done_case_saved", func(file uuid.UUID) error {
		return s.Work.SetIndicators(x.Request.Context(), x.Actor, file, x.PostFormArray("items"), text(x, "source"))
	})
}

// NoticeSave keeps the day and the reference of the notice.
func (s *Site) NoticeSave(x *ui.Ctx) error {
	return s.act(x, "report", "notice", "done_case_saved", func(file uuid.UUID) error {
		return s.Work.Notice(x.Request.Context(), x.Actor, file, day(x, "day"), text(x, "reference"))
	})
}

// Identification writes down what an authority decided.
func (s *Site) Identification(x *ui.Ctx) error {
	return s.act(x, "report", "identification", "done_case_saved", func(file uuid.UUID) error {
		return s.Work.Identified(x.Request.Context(), x.Actor, file, casework.Identification{Authority: text(x, "authority"), On: day(x, "on"), Reference: text(x, "reference")})
	})
}

// Guardian flags the guardian as suspected, or takes the flag off.
func (s *Site) Guardian(x *ui.Ctx) error {
	return s.act(x, "report", "guardian", "done_case_saved", func(file uuid.UUID) error {
		return s.Work.Suspect(x.Request.Context(), x.Actor, file, x.PostForm("suspected") == "on")
	})
}

// Assess notes an assessment.
func (s *Site) Assess(x *ui.Ctx) error {
	in := casework.AssessmentInput{Key: key(x), Kind: text(x, "kind"), Level: text(x, "level"), ReviewOn: day(x, "review_on"), Text: text(x, "text")}
	return s.act(x, "plan", "assess-"+in.Kind, "done_case_saved", func(file uuid.UUID) error {
		return s.Work.Assess(x.Request.Context(), x.Actor, file, in)
	})
}

// GoalAdd adds a goal to the plan.
func (s *Site) GoalAdd(x *ui.Ctx) error {
	in := casework.GoalInput{Key: key(x), Domain: text(x, "domain"), DueOn: day(x, "due_on"), Text: text(x, "text")}
	return s.act(x, "plan", "goal", "done_case_saved", func(file uuid.UUID) error {
		return s.Work.AddGoal(x.Request.Context(), x.Actor, file, in)
	})
}

// GoalSet says how a goal stands.
func (s *Site) GoalSet(x *ui.Ctx) error {
	goal, err := x.ID("goal")
	if err != nil {
		return err
	}
	return s.act(x, "plan", "goal-"+goal.String(), "done_case_saved", func(file uuid.UUID) error {
		return s.Work.SetGoal(x.Request.Context(), x.Actor, file, goal, text(x, "state"))
	})
}

// Approve is the supervisor's approval of the plan.
func (s *Site) Approve(x *ui.Ctx) error {
	return s.act(x, "plan", "approve", "done_case_approved", func(file uuid.UUID) error {
		return s.Work.ApprovePlan(x.Request.Context(), x.Actor, file)
	})
}

// ServiceAdd asks for a service.
func (s *Site) ServiceAdd(x *ui.Ctx) error {
	in := casework.AssistInput{Key: key(x), Type: text(x, "type"), ProviderID: id(x, "provider"), DueOn: day(x, "due_on"), Text: text(x, "text")}
	return s.act(x, "plan", "service", "done_case_saved", func(file uuid.UUID) error {
		return s.Work.AddService(x.Request.Context(), x.Actor, file, in)
	})
}

// ServiceSet says how a service went on.
func (s *Site) ServiceSet(x *ui.Ctx) error {
	service, err := x.ID("service")
	if err != nil {
		return err
	}
	in := casework.AssistChange{State: text(x, "state"), ProvidedOn: day(x, "provided_on"), CostMillimes: millimes(text(x, "cost")), Outcome: text(x, "outcome"), Lack: text(x, "lack"), DueOn: day(x, "due_on")}
	return s.act(x, "plan", "service-"+service.String(), "done_case_saved", func(file uuid.UUID) error {
		return s.Work.SetService(x.Request.Context(), x.Actor, file, service, in)
	})
}

// millimes reads an amount in dinars, as "45,5"; -1 for what is no amount.
func millimes(s string) int64 {
	if s == "" {
		return 0
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", "."), 64)
	if err != nil || f < 0 || f > 1e6 || math.IsNaN(f) {
		return -1
	}
	return int64(math.Round(f * 1000))
}

// TaskAdd adds a task.
func (s *Site) TaskAdd(x *ui.Ctx) error {
	in := casework.TaskInput{Key: key(x), Kind: text(x, "kind"), DueOn: day(x, "due_on"), Text: text(x, "text")}
	return s.act(x, "plan", "task", "done_case_saved", func(file uuid.UUID) error {
		return s.Work.AddTask(x.Request.Context(), x.Actor, file, in)
	})
}

// TaskDone ticks a task off.
func (s *Site) TaskDone(x *ui.Ctx) error {
	task, err := x.ID("task")
	if err != nil {
		return err
	}
	return s.act(x, "plan", "task-"+task.String(), "done_case_saved", func(file uuid.UUID) error {
		return s.Work.DoneTask(x.Request.Context(), x.Actor, file, task)
	})
}

// ConsentAdd keeps a consent.
func (s *Site) ConsentAdd(x *ui.Ctx) error {
	in := casework.ConsentInput{Key: key(x), Purpose: text(x, "purpose"), RecipientID: id(x, "recipient"), Categories: x.PostFormArray("categories"), GivenBy: text(x, "given_by"),
		Form: text(x, "form"), Lang: text(x, "lang"), Interpreter: x.PostForm("interpreter") != "", GivenOn: day(x, "given_on"), ExpiresOn: day(x, "expires_on"),
		Proof: casework.ConsentProof{Document: text(x, "document"), Signer: text(x, "signer"), Judge: text(x, "judge")}}
	return s.act(x, "consent", "consent", "done_case_saved", func(file uuid.UUID) error {
		return s.Work.AddConsent(x.Request.Context(), x.Actor, file, in)
	})
}

// ConsentEnd withdraws a consent.
func (s *Site) ConsentEnd(x *ui.Ctx) error {
	consent, err := x.ID("consent")
	if err != nil {
		return err
	}
	return s.act(x, "consent", "withdraw", "done_case_withdrawn", func(file uuid.UUID) error {
		return s.Work.Withdraw(x.Request.Context(), x.Actor, file, consent)
	})
}

// Refer sends a referral, or notes that nobody offers what is needed.
func (s *Site) Refer(x *ui.Ctx) error {
	in := casework.ReferralInput{Key: key(x), Type: text(x, "type"), ConsentID: id(x, "consent"), Lack: text(x, "lack"), Text: text(x, "text"), EndsOn: day(x, "ends_on")}
	formID := "referral-none"
	if x.PostForm("none") == "" {
		formID, in.Lack = "referral", ""
	} else {
		in.ConsentID = uuid.Nil
	}
	return s.act(x, "consent", formID, "done_case_saved", func(file uuid.UUID) error {
		err := s.Work.Refer(x.Request.Context(), x.Actor, file, in)
		if formID == "referral" && in.ConsentID == uuid.Nil && errs.Is(err, errs.Invalid) {
			return errs.InvalidFields([]errs.Field{{Name: "consent", Key: "error_required"}})
		}
		return err
	})
}

// ReferralEnd ends the sharing with a recipient.
func (s *Site) ReferralEnd(x *ui.Ctx) error {
	referral, err := x.ID("referral")
	if err != nil {
		return err
	}
	return s.act(x, "consent", "end", "done_case_saved", func(file uuid.UUID) error {
		return s.Work.EndReferral(x.Request.Context(), x.Actor, file, referral)
	})
}
