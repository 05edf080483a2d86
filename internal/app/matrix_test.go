package app_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/certificate"
	"shelter/internal/course"
	"shelter/internal/exam"
	"shelter/internal/exam/bank"
	"shelter/internal/i18n"
	"shelter/internal/ingest"
	"shelter/internal/org"
	"shelter/internal/programme"
	"shelter/internal/report"
	"shelter/internal/server"
	"shelter/internal/survey"
	"shelter/internal/workshop"
)

// The table below is written by hand, from PRODUCT's roles, and never computed from the access table. For each route it says
// which roles get an answer on their own things (the workshop that the trainer runs, the own person, the own session) and on
// somebody else's; every other role gets "not found", and a visitor is sent to the sign-in page. "all" is every signed-in
// person, "open" everybody, "closed" nobody without the secret that the address or a cookie has to hold;
// "token" answers 401 without one, whoever is signed in; "-" is not asked, because it would end the session that the walk goes on with. Rows that take something away stand last in their group.
var matrix = []struct{ route, own, other string }{
	{"GET /", "open", "open"},
	{"POST /language", "open", "open"},
	{"GET /info", "open", "open"},
	{"GET /info/:lang", "open", "open"},
	{"GET /info/:lang/leaflet", "open", "open"},
	{"GET /help", "open", "open"},
	{"GET /help/:lang", "open", "open"},
	{"GET /help/:lang/leaflet", "open", "open"},
	{"GET /signin", "open", "open"},
	{"POST /signin", "open", "open"},
	{"GET /forgot", "open", "open"},
	{"POST /forgot", "open", "open"},
	{"GET /welcome/:token", "closed", "closed"},
	{"POST /welcome/:token", "closed", "closed"},
	{"GET /account/verify", "open", "open"},
	{"POST /account/verify", "all", "all"},
	{"GET /join", "open", "open"},
	{"GET /r/:code", "open", "open"},
	{"POST /r/:code", "open", "open"},
	{"GET /c", "open", "open"}, // checked in by whoever reads the code on the wall
	{"GET /c/:code", "open", "open"},
	{"POST /c", "open", "open"},
	{"GET /answer/:token", "closed", "closed"}, // opened by the secret of the address
	{"POST /answer/:token", "closed", "closed"},
	{"GET /answer/:token/calendar.ics", "closed", "closed"},
	{"GET /ask/:token", "closed", "closed"}, // opened by the secret of the address
	{"POST /ask/:token", "closed", "closed"},
	{"GET /b/:token", "open", "open"},
	{"GET /v", "open", "open"},
	{"GET /v/:code", "closed", "closed"},
	{"GET /badges/issuer", "open", "open"},
	{"GET /badges/keys", "open", "open"},
	{"GET /badges/keys/:kid", "open", "open"},
	{"GET /badges/status/:list", "open", "open"},
	{"GET /certificates", "all", "all"},
	{"POST /certificates/:certificate", "", ""}, // the holder alone, who is none of these
	{"GET /certificates/:certificate/print", "", ""},
	{"GET /certificates/:certificate/paper/:key", "closed", "closed"},
	{"GET /certificates/:certificate/holder/:key", "closed", "closed"},
	{"POST /certificates/:certificate/holder/:key", "closed", "closed"},
	{"GET /certificates/:certificate/holder/:key/badge.jwt", "closed", "closed"},
	{"GET /certificates/:certificate/holder/:key/badge.svg", "closed", "closed"},
	{"GET /certificates/:certificate/badge.jwt", "", ""},
	{"GET /certificates/:certificate/badge.svg", "", ""},
	{"GET /s/:code", "closed", "closed"}, // answered by whoever has the code of an open survey; "000000" is none
	{"POST /s/:code", "closed", "closed"},
	{"GET /s/:code/thanks", "closed", "closed"},
	{"GET /t/sw.js", "open", "open"},
	{"POST /keep", "open", "open"}, // an empty body is refused; what it takes is sealed
	// an attempt is opened by the secret in the cookie, which nobody here has
	{"GET /t/:attempt", "closed", "closed"},
	{"GET /t/:attempt/clock", "closed", "closed"},
	{"POST /t/:attempt/answers", "closed", "closed"},
	{"POST /t/:attempt/submit", "closed", "closed"},

	{"GET /signout", "all", "all"},
	{"GET /account", "all", "all"},
	{"POST /account", "all", "all"},
	{"GET /account/password", "all", "all"},
	{"POST /account/password", "all", "all"},
	{"GET /account/second-factor", "all", "all"},
	{"POST /account/second-factor/start", "all", "all"},
	{"POST /account/second-factor/confirm", "", ""},
	{"POST /account/second-factor/codes", "all", "all"},
	{"POST /account/second-factor/off", "all", "all"},
	{"GET /account/sessions", "all", "all"},
	{"GET /account/calendar", "all", "all"},
	{"GET /account/privacy", "all", "all"},
	{"GET /account/privacy/export", "all", "all"},
	{"POST /account/privacy/correction", "all", "all"},
	{"GET /corrections", "manager admin", "manager admin"},
	{"POST /corrections/:correction", "manager admin", "manager admin"},
	{"POST /account/calendar", "all", "all"},
	{"GET /cal/:token", "closed", "closed"}, // opened by the secret of the address

	{"GET /people", "manager admin focal_point", "manager admin focal_point"},
	{"GET /people/new", "manager admin", "manager admin"},
	{"POST /people", "manager admin", "manager admin"},
	{"GET /people/:id", "all", "manager admin"},
	{"GET /record", "all", "all"},
	{"GET /people/:id/record", "all", "manager admin"},
	{"GET /people/:id/record/print", "all", "manager admin"},
	{"GET /people/:id/record.xlsx", "all", "manager admin"},
	{"GET /people/:id/edit", "manager admin", "manager admin"},
	{"POST /people/:id", "manager admin", "manager admin"},
	{"POST /people/:id/invite", "manager admin", "manager admin"},
	{"POST /people/:id/roles", "admin", "admin"},
	{"POST /people/:id/second-factor/reset", "-", "admin"},
	{"POST /people/:id/block", "-", "admin"},
	{"POST /people/:id/unblock", "-", "admin"},
	{"POST /people/:id/roles/:grant/revoke", "-", "admin"},
	{"GET /organisations", "manager admin", "manager admin"},
	{"GET /organisations/new", "manager admin", "manager admin"},
	{"POST /organisations", "manager admin", "manager admin"},
	{"GET /organisations/:id", "manager admin", "manager admin"},
	{"POST /organisations/:id", "manager admin", "manager admin"},

	{"GET /courses", "all", "all"},
	{"GET /competencies", "manager admin focal_point", "manager admin focal_point"},
	{"GET /courses/sw.js", "open", "open"},
	{"GET /courses/search", "all", "all"},
	{"GET /courses/:code", "all", "all"},
	{"GET /courses/:code/people", "manager focal_point", "manager focal_point"}, // focal points see and enrol their own people only
	{"GET /courses/:code/progress", "manager focal_point", "manager focal_point"},
	{"GET /courses/:code/progress.xlsx", "manager focal_point", "manager focal_point"},
	{"POST /courses/:code/people", "manager focal_point", "manager"},
	{"GET /enrol/:link", "all", "all"},
	{"POST /enrol/:link", "all", "all"},
	{"POST /courses/:code/links/:link/close", "manager", "manager"},
	{"POST /courses/:code/people/:person/withdraw", "manager focal_point", "manager"},
	{"POST /courses/:code/people/:person/lift", "manager", "manager"},
	{"GET /courses/:code/keep", "all", "all"},
	{"GET /courses/:code/print", "all", "all"},
	{"GET /courses/:code/:slug/print", "all", "all"},
	{"GET /courses/:code/:slug", "all", "all"},
	{"POST /courses/:code/:slug/check", "all", "all"},
	{"POST /courses/:code/:slug/seen", "all", "all"},
	{"POST /courses/:code/:slug/note", "all", "all"},
	{"GET /courses/:code/tests", "manager", "manager"},
	{"POST /courses/:code/tests", "manager", "manager"},
	{"POST /courses/:code/tests/:phase/begin", "all", "all"}, // nobody else's: the account says whose test it is
	{"GET /courses/:code/results", "manager", "manager"},
	{"GET /courses/:code/results.xlsx", "manager", "manager"},
	{"GET /courses/:code/results/persons", "manager", "manager"},
	{"GET /courses/:code/results/objectives", "manager", "manager"},
	{"GET /courses/:code/results/items", "manager", "manager"},
	{"GET /courses/:code/marking", "manager", "manager"},
	{"GET /courses/:code/marking/:version", "manager", "manager"},
	{"POST /courses/:code/marking/:version", "manager", "manager"},
	{"GET /courses/:code/regrade", "manager", "manager"},
	{"GET /courses/:code/regrade/:version", "manager", "manager"},
	{"POST /courses/:code/regrade/:version", "manager", "manager"},
	{"POST /courses/:code/tests/attempts/:attempt/void", "manager", "manager"},
	{"POST /courses/:code/tests/:phase/open", "manager", "manager"},
	{"POST /courses/:code/tests/:phase/close", "manager", "manager"},
	{"POST /courses/:code/renew", "all", "all"}, // a course that is not finished stays as it is
	{"GET /courses/:code/media/*path", "", ""},  // a picture that is not there
	{"GET /authoring", "manager trainer", "manager trainer"},
	{"GET /authoring/new", "manager trainer", "manager trainer"},
	{"POST /authoring/new", "manager trainer", "manager trainer"},
	{"GET /authoring/import", "manager trainer", "manager trainer"},
	{"POST /authoring/import", "manager trainer", "manager trainer"},
	{"GET /authoring/courses/:code", "manager trainer", "manager trainer"},
	{"GET /authoring/courses/:code/compare", "manager trainer", "manager trainer"},
	{"GET /authoring/courses/:code/versions/:number/zip", "manager trainer", "manager trainer"},
	{"POST /authoring/courses/:code/drafts", "manager trainer", "manager trainer"}, // there is a draft: refused for what it is
	{"GET /authoring/drafts/:draft", "manager trainer", "manager trainer"},
	{"GET /authoring/drafts/:draft/zip", "manager trainer", "manager trainer"},
	{"GET /authoring/drafts/:draft/compare", "manager trainer", "manager trainer"},
	{"GET /authoring/drafts/:draft/head", "manager trainer", "manager trainer"},
	{"GET /authoring/drafts/:draft/questions", "manager trainer", "manager trainer"},
	{"GET /authoring/drafts/:draft/questions/edit", "", ""}, // asks for a question or a lesson in its query
	{"POST /authoring/drafts/:draft/questions", "manager trainer", "manager trainer"},
	{"POST /authoring/drafts/:draft/questions/remove", "", ""}, // a question that is not there
	{"GET /authoring/drafts/:draft/terms", "manager trainer", "manager trainer"},
	{"GET /authoring/drafts/:draft/terms/edit", "manager trainer", "manager trainer"},
	{"POST /authoring/drafts/:draft/terms", "manager trainer", "manager trainer"},
	{"POST /authoring/drafts/:draft/terms/remove", "", ""}, // a term that is not there
	{"GET /authoring/drafts/:draft/forms", "manager trainer", "manager trainer"},
	{"POST /authoring/drafts/:draft/forms", "manager trainer", "manager trainer"},
	{"POST /authoring/drafts/:draft/head", "manager trainer", "manager trainer"},
	{"POST /authoring/drafts/:draft/media/remove", "manager trainer", "manager trainer"},
	{"POST /authoring/drafts/:draft/lessons", "manager trainer", "manager trainer"},
	{"GET /authoring/drafts/:draft/lessons/:slug", "manager trainer", "manager trainer"},
	{"POST /authoring/drafts/:draft/lessons/:slug/move", "manager trainer", "manager trainer"},
	{"POST /authoring/drafts/:draft/lessons/:slug/plan", "manager trainer", "manager trainer"},
	{"POST /authoring/drafts/:draft/lessons/:slug/text/:lang", "manager trainer", "manager trainer"},
	{"POST /authoring/drafts/:draft/lessons/:slug/text/:lang/preview", "manager trainer", "manager trainer"},
	{"POST /authoring/drafts/:draft/lessons/:slug/text/:lang/media", "manager trainer", "manager trainer"},
	{"POST /authoring/drafts/:draft/lessons/:slug/remove", "manager trainer", "manager trainer"},
	{"POST /authoring/drafts/:draft/accept", "manager trainer", "manager trainer"}, // it is a draft already: refused for what it is
	{"POST /authoring/drafts/:draft/send", "manager trainer", "manager trainer"},
	{"POST /authoring/drafts/:draft/return", "manager trainer", "manager trainer"},
	{"POST /authoring/drafts/:draft/publish", "manager trainer", "manager trainer"},
	{"POST /authoring/drafts/:draft/drop", "manager trainer", "manager trainer"},
	{"GET /authoring/drafts/:draft/media/*path", "", ""}, // a picture that is not there

	// the bank belongs to all trainers and managers together; a file that was sent belongs to whoever sent it
	{"GET /q/:picture", "open", "open"},
	{"GET /bank", "trainer manager", "trainer manager"},
	{"POST /bank", "trainer manager", "trainer manager"},
	{"GET /bank/new", "trainer manager", "trainer manager"},
	{"GET /bank/export", "trainer manager", "trainer manager"},
	{"GET /bank/template.xlsx", "trainer manager", "trainer manager"},
	{"GET /bank/import", "trainer manager", "trainer manager"},
	{"POST /bank/import", "trainer manager", "trainer manager"},
	{"GET /bank/import/:upload", "trainer manager", ""},
	{"POST /bank/import/:upload/apply", "trainer manager", ""},
	{"GET /bank/vignettes", "trainer manager", "trainer manager"},
	{"POST /bank/vignettes", "trainer manager", "trainer manager"},
	{"GET /bank/vignettes/new", "trainer manager", "trainer manager"},
	{"GET /bank/vignettes/:vignette", "trainer manager", "trainer manager"},
	{"POST /bank/vignettes/:vignette", "trainer manager", "trainer manager"},
	{"GET /bank/forms", "trainer manager", "trainer manager"},
	{"POST /bank/forms", "trainer manager", "trainer manager"},
	{"GET /bank/forms/new", "trainer manager", "trainer manager"},
	{"GET /bank/forms/:form", "trainer manager", "trainer manager"},
	{"POST /bank/forms/:form", "trainer manager", "trainer manager"},
	{"POST /bank/forms/:form/retire", "trainer manager", "trainer manager"},
	{"GET /bank/:id", "trainer manager", "trainer manager"},
	{"POST /bank/:id", "trainer manager", "trainer manager"},
	{"GET /bank/:id/edit", "trainer manager", "trainer manager"},
	{"GET /bank/:id/history", "trainer manager", "trainer manager"},
	{"POST /bank/:id/status", "trainer manager", "trainer manager"},

	{"GET /workshops", "all", "all"},
	{"GET /workshops/new", "trainer manager", "trainer manager"},
	{"POST /workshops", "trainer manager", "trainer manager"},
	{"GET /workshops/:id", "trainer manager", "manager"},
	{"GET /workshops/:id/edit", "trainer manager", "manager"},
	{"POST /workshops/:id/edit", "trainer manager", "manager"},
	{"GET /workshops/:id/projector", "trainer manager", "manager"},
	{"GET /workshops/:id/slots", "trainer manager", "manager"},
	{"POST /workshops/:id/slots", "trainer manager", "manager"},
	{"POST /workshops/:id/slots/:slot", "trainer manager", "manager"},
	{"GET /workshops/:id/participants", "trainer manager", "manager"},
	{"GET /workshops/:id/courses", "trainer manager", "manager"},
	{"POST /workshops/:id/courses", "trainer manager", "manager"},
	{"POST /workshops/:id/participants", "trainer manager", "manager"},
	{"POST /workshops/:id/participants/new", "trainer manager", "manager"},
	{"POST /workshops/:id/participants/:enrolment", "trainer manager", "manager"},
	{"GET /workshops/:id/rollcall", "trainer manager", "manager"},
	{"GET /workshops/:id/rollcall/:slot", "trainer manager", "manager"},
	{"POST /workshops/:id/rollcall/:slot", "trainer manager", "manager"},
	{"GET /workshops/:id/rollcall/:slot/state", "trainer manager", "manager"},
	{"GET /workshops/:id/rollcall/:slot/:enrolment/history", "trainer manager", "manager"},
	{"POST /workshops/:id/marks", "trainer manager", "manager"},
	{"GET /workshops/:id/scan", "trainer manager", "manager"},
	{"POST /workshops/:id/scan", "trainer manager", "manager"},
	{"POST /workshops/:id/checkin", "trainer manager", "manager"},
	{"GET /workshops/:id/selfcheck", "trainer manager", "manager"},
	{"GET /workshops/:id/selfcheck/:slot", "trainer manager", "manager"},
	{"POST /workshops/:id/selfcheck/:slot", "trainer manager", "manager"},
	{"GET /workshops/:id/selfcheck/:slot/projector", "trainer manager", "manager"},
	{"GET /workshops/:id/certificates", "trainer manager", "manager"},
	{"POST /workshops/:id/certificates", "trainer manager", "manager"},
	{"POST /workshops/:id/certificates/mail", "trainer manager", "manager"},
	{"POST /workshops/:id/certificates/:certificate/mail", "trainer manager", "manager"},
	{"GET /workshops/:id/print/signatures", "trainer manager", "manager"},
	{"POST /workshops/:id/signatures", "trainer manager", "manager"},
	{"POST /workshops/:id/signing", "manager", "manager"},
	{"POST /workshops/:id/rollcall/:slot/:enrolment/signature", "trainer manager", "manager"},
	{"GET /workshops/:id/sheets", "trainer manager", "manager"},
	{"GET /workshops/:id/sheets/boxes", "trainer manager", "manager"},
	{"POST /workshops/:id/sheets/boxes", "trainer manager", "manager"},
	{"GET /workshops/:id/sheets/differences", "trainer manager", "manager"},
	{"POST /workshops/:id/sheets/differences", "trainer manager", "manager"},
	{"GET /workshops/:id/evidence", "trainer manager", "manager"},
	{"POST /workshops/:id/sheets/scans", "trainer manager", "manager"}, // without a file it is refused
	{"GET /workshops/:id/sheets/scans/:scan", "trainer manager", "manager"},
	{"POST /workshops/:id/sheets/scans/:scan", "trainer manager", "manager"},
	{"GET /workshops/:id/print/badges", "trainer manager", "manager"},
	{"GET /workshops/:id/print/certificates", "trainer manager", "manager"},
	{"POST /workshops/:id/certificates/:certificate/reissue", "trainer manager", "manager"},
	{"POST /workshops/:id/certificates/:certificate/revoke", "trainer manager", "manager"},
	{"GET /courses/:code/certificates", "manager", "manager"},
	{"POST /courses/:code/certificates", "manager", "manager"},
	{"POST /courses/:code/certificates/rule", "manager", "manager"},
	{"POST /courses/:code/certificates/mail", "manager", "manager"},
	{"POST /courses/:code/certificates/:certificate/mail", "manager", "manager"},
	{"GET /courses/:code/print/certificates", "manager", "manager"},
	{"POST /courses/:code/certificates/:certificate/reissue", "manager", "manager"},
	{"POST /courses/:code/certificates/:certificate/revoke", "manager", "manager"},
	{"GET /workshops/:id/slips", "trainer manager", "manager"},
	{"POST /workshops/:id/slips", "trainer manager", "manager"},
	{"GET /workshops/attendance", "trainer manager", "trainer manager"},
	{"GET /workshops/attendance.xlsx", "trainer manager", "trainer manager"}, // what is missing is said first
	{"GET /workshops/:id/attendance.xlsx", "trainer manager", "manager"},
	{"GET /workshops/:id/participants.xlsx", "trainer manager", "manager"},
	{"GET /workshops/:id/report.xlsx", "trainer manager", "manager"},
	{"GET /workshops/:id/print/report", "trainer manager", "manager"},
	{"GET /workshops/:id/allowance", "trainer manager", "manager"},
	{"GET /workshops/:id/allowance.xlsx", "trainer manager", "manager"},
	{"GET /workshops/:id/print/allowance", "trainer manager", "manager"},
	{"GET /workshops/:id/import", "trainer manager", "manager"},
	{"POST /workshops/:id/import", "trainer manager", "manager"},
	{"GET /workshops/:id/import/template.xlsx", "trainer manager", "manager"},
	// a list that was sent belongs to whoever sent it
	{"GET /workshops/:id/import/:upload", "trainer manager", ""},
	{"GET /workshops/:id/import/:upload/marked.xlsx", "trainer manager", ""},
	{"POST /workshops/:id/import/:upload/apply", "trainer manager", ""},
	{"GET /workshops/calendar", "all", "all"},
	{"GET /workshops/:id/planning", "trainer manager", "manager"},
	{"GET /workshops/:id/selection", "trainer manager", "manager"},
	{"GET /workshops/:id/messages", "trainer manager", "manager"},
	{"POST /workshops/:id/messages", "trainer manager", "manager"},
	{"POST /workshops/:id/messages/given", "trainer manager", "manager"},
	{"POST /workshops/:id/messages/update", "trainer manager", "manager"},
	{"POST /workshops/:id/messages/reminder", "trainer manager", "manager"},
	{"GET /workshops/:id/print/letters", "trainer manager", "manager"},
	{"POST /workshops/:id/nominations/:nomination", "trainer manager", "manager"},
	{"GET /workshops/:id/links", "trainer manager", "manager"},
	{"POST /workshops/:id/links", "trainer manager", "manager"},
	{"GET /workshops/:id/links/:join/print", "trainer manager", "manager"}, // of a link that is over it says so
	{"POST /workshops/:id/links/:join/revoke", "trainer manager", "manager"},
	{"POST /workshops/:id/requests/:asker", "trainer manager", "manager"},
	{"POST /workshops/:id/offer", "", ""}, // answered by whomever a place is offered to
	{"GET /nominations", "focal_point", "focal_point"},
	{"GET /nominations/:id", "focal_point", ""},
	{"POST /nominations/:id", "focal_point", ""},
	{"POST /nominations/:id/:nomination/withdraw", "focal_point", ""},
	{"POST /workshops/:id/quotas", "trainer manager", "manager"},
	{"POST /workshops/:id/copy", "trainer manager", "manager"},
	{"POST /workshops/:id/shift", "trainer manager", "manager"},
	{"GET /workshops/:id/agenda", "trainer manager", "manager"},
	{"POST /workshops/:id/agenda", "trainer manager", "manager"},
	{"POST /workshops/:id/agenda/:item/move", "trainer manager", "manager"},
	{"POST /workshops/:id/agenda/:item/remove", "trainer manager", "manager"},
	{"GET /workshops/:id/logistics", "trainer manager", "manager"},
	{"POST /workshops/:id/logistics", "trainer manager", "manager"},
	{"GET /workshops/:id/practices", "trainer manager", "manager"},
	{"POST /workshops/:id/practices", "trainer manager", "manager"},
	{"GET /workshops/:id/print/programme", "trainer manager", "manager"},
	{"GET /workshops/:id/tests", "trainer manager", "manager"},
	{"GET /workshops/:id/surveys", "trainer manager", "manager"},
	{"POST /workshops/:id/surveys/:wave/prepare", "trainer manager", "manager"},
	{"GET /workshops/:id/surveys/:wave/questions", "trainer manager", "manager"},
	{"POST /workshops/:id/surveys/:wave/questions", "trainer manager", "manager"},
	{"POST /workshops/:id/surveys/:wave/way", "trainer manager", "manager"},
	{"GET /workshops/:id/surveys/:wave/cards", "trainer manager", "manager"},
	{"POST /workshops/:id/surveys/:wave/cards", "trainer manager", "manager"},
	{"POST /workshops/:id/surveys/:wave/open", "trainer manager", "manager"},
	{"GET /workshops/:id/surveys/:wave/results", "trainer manager", "manager"},
	{"GET /workshops/:id/surveys/:wave/results.xlsx", "trainer manager", "manager"},
	{"POST /workshops/:id/surveys/:wave/close", "trainer manager", "manager"},
	{"POST /workshops/:id/tests", "trainer manager", "manager"},
	{"GET /workshops/:id/tests/projector", "trainer manager", "manager"},
	{"GET /workshops/:id/results", "trainer manager", "manager"},
	{"GET /workshops/:id/marking", "trainer manager", "manager"},
	{"GET /workshops/:id/marking/:version", "trainer manager", "manager"},
	{"POST /workshops/:id/marking/:version", "trainer manager", "manager"},
	{"GET /workshops/:id/paper/:phase", "trainer manager", "manager"},
	{"GET /workshops/:id/paper/:phase/grid", "trainer manager", "manager"},
	{"POST /workshops/:id/paper/:phase/rows", "trainer manager", "manager"},
	{"POST /workshops/:id/paper/:phase/settle", "trainer manager", "manager"},
	{"POST /workshops/:id/paper/:phase/count", "trainer manager", "manager"},
	{"POST /workshops/:id/paper/:phase/back", "trainer manager", "manager"},
	{"GET /workshops/:id/print/test/:phase", "trainer manager", "manager"},
	{"GET /workshops/:id/regrade", "trainer manager", "manager"},
	{"GET /workshops/:id/regrade/:version", "trainer manager", "manager"},
	{"POST /workshops/:id/regrade/:version", "trainer manager", "manager"},
	{"GET /workshops/:id/results.xlsx", "trainer manager", "manager"},
	{"GET /workshops/:id/results/persons", "trainer manager", "manager"},
	{"GET /workshops/:id/results/objectives", "trainer manager", "manager"},
	{"GET /workshops/:id/results/items", "trainer manager", "manager"},
	{"GET /workshops/:id/tests/extra-time", "trainer manager", "manager"},
	{"POST /workshops/:id/tests/extra-time", "trainer manager", "manager"},
	{"POST /workshops/:id/tests/minutes", "trainer manager", "manager"},
	{"POST /workshops/:id/tests/attempts/:attempt/void", "trainer manager", "manager"},
	{"POST /workshops/:id/tests/:phase/open", "trainer manager", "manager"},
	{"POST /workshops/:id/tests/:phase/close", "trainer manager", "manager"},
	{"POST /workshops/:id/state", "trainer manager", "manager"},
	{"POST /workshops/:id/slots/:slot/remove", "trainer manager", "manager"},

	// an administrator decides about the first protection officer alone; without a second factor one is asked for
	{"GET /approvals", "admin protection_officer", "admin protection_officer"},
	{"POST /approvals/:approval", "admin protection_officer", "admin protection_officer"},
	// a worker's own case is the one that they follow; a referral is answered by the supervisor of its recipient, who is none of these
	{"GET /cases", "case_worker case_supervisor protection_officer", "case_worker case_supervisor protection_officer"},
	{"GET /cases/search", "case_worker case_supervisor protection_officer", "case_worker case_supervisor protection_officer"},
	{"POST /cases/search", "case_worker case_supervisor protection_officer", "case_worker case_supervisor protection_officer"},
	{"GET /cases/new", "case_worker case_supervisor", "case_worker case_supervisor"},
	{"POST /cases", "case_worker case_supervisor", "case_worker case_supervisor"},
	{"GET /cases/tasks", "case_worker case_supervisor protection_officer", "case_worker case_supervisor protection_officer"},
	{"GET /cases/incoming", "case_worker case_supervisor protection_officer", "case_worker case_supervisor protection_officer"},
	{"POST /cases/incoming/:referral", "", ""},
	{"GET /cases/emergency", "case_worker case_supervisor", "case_worker case_supervisor"},
	{"POST /cases/emergency", "case_worker case_supervisor", "case_worker case_supervisor"},
	{"GET /cases/handouts", "case_supervisor protection_officer", "case_supervisor protection_officer"},
	{"POST /cases/handouts", "case_supervisor protection_officer", "case_supervisor protection_officer"},
	{"POST /cases/handouts/:handout", "protection_officer", "protection_officer"}, // what is missing is said first
	{"POST /cases/handouts/:handout/file", "case_supervisor protection_officer", "case_supervisor protection_officer"},
	{"GET /cases/import", "case_supervisor", "case_supervisor"},
	{"POST /cases/import", "case_supervisor", ""},
	{"GET /cases/import/template.xlsx", "case_supervisor", "case_supervisor"},
	{"GET /cases/rights", "case_worker case_supervisor protection_officer", "case_worker case_supervisor protection_officer"},
	{"GET /cases/rights/print", "case_supervisor protection_officer", "case_supervisor protection_officer"},
	{"GET /cases/:case/rights", "case_worker case_supervisor protection_officer", "protection_officer"},
	{"POST /cases/:case/requests", "case_worker case_supervisor", ""},
	{"POST /cases/:case/requests/:request", "case_worker case_supervisor", ""}, // what is granted; withheld is an officer's
	{"POST /cases/:case/disclosures", "case_supervisor", ""},
	{"POST /cases/:case/disclosures/:disclosure", "case_supervisor", ""}, // what was given; decided is an officer's
	{"GET /cases/team", "case_supervisor protection_officer", "case_supervisor protection_officer"},
	{"POST /cases/team/register", "case_supervisor protection_officer", "case_supervisor protection_officer"}, // without a code it is refused
	{"GET /cases/retention", "case_supervisor protection_officer", "case_supervisor protection_officer"},
	{"POST /cases/retention", "protection_officer", "protection_officer"},
	{"GET /cases/erasures/:erasure", "case_supervisor protection_officer", "protection_officer"},
	{"POST /cases/erasures/:erasure", "case_supervisor protection_officer", "protection_officer"}, // what is missing is said first
	{"POST /cases/erasures/:erasure/minutes", "case_supervisor protection_officer", "protection_officer"},
	{"POST /cases/erasures/:erasure/minutes/file", "case_supervisor protection_officer", "protection_officer"},
	{"GET /cases/erasures/:erasure/certificate", "", ""}, // of what is not erased there is none
	{"POST /cases/:case/lock", "case_supervisor protection_officer", "protection_officer"},
	{"GET /cases/alarms", "protection_officer", "protection_officer"},
	{"POST /cases/scale", "protection_officer", "protection_officer"},
	{"POST /cases/alarms", "protection_officer", "protection_officer"},
	{"POST /cases/alarms/:alarm", "protection_officer", "protection_officer"},
	{"GET /cases/house", "case_worker case_supervisor protection_officer", "case_worker case_supervisor protection_officer"},
	{"POST /cases/house/rooms", "case_supervisor", ""},
	{"POST /cases/house/beds/:bed", "case_supervisor", ""},
	{"POST /cases/house/admit", "case_worker case_supervisor", "case_worker case_supervisor"}, // what is missing is said first
	{"POST /cases/house/stays/:stay", "case_worker case_supervisor", ""},
	{"POST /cases/house/incidents", "case_worker case_supervisor", ""},
	{"GET /occupancy", "manager case_supervisor protection_officer", "manager case_supervisor protection_officer"},
	{"GET /assistance", "manager case_supervisor protection_officer", "manager case_supervisor protection_officer"},
	{"POST /assistance", "manager case_supervisor protection_officer", "manager case_supervisor protection_officer"}, // what is missing is said first
	{"GET /assistance/file", "", ""},                                                                                 // nothing is published; see assistance_test.go
	{"GET /cases/openings", "case_worker case_supervisor protection_officer", "case_worker case_supervisor protection_officer"},
	{"POST /cases/openings/:opening", "protection_officer", "protection_officer"},
	{"GET /cases/:case", "case_worker case_supervisor protection_officer", "protection_officer"},
	{"GET /cases/:case/report", "case_worker case_supervisor protection_officer", "protection_officer"},
	{"GET /cases/:case/plan", "case_worker case_supervisor protection_officer", "protection_officer"},
	{"GET /cases/:case/consent", "case_worker case_supervisor protection_officer", "protection_officer"},
	{"GET /cases/:case/documents", "case_worker case_supervisor protection_officer", "protection_officer"},
	{"POST /cases/:case/documents", "case_worker case_supervisor", ""},
	{"POST /cases/:case/documents/:document", "case_worker case_supervisor", ""},
	{"POST /cases/:case/documents/:document/file", "case_worker case_supervisor protection_officer", "protection_officer"}, // without a code it is refused
	{"GET /cases/:case/return", "case_worker case_supervisor protection_officer", "protection_officer"},
	{"POST /cases/:case/return", "case_worker case_supervisor", ""},
	{"POST /cases/:case/followups/:followup", "case_worker case_supervisor", ""}, // what is missing is said first
	{"GET /cases/:case/identity", "case_worker case_supervisor protection_officer", "protection_officer"},
	{"GET /cases/:case/notice", "case_worker case_supervisor protection_officer", "protection_officer"},
	{"GET /cases/:case/trace", "case_supervisor protection_officer", "protection_officer"},
	{"POST /cases/:case/identity", "case_worker case_supervisor", ""},
	{"POST /cases/:case/elements", "case_worker case_supervisor", ""},
	{"POST /cases/:case/indicators", "case_worker case_supervisor", ""},
	{"POST /cases/:case/notice", "case_worker case_supervisor", ""},
	{"POST /cases/:case/identification", "case_worker case_supervisor", ""},
	{"POST /cases/:case/guardian", "case_worker case_supervisor", ""},
	{"POST /cases/:case/assessments", "case_worker case_supervisor", ""},
	{"POST /cases/:case/goals", "case_worker case_supervisor", ""},
	{"POST /cases/:case/goals/:goal", "case_worker case_supervisor", ""},
	{"POST /cases/:case/services", "case_worker case_supervisor", ""},
	{"POST /cases/:case/services/:service", "case_worker case_supervisor", ""},
	{"POST /cases/:case/tasks", "case_worker case_supervisor", ""},
	{"POST /cases/:case/tasks/:task", "case_worker case_supervisor", ""},
	{"POST /cases/:case/consents", "case_worker case_supervisor", ""},
	{"POST /cases/:case/consents/:consent", "case_worker case_supervisor", ""},
	{"POST /cases/:case/referrals", "case_worker case_supervisor", ""},
	{"POST /cases/:case/referrals/:referral", "case_worker case_supervisor", ""},
	{"POST /cases/:case/state", "case_worker case_supervisor", ""},
	{"POST /cases/:case/assign", "case_supervisor", ""},
	{"POST /cases/:case/approve", "case_supervisor", ""},
	{"POST /cases/lock", "-", "-"},
	// the programme belongs to nobody in particular; an observer sees its aggregates
	{"GET /programme", "manager observer", "manager observer"},
	{"GET /programme/logframe.xlsx", "manager observer", "manager observer"},
	{"GET /programme/donor.xlsx", "manager observer", "manager observer"},
	{"GET /programme/iati", "manager", "manager"},
	{"GET /programme/iati.xml", "manager", "manager"},
	{"GET /programme/indicators/new", "manager", "manager"},
	{"POST /programme/indicators", "manager", "manager"},
	{"GET /programme/indicators/:indicator", "manager observer", "manager observer"},
	{"GET /programme/indicators/:indicator/edit", "manager", "manager"},
	{"POST /programme/indicators/:indicator", "manager", "manager"},
	{"GET /programme/indicators/:indicator/evidence", "manager", "manager"},
	{"POST /programme/indicators/:indicator/measures", "manager", "manager"},
	{"POST /programme/indicators/:indicator/measures/:measure/withdraw", "manager", "manager"},
	{"POST /programme/indicators/:indicator/revise/:period", "manager", "manager"},
	{"POST /programme/periods/:period/close", "manager", "manager"},
	{"GET /programme/r/:register", "manager observer", "manager observer"},
	{"GET /programme/r/:register/new", "manager", "manager"},
	{"POST /programme/r/:register", "manager", "manager"},
	{"GET /programme/r/:register/:record", "manager observer", "manager observer"},
	{"POST /programme/r/:register/:record", "manager", "manager"},
	{"POST /programme/r/:register/:record/documents", "manager", "manager"}, // what is missing is said first
	{"GET /programme/documents/:paper", "manager", "manager"},
	{"POST /programme/documents/:paper/remove", "manager", "manager"},
	{"POST /programme/r/:register/:record/remove", "manager", "manager"},
	{"GET /programme/training", "manager observer", "manager observer"},
	{"GET /programme/mailings", "manager", "manager"},
	{"POST /programme/mailings", "manager", "manager"},
	{"POST /programme/mailings/:mailing/send", "manager", "manager"},
	{"POST /programme/mailings/:mailing/end", "manager", "manager"},
	{"GET /programme/tokens", "manager", "manager"},
	{"GET /programme/print/report", "manager observer", "manager observer"},
	{"POST /programme/tokens", "manager", "manager"},
	{"POST /programme/tokens/:token/revoke", "manager", "manager"},
	{"GET /programme/logos", "manager", "manager"},
	{"POST /programme/logos", "manager", "manager"}, // what is missing is said first
	{"POST /programme/logos/:logo", "manager", "manager"},
	{"POST /programme/logos/:logo/move", "manager", "manager"},
	{"GET /logos/:logo", "open", "open"}, // it stands on papers that anybody holds
	{"POST /programme/logos/:logo/remove", "manager", "manager"},
	{"GET /api/v1/openapi.json", "open", "open"},
	{"GET /api/v1/indicators", "token", "token"},
	{"GET /api/v1/indicators/:code", "token", "token"},
	{"GET /api/v1/workshops", "token", "token"},
	{"GET /api/v1/aggregates", "token", "token"},

	{"POST /account/sessions/:session/end", "all", ""},
	{"POST /account/sessions/end-all", "all", "all"},
	{"POST /signout", "open", "open"},
}

