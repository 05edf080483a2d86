package server

import "shelter/internal/ui"

// peopleRoutes: persons, their roles and accounts, and organisations.
func peopleRoutes(u *ui.UI) []Route {
	return []Route{
		get("/people", SignedIn, u.People),
		get("/people/new", SignedIn, u.PersonNew),
		post("/people", SignedIn, u.PersonCreate),
		get("/people/:id", SignedIn, u.PersonShow),
		get("/record", SignedIn, u.RecordOwn),
		get("/people/:id/record", SignedIn, u.PersonRecord),
		get("/people/:id/record/print", SignedIn, u.PersonRecordPrint),
		get("/people/:id/record.xlsx", SignedIn, u.PersonRecordFile),
		get("/people/:id/edit", SignedIn, u.PersonEdit),
		post("/people/:id", SignedIn, u.PersonSave),
		post("/people/:id/invite", SignedIn, u.PersonInvite),
		post("/people/:id/roles", SignedIn, u.PersonGrant),
		post("/people/:id/roles/:grant/revoke", SignedIn, u.PersonRevoke),
		post("/people/:id/block", SignedIn, u.PersonBlock),
		post("/people/:id/unblock", SignedIn, u.PersonUnblock),
		post("/people/:id/second-factor/reset", SignedIn, u.PersonSecondReset),
		get("/organisations", SignedIn, u.Organisations),
		get("/organisations/new", SignedIn, u.OrganisationNew),
		post("/organisations", SignedIn, u.OrganisationCreate),
		get("/organisations/:id", SignedIn, u.OrganisationEdit),
		post("/organisations/:id", SignedIn, u.OrganisationSave),
	}
}
