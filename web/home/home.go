// Package home holds the first page: what a person does next, by role.
package home

import (
	"strings"

	"shelter/internal/workshop"
	"shelter/web/kit"
	"shelter/web/layout"
)

// Page is the first page of somebody who is signed in.
type Page struct {
	layout.Page

	Today   []workshop.Row // workshops of the day that the person runs
	Running bool           // the person runs workshops
	Next    []workshop.Row // the next ones
	Mine    []workshop.Own // workshops that the person takes part in
	Manages bool
	Admin   bool

	Counts    bool // sees how many nights the shelters' beds are taken
	Approves  bool // decides about case roles
	Approvals int  // how many wait
}

// VisitorPage is the first page of somebody without an account.
type VisitorPage struct {
	layout.Page

	Hotline string
}

func stateTone(s workshop.State) kit.Tone {
	switch s {
	case workshop.Running:
		return kit.Good
	case workshop.Draft:
		return kit.Warn
	case workshop.Cancelled:
		return kit.Bad
	case workshop.Closed:
		return kit.Off
	}
	return kit.Info
}

func (p Page) tiles() []kit.Tile {
	t := p.Loc.T
	var tiles []kit.Tile
	if p.Approves || p.Approvals > 0 {
		text := t("home_tile_approvals_none")
		if p.Approvals > 0 {
			text = p.Loc.N("approval_count", p.Approvals)
		}
		tiles = append(tiles, kit.Tile{Label: t("approval_title"), Text: text, Href: "/approvals", Icon: "shield-check"})
	}
	if p.Running || p.Manages {
		tiles = append(tiles, kit.Tile{Label: t("nav_workshops"), Text: t("home_tile_workshops"), Href: "/workshops", Icon: "calendar-days"},
			kit.Tile{Label: t("home_new_workshop"), Text: t("home_tile_new_workshop"), Href: "/workshops/new", Icon: "plus"})
	}
	if p.Counts {
		tiles = append(tiles, kit.Tile{Label: t("case_occupancy"), Text: t("home_tile_occupancy"), Href: "/occupancy", Icon: "house"})
	}
	if p.Manages || p.Admin {
		tiles = append(tiles, kit.Tile{Label: t("nav_people"), Text: t("home_tile_people"), Href: "/people", Icon: "users"})
	}
	tiles = append(tiles, kit.Tile{Label: t("nav_courses"), Text: t("home_tile_courses"), Href: "/courses", Icon: "book-open"},
		kit.Tile{Label: t("record_title_own"), Text: t("record_tile"), Href: "/record", Icon: "list-checks"},
		kit.Tile{Label: t("badge_title"), Text: t("badge_tile"), Href: "/certificates", Icon: "award"},
		kit.Tile{Label: t("home_join"), Text: t("home_tile_join"), Href: "/join", Icon: "log-in"},
		kit.Tile{Label: t("home_account"), Text: t("home_tile_account"), Href: "/account", Icon: "circle-user"})
	return tiles
}

// digits keeps what a telephone dials.
func digits(number string) string {
	return strings.Map(func(r rune) rune {
		if r == '+' || (r >= '0' && r <= '9') {
			return r
		}
		return -1
	}, number)
}