// things are what the placeholders of a route stand for.
type things map[string]string

// estate is a house with one person of a role, their things, and a stranger's.
type estate struct {
	*house
	own, other things
	browser    *browser
}

func newEstate(t *testing.T, role access.Role) *estate {
	t.Helper()
	e := &estate{house: newHouse(t)}
	if err := e.LoadCourses(e.ctx); err != nil {
		t.Fatal(err)
	}
	me, stranger := e.member("Moi", role), e.member("Autre", access.Trainer)
	e.browser = e.house.browser()
	if role != "" {
		e.browser = e.entered(me, role)
	}
	e.own, e.other = e.things(me, me), e.things(stranger, stranger)
	e.own.drafted(e.house, "detection", "01-comprendre")
	e.other.drafted(e.house, "assistance", "01-besoins-et-risques")
	e.signedIn(stranger)
	e.own["session"], e.other["session"] = e.session(me.ID), e.session(stranger.ID)
	return e
}

// drafted adds a draft of a course that is being written.
func (t things) drafted(h *house, code, slug string) {
	h.t.Helper()
	id, err := h.Author.Begin(h.ctx, system, uuid.New(), code, 1)
	if err != nil {
		h.t.Fatal(err)
	}
	t["draft"], t["written"], t["lesson"], t["number"] = id.String(), code, slug, "1"
}

