package report

import (
	"bytes"
	"context"
	"net/mail"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	outbox "shelter/internal/mail"
)

// Every is how often a report is sent: once for each calendar period.
type Every string

// The periods.
const (
	Month   Every = "month"
	Quarter Every = "quarter"
	Half    Every = "half"
	Year    Every = "year"
)

// Everies lists them in the order of forms.
func Everies() []Every { return []Every{Month, Quarter, Half, Year} }

func (e Every) months() int {
	return map[Every]int{Month: 1, Quarter: 3, Half: 6, Year: 12}[e]
}

// begin is the first day of the period in which a day lies.
func (e Every) begin(day time.Time) time.Time {
	n := e.months()
	return time.Date(day.Year(), time.Month((int(day.Month())-1)/n*n+1), 1, 0, 0, 0, 0, time.UTC)
}

// before gives the last whole period before a day, both days included.
func (e Every) before(day time.Time) (from, to time.Time) {
	next := e.begin(day)
	return next.AddDate(0, -e.months(), 0), next.AddDate(0, 0, -1)
}

// Mailing sends the donor report to somebody by itself.
type Mailing struct {
	bun.BaseModel `bun:"table:programme.mailing,alias:m"`

	ID        uuid.UUID `bun:",pk"`
	Name      string
	Email     string
	Lang      i18n.Lang
	Every     Every
	Delay     int // days after the end of the period
	NextOn    time.Time
	MessageID uuid.UUID `bun:",nullzero"`
	SentTo    time.Time `bun:",nullzero"` // the last day that the last report covers
	CreatedAt time.Time
	CreatedBy uuid.UUID `bun:",nullzero"`
	EndedAt   time.Time `bun:",nullzero"`

	Status outbox.Status `bun:"-"` // of the last report; zero when none was sent, or it was forgotten
}

// period is what the report of the mailing's next day covers.
func (m *Mailing) period() (from, to time.Time) {
	return m.Every.before(m.NextOn.AddDate(0, 0, -m.Delay))
}

// MailingInput is what is asked for a mailing.
type MailingInput struct {
	Key   uuid.UUID // made by the form
	Name  string
	Email string
	Lang  i18n.Lang
	Every Every
	Delay int
}

// maxDelay is the most days that a report waits after its period, so that late marks and papers come in.
const maxDelay = 60

func (in MailingInput) wrong() error {
	var fields []errs.Field
	if n := len([]rune(in.Name)); n == 0 || n > 120 {
		fields = append(fields, errs.Field{Name: "name", Key: "error_required"})
	}
	if a, err := mail.ParseAddress(in.Email); err != nil || a.Address != in.Email {
		fields = append(fields, errs.Field{Name: "email", Key: "error_email"})
	}
	if !slices.Contains(i18n.Langs(), in.Lang) {
		fields = append(fields, errs.Field{Name: "lang", Key: "error_choice"})
	}
	if !slices.Contains(Everies(), in.Every) {
		fields = append(fields, errs.Field{Name: "every", Key: "error_choice"})
	}
	if in.Delay < 0 || in.Delay > maxDelay {
		fields = append(fields, errs.Field{Name: "delay", Key: "mailing_error_delay", Args: errs.Args{"max": maxDelay}})
	}
	return errs.InvalidFields(fields)
}

// UseMail lets reports be sent.
func (s *Programme) UseMail(o *outbox.Outbox) *Programme {
	s.outbox = o
	return s
}

// Mailings lists those that are not ended, with how far their last report is.
func (s *Programme) Mailings(ctx context.Context, actor access.Actor) ([]Mailing, error) {
	if err := access.Can(actor, access.ProgrammeEdit, access.Resource{}); err != nil {
		return nil, err
	}
	var list []Mailing
	if err := s.db.NewSelect().Model(&list).Where("ended_at IS NULL").OrderExpr("created_at").Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	var ids []uuid.UUID
	for i := range list {
		if list[i].MessageID != uuid.Nil {
			ids = append(ids, list[i].MessageID)
		}
	}
	states, err := s.outbox.States(ctx, s.db, ids)
	for i := range list {
		list[i].Status = states[list[i].MessageID]
	}
	return list, err
}

