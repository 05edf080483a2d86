package access

import (
	"slices"

	"github.com/google/uuid"
)

// Action names one thing that a person may do. The text appears in the audit.
type Action string

// Reach says on whose things a row's role may act.
type Reach uint8

// The reaches, from narrow to wide.
const (
	Own      Reach = iota + 1 // things about the actor's own person
	Scoped                    // things inside the scope of the grant: its organisation, shelter or workshop, or everything for a global grant
	Any                       // everything, whatever the scope of the grant
	Assigned                  // what the actor follows now, inside the scope of the grant
	Opened                    // one case that the actor opened in an emergency, while that lasts
)

// Rule is one row of the access table.
type Rule struct {
	Role  Role // empty: any signed-in person
	Reach Reach
	MFA   bool // asks for a second factor in this session
}

func (rule Rule) matches(a Actor, r Resource) bool {
	if !a.SignedIn() {
		return false
	}
	if rule.Role == "" {
		return rule.Reach == Any || (rule.Reach == Own && r.PersonID == a.PersonID)
	}
	for _, g := range a.Grants {
		if g.Role == rule.Role && rule.reaches(a, g, r) {
			return true
		}
	}
	return false
}

func (rule Rule) reaches(a Actor, g Grant, r Resource) bool {
	switch rule.Reach {
	case Own:
		return r.PersonID == a.PersonID
	case Any:
		return true
	case Scoped:
		return inScope(a, g, r)
	case Assigned:
		return r.WorkerID == a.PersonID && inScope(a, g, r)
	case Opened:
		return r.OpenedBy == a.PersonID
	}
	return false
}

// inScope: a trainer's global grant still means "the workshops that I run": the resource lists its trainers.
func inScope(a Actor, g Grant, r Resource) bool {
	if g.Role == Trainer && g.Scope == Global {
		return slices.Contains(r.Trainers, a.PersonID)
	}
	switch g.Scope {
	case Global:
		return true
	case Organisation:
		return g.ID != uuid.Nil && g.ID == r.OrganisationID
	case Shelter:
		return g.ID != uuid.Nil && g.ID == r.ShelterID
	case Workshop:
		return g.ID != uuid.Nil && g.ID == r.WorkshopID
	}
	return false
}

// The actions of the training side.
const (
	AccountOwn       Action = "account.own"       // own profile, password, second factor, sessions
	PersonList       Action = "person.list"       // list persons; rows filtered by scope
	PersonView       Action = "person.view"       // one person's record
	PersonEdit       Action = "person.edit"       // identity and contact of a person
	PersonCreate     Action = "person.create"     // register people met on a list of participants
	PersonInvite     Action = "person.invite"     // invitation or reset link
	RoleGrant        Action = "role.grant"        // give or take a training-side role
	OrganisationView Action = "organisation.view" // list organisations
	OrganisationEdit Action = "organisation.edit" // create or change an organisation
	WorkshopList     Action = "workshop.list"     // list workshops; rows filtered by scope
	WorkshopCreate   Action = "workshop.create"   // create a workshop
	WorkshopView     Action = "workshop.view"     // a workshop with its participants
	WorkshopEdit     Action = "workshop.edit"     // plan, change, change state
	ParticipantEdit  Action = "participant.edit"  // enrol, withdraw, import participants
	NominationMake   Action = "nomination.make"   // propose people of an organisation for a workshop
	AttendanceMark   Action = "attendance.mark"   // roll-call and badge check-in
	SigningAllow     Action = "signing.allow"     // whether the donor of a workshop accepts signatures on screen
	AttendanceExport Action = "attendance.export" // workbook and printed sheets with names
	AttendancePeriod Action = "attendance.period" // the attendance of a period; workshops filtered by scope
	SlipPrint        Action = "slip.print"        // sign-in slips for the people of a workshop
	TestRun          Action = "test.run"          // open, close, follow a test in the room
	TestResults      Action = "test.results"      // results of a workshop's tests
	TestMark         Action = "test.mark"         // mark open answers
	TestRegrade      Action = "test.regrade"      // mark a question by another key after the fact
	CertificateIssue Action = "certificate.issue" // issue and print certificates
	BadgeRotate      Action = "badge.rotate"      // a new key for digital badges; the old one stays published
	SurveyRun        Action = "survey.run"        // prepare, open and close a workshop's surveys
	SurveyResults    Action = "survey.results"    // what the people of a workshop answered, without names
	CourseView       Action = "course.view"       // read published courses
	QuestionEdit     Action = "question.edit"     // the question bank and the test forms, with their keys
	CourseEnrol      Action = "course.enrol"      // who is to take a course, with their progress
	CourseManage     Action = "course.manage"     // load and publish courses, see drafts and answer keys
	CourseAlone      Action = "course.alone"      // publish a course that nobody else reviewed
	OwnTraining      Action = "training.own"      // own workshops, tests, certificates
	ProgrammeView    Action = "programme.view"    // the plan, its figures and aggregates, small numbers hidden from observers
	ProgrammeDetail  Action = "programme.detail"  // what stands behind a figure, with names; registers; exact small numbers
	ProgrammeEdit    Action = "programme.edit"    // the plan, measured figures, registers, closing of periods
	LogoEdit         Action = "logo.edit"         // logos in the head of printed papers and workbooks
)

