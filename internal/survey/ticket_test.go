package survey

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/mail"
)

// asked is an open survey by tickets.
func (h *house) asked() *Survey {
	h.t.Helper()
	h.must(h.Prepare(h.ctx, system, h.event.ID, End))
	h.must(h.Switch(h.ctx, system, h.event.ID, End, Tickets))
	h.must(h.Open(h.ctx, system, h.event.ID, End))
	return h.stored(End)
}

func (h *house) stored(w Wave) *Survey {
	h.t.Helper()
	b, err := h.Board(h.ctx, system, h.event.ID)
	h.must(err)
	return b.Surveys[w]
}

func (h *house) cards(n int) []string {
	h.t.Helper()
	d, err := h.Cards(h.ctx, system, h.event.ID, End, uuid.New(), n)
	h.must(err)
	return d.Tickets
}

func (h *house) number(sql string, args ...any) (n int) {
	h.t.Helper()
	h.must(h.data.Owner().NewRaw(sql, args...).Scan(h.ctx, &n))
	return n
}

func refused(err error) bool {
	e := errs.As(err)
	return errs.Is(err, errs.Invalid) && len(e.Fields) == 1 && e.Fields[0].Name == "ticket" && e.Fields[0].Key == "survey_ticket_refused"
}

// TestATicketCountsOnce: used, unknown and another survey's are refused alike; the same sending again is answered as the first time; one
// that is refused for its answers keeps its ticket.
func TestATicketCountsOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sv := h.asked()
	tickets := h.cards(3)
	if err := h.Submit(h.ctx, Sending{Code: sv.Code, Key: "k", Ticket: tickets[0]}); !errs.Is(err, errs.Invalid) || refused(err) {
		t.Errorf("nothing answered: %v", err)
	}
	h.must(h.sendWith(sv, 0, 4, strings.ToLower(tickets[0][:4]+"-"+tickets[0][4:8]+" "+tickets[0][8:]))) // as people type
	h.must(h.sendWith(sv, 0, 1, tickets[0]))                                                             // its answer was lost on the way
	h.must(h.Prepare(h.ctx, system, h.event.ID, ThreeMonths))
	h.must(h.Open(h.ctx, system, h.event.ID, ThreeMonths))
	d, err := h.Cards(h.ctx, system, h.event.ID, ThreeMonths, uuid.New(), 1)
	h.must(err)
	for name, ticket := range map[string]string{"used": tickets[0], "unknown": "2222222222222", "another survey's": d.Tickets[0], "none": ""} {
		if err := h.sendWith(sv, 9, 4, ticket); !refused(err) {
			t.Errorf("%s: %v", name, err)
		}
		if good, err := h.Good(h.ctx, sv.ID, ticket); err != nil || good {
			t.Errorf("%s is good: %v", name, err)
		}
	}
	if good, err := h.Good(h.ctx, sv.ID, tickets[1]); err != nil || !good {
		t.Errorf("a fresh one is not good: %v", err)
	}
	if n := h.number("SELECT sum(n)::int FROM survey.tally"); n != 1 {
		t.Errorf("counted %d times, want once", n)
	}
}

// TestOneTicketAtTheSameMoment: of ten sendings with one ticket, each with a key of its own, one is counted.
func TestOneTicketAtTheSameMoment(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sv, errors := h.asked(), make([]error, 10)
	ticket := h.cards(1)[0]
	var wg sync.WaitGroup
	for i := range errors {
		wg.Go(func() { errors[i] = h.sendWith(sv, i, 3, ticket) })
	}
	wg.Wait()
	good := 0
	for _, err := range errors {
		if err == nil {
			good++
		} else if !refused(err) {
			t.Error(err)
		}
	}
	if n := h.number("SELECT count(*)::int FROM survey.remark"); good != 1 || n != 1 {
		t.Errorf("%d were taken and %d counted, want one", good, n)
	}
}

