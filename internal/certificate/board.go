package certificate

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/db"
	"shelter/internal/exam"
	"shelter/internal/i18n"
	"shelter/internal/workshop"
)

// Subject is what certificates are issued for: an event, or a course.
type Subject struct {
	Event  uuid.UUID
	Course string // code; then Event is zero
}

// examID is the name under which the tests of the subject are kept.
func (s Subject) examID() uuid.UUID {
	if s.Course != "" {
		return exam.CourseID(s.Course)
	}
	return s.Event
}

// kind and id name the subject in the audit.
func (s Subject) kind() string {
	if s.Course != "" {
		return "course"
	}
	return "workshop"
}

func (s Subject) id() string {
	if s.Course != "" {
		return s.Course
	}
	return s.Event.String()
}

// where limits a query on certificates to the subject.
func (s Subject) where(q *bun.SelectQuery) *bun.SelectQuery {
	if s.Course != "" {
		return q.Where("certificate.course = ?", s.Course)
	}
	return q.Where("certificate.event_id = ?", s.Event)
}

// Candidate is a person of an event, or one who has finished a course, as the rule sees them.
type Candidate struct {
	PersonID       uuid.UUID
	EnrolmentID    uuid.UUID // at an event
	FamilyName     string
	GivenName      string
	Organisation   string
	OrganisationAR string
	Email          string
	Lang           string
	Attended       int       // half-days, or lessons
	Minutes        int       // see Certificate
	FinishedAt     time.Time // the course
	Present        bool      // attended enough, or finished the course
	Lost           bool      // the half-days that are left no longer suffice
	Score          *exam.PostScore
	Passed         bool // the test, or none is asked for
	Current        *Certificate
	Mailed         *Mailing // the last time that the current certificate was mailed

	done *course.Finished
}

// Name is the family name and the given name, as lists have them.
func (c *Candidate) Name() string { return strings.TrimSpace(c.FamilyName + " " + c.GivenName) }

// OrganisationIn is the name of the organisation for a reader.
func (c *Candidate) OrganisationIn(l i18n.Lang) string {
	if l == i18n.AR && c.OrganisationAR != "" {
		return c.OrganisationAR
	}
	return c.Organisation
}

// Earned tells whether the rule is fulfilled.
func (c *Candidate) Earned() bool { return c.Present && c.Passed }

// Issued tells whether the person holds a valid certificate.
func (c *Candidate) Issued() bool { return c.Current != nil && c.Current.Valid() }

// Issuable tells whether a certificate can be issued to the person now.
func (c *Candidate) Issuable() bool { return c.Earned() && !c.Issued() }

// place is where the person stands on the list of the subject.
func (c *Candidate) place() uuid.UUID {
	if c.EnrolmentID != uuid.Nil {
		return c.EnrolmentID
	}
	return c.PersonID
}

// Board is the people of a subject with what the rule says of each.
type Board struct {
	Subject

	Head       *workshop.Head // of an event; nil for a course
	Of         *course.Course // the newest version; nil for an event
	Rule       Rule
	Planned    int // half-days, or lessons
	Needed     int // half-days, or lessons
	Tests      exam.PostScores
	Candidates []Candidate
}

// count counts the candidates of whom something is true.
func (b *Board) count(is func(*Candidate) bool) int {
	n := 0
	for i := range b.Candidates {
		if is(&b.Candidates[i]) {
			n++
		}
	}
	return n
}

// Issuable counts the certificates that can be issued now.
func (b *Board) Issuable() int { return b.count((*Candidate).Issuable) }

// Issued counts the valid certificates.
func (b *Board) Issued() int { return b.count((*Candidate).Issued) }

// CanIssue tells whether the event's state, or the course's rule, allows certificates.
func (b *Board) CanIssue() bool {
	if b.Head != nil {
		return b.Head.Event.State.CanCertify()
	}
	return b.Rule.Given
}

// Board tells who has earned a certificate. At an event: attended half-days over planned half-days, not over those held so far,
// reaches the event's threshold; late and left early count as attended. Of a course: all its lessons are finished. Where the rule
// asks for a test, the test afterwards must have reached its mark.
func (s *Service) Board(ctx context.Context, actor access.Actor, of Subject) (*Board, error) {
	if of.Course != "" {
		return s.courseBoard(ctx, s.db, actor, of)
	}
	v, err := s.Workshops.View(ctx, actor, access.CertificateIssue, of.Event)
	if err != nil {
		return nil, err
	}
	return s.eventBoard(ctx, s.db, v)
}

