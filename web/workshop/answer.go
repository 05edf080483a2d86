package workshop

import (
	"shelter/internal/workshop"
	"shelter/web/form"
	"shelter/web/layout"
)

// AnswerPage is where somebody answers about their place, by the link of a message.
type AnswerPage struct {
	layout.Page

	Answering *workshop.Answering
	Token     string
	Reason    string // as typed
	Form      *form.Set
	Message   string
}

func (p AnswerPage) reason() form.Field {
	return p.Form.Optional("reason", "answer_reason", p.Reason)
}

// standing says where the person stands now.
func (p AnswerPage) standing() string {
	a := p.Answering
	if a.State == workshop.Offered {
		return p.Loc.T("offer_until", "when", p.Loc.DateTime(a.OfferEndsAt.In(a.Event.Zone())))
	}
	return p.Loc.T("answer_standing_" + string(a.State))
}
