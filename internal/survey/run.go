package survey

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/mail"
)

// Board is a workshop's surveys, for whoever runs it.
type Board struct {
	Workshop Workshop
	Surveys  map[Wave]*Survey
	People   int // on the list
	today    time.Time
}

// Early tells whether a follow-up's day is still to come: its people are written to on that day, since the message says how long it is.
func (b Board) Early(w Wave) bool { return early(b.Workshop, w, b.today) }

func early(of Workshop, w Wave, today time.Time) bool {
	return w != End && today.Before(w.Due(of.EndsOn))
}

// Board shows the waves of a workshop.
func (s *Service) Board(ctx context.Context, actor access.Actor, eventID uuid.UUID) (Board, error) {
	w, err := s.may(ctx, s.db, actor, access.SurveyRun, eventID)
	if err != nil {
		return Board{}, err
	}
	var list []*Survey
	if err := withAnswers(s.db.NewSelect().Model(&list)).Where("survey.event_id = ?", eventID).Scan(ctx); err != nil {
		return Board{}, db.Translate(err)
	}
	b := Board{Workshop: w, Surveys: map[Wave]*Survey{}, today: s.today()}
	if b.People, err = s.roster.SurveyPeople(ctx, s.db, eventID); err != nil {
		return Board{}, err
	}
	for _, sv := range list {
		b.Surveys[sv.Wave] = sv
	}
	return b, nil
}

// OpenLinkTx gives the address at which an event's open survey is answered, of the latest wave; empty when none is open, and for one
// by tickets, whose address is nobody else's.
// public: another service's transaction asks, after its own check.
func (s *Service) OpenLinkTx(ctx context.Context, idb bun.IDB, eventID uuid.UUID) (string, error) {
	var list []*Survey
	err := idb.NewSelect().Model(&list).Where("survey.event_id = ? AND survey.state = ? AND survey.way = ?", eventID, Opened, OpenLink).OrderExpr("survey.created_at DESC").Limit(1).Scan(ctx)
	if err != nil || len(list) == 0 {
		return "", db.Translate(err)
	}
	return s.Link(list[0]), nil
}

func withAnswers(q *bun.SelectQuery) *bun.SelectQuery {
	return q.ColumnExpr("survey.*").ColumnExpr("(SELECT count(*) FROM survey.receipt AS r WHERE r.survey_id = survey.id) AS answers")
}

// read gives a survey and keeps it from changing until the transaction ends.
func (s *Service) read(ctx context.Context, tx bun.Tx, eventID uuid.UUID, wave Wave) (*Survey, error) {
	sv := new(Survey)
	err := withAnswers(tx.NewSelect().Model(sv)).Where("survey.event_id = ? AND survey.wave = ?", eventID, wave).For("UPDATE OF survey").Scan(ctx)
	return sv, db.Translate(err)
}

// Prepare makes a wave's survey with the usual questions; a second call changes nothing. A follow-up is planned for its day.
func (s *Service) Prepare(ctx context.Context, actor access.Actor, eventID uuid.UUID, wave Wave) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		w, err := s.may(ctx, tx, actor, access.SurveyRun, eventID)
		if err != nil {
			return err
		}
		if !wave.Valid() {
			return errs.NewNotFound("survey wave")
		}
		sv := &Survey{ID: uuid.Must(uuid.NewV7()), EventID: eventID, Wave: wave, Questions: usual(s.outbox.Bundle, wave), State: Planned, CreatedAt: s.now(), Way: wave.usualWay()}
		if wave != End {
			sv.OpensOn = wave.Due(w.EndsOn)
		}
		return s.insert(ctx, tx, actor, sv)
	})
}

func (s *Service) insert(ctx context.Context, tx bun.Tx, actor access.Actor, sv *Survey) error {
	for range 20 { // a code that is taken is drawn again
		sv.Code = newCode()
		res, err := tx.NewInsert().Model(sv).On("CONFLICT DO NOTHING").Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		if n, _ := res.RowsAffected(); n == 1 {
			return s.note(ctx, tx, actor, "survey.prepare", sv)
		}
		if there, err := tx.NewSelect().Model((*Survey)(nil)).Where("event_id = ? AND wave = ?", sv.EventID, sv.Wave).Exists(ctx); err != nil || there {
			return db.Translate(err)
		}
	}
	return errors.New("survey: no free code in twenty draws")
}

