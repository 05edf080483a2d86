package server

import "shelter/internal/ui"

// homeRoutes: the first page and the choice of language are everybody's.
func homeRoutes(u *ui.UI) []Route {
	return []Route{
		get("/", Public, u.Home),
		post("/language", Public, u.Language),
	}
}

// devRoutes are mounted in development only.
func devRoutes(u *ui.UI) []Route {
	return []Route{get("/_styleguide", Public, u.StyleGuide)}
}
