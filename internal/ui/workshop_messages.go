package ui

import (
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/workshop"
	"shelter/web/layout"
	webworkshop "shelter/web/workshop"
)

// messagesTyped is what a form of the page of messages was sent with.
type messagesTyped struct {
	kind    workshop.MessageKind
	note    *string // nil: the stored one
	days    *string
	again   bool
	fields  []errs.Field
	message string
}

// WorkshopMessages shows a kind of message, the invitation when none is named.
func (u *UI) WorkshopMessages(x *Ctx) error {
	return u.messagesPage(x, http.StatusOK, messagesTyped{kind: x.messageKind()})
}

func (x *Ctx) messageKind() workshop.MessageKind {
	if k := x.Query("kind"); k != "" {
		return workshop.MessageKind(k)
	}
	return workshop.MessageInvitation
}

// WorkshopMessagesSend keeps the trainer's own words, and sends the message when its button was pressed.
func (u *UI) WorkshopMessagesSend(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	note := x.PostForm("note")
	in := workshop.SendInput{Kind: workshop.MessageKind(x.PostForm("kind")), Again: x.PostForm("again") != "", Note: note}
	in.Press, _ = uuid.Parse(x.PostForm("key")) // none is refused by the service
	done := "done_messages_note"
	if x.PostForm("do") == "send" {
		var n int
		n, err = u.Workshop.SendMessages(x.Request.Context(), x.Actor, id, in)
		if done = "done_messages_sent"; n == 0 {
			done = "done_messages_nobody"
		}
	} else {
		err = u.Workshop.SetMessageNote(x.Request.Context(), x.Actor, id, in.Kind, note)
	}
	if err != nil {
		return u.messagesAgain(x, err, messagesTyped{kind: in.Kind, note: &note, again: in.Again})
	}
	x.Flash(done)
	return x.SeeOther(webworkshop.MessagesURL(id, in.Kind))
}

// WorkshopMessagesGiven notes letters that were printed and texts that were shared.
func (u *UI) WorkshopMessagesGiven(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	in := workshop.GivenInput{Kind: workshop.MessageKind(x.PostForm("kind")), Channel: workshop.Channel(x.PostForm("channel"))}
	in.Press, _ = uuid.Parse(x.PostForm("key"))
	for _, text := range x.PostFormArray("enrolment") {
		enrolment, err := uuid.Parse(text)
		if err != nil {
			return errs.NewInvalid("error_bad_request")
		}
		in.Enrolments = append(in.Enrolments, enrolment)
	}
	if err := u.Workshop.NoteGiven(x.Request.Context(), x.Actor, id, in); err != nil {
		return err
	}
	switch {
	case in.Channel == workshop.ChannelLetter:
		x.Flash("done_messages_letters")
	case x.PostForm("copied") != "":
		x.Flash("done_messages_copied")
	default:
		x.Flash("done_messages_shared")
	}
	return x.SeeOther(webworkshop.MessagesURL(id, in.Kind))
}

// WorkshopUpdateSend tells those who were told of the event before it changed; of a cancelled one it notes that they were told.
func (u *UI) WorkshopUpdateSend(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	n, err := u.Workshop.SendUpdates(x.Request.Context(), x.Actor, id)
	switch {
	case err != nil:
		return u.messagesAgain(x, err, messagesTyped{kind: workshop.MessageInvitation})
	case n == 0:
		x.Flash("done_messages_nobody")
	case x.PostForm("cancelled") != "":
		x.Flash("done_messages_untold")
	default:
		x.Flash("done_messages_updated")
	}
	return x.SeeOther(webworkshop.MessagesURL(id, workshop.MessageInvitation))
}

// WorkshopReminder says how long before the start people are reminded.
func (u *UI) WorkshopReminder(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	typed := x.PostForm("days")
	days, err := strconv.Atoi(typed)
	if err != nil {
		days = -1 // no number is refused as a number that cannot be
	}
	if err := u.Workshop.SetReminder(x.Request.Context(), x.Actor, id, days); err != nil {
		return u.messagesAgain(x, err, messagesTyped{kind: workshop.MessageReminder, days: &typed})
	}
	x.Flash("done_messages_remind")
	return x.SeeOther(webworkshop.MessagesURL(id, workshop.MessageReminder))
}

// messagesAgain shows the page with what is wrong and what was typed; other failures are the caller's answer.
func (u *UI) messagesAgain(x *Ctx, err error, typed messagesTyped) error {
	switch e := errs.As(err); {
	case len(e.Fields) > 0:
		typed.fields = e.Fields
		return u.messagesPage(x, http.StatusUnprocessableEntity, typed)
	case e.Kind == errs.Conflict:
		typed.message = x.Message(e)
		return u.messagesPage(x, http.StatusConflict, typed)
	}
	return err
}

func (u *UI) messagesPage(x *Ctx, status int, typed messagesTyped) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	m, err := u.Workshop.Messages(x.Request.Context(), x.Actor, id, typed.kind)
	if err != nil {
		return err
	}
	outdated, err := u.Workshop.Outdated(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	p := webworkshop.MessagesPage{Outdated: outdated, Page: x.eventPage(m.Head, x.Loc.T("messages_title")), Messages: m, Note: m.Note, Again: typed.again, Days: strconv.Itoa(m.Event.RemindDays),
		Form: x.Form(typed.fields), Message: typed.message, Server: u.Config.SMTPURL != "", NewKey: uuid.NewString, Now: u.Now()}
	if typed.note != nil {
		p.Note = *typed.note
	}
	if typed.days != nil {
		p.Days = *typed.days
	}
	p.Scripts = []string{"table", "share"}
	return x.Render(status, webworkshop.Messages(p))
}

// WorkshopLetters is a message on paper: for those without an address who were not told yet, or for all with who=all. Printing
// notes nothing; the page of messages has a button for that.
func (u *UI) WorkshopLetters(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	m, err := u.Workshop.Messages(x.Request.Context(), x.Actor, id, x.messageKind())
	if err != nil {
		return err
	}
	if m.Closed != "" {
		return errs.NewConflict(m.Closed)
	}
	x.PrintLang()
	page, sheet, err := x.paper(m.Head, x.Loc.T("messages_kind_"+string(m.Kind)), layout.Portrait, "/messages?kind="+string(m.Kind))
	if err != nil {
		return err
	}
	p := webworkshop.LettersPage{Page: page, Paper: sheet, Messages: m, People: m.Letters(x.Query("who") == "all"), Now: u.Now().In(m.Event.Zone())}
	return x.Render(http.StatusOK, webworkshop.Letters(p))
}
