package workshop_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/mail"
	"shelter/internal/workshop"
)

// invited is a mailing whose invitations went out: two by mail, one on paper.
func invited(t *testing.T) (*house, *post, access.Actor, uuid.UUID) {
	t.Helper()
	h, p, tr, ev := mailing(t)
	p.outbox.From = "shelter@exemple.test"
	h.send(tr, ev, workshop.SendInput{Kind: workshop.MessageInvitation, Press: uuid.New()}, 2)
	h.deliver(p)
	v, err := h.View(h.ctx, tr, access.WorkshopView, ev)
	h.must(err)
	h.must(h.NoteGiven(h.ctx, tr, ev, workshop.GivenInput{Kind: workshop.MessageInvitation, Channel: workshop.ChannelLetter, Press: uuid.New(),
		Enrolments: []uuid.UUID{v.People[2].EnrolmentID}}))
	h.wantOutdated(tr, ev, workshop.Outdated{})
	return h, p, tr, ev
}

func (h *house) wantOutdated(a access.Actor, ev uuid.UUID, want workshop.Outdated) {
	h.t.Helper()
	got, err := h.Outdated(h.ctx, a, ev)
	h.must(err)
	if got != want {
		h.t.Errorf("outdated %+v, want %+v", got, want)
	}
}

func (h *house) update(a access.Actor, ev uuid.UUID, want int) {
	h.t.Helper()
	n, err := h.SendUpdates(h.ctx, a, ev)
	h.must(err)
	if n != want {
		h.t.Errorf("an update to %d people, want %d", n, want)
	}
}

// calendarOf gives a value of the first appointment of a calendar, unfolded.
func calendarOf(c mail.Content, name string) string {
	for _, line := range strings.Split(strings.ReplaceAll(c.Calendar, "\r\n ", ""), "\r\n") {
		if v, ok := strings.CutPrefix(line, name+":"); ok {
			return v
		}
	}
	return ""
}

// TestNewTimesReachThoseWhoWereInvited: an update with the same names and higher sequences, once, and paper for who has no address.
func TestNewTimesReachThoseWhoWereInvited(t *testing.T) {
	t.Parallel()
	h, p, tr, ev := invited(t)
	h.update(tr, ev, 0)
	v, err := h.View(h.ctx, tr, access.WorkshopView, ev)
	h.must(err)
	before := v.Slots[0]
	in := workshop.SlotInput{Day: before.Day, Half: before.Half, Hours: workshop.Hours{Start: 10 * 60, End: 12 * 60, Minutes: 120}}
	h.must(h.UpdateSlot(h.ctx, tr, ev, before.ID, in))
	h.wantOutdated(tr, ev, workshop.Outdated{Mailed: 2, Paper: 1})
	h.turn(h.clock().Add(time.Hour))
	h.update(tr, ev, 2)
	h.update(tr, ev, 0) // pressed twice
	sent := h.deliver(p)
	if len(sent) != 2 {
		t.Fatalf("%d mails", len(sent))
	}
	if c := sent[0]; !strings.HasPrefix(c.Subject, "Changement") || c.CalendarType != "text/calendar; method=REQUEST; charset=utf-8" || calendarOf(c, "SEQUENCE") != "1" ||
		!strings.HasSuffix(calendarOf(c, "UID"), "@shelter") || !strings.Contains(c.Text, "10:00") || strings.Count(calendars(c), "BEGIN:VEVENT") != len(v.Slots) {
		t.Errorf("the update %q %s:\n%s\n%s", c.Subject, c.CalendarType, c.Text, c.Calendar)
	}
	if !strings.HasPrefix(sent[1].Subject, "تغيير") || strings.Contains(calendars(sent[1]), "salma@exemple.test") {
		t.Errorf("the second %q\n%s", sent[1].Subject, calendars(sent[1]))
	}
	h.wantCount(2, "SELECT count(*) FROM workshop.sending WHERE kind = 'update' AND channel = 'mail'")
	h.wantOutdated(tr, ev, workshop.Outdated{Paper: 1})
	m, err := h.Messages(h.ctx, tr, ev, workshop.MessageInvitation)
	h.must(err)
	letters := m.Letters(false)
	if len(letters) != 1 || letters[0].FamilyName != "Trabelsi" {
		t.Fatalf("letters %+v", letters)
	}
	h.must(h.NoteGiven(h.ctx, tr, ev, workshop.GivenInput{Kind: workshop.MessageInvitation, Channel: workshop.ChannelLetter, Press: uuid.New(), Enrolments: []uuid.UUID{letters[0].EnrolmentID}}))
	h.wantOutdated(tr, ev, workshop.Outdated{})

	// another place is a change too; whoever gets the invitation again knows it
	d := workshop.DetailsOf(&v.Event)
	d.Venue = "Institut national du travail"
	h.must(h.Update(h.ctx, tr, ev, 0, d, nil))
	h.wantOutdated(tr, ev, workshop.Outdated{Mailed: 2, Paper: 1})
	h.send(tr, ev, workshop.SendInput{Kind: workshop.MessageInvitation, Press: uuid.New(), Again: true}, 2)
	h.wantOutdated(tr, ev, workshop.Outdated{Paper: 1})

	stranger := access.Actor{PersonID: uuid.New(), Grants: []access.Grant{{Role: access.Trainer, Scope: access.Global}}}
	if _, err := h.SendUpdates(h.ctx, stranger, ev); !errs.Is(err, errs.Forbidden) {
		t.Errorf("a stranger: %v", err)
	}
	h.turn(morning.Add(5 * time.Hour)) // it has begun
	h.wantOutdated(tr, ev, workshop.Outdated{})
	if _, err := h.SendUpdates(h.ctx, tr, ev); !errs.Is(err, errs.Conflict) {
		t.Errorf("after the start: %v", err)
	}
}