var table = map[Action][]Rule{
	AccountOwn:       {{Role: "", Reach: Own}},
	OwnTraining:      {{Role: "", Reach: Own}},
	CourseView:       {{Role: "", Reach: Any}},
	QuestionEdit:     {{Role: Trainer, Reach: Any}, {Role: Manager, Reach: Any}},
	CourseEnrol:      {{Role: Manager, Reach: Any}, {Role: FocalPoint, Reach: Scoped}},
	CourseManage:     {{Role: Trainer, Reach: Any}, {Role: Manager, Reach: Any}},
	CourseAlone:      {{Role: Manager, Reach: Any}},
	PersonList:       {{Role: Manager, Reach: Any}, {Role: Admin, Reach: Any}, {Role: FocalPoint, Reach: Any}},
	PersonView:       {{Role: "", Reach: Own}, {Role: Manager, Reach: Any}, {Role: Admin, Reach: Any}, {Role: FocalPoint, Reach: Scoped}},
	PersonEdit:       {{Role: Manager, Reach: Any}, {Role: Admin, Reach: Any}},
	PersonCreate:     {{Role: Manager, Reach: Any}, {Role: Admin, Reach: Any}, {Role: Trainer, Reach: Any}},
	PersonInvite:     {{Role: Manager, Reach: Any}, {Role: Admin, Reach: Any}},
	RoleGrant:        {{Role: Admin, Reach: Any}},
	OrganisationView: {{Role: Manager, Reach: Any}, {Role: Admin, Reach: Any}},
	OrganisationEdit: {{Role: Manager, Reach: Any}, {Role: Admin, Reach: Any}},
	WorkshopList:     {{Role: "", Reach: Any}},
	WorkshopCreate:   {{Role: Manager, Reach: Any}, {Role: Trainer, Reach: Any}},
	WorkshopView:     {{Role: Manager, Reach: Any}, {Role: Trainer, Reach: Scoped}},
	WorkshopEdit:     {{Role: Manager, Reach: Any}, {Role: Trainer, Reach: Scoped}},
	ParticipantEdit:  {{Role: Manager, Reach: Any}, {Role: Trainer, Reach: Scoped}},
	NominationMake:   {{Role: FocalPoint, Reach: Scoped}},
	SigningAllow:     {{Role: Manager, Reach: Any}},
	AttendanceMark:   {{Role: Manager, Reach: Any}, {Role: Trainer, Reach: Scoped}},
	AttendanceExport: {{Role: Manager, Reach: Any}, {Role: Trainer, Reach: Scoped}},
	AttendancePeriod: {{Role: Manager, Reach: Any}, {Role: Trainer, Reach: Any}},
	SlipPrint:        {{Role: Manager, Reach: Any}, {Role: Trainer, Reach: Scoped}},
	TestRun:          {{Role: Manager, Reach: Any}, {Role: Trainer, Reach: Scoped}},
	TestResults:      {{Role: Manager, Reach: Any}, {Role: Trainer, Reach: Scoped}},
	TestMark:         {{Role: Manager, Reach: Any}, {Role: Trainer, Reach: Scoped}},
	TestRegrade:      {{Role: Manager, Reach: Any}, {Role: Trainer, Reach: Scoped}},
	ProgrammeView:    {{Role: Manager, Reach: Any}, {Role: Observer, Reach: Any}},
	ProgrammeDetail:  {{Role: Manager, Reach: Any}},
	ProgrammeEdit:    {{Role: Manager, Reach: Any}},
	LogoEdit:         {{Role: Manager, Reach: Any}},
	CertificateIssue: {{Role: Manager, Reach: Any}, {Role: Trainer, Reach: Scoped}},
	BadgeRotate:      {{Role: Admin, Reach: Any, MFA: true}},
	SurveyRun:        {{Role: Manager, Reach: Any}, {Role: Trainer, Reach: Scoped}},
	SurveyResults:    {{Role: Manager, Reach: Any}, {Role: Trainer, Reach: Scoped}},

	CaseEnter:    {{Role: CaseWorker, Reach: Any, MFA: true}, {Role: CaseSupervisor, Reach: Any, MFA: true}, {Role: ProtectionOfficer, Reach: Any, MFA: true}},
	CaseCreate:   {{Role: CaseWorker, Reach: Scoped, MFA: true}, {Role: CaseSupervisor, Reach: Scoped, MFA: true}},
	CaseView:     {{Role: CaseWorker, Reach: Assigned, MFA: true}, {Role: CaseSupervisor, Reach: Scoped, MFA: true}, {Role: ProtectionOfficer, Reach: Any, MFA: true}, {Role: CaseWorker, Reach: Opened, MFA: true}, {Role: CaseSupervisor, Reach: Opened, MFA: true}},
	CaseIdentity: {{Role: CaseWorker, Reach: Assigned, MFA: true}, {Role: CaseSupervisor, Reach: Scoped, MFA: true}, {Role: ProtectionOfficer, Reach: Any, MFA: true}, {Role: CaseWorker, Reach: Opened, MFA: true}, {Role: CaseSupervisor, Reach: Opened, MFA: true}},
	CaseEdit:     {{Role: CaseWorker, Reach: Assigned, MFA: true}, {Role: CaseSupervisor, Reach: Scoped, MFA: true}},
	CaseDecide:   {{Role: CaseSupervisor, Reach: Scoped, MFA: true}},
	CaseTrace:    {{Role: CaseSupervisor, Reach: Scoped, MFA: true}, {Role: ProtectionOfficer, Reach: Any, MFA: true}},
	CaseOpen:     {{Role: CaseWorker, Reach: Any, MFA: true}, {Role: CaseSupervisor, Reach: Any, MFA: true}},
	CaseReview:   {{Role: ProtectionOfficer, Reach: Any, MFA: true}},
	CaseImport:   {{Role: CaseSupervisor, Reach: Scoped, MFA: true}},
	CaseRetain:   {{Role: CaseSupervisor, Reach: Scoped, MFA: true}, {Role: ProtectionOfficer, Reach: Any, MFA: true}},
	CaseTeam:     {{Role: CaseSupervisor, Reach: Any, MFA: true}, {Role: ProtectionOfficer, Reach: Any, MFA: true}},
	CaseApprove:  {{Role: ProtectionOfficer, Reach: Any, MFA: true}},
	CaseHandOut:  {{Role: CaseSupervisor, Reach: Any, MFA: true}, {Role: ProtectionOfficer, Reach: Any, MFA: true}},
	OfficerFound: {{Role: Admin, Reach: Any, MFA: true}},
	CaseCount:    {{Role: Manager, Reach: Any}, {Role: CaseSupervisor, Reach: Any, MFA: true}, {Role: ProtectionOfficer, Reach: Any, MFA: true}},
}

// Actions lists every action that has a row, for tests.
func Actions() []Action {
	all := make([]Action, 0, len(table))
	for a := range table {
		all = append(all, a)
	}
	return all
}

// Rules gives the rows of an action, for tests.
func Rules(a Action) []Rule { return append([]Rule(nil), table[a]...) }
