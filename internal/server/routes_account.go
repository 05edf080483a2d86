package server

import "shelter/internal/ui"

// accountRoutes: signing in, one-time links and the second factor are public because their reader is nobody yet; everything
// else is one's own account.
func accountRoutes(u *ui.UI) []Route {
	return []Route{
		get("/signin", Public, u.Signin),
		post("/signin", Public, u.SigninSubmit),
		get("/signout", SignedIn, u.Leaving),
		post("/signout", Public, u.Signout),
		get("/forgot", Public, u.Forgot),
		post("/forgot", Public, u.ForgotSubmit),
		get("/welcome/:token", Public, u.Welcome),
		post("/welcome/:token", Public, u.WelcomeSubmit),
		get("/account/verify", Public, u.Verify),
		post("/account/verify", Public, u.VerifySubmit),
		get("/account", SignedIn, u.Account),
		post("/account", SignedIn, u.AccountSave),
		get("/account/password", SignedIn, u.AccountPassword),
		post("/account/password", SignedIn, u.AccountPasswordSave),
		get("/account/second-factor", SignedIn, u.AccountSecond),
		post("/account/second-factor/start", SignedIn, u.AccountSecondStart),
		post("/account/second-factor/confirm", SignedIn, u.AccountSecondConfirm),
		post("/account/second-factor/codes", SignedIn, u.AccountSecondCodes),
		post("/account/second-factor/off", SignedIn, u.AccountSecondOff),
		get("/account/sessions", SignedIn, u.AccountSessions),
		post("/account/sessions/:session/end", SignedIn, u.AccountSessionEnd),
		post("/account/sessions/end-all", SignedIn, u.AccountSessionsEnd),
		get("/account/privacy", SignedIn, u.AccountPrivacy),
		get("/account/privacy/export", SignedIn, u.AccountExport),
		post("/account/privacy/correction", SignedIn, u.AccountCorrection),
		get("/corrections", SignedIn, u.Corrections),
		post("/corrections/:correction", SignedIn, u.CorrectionAnswer),
		get("/account/calendar", SignedIn, u.AccountCalendar),
		post("/account/calendar", SignedIn, u.AccountCalendarSet),
		get("/cal/:token", Public, u.CalendarFeed),
		get("/workshops/:id/slips", SignedIn, u.Slips),
		post("/workshops/:id/slips", SignedIn, u.SlipsPrint),
	}
}