// TestCardsAreBounded: as many as people and a few to spare, whatever the page asks; a page printed again has the same cards.
func TestCardsAreBounded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.list = 6
	h.asked()
	batch := uuid.New()
	first, err := h.Cards(h.ctx, system, h.event.ID, End, batch, 6)
	h.must(err)
	again, err := h.Cards(h.ctx, system, h.event.ID, End, batch, 2)
	h.must(err)
	if !slices.Equal(first.Tickets, again.Tickets) || h.stored(End).Given != 6 {
		t.Errorf("printed again: %v and %v, given %d", first.Tickets, again.Tickets, h.stored(End).Given)
	}
	for _, n := range []int{-1, 0, 4, 1000} {
		if _, err := h.Cards(h.ctx, system, h.event.ID, End, uuid.New(), n); errs.As(err).Fields[0].Args["max"] != Spare {
			t.Errorf("%d cards: %v", n, err)
		}
	}
	h.cards(Spare)
	if _, err := h.Cards(h.ctx, system, h.event.ID, End, uuid.New(), 1); errs.As(err).Key != "survey_cards_none" {
		t.Errorf("beyond the bound: %v", err)
	}
	look := regexp.MustCompile(`^[2-9A-HJKMNP-RTV-Z]{13}$`) // no 0 O, 1 I L, U, 5 S together
	seen := map[string]bool{}
	for _, ticket := range first.Tickets {
		if !look.MatchString(ticket) || strings.ContainsAny(ticket, "01OILUS") || seen[ticket] {
			t.Errorf("ticket %s", ticket)
		}
		seen[ticket] = true
	}
	stranger := access.Actor{PersonID: uuid.New(), Grants: []access.Grant{{Role: access.Trainer, Scope: access.Global}}}
	if d, err := h.Cards(h.ctx, stranger, h.event.ID, End, batch, 6); !errs.Is(err, errs.Forbidden) || len(d.Tickets) > 0 {
		t.Errorf("a stranger with the page's key: %v", err)
	}
	if err := h.Switch(h.ctx, stranger, h.event.ID, End, OpenLink); !errs.Is(err, errs.Forbidden) {
		t.Errorf("a stranger changes the way: %v", err)
	}
}

// TestTheWayStays once somebody answered, in the service and in the database; and once tickets were given out.
func TestTheWayStays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sv := h.opened(End)
	if sv.Way != OpenLink {
		t.Errorf("at the end: %s", sv.Way)
	}
	if _, err := h.Cards(h.ctx, system, h.event.ID, End, uuid.New(), 1); errs.As(err).Key != "survey_no_tickets" {
		t.Errorf("cards of an open link: %v", err)
	}
	h.must(h.Switch(h.ctx, system, h.event.ID, End, Tickets))
	h.must(h.Switch(h.ctx, system, h.event.ID, End, OpenLink))
	if err := h.Switch(h.ctx, system, h.event.ID, End, "lottery"); !errs.Is(err, errs.Invalid) {
		t.Errorf("no such way: %v", err)
	}
	h.must(h.send(sv, 0, 1))
	if err := h.Switch(h.ctx, system, h.event.ID, End, Tickets); errs.As(err).Key != "survey_way_fixed" {
		t.Errorf("after an answer: %v", err)
	}
	if _, err := h.data.App().NewRaw("UPDATE survey.survey SET way = 'tickets'").Exec(h.ctx); err == nil {
		t.Error("the database let the way change after an answer")
	}
	h.must(h.Prepare(h.ctx, system, h.event.ID, SixMonths))
	if way := h.stored(SixMonths).Way; way != Tickets {
		t.Errorf("six months later: %s", way)
	}
	_, err := h.Cards(h.ctx, system, h.event.ID, SixMonths, uuid.New(), 1)
	h.must(err)
	if err := h.Switch(h.ctx, system, h.event.ID, SixMonths, OpenLink); errs.As(err).Key != "survey_way_given" {
		t.Errorf("after a ticket: %v", err)
	}
}

// TestTheOpenLinkIsBounded by the list: one more is refused, also of twenty at the same moment, and a repeat is none.
func TestTheOpenLinkIsBounded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.list = 6
	sv, errors := h.opened(End), make([]error, 20)
	var wg sync.WaitGroup
	for n := range errors {
		wg.Go(func() { errors[n] = h.send(sv, n, 3) })
	}
	wg.Wait()
	good := 0
	for n, err := range errors {
		if err == nil {
			good++
			h.must(h.send(sv, n, 3))
		} else if !errs.Is(err, errs.Conflict) || errs.As(err).Key != "survey_full" {
			t.Error(err)
		}
	}
	sheet, err := h.Sheet(h.ctx, sv.Code)
	h.must(err)
	if n := h.number("SELECT count(*)::int FROM survey.receipt"); good != 6 || n != 6 || !sheet.Full {
		t.Errorf("%d were taken, %d counted, full: %v", good, n, sheet.Full)
	}
}

