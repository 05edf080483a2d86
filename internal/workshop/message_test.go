package workshop_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/mail"
	"shelter/internal/org"
	"shelter/internal/vault"
	"shelter/internal/workshop"
)

// post takes the messages of a test: it is queue and sender at once.
type post struct {
	outbox *mail.Outbox
	sent   []mail.Content
}

func (*post) EnqueueMail(context.Context, *sql.Tx, uuid.UUID) error { return nil }

func (p *post) Send(_ context.Context, c mail.Content) error {
	p.sent = append(p.sent, c)
	return nil
}

// mailing is a house that sends messages, with an event that is confirmed and begins in a week: two with an address, who read
// French and Arabic, and one without.
func mailing(t *testing.T) (*house, *post, access.Actor, uuid.UUID) {
	t.Helper()
	h := newHouse(t)
	h.turn(morning.AddDate(0, 0, -7))
	b, err := i18n.New()
	h.must(err)
	v, err := vault.Open(t.TempDir())
	h.must(err)
	p := &post{}
	p.outbox = &mail.Outbox{Bundle: b, Vault: v, Queue: p, Sender: p, Now: h.clock}
	h.UseMail(p.outbox, "https://shelter.example")
	tr := h.trainer()
	in := input()
	in.Venue = "Hôtel Syphax"
	ev, err := h.Create(h.ctx, tr, in)
	h.must(err)
	var ids []uuid.UUID
	for _, who := range []org.PersonInput{
		{FamilyName: "Ayari", GivenName: "Salma", Email: "salma@exemple.test", Lang: i18n.FR},
		{FamilyName: "Ben Salah", GivenName: "Sami", Email: "sami@exemple.test", Lang: i18n.AR}, {FamilyName: "Trabelsi", GivenName: "Amel"},
	} {
		got, err := h.org.CreatePerson(h.ctx, system, who)
		h.must(err)
		ids = append(ids, got.ID)
	}
	_, err = h.EnrolMany(h.ctx, tr, ev.ID, ids, workshop.EnrolOptions{})
	h.must(err)
	h.must(h.SetState(h.ctx, tr, ev.ID, workshop.Confirmed, ""))
	return h, p, tr, ev.ID
}

// deliver sends what waits and gives it.
func (h *house) deliver(p *post) []mail.Content {
	h.t.Helper()
	var ids []uuid.UUID
	h.must(h.db.App().NewRaw("SELECT id FROM jobs.message WHERE sent_at IS NULL ORDER BY created_at, id").Scan(h.ctx, &ids))
	p.sent = nil
	for _, id := range ids {
		h.must(p.outbox.Deliver(h.ctx, h.db.App(), id))
	}
	return p.sent
}

func (h *house) send(tr access.Actor, ev uuid.UUID, in workshop.SendInput, want int) {
	h.t.Helper()
	n, err := h.SendMessages(h.ctx, tr, ev, in)
	h.must(err)
	if n != want {
		h.t.Errorf("sent to %d people, want %d", n, want)
	}
}