// member is a person of a role with an organisation of their own.
func (e *estate) member(family string, role access.Role) org.Person {
	e.t.Helper()
	o, err := e.Org.CreateOrganisation(e.ctx, system, org.OrganisationInput{Name: "Structure " + family, Shelter: true})
	if err != nil {
		e.t.Fatal(err)
	}
	p := e.person(family, "")
	if role == "" {
		return p
	}
	in := org.GrantInput{Role: role, Scope: org.ScopesOf(role)[0]}
	if in.Scope != access.Global {
		in.ScopeID = o.ID
	}
	if err := e.Org.GrantRole(e.ctx, system, p.ID, in); err != nil {
		e.t.Fatal(err)
	}
	return p
}

// entered signs in, with the second factor where the role has to have one.
func (e *estate) entered(p org.Person, role access.Role) *browser {
	e.t.Helper()
	if !role.CaseRole() {
		return e.signedIn(p)
	}
	secret := ""
	err := e.DB.InTx(e.ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		secret, err = e.Auth.SeedTOTPTx(ctx, tx, system, p.ID)
		return err
	})
	if err != nil {
		e.t.Fatal(err)
	}
	code, err := totp.GenerateCode(secret, e.Now())
	if err != nil {
		e.t.Fatal(err)
	}
	b := e.signedIn(p)
	b.post("/account/verify", 303, "code", code)
	e.approved(p, role)
	return b
}