// mailed are the tickets that were written to people, by their address.
func (h *house) mailed() map[string]string {
	h.t.Helper()
	var rows []struct {
		ID        uuid.UUID
		Recipient string
		Body      []byte
	}
	h.must(h.data.Owner().NewRaw("SELECT id, recipient, body FROM jobs.message WHERE kind LIKE 'survey_%' AND body IS NOT NULL").Scan(h.ctx, &rows))
	found := map[string]string{}
	for _, r := range rows {
		plain, err := h.outbox.Vault.Open(r.Body, "message:"+r.ID.String())
		h.must(err)
		var c mail.Content
		h.must(json.Unmarshal(plain, &c))
		found[r.Recipient] = ""
		if m := regexp.MustCompile(`\?t=([A-Z0-9]{13})`).FindStringSubmatch(c.Text); m != nil {
			found[r.Recipient] = m[1]
		}
	}
	return found
}

// TestEachIsMailedATicket of their own, once: when the survey opens again they are reminded without another one.
func TestEachIsMailedATicket(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for n := range 8 {
		h.people = append(h.people, Recipient{Email: fmt.Sprintf("p%d@exemple.test", n), Name: "Salma"})
	}
	h.list = 9
	h.must(h.Prepare(h.ctx, system, h.event.ID, ThreeMonths))
	h.now = h.now.AddDate(0, 3, 1)
	h.must(h.Tick(h.ctx))
	sv, tickets := h.stored(ThreeMonths), h.mailed()
	if sv.State != Opened || sv.Given != 8 || !sv.Mailed || sv.Left(h.list) != 4 || len(tickets) != 8 {
		t.Fatalf("%+v, %d messages", sv, len(tickets))
	}
	n := 0
	for who, ticket := range tickets {
		if good, err := h.Good(h.ctx, sv.ID, ticket); err != nil || !good {
			t.Errorf("%s got %q", who, ticket)
		}
		if n++; n <= 4 {
			h.must(h.sendWith(sv, n, 3, ticket))
		}
	}
	h.must(h.Close(h.ctx, system, h.event.ID, ThreeMonths))
	h.data.Exec("DELETE FROM jobs.message")
	h.must(h.OpenAndAsk(h.ctx, system, h.event.ID, ThreeMonths))
	again := h.mailed()
	if len(again) != 8 || h.stored(ThreeMonths).Given != 8 {
		t.Errorf("reminded %d, given %d", len(again), h.stored(ThreeMonths).Given)
	}
	for who, ticket := range again {
		if ticket != "" {
			t.Errorf("%s got a second ticket", who)
		}
	}
	if link, err := h.OpenLinkTx(h.ctx, h.data.App(), h.event.ID); err != nil || link != "" {
		t.Errorf("the shared link of a survey by tickets is %q, %v", link, err)
	}
}

// TestCardsAndMailTogetherAreBounded: after cards for all nobody is mailed a second ticket, and a follow-up opens all the same.
func TestCardsAndMailTogetherAreBounded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.list, h.people = 5, []Recipient{{Email: "a@exemple.test"}, {Email: "b@exemple.test"}, {Email: "c@exemple.test"}, {Email: "d@exemple.test"}}
	h.must(h.Prepare(h.ctx, system, h.event.ID, ThreeMonths))
	_, err := h.Cards(h.ctx, system, h.event.ID, ThreeMonths, uuid.New(), 5)
	h.must(err)
	if err := h.OpenAndAsk(h.ctx, system, h.event.ID, ThreeMonths); errs.As(err).Key != "survey_early" {
		t.Errorf("three months too early: %v", err)
	}
	h.now = h.now.AddDate(0, 3, 0)
	if err := h.OpenAndAsk(h.ctx, system, h.event.ID, ThreeMonths); errs.As(err).Key != "survey_tickets_out" {
		t.Errorf("cards and mail: %v", err)
	}
	if sv := h.stored(ThreeMonths); sv.State != Planned || sv.Mailed {
		t.Errorf("refused, and %+v", sv)
	}
	h.must(h.Tick(h.ctx))
	if sv := h.stored(ThreeMonths); sv.State != Opened || sv.Given != 5 || len(h.mailed()) != 0 {
		t.Errorf("on its day: %+v, %d messages", sv, len(h.mailed()))
	}
}

