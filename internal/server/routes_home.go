package server

import "shelter/internal/ui"

// homeRoutes: the first page and the choice of language are everybody's.
func homeRoutes(u *ui.UI) []Route {
	return []Route{
		get("/", Public, u.Home),
		post("/language", Public, u.Language),
		get("/info", Public, u.AwarenessPublic),
		get("/info/:lang", Public, u.AwarenessPublic),
		get("/info/:lang/leaflet", Public, u.AwarenessPublicLeaflet),
		get("/help", Public, u.AwarenessHelp),
		get("/help/:lang", Public, u.AwarenessHelp),
		get("/help/:lang/leaflet", Public, u.AwarenessHelpLeaflet),
	}
}

// devRoutes are mounted in development only.
func devRoutes(u *ui.UI) []Route {
	return []Route{get("/_styleguide", Public, u.StyleGuide)}
}
