package server

import "shelter/internal/ui"

// courseRoutes: every signed-in person reads the published courses and answers their checks.
func courseRoutes(u *ui.UI) []Route {
	return []Route{
		get("/courses", SignedIn, u.CourseList),
		get("/competencies", SignedIn, u.CompetencyList),
		get("/courses/sw.js", Public, u.CourseWorker),
		get("/courses/search", SignedIn, u.CourseSearch),
		get("/courses/:code", SignedIn, u.CourseShow),
		get("/courses/:code/people", SignedIn, u.CoursePeople),
		get("/courses/:code/progress", SignedIn, u.CourseProgress),
		get("/courses/:code/progress.xlsx", SignedIn, u.CourseProgressFile),
		post("/courses/:code/people", SignedIn, u.CourseEnrol),
		post("/courses/:code/people/:person/withdraw", SignedIn, u.CourseWithdraw),
		post("/courses/:code/links/:link/close", SignedIn, u.CourseLinkClose),
		get("/enrol/:link", SignedIn, u.CourseInvited),
		post("/enrol/:link", SignedIn, u.CourseAccept),
		get("/courses/:code/keep", SignedIn, u.CourseKeep),
		get("/courses/:code/print", SignedIn, u.CoursePrint),
		get("/courses/:code/:slug/print", SignedIn, u.CourseLessonPrint),
		get("/courses/:code/:slug", SignedIn, u.CourseLesson),
		get("/courses/:code/media/*path", SignedIn, u.CourseMedia),
		post("/courses/:code/:slug/check", SignedIn, u.CourseCheck),
		post("/courses/:code/:slug/seen", SignedIn, u.CourseSeen),
		post("/courses/:code/renew", SignedIn, u.CourseRenew),
		post("/courses/:code/:slug/note", SignedIn, u.CourseNote),
	}
}
