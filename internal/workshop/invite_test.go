package workshop_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/ical"
	"shelter/internal/workshop"
)

var (
	reUID      = regexp.MustCompile(`(?m)^UID:(.+)\r$`)
	reSequence = regexp.MustCompile(`(?m)^SEQUENCE:(\d+)\r$`)
)

// message gives the method, the distinct sequences and the first UID of a calendar message.
func (h *house) message(event, person uuid.UUID, cancel bool) (string, string) {
	h.t.Helper()
	data, err := h.Invitation(h.ctx, system, event, workshop.InviteInput{Person: person, Cancel: cancel, Lang: i18n.FR, Organizer: ical.Party{Name: "Shelter", Address: "s@example.test"}})
	h.must(err)
	text := string(data)
	s := ""
	for _, m := range reSequence.FindAllStringSubmatch(text, -1) {
		s += m[1]
	}
	if n := strings.Count(text, "\r\nATTENDEE"); n != strings.Count(text, "BEGIN:VEVENT") {
		h.t.Errorf("%d attendees", n)
	}
	return regexp.MustCompile(`METHOD:(\w+)`).FindStringSubmatch(text)[1] + " " + s, reUID.FindStringSubmatch(text)[1]
}

func TestSequencesRiseWithEveryChangeAndCancellation(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tr := h.trainer()
	ev, people := h.running(tr, 1)
	who := people[0].PersonID
	want := func(cancel bool, message string) {
		t.Helper()
		if got, _ := h.message(ev.ID, who, cancel); got != message {
			t.Errorf("got %s, want %s", got, message)
		}
	}
	_, uid := h.message(ev.ID, who, false)
	want(false, "REQUEST 0000")
	v := h.view(tr, ev.ID)
	day := v.Slots[1].Day
	h.must(h.UpdateSlot(h.ctx, tr, ev.ID, v.Slots[1].ID, workshop.SlotInput{Day: day, Half: workshop.PM, Hours: workshop.Hours{Start: 14 * 60, End: 17 * 60, Minutes: 165}}))
	want(false, "REQUEST 0100")
	d := workshop.DetailsOf(&v.Event)
	d.Room = "Salle Olivier"
	h.must(h.Update(h.ctx, tr, ev.ID, 0, d, nil))
	want(false, "REQUEST 1211")
	want(true, "CANCEL 2322")
	want(true, "CANCEL 2322") // asked for again: the same message
	want(false, "REQUEST 3433")
	h.must(h.RemoveSlot(h.ctx, tr, ev.ID, v.Slots[3].ID))
	want(true, "CANCEL 4545") // with the half-day that is gone
	if _, again := h.message(ev.ID, who, true); again != uid {
		t.Error("the UID changed")
	}
	_, err := h.Invitation(h.ctx, system, ev.ID, workshop.InviteInput{Person: h.person("Absente")})
	wantKind(t, err, errs.NotFound, "who is not on the list")
	h.must(h.SetEnrolment(h.ctx, tr, ev.ID, people[0].EnrolmentID, workshop.Withdrawn, ""))
	_, err = h.Invitation(h.ctx, tr, ev.ID, workshop.InviteInput{Person: who})
	wantKind(t, err, errs.Conflict, "who has withdrawn")
	_, err = h.Invitation(h.ctx, h.trainer(), ev.ID, workshop.InviteInput{Person: who})
	wantKind(t, err, errs.Forbidden, "another's workshop")
}

// TestSequencesRiseWithTheArabicTitleAndTheEndOfTheDraft: both change what a calendar shows.
func TestSequencesRiseWithTheArabicTitleAndTheEndOfTheDraft(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tr := h.trainer()
	ev, err := h.Create(h.ctx, tr, input())
	h.must(err)
	list, err := h.EnrolMany(h.ctx, tr, ev.ID, []uuid.UUID{h.person("Seule")}, workshop.EnrolOptions{})
	h.must(err)
	want := func(message string) {
		t.Helper()
		if got, _ := h.message(ev.ID, list[0].PersonID, false); got != message {
			t.Errorf("got %s, want %s", got, message)
		}
	}
	want("REQUEST 0000")
	v := h.view(tr, ev.ID)
	d := workshop.DetailsOf(&v.Event)
	d.TitleAR = "ورشة"
	h.must(h.Update(h.ctx, tr, ev.ID, 0, d, nil))
	want("REQUEST 1111")
	h.must(h.SetState(h.ctx, tr, ev.ID, workshop.Open, ""))
	want("REQUEST 2222")
	h.must(h.SetState(h.ctx, tr, ev.ID, workshop.Confirmed, ""))
	want("REQUEST 2222") // the same to a calendar
}

func TestFeedHoldsOwnHalfDaysUntilRevoked(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tr := h.trainer()
	ev, people := h.running(tr, 2)
	_, err := h.Create(h.ctx, h.trainer(), input()) // somebody else's
	h.must(err)
	p := access.Actor{PersonID: people[0].PersonID}
	neutral := func(l i18n.Lang) string { return fmt.Sprintf("Rendez-vous (%s)", l) }
	for who, actor := range map[string]access.Actor{"participant": p, "trainer": tr} {
		h.must(h.SetFeed(h.ctx, actor, true, who == "trainer"))
		f, err := h.Feed(h.ctx, actor)
		h.must(err)
		data, err := h.FeedCalendar(h.ctx, f.Token, "Shelter", neutral)
		h.must(err)
		text := string(data)
		if strings.Count(text, "BEGIN:VEVENT") != 4 || strings.Contains(text, "ATTENDEE") || !strings.Contains(text, "METHOD:PUBLISH") {
			t.Errorf("%s: %s", who, text)
		}
		if told := strings.Contains(text, "Détection") || strings.Contains(text, ev.Code); told != (who == "participant") {
			t.Errorf("%s: the subject is told: %v", who, told)
		}
		old := f.Token
		h.must(h.SetFeed(h.ctx, actor, true, false))
		_, err = h.FeedCalendar(h.ctx, old, "Shelter", neutral)
		wantKind(t, err, errs.NotFound, "a replaced feed")
		h.must(h.SetFeed(h.ctx, actor, false, false))
		if f, err := h.Feed(h.ctx, actor); f != nil || err != nil {
			t.Error("the feed stays", f, err)
		}
	}
	wantKind(t, h.SetFeed(h.ctx, access.Actor{}, true, false), errs.Forbidden, "a visitor")
}