// approved lets a case role that was asked for take effect, as a protection officer's approval does.
func (h *house) approved(p org.Person, role access.Role) {
	h.t.Helper()
	var scope string
	err := h.db.Owner().Pool().QueryRow(h.ctx, "SELECT coalesce(scope_id::text, '') FROM org.approval WHERE person_id = $1 AND role = $2 AND decided_at IS NULL", p.ID.String(), string(role)).Scan(&scope)
	if err != nil {
		h.t.Fatal(err)
	}
	id := h.db.Warrant(p.ID.String(), string(role), scope)
	h.db.Exec(`WITH a AS (DELETE FROM org.approval WHERE person_id = $1 AND role = $2 AND decided_at IS NULL RETURNING *)
		INSERT INTO org.role_grant (id, person_id, role, scope, scope_id, granted_at) SELECT $3::uuid, person_id, role, scope, scope_id, now() FROM a`, p.ID.String(), string(role), id)
}

// things makes a workshop that the person runs if a trainer, with somebody on its list, tests, and whatever routes name.
func (e *estate) things(p, trainer org.Person) things {
	e.t.Helper()
	check := func(err error) {
		e.t.Helper()
		if err != nil {
			e.t.Fatal(err)
		}
	}
	ev, err := e.Workshop.Create(e.ctx, system, workshop.CreateInput{Details: workshop.Details{Title: "Atelier de " + p.FamilyName}, Start: e.Now(), Days: 1, Trainers: []uuid.UUID{trainer.ID}})
	check(err)
	who, err := e.Org.CreatePerson(e.ctx, system, org.PersonInput{FamilyName: "Participant", GivenName: p.FamilyName})
	check(err)
	_, err = e.Workshop.EnrolMany(e.ctx, system, ev.ID, []uuid.UUID{who.ID}, workshop.EnrolOptions{})
	check(err)
	nomination := uuid.New()
	for _, s := range []workshop.State{workshop.Open, workshop.Confirmed, workshop.Running} {
		if s == workshop.Confirmed {
			e.nominate(p, ev.ID, nomination)
		}
		check(e.Workshop.SetState(e.ctx, system, ev.ID, s, ""))
	}
	v, err := e.Workshop.View(e.ctx, system, access.WorkshopView, ev.ID)
	check(err)
	t := things{"id": ev.ID.String(), "person": p.ID.String(), "org": e.organisationOf(p), "slot": v.Slots[0].ID.String(), "enrolment": v.People[0].EnrolmentID.String(),
		"phase": "pre", "lang": "ar", "wave": "end", "nomination": nomination.String(), "token": v.People[0].BadgeToken, "code": "000000", "course": "detection", "slug": "01-comprendre", "upload": e.upload(p, ev.ID), "grant": e.grantOf(p)}
	item := uuid.New()
	check(e.Workshop.PutItem(e.ctx, system, ev.ID, workshop.ItemInput{ID: item, Slot: v.Slots[0].ID, Kind: "session", Title: "Ouverture", Minutes: 30}))
	t["item"], t["join"], t["asker"] = item.String(), uuid.NewString(), uuid.NewString()
	_, err = e.DB.NewRaw(`INSERT INTO workshop.join_link (id, event_id, token, expires_at, most, made_at) VALUES (?0, ?1, ?0, now() + interval '1 day', 9, now());
		INSERT INTO workshop.join_request (id, event_id, link_id, state, family_name, given_name, sex, lang, consent_at, asked_at) VALUES (?2, ?1, ?0, 'asked', 'Demande', 'Amel', 'f', 'fr', now(), now())`,
		t["join"], ev.ID, t["asker"]).Exec(e.ctx)
	check(err)
	scan, err := e.Paper.Upload(e.ctx, system, ev.ID, "scan.pdf", []byte("%PDF-1.4"))
	check(err)
	t["scan"] = scan.String()
	e.bank(p, t)
	e.mark(v)
	made, err := e.Certificate.Issue(e.ctx, system, certificate.Subject{Event: ev.ID}, nil)
	check(err)
	t["certificate"] = made[0].ID.String()
	_, err = e.Badge.Credential(e.ctx, access.Actor{PersonID: who.ID}, made[0].ID, i18n.FR)
	check(err)
	_, err = e.DB.NewRaw("INSERT INTO course.award (person_id, course, version_id, completed_at) SELECT ?, course, id, now() FROM course.version WHERE course = ? ORDER BY number DESC LIMIT 1",
		who.ID, t["course"]).Exec(e.ctx)
	check(err)
	earned, err := e.Certificate.Issue(e.ctx, system, certificate.Subject{Course: t["course"]}, []uuid.UUID{who.ID})
	check(err)
	t["earned"], t["key"] = earned[0].ID.String(), "sans-la-cle"
	t["kid"], t["list"] = e.one("SELECT kid FROM certificate.badge_key WHERE retired_at IS NULL"), "1"
	e.tests(ev.ID, v.People[0].EnrolmentID, t)
	e.courseTests(p, t)
	e.caseFile(p, t)
	check(e.Org.GrantRole(e.ctx, system, who.ID, org.GrantInput{Role: access.CaseWorker, Scope: access.Shelter, ScopeID: uuid.MustParse(t["org"])}))
	t["alarm"], t["opening"], t["handout"], t["followup"] = uuid.NewString(), uuid.NewString(), uuid.NewString(), uuid.NewString() // what is wrong with a review is said before one is looked for
	t["approval"] = e.one("SELECT id::text FROM org.approval WHERE person_id = $1", who.ID)
	check(e.Survey.Prepare(e.ctx, system, ev.ID, survey.End))
	e.programme(t)
	t["mailing"] = uuid.NewString()
	e.must(e.Figures.AddMailing(e.ctx, system, report.MailingInput{Key: uuid.MustParse(t["mailing"]), Name: "Bailleur", Email: "bailleur@exemple.tn", Lang: i18n.FR, Every: report.Quarter}))
	t["logo"] = uuid.NewString()
	e.must(e.Programme.AddLogo(e.ctx, system, programme.LogoInput{Key: uuid.MustParse(t["logo"]), Kind: "donor", Name: "Bailleur", Data: []byte(drawn(e.t, 200, 100))}))
	t["apitoken"] = uuid.NewString()
	_, err = e.Programme.IssueToken(e.ctx, system, programme.TokenInput{Key: uuid.MustParse(t["apitoken"]), Name: "DHIS2", Scopes: programme.Scopes(), Months: 1})
	check(err)
	e.learner(p, t)
	return t
}

