package app

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/casework/custody"
	"shelter/internal/demo"
	"shelter/internal/i18n"
)

// demoCases is how many invented files are made, of the project's target of 50.
const demoCases = 34

// The words of invented files. Nobody of these exists.
var (
	demoAliases    = []string{"Jasmin", "Olivier", "Mer", "Figuier", "Lune", "Romarin", "Dune", "Palmier", "Corail", "Menthe", "Amande", "Sable"}
	demoFamilies   = []string{"Inventé", "Fictif", "Exemple", "Imaginaire", "Modèle"}
	demoGivens     = []string{"Awa", "Mariam", "Nour", "Salma", "Yasmine", "Ibrahim", "Fatou", "Rim"}
	demoNarratives = []string{
		"Récit fictif: la personne dit avoir travaillé neuf mois dans une maison sans salaire ni jour de repos. Son passeport était gardé par l'employeur.",
		"Récit fictif: la personne dit être venue avec la promesse d'un emploi en restauration; à l'arrivée, une dette lui a été réclamée.",
		"Récit fictif: repérée par une association lors d'une maraude, la personne mendiait pour le compte d'un tiers et craint pour sa famille.",
		"Récit fictif: la personne a fui un logement où elle était enfermée la nuit. Elle souhaite des soins et un lieu sûr.",
	}
	demoGoals = []struct{ domain, text string }{
		{"medical", "Bilan de santé et soins dentaires"}, {"psychological", "Suivi psychologique régulier"}, {"legal", "Information sur les droits et aide judiciaire"},
		{"social", "Documents d'état civil"}, {"reintegration", "Formation professionnelle choisie par la personne"},
	}
	demoServices = []string{"medical.checkup", "psychological.first_aid", "psychological.individual", "legal.rights", "legal.aid", "social.material", "social.interpreting", "shelter.hostel", "reintegration.training"}
	demoForms    = []string{"domestic_servitude", "domestic_servitude", "forced_labour", "forced_labour", "begging", "sexual", "debt_bondage"}
)

// caseDemo makes invented files through the services, on the days on which each thing would have happened.
type caseDemo struct {
	work               *casework.Service
	clock              *demo.Clock
	rnd                *rand.Rand
	worker, supervisor access.Actor
	owner              uuid.UUID
	others             []uuid.UUID
	now                time.Time
}

// FillCases adds invented files to what demo.Fill made, in the name of its case worker and supervisor. Without a case side
// there is nothing to fill.
func (a *App) FillCases(ctx context.Context, made demo.Result, now time.Time) error {
	if a.CasesDB == nil {
		return nil
	}
	keys, err := custody.Open(filepath.Join(a.Config.Data, KeyFolder))
	if err != nil {
		return err
	}
	d := &caseDemo{clock: demo.NewClock(now), rnd: rand.New(rand.NewPCG(2026, demoCases)), now: now} //nolint:gosec // invented files need no secrecy
	d.work = casework.New(a.CasesDB, casework.Options{Keys: keys, Now: d.clock.Now})
	if err := a.approveDemo(ctx, keys, d.work, d.clock, made); err != nil {
		return err
	}
	if err := d.meet(ctx, a, made); err != nil || d.worker.PersonID == uuid.Nil || d.supervisor.PersonID == uuid.Nil {
		return err // in a house that has its officers the new case roles wait for their approval: no files before it
	}
	if err := d.furnish(ctx); err != nil {
		return err
	}
	for i := range demoCases {
		if err := d.file(ctx, i); err != nil {
			return fmt.Errorf("demo: file %d: %w", i, err)
		}
	}
	if err := d.takeOver(ctx); err != nil {
		return fmt.Errorf("demo: list of older files: %w", err)
	}
	if err := d.publish(ctx); err != nil {
		return err
	}
	return d.handOut(ctx, a, made)
}

// publish makes the figures known of the half-year in which the files began, and of the quarters after it that are over.
func (d *caseDemo) publish(ctx context.Context) error {
	d.clock.Set(d.now)
	begun := d.now.AddDate(0, 0, -230)
	from, span := time.Date(begun.Year(), (begun.Month()-1)/6*6+1, 1, 0, 0, 0, 0, time.UTC), 6
	for last := d.work.OpenQuarter().AddDate(0, 3, 0); !from.AddDate(0, span, 0).After(last); span = 3 {
		if _, err := d.work.Donor(ctx, access.System("demo"), from, from.AddDate(0, span, -1)); err != nil {
			return fmt.Errorf("demo: figures of assistance: %w", err)
		}
		from = from.AddDate(0, span, 0)
	}
	return nil
}

