package course

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/mail"
)

const (
	dueAhead   = 7 // days before the date of a course at which people are reminded
	renewalDay = 60 * 24 * time.Hour
)

// UseMail lets the service write to people.
func (s *Service) UseMail(outbox *mail.Outbox, publicURL string) *Service {
	s.outbox, s.publicURL = outbox, publicURL
	return s
}

type addressee struct {
	ID        uuid.UUID
	Email     string
	GivenName string
	Lang      i18n.Lang
}

// tell writes to people about a course, in their languages, where they have an address.
func (s *Service) tell(ctx context.Context, tx bun.Tx, people []uuid.UUID, code, kind string, until time.Time) error {
	if s.outbox == nil || len(people) == 0 {
		return nil
	}
	st, _, err := s.one(ctx, uuid.Nil, code, "")
	if err != nil {
		return err
	}
	var list []addressee
	err = tx.NewSelect().TableExpr("org.person AS p").ColumnExpr("p.id, p.email, p.given_name, p.lang").
		Where("p.email <> '' AND p.id IN (?)", bun.List(people)).Scan(ctx, &list)
	if err != nil {
		return db.Translate(err)
	}
	for _, a := range list {
		lang := cmp.Or(a.Lang, i18n.FR)
		loc := s.outbox.Bundle.For(lang)
		args := errs.Args{"course": st.Title.In(lang), "until": loc.T("enrol_no_date")}
		if !until.IsZero() {
			args["until"] = loc.Date(until)
		}
		m := mail.Message{Kind: kind, To: a.Email, Name: a.GivenName, Lang: lang, Link: s.publicURL + "/courses/" + code, Args: args}
		if err := s.outbox.Post(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}

// reminder is one that is to be sent.
type reminder struct {
	PersonID uuid.UUID
	Course   string
	Until    time.Time
}

// dueSQL lists those whose date comes within some days, who have not finished the course and were not reminded of this date.
const dueSQL = `
SELECT e.person_id, e.course, e.due_on AS until FROM course.enrolment e JOIN org.person p ON p.id = e.person_id
LEFT JOIN course.learning l ON l.person_id = e.person_id AND l.course = e.course
WHERE p.email <> '' AND l.completed_at IS NULL AND e.due_on BETWEEN ?0::date AND ?0::date + ?1::int
  AND NOT EXISTS (SELECT 1 FROM course.reminder r WHERE r.person_id = e.person_id AND r.course = e.course AND r.kind = 'due' AND r.until = e.due_on)`

// Tick sends the reminders whose time has come: of the date of a course, and of a competency that ends; a job runs it.
//
// public: it has no actor and tells people of their own courses.
func (s *Service) Tick(ctx context.Context) error {
	if s.outbox == nil {
		return nil
	}
	var due []reminder
	if err := s.db.NewRaw(dueSQL, s.today(), dueAhead).Scan(ctx, &due); err != nil {
		return fmt.Errorf("course: due: %w", db.Translate(err))
	}
	ending, err := s.ending(ctx)
	for _, r := range due {
		err = errors.Join(err, s.remind(ctx, r, "due"))
	}
	for _, r := range ending {
		err = errors.Join(err, s.remind(ctx, r, "renewal"))
	}
	return err
}

// ending lists competencies that end within 60 days, as they last longest, and were not told of.
func (s *Service) ending(ctx context.Context) ([]reminder, error) {
	var rows []awardRow
	if err := s.db.NewSelect().Model(&rows).Scan(ctx); err != nil {
		return nil, fmt.Errorf("course: awards: %w", db.Translate(err))
	}
	held, err := s.holdings(ctx, s.db, rows)
	if err != nil {
		return nil, err
	}
	now := s.now()
	var list []reminder
	for _, h := range latest(held) {
		if h.ValidAt(now) && h.Until.Sub(now) <= renewalDay {
			list = append(list, reminder{PersonID: h.PersonID, Course: h.Course, Until: h.Until.In(i18n.Tunis())})
		}
	}
	return list, nil
}

// remind writes once about one end; the line of the reminder keeps two nodes from writing twice.
func (s *Service) remind(ctx context.Context, r reminder, kind string) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewRaw(`INSERT INTO course.reminder (person_id, course, kind, until, sent_at) VALUES (?, ?, ?, ?::date, ?) ON CONFLICT DO NOTHING`,
			r.PersonID, r.Course, kind, r.Until.Format(time.DateOnly), s.now()).Exec(ctx)
		if err != nil {
			return fmt.Errorf("course: reminder: %w", db.Translate(err))
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return s.tell(ctx, tx, []uuid.UUID{r.PersonID}, r.Course, "course_"+kind, r.Until)
	})
}
