package casework_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/casework"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// missing gives the fields that an error names.
func missing(err error) []string {
	var names []string
	for _, f := range errs.As(err).Fields {
		names = append(names, f.Name)
	}
	return names
}

func TestNothingInTheLawIsSkipped(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.child(h.worker, h.a)
	move := func(to casework.State) error { return h.SetState(h.ctx, h.worker, id, casework.Move{To: to}) }
	if got := missing(move(casework.Assessing)); !slices.Equal(got, []string{"elements"}) {
		t.Errorf("to the assessment: %v is missing", got)
	}
	if err := move(casework.Assistance); !errs.Is(err, errs.Conflict) {
		t.Errorf("a step was jumped: %v", err)
	}
	h.must(h.SetElements(h.ctx, h.worker, id, []casework.Element{{Kind: "purpose", Item: "begging", Status: "unknown", Source: "observed"}}))
	h.must(move(casework.Assessing))
	if got, want := missing(move(casework.Assistance)), []string{"risk", "needs", "best_interest", "goals", "plan", "consent"}; !slices.Equal(got, want) {
		t.Errorf("to the assistance: %v is missing, want %v", got, want)
	}
	h.must(h.SetBasis(h.ctx, h.officer, h.a, "public_authority"))
	if got := missing(move(casework.Assistance)); !slices.Contains(got, "consent") {
		t.Error("a child is assisted without the judge because the keeper is a public authority")
	}
	for _, kind := range []string{"risk", "needs", "best_interest"} {
		h.must(h.Assess(h.ctx, h.worker, id, casework.AssessmentInput{Key: uuid.New(), Kind: kind, Level: "high", ReviewOn: h.day(10), Text: "x"}))
	}
	h.must(h.AddGoal(h.ctx, h.worker, id, casework.GoalInput{Key: uuid.New(), Domain: "social", Text: "école"}))
	if err := h.ApprovePlan(h.ctx, h.worker, id); !errs.Is(err, errs.NotFound) {
		t.Errorf("a worker approves the plan: %v", err)
	}
	h.must(h.ApprovePlan(h.ctx, h.supervisor, id))
	h.must(h.consent(id, func(in *casework.ConsentInput) { in.GivenBy = "judge" }))
	h.must(move(casework.Assistance))
	h.must(move(casework.Assistance)) // a repeat
	if err := h.SetState(h.ctx, h.supervisor, id, casework.Move{To: casework.Closed}); !slices.Equal(missing(err), []string{"reason", "on", "note"}) {
		t.Errorf("closed without grounds: %v", err)
	}
	closing := casework.Move{To: casework.Closed, Reason: "lost_contact", On: h.day(0), Note: "injoignable"}
	h.clock = h.clock.AddDate(0, 0, 20)
	closing.On = h.day(0)
	if err := h.SetState(h.ctx, h.supervisor, id, closing); !slices.Equal(missing(err), []string{"risk"}) {
		t.Errorf("contact lost without a look at the risk: %v", err)
	}
	if err := h.SetState(h.ctx, h.worker, id, casework.Move{To: casework.Closed, Reason: "goals_met", On: h.day(0), Note: "x"}); !errs.Is(err, errs.NotFound) {
		t.Errorf("a worker closes: %v", err)
	}
	closing.Reason = "goals_met"
	h.must(h.SetState(h.ctx, h.supervisor, id, closing))
	if err := h.AddGoal(h.ctx, h.worker, id, casework.GoalInput{Key: uuid.New(), Domain: "social", Text: "x"}); !errs.Is(err, errs.Conflict) {
		t.Errorf("a closed file grows: %v", err)
	}
	if err := h.SetState(h.ctx, h.supervisor, id, casework.Move{To: casework.Assessing}); !slices.Equal(missing(err), []string{"note"}) {
		t.Errorf("reopened without grounds: %v", err)
	}
	h.must(h.SetState(h.ctx, h.supervisor, id, casework.Move{To: casework.Assessing, Note: "revient"}))
	v, err := h.View(h.ctx, h.worker, id)
	h.must(err)
	if v.State != casework.Assessing || !v.ClosedOn.IsZero() || v.Narrative == "" || v.Events[0].Kind != "reopened" || v.Events[0].Note != "revient" {
		t.Errorf("state %s, history %+v", v.State, v.Events[0])
	}
	if met, of, ok := v.GoalsMet(); met != 0 || of != 1 || !ok {
		t.Errorf("goals %d of %d", met, of)
	}
	h.must(h.SetGoal(h.ctx, h.worker, id, v.Goals[0].ID, "not_applicable"))
	v, err = h.View(h.ctx, h.worker, id)
	h.must(err)
	if _, _, ok := v.GoalsMet(); ok {
		t.Error("a share of no goals at all is defined")
	}
}