func TestAMessageIsSentOnceAndAsItIsPreviewed(t *testing.T) {
	t.Parallel()
	h, p, tr, ev := mailing(t)
	in := workshop.SendInput{Kind: workshop.MessageInvitation, Press: uuid.New(), Note: "  Apportez vos questions.\r\nÀ lundi. "}
	h.send(tr, ev, in, 2)
	h.send(tr, ev, in, 2) // the same press
	in.Press = uuid.New()
	h.send(tr, ev, in, 0) // everybody had it
	h.wantCount(2, "SELECT count(*) FROM jobs.message")
	m, err := h.Messages(h.ctx, tr, ev, workshop.MessageInvitation)
	h.must(err)
	sent := h.deliver(p)
	if len(sent) != 2 || len(m.Recipients) != 3 {
		t.Fatalf("%d mails, %d recipients", len(sent), len(m.Recipients))
	}
	for i, want := range []struct{ subject, text string }{{"Invitation : « Détection et identification »", "Bonjour Salma,"}, {"دعوة", "تحية طيبة Sami،"}} {
		words := m.OwnWords(m.Recipients[i].Participant)
		if sent[i].To != m.Recipients[i].Email || !strings.Contains(sent[i].Subject, want.subject) || !strings.HasPrefix(sent[i].Text, words.Text()) {
			t.Errorf("mail %d is %+v, previewed %q", i, sent[i], words.Text())
		}
		for _, part := range []string{want.text, "Hôtel Syphax", "Apportez vos questions.\nÀ lundi.", "https://shelter.example/"} {
			if !strings.Contains(sent[i].Text, part) {
				t.Errorf("mail %d lacks %q:\n%s", i, part, sent[i].Text)
			}
		}
	}
	in.Press, in.Again = uuid.New(), true
	h.send(tr, ev, in, 2)
	h.wantCount(4, "SELECT count(*) FROM workshop.sending WHERE channel = 'mail' AND by_person IS NOT NULL AND message_id IS NOT NULL")
	for _, change := range []string{"UPDATE workshop.sending SET channel = 'letter', message_id = NULL", "DELETE FROM workshop.sending"} {
		if _, err := h.db.Owner().NewRaw(change).Exec(h.ctx); err == nil {
			t.Errorf("the log took %q", change)
		}
	}
}

func TestTheLogSaysHowFarAMailIs(t *testing.T) {
	t.Parallel()
	h, p, tr, ev := mailing(t)
	h.send(tr, ev, workshop.SendInput{Kind: workshop.MessageInvitation, Press: uuid.New()}, 2)
	states := func() (list []mail.Status) {
		t.Helper()
		m, err := h.Messages(h.ctx, tr, ev, workshop.MessageInvitation)
		h.must(err)
		for _, r := range m.Recipients[:2] {
			if len(r.Sendings) != 1 || !strings.HasSuffix(r.Sendings[0].Sender, "Formatrice") {
				t.Fatalf("log %+v", r.Sendings)
			}
			list = append(list, r.Sendings[0].Mail)
		}
		return list
	}
	want := func(a, b mail.Status) {
		t.Helper()
		if got := states(); got[0] != a || got[1] != b {
			t.Errorf("states %v, want %v %v", got, a, b)
		}
	}
	want(mail.Status{State: mail.Waiting}, mail.Status{State: mail.Waiting})
	h.db.Exec("UPDATE jobs.message SET failures = 1, last_error = 'mail: send x: dial tcp 127.0.0.1:25: connect: connection refused' WHERE recipient = 'sami@exemple.test'")
	want(mail.Status{State: mail.Waiting}, mail.Status{State: mail.Failed, Reason: mail.Unreachable})
	h.deliver(p)
	want(mail.Status{State: mail.Sent}, mail.Status{State: mail.Sent})
	h.db.Exec("DELETE FROM jobs.message")
	want(mail.Status{}, mail.Status{})
}

func TestWhatWasGivenByHandIsNotedOnceAndCountsAsTold(t *testing.T) {
	t.Parallel()
	h, _, tr, ev := mailing(t)
	m, err := h.Messages(h.ctx, tr, ev, workshop.MessageInvitation)
	h.must(err)
	alone := m.Letters(false)
	if len(alone) != 1 || alone[0].GivenName != "Amel" || len(m.Letters(true)) != 3 || m.ToMail(false) != 2 {
		t.Fatalf("letters for %v", alone)
	}
	in := workshop.GivenInput{Kind: workshop.MessageInvitation, Channel: workshop.ChannelLetter, Press: uuid.New(), Enrolments: []uuid.UUID{alone[0].EnrolmentID}}
	h.must(h.NoteGiven(h.ctx, tr, ev, in))
	h.must(h.NoteGiven(h.ctx, tr, ev, in))
	h.wantCount(1, "SELECT count(*) FROM workshop.sending WHERE channel = 'letter' AND message_id IS NULL")
	in.Channel, in.Press, in.Enrolments = workshop.ChannelShared, uuid.New(), []uuid.UUID{m.Recipients[0].EnrolmentID}
	h.must(h.NoteGiven(h.ctx, tr, ev, in))
	if m, err = h.Messages(h.ctx, tr, ev, workshop.MessageInvitation); err != nil || len(m.Letters(false)) != 0 || m.ToMail(false) != 1 || m.ToMail(true) != 2 {
		t.Errorf("letters %d, mail %d, %v", len(m.Letters(false)), m.ToMail(false), err)
	}
	in.Press, in.Enrolments = uuid.New(), []uuid.UUID{uuid.New()}
	wantKind(t, h.NoteGiven(h.ctx, tr, ev, in), errs.NotFound, "somebody of no event")
	in.Channel, in.Enrolments = workshop.ChannelMail, []uuid.UUID{alone[0].EnrolmentID}
	wantKind(t, h.NoteGiven(h.ctx, tr, ev, in), errs.Invalid, "mail noted by hand")
}