// meet finds the staff and the organisations that demo.Fill made.
func (d *caseDemo) meet(ctx context.Context, a *App, made demo.Result) error {
	for _, acc := range made.Accounts {
		if acc.Role != access.CaseWorker && acc.Role != access.CaseSupervisor {
			continue
		}
		var scopes []struct {
			Scope   access.ScopeKind
			ScopeID uuid.UUID
		}
		err := a.DB.NewSelect().Table("org.role_grant").Column("scope", "scope_id").Where("person_id = ? AND role = ? AND revoked_at IS NULL", acc.PersonID(), acc.Role).Scan(ctx, &scopes)
		if err != nil {
			return fmt.Errorf("demo: scope of %s: %w", acc.Role, err)
		}
		if len(scopes) == 0 {
			continue
		}
		actor := access.Actor{PersonID: acc.PersonID(), MFA: true, Grants: []access.Grant{{Role: acc.Role, Scope: scopes[0].Scope, ID: scopes[0].ScopeID}}}
		d.owner = scopes[0].ScopeID
		if acc.Role == access.CaseWorker {
			d.worker = actor
		} else {
			d.supervisor = actor
		}
	}
	orgs, err := a.Org.OrganisationChoices(ctx)
	for i := range orgs {
		if orgs[i].ID != d.owner {
			d.others = append(d.others, orgs[i].ID)
		}
	}
	return err
}

func demoPick[T any](d *caseDemo, list []T) T { return list[d.rnd.IntN(len(list))] }

// at sets the clock some days after the file's beginning, never past today.
func (d *caseDemo) at(start time.Time, days int) time.Time {
	t := start.AddDate(0, 0, days)
	if t.After(d.now) {
		t = d.now
	}
	d.clock.Set(t)
	return i18n.Day(t)
}

func (d *caseDemo) file(ctx context.Context, i int) error {
	start := d.now.AddDate(0, 0, -230+i*6-d.rnd.IntN(5))
	day := d.at(start, 0)
	band := demoPick(d, []string{"18-25", "18-25", "26-40", "26-40", "26-40", "41+", "12-17"})
	in := casework.CreateInput{OwnerID: d.owner, Alias: fmt.Sprintf("%s %d", demoPick(d, demoAliases), i+1), Sex: demoPick(d, []string{"f", "f", "f", "m"}), AgeBand: band, Demo: true, Mine: true,
		Nationality: demoPick(d, []string{"africa", "africa", "tn", "arab"}), Form: demoPick(d, demoForms), Governorate: demoPick(d, []string{"TN-11", "TN-61", "TN-51", "TN-81"}), Source: demoPick(d, []string{"ngo", "police", "hotline", "international", "person"}),
		ReportedOn: day, Narrative: demoPick(d, demoNarratives), Identity: casework.Identity{FamilyName: demoPick(d, demoFamilies), GivenName: demoPick(d, demoGivens), Languages: "français, bambara"}}
	id, err := d.work.Create(ctx, d.worker, in)
	if err != nil {
		return err
	}
	reach := min(i%7, 5) // how far the file has come
	if i > demoCases-4 {
		reach = 0
	}
	for step, do := range []func(context.Context, uuid.UUID, time.Time, string) error{d.assess, d.assist, d.refer, d.follow, d.finish} {
		if step >= reach {
			break
		}
		if err := do(ctx, id, start, band); err != nil {
			return err
		}
	}
	return nil
}

