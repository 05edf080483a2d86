package certificate

import (
	"strings"

	"github.com/google/uuid"

	"shelter/internal/org"
)

// PageSize is how many people a page of a board has, and how many certificates are printed at once.
const PageSize = 100

// Standing is how somebody stands with the certificate, for a list.
type Standing string

// The standings.
const (
	StandingDue    Standing = "due"    // can be issued
	StandingIssued Standing = "issued" // holds a valid one
	StandingOpen   Standing = "open"   // the rule is not fulfilled, or the certificate was revoked
)

// Standings lists the standings.
func Standings() []Standing { return []Standing{StandingDue, StandingIssued, StandingOpen} }

// Standing tells how the person stands.
func (c *Candidate) Standing() Standing {
	switch {
	case c.Issued():
		return StandingIssued
	case c.Issuable():
		return StandingDue
	}
	return StandingOpen
}

// Listing chooses people of a board.
type Listing struct {
	Query    string    // words of the name in any spelling, or of the number
	Standing Standing  // empty: all
	Place    uuid.UUID // one person, by enrolment or for a course by person; zero: all
	Page     int       // from 1; 0 is the first
}

// Narrowed tells whether anybody is left out, but for the pages.
func (l Listing) Narrowed() bool {
	return l.Query != "" || l.Standing != "" || l.Place != uuid.Nil
}

// Listed is a page of a board.
type Listed struct {
	Rows  []*Candidate
	Total int // on all pages
	Page  int
	Pages int // 1 at least
}

// List gives a page of the people that a listing chooses; a page that is none is the nearest one.
func (b *Board) List(l Listing) Listed {
	var all []*Candidate
	for _, c := range b.pointers() {
		if l.has(c) {
			all = append(all, c)
		}
	}
	r := Listed{Total: len(all), Pages: max(1, (len(all)+PageSize-1)/PageSize)}
	r.Page = min(max(l.Page, 1), r.Pages)
	from := (r.Page - 1) * PageSize
	r.Rows = all[from:min(from+PageSize, len(all))]
	return r
}

func (l Listing) has(c *Candidate) bool {
	if l.Standing != "" && c.Standing() != l.Standing || l.Place != uuid.Nil && c.place() != l.Place {
		return false
	}
	name := org.NameKey(c.FamilyName, c.GivenName)
	for _, word := range strings.Fields(l.Query) {
		numbered := c.Current != nil && strings.Contains(c.Current.Number, strings.ToUpper(word))
		if key := org.NameKey(word, ""); !numbered && (key == "" || !strings.Contains(name, key)) {
			return false
		}
	}
	return true
}