func TestARepeatedFormIsOneFile(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	in := h.input(h.a)
	first, err := h.Create(h.ctx, h.worker, in)
	h.must(err)
	again, err := h.Create(h.ctx, h.worker, in)
	h.must(err)
	key := uuid.New()
	for range 2 {
		h.must(h.AddTask(h.ctx, h.worker, first, casework.TaskInput{Key: key, Kind: "call", DueOn: h.day(-1), Text: "appeler"}))
	}
	list, _, _, err := h.Tasks(h.ctx, h.worker)
	h.must(err)
	if first != again || len(list) != 1 || list[0].Text != "appeler" || list[0].Alias != "Olivier" {
		t.Errorf("files %s and %s, tasks %+v", first, again, list)
	}
	l, err := h.List(h.ctx, h.supervisor, casework.Filter{})
	h.must(err)
	if l.Total != 1 || l.Rows[0].Overdue != 1 || l.Rows[0].Alias != "Olivier" {
		t.Errorf("list %+v", l)
	}
	h.must(h.DoneTask(h.ctx, h.worker, first, list[0].ID))
	h.must(h.DoneTask(h.ctx, h.worker, first, list[0].ID))
}

// TestNoReferralWithoutConsent: the database itself refuses, whatever the program says.
func TestNoReferralWithoutConsent(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	refer := func(consent uuid.UUID) error {
		return h.Refer(h.ctx, h.worker, id, casework.ReferralInput{Key: uuid.New(), Type: "medical.consultation", ConsentID: consent, Text: "bilan de santé"})
	}
	if err := refer(uuid.New()); err == nil {
		t.Error("referred on no consent")
	}
	h.must(h.consent(id, nil))
	v, _ := h.View(h.ctx, h.worker, id)
	if err := refer(v.Consents[0].ID); !slices.Equal(missing(err), []string{"consent"}) {
		t.Errorf("referred on the consent to assistance: %v", err)
	}
	h.must(h.consent(id, func(in *casework.ConsentInput) { in.Purpose, in.RecipientID = "referral", h.b }))
	v, _ = h.View(h.ctx, h.worker, id)
	consent := v.Consents[0].ID
	direct := func(to, consent uuid.UUID, kind, categories string) error {
		return h.undone(map[string]string{"cases.actor": h.supervisor.PersonID.String(), "cases.supervises": h.a.String()}, `INSERT INTO cases.referral (id, case_id, key, owner_id, to_id, kind, type, consent_id, categories, state, sent_at, by_id, wrapped, body)
			VALUES (gen_random_uuid(), $1, gen_random_uuid(), $2, $3, $4, 'x', $5, $6::text[], 'sent', now(), $7, '', '')`, id.String(), h.a.String(), to.String(), kind, consent.String(), categories, h.supervisor.PersonID.String())
	}
	if err := direct(h.b, consent, "referral", "{health}"); err != nil {
		t.Errorf("a good referral is refused: %v", err)
	}
	for name, err := range map[string]error{"other recipient": direct(uuid.New(), consent, "referral", "{health}"), "no consent": direct(h.b, uuid.New(), "referral", "{health}"),
		"more than allowed": direct(h.b, consent, "referral", "{legal}"), "other purpose": direct(h.b, consent, "transfer", "{health}")} {
		if db.Constraint(err) != "referral_consent" {
			t.Errorf("%s: %v", name, err)
		}
	}
	h.must(refer(consent))
	if list, err := h.Incoming(h.ctx, h.foreignSupervisor); err != nil || len(list) != 1 {
		t.Errorf("the recipient sees %d referrals, %v", len(list), err)
	}
	h.must(h.Withdraw(h.ctx, h.worker, id, consent))
	if list, err := h.Incoming(h.ctx, h.foreignSupervisor); err != nil || len(list) != 0 {
		t.Errorf("after the withdrawal the recipient sees %d referrals, %v", len(list), err)
	}
	if err := direct(h.b, consent, "referral", "{health}"); db.Constraint(err) != "referral_consent" {
		t.Errorf("the database takes a referral on a consent that was withdrawn: %v", err)
	}
	if err := refer(consent); !slices.Equal(missing(err), []string{"consent"}) {
		t.Errorf("referred on a consent that was withdrawn: %v", err)
	}
	h.must(h.Refer(h.ctx, h.worker, id, casework.ReferralInput{Key: uuid.New(), Type: "shelter.hostel", Lack: "no_place"}))
}

