package access

// The actions of the case side. Each asks for a second factor, and the row-level security of the database says the same a
// second time. Counting is the only one that the command line and a manager may do: it yields numbers, small ones suppressed.
const (
	CaseEnter    Action = "case.enter"    // the case side at all: lists and tasks, rows filtered by scope
	CaseCreate   Action = "case.create"   // open a file in one's own shelter or organisation
	CaseView     Action = "case.view"     // one file without its identity
	CaseIdentity Action = "case.identity" // names, documents, contacts of one file
	CaseEdit     Action = "case.edit"     // work on a file
	CaseDecide   Action = "case.decide"   // assign, approve plan and closure, reopen
	CaseTrace    Action = "case.trace"    // who has seen a file
	CaseOpen     Action = "case.open"     // open one file in an emergency
	CaseReview   Action = "case.review"   // review emergency openings, approve what needs a second person
	CaseHandOut  Action = "case.handout"  // ask for the names of chosen files, and see the register of such; the files are judged one by one
	CaseImport   Action = "case.import"   // existing files from a list
	CaseRetain   Action = "case.retain"   // how long files are kept: the schedule, locks, minutes; an erasure asks for CaseReview besides
	CaseTeam     Action = "case.team"     // how a team works, and the register of its files by code
	CaseApprove  Action = "case.approve"  // let a case role take effect, or an account whose secret was replaced
	OfficerFound Action = "officer.found" // the first protection officer, who has nobody to approve them
	CaseCount    Action = "case.count"    // figures with small numbers suppressed
)
