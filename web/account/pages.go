// Package account holds the pages of signing in and of one's own account, and the printed sign-in slips.
package account

import (
	"time"

	"shelter/internal/auth"
	"shelter/internal/i18n"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// SigninPage asks who one is.
type SigninPage struct {
	layout.Page

	Form    *form.Set
	Login   string // as it was typed
	Stay    bool
	Next    string // where to go afterwards
	Message string // why it was refused
}

// ForgotPage asks for whom a reset link is to be sent.
type ForgotPage struct {
	layout.Page

	Form  *form.Set
	Login string
	Sent  bool
}

// WelcomePage stands behind a one-time link: a person chooses a password, or the first administrator is created.
type WelcomePage struct {
	layout.Page

	Form  *form.Set
	Token string
	Kind  string // invite, reset, slip or setup
	Name  string
	Code  string
	Setup SetupForm
}

// SetupForm is what the first administrator typed.
type SetupForm struct {
	FamilyName string `form:"family_name" binding:"required,max=80"`
	GivenName  string `form:"given_name" binding:"required,max=80"`
	Email      string `form:"email" binding:"max=254"`
	Phone      string `form:"phone" binding:"max=30"`
	Password   string `form:"password" binding:"required,max=800"`
}

func (p WelcomePage) button() string {
	if p.Kind == "setup" {
		return p.Loc.T("account_setup_save")
	}
	return p.Loc.T("account_welcome_save")
}

// VerifyPage asks for the second factor.
type VerifyPage struct {
	layout.Page

	Form    *form.Set
	Next    string
	Pending bool // at sign-in; otherwise a page asked for it
	Message string
}

// OwnPage is one of the views of one's own account.
type OwnPage struct {
	layout.Page

	Form     *form.Set
	View     string // profile, password, second or sessions
	Own      auth.Own
	Message  string
	Profile  ProfileForm
	Sessions []auth.SessionView
	Enrol    *Enrol   // the second factor is being set up
	Codes    []string // recovery codes, shown once
	Roles    []string // in words
}

// Enrol is what the set-up of a second factor shows.
type Enrol struct {
	Secret string
	QR     string // SVG
}

// ProfileForm is what was typed into the profile.
type ProfileForm struct {
	Email   string `form:"email" binding:"max=254"`
	Phone   string `form:"phone" binding:"max=30"`
	Lang    string `form:"lang" binding:"required,oneof=fr ar en"`
	Current string `form:"current" binding:"max=800"`
}

func (p OwnPage) tabs() []kit.Tab {
	var tabs []kit.Tab
	for _, v := range []struct{ view, href string }{
		{"profile", "/account"}, {"password", "/account/password"}, {"second", "/account/second-factor"}, {"sessions", "/account/sessions"}, {"calendar", "/account/calendar"},
	} {
		tabs = append(tabs, kit.Tab{Label: p.Loc.T("account_tab_" + v.view), Href: v.href, Current: v.view == p.View})
	}
	return tabs
}

func (p OwnPage) terms() []kit.Term {
	own := p.Own.Person
	terms := []kit.Term{
		{Term: p.Loc.T("account_name"), Part: kit.Name(own.Name())},
		{Term: p.Loc.T("account_code"), Part: kit.Code(own.Code)},
	}
	if len(p.Roles) > 0 {
		terms = append(terms, kit.Term{Term: p.Loc.T("account_roles"), Value: join(p.Roles, p.Loc)})
	}
	return terms
}

func (p OwnPage) day(t time.Time) string { return p.Loc.DateTime(t.In(i18n.Tunis())) }

func (p OwnPage) device(v auth.SessionView) string {
	if d := v.Device(); d != "" {
		return d
	}
	return p.Loc.T("account_session_unknown")
}

// langs are the languages as answers, each in its own name.
func langs() []form.Option {
	var os []form.Option
	for _, l := range i18n.Langs() {
		os = append(os, form.Option{Value: string(l), Label: l.Name()})
	}
	return os
}

func join(words []string, loc *i18n.Localizer) string {
	out := ""
	for i, w := range words {
		if i > 0 {
			out += loc.T("account_list_comma")
		}
		out += w
	}
	return out
}

func on(b bool) string {
	if b {
		return "on"
	}
	return ""
}

// groups cuts a secret into fours, which are easier to type.
func groups(s string) string {
	out := ""
	for i, r := range s {
		if i > 0 && i%4 == 0 {
			out += " "
		}
		out += string(r)
	}
	return out
}

// SlipsPage asks for whom slips are printed.
type SlipsPage struct {
	layout.Page

	Action string // address of the form
	Key    string
	Count  int
}

// PrintedSlips is the sheet of slips, eight to a page of A4.
type PrintedSlips struct {
	layout.Page

	Sheet    layout.Sheet
	Workshop string
	Address  string // of the sign-in page, as people type it
	Pages    [][]PrintedSlip
	Without  []Left
}

// PrintedSlip is one slip.
type PrintedSlip struct {
	Name    string
	Code    string
	PIN     string
	QR      string // SVG of the sign-in address with the code filled in
	Expires time.Time
}

// Left is a person who gets no slip, and why.
type Left struct{ Name, Why string }

func (p PrintedSlips) until(s PrintedSlip) string { return p.Loc.Date(s.Expires.In(i18n.Tunis())) }
