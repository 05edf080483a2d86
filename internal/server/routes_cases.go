package server

import "shelter/internal/caseui"

// caseRoutes: every one asks for a case role, and for a second factor given not long ago. The approvals are an administrator's too,
// while there has never been a protection officer.
func caseRoutes(s *caseui.Site) []Route {
	if s == nil {
		return nil
	}
	return []Route{
		get("/approvals", SignedIn, s.Approvals),
		post("/approvals/:approval", SignedIn, s.ApprovalDecide),
		get("/cases", SignedIn, s.Guard(s.List)),
		post("/cases", SignedIn, s.Guard(s.Create)),
		get("/cases/search", SignedIn, s.Guard(s.List)), // where a search that had to wait for the second factor comes back to
		post("/cases/search", SignedIn, s.Guard(s.Search)),
		get("/cases/new", SignedIn, s.Guard(s.New)),
		get("/cases/tasks", SignedIn, s.Guard(s.Tasks)),
		get("/cases/incoming", SignedIn, s.Guard(s.Incoming)),
		post("/cases/incoming/:referral", SignedIn, s.Guard(s.Answer)),
		get("/cases/emergency", SignedIn, s.Guard(s.Emergency)),
		post("/cases/emergency", SignedIn, s.Guard(s.EmergencyOpen)),
		get("/cases/openings", SignedIn, s.Guard(s.Openings)),
		post("/cases/openings/:opening", SignedIn, s.Guard(s.OpeningReview)),
		get("/cases/handouts", SignedIn, s.Guard(s.Handouts)),
		post("/cases/handouts", SignedIn, s.Guard(s.HandoutAsk)),
		post("/cases/handouts/:handout", SignedIn, s.Guard(s.HandoutDecide)),
		post("/cases/handouts/:handout/file", SignedIn, s.Guard(s.HandoutFile)),
		get("/cases/import", SignedIn, s.Guard(s.Import)),
		upload("/cases/import", SignedIn, s.Guard(s.ImportSend)),
		get("/cases/import/template.xlsx", SignedIn, s.Guard(s.ImportTemplate)),
		get("/cases/rights", SignedIn, s.Guard(s.Rights)),
		get("/cases/rights/print", SignedIn, s.Guard(s.RightsPrint)),
		get("/cases/:case/rights", SignedIn, s.Guard(s.FileRights)),
		post("/cases/:case/requests", SignedIn, s.Guard(s.RequestAdd)),
		post("/cases/:case/requests/:request", SignedIn, s.Guard(s.RequestAnswer)),
		post("/cases/:case/disclosures", SignedIn, s.Guard(s.DisclosureAsk)),
		post("/cases/:case/disclosures/:disclosure", SignedIn, s.Guard(s.DisclosureSettle)),
		get("/cases/team", SignedIn, s.Guard(s.Team)),
		post("/cases/team/register", SignedIn, s.Guard(s.Register)),
		get("/cases/retention", SignedIn, s.Guard(s.Retention)),
		post("/cases/retention", SignedIn, s.Guard(s.TermsSet)),
		get("/cases/erasures/:erasure", SignedIn, s.Guard(s.Erasure)),
		post("/cases/erasures/:erasure", SignedIn, s.Guard(s.ErasureSettle)),
		upload("/cases/erasures/:erasure/minutes", SignedIn, s.Guard(s.MinutesAdd)),
		post("/cases/erasures/:erasure/minutes/file", SignedIn, s.Guard(s.MinutesFile)),
		get("/cases/erasures/:erasure/certificate", SignedIn, s.Guard(s.Certificate)),
		post("/cases/:case/lock", SignedIn, s.Guard(s.LockFile)),
		get("/cases/alarms", SignedIn, s.Guard(s.Alarms)),
		post("/cases/scale", SignedIn, s.Guard(s.ScaleSet)),
		post("/cases/alarms", SignedIn, s.Guard(s.Threshold)),
		post("/cases/alarms/:alarm", SignedIn, s.Guard(s.AlarmAnswer)),
		get("/cases/house", SignedIn, s.Guard(s.House)),
		post("/cases/house/rooms", SignedIn, s.Guard(s.RoomAdd)),
		post("/cases/house/beds/:bed", SignedIn, s.Guard(s.BedRest)),
		post("/cases/house/admit", SignedIn, s.Guard(s.Admit)),
		post("/cases/house/stays/:stay", SignedIn, s.Guard(s.Leave)),
		post("/cases/house/incidents", SignedIn, s.Guard(s.IncidentAdd)),
		get("/occupancy", SignedIn, s.Occupancy),
		get("/assistance", SignedIn, s.Assistance),
		post("/assistance", SignedIn, s.AssistancePublish),
		get("/assistance/file", SignedIn, s.AssistanceFile),
		post("/cases/lock", SignedIn, s.Guard(s.Lock)),
	}
}