// learner puts the person on the list of a course, with a link to it.
func (e *estate) learner(p org.Person, t things) {
	e.t.Helper()
	e.db.Exec(`UPDATE org.person SET organisation_id = $1 WHERE id = $2 AND NOT EXISTS (SELECT 1 FROM org.role_grant WHERE person_id = $2 AND role = 'case_worker')`, t["org"], p.ID)
	_, err := e.Course.Enrol(e.ctx, system, "detection", course.EnrolInput{Way: course.ByPerson, People: []uuid.UUID{p.ID}})
	e.must(err)
	l, err := e.Course.MakeLink(e.ctx, system, "detection", time.Time{})
	e.must(err)
	t["link"], t["correction"] = l.Token, uuid.NewString()
	e.must(e.Org.AskCorrection(e.ctx, access.Actor{PersonID: p.ID}, uuid.MustParse(t["correction"]), "Mon nom"))
}

// caseFile makes a file in the person's own organisation that they follow, with one of everything that routes name.
func (e *estate) caseFile(p org.Person, t things) {
	e.t.Helper()
	owner := uuid.MustParse(t["org"])
	a := access.Actor{PersonID: p.ID, MFA: true, Grants: []access.Grant{{Role: access.CaseWorker, Scope: access.Shelter, ID: owner}, {Role: access.CaseSupervisor, Scope: access.Shelter, ID: owner}}}
	today := e.today()
	for _, g := range a.Grants {
		e.db.Warrant(p.ID.String(), string(g.Role), owner.String())
	}
	id, err := e.Casework.Create(e.ctx, a, casework.CreateInput{OwnerID: owner, Alias: "Jasmin", Sex: "f", AgeBand: "18-25", Nationality: "tn", Form: "begging", Source: "ngo", ReportedOn: today, Narrative: "x", Mine: true})
	for _, do := range []func() error{
		func() error { return err },
		func() error {
			return e.Casework.AddGoal(e.ctx, a, id, casework.GoalInput{Key: uuid.New(), Domain: "social", Text: "x"})
		},
		func() error {
			return e.Casework.AddService(e.ctx, a, id, casework.AssistInput{Key: uuid.New(), Type: "medical.dental"})
		},
		func() error {
			return e.Casework.AddTask(e.ctx, a, id, casework.TaskInput{Key: uuid.New(), Kind: "call", DueOn: today, Text: "x"})
		},
		func() error {
			return e.Casework.AddConsent(e.ctx, a, id, casework.ConsentInput{Key: uuid.New(), Purpose: "referral", RecipientID: uuid.New(), Categories: []string{"health"}, GivenBy: "person", Form: "written", Lang: "fr",
				GivenOn: today, ExpiresOn: today, Proof: casework.ConsentProof{Document: "x"}})
		},
		func() error {
			return e.Casework.Attach(e.ctx, a, id, casework.AttachInput{Key: uuid.New(), Kind: "other", Name: "x.pdf", Data: []byte("%PDF-1.7 x")})
		},
	} {
		if err := do(); err != nil {
			e.t.Fatal(err)
		}
	}
	e.bed(a, owner, id, t)
	v, err := e.Casework.View(e.ctx, a, id)
	if err == nil {
		err = e.Casework.Refer(e.ctx, a, id, casework.ReferralInput{Key: uuid.New(), Type: "medical.dental", ConsentID: v.Consents[0].ID, Text: "x"})
	}
	if err == nil {
		v, err = e.Casework.View(e.ctx, a, id)
	}
	if err != nil {
		e.t.Fatal(err)
	}
	t["case"], t["goal"], t["service"], t["task"], t["consent"], t["referral"] = id.String(), v.Goals[0].ID.String(), v.Services[0].ID.String(), v.Tasks[0].ID.String(), v.Consents[0].ID.String(), v.Referrals[0].ID.String()
	t["document"] = v.Attachments[0].ID.String()
	e.must(e.Casework.AddRequest(e.ctx, a, id, casework.RequestInput{Key: uuid.New(), Kind: "access", MadeBy: "person", How: "oral", ReceivedOn: today, Text: "x"}))
	e.must(e.Casework.AskDisclosure(e.ctx, a, id, casework.DisclosureInput{Key: uuid.New(), ToKind: "police", Basis: "law", Form: "oral", Categories: []string{"contact"}, Text: casework.DisclosureText{Recipient: "x", Law: "x", Reason: "x"}}))
	t["request"], t["disclosure"] = e.ofCases("SELECT id::text FROM cases.request WHERE case_id = '"+id.String()+"'"), e.ofCases("SELECT id::text FROM cases.disclosure WHERE case_id = '"+id.String()+"'")
	e.must(e.Casework.LockFile(e.ctx, a, id, casework.LockInput{Key: uuid.New(), Scope: "photo", Ground: "request"}))
	t["erasure"] = e.ofCases("SELECT id::text FROM cases.erasure WHERE case_id = '" + id.String() + "'")
}