// board is Board inside the caller's transaction, which keeps the event as it is.
func (s *Service) board(ctx context.Context, tx bun.IDB, actor access.Actor, of Subject) (*Board, error) {
	if of.Course != "" {
		return s.courseBoard(ctx, tx, actor, of)
	}
	v, err := s.Workshops.ViewTx(ctx, tx, actor, access.CertificateIssue, of.Event)
	if err != nil {
		return nil, err
	}
	return s.eventBoard(ctx, tx, v)
}

func (s *Service) eventBoard(ctx context.Context, idb bun.IDB, v *workshop.View) (*Board, error) {
	ev := &v.Event
	b := &Board{Subject: Subject{Event: ev.ID}, Head: v.Head, Rule: Rule{Given: true, PassMark: ev.PassMark}, Planned: len(v.Slots),
		Needed: workshop.Needed(ev.Threshold, len(v.Slots))}
	for i := range v.People {
		p := &v.People[i]
		c := Candidate{PersonID: p.PersonID, EnrolmentID: p.EnrolmentID, FamilyName: p.FamilyName, GivenName: p.GivenName, Organisation: p.Organisation,
			OrganisationAR: p.OrganisationAR, Email: p.Email, Lang: p.Lang, Lost: v.Lost(p)}
		c.Attended, c.Minutes = p.Attended()
		c.Present = p.State == workshop.Enrolled && b.Planned > 0 && c.Attended >= b.Needed && c.Attended > 0
		b.Candidates = append(b.Candidates, c)
	}
	if err := s.complete(ctx, idb, b); err != nil {
		return nil, err
	}
	shown := b.Candidates[:0]
	for i := range b.Candidates {
		if v.People[i].Counts() || b.Candidates[i].Current != nil {
			shown = append(shown, b.Candidates[i])
		}
	}
	b.Candidates = shown
	return b, nil
}

func (s *Service) courseBoard(ctx context.Context, idb bun.IDB, actor access.Actor, of Subject) (*Board, error) {
	if err := access.Can(actor, access.CertificateIssue, access.Resource{}); err != nil {
		return nil, err
	}
	return s.courseBoardTx(ctx, idb, of)
}

func (s *Service) courseBoardTx(ctx context.Context, idb bun.IDB, of Subject) (*Board, error) {
	c, list, err := s.Courses.FinishedTx(ctx, idb, of.Course)
	if err != nil {
		return nil, err
	}
	b := &Board{Subject: of, Of: c, Planned: len(c.Lessons), Needed: len(c.Lessons)}
	if b.Rule, err = ruleOf(ctx, idb, of.Course); err != nil {
		return nil, err
	}
	for i := range list {
		f := &list[i]
		b.Candidates = append(b.Candidates, Candidate{PersonID: f.PersonID, FamilyName: f.FamilyName, GivenName: f.GivenName, Organisation: f.Organisation,
			OrganisationAR: f.OrganisationAR, Email: f.Email, Lang: f.Lang, Attended: len(f.Version.Lessons), Minutes: f.Version.Minutes(),
			FinishedAt: f.CompletedAt, Present: true, done: f})
	}
	return b, s.complete(ctx, idb, b)
}

// complete adds the tests, what was issued and what was mailed.
func (s *Service) complete(ctx context.Context, idb bun.IDB, b *Board) (err error) {
	if b.Rule.PassMark > 0 {
		if b.Tests, err = s.Exams.PostScoresTx(ctx, idb, b.examID()); err != nil {
			return err
		}
	}
	current, err := currentOf(ctx, idb, b.Subject)
	if err != nil {
		return err
	}
	mailed, err := s.mailed(ctx, idb, b.Subject)
	if err != nil {
		return err
	}
	for i := range b.Candidates {
		c := &b.Candidates[i]
		if score, ok := b.Tests.By[c.place()]; ok {
			c.Score = &score
		}
		c.Passed = b.Rule.PassMark == 0 || c.Score != nil && c.Score.Passed(b.Rule.PassMark)
		if got := current[c.place()]; got != nil && got.CompletedAt.Equal(c.FinishedAt) {
			c.Current, c.Mailed = got, mailed[got.ID]
		}
	}
	return nil
}

// currentOf gives the valid certificate of each person, by enrolment or for a course by person, or the last revoked one; of a
// course that was finished more than once, that of the last time.
func currentOf(ctx context.Context, idb bun.IDB, of Subject) (map[uuid.UUID]*Certificate, error) {
	var list []Certificate
	err := of.where(idb.NewSelect().Model(&list)).OrderExpr("completed_at, revoked_at NULLS LAST, number").Scan(ctx)
	by := make(map[uuid.UUID]*Certificate, len(list))
	for i := range list {
		c := &list[i]
		place := c.EnrolmentID
		if c.Course != "" {
			place = c.PersonID
		}
		by[place] = c
	}
	return by, db.Translate(err)
}