// TestAHalfDayThatIsNoMoreLeavesTheCalendar: a message of its own cancels it, beyond the sequence that the calendar has.
func TestAHalfDayThatIsNoMoreLeavesTheCalendar(t *testing.T) {
	t.Parallel()
	h, p, tr, ev := invited(t)
	v, err := h.View(h.ctx, tr, access.WorkshopView, ev)
	h.must(err)
	gone := v.Slots[len(v.Slots)-1]
	var uid string
	h.must(h.db.App().NewRaw("SELECT ical_uid FROM workshop.slot WHERE id = ?", gone.ID).Scan(h.ctx, &uid))
	h.must(h.RemoveSlot(h.ctx, tr, ev, gone.ID))
	h.wantOutdated(tr, ev, workshop.Outdated{Mailed: 2, Paper: 1})
	h.update(tr, ev, 2)
	sent := h.deliver(p)
	if len(sent) != 4 {
		t.Fatalf("%d mails", len(sent))
	}
	cancels := 0
	for _, c := range sent {
		flat := strings.ReplaceAll(calendars(c), "\r\n ", "")
		if strings.Contains(c.CalendarType, "CANCEL") {
			cancels++
			if strings.Count(flat, "BEGIN:VEVENT") != 1 || calendarOf(c, "UID") != uid+"@shelter" || calendarOf(c, "SEQUENCE") != "1" || !strings.Contains(flat, "STATUS:CANCELLED") ||
				strings.Count(flat, "ATTENDEE") != 1 {
				t.Errorf("the cancellation:\n%s", c.Calendar)
			}
		} else if strings.Contains(flat, uid) || strings.Count(flat, "BEGIN:VEVENT") != len(v.Slots)-1 {
			t.Errorf("the update:\n%s", c.Calendar)
		}
	}
	if cancels != 2 {
		t.Errorf("%d cancellations", cancels)
	}
	h.update(tr, ev, 0)
}

// TestWhoLeftIsTakenOut: the calendar of somebody who no longer comes is cleared, and they are invited anew when they come back.
func TestWhoLeftIsTakenOut(t *testing.T) {
	t.Parallel()
	h, p, tr, ev := invited(t)
	v, err := h.View(h.ctx, tr, access.WorkshopView, ev)
	h.must(err)
	h.must(h.SetEnrolment(h.ctx, tr, ev, v.People[0].EnrolmentID, workshop.Withdrawn, "empêchée"))
	h.wantOutdated(tr, ev, workshop.Outdated{Left: 1})
	h.update(tr, ev, 1)
	h.wantOutdated(tr, ev, workshop.Outdated{})
	sent := h.deliver(p)
	if len(sent) != 1 || sent[0].To != "salma@exemple.test" || !strings.Contains(sent[0].CalendarType, "CANCEL") || !strings.Contains(sent[0].Subject, "plus attendu") ||
		strings.Contains(sent[0].Text, "empêchée") || strings.Contains(sent[0].Text, "annulé") {
		t.Errorf("sent %+v", sent)
	}
	h.must(h.SetEnrolment(h.ctx, tr, ev, v.People[0].EnrolmentID, workshop.Enrolled, ""))
	h.send(tr, ev, workshop.SendInput{Kind: workshop.MessageInvitation, Press: uuid.New()}, 1)
}

// TestACancellationIsToldToThoseOnPaperToo: by a person, who says so.
func TestACancellationIsToldToThoseOnPaperToo(t *testing.T) {
	t.Parallel()
	h, p, tr, ev := invited(t)
	h.must(h.SetState(h.ctx, tr, ev, workshop.Cancelled, "Report"))
	if sent := h.deliver(p); len(sent) != 2 {
		t.Errorf("%d cancellations by mail", len(sent))
	}
	h.wantOutdated(tr, ev, workshop.Outdated{Cancelled: true, Paper: 1})
	h.update(tr, ev, 1)
	h.wantOutdated(tr, ev, workshop.Outdated{Cancelled: true})
	h.update(tr, ev, 0)
	h.wantCount(1, "SELECT count(*) FROM workshop.sending WHERE kind = 'cancellation' AND channel = 'shared'")
}