// TestSharingEndsByItself: with the last day of the consent, and with the day that the referral names, whatever stands in the row.
func TestSharingEndsByItself(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	h.must(h.consent(id, func(in *casework.ConsentInput) { in.Purpose, in.RecipientID, in.ExpiresOn = "referral", h.b, h.day(20) }))
	v, err := h.View(h.ctx, h.worker, id)
	h.must(err)
	for _, ends := range []time.Time{{}, h.day(10)} {
		h.must(h.Refer(h.ctx, h.worker, id, casework.ReferralInput{Key: uuid.New(), Type: "medical.consultation", ConsentID: v.Consents[0].ID, Text: "bilan", EndsOn: ends}))
	}
	start := h.clock
	for days, want := range map[int]int{0: 2, 10: 2, 11: 1, 20: 1, 21: 0} {
		h.clock = start.AddDate(0, 0, days)
		list, err := h.Incoming(h.ctx, h.foreign)
		h.must(err)
		settings := map[string]string{"cases.actor": h.foreign.PersonID.String(), "cases.works": h.b.String(), "cases.now": h.clock.Format(time.RFC3339)}
		if n := h.raw("referral", settings); len(list) != want || n != want {
			t.Errorf("after %d days the recipient is given %d referrals and the database shows %d, want %d", days, len(list), n, want)
		}
		if n := h.raw("consent", settings); (n == 1) != (want > 0) {
			t.Errorf("after %d days the recipient sees %d consents", days, n)
		}
	}
	h.clock = start.AddDate(0, 0, 21)
	v, err = h.View(h.ctx, h.worker, id)
	h.must(err)
	if len(v.Referrals) != 2 {
		t.Errorf("the keeper sees %d referrals", len(v.Referrals))
	}
	if err := h.Answer(h.ctx, h.foreignSupervisor, v.Referrals[0].ID, true); !errs.Is(err, errs.NotFound) {
		t.Errorf("a referral is accepted after the consent's last day: %v", err)
	}
}

func TestAReferralIsDeclined(t *testing.T) {
	t.Parallel()
	for _, purpose := range []string{"referral", "transfer"} {
		h := newHouse(t)
		id := h.open(h.worker, h.a)
		h.must(h.consent(id, func(in *casework.ConsentInput) { in.Purpose, in.RecipientID = purpose, h.b }))
		v, err := h.View(h.ctx, h.worker, id)
		h.must(err)
		h.must(h.Refer(h.ctx, h.worker, id, casework.ReferralInput{Key: uuid.New(), Type: "shelter.hostel", ConsentID: v.Consents[0].ID, Text: "chambre"}))
		list, err := h.Incoming(h.ctx, h.foreignSupervisor)
		h.must(err)
		h.must(h.Answer(h.ctx, h.foreignSupervisor, list[0].ID, false))
		v, err = h.View(h.ctx, h.worker, id)
		h.must(err)
		if v.Referrals[0].State != "declined" || v.OwnerID != h.a {
			t.Errorf("%s: %s, kept by %s", purpose, v.Referrals[0].State, v.OwnerID)
		}
		if list, err = h.Incoming(h.ctx, h.foreignSupervisor); err != nil || len(list) != 0 {
			t.Errorf("%s: the recipient still sees %d, %v", purpose, len(list), err)
		}
	}
}

// TestAWithdrawalEndsAWaitingTransfer: by a worker, who is not shown what waits.
func TestAWithdrawalEndsAWaitingTransfer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	h.must(h.consent(id, func(in *casework.ConsentInput) { in.Purpose, in.RecipientID = "transfer", h.b }))
	v, err := h.View(h.ctx, h.worker, id)
	h.must(err)
	h.must(h.Refer(h.ctx, h.worker, id, casework.ReferralInput{Key: uuid.New(), Type: "shelter.hostel", ConsentID: v.Consents[0].ID, Text: "chambre"}))
	if h.all("transfer") != 1 {
		t.Fatal("no transfer waits")
	}
	h.must(h.Withdraw(h.ctx, h.worker, id, v.Consents[0].ID))
	if n := h.all("transfer"); n != 0 {
		t.Errorf("%d transfers wait after the withdrawal", n)
	}
}