func (s *Service) note(ctx context.Context, tx bun.Tx, actor access.Actor, action string, sv *Survey) error {
	return audit.Record(ctx, tx, audit.Entry{At: s.now(), Actor: actor, Action: action, Kind: "workshop", ID: sv.EventID.String(),
		Detail: map[string]any{"wave": sv.Wave, "answers": sv.Answers, "way": sv.Way, "given": sv.Given}})
}

// Revise keeps other questions, as long as nobody has answered.
func (s *Service) Revise(ctx context.Context, actor access.Actor, eventID uuid.UUID, wave Wave, questions []Question) error {
	if wrong := check(questions); len(wrong) > 0 {
		return errs.InvalidFields(wrong)
	}
	return s.change(ctx, actor, eventID, wave, "survey.revise", func(_ context.Context, _ bun.Tx, _ Workshop, sv *Survey) ([]string, error) {
		if sv.Answers > 0 {
			return nil, errs.NewConflict("survey_has_answers")
		}
		sv.Questions = questions
		return []string{"questions"}, nil
	})
}

// Open lets people answer, for the usual time; a survey that closed with too few answers to show may open again, and one that
// is open stays as it is.
func (s *Service) Open(ctx context.Context, actor access.Actor, eventID uuid.UUID, wave Wave) error {
	return s.change(ctx, actor, eventID, wave, "survey.open", s.open)
}

// OpenAndAsk does the same and writes to everybody on the list who has an address: the link that all share, or a ticket each, of which
// nothing is kept that says whose it is. People of one that is open already are written to now, unless they were; whoever asks for it
// twice has written once. A survey by tickets that opens again reminds people without a new ticket. Conflict "survey_tickets_out" when so
// many cards were given out that people could answer twice, "survey_nobody_to_ask" when nobody has an address,
// "survey_early" before the day of a follow-up.
func (s *Service) OpenAndAsk(ctx context.Context, actor access.Actor, eventID uuid.UUID, wave Wave) error {
	return s.change(ctx, actor, eventID, wave, "survey.open", func(ctx context.Context, tx bun.Tx, w Workshop, sv *Survey) ([]string, error) {
		if early(w, sv.Wave, s.today()) {
			return nil, errs.NewConflict("survey_early")
		}
		columns, err := s.open(ctx, tx, w, sv)
		if err != nil || (columns == nil && (sv.Mailed || w.Off)) {
			return nil, err
		}
		return append(columns, "given", "mailed"), s.ask(ctx, tx, sv, w)
	})
}

func (s *Service) open(_ context.Context, _ bun.Tx, w Workshop, sv *Survey) ([]string, error) {
	switch {
	case sv.State == Opened:
		return nil, nil
	case w.Off:
		return nil, errs.NewConflict("survey_workshop_off")
	case sv.Published():
		return nil, errs.NewConflict("survey_published")
	}
	sv.State, sv.ClosesOn, sv.ClosedOn = Opened, s.today().AddDate(0, 0, sv.Wave.openDays()), time.Time{}
	return []string{"state", "closes_on", "closed_on"}, nil
}

// Close ends the answering; with enough answers the results are then shown, and it is for good. A closed survey stays as it is.
func (s *Service) Close(ctx context.Context, actor access.Actor, eventID uuid.UUID, wave Wave) error {
	return s.change(ctx, actor, eventID, wave, "survey.close", func(ctx context.Context, tx bun.Tx, _ Workshop, sv *Survey) ([]string, error) {
		switch sv.State {
		case Closed:
			return nil, nil
		case Planned:
			return nil, errs.NewConflict("survey_not_open")
		case Opened:
		}
		sv.State, sv.ClosedOn = Closed, s.today()
		if sv.Published() { // nobody will use a ticket any more
			if _, err := tx.NewRaw("DELETE FROM survey.ticket WHERE survey_id = ?", sv.ID).Exec(ctx); err != nil {
				return nil, db.Translate(err)
			}
		}
		return []string{"state", "closed_on"}, blur(ctx, tx, sv.ID)
	})
}

