// Package certificate issues certificates of attendance at an event and of a finished course: who has earned one by the rule, a
// number without gaps within the year, a code by which anyone can check one, the paper, and revocation.
//
// Invariants: what is printed is what was issued, whatever changes later; a person has at most one valid certificate of an
// event and of each time that a course was finished; a revoked number stays revoked and is never given again; the public check
// shows no name unless its holder agreed; the paper opens to whoever issues, to its holder, and by an address that nobody can
// guess.
package certificate

import (
	"crypto/rand"
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/course"
	"shelter/internal/db"
	"shelter/internal/exam"
	"shelter/internal/i18n"
	"shelter/internal/mail"
	"shelter/internal/vault"
	"shelter/internal/workshop"
)

// CourseKind is the kind of a certificate of a course; the others are kinds of events.
const CourseKind workshop.Kind = "course"

// Certificate is one certificate as it was issued.
type Certificate struct {
	bun.BaseModel `bun:"table:certificate.certificate,alias:certificate"`

	ID           uuid.UUID `bun:",pk"`
	Number       string    // A-2026-0012
	Code         string    // ten characters, for the public check
	EventID      uuid.UUID `bun:",nullzero"` // or Course
	EnrolmentID  uuid.UUID `bun:",nullzero"`
	Course       string    `bun:",nullzero"`
	VersionID    uuid.UUID `bun:",nullzero"` // of the course that was finished
	PersonID     uuid.UUID
	Holder       string
	Title        string
	TitleAR      string `bun:"title_ar"`
	TitleEN      string `bun:"title_en"` // of a course alone
	Kind         workshop.Kind
	Place        string
	StartsOn     time.Time `bun:"type:date"`
	EndsOn       time.Time `bun:"type:date"`
	Planned      int       // half-days; of a course, lessons
	Attended     int       // half-days; of a course, lessons
	Minutes      int       // credited; of a course, planned for its lessons
	Threshold    float64
	PassMark     float64   // share of the points of the test that the rule asked for; 0: it asked for no test
	Score        float64   `bun:",nullzero"` // share that was reached, where it asked for one; never printed
	CompletedAt  time.Time `bun:",nullzero"` // the course was finished
	ValidUntil   time.Time `bun:"type:date,nullzero"`
	Replaces     uuid.UUID `bun:",nullzero"` // one that was issued with a mistake
	IssuedAt     time.Time
	IssuedBy     uuid.UUID `bun:",nullzero"`
	RevokedAt    time.Time `bun:",nullzero"`
	RevokedBy    uuid.UUID `bun:",nullzero"`
	RevokeReason string
}

// Valid tells whether the certificate stands.
func (c *Certificate) Valid() bool { return c.RevokedAt.IsZero() }

// TitleIn is the title for a reader.
func (c *Certificate) TitleIn(l i18n.Lang) string { return titleIn(l, c.Title, c.TitleAR, c.TitleEN) }

func titleIn(l i18n.Lang, fr, ar, en string) string {
	switch {
	case l == i18n.AR && ar != "":
		return ar
	case l == i18n.EN && en != "":
		return en
	}
	return fr
}

// CodeGroups is the code as people read it aloud: two groups of five.
func (c *Certificate) CodeGroups() string { return c.Code[:5] + "-" + c.Code[5:] }

// Subject is what the certificate was issued for.
func (c *Certificate) Subject() Subject { return Subject{Event: c.EventID, Course: c.Course} }

// Sources are the services that know who has earned a certificate.
type Sources struct {
	Workshops *workshop.Service
	Courses   *course.Service
	Exams     *exam.Service
}

// Service issues, revokes and checks certificates.
type Service struct {
	Sources

	db     *db.DB
	now    func() time.Time
	random io.Reader

	outbox    *mail.Outbox // nil: nobody is written to
	vault     *vault.Vault // nil: no paper opens by an address
	publicURL string
}

// New makes the service.
func New(d *db.DB, from Sources, now func() time.Time) *Service {
	return &Service{Sources: from, db: d, now: now, random: rand.Reader}
}

// UseMail lets the service write to holders, with addresses that open their papers.
func (s *Service) UseMail(outbox *mail.Outbox, v *vault.Vault, publicURL string) *Service {
	s.outbox, s.vault, s.publicURL = outbox, v, publicURL
	return s
}
