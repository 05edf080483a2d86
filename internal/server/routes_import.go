package server

import "shelter/internal/ui"

// importRoutes: whoever may edit a workshop's participants brings lists in; a list is seen by whoever sent it alone.
func importRoutes(u *ui.UI) []Route {
	return []Route{
		get("/workshops/:id/import", SignedIn, u.ImportForm),
		upload("/workshops/:id/import", SignedIn, u.ImportUpload),
		get("/workshops/:id/import/template.xlsx", SignedIn, u.ImportTemplate),
		get("/workshops/:id/import/:upload", SignedIn, u.ImportPreview),
		get("/workshops/:id/import/:upload/marked.xlsx", SignedIn, u.ImportMarked),
		post("/workshops/:id/import/:upload/apply", SignedIn, u.ImportApply),
	}
}