// TestWritingToPeopleOfAnOpenSurvey: once, each with a ticket, also when the open link was mailed before the way was changed; not when
// nobody has an address, where a follow-up opens all the same.
func TestWritingToPeopleOfAnOpenSurvey(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.opened(End)
	if err := h.OpenAndAsk(h.ctx, system, h.event.ID, End); errs.As(err).Key != "survey_nobody_to_ask" {
		t.Errorf("nobody has an address: %v", err)
	}
	h.people = []Recipient{{Email: "a@exemple.test"}, {Email: "b@exemple.test"}}
	for range 2 {
		h.must(h.OpenAndAsk(h.ctx, system, h.event.ID, End))
	}
	if n := h.number("SELECT count(*)::int FROM jobs.message"); n != 2 || h.mailed()["a@exemple.test"] != "" {
		t.Errorf("%d messages by the open link", n)
	}
	h.must(h.Switch(h.ctx, system, h.event.ID, End, Tickets))
	for range 2 {
		h.must(h.OpenAndAsk(h.ctx, system, h.event.ID, End))
	}
	if n := h.number("SELECT count(*)::int FROM jobs.message"); n != 4 || h.stored(End).Given != 2 {
		t.Errorf("%d messages, given %d", n, h.stored(End).Given)
	}
	h.people = nil
	h.must(h.Prepare(h.ctx, system, h.event.ID, ThreeMonths))
	h.now = h.now.AddDate(0, 3, 1)
	h.must(h.Tick(h.ctx))
	if st := h.stored(ThreeMonths).State; st != Opened {
		t.Errorf("a follow-up of people without addresses: %s", st)
	}
}

// TestNothingTiesATicketToAPerson: of what the database keeps, once the mail has left, nothing names the ticket of anybody, no order is
// theirs, and after the close no row has the transaction or the place of a sending.
func TestNothingTiesATicketToAPerson(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for n := range 12 {
		h.people = append(h.people, Recipient{Email: fmt.Sprintf("p%02d@exemple.test", n), Name: "Salma"})
	}
	h.must(h.Prepare(h.ctx, system, h.event.ID, End))
	h.must(h.Switch(h.ctx, system, h.event.ID, End, Tickets))
	h.must(h.OpenAndAsk(h.ctx, system, h.event.ID, End))
	sv, tickets := h.stored(End), h.mailed()
	var digests [][]byte
	h.must(h.data.Owner().NewRaw("SELECT digest FROM survey.ticket ORDER BY ctid").Scan(h.ctx, &digests))
	if len(digests) != 12 || !slices.IsSortedFunc(digests, slices.Compare[[]byte]) {
		t.Errorf("%d digests lie in the order in which people were written to", len(digests))
	}
	h.data.Exec("UPDATE jobs.message SET sent_at = now(), body = NULL") // as Outbox.Deliver does
	dump := h.dump()
	for who, ticket := range tickets {
		if ticket == "" || strings.Contains(dump, ticket) || strings.Contains(dump, strings.ToLower(ticket)) {
			t.Errorf("the ticket of %s is in the database", who)
		}
	}
	n := 0
	for _, ticket := range tickets {
		if n++; n <= 6 {
			h.must(h.sendWith(sv, n, 3, ticket))
		}
	}
	h.must(h.Close(h.ctx, system, h.event.ID, End))
	if left := h.number("SELECT count(*)::int FROM survey.ticket"); left != 0 {
		t.Errorf("%d tickets are left after the results: they would say who did not answer", left)
	}
	for _, table := range []string{"receipt", "tally", "remark"} {
		if n := h.number("SELECT count(DISTINCT xmin::text)::int FROM survey." + table); n != 1 {
			t.Errorf("the rows of %s were written by %d transactions: each is one person's", table, n)
		}
	}
	if r := h.results(End); r.Hidden != Shown || r.Items[0].N != 6 || r.Survey.Given != 12 {
		t.Errorf("%+v", r)
	}
	if n := h.number("SELECT count(*)::int FROM audit.entry WHERE detail::text LIKE '%digest%' OR detail::text LIKE '%ticket\":%'"); n != 0 {
		t.Errorf("the audit has %d entries with tickets", n)
	}
}

// dump is every row of the schemas that could tell.
func (h *house) dump() string {
	h.t.Helper()
	var all strings.Builder
	var tables []string
	h.must(h.data.Owner().NewRaw("SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_schema IN ('survey', 'jobs', 'audit', 'workshop') AND table_type = 'BASE TABLE'").Scan(h.ctx, &tables))
	for _, table := range tables {
		var rows []string
		h.must(h.data.Owner().NewRaw("SELECT t::text FROM "+table+" t").Scan(h.ctx, &rows))
		all.WriteString(strings.Join(rows, "\n"))
	}
	return all.String()
}