// bed gives the file a bed.
func (e *estate) bed(a access.Actor, owner, file uuid.UUID, t things) {
	e.t.Helper()
	today := e.today()
	e.must(e.Casework.AddRoom(e.ctx, a, casework.RoomInput{Key: uuid.New(), OwnerID: owner, Name: "Chambre", Beds: 1}))
	h, err := e.Casework.House(e.ctx, a, owner, time.Time{})
	e.must(err)
	e.must(e.Casework.Admit(e.ctx, a, casework.StayInput{Key: uuid.New(), CaseID: file, BedID: h.Beds[0].ID, FromOn: today}))
	h, err = e.Casework.House(e.ctx, a, owner, time.Time{})
	e.must(err)
	t["bed"] = h.Beds[0].ID.String()
	t["stay"], t["today"] = h.Beds[0].StayID.String(), today.Format(time.DateOnly)
}

// programme makes an indicator with a measure, a closed period and a record; the second call finds them there.
func (e *estate) programme(t things) {
	e.t.Helper()
	year := e.Now().Year() - 1
	issues, err := e.Programme.Load(e.ctx, system, programme.Sheet{
		Elements:   []programme.Branch{{Element: programme.Element{Code: "OB", Level: programme.Objective, Title: "Objectif"}}},
		Periods:    []programme.Period{{Code: "P1", StartsOn: time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), EndsOn: time.Date(year, 12, 31, 0, 0, 0, 0, time.UTC)}},
		Indicators: []programme.IndicatorInput{{Code: "I1", ElementCode: "OB", Title: "Indicateur", Unit: programme.Count}},
	})
	if err != nil || len(issues) > 0 {
		e.t.Fatal(issues, err)
	}
	t["indicator"] = e.one("SELECT id::text FROM programme.indicator")
	t["period"] = e.one("SELECT id::text FROM programme.period")
	m := programme.Measure{ID: uuid.New(), IndicatorID: uuid.MustParse(t["indicator"]), MeasuredOn: time.Date(year, 5, 1, 0, 0, 0, 0, time.UTC), Value: 2, Evidence: "Classeur"}
	rec := programme.Record{ID: uuid.New(), Values: map[string]string{"title": "Risque", "likelihood": "2", "impact": "3", "status": "open"}}
	r, _ := programme.RegisterNamed("risks")
	err = e.Programme.Enter(e.ctx, system, m)
	if err == nil {
		err = e.Programme.Add(e.ctx, system, r, rec)
	}
	if err == nil {
		err = e.Figures.ClosePeriod(e.ctx, system, uuid.MustParse(t["period"]))
	}
	if err != nil {
		e.t.Fatal(err)
	}
	t["paper"] = uuid.NewString()
	e.must(e.Programme.Attach(e.ctx, system, r, rec.ID, programme.DocumentInput{Key: uuid.MustParse(t["paper"]), Name: "rapport.pdf", Caption: "Rapport", Data: []byte("%PDF-1.4")}))
	t["register"], t["record"], t["measure"] = r.Name, rec.ID.String(), m.ID.String()
}

