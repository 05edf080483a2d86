package server

import "shelter/internal/ui"

// examRoutes: joining and taking a test is public, because participants have no account: the room code and the attempt's
// secret are the keys. Running a test and its results are the trainer's.
func examRoutes(u *ui.UI) []Route {
	return []Route{
		get("/join", Public, u.ExamJoin),
		get("/r/:code", Public, u.ExamRoom),
		post("/r/:code", Public, u.ExamBegin),
		get("/t/sw.js", Public, u.ExamWorker),
		post("/keep", Public, u.ExamKeep),
		get("/t/:attempt", Public, u.ExamTake),
		get("/t/:attempt/clock", Public, u.ExamClock),
		post("/t/:attempt/answers", Public, u.ExamSave),
		post("/t/:attempt/submit", Public, u.ExamSubmit),
		get("/workshops/:id/tests", SignedIn, u.ExamBoard),
		post("/workshops/:id/tests", SignedIn, u.ExamPair),
		post("/workshops/:id/tests/minutes", SignedIn, u.ExamMinutes),
		get("/workshops/:id/tests/projector", SignedIn, u.ExamProjector),
		post("/workshops/:id/tests/:phase/open", SignedIn, u.ExamOpen),
		post("/workshops/:id/tests/:phase/close", SignedIn, u.ExamClose),
		post("/workshops/:id/tests/attempts/:attempt/void", SignedIn, u.ExamVoid),
		get("/workshops/:id/marking", SignedIn, u.ExamMarking),
		get("/workshops/:id/marking/:version", SignedIn, u.ExamMark),
		post("/workshops/:id/marking/:version", SignedIn, u.ExamMarkSave),
		get("/workshops/:id/paper/:phase", SignedIn, u.ExamPaper),
		get("/workshops/:id/paper/:phase/grid", SignedIn, u.ExamPaperGrid),
		post("/workshops/:id/paper/:phase/rows", SignedIn, u.ExamPaperSave),
		post("/workshops/:id/paper/:phase/settle", SignedIn, u.ExamPaperSettle),
		post("/workshops/:id/paper/:phase/count", SignedIn, u.ExamPaperCount),
		post("/workshops/:id/paper/:phase/back", SignedIn, u.ExamPaperBack),
		get("/workshops/:id/print/test/:phase", SignedIn, u.ExamPaperPrint),
		get("/workshops/:id/regrade", SignedIn, u.ExamRegrading),
		get("/workshops/:id/regrade/:version", SignedIn, u.ExamRegrade),
		post("/workshops/:id/regrade/:version", SignedIn, u.ExamRegradeSave),
		get("/workshops/:id/results", SignedIn, u.ExamResults),
		get("/workshops/:id/results/persons", SignedIn, u.ExamResultsPersons),
		get("/workshops/:id/results/objectives", SignedIn, u.ExamResultsObjectives),
		get("/workshops/:id/results/items", SignedIn, u.ExamResultsItems),
	}
}
