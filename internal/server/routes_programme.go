package server

import "shelter/internal/ui"

// programmeRoutes: the project's plan, its figures and its registers.
func programmeRoutes(u *ui.UI) []Route {
	return []Route{
		get("/programme", SignedIn, u.ProgrammeBoard),
		get("/programme/logframe.xlsx", SignedIn, u.ProgrammeLogframe),
		get("/programme/donor.xlsx", SignedIn, u.ProgrammeDonor),
		get("/programme/iati", SignedIn, u.ProgrammeIATI),
		get("/programme/iati.xml", SignedIn, u.ProgrammeIATIFile),
		get("/programme/print/report", SignedIn, u.ProgrammeNarrative),
		get("/programme/training", SignedIn, u.ProgrammeTraining),
		get("/programme/mailings", SignedIn, u.ProgrammeMailings),
		post("/programme/mailings", SignedIn, u.ProgrammeMailingAdd),
		post("/programme/mailings/:mailing/send", SignedIn, u.ProgrammeMailingSend),
		post("/programme/mailings/:mailing/end", SignedIn, u.ProgrammeMailingEnd),
		get("/programme/tokens", SignedIn, u.ProgrammeTokens),
		post("/programme/tokens", SignedIn, u.ProgrammeTokenMake),
		post("/programme/tokens/:token/revoke", SignedIn, u.ProgrammeTokenRevoke),
		get("/api/v1/openapi.json", Public, u.APIDocument),
		get("/api/v1/indicators", Public, u.APIIndicators),
		get("/api/v1/indicators/:code", Public, u.APIIndicator),
		get("/api/v1/workshops", Public, u.APIWorkshops),
		get("/api/v1/aggregates", Public, u.APIAggregates),
		get("/programme/indicators/new", SignedIn, u.ProgrammeIndicatorNew),
		post("/programme/indicators", SignedIn, u.ProgrammeIndicatorSave),
		get("/programme/indicators/:indicator", SignedIn, u.ProgrammeIndicator),
		get("/programme/indicators/:indicator/edit", SignedIn, u.ProgrammeIndicatorEdit),
		post("/programme/indicators/:indicator", SignedIn, u.ProgrammeIndicatorSave),
		get("/programme/indicators/:indicator/evidence", SignedIn, u.ProgrammeEvidence),
		post("/programme/indicators/:indicator/measures", SignedIn, u.ProgrammeMeasure),
		post("/programme/indicators/:indicator/measures/:measure/withdraw", SignedIn, u.ProgrammeWithdraw),
		post("/programme/indicators/:indicator/revise/:period", SignedIn, u.ProgrammeRevise),
		post("/programme/periods/:period/close", SignedIn, u.ProgrammeClose),
		get("/programme/r/:register", SignedIn, u.ProgrammeRegister),
		get("/programme/r/:register/new", SignedIn, u.ProgrammeRecordNew),
		post("/programme/r/:register", SignedIn, u.ProgrammeRecordSave),
		get("/programme/r/:register/:record", SignedIn, u.ProgrammeRecord),
		post("/programme/r/:register/:record", SignedIn, u.ProgrammeRecordSave),
		post("/programme/r/:register/:record/remove", SignedIn, u.ProgrammeRecordRemove),
		upload("/programme/r/:register/:record/documents", SignedIn, u.ProgrammeDocumentAdd),
		get("/programme/documents/:paper", SignedIn, u.ProgrammeDocument),
		post("/programme/documents/:paper/remove", SignedIn, u.ProgrammeDocumentRemove),
	}
}