// upload sends a list in the person's name; who may not gets the name of one that is not there.
func (e *estate) upload(p org.Person, event uuid.UUID) string {
	e.t.Helper()
	grants := []access.Grant{}
	if e.one("SELECT role FROM org.role_grant WHERE person_id = $1", p.ID) == string(access.Manager) {
		grants = append(grants, access.Grant{Role: access.Manager, Scope: access.Global})
	} else {
		grants = append(grants, access.Grant{Role: access.Trainer, Scope: access.Global})
	}
	id, err := e.Ingest.Upload(e.ctx, access.Actor{PersonID: p.ID, Grants: grants}, event, ingest.File{Name: "liste.csv", Data: []byte("Nom;Prénom\nAyari;Salma\n")})
	if err != nil {
		e.t.Fatal(err)
	}
	return id.String()
}

// bank writes a question with a picture, a situation and a form, and sends a file in the person's name.
func (e *estate) bank(p org.Person, t things) {
	e.t.Helper()
	check := func(err error) {
		e.t.Helper()
		if err != nil {
			e.t.Fatal(err)
		}
	}
	var buf bytes.Buffer
	check(png.Encode(&buf, image.NewGray(image.Rect(0, 0, 4, 4))))
	pic, err := e.Bank.AddPicture(e.ctx, system, buf.Bytes())
	check(err)
	pic.Alt = exam.Text{i18n.FR: "Un carré"}
	q := exam.Question{Type: exam.Numeric, Difficulty: 1, Bloom: "remember", Body: exam.Body{Stem: exam.Text{i18n.FR: "Combien d'éléments compte la définition, " + p.FamilyName + " ?"}, Value: 3, Picture: pic}}
	id, err := e.Bank.Create(e.ctx, system, bank.Input{Question: q})
	check(err)
	row, err := e.Bank.Get(e.ctx, system, id)
	check(err)
	check(e.Bank.SetStatus(e.ctx, system, id, row.VersionID, exam.Reviewed, ""))
	form, err := e.Bank.MakeForm(e.ctx, system, bank.FormInput{Title: exam.Text{i18n.FR: "Forme de " + p.FamilyName}, Codes: []string{row.Code}})
	check(err)
	vignette, err := e.Bank.SaveVignette(e.ctx, system, bank.VignetteInput{Text: exam.Text{i18n.FR: "Une situation."}})
	check(err)
	trainer := access.Actor{PersonID: p.ID, Grants: []access.Grant{{Role: access.Trainer, Scope: access.Global}}}
	sent, err := e.Bank.Keep(e.ctx, trainer, uuid.Nil, bank.File{Name: "q.gift", Data: []byte("Vrai ? {T}")})
	check(err)
	t["question"], t["version"], t["form"], t["vignette"], t["sent"], t["picture"] = id.String(), row.VersionID.String(), form.String(), vignette.String(), sent.String(), pic.ID.String()
}

func (e *estate) mark(v *workshop.View) {
	e.t.Helper()
	b := workshop.Batch{SentAt: e.Now()}
	for _, s := range v.Slots {
		b.Marks = append(b.Marks, workshop.MarkInput{Key: uuid.New(), SlotID: s.ID, EnrolmentID: v.People[0].EnrolmentID, Status: workshop.Present, ClientAt: e.Now()})
	}
	if _, err := e.Workshop.MarkBatch(e.ctx, system, v.Event.ID, b); err != nil {
		e.t.Fatal(err)
	}
}

func (e *estate) tests(event, enrolment uuid.UUID, t things) {
	e.t.Helper()
	q := exam.Question{Code: "X-1", Type: exam.Single, Difficulty: 1, Bloom: "remember", Body: exam.Body{Stem: exam.Text{i18n.FR: "?"}, Options: []exam.Option{{ID: "a", Correct: true}}}}
	o := exam.Question{Code: "X-2", Type: exam.OpenAnswer, Difficulty: 1, Bloom: "remember", Body: exam.Body{Stem: exam.Text{i18n.FR: "Pourquoi ?"}}}
	if _, err := e.Exam.Load(e.ctx, system, []exam.Question{q, o}, []exam.Paper{{Code: "X", Items: []string{"X-1", "X-2"}}}); err != nil {
		e.t.Fatal(err)
	}
	t["open"] = e.one("SELECT version_id::text FROM exam.question WHERE code = 'X-2'")
	forms, err := e.Exam.Forms(e.ctx, system)
	form := forms[slices.IndexFunc(forms, func(f exam.FormChoice) bool { return f.Code == "X" })].ID
	if err == nil {
		err = e.Exam.Pair(e.ctx, system, event, exam.PairingInput{PreForm: form, PostForm: form})
	}
	t["sat"], t["sheet"] = form.String(), "e:"+enrolment.String()
	if err == nil {
		err = e.Exam.Open(e.ctx, system, event, exam.Pre)
	}
	if err != nil {
		e.t.Fatal(err)
	}
	b, err := e.Exam.Board(e.ctx, system, event)
	if err != nil {
		e.t.Fatal(err)
	}
	t["room"] = b.Pairing.RoomCode
	ticket, err := e.Exam.Join(e.ctx, exam.JoinInput{RoomCode: t["room"], EnrolmentID: enrolment, Lang: i18n.FR})
	if err != nil {
		e.t.Fatal(err)
	}
	t["attempt"] = ticket.AttemptID.String()
	_, err = e.Exam.Save(e.ctx, ticket.AttemptID, ticket.Token, []exam.Answer{{Key: uuid.New(), Position: 2, Response: exam.Response{Text: "Parce que"}, ClientSeq: 1, ClientAt: e.Now()}})
	if err == nil {
		_, err = e.Exam.Submit(e.ctx, ticket.AttemptID, ticket.Token)
	}
	if err != nil {
		e.t.Fatal(err)
	}
}

// courseTests sets up the tests of the course, once, and hands one in for the person.
func (e *estate) courseTests(p org.Person, t things) {
	e.t.Helper()
	id, form := exam.CourseID(t["course"]), uuid.MustParse(t["sat"])
	b, err := e.Exam.Board(e.ctx, system, id)
	e.must(err)
	if b.Pairing == nil {
		e.must(e.Exam.Pair(e.ctx, system, id, exam.PairingInput{PreForm: form, PostForm: form}))
		e.must(e.Exam.Open(e.ctx, system, id, exam.Pre))
	}
	learner := access.Actor{PersonID: p.ID, Grants: []access.Grant{{Role: access.Trainee, Scope: access.Global}}}
	ticket, err := e.Exam.BeginCourse(e.ctx, learner, t["course"], exam.Pre, i18n.FR)
	e.must(err)
	_, err = e.Exam.Save(e.ctx, ticket.AttemptID, ticket.Token, []exam.Answer{{Key: uuid.New(), Position: 2, Response: exam.Response{Text: "Parce que"}, ClientSeq: 1, ClientAt: e.Now()}})
	e.must(err)
	_, err = e.Exam.Submit(e.ctx, ticket.AttemptID, ticket.Token)
	e.must(err)
	t["learned"] = ticket.AttemptID.String()
}

func (e *estate) one(sql string, args ...any) string {
	e.t.Helper()
	var id string
	if err := e.db.Owner().Pool().QueryRow(e.ctx, sql, args...).Scan(&id); err != nil {
		return uuid.NewString() // a visitor has none
	}
	return id
}

func (e *estate) session(person uuid.UUID) string {
	return e.one("SELECT id::text FROM auth.session WHERE person_id = $1 ORDER BY created_at DESC LIMIT 1", person)
}

func (e *estate) grantOf(p org.Person) string {
	return e.one("SELECT id::text FROM org.role_grant WHERE person_id = $1", p.ID)
}

// nominate proposes somebody of a person's organisation for an event, the day before it.
func (e *estate) nominate(p org.Person, event, key uuid.UUID) {
	e.t.Helper()
	id := uuid.MustParse(e.organisationOf(p))
	focal := access.Actor{PersonID: p.ID, Grants: []access.Grant{{Role: access.FocalPoint, Scope: access.Organisation, ID: id}}}
	in := workshop.NominateInput{Key: key, New: &org.PersonInput{FamilyName: "Proposé", GivenName: p.FamilyName, OrganisationID: id}}
	const day = 24 * 60 * 60
	e.shift.Add(-day)
	defer e.shift.Add(day)
	if err := e.Workshop.Nominate(e.ctx, focal, event, in); err != nil {
		e.t.Fatal(err)
	}
}

func (e *estate) organisationOf(p org.Person) string {
	return e.one("SELECT id::text FROM org.organisation WHERE name = $1", "Structure "+p.FamilyName)
}

// path fills the placeholders of a route in.
func (t things) path(route string) string {
	parts := strings.Split(route, "/")
	for i, part := range parts {
		name, ok := strings.CutPrefix(part, ":")
		switch {
		case !ok:
			continue
		case name == "id" && parts[1] == "people":
			name = "person"
		case name == "id" && parts[1] == "organisations":
			name = "org"
		case name == "id" && parts[1] == "bank":
			name = "question"
		case name == "version" && (parts[1] == "workshops" || parts[1] == "courses"):
			name = "open"
		case name == "attempt" && parts[1] == "courses":
			name = "learned"
		case name == "upload" && parts[1] == "bank":
			name = "sent"
		case name == "code" && parts[1] == "r":
			name = "room"
		case name == "token" && parts[1] == "programme":
			name = "apitoken"
		case name == "code" && parts[1] == "authoring":
			name = "written"
		case name == "slug" && parts[1] == "authoring":
			name = "lesson"
		case name == "certificate" && parts[1] == "courses":
			name = "earned"
		case name == "code" && parts[1] == "courses":
			name = "course"
		}
		parts[i] = t[name]
	}
	if last := len(parts) - 1; strings.HasPrefix(parts[last], "*") {
		parts[last] = "x.svg"
	}
	return strings.Join(parts, "/")
}