func TestWhenAMessageCanGo(t *testing.T) {
	t.Parallel()
	h, _, tr, ev := mailing(t)
	send := func(k workshop.MessageKind) error {
		_, err := h.SendMessages(h.ctx, tr, ev, workshop.SendInput{Kind: k, Press: uuid.New()})
		return err
	}
	wantKind(t, send(workshop.MessageFollowUp), errs.Conflict, "the follow-up before the end")
	wantKind(t, send("x"), errs.NotFound, "no kind")
	_, err := h.SendMessages(h.ctx, tr, ev, workshop.SendInput{Kind: workshop.MessageReminder})
	wantKind(t, err, errs.Invalid, "no key")
	wantKind(t, h.SetMessageNote(h.ctx, tr, ev, workshop.MessageReminder, strings.Repeat("ا", 501)), errs.Invalid, "a long note")
	h.must(h.SetMessageNote(h.ctx, tr, ev, workshop.MessageReminder, strings.Repeat("ا", 500)))
	stranger := access.Actor{PersonID: h.person("Autre"), Grants: []access.Grant{{Role: access.Trainer, Scope: access.Global}}}
	_, err = h.SendMessages(h.ctx, stranger, ev, workshop.SendInput{Kind: workshop.MessageReminder, Press: uuid.New()})
	wantKind(t, err, errs.Forbidden, "a stranger sends")
	_, err = h.Messages(h.ctx, stranger, ev, workshop.MessageReminder)
	wantKind(t, err, errs.Forbidden, "a stranger looks")
	wantKind(t, h.SetReminder(h.ctx, stranger, ev, 1), errs.Forbidden, "a stranger sets the reminder")

	// after it: those who were there, with the survey and the certificate of each
	v := h.view(tr, ev)
	h.turn(v.Slots[0].StartsAt)
	wantKind(t, send(workshop.MessageInvitation), errs.Conflict, "the invitation after the start")
	_, err = h.MarkBatch(h.ctx, tr, ev, workshop.Batch{SentAt: h.clock(), Marks: []workshop.MarkInput{{Key: uuid.New(), SlotID: v.Slots[0].ID, EnrolmentID: v.People[0].EnrolmentID, Status: workshop.Present, ClientAt: h.clock()}}})
	h.must(err)
	h.turn(v.Slots[len(v.Slots)-1].EndsAt)
	h.UseSequel(func(context.Context, bun.IDB, uuid.UUID) (workshop.Sequel, error) {
		return workshop.Sequel{Survey: "https://shelter.example/s/abc", Certificates: map[uuid.UUID]string{v.People[0].EnrolmentID: "https://shelter.example/v/X1"}}, nil
	})
	m, err := h.Messages(h.ctx, tr, ev, workshop.MessageFollowUp)
	h.must(err)
	if len(m.Recipients) != 1 {
		t.Fatalf("%d people were there", len(m.Recipients))
	}
	if text := m.OwnWords(m.Recipients[0].Participant).Text(); !strings.Contains(text, "/s/abc") || !strings.Contains(text, "/v/X1") {
		t.Errorf("the follow-up is %q", text)
	}
	h.must(send(workshop.MessageFollowUp))
}