// TestAClosedFileSaysWhatItSaid: nothing of it is written but what ends something or opens it again.
func TestAClosedFileSaysWhatItSaid(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	h.ready(id)
	h.must(h.consent(id, nil))
	h.must(h.AddService(h.ctx, h.worker, id, casework.AssistInput{Key: uuid.New(), Type: "medical.dental"}))
	h.must(h.AddTask(h.ctx, h.worker, id, casework.TaskInput{Key: uuid.New(), Kind: "call", DueOn: h.day(1), Text: "appel"}))
	v, err := h.View(h.ctx, h.worker, id)
	h.must(err)
	h.must(h.SetState(h.ctx, h.supervisor, id, casework.Move{To: casework.Closed, Reason: "goals_met", On: h.day(0), Note: "fini"}))
	for name, err := range map[string]error{
		"service":        h.SetService(h.ctx, h.worker, id, v.Services[0].ID, casework.AssistChange{State: "cancelled"}),
		"goal":           h.SetGoal(h.ctx, h.worker, id, v.Goals[0].ID, "met"),
		"elements":       h.SetElements(h.ctx, h.worker, id, []casework.Element{{Kind: "act", Item: "harbour", Status: "unknown", Source: "ngo"}}),
		"indicators":     h.SetIndicators(h.ctx, h.worker, id, []string{"neglect"}, "ngo"),
		"notice":         h.Notice(h.ctx, h.worker, id, h.day(0), "AV-1"),
		"identification": h.Identified(h.ctx, h.worker, id, casework.Identification{Authority: "instance", On: h.day(0), Reference: "I-1"}),
		"task":           h.DoneTask(h.ctx, h.worker, id, v.Tasks[0].ID),
		"assessment":     h.Assess(h.ctx, h.worker, id, casework.AssessmentInput{Key: uuid.New(), Kind: "needs", Text: "x"}),
		"referral":       h.Refer(h.ctx, h.worker, id, casework.ReferralInput{Key: uuid.New(), Type: "shelter.hostel", Lack: "no_place"}),
	} {
		if !errs.Is(err, errs.Conflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	h.must(h.Withdraw(h.ctx, h.worker, id, v.Consents[0].ID))
	h.must(h.SaveIdentity(h.ctx, h.worker, id, casework.Identity{FamilyName: "Autre"}))
	if err := h.SetState(h.ctx, h.worker, id, casework.Move{To: casework.Assessing, Note: "revient"}); !errs.Is(err, errs.NotFound) {
		t.Errorf("a worker reopens: %v", err)
	}
	h.must(h.SetState(h.ctx, h.supervisor, id, casework.Move{To: casework.Assessing, Note: "revient"}))
}

// TestASourceStaysWithWhatItSaid: a later save with another source changes only what it says otherwise.
func TestASourceStaysWithWhatItSaid(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	h.must(h.SetElements(h.ctx, h.worker, id, []casework.Element{{Kind: "act", Item: "recruit", Status: "established", Source: "person"}, {Kind: "means", Item: "fraud", Status: "unknown", Source: "person"}}))
	h.must(h.SetElements(h.ctx, h.supervisor, id, []casework.Element{{Kind: "act", Item: "recruit", Status: "established", Source: "police"}, {Kind: "means", Item: "fraud", Status: "established", Source: "police"}}))
	v, err := h.View(h.ctx, h.worker, id)
	h.must(err)
	if a, m := v.Elements[0], v.Elements[1]; a.Source != "person" || a.ByID != h.worker.PersonID || m.Source != "police" || m.Status != "established" || m.ByID != h.supervisor.PersonID {
		t.Errorf("%+v", v.Elements)
	}
}

func TestAChildDoesNotSignAndASuspectSignsNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.child(h.worker, h.a)
	for giver, want := range map[string]bool{"person": false, "guardian_and_judge": true, "judge": true} {
		if err := h.consent(id, func(in *casework.ConsentInput) { in.GivenBy = giver }); (err == nil) != want {
			t.Errorf("%s: %v", giver, err)
		}
	}
	if err := h.consent(id, func(in *casework.ConsentInput) { in.GivenBy, in.Proof.Judge = "judge", "" }); !slices.Equal(missing(err), []string{"judge"}) {
		t.Errorf("no reference of the judge: %v", err)
	}
	h.must(h.Suspect(h.ctx, h.worker, id, true))
	v, err := h.View(h.ctx, h.worker, id)
	h.must(err)
	for i := range v.Consents {
		if c := &v.Consents[i]; c.Live(v.Today) != (c.GivenBy == "judge") {
			t.Errorf("%s in force: %v", c.GivenBy, c.Live(v.Today))
		}
	}
	if err := h.consent(id, func(in *casework.ConsentInput) { in.GivenBy = "guardian_and_judge" }); !slices.Equal(missing(err), []string{"given_by"}) {
		t.Errorf("a suspected guardian signs: %v", err)
	}
}

func TestATransferNeedsAcceptanceAndEndsTheAccess(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	h.must(h.consent(id, func(in *casework.ConsentInput) { in.Purpose, in.RecipientID = "transfer", h.b }))
	v, _ := h.View(h.ctx, h.worker, id)
	h.must(h.Refer(h.ctx, h.worker, id, casework.ReferralInput{Key: uuid.New(), Type: "shelter.hostel", ConsentID: v.Consents[0].ID, Text: "chambre pour une personne"}))
	list, err := h.Incoming(h.ctx, h.foreignSupervisor)
	h.must(err)
	if len(list) != 1 || list[0].Text != "chambre pour une personne" {
		t.Fatalf("incoming %+v", list)
	}
	if _, err := h.View(h.ctx, h.foreignSupervisor, id); !errs.Is(err, errs.NotFound) {
		t.Errorf("the file is open before it was accepted: %v", err)
	}
	if err := h.Answer(h.ctx, h.foreign, list[0].ID, true); !errs.Is(err, errs.NotFound) {
		t.Errorf("a worker accepts: %v", err)
	}
	if err := h.Answer(h.ctx, h.supervisor, list[0].ID, true); !errs.Is(err, errs.NotFound) {
		t.Errorf("the sender accepts: %v", err)
	}
	h.must(h.Answer(h.ctx, h.foreignSupervisor, list[0].ID, true))
	h.must(h.Answer(h.ctx, h.foreignSupervisor, list[0].ID, true))
	if v, err := h.View(h.ctx, h.foreignSupervisor, id); err != nil || v.OwnerID != h.b {
		t.Errorf("after acceptance: %v", err)
	}
	if _, err := h.View(h.ctx, h.supervisor, id); !errs.Is(err, errs.NotFound) {
		t.Errorf("the former keeper still sees it: %v", err)
	}
}

func TestIdentifiedOnlyByAnAuthority(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	if err := h.Identified(h.ctx, h.worker, id, casework.Identification{Authority: "shelter"}); !slices.Equal(missing(err), []string{"authority", "on", "reference"}) {
		t.Errorf("%v", err)
	}
	h.must(h.Notice(h.ctx, h.worker, id, h.day(-1), "AV-12"))
	v, _ := h.View(h.ctx, h.worker, id)
	if v.Status != "presumed" || v.References.Notice != "AV-12" {
		t.Errorf("%s %+v", v.Status, v.References)
	}
	h.must(h.Identified(h.ctx, h.worker, id, casework.Identification{Authority: "instance", On: h.day(0), Reference: "INLTP-7"}))
	v, _ = h.View(h.ctx, h.worker, id)
	if v.Status != "identified" || v.References.Identification != "INLTP-7" || v.References.Notice != "AV-12" {
		t.Errorf("%s %+v", v.Status, v.References)
	}
}

func TestServicesKeepUnmetNeedsInSight(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	for _, day := range []time.Time{{}, h.day(3)} {
		h.must(h.AddService(h.ctx, h.worker, id, casework.AssistInput{Key: uuid.New(), Type: "medical.dental", DueOn: day, Text: "x"}))
	}
	v, _ := h.View(h.ctx, h.worker, id)
	if v.Services[0].State != "requested" || v.Services[1].State != "planned" {
		t.Errorf("%+v", v.Services)
	}
	if err := h.SetService(h.ctx, h.worker, id, v.Services[0].ID, casework.AssistChange{State: "unavailable"}); !slices.Equal(missing(err), []string{"lack"}) {
		t.Errorf("unavailable without a reason: %v", err)
	}
	if err := h.SetService(h.ctx, h.worker, id, v.Services[1].ID, casework.AssistChange{State: "provided", ProvidedOn: h.day(1)}); !slices.Equal(missing(err), []string{"provided_on", "outcome"}) {
		t.Errorf("provided tomorrow: %v", err)
	}
	h.must(h.SetService(h.ctx, h.worker, id, v.Services[0].ID, casework.AssistChange{State: "unavailable", Lack: "distance"}))
	h.must(h.SetService(h.ctx, h.worker, id, v.Services[1].ID, casework.AssistChange{State: "provided", ProvidedOn: h.day(0), Outcome: "helped", CostMillimes: 45_500}))
	v, _ = h.View(h.ctx, h.worker, id)
	if v.Services[0].Lack != "distance" || v.Services[1].CostMillimes != 45_500 || v.Services[1].DoneBy != h.worker.PersonID {
		t.Errorf("%+v", v.Services)
	}
	if err := h.SetService(h.ctx, h.worker, id, uuid.New(), casework.AssistChange{State: "cancelled"}); !errs.Is(err, errs.NotFound) {
		t.Errorf("another service: %v", err)
	}
}
