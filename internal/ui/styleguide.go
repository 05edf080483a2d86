package ui

import (
	"net/http"

	"shelter/web/styleguide"
)

// StyleGuide shows every part of the design system, for those who build pages.
func (u *UI) StyleGuide(x *Ctx) error {
	return x.Render(http.StatusOK, styleguide.Show(styleguide.New(x.Loc, x.Query("theme"))))
}
