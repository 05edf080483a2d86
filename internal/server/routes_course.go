package server

import (
	"net/http"

	"shelter/internal/ui"
)

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
		post("/courses/:code/people/:person/lift", SignedIn, u.CourseLift),
		post("/courses/:code/links/:link/close", SignedIn, u.CourseLinkClose),
		get("/enrol/:link", SignedIn, u.CourseInvited),
		post("/enrol/:link", SignedIn, u.CourseAccept),
		get("/workshops/:id/courses", SignedIn, u.WorkshopCourse),
		post("/workshops/:id/courses", SignedIn, u.WorkshopCourseEnrol),
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

// zipBody lets a course come in as a zip of the size that the service takes.
const zipBody = 33 << 20

// authorRoutes: those who write courses.
func authorRoutes(u *ui.UI) []Route {
	return []Route{
		get("/authoring", SignedIn, u.AuthorList),
		get("/authoring/new", SignedIn, u.AuthorNew),
		post("/authoring/new", SignedIn, u.AuthorCreate),
		get("/authoring/import", SignedIn, u.AuthorImport),
		{Method: http.MethodPost, Path: "/authoring/import", Access: SignedIn, Handler: u.AuthorUpload, MaxBody: zipBody},
		get("/authoring/courses/:code", SignedIn, u.AuthorCourse),
		get("/authoring/courses/:code/compare", SignedIn, u.AuthorCompare),
		get("/authoring/courses/:code/versions/:number/zip", SignedIn, u.AuthorZip),
		post("/authoring/courses/:code/drafts", SignedIn, u.AuthorBegin),
		get("/authoring/drafts/:draft", SignedIn, u.AuthorDraft),
		get("/authoring/drafts/:draft/zip", SignedIn, u.AuthorDraftZip),
		get("/authoring/drafts/:draft/compare", SignedIn, u.AuthorDraftCompare),
		get("/authoring/drafts/:draft/head", SignedIn, u.AuthorHead),
		post("/authoring/drafts/:draft/head", SignedIn, u.AuthorSaveHead),
		get("/authoring/drafts/:draft/questions", SignedIn, u.AuthorQuestions),
		get("/authoring/drafts/:draft/questions/edit", SignedIn, u.AuthorQuestion),
		post("/authoring/drafts/:draft/questions", SignedIn, u.AuthorSaveQuestion),
		post("/authoring/drafts/:draft/questions/remove", SignedIn, u.AuthorRemoveQuestion),
		get("/authoring/drafts/:draft/terms", SignedIn, u.AuthorTerms),
		get("/authoring/drafts/:draft/terms/edit", SignedIn, u.AuthorTerm),
		post("/authoring/drafts/:draft/terms", SignedIn, u.AuthorSaveTerm),
		post("/authoring/drafts/:draft/terms/remove", SignedIn, u.AuthorRemoveTerm),
		get("/authoring/drafts/:draft/forms", SignedIn, u.AuthorForms),
		post("/authoring/drafts/:draft/forms", SignedIn, u.AuthorSaveForms),
		get("/authoring/drafts/:draft/media/*path", SignedIn, u.AuthorMedia),
		post("/authoring/drafts/:draft/media/remove", SignedIn, u.AuthorRemoveMedia),
		post("/authoring/drafts/:draft/lessons", SignedIn, u.AuthorAddLesson),
		get("/authoring/drafts/:draft/lessons/:slug", SignedIn, u.AuthorLesson),
		post("/authoring/drafts/:draft/lessons/:slug/move", SignedIn, u.AuthorMoveLesson),
		post("/authoring/drafts/:draft/lessons/:slug/plan", SignedIn, u.AuthorPlanLesson),
		post("/authoring/drafts/:draft/lessons/:slug/text/:lang", SignedIn, u.AuthorSave),
		post("/authoring/drafts/:draft/lessons/:slug/text/:lang/preview", SignedIn, u.AuthorPreview),
		upload("/authoring/drafts/:draft/lessons/:slug/text/:lang/media", SignedIn, u.AuthorIllustrate),
		post("/authoring/drafts/:draft/lessons/:slug/remove", SignedIn, u.AuthorRemoveLesson),
		post("/authoring/drafts/:draft/accept", SignedIn, u.AuthorAccept),
		post("/authoring/drafts/:draft/send", SignedIn, u.AuthorSend),
		post("/authoring/drafts/:draft/return", SignedIn, u.AuthorReturn),
		post("/authoring/drafts/:draft/publish", SignedIn, u.AuthorPublish),
		post("/authoring/drafts/:draft/drop", SignedIn, u.AuthorDrop),
	}
}
