package certificate

import (
	"net/url"
	"strconv"

	"shelter/internal/certificate"
	"shelter/internal/i18n"
	"shelter/internal/mail"
	"shelter/internal/workshop"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// BoardPage says who has earned a certificate of an event or of a course, and issues them.
type BoardPage struct {
	layout.Page

	Board   *certificate.Board
	Listing certificate.Listing
	Listed  certificate.Listed
	Query   url.Values                              // of the address
	Base    string                                  // address of the event or the course
	Address func(c *certificate.Certificate) string // where the holder prints it; empty: nowhere
	Words   *mail.Words                             // what the first holder would be told; nil: nobody holds one, or nobody is written to
	Server  bool                                    // there is a mail server
	Values  RuleValues
	Form    *form.Set
}

// RuleValues are what was typed about a course's rule, or what is stored.
type RuleValues struct {
	Given, ByItself, PassMark string
}

func (p BoardPage) base() string { return p.Base + "/certificates" }

func (p BoardPage) of(c *certificate.Candidate) string {
	return p.base() + "/" + c.Current.ID.String()
}

// print is the address of one person's paper, or of everybody's.
func (p BoardPage) print(query string) string { return p.Base + "/print/certificates?" + query }

// printPage is the address of the papers of the people who are listed.
func (p BoardPage) printPage(l i18n.Lang) string {
	q := url.Values{"lang": {string(l)}}
	for _, k := range []string{"q", "standing", "page"} {
		if v := p.Query.Get(k); v != "" {
			q.Set(k, v)
		}
	}
	return p.print(q.Encode())
}

// long tells whether the people are worth a search.
func (p BoardPage) long() bool {
	return p.Listing.Narrowed() || len(p.Board.Candidates) > certificate.PageSize
}

func (p BoardPage) pager() kit.Pager {
	return kit.Pager{Page: p.Listed.Page, Pages: p.Listed.Pages, Total: p.Listed.Total, URL: kit.PageURL(p.base(), p.Query)}
}

func (p BoardPage) standings() []form.Option {
	var list []form.Option
	for _, st := range certificate.Standings() {
		list = append(list, form.Option{Value: string(st), Label: p.Loc.T("certificate_standing_" + string(st))})
	}
	return list
}

func (p BoardPage) printOne(c *certificate.Candidate) string {
	if p.Board.Head != nil {
		return p.print("place=" + c.EnrolmentID.String())
	}
	return p.print("place=" + c.PersonID.String())
}

// rules states the rule with the figures of this event or course, a sentence each.
func (p BoardPage) rules() []string {
	b := p.Board
	var list []string
	if b.Head != nil {
		share := b.Head.Event.Threshold
		list = append(list, p.Loc.T("workshop_rule_text", "share", p.Loc.Percent(share), "needed", strconv.Itoa(workshop.Needed(share, b.Planned)), "planned", strconv.Itoa(b.Planned)))
	} else {
		list = append(list, p.Loc.T("certificate_rule_course"))
	}
	if b.Rule.PassMark > 0 {
		list = append(list, p.Loc.T("certificate_rule_test", "mark", p.Loc.Percent(b.Rule.PassMark)))
	}
	switch {
	case b.Head != nil:
	case b.Rule.ByItself:
		list = append(list, p.Loc.T("certificate_rule_by_itself"))
	case b.Rule.Given:
		list = append(list, p.Loc.T("certificate_rule_by_hand"))
	}
	return list
}

// warning says why nobody can get a certificate as things stand, as a catalogue key; empty when somebody can.
func (p BoardPage) warning() string {
	b := p.Board
	switch {
	case b.Head != nil && !b.CanIssue():
		return "workshop_error_certify_state"
	case !b.CanIssue():
		return "certificate_error_not_given"
	case b.Rule.PassMark > 0 && !b.Tests.Asked:
		return "certificate_no_tests"
	case b.Rule.PassMark > 0 && b.Tests.Anonymous:
		return "certificate_anonymous"
	}
	return ""
}

func (p BoardPage) cols() []kit.Col {
	t := p.Loc.T
	cols := []kit.Col{{Label: t("workshop_name")}}
	if p.Board.Head != nil {
		cols = append(cols, kit.Col{Label: t("workshop_half_days_attended"), Number: true}, kit.Col{Label: t("workshop_minutes"), Number: true})
	} else {
		cols = append(cols, kit.Col{Label: t("certificate_finished")})
	}
	if p.Board.Rule.PassMark > 0 {
		cols = append(cols, kit.Col{Label: t("exam_phase_post")})
	}
	return append(cols, kit.Col{Label: t("workshop_certificate")}, kit.Col{Label: t("certificate_mail")}, kit.Col{Label: t("workshop_ops"), Hidden: true})
}

// state is how a person stands with the certificate.
func (p BoardPage) state(c *certificate.Candidate) (kit.Tone, string) {
	switch {
	case c.Issued():
		return kit.Good, p.Loc.T("workshop_certificate_issued")
	case c.Current != nil:
		return kit.Bad, p.Loc.T("workshop_certificate_revoked")
	case c.Earned():
		return kit.Info, p.Loc.T("workshop_certificate_earned")
	case c.Lost:
		return kit.Bad, p.Loc.T("workshop_certificate_lost")
	}
	return kit.Off, p.Loc.T("workshop_certificate_not_earned")
}

// test is how a person stands with the test that the rule asks for.
func (p BoardPage) test(c *certificate.Candidate) (kit.Tone, string) {
	switch {
	case c.Score == nil:
		return kit.Off, p.Loc.T("certificate_test_none")
	case !c.Score.Marked:
		return kit.Warn, p.Loc.T("certificate_test_waits")
	case c.Passed:
		return kit.Good, p.Loc.Percent(c.Score.Share)
	}
	return kit.Bad, p.Loc.Percent(c.Score.Share)
}

// sent is how far the last mail to a holder is.
func (p BoardPage) sent(m *certificate.Mailing) (kit.Tone, string) {
	switch {
	case m.Status.State == mail.Waiting:
		return kit.Info, p.Loc.T("messages_mail_waiting")
	case m.Status.State == mail.Sent && p.Server:
		return kit.Good, p.Loc.T("messages_mail_sent")
	case m.Status.State == mail.Sent:
		return kit.Warn, p.Loc.T("messages_mail_filed")
	case m.Status.State == mail.Failed:
		return kit.Bad, p.Loc.T("messages_mail_failed")
	}
	return kit.Off, p.Loc.T("messages_mail_gone")
}

func (p BoardPage) dialog(c *certificate.Candidate) string { return "certificate-" + c.Current.Number }

// VerifyPage is the public check of a certificate.
type VerifyPage struct {
	layout.Page

	Code    string // as typed
	Asked   bool
	Check   *certificate.Check // nil when there is none
	Expired bool
	Form    *form.Set
}

func (p VerifyPage) terms() []kit.Term {
	c := p.Check
	title, dates := "workshop_title", "workshop_dates"
	if c.Kind == certificate.CourseKind {
		title, dates = "certificate_course", "certificate_finished"
	}
	terms := []kit.Term{
		{Term: p.Loc.T("workshop_certificate_number"), Part: kit.Code(c.Number)},
		{Term: p.Loc.T(title), Part: kit.Name(c.TitleIn(p.Loc.Lang()))},
		{Term: p.Loc.T(dates), Value: p.Loc.DateRange(c.StartsOn, c.EndsOn)},
		{Term: p.Loc.T("workshop_issued_on"), Value: p.Loc.Date(c.IssuedAt.In(i18n.Tunis()))},
	}
	if !c.ValidUntil.IsZero() {
		terms = append(terms, kit.Term{Term: p.Loc.T("certificate_valid_until"), Value: p.Loc.Date(c.ValidUntil)})
	}
	if c.Holder != "" {
		terms = append(terms, kit.Term{Term: p.Loc.T("badge_holder"), Part: kit.Name(c.Holder)})
	}
	return terms
}

// revoked says since when the certificate does not stand, and whether another one takes its place.
func (p VerifyPage) revoked() string {
	text := p.Loc.T("workshop_verify_revoked_text", "date", p.Loc.Date(p.Check.RevokedAt.In(i18n.Tunis())))
	if p.Check.Replaced {
		text += " " + p.Loc.T("certificate_replaced")
	}
	return text
}
