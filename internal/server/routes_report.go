package server

import "shelter/internal/ui"

// reportRoutes: the files that leave the house.
func reportRoutes(u *ui.UI) []Route {
	return []Route{
		get("/workshops/attendance", SignedIn, u.PeriodExport),
		get("/workshops/attendance.xlsx", SignedIn, u.PeriodExportFile),
		get("/workshops/:id/attendance.xlsx", SignedIn, u.ReportAttendance),
		get("/workshops/:id/participants.xlsx", SignedIn, u.ReportParticipants),
		get("/workshops/:id/report.xlsx", SignedIn, u.ReportEvent),
		get("/workshops/:id/print/report", SignedIn, u.ReportEventPrint),
		get("/workshops/:id/allowance", SignedIn, u.ReportAllowance),
		get("/workshops/:id/allowance.xlsx", SignedIn, u.ReportAllowanceBook),
		get("/workshops/:id/print/allowance", SignedIn, u.ReportAllowancePrint),
		get("/workshops/:id/results.xlsx", SignedIn, u.ReportResults),
		get("/courses/:code/results.xlsx", SignedIn, u.ReportResults),
	}
}
