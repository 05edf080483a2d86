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
		get("/cases/alarms", SignedIn, s.Guard(s.Alarms)),
		post("/cases/alarms", SignedIn, s.Guard(s.Threshold)),
		post("/cases/alarms/:alarm", SignedIn, s.Guard(s.AlarmAnswer)),
		get("/cases/house", SignedIn, s.Guard(s.House)),
		post("/cases/house/rooms", SignedIn, s.Guard(s.RoomAdd)),
		post("/cases/house/admit", SignedIn, s.Guard(s.Admit)),
		post("/cases/house/stays/:stay", SignedIn, s.Guard(s.Leave)),
		post("/cases/house/incidents", SignedIn, s.Guard(s.IncidentAdd)),
		get("/occupancy", SignedIn, s.Occupancy),
		post("/cases/lock", SignedIn, s.Guard(s.Lock)),
		get("/cases/:case", SignedIn, s.Guard(s.Show)),
		get("/cases/:case/report", SignedIn, s.Guard(s.Report)),
		get("/cases/:case/plan", SignedIn, s.Guard(s.Plan)),
		get("/cases/:case/consent", SignedIn, s.Guard(s.Consent)),
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