// bodies are what a request has to say so that the route looks at who asks: a malformed one is refused for everybody alike.
var bodies = map[string]string{
	"POST /bank/:id":                              "type=numeric&stem_fr=Combien&value=3&difficulty=1&bloom=remember",
	"POST /authoring/courses/:code/drafts":        "number=1",
	"POST /courses/:code/people":                  "way=person&people={person}",
	"POST /certificates/:certificate":             "disclosed=name",
	"POST /courses/:code/certificates/rule":       "given=on&pass_mark=",
	"POST /bank/:id/status":                       "base={version}&status=draft",
	"POST /workshops/:id/participants":            "person={person}",
	"POST /workshops/:id/courses":                 "course=detection&due=2020-01-01",
	"POST /workshops/:id/participants/:enrolment": "state=withdrawn&reason=x",
	"POST /workshops/:id/surveys/:wave/way":       "way=tickets",
	"POST /workshops/:id/surveys/:wave/cards":     "key=018f4a3c-0000-7000-8000-00000000000e&n=1",
	"POST /workshops/:id/messages":                "kind=invitation&note=x&do=keep",
	"POST /workshops/:id/messages/given":          "kind=invitation&channel=shared&enrolment={enrolment}&key=018f4a3c-0000-7000-8000-000000000004",
	"POST /workshops/:id/messages/reminder":       "days=2",
	"POST /workshops/:id/agenda/:item/move":       "slot={slot}&to=1",
	"POST /workshops/:id/state":                   "state=closed",
	"POST /workshops/:id/selfcheck/:slot":         "do=close",
	"POST /workshops/:id/signatures":              `{"key": "018f4a3c-0000-7000-8000-00000000000a", "slot": "{slot}", "enrolment": "{enrolment}", "name": "Amel Essai"}`,
	"POST /workshops/:id/links":                   "key=018f4a3c-0000-7000-8000-00000000000c&day=2030-01-01&most=5",
	"POST /workshops/:id/requests/:asker":         "decision=refuse&reason=x&person=new",
	"POST /answer/:token":                         "answer=decline&reason=x",
	"POST /ask/:token":                            "key=018f4a3c-0000-7000-8000-00000000000d&family_name=A&given_name=B",
	"POST /workshops/:id/signing":                 "allow=yes",

	"POST /workshops/:id/rollcall/:slot/:enrolment/signature": "key=018f4a3c-0000-7000-8000-00000000000b&reason=x",
	"POST /workshops/:id/sheets/boxes":                        `{"form": "{slot}", "enrolment": "{enrolment}", "cells": {"1": "s"}}`,
	"POST /workshops/:id/sheets/differences":                  "key=018f4a3c-0000-7000-8000-000000000009&slot={slot}&enrolment={enrolment}&status=present&reason=x",
	"POST /cases/:case/goals/:goal":                           "state=met",
	"POST /cases/:case/state":                                 "to=assistance",
	"POST /cases/:case/documents/:document":                   "do=lock&reason=x",
	"POST /cases/house/rooms":                                 "owner={org}&name=A&beds=1",
	"POST /cases/house/beds/:bed":                             "owner={org}&on={today}&reason=broken",
	"POST /cases/import":                                      "owner={org}",
	"POST /cases/house/incidents":                             "owner={org}",
	"POST /cases/house/stays/:stay":                           "owner={org}&on={today}&reason=moved",
	"POST /workshops/:id/marking/:version":                    "answer={attempt}&level0=1",
	"POST /programme/mailings":                                "key=018f4a3c-0000-7000-8000-000000000006&name=Bailleur&email=b@exemple.tn&lang=fr&every=year&delay=10",
	"POST /programme/logos/:logo":                             "kind=donor&name=Bailleur",
	"POST /programme/tokens":                                  "key=018f4a3c-0000-7000-8000-000000000005&name=DHIS2&months=12&scopes=indicators",
	"POST /courses/:code/marking/:version":                    "answer={learned}&level0=1",
	"POST /courses/:code/regrade/:version":                    "rule=neutral&reason=x",
	"POST /workshops/:id/paper/:phase/rows":                   `{"key": "018f4a3c-0000-7000-8000-000000000003", "pass": 1, "form": "{sat}", "enrolment": "{enrolment}", "cells": {"1": "a"}}`,
	"POST /workshops/:id/paper/:phase/settle":                 "subject={sheet}&p2=1",
	"POST /workshops/:id/paper/:phase/back":                   "subject={sheet}",
	"POST /workshops/:id/regrade/:version":                    "rule=neutral&reason=x",
	"POST /workshops/:id/marks":                               `{"sent_at": "2026-01-01T00:00:00Z", "marks": [{"key": "018f4a3c-0000-7000-8000-000000000001", "slot": "{slot}", "enrolment": "{enrolment}", "status": "present", "at": "2026-01-01T00:00:00Z"}]}`,
	"POST /workshops/:id/checkin":                             `{"slot": "{slot}", "badge": "{token}", "key": "018f4a3c-0000-7000-8000-000000000002", "at": "2026-01-01T00:00:00Z"}`,
}

func (t things) body(route string) string {
	b := bodies[route]
	for k, v := range t {
		b = strings.ReplaceAll(b, "{"+k+"}", v)
	}
	return b
}

// answer is what a request got: "found", "not found", or "signin".
func (b *browser) answer(method, path, body string) string {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if strings.HasPrefix(body, "{") {
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "application/json")
	}
	for k, v := range b.cookies {
		r.AddCookie(&http.Cookie{Name: k, Value: v})
	}
	w := httptest.NewRecorder()
	b.h.handler.ServeHTTP(w, r)
	switch {
	case w.Code == http.StatusNotFound:
		return "not found"
	case w.Code == http.StatusUnauthorized, w.Code == http.StatusSeeOther && strings.HasPrefix(w.Header().Get("Location"), "/signin?"):
		return "signin"
	case w.Code >= http.StatusInternalServerError:
		return "failed"
	}
	return "found"
}

func want(allowed string, role access.Role) string {
	for _, word := range strings.Fields(allowed) {
		if word == "open" || (role != "" && (word == "all" || word == string(role))) {
			return "found"
		}
	}
	if allowed == "token" || role == "" && allowed != "closed" {
		return "signin"
	}
	return "not found"
}

func TestEveryRouteForEveryRole(t *testing.T) {
	t.Parallel()
	for _, role := range append(access.Roles(), "") {
		name := string(role)
		if role == "" {
			name = "visitor"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEstate(t, role)
			for _, row := range matrix {
				e.check(t, role, row.route, "other", row.other, e.other)
			}
			for _, row := range matrix {
				e.check(t, role, row.route, "own", row.own, e.own)
			}
		})
	}
}

func (e *estate) check(t *testing.T, role access.Role, route, scope, allowed string, th things) {
	t.Helper()
	if wrong := e.surprise(role, route, scope, allowed, th); wrong != "" {
		t.Error(wrong)
	}
}

// surprise tells what a route answered otherwise than the table says.
func (e *estate) surprise(role access.Role, route, scope, allowed string, th things) string {
	method, path, _ := strings.Cut(route, " ")
	if allowed == "-" || path == "/account/sessions/end-all" || path == "/signout" || (path == "/account/sessions/:session/end" && scope == "own") {
		return "" // they end the session that the walk goes on with; TestSessionRoutes has them
	}
	wanted := want(allowed, role)
	if got := e.browser.answer(method, th.path(path), th.body(route)); got != wanted {
		return fmt.Sprintf("%s on %s things: %s, want %s", route, scope, got, wanted)
	}
	return ""
}

func TestSessionRoutes(t *testing.T) {
	t.Parallel()
	for _, route := range []string{"POST /account/sessions/:session/end", "POST /account/sessions/end-all", "POST /signout"} {
		e := newEstate(t, access.Trainee)
		method, path, _ := strings.Cut(route, " ")
		if got := e.browser.answer(method, e.own.path(path), ""); got != "found" {
			t.Errorf("%s: %s", route, got)
		}
		if got := e.browser.answer(http.MethodGet, "/account", ""); got != "signin" {
			t.Errorf("after %s the session still opens the account: %s", route, got)
		}
		if got := e.house.browser().answer(method, e.own.path(path), ""); got == "not found" || got == "failed" {
			t.Errorf("%s by a visitor: %s", route, got)
		}
	}
}

func TestEveryRouteHasARowAndEveryRowARoute(t *testing.T) {
	t.Parallel()
	routes, rows := map[string]bool{}, map[string]bool{}
	h := newHouse(t)
	u := h.UI()
	for _, r := range server.Routes(u, h.Cases(u)) {
		routes[r.Method+" "+r.Path] = true
	}
	for _, row := range matrix {
		rows[row.route] = true
		if !routes[row.route] {
			t.Errorf("the table has %s, which is no route", row.route)
		}
	}
	for r := range routes {
		if !rows[r] {
			t.Errorf("%s has no row in the table", r)
		}
	}
}
