package workshop_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/mail"
	"shelter/internal/org"
	"shelter/internal/workshop"
)

// TestTheInvitationIsInTheCalendarAndTheCancellationTakesItOut: golden files of what one person gets, and nobody else's address.
func TestTheInvitationIsInTheCalendarAndTheCancellationTakesItOut(t *testing.T) {
	t.Parallel()
	h, p, tr, ev := mailing(t)
	p.outbox.From = "shelter@exemple.test"
	h.db.Exec("UPDATE workshop.slot SET ical_uid = to_char(day, 'DD') || half")
	h.send(tr, ev, workshop.SendInput{Kind: workshop.MessageInvitation, Press: uuid.New()}, 2)
	invited := h.deliver(p)
	golden(t, "invitation", invited, "text/calendar; method=REQUEST; charset=utf-8", "DTSTAMP:20261207T075500Z")
	h.send(tr, ev, workshop.SendInput{Kind: workshop.MessageInvitation, Press: uuid.New(), Again: true}, 2)
	for i, again := range h.deliver(p) { // told again: the same appointment
		if calendars(again) != calendars(invited[i]) {
			t.Errorf("the second invitation differs:\n%s", calendars(again))
		}
	}
	h.must(h.SetState(h.ctx, tr, ev, workshop.Cancelled, "Report"))
	cancelled := h.deliver(p)
	golden(t, "cancellation", cancelled, "text/calendar; method=CANCEL; charset=utf-8", "STATUS:CANCELLED", "SEQUENCE:2")
	if len(cancelled) == 2 && (!strings.HasPrefix(cancelled[0].Subject, "Annulé") || strings.Contains(cancelled[0].Text, "Report")) {
		t.Errorf("the cancellation is %q", cancelled[0].Text)
	}
	h.wantCount(2, "SELECT count(*) FROM workshop.sending WHERE kind = 'cancellation'")
	h.must(h.SetState(h.ctx, tr, ev, workshop.Cancelled, "Report")) // pressed twice
	h.wantCount(2, "SELECT count(*) FROM workshop.sending WHERE kind = 'cancellation'")

	// it takes place after all: everybody is told anew, beyond what the calendars had
	h.must(h.SetState(h.ctx, tr, ev, workshop.Draft, ""))
	h.must(h.SetState(h.ctx, tr, ev, workshop.Confirmed, ""))
	h.send(tr, ev, workshop.SendInput{Kind: workshop.MessageInvitation, Press: uuid.New()}, 2)
	if sent := h.deliver(p); len(sent) != 2 || !strings.Contains(sent[0].Calendar, "METHOD:REQUEST") || strings.Contains(sent[0].Calendar, "SEQUENCE:2\r") {
		t.Errorf("invited again: %+v", sent)
	}
}

// calendars are all that a message brings for a calendar, one appointment in each.
func calendars(c mail.Content) string {
	all := c.Calendar
	for _, f := range c.Files {
		if f.Type == c.CalendarType {
			all += string(f.Data)
		}
	}
	return all
}

func golden(t *testing.T, name string, sent []mail.Content, mediaType string, parts ...string) {
	t.Helper()
	if len(sent) != 2 {
		t.Fatalf("%s: %d mails", name, len(sent))
	}
	one, other := sent[0], sent[1]
	for _, c := range sent {
		if c.CalendarType != mediaType || strings.Count(calendars(c), "\r\nATTENDEE") != 4 || strings.Count(c.Calendar, "BEGIN:VEVENT") != 1 || strings.Count(calendars(c), "BEGIN:VCALENDAR") != 4 {
			t.Errorf("%s: %s\n%s", name, c.CalendarType, calendars(c))
		}
		for _, part := range parts {
			if !strings.Contains(calendars(c), part) {
				t.Errorf("%s lacks %s:\n%s", name, part, calendars(c))
			}
		}
	}
	if flat := strings.ReplaceAll(calendars(one), "\r\n ", ""); strings.Contains(flat, other.To) || !strings.Contains(flat, "mailto:"+one.To) {
		t.Errorf("%s: the attendee is not %s alone:\n%s", name, one.To, calendars(one))
	}
	file := filepath.Join("testdata", name+".ics")
	if os.Getenv("SHELTER_GOLDEN") != "" {
		if err := os.WriteFile(file, []byte(calendars(one)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if calendars(one) != string(want) {
		t.Errorf("%s differs:\n%s", name, calendars(one))
	}
}

// TestACancellationReachesThoseWhoWereToldOfAPlace: who was chosen or has an offer knows of the event by mail, without an invitation yet.
func TestACancellationReachesThoseWhoWereToldOfAPlace(t *testing.T) {
	t.Parallel()
	h, p, tr, ev := mailing(t) // two who have an address were put on the list and told nothing
	focal, id, _ := h.organisation("Association A")
	h.must(h.Nominate(h.ctx, focal, ev, workshop.NominateInput{Key: uuid.New(), New: &org.PersonInput{ID: uuid.New(), FamilyName: "Proposée", GivenName: "Ines", Email: "ines@exemple.test", OrganisationID: id}}))
	sel, err := h.Selection(h.ctx, tr, ev)
	h.must(err)
	_, err = h.Decide(h.ctx, tr, ev, sel.Nominees[0].ID, workshop.Decision{Choose: true})
	h.must(err)
	h.deliver(p)
	h.must(h.SetState(h.ctx, tr, ev, workshop.Cancelled, "Report"))
	sent := h.deliver(p)
	if len(sent) != 1 || sent[0].To != "ines@exemple.test" || !strings.HasPrefix(sent[0].Subject, "Annulé") || sent[0].Calendar != "" {
		t.Errorf("the cancellation: %+v", sent)
	}
	h.wantCount(1, "SELECT count(*) FROM workshop.sending WHERE kind = 'cancellation'")
	h.must(h.SetState(h.ctx, tr, ev, workshop.Draft, ""))
	h.must(h.SetState(h.ctx, tr, ev, workshop.Cancelled, "Report"))
	if sent := h.deliver(p); len(sent) != 0 {
		t.Errorf("cancelled twice, told twice: %+v", sent)
	}
}
