// Package certificate holds the page of one's own certificates.
package certificate

import (
	"strconv"

	"shelter/internal/certificate/badge"
	"shelter/internal/i18n"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// OwnPage is one's own valid certificates.
type OwnPage struct {
	layout.Page

	List    []badge.Held
	Address string // of the public check, without a code
	Key     string // opens it to a holder without an account; empty for the signed-in
	Form    *form.Set
}

func (p OwnPage) base(h *badge.Held) string {
	if p.Key != "" {
		return "/certificates/" + h.ID.String() + "/holder/" + p.Key
	}
	return "/certificates/" + h.ID.String()
}

// paper is the address of the certificate on paper.
func (p OwnPage) paper(h *badge.Held) string {
	if p.Key != "" {
		return "/certificates/" + h.ID.String() + "/paper/" + p.Key
	}
	return p.base(h) + "/print"
}

func (p OwnPage) terms(h *badge.Held) []kit.Term {
	dates, share := "workshop_dates", "workshop_half_days_attended"
	if h.Course != "" {
		dates, share = "certificate_finished", "course_lessons"
	}
	terms := []kit.Term{
		{Term: p.Loc.T("workshop_certificate_number"), Part: kit.Code(h.Number)},
		{Term: p.Loc.T(dates), Value: p.Loc.DateRange(h.StartsOn, h.EndsOn)},
		{Term: p.Loc.T(share), Value: strconv.Itoa(h.Attended) + " / " + strconv.Itoa(h.Planned)},
		{Term: p.Loc.T("workshop_issued_on"), Value: p.Loc.Date(h.IssuedAt.In(i18n.Tunis()))},
	}
	if !h.ValidUntil.IsZero() {
		terms = append(terms, kit.Term{Term: p.Loc.T("certificate_valid_until"), Value: p.Loc.Date(h.ValidUntil)})
	}
	return terms
}

// choices are what the holder may show; a digest needs an address.
func (p OwnPage) choices(h *badge.Held) []form.Option {
	var list []form.Option
	for _, d := range badge.Disclosures() {
		if d == badge.Hashed && h.Email == "" && h.Disclosed != d {
			continue
		}
		list = append(list, form.Option{Value: string(d), Label: p.Loc.T("badge_disclosed_" + string(d)), Hint: p.Loc.T("badge_disclosed_" + string(d) + "_hint")})
	}
	return list
}

func (p OwnPage) field(h *badge.Held) form.Field {
	return form.Field{Name: "disclosed", Label: p.Loc.T("badge_disclosed"), Value: string(h.Disclosed), Required: true, Part: h.Code + "-"}
}
