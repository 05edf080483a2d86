package survey

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"net/url"
	"slices"
	"strconv"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/org"
)

// Way is how people are asked. It is settled before the first answer and told with the results.
type Way string

// The ways.
const (
	OpenLink Way = "link"    // one address that all share; nothing says whether one person answered twice
	Tickets  Way = "tickets" // each address counts once, and nobody knows who got which
)

// Ways lists the ways.
func Ways() []Way { return []Way{OpenLink, Tickets} }

// Valid tells whether the way exists.
func (w Way) Valid() bool { return slices.Contains(Ways(), w) }

// usualWay: a follow-up is mailed to each person, so that an address of one's own costs nothing; in the room all look at one code.
func (w Wave) usualWay() Way {
	if w == End {
		return OpenLink
	}
	return Tickets
}

// Spare is how many tickets more than people there may be in all, for cards that are lost or spoilt: too few to reach MinAnswers - 1,
// so that the spare ones alone lay nobody's answer bare.
const Spare = 3

// Left is how many tickets may still be given out, for so many people on the list.
func (s *Survey) Left(people int) int { return max(0, people+Spare-s.Given) }

// Deck is tickets to be printed. The tickets are known to whoever asked for them, this once: the database keeps their digests.
type Deck struct {
	Workshop Workshop
	Survey   Survey
	Tickets  []string
}

// Switch changes the way of asking, as long as nobody has answered; and not back to the open link once tickets were given out, since
// their holders were told that each counts once.
func (s *Service) Switch(ctx context.Context, actor access.Actor, eventID uuid.UUID, wave Wave, way Way) error {
	return s.change(ctx, actor, eventID, wave, "survey.way", func(_ context.Context, _ bun.Tx, _ Workshop, sv *Survey) ([]string, error) {
		switch {
		case !way.Valid():
			return nil, errs.InvalidFields([]errs.Field{{Name: "way", Key: "error_choice"}})
		case sv.Way == way:
			return nil, nil
		case sv.Answers > 0:
			return nil, errs.NewConflict("survey_way_fixed")
		case sv.Given > 0:
			return nil, errs.NewConflict("survey_way_given")
		}
		sv.Way, sv.Mailed = way, false // nobody was written to in this way
		return []string{"way", "mailed"}, nil
	})
}

// Cards gives n tickets out, to be printed and drawn by people. batch is made by the page that asks; the same batch gives the same
// tickets again and counts once. It is a secret as they are: only its digest is kept.
func (s *Service) Cards(ctx context.Context, actor access.Actor, eventID uuid.UUID, wave Wave, batch uuid.UUID, n int) (Deck, error) {
	var d Deck
	err := s.change(ctx, actor, eventID, wave, "survey.cards", func(ctx context.Context, tx bun.Tx, w Workshop, sv *Survey) ([]string, error) {
		if sv.Way != Tickets {
			return nil, errs.NewConflict("survey_no_tickets")
		}
		digest, had := s.outbox.Vault.MAC("survey batch", sv.ID.String()+batch.String()), 0
		err := tx.NewRaw("SELECT n FROM survey.batch WHERE survey_id = ? AND digest = ?", sv.ID, digest).Scan(ctx, &had)
		if err == nil {
			d = Deck{Workshop: w, Survey: *sv, Tickets: s.draw(batch, had)}
			return nil, nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return nil, db.Translate(err)
		}
		if err := s.mayGive(ctx, tx, sv, n); err != nil {
			return nil, err
		}
		if _, err := tx.NewRaw("INSERT INTO survey.batch (survey_id, digest, n) VALUES (?, ?, ?)", sv.ID, digest, n).Exec(ctx); err != nil {
			return nil, db.Translate(err)
		}
		tickets := s.draw(batch, n)
		sv.Given += n
		d = Deck{Workshop: w, Survey: *sv, Tickets: tickets}
		return []string{"given"}, s.keep(ctx, tx, sv.ID, tickets)
	})
	return d, err
}

// mayGive tells whether n more tickets may be printed.
func (s *Service) mayGive(ctx context.Context, tx bun.Tx, sv *Survey, n int) error {
	people, err := s.roster.SurveyPeople(ctx, tx, sv.EventID)
	left := sv.Left(people)
	switch {
	case err != nil:
		return err
	case sv.State == Closed:
		return errs.NewConflict("survey_not_open")
	case left == 0:
		return errs.NewConflict("survey_cards_none")
	case n < 1 || n > left:
		return errs.InvalidFields([]errs.Field{{Name: "n", Key: "survey_cards_range", Args: errs.Args{"max": left}}})
	}
	return nil
}