// change locks a survey, lets set change it, and keeps the columns that set names; none: nothing is to be kept.
func (s *Service) change(ctx context.Context, actor access.Actor, eventID uuid.UUID, wave Wave, action string,
	set func(context.Context, bun.Tx, Workshop, *Survey) (columns []string, err error)) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		w, err := s.may(ctx, tx, actor, access.SurveyRun, eventID)
		if err != nil {
			return err
		}
		sv, err := s.read(ctx, tx, eventID, wave)
		if err != nil {
			return err
		}
		columns, err := set(ctx, tx, w, sv)
		if err != nil || columns == nil {
			return err
		}
		if _, err := tx.NewUpdate().Model(sv).Column(columns...).WherePK().Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return s.note(ctx, tx, actor, action, sv)
	})
}

// Tick does what the calendar asks for: follow-ups whose day has come are opened and their people written to, and surveys
// past their last day are closed. A job calls it; a second call on the same day does nothing.
func (s *Service) Tick(ctx context.Context) error {
	system, today := access.System("surveys"), s.today()
	var list []Survey
	err := s.db.NewSelect().Model(&list).Column("event_id", "wave", "state").
		Where("(state = ? AND opens_on IS NOT NULL) OR (state = ? AND closes_on < ?)", Planned, Opened, today).Scan(ctx)
	if err != nil {
		return db.Translate(err)
	}
	var failed error
	for i := range list {
		do := s.Close
		if list[i].State == Planned {
			do = s.due
		}
		failed = errors.Join(failed, do(ctx, system, list[i].EventID, list[i].Wave))
	}
	return failed
}

// due opens a follow-up whose day has come. The day goes with the workshop, which may have been put off since the survey was prepared; of
// one that does not take place nobody is asked.
func (s *Service) due(ctx context.Context, actor access.Actor, eventID uuid.UUID, wave Wave) error {
	come := false
	err := s.change(ctx, actor, eventID, wave, "survey.moved", func(_ context.Context, _ bun.Tx, w Workshop, sv *Survey) ([]string, error) {
		day := wave.Due(w.EndsOn)
		come = sv.State == Planned && !w.Off && !day.After(s.today())
		if sv.State != Planned || day.Equal(sv.OpensOn) {
			return nil, nil
		}
		sv.OpensOn = day
		return []string{"opens_on"}, nil
	})
	if err != nil || !come {
		return err
	}
	err = s.OpenAndAsk(ctx, actor, eventID, wave)
	if errs.Is(err, errs.Conflict) {
		switch errs.As(err).Key {
		case "survey_tickets_out", "survey_nobody_to_ask": // there are cards, or there will be
			return s.Open(ctx, actor, eventID, wave)
		}
	}
	return err
}

func (s *Service) ask(ctx context.Context, tx bun.Tx, sv *Survey, w Workshop) error {
	people, err := s.roster.SurveyRecipients(ctx, tx, w.ID)
	if err != nil {
		return err
	}
	if len(people) == 0 {
		return errs.NewConflict("survey_nobody_to_ask")
	}
	links, err := s.addresses(ctx, tx, sv, len(people))
	if err != nil {
		return err
	}
	sv.Mailed = true
	for i, p := range people {
		if p.Lang == "" {
			p.Lang = i18n.FR
		}
		if err := s.outbox.Post(ctx, tx, s.letter(sv, w, p, links[i])); err != nil {
			return err
		}
	}
	return nil
}

// letter is what one person is written; without a link it reminds of the one that was sent before.
func (s *Service) letter(sv *Survey, w Workshop, p Recipient, link string) mail.Message {
	loc := s.outbox.Bundle.For(p.Lang)
	until := loc.Date(sv.ClosesOn)
	m := mail.Message{Kind: "survey_" + string(sv.Wave), To: p.Email, Name: p.Name, Lang: p.Lang, Link: link,
		Args: errs.Args{"workshop": w.PublicTitle(p.Lang), "until": until}, More: []string{loc.T("survey_mail_"+string(sv.Way), "until", until)}}
	if link == "" {
		m.Kind, m.More = "survey_again", nil
	}
	return m
}