// steps does one thing after the other until one fails.
func steps(list ...func() error) error {
	for _, do := range list {
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}

func (d *caseDemo) assess(ctx context.Context, id uuid.UUID, start time.Time, band string) error {
	day := d.at(start, 2)
	w := d.worker
	return steps(
		func() error {
			return d.work.SetElements(ctx, w, id, []casework.Element{{Kind: "act", Item: "recruit", Status: "established", Source: "person"}, {Kind: "means", Item: "deception", Status: "established", Source: "person"},
				{Kind: "means", Item: "vulnerability", Status: "unknown", Source: "observed"}, {Kind: "purpose", Item: "forced_labour", Status: "established", Source: "ngo"}})
		},
		func() error {
			return d.work.SetIndicators(ctx, w, id, []string{"documents_kept", "work_unpaid", "says_fear"}, "person")
		},
		func() error { return d.work.Notice(ctx, w, id, day, fmt.Sprintf("AVIS-%03d", d.rnd.IntN(900))) },
		func() error { return d.work.SetState(ctx, w, id, casework.Move{To: casework.Assessing}) },
		func() error {
			return d.work.Assess(ctx, w, id, casework.AssessmentInput{Key: uuid.New(), Kind: "risk", Level: demoPick(d, casework.Risks[:3]), ReviewOn: day.AddDate(0, 0, 30+d.rnd.IntN(200)), Text: "Évaluation fictive: l'auteur ne connaît pas l'adresse actuelle; numéro d'urgence convenu."})
		},
		func() error {
			return d.work.Assess(ctx, w, id, casework.AssessmentInput{Key: uuid.New(), Kind: "needs", Text: "Évaluation fictive: soins, repos, information sur les droits, contact avec la famille."})
		},
		func() error {
			if !casework.Minor(band) {
				return nil
			}
			return d.work.Assess(ctx, w, id, casework.AssessmentInput{Key: uuid.New(), Kind: "best_interest", Text: "Évaluation fictive: l'enfant souhaite retourner à l'école."})
		},
		func() error {
			return d.work.AddTask(ctx, w, id, casework.TaskInput{Key: uuid.New(), Kind: demoPick(d, casework.TaskKinds), DueOn: d.now.AddDate(0, 0, d.rnd.IntN(20)-8).Truncate(24 * time.Hour), Text: "Appeler le centre de santé pour le prochain rendez-vous"})
		},
	)
}

func (d *caseDemo) assist(ctx context.Context, id uuid.UUID, start time.Time, band string) error {
	day := d.at(start, 6)
	for _, g := range demoGoals[:2+d.rnd.IntN(4)] {
		if err := d.work.AddGoal(ctx, d.worker, id, casework.GoalInput{Key: uuid.New(), Domain: g.domain, DueOn: day.AddDate(0, 2, 0), Text: g.text}); err != nil {
			return err
		}
	}
	giver := "person"
	if casework.Minor(band) {
		giver = "judge"
	}
	err := steps(
		func() error { return d.work.ApprovePlan(ctx, d.supervisor, id) },
		func() error { return d.consent(ctx, id, day, giver, "assistance", uuid.Nil) },
		func() error { return d.signed(ctx, id) },
		func() error { return d.work.SetState(ctx, d.worker, id, casework.Move{To: casework.Assistance}) },
	)
	if err != nil {
		return err
	}
	for range 2 + d.rnd.IntN(4) {
		if err := d.work.AddService(ctx, d.worker, id, casework.AssistInput{Key: uuid.New(), Type: demoPick(d, demoServices), DueOn: day.AddDate(0, 0, 3+d.rnd.IntN(10)), Text: "Prestation fictive"}); err != nil {
			return err
		}
	}
	if err := d.lodge(ctx, id, day); err != nil {
		return err
	}
	return d.outcomes(ctx, id, d.at(start, 20))
}

func (d *caseDemo) consent(ctx context.Context, id uuid.UUID, day time.Time, giver, purpose string, to uuid.UUID) error {
	in := casework.ConsentInput{Key: uuid.New(), Purpose: purpose, RecipientID: to, Categories: []string{"contact", "health", "situation"}, GivenBy: giver, Form: "written", Lang: "fr", Interpreter: true,
		GivenOn: day, ExpiresOn: day.AddDate(1, 0, 0), Proof: casework.ConsentProof{Document: "Classeur fictif 3, pièce 12"}}
	if giver != "person" {
		in.Proof.Judge = "Ordonnance fictive 118/2026"
	}
	return d.work.AddConsent(ctx, d.worker, id, in)
}

func (d *caseDemo) outcomes(ctx context.Context, id uuid.UUID, day time.Time) error {
	v, err := d.work.View(ctx, d.worker, id)
	if err != nil {
		return err
	}
	for i := range v.Services {
		c := casework.AssistChange{State: "provided", ProvidedOn: day, Outcome: demoPick(d, casework.Outcomes[:2]), CostMillimes: int64(d.rnd.IntN(80)) * 1000}
		switch d.rnd.IntN(6) {
		case 0:
			c = casework.AssistChange{State: "unavailable", Lack: demoPick(d, casework.Lacks)}
		case 1:
			continue
		}
		if err := d.work.SetService(ctx, d.worker, id, v.Services[i].ID, c); err != nil {
			return err
		}
	}
	for i := range v.Goals[:len(v.Goals)/2+1] {
		if err := d.work.SetGoal(ctx, d.worker, id, v.Goals[i].ID, "met"); err != nil {
			return err
		}
	}
	return nil
}

func (d *caseDemo) refer(ctx context.Context, id uuid.UUID, start time.Time, band string) error {
	day := d.at(start, 25)
	giver := "person"
	if casework.Minor(band) {
		giver = "judge"
	}
	to := demoPick(d, d.others)
	if err := d.consent(ctx, id, day, giver, "referral", to); err != nil {
		return err
	}
	v, err := d.work.View(ctx, d.worker, id)
	if err != nil {
		return err
	}
	return steps(
		func() error {
			return d.work.Refer(ctx, d.worker, id, casework.ReferralInput{Key: uuid.New(), Type: "medical.consultation", ConsentID: v.Consents[0].ID, Text: "Orientation fictive: une consultation, avec interprète."})
		},
		func() error {
			return d.work.Refer(ctx, d.worker, id, casework.ReferralInput{Key: uuid.New(), Type: "reintegration.housing", Lack: "no_provider"})
		},
		func() error {
			if d.rnd.IntN(3) > 0 {
				return nil
			}
			return d.work.Identified(ctx, d.worker, id, casework.Identification{Authority: "instance", On: day, Reference: "INLTP fictif 44"})
		},
	)
}

func (d *caseDemo) follow(ctx context.Context, id uuid.UUID, start time.Time, _ string) error {
	if err := d.settle(ctx, id, start); err != nil {
		return err
	}
	d.at(start, 60)
	return d.work.SetState(ctx, d.worker, id, casework.Move{To: casework.FollowUp})
}

// settle begins an invented settling, and writes the follow-ups that are past, but the last.
func (d *caseDemo) settle(ctx context.Context, id uuid.UUID, start time.Time) error {
	day := d.at(start, 55)
	err := d.work.SaveHomecoming(ctx, d.worker, id, casework.HomecomingInput{Key: uuid.New(), Kind: "local", State: "begun", Risk: demoPick(d, casework.Risks[:2]), Documents: "not_needed", BegunOn: day,
		Text: casework.HomecomingText{Risk: "Évaluation fictive: quartier inconnu de l'auteur.", Economic: "Formation de pâtisserie, puis stage", Social: "Chambre en colocation, carte de soins", Psychosocial: "Rendez-vous toutes les deux semaines"}})
	if err != nil {
		return err
	}
	v, err := d.work.View(ctx, d.worker, id)
	if err != nil || len(v.FollowUps) == 0 || v.FollowUps[0].DueOn.After(d.now.AddDate(0, 0, -20)) {
		return err
	}
	answers := map[string]int{}
	for part, items := range casework.FollowUpItems {
		for _, item := range items {
			answers[part+"_"+item] = 1 + d.rnd.IntN(4)
		}
	}
	d.clock.Set(v.FollowUps[0].DueOn.Add(9 * time.Hour))
	return d.work.SaveFollowUp(ctx, d.worker, id, v.FollowUps[0].ID, casework.FollowUpInput{Reached: true, On: v.FollowUps[0].DueOn, Sheet: casework.FollowUpSheet{Answers: answers, Note: "Suivi fictif, par téléphone."}})
}

func (d *caseDemo) finish(ctx context.Context, id uuid.UUID, start time.Time, _ string) error {
	day := d.at(start, 90)
	if err := d.leave(ctx, id, day); err != nil {
		return err
	}
	v, err := d.work.View(ctx, d.worker, id)
	if err != nil {
		return err
	}
	for i := range v.Referrals {
		if v.Referrals[i].State != "unavailable" {
			if err := d.work.EndReferral(ctx, d.worker, id, v.Referrals[i].ID); err != nil {
				return err
			}
		}
	}
	return d.work.SetState(ctx, d.supervisor, id, casework.Move{To: casework.Closed, Reason: demoPick(d, []string{"goals_met", "reintegrated", "voluntary_return"}), On: day, Note: "Clôture fictive, en accord avec la personne."})
}