// draw makes the tickets of a batch: random to whoever does not have the batch, 63 bits each.
func (s *Service) draw(batch uuid.UUID, n int) []string {
	list := make([]string, n)
	for i := range list {
		mac := s.outbox.Vault.MAC("survey draw", batch.String()+":"+strconv.Itoa(i))
		list[i] = org.TextOf(binary.BigEndian.Uint64(mac), 7) + org.TextOf(binary.BigEndian.Uint64(mac[8:]), 6)
	}
	return list
}

// keep writes the digests of tickets in one statement and in their own order: where a row lies says nothing of who got the ticket.
func (s *Service) keep(ctx context.Context, tx bun.Tx, survey uuid.UUID, tickets []string) error {
	type ticket struct {
		bun.BaseModel `bun:"table:survey.ticket"`

		Digest   []byte
		SurveyID uuid.UUID
	}
	rows := make([]ticket, len(tickets))
	for i, t := range tickets {
		rows[i] = ticket{Digest: s.ticketDigest(survey, t), SurveyID: survey}
	}
	slices.SortFunc(rows, func(a, b ticket) int { return bytes.Compare(a.Digest, b.Digest) })
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return db.Translate(err)
}

// ticketDigest is what is kept of a ticket, however it was typed; the survey's id makes it another's nowhere else.
func (s *Service) ticketDigest(survey uuid.UUID, ticket string) []byte {
	return s.outbox.Vault.MAC("survey ticket", survey.String()+org.NormaliseTyped(ticket))
}

// Good tells whether a ticket of a survey is still to be used. A used one, an unknown one and another survey's are alike.
// public: see Sheet.
func (s *Service) Good(ctx context.Context, survey uuid.UUID, ticket string) (bool, error) {
	good, err := s.db.NewSelect().TableExpr("survey.ticket").Where("digest = ? AND survey_id = ?", s.ticketDigest(survey, ticket), survey).Exists(ctx)
	return good, db.Translate(err)
}

// spend uses a ticket up.
func (s *Service) spend(ctx context.Context, tx bun.Tx, sv *Survey, ticket string) error {
	res, err := tx.NewRaw("DELETE FROM survey.ticket WHERE digest = ? AND survey_id = ?", s.ticketDigest(sv.ID, ticket), sv.ID).Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return errs.InvalidFields([]errs.Field{{Name: "ticket", Key: "survey_ticket_refused"}})
	}
	return nil
}

// TicketLink is the address that a ticket's holder opens.
func (s *Service) TicketLink(sv *Survey, ticket string) string {
	return s.Link(sv) + "?t=" + url.QueryEscape(ticket)
}

// addresses are the addresses that n people are written to about a survey: the one that all share, or each a ticket of its own; none
// where tickets were mailed before, since nobody knows whose was used.
func (s *Service) addresses(ctx context.Context, tx bun.Tx, sv *Survey, n int) ([]string, error) {
	list := make([]string, n)
	switch {
	case sv.Way == OpenLink:
		for i := range list {
			list[i] = s.Link(sv)
		}
		return list, nil
	case sv.Mailed:
		return list, nil
	}
	people, err := s.roster.SurveyPeople(ctx, tx, sv.EventID)
	if err != nil {
		return nil, err
	}
	if n > sv.Left(people) {
		return nil, errs.NewConflict("survey_tickets_out")
	}
	tickets := s.draw(uuid.New(), n)
	for i, t := range tickets {
		list[i] = s.TicketLink(sv, t)
	}
	sv.Given += n
	return list, s.keep(ctx, tx, sv.ID, tickets)
}

// blur writes the rows of a closed survey anew, each table in one go and in no order: until then the place of a row in its table, and
// the transaction that wrote it, are those of one person's sending.
func blur(ctx context.Context, tx bun.Tx, survey uuid.UUID) error {
	for _, sql := range []string{
		"WITH gone AS (DELETE FROM survey.receipt WHERE survey_id = ? RETURNING *) INSERT INTO survey.receipt SELECT * FROM gone ORDER BY digest",
		"WITH gone AS (DELETE FROM survey.remark WHERE survey_id = ? RETURNING *) INSERT INTO survey.remark SELECT * FROM gone ORDER BY id",
		"WITH gone AS (DELETE FROM survey.tally WHERE survey_id = ? RETURNING *) INSERT INTO survey.tally SELECT * FROM gone ORDER BY question, choice",
	} {
		if _, err := tx.NewRaw(sql, survey).Exec(ctx); err != nil {
			return db.Translate(err)
		}
	}
	return nil
}