// AddMailing begins one: the first report covers the period that runs now.
func (s *Programme) AddMailing(ctx context.Context, actor access.Actor, in MailingInput) error {
	if err := access.Can(actor, access.ProgrammeEdit, access.Resource{}); err != nil {
		return err
	}
	if err := in.wrong(); err != nil {
		return err
	}
	now := s.now().UTC()
	m := &Mailing{ID: in.Key, Name: in.Name, Email: in.Email, Lang: in.Lang, Every: in.Every, Delay: in.Delay, CreatedAt: now, CreatedBy: actor.PersonID}
	m.NextOn = in.Every.begin(now).AddDate(0, in.Every.months(), in.Delay)
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewInsert().Model(m).On("CONFLICT (id) DO NOTHING").Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 { // sent twice
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{At: now, Actor: actor, Action: "mailing.add", Kind: "mailing", ID: m.ID.String(), Detail: map[string]any{"every": in.Every, "lang": in.Lang}})
	})
}

// EndMailing ends one.
func (s *Programme) EndMailing(ctx context.Context, actor access.Actor, id uuid.UUID) error {
	if err := access.Can(actor, access.ProgrammeEdit, access.Resource{}); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		m, err := mailingOf(ctx, tx, id)
		if err != nil || !m.EndedAt.IsZero() {
			return err
		}
		m.EndedAt = s.now().UTC()
		if _, err := tx.NewUpdate().Model(m).Column("ended_at").WherePK().Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return audit.Record(ctx, tx, audit.Entry{At: m.EndedAt, Actor: actor, Action: "mailing.end", Kind: "mailing", ID: id.String()})
	})
}

func mailingOf(ctx context.Context, tx bun.Tx, id uuid.UUID) (*Mailing, error) {
	m := new(Mailing)
	err := tx.NewSelect().Model(m).Where("id = ?", id).For("UPDATE").Scan(ctx)
	return m, db.Translate(err)
}

// SendMailing sends the report of the last period that is over now, and leaves the calendar as it is.
func (s *Programme) SendMailing(ctx context.Context, actor access.Actor, id uuid.UUID) error {
	if err := access.Can(actor, access.ProgrammeEdit, access.Resource{}); err != nil {
		return err
	}
	m := new(Mailing)
	if err := s.db.NewSelect().Model(m).Where("id = ? AND ended_at IS NULL", id).Scan(ctx); err != nil {
		return db.Translate(err)
	}
	from, to := m.Every.before(i18n.Day(s.now()))
	return s.mailReport(ctx, m, from, to, m.NextOn)
}

// Tick sends the reports whose day has come. The message and the day of the next report are kept together: one that could not be made
// is tried again, and none is sent twice. Days on which the server did not run are made up for, a period at each call.
func (s *Programme) Tick(ctx context.Context) error {
	var due []Mailing
	today := i18n.Day(s.now()).Format(time.DateOnly)
	if err := s.db.NewSelect().Model(&due).Where("ended_at IS NULL AND next_on <= ?::date", today).Scan(ctx); err != nil {
		return db.Translate(err)
	}
	for i := range due {
		m := &due[i]
		from, to := m.period()
		if err := s.mailReport(ctx, m, from, to, to.AddDate(0, 0, 1).AddDate(0, m.Every.months(), m.Delay)); err != nil {
			return err
		}
	}
	return nil
}

// mailReport makes the workbook of some days and posts it, unless the mailing ended or another node sent a report meanwhile; next is
// the day of the next one.
func (s *Programme) mailReport(ctx context.Context, as *Mailing, from, to, next time.Time) error {
	f, err := s.Donor(ctx, access.System("mailing"), DonorOptions{From: from, To: to, Lang: as.Lang})
	if err != nil {
		return err
	}
	defer f.Close()
	var book bytes.Buffer
	if _, err := f.WriteTo(&book); err != nil {
		return err
	}
	loc := s.bundle.For(as.Lang)
	msg := outbox.Message{Kind: "donor_report", To: as.Email, Name: as.Name, Lang: as.Lang, Args: errs.Args{"days": loc.DateRange(from, to)},
		Files: []outbox.File{{Name: f.Name, Type: MIME, Data: book.Bytes()}}}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		m, err := mailingOf(ctx, tx, as.ID)
		if err != nil || !m.EndedAt.IsZero() || !m.NextOn.Equal(as.NextOn) {
			return err
		}
		if m.MessageID, err = s.outbox.PostAs(ctx, tx, msg); err != nil {
			return err
		}
		m.SentTo, m.NextOn = to, next
		_, err = tx.NewUpdate().Model(m).Column("next_on", "message_id", "sent_to").WherePK().Exec(ctx)
		return db.Translate(err)
	})
}