// caseFileRoutes: one file, its papers and the people around it.
func caseFileRoutes(s *caseui.Site) []Route {
	if s == nil {
		return nil
	}
	return []Route{
		get("/cases/:case", SignedIn, s.Guard(s.Show)),
		get("/cases/:case/report", SignedIn, s.Guard(s.Report)),
		get("/cases/:case/plan", SignedIn, s.Guard(s.Plan)),
		get("/cases/:case/consent", SignedIn, s.Guard(s.Consent)),
		get("/cases/:case/documents", SignedIn, s.Guard(s.Documents)),
		upload("/cases/:case/documents", SignedIn, s.Guard(s.DocumentAdd)),
		post("/cases/:case/documents/:document", SignedIn, s.Guard(s.DocumentSettle)),
		post("/cases/:case/documents/:document/file", SignedIn, s.Guard(s.DocumentFile)),
		get("/cases/:case/return", SignedIn, s.Guard(s.Homecoming)),
		post("/cases/:case/return", SignedIn, s.Guard(s.HomecomingSave)),
		post("/cases/:case/followups/:followup", SignedIn, s.Guard(s.FollowUpSave)),
		get("/cases/:case/identity", SignedIn, s.Guard(s.Identity)),
		post("/cases/:case/identity", SignedIn, s.Guard(s.IdentitySave)),
		get("/cases/:case/notice", SignedIn, s.Guard(s.Notice)),
		get("/cases/:case/trace", SignedIn, s.Guard(s.Trace)),
		post("/cases/:case/state", SignedIn, s.Guard(s.State)),
		post("/cases/:case/assign", SignedIn, s.Guard(s.Assign)),
		post("/cases/:case/elements", SignedIn, s.Guard(s.Elements)),
		post("/cases/:case/indicators", SignedIn, s.Guard(s.Indicators)),
		post("/cases/:case/notice", SignedIn, s.Guard(s.NoticeSave)),
		post("/cases/:case/identification", SignedIn, s.Guard(s.Identification)),
		post("/cases/:case/guardian", SignedIn, s.Guard(s.Guardian)),
		post("/cases/:case/assessments", SignedIn, s.Guard(s.Assess)),
		post("/cases/:case/goals", SignedIn, s.Guard(s.GoalAdd)),
		post("/cases/:case/goals/:goal", SignedIn, s.Guard(s.GoalSet)),
		post("/cases/:case/approve", SignedIn, s.Guard(s.Approve)),
		post("/cases/:case/services", SignedIn, s.Guard(s.ServiceAdd)),
		post("/cases/:case/services/:service", SignedIn, s.Guard(s.ServiceSet)),
		post("/cases/:case/tasks", SignedIn, s.Guard(s.TaskAdd)),
		post("/cases/:case/tasks/:task", SignedIn, s.Guard(s.TaskDone)),
		post("/cases/:case/consents", SignedIn, s.Guard(s.ConsentAdd)),
		post("/cases/:case/consents/:consent", SignedIn, s.Guard(s.ConsentEnd)),
		post("/cases/:case/referrals", SignedIn, s.Guard(s.Refer)),
		post("/cases/:case/referrals/:referral", SignedIn, s.Guard(s.ReferralEnd)),
	}
}