func TestTheReminderGoesOnceByItselfAndNeverAfterTheStart(t *testing.T) {
	t.Parallel()
	h, p, tr, ev := mailing(t)
	reminders := "SELECT count(*) FROM workshop.sending WHERE kind = 'reminder' AND by_person IS NULL"
	v := h.view(tr, ev)
	if at, want := v.RemindAt(), v.Slots[0].StartsAt.AddDate(0, 0, -3); !at.Equal(want) {
		t.Fatalf("the reminder goes at %v, want %v", at, want)
	}
	h.must(h.Tick(h.ctx))
	h.turn(v.RemindAt().Add(-time.Minute))
	h.must(h.Tick(h.ctx))
	h.wantCount(0, reminders)
	h.turn(v.RemindAt())
	h.must(h.SetState(h.ctx, tr, ev, workshop.Open, "")) // not confirmed any more: nobody is reminded
	h.must(h.Tick(h.ctx))
	h.wantCount(0, reminders)
	h.must(h.SetState(h.ctx, tr, ev, workshop.Confirmed, ""))
	h.must(h.Tick(h.ctx))
	h.must(h.Tick(h.ctx))
	h.wantCount(2, reminders)
	if sent := h.deliver(p); len(sent) != 2 || !strings.HasPrefix(sent[0].Subject, "Rappel") {
		t.Errorf("sent %+v", sent)
	}
	late := func(mail string) {
		t.Helper()
		who, err := h.org.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: "Tard", Email: mail})
		h.must(err)
		_, err = h.EnrolMany(h.ctx, tr, ev, []uuid.UUID{who.ID}, workshop.EnrolOptions{})
		h.must(err)
		h.must(h.Tick(h.ctx))
	}
	late("a@exemple.test") // who comes later is reminded too, at once
	h.wantCount(3, reminders)
	h.must(h.SetReminder(h.ctx, tr, ev, 0))
	late("b@exemple.test")
	h.wantCount(3, reminders)
	h.must(h.SetReminder(h.ctx, tr, ev, 1))
	h.turn(v.Slots[0].StartsAt)
	h.must(h.Tick(h.ctx))
	h.wantCount(3, reminders)
	for _, days := range []int{-1, 31} {
		wantKind(t, h.SetReminder(h.ctx, tr, ev, days), errs.Invalid, "days beyond the bounds")
	}
}

func (h *house) wantCount(want int, query string) {
	h.t.Helper()
	if n := h.count(query); n != want {
		h.t.Errorf("%s: %d, want %d", query, n, want)
	}
}

// TestHoursAbroadNameTheirClock: a delegation reads the hours at home.
func TestHoursAbroadNameTheirClock(t *testing.T) {
	t.Parallel()
	h, p, tr, ev := mailing(t)
	d := workshop.DetailsOf(&h.view(tr, ev).Event)
	d.TimeZone, d.Venue = "Asia/Amman", ""
	h.must(h.Update(h.ctx, tr, ev, 0, d, nil))
	h.send(tr, ev, workshop.SendInput{Kind: workshop.MessageInvitation, Press: uuid.New()}, 2)
	sent := h.deliver(p)
	for i, want := range []string{"lun. 14 déc. 2026, 09:00 (heure locale, Asia/Amman)", "الإثنين 14 ديسمبر 2026، 09:00 (التوقيت المحلي، Asia/Amman)"} {
		if !strings.Contains(sent[i].Text, want) {
			t.Errorf("the invitation is %q", sent[i].Text)
		}
		if flat := strings.ReplaceAll(sent[i].Calendar, "\r\n ", ""); !strings.Contains(flat, "DTSTART:20261214T060000Z") { // nine in Amman
			t.Errorf("the appointment is %s", flat)
		}
	}
}
