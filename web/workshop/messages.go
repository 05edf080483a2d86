package workshop

import (
	"net/url"
	"time"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"shelter/internal/i18n"
	"shelter/internal/mail"
	"shelter/internal/workshop"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// MessagesPage is one kind of message of an event: its words, whom it goes to, what was sent.
type MessagesPage struct {
	layout.Page

	Messages *workshop.Messages
	Outdated workshop.Outdated
	Note     string // typed or stored
	Again    bool
	Days     string // typed or stored
	Form     *form.Set
	Message  string // a refusal that belongs to no field
	Server   bool   // there is a mail server
	NewKey   func() string
	Now      time.Time
}

// LettersPage is a message as letters, one a sheet.
type LettersPage struct {
	layout.Page

	Paper    layout.Sheet
	Messages *workshop.Messages
	People   []workshop.Recipient
	Now      time.Time
}

func (p MessagesPage) base() string { return base(p.Messages.Event.ID) + "/messages" }

// MessagesURL is the address of a kind of message.
func MessagesURL(event uuid.UUID, k workshop.MessageKind) string {
	return base(event) + "/messages?kind=" + url.QueryEscape(string(k))
}

func kindName(loc *i18n.Localizer, k workshop.MessageKind) string {
	return loc.T("messages_kind_" + string(k))
}

func (p MessagesPage) tabs() []kit.Tab {
	var list []kit.Tab
	for _, k := range workshop.MessageKinds() {
		list = append(list, kit.Tab{Label: kindName(p.Loc, k), Href: MessagesURL(p.Messages.Event.ID, k), Current: k == p.Messages.Kind})
	}
	return list
}

// preview is the message as its first recipient reads it.
func (p MessagesPage) preview(l i18n.Lang) mail.Words {
	if len(p.Messages.Recipients) == 0 {
		return p.Messages.Words(nil, l)
	}
	return p.Messages.Words(p.Messages.Recipients[0].Participant, l)
}

// line is a line of the log in words.
func (p MessagesPage) line(l *workshop.SendingLine) string {
	return p.Loc.T("messages_line", "kind", kindName(p.Loc, l.Kind), "channel", p.Loc.T("messages_channel_"+string(l.Channel)), "when", p.Loc.DateTime(l.At.In(p.Messages.Event.Zone())))
}

func (p MessagesPage) mailState(l *workshop.SendingLine) (kit.Tone, string) {
	switch l.Mail.State {
	case mail.Waiting:
		return kit.Info, p.Loc.T("messages_mail_waiting")
	case mail.Sent:
		if !p.Server {
			return kit.Warn, p.Loc.T("messages_mail_filed")
		}
		return kit.Good, p.Loc.T("messages_mail_sent")
	case mail.Failed:
		return kit.Bad, p.Loc.T("messages_mail_failed")
	}
	return kit.Off, p.Loc.T("messages_mail_gone")
}

// reminder says when the reminder goes by itself.
func (p MessagesPage) reminder() []string {
	ev, at := &p.Messages.Event, p.Messages.RemindAt()
	switch {
	case ev.RemindDays == 0:
		return []string{p.Loc.T("messages_remind_off")}
	case at.IsZero() || !ev.State.CanPlan() || ev.State == workshop.Running || !p.Now.Before(p.Messages.Slots[0].StartsAt):
		return []string{p.Loc.T("messages_remind_over")}
	}
	var lines []string
	if p.Now.Before(at) {
		lines = append(lines, p.Loc.T("messages_remind_at", "when", p.Loc.DateTime(at)))
	} else {
		lines = append(lines, p.Loc.T("messages_remind_now"))
	}
	if ev.State != workshop.Confirmed {
		lines = append(lines, p.Loc.T("messages_remind_unconfirmed"))
	}
	return lines
}

func (p MessagesPage) letters(all bool, l i18n.Lang) string {
	q := url.Values{"kind": {string(p.Messages.Kind)}, "lang": {string(l)}}
	if all {
		q.Set("who", "all")
	}
	return base(p.Messages.Event.ID) + "/print/letters?" + q.Encode()
}

func (p MessagesPage) shareID(r *workshop.Recipient) string { return "share-" + r.EnrolmentID.String() }

// shareField is the message to one person, to be passed on as it stands.
func (p MessagesPage) shareField(r *workshop.Recipient, w mail.Words) form.Field {
	return form.Field{Name: "text", Part: part(r.EnrolmentID), Label: r.Name(), Hint: p.Loc.T("messages_share_hint"), Value: w.Text(), Dir: w.Dir(),
		Attrs: templ.Attributes{"readonly": true, "lang": string(w.Lang)}}
}

// answer says what somebody answered about their place, when, and by which way.
func (p MessagesPage) answer(a *workshop.AnswerLine) string {
	return p.Loc.T("answer_said_"+a.Answer+"_"+string(a.Way), "at", p.Loc.DateTime(a.At.In(p.Messages.Event.Zone())), "by", a.By)
}

func (p MessagesPage) answerTone(a *workshop.AnswerLine) kit.Tone {
	if a.Answer == "accepted" {
		return kit.Good
	}
	return kit.Off
}
