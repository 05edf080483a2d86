package server

import "shelter/internal/ui"

// surveyRoutes: answering is public, because an account would tell who answered; the code in the address is the same for
// everybody of a workshop, and a ticket, where one is asked for, says nothing of its holder. The rest is for whoever runs the workshop.
func surveyRoutes(u *ui.UI) []Route {
	return []Route{
		get("/s/:code", Public, u.SurveyFill),
		post("/s/:code", Public, u.SurveySend),
		get("/s/:code/thanks", Public, u.SurveyThanks),
		get("/workshops/:id/surveys", SignedIn, u.SurveyBoard),
		post("/workshops/:id/surveys/:wave/prepare", SignedIn, u.SurveyPrepare),
		get("/workshops/:id/surveys/:wave/questions", SignedIn, u.SurveyQuestions),
		post("/workshops/:id/surveys/:wave/questions", SignedIn, u.SurveyRevise),
		post("/workshops/:id/surveys/:wave/way", SignedIn, u.SurveyWay),
		get("/workshops/:id/surveys/:wave/cards", SignedIn, u.SurveyCards),
		post("/workshops/:id/surveys/:wave/cards", SignedIn, u.SurveyCardsPrint),
		post("/workshops/:id/surveys/:wave/open", SignedIn, u.SurveyOpen),
		post("/workshops/:id/surveys/:wave/close", SignedIn, u.SurveyClose),
		get("/workshops/:id/surveys/:wave/results", SignedIn, u.SurveyResults),
		get("/workshops/:id/surveys/:wave/results.xlsx", SignedIn, u.SurveyWorkbook),
	}
}
