package server

import "shelter/internal/ui"

// bankRoutes: the question bank and the test forms belong to trainers and managers. A picture of a question is public: those who
// take a test have no account, and its address is random.
func bankRoutes(u *ui.UI) []Route {
	return []Route{
		get("/q/:picture", Public, u.BankPicture),
		get("/bank", SignedIn, u.BankList),
		upload("/bank", SignedIn, u.BankCreate),
		get("/bank/new", SignedIn, u.BankNew),
		get("/bank/export", SignedIn, u.BankExport),
		get("/bank/template.xlsx", SignedIn, u.BankTemplate),
		get("/bank/import", SignedIn, u.BankImport),
		upload("/bank/import", SignedIn, u.BankUpload),
		get("/bank/import/:upload", SignedIn, u.BankPlan),
		post("/bank/import/:upload/apply", SignedIn, u.BankApply),
		get("/bank/vignettes", SignedIn, u.BankVignettes),
		post("/bank/vignettes", SignedIn, u.BankVignetteCreate),
		get("/bank/vignettes/new", SignedIn, u.BankVignetteNew),
		get("/bank/vignettes/:vignette", SignedIn, u.BankVignette),
		post("/bank/vignettes/:vignette", SignedIn, u.BankVignetteSave),
		get("/bank/forms", SignedIn, u.BankForms),
		post("/bank/forms", SignedIn, u.BankFormMake),
		get("/bank/forms/new", SignedIn, u.BankFormNew),
		get("/bank/forms/:form", SignedIn, u.BankForm),
		post("/bank/forms/:form", SignedIn, u.BankFormSettings),
		post("/bank/forms/:form/retire", SignedIn, u.BankFormRetire),
		get("/bank/:id", SignedIn, u.BankShow),
		upload("/bank/:id", SignedIn, u.BankSave),
		get("/bank/:id/edit", SignedIn, u.BankEdit),
		get("/bank/:id/history", SignedIn, u.BankHistory),
		post("/bank/:id/status", SignedIn, u.BankStatus),
		get("/workshops/:id/tests/extra-time", SignedIn, u.ExamExtra),
		post("/workshops/:id/tests/extra-time", SignedIn, u.ExamExtraSave),
	}
}
