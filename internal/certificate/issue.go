package certificate

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Issue issues certificates to those of the named people who have earned one and have none; with no names, to all who can
// have one. People are named by enrolment at an event, by person for a course. It gives the certificates made now: a repeat makes
// none.
func (s *Service) Issue(ctx context.Context, actor access.Actor, of Subject, places []uuid.UUID) ([]Certificate, error) {
	var made []Certificate
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		made, err = s.IssueTx(ctx, tx, actor, of, places)
		return err
	})
	return made, err
}

// IssueTx is Issue inside the caller's transaction.
func (s *Service) IssueTx(ctx context.Context, tx bun.IDB, actor access.Actor, of Subject, places []uuid.UUID) ([]Certificate, error) {
	if err := lockCourse(ctx, tx, of); err != nil {
		return nil, err
	}
	b, err := s.board(ctx, tx, actor, of)
	if err != nil {
		return nil, err
	}
	if !b.CanIssue() {
		return nil, errs.NewConflict(b.closedKey())
	}
	chosen := b.choose(places)
	if len(chosen) == 0 {
		return nil, nil
	}
	return s.issue(ctx, tx, actor, b, chosen)
}

func (b *Board) closedKey() string {
	if b.Head != nil {
		return "workshop_error_certify_state"
	}
	return "certificate_error_not_given"
}

// lockCourse makes two who issue for a course wait for one another; an event is locked by its own row.
func lockCourse(ctx context.Context, tx bun.IDB, of Subject) error {
	if of.Course == "" {
		return nil
	}
	_, err := tx.NewRaw("SELECT pg_advisory_xact_lock(hashtextextended('certificate ' || ?, 0))", of.Course).Exec(ctx)
	return db.Translate(err)
}

func (b *Board) choose(places []uuid.UUID) []*Candidate {
	wanted := make(map[uuid.UUID]bool, len(places))
	for _, id := range places {
		wanted[id] = true
	}
	var chosen []*Candidate
	for i := range b.Candidates {
		if c := &b.Candidates[i]; c.Issuable() && (len(wanted) == 0 || wanted[c.place()]) {
			chosen = append(chosen, c)
		}
	}
	return chosen
}

func (s *Service) issue(ctx context.Context, tx bun.IDB, actor access.Actor, b *Board, chosen []*Candidate) ([]Certificate, error) {
	now := s.now().UTC()
	year := now.In(i18n.Tunis()).Year()
	first, err := takeNumbers(ctx, tx, year, len(chosen))
	if err != nil {
		return nil, err
	}
	made := make([]Certificate, 0, len(chosen))
	for i, c := range chosen {
		cert, err := s.certify(b, c, now)
		if err != nil {
			return nil, err
		}
		cert.Number, cert.IssuedBy = fmt.Sprintf("A-%04d-%04d", year, first+i), actor.PersonID
		made = append(made, cert)
	}
	if _, err := tx.NewInsert().Model(&made).Exec(ctx); err != nil {
		return nil, db.Translate(err)
	}
	return made, audit.Record(ctx, tx, audit.Entry{At: now, Actor: actor, Action: "certificate.issue", Kind: b.kind(), ID: b.id(),
		Detail: map[string]any{"first": made[0].Number, "count": len(made)}})
}

func (s *Service) certify(b *Board, c *Candidate, now time.Time) (Certificate, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return Certificate{}, errs.Wrap(err, "certificate: id")
	}
	code, err := newCode(s.random)
	if err != nil {
		return Certificate{}, err
	}
	made := Certificate{ID: id, Code: code, PersonID: c.PersonID, Holder: strings.TrimSpace(c.GivenName + " " + c.FamilyName),
		Planned: b.Planned, Attended: c.Attended, Minutes: c.Minutes, PassMark: b.Rule.PassMark, IssuedAt: now}
	if b.Rule.PassMark > 0 {
		made.Score = c.Score.Share
	}
	if b.Head != nil {
		b.fillEvent(&made, c)
	} else {
		b.fillCourse(&made, c)
	}
	return made, nil
}

func (b *Board) fillEvent(made *Certificate, c *Candidate) {
	ev := &b.Head.Event
	made.EventID, made.EnrolmentID, made.Threshold = ev.ID, c.EnrolmentID, ev.Threshold
	made.Title, made.TitleAR, made.Kind, made.Place, made.StartsOn, made.EndsOn = ev.Title, ev.TitleAR, ev.Kind, ev.Venue, ev.StartsOn, ev.EndsOn
}

// fillCourse tells what was finished, on the day in Tunis on which it was.
func (b *Board) fillCourse(made *Certificate, c *Candidate) {
	f := c.done
	made.Course, made.VersionID, made.CompletedAt, made.Kind, made.Threshold = b.Course, f.VersionID, f.CompletedAt, CourseKind, 1
	made.Planned = c.Attended // of the version that was finished, which may not be the newest
	made.Title, made.TitleAR, made.TitleEN = f.Version.Title.In(i18n.FR), f.Version.Title[i18n.AR], f.Version.Title[i18n.EN]
	made.StartsOn = i18n.Day(f.CompletedAt)
	made.EndsOn = made.StartsOn
	if !f.Until.IsZero() {
		made.ValidUntil = i18n.Day(f.Until)
	}
}

// takeNumbers takes n numbers of the year in a row and gives the first. The counter's row stays locked until the transaction
// ends, so that numbers have no gaps and none is given twice.
func takeNumbers(ctx context.Context, tx bun.IDB, year, n int) (first int, err error) {
	var last int
	err = tx.NewRaw(`INSERT INTO certificate.counter AS c (year, last) VALUES (?0, ?1)
		ON CONFLICT (year) DO UPDATE SET last = c.last + ?1 RETURNING last`, year, n).Scan(ctx, &last)
	return last - n + 1, db.Translate(err)
}
