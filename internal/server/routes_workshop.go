package server

import "shelter/internal/ui"

// workshopRoutes: a badge's QR code is public and names nobody; the self check-in is public and names
// those who are missing to whoever reads the code on the wall; all else asks the access table for the workshop in the address.
func workshopRoutes(u *ui.UI) []Route {
	return []Route{
		get("/workshops", SignedIn, u.WorkshopList),
		get("/workshops/new", SignedIn, u.WorkshopNew),
		post("/workshops", SignedIn, u.WorkshopCreate),
		get("/workshops/:id", SignedIn, u.WorkshopShow),
		get("/workshops/:id/edit", SignedIn, u.WorkshopEdit),
		post("/workshops/:id/edit", SignedIn, u.WorkshopUpdate),
		post("/workshops/:id/state", SignedIn, u.WorkshopState),
		get("/workshops/:id/projector", SignedIn, u.WorkshopProjector),
		get("/workshops/:id/slots", SignedIn, u.WorkshopSlots),
		post("/workshops/:id/slots", SignedIn, u.WorkshopSlotAdd),
		post("/workshops/:id/slots/:slot", SignedIn, u.WorkshopSlotUpdate),
		post("/workshops/:id/slots/:slot/remove", SignedIn, u.WorkshopSlotRemove),
		get("/workshops/:id/participants", SignedIn, u.WorkshopPeople),
		post("/workshops/:id/participants", SignedIn, u.WorkshopEnrol),
		post("/workshops/:id/participants/new", SignedIn, u.WorkshopEnrolNew),
		post("/workshops/:id/participants/:enrolment", SignedIn, u.WorkshopEnrolment),
		get("/workshops/:id/rollcall", SignedIn, u.WorkshopRoll),
		get("/workshops/:id/rollcall/:slot", SignedIn, u.WorkshopRollSlot),
		post("/workshops/:id/rollcall/:slot", SignedIn, u.WorkshopRollSave),
		get("/workshops/:id/rollcall/:slot/state", SignedIn, u.WorkshopRollState),
		get("/workshops/:id/rollcall/:slot/:enrolment/history", SignedIn, u.WorkshopHistory),
		post("/workshops/:id/rollcall/:slot/:enrolment/signature", SignedIn, u.WorkshopSignatureBack),
		post("/workshops/:id/signatures", SignedIn, u.WorkshopSign),
		post("/workshops/:id/signing", SignedIn, u.WorkshopSigningAllow),
		post("/workshops/:id/marks", SignedIn, u.WorkshopMarks),
		get("/workshops/:id/scan", SignedIn, u.WorkshopScan),
		post("/workshops/:id/scan", SignedIn, u.WorkshopScanForm),
		post("/workshops/:id/checkin", SignedIn, u.WorkshopCheckin),
		get("/workshops/:id/selfcheck", SignedIn, u.WorkshopSelf),
		get("/workshops/:id/selfcheck/:slot", SignedIn, u.WorkshopSelfSlot),
		post("/workshops/:id/selfcheck/:slot", SignedIn, u.WorkshopSelfSwitch),
		get("/workshops/:id/selfcheck/:slot/projector", SignedIn, u.WorkshopSelfWall),
		get("/workshops/:id/print/signatures", SignedIn, u.WorkshopSignatures),
		get("/workshops/:id/sheets", SignedIn, u.WorkshopSheets),
		get("/workshops/:id/sheets/boxes", SignedIn, u.WorkshopBoxes),
		post("/workshops/:id/sheets/boxes", SignedIn, u.WorkshopBoxesSave),
		get("/workshops/:id/sheets/differences", SignedIn, u.WorkshopDiffers),
		post("/workshops/:id/sheets/differences", SignedIn, u.WorkshopSettle),
		get("/workshops/:id/evidence", SignedIn, u.WorkshopEvidence),
		upload("/workshops/:id/sheets/scans", SignedIn, u.WorkshopScanUpload),
		get("/workshops/:id/sheets/scans/:scan", SignedIn, u.WorkshopScanFile),
		post("/workshops/:id/sheets/scans/:scan", SignedIn, u.WorkshopScanChange),
		get("/workshops/:id/print/badges", SignedIn, u.WorkshopBadges),
		get("/c", Public, u.SelfJoin), // participants have no account: the code that changes every half-minute decides
		get("/c/:code", Public, u.SelfRoom),
		post("/c", Public, u.SelfCheckIn),
		get("/b/:token", Public, u.WorkshopBadge),
	}
}

// planningRoutes: what comes before a workshop, and what is decided about who takes part.
func planningRoutes(u *ui.UI) []Route {
	return []Route{
		get("/workshops/calendar", SignedIn, u.WorkshopCalendar),
		get("/workshops/:id/planning", SignedIn, u.WorkshopPlanning),
		post("/workshops/:id/quotas", SignedIn, u.WorkshopQuotas),
		post("/workshops/:id/copy", SignedIn, u.WorkshopCopy),
		post("/workshops/:id/shift", SignedIn, u.WorkshopShift),
		get("/workshops/:id/agenda", SignedIn, u.WorkshopAgenda),
		post("/workshops/:id/agenda", SignedIn, u.WorkshopAgendaPut),
		post("/workshops/:id/agenda/:item/move", SignedIn, u.WorkshopAgendaMove),
		post("/workshops/:id/agenda/:item/remove", SignedIn, u.WorkshopAgendaRemove),
		get("/workshops/:id/messages", SignedIn, u.WorkshopMessages),
		post("/workshops/:id/messages", SignedIn, u.WorkshopMessagesSend),
		post("/workshops/:id/messages/given", SignedIn, u.WorkshopMessagesGiven),
		post("/workshops/:id/messages/update", SignedIn, u.WorkshopUpdateSend),
		post("/workshops/:id/messages/reminder", SignedIn, u.WorkshopReminder),
		get("/workshops/:id/print/letters", SignedIn, u.WorkshopLetters),
		get("/workshops/:id/selection", SignedIn, u.WorkshopSelection),
		post("/workshops/:id/nominations/:nomination", SignedIn, u.WorkshopDecide),
		post("/workshops/:id/offer", SignedIn, u.WorkshopOffer),
		get("/workshops/:id/links", SignedIn, u.WorkshopLinks),
		post("/workshops/:id/links", SignedIn, u.WorkshopLinkMake),
		post("/workshops/:id/links/:join/revoke", SignedIn, u.WorkshopLinkRevoke),
		get("/workshops/:id/links/:join/print", SignedIn, u.WorkshopLinkPrint),
		post("/workshops/:id/requests/:asker", SignedIn, u.WorkshopRequest),
		get("/answer/:token", Public, u.PlaceAnswer), // the secret of the link is the person's own
		post("/answer/:token", Public, u.PlaceAnswerPut),
		get("/ask/:token", Public, u.AskForPlace), // who asks for a place has no account: the link's token decides
		post("/ask/:token", Public, u.AskForPlacePut),
		get("/nominations", SignedIn, u.NominationList),
		get("/nominations/:id", SignedIn, u.NominationShow),
		post("/nominations/:id", SignedIn, u.NominationPut),
		post("/nominations/:id/:nomination/withdraw", SignedIn, u.NominationTakeBack),
		get("/workshops/:id/logistics", SignedIn, u.WorkshopLogistics),
		post("/workshops/:id/logistics", SignedIn, u.WorkshopFreeze),
		get("/workshops/:id/practices", SignedIn, u.WorkshopPractices),
		post("/workshops/:id/practices", SignedIn, u.WorkshopPracticePut),
		get("/workshops/:id/print/programme", SignedIn, u.WorkshopProgramme),
	}
}
