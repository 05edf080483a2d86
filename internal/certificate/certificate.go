// Package certificate issues certificates of attendance: who has earned one by the event's rule, a number without gaps
// within the year, a code by which anyone can check one, and revocation.
//
// Invariants: what is printed is what was issued, whatever changes later; a person has at most one valid certificate of an
// event; a revoked number stays revoked and is never given again; the public check shows no name unless its holder agreed.
package certificate

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/workshop"
)

// Certificate is one certificate of attendance as it was issued.
type Certificate struct {
	bun.BaseModel `bun:"table:certificate.certificate,alias:certificate"`

	ID           uuid.UUID `bun:",pk"`
	Number       string    // A-2026-0012
	Code         string    // ten characters, for the public check
	EventID      uuid.UUID
	EnrolmentID  uuid.UUID
	PersonID     uuid.UUID
	Holder       string
	Title        string
	TitleAR      string `bun:"title_ar"`
	Kind         workshop.Kind
	Place        string
	StartsOn     time.Time `bun:"type:date"`
	EndsOn       time.Time `bun:"type:date"`
	Planned      int       // half-days
	Attended     int       // half-days
	Minutes      int       // credited
	Threshold    float64
	IssuedAt     time.Time
	IssuedBy     uuid.UUID `bun:",nullzero"`
	RevokedAt    time.Time `bun:",nullzero"`
	RevokedBy    uuid.UUID `bun:",nullzero"`
	RevokeReason string
}

// Valid tells whether the certificate stands.
func (c *Certificate) Valid() bool { return c.RevokedAt.IsZero() }

// TitleIn is the event's title for a reader.
func (c *Certificate) TitleIn(l i18n.Lang) string {
	if l == i18n.AR && c.TitleAR != "" {
		return c.TitleAR
	}
	return c.Title
}

// CodeGroups is the code as people read it aloud: two groups of five.
func (c *Certificate) CodeGroups() string { return c.Code[:5] + "-" + c.Code[5:] }

// Service issues, revokes and checks certificates.
type Service struct {
	db        *db.DB
	workshops *workshop.Service
	now       func() time.Time
	random    io.Reader
}

// New makes the service.
func New(d *db.DB, w *workshop.Service, now func() time.Time) *Service {
	return &Service{db: d, workshops: w, now: now, random: rand.Reader}
}

// Candidate is a person of an event as the rule sees them.
type Candidate struct {
	*workshop.Participant

	Attended int // half-days
	Minutes  int
	Earned   bool
	Lost     bool         // the half-days that are left no longer suffice
	Current  *Certificate // valid or, when there is no valid one, the last revoked; nil when none was ever issued
}

// Issuable tells whether a certificate can be issued to the person now.
func (c *Candidate) Issuable() bool { return c.Earned && (c.Current == nil || !c.Current.Valid()) }

// Board is an event's people with what the rule says of each.
type Board struct {
	*workshop.Head

	Planned    int // half-days
	Needed     int // half-days
	Candidates []Candidate
}

// Issuable counts the certificates that can be issued now.
func (b *Board) Issuable() int {
	n := 0
	for i := range b.Candidates {
		if b.Candidates[i].Issuable() {
			n++
		}
	}
	return n
}

// Issued counts the valid certificates.
func (b *Board) Issued() int {
	n := 0
	for i := range b.Candidates {
		if c := b.Candidates[i].Current; c != nil && c.Valid() {
			n++
		}
	}
	return n
}

// Board tells who has earned a certificate: attended half-days over planned half-days, not over those held so far, reaches
// the event's threshold. Late and left early count as attended.
func (s *Service) Board(ctx context.Context, actor access.Actor, event uuid.UUID) (*Board, error) {
	v, err := s.workshops.View(ctx, actor, access.CertificateIssue, event)
	if err != nil {
		return nil, err
	}
	return boardOf(ctx, s.db, v)
}

func boardOf(ctx context.Context, idb bun.IDB, v *workshop.View) (*Board, error) {
	current, err := byEnrolment(ctx, idb, v.Event.ID)
	if err != nil {
		return nil, err
	}
	b := &Board{Head: v.Head, Planned: len(v.Slots), Needed: workshop.Needed(v.Event.Threshold, len(v.Slots))}
	for i := range v.People {
		p := &v.People[i]
		c := Candidate{Participant: p, Current: current[p.EnrolmentID]}
		c.Attended, c.Minutes = p.Attended()
		c.Earned = p.State == workshop.Enrolled && b.Planned > 0 && c.Attended >= b.Needed && c.Attended > 0
		c.Lost = v.Lost(p)
		if p.Counts() || c.Current != nil {
			b.Candidates = append(b.Candidates, c)
		}
	}
	return b, nil
}

// byEnrolment gives the valid certificate of each person, or the last revoked one.
func byEnrolment(ctx context.Context, idb bun.IDB, event uuid.UUID) (map[uuid.UUID]*Certificate, error) {
	var list []Certificate
	err := idb.NewSelect().Model(&list).Where("event_id = ?", event).OrderExpr("revoked_at NULLS LAST, number").Scan(ctx)
	by := make(map[uuid.UUID]*Certificate, len(list))
	for i := range list {
		by[list[i].EnrolmentID] = &list[i]
	}
	return by, db.Translate(err)
}

// ValidCodesTx gives the codes of an event's valid certificates by enrolment.
// public: another service's transaction asks, after its own check.
func (s *Service) ValidCodesTx(ctx context.Context, idb bun.IDB, event uuid.UUID) (map[uuid.UUID]string, error) {
	list, err := byEnrolment(ctx, idb, event)
	codes := make(map[uuid.UUID]string, len(list))
	for id, c := range list {
		if c.Valid() {
			codes[id] = c.Code
		}
	}
	return codes, err
}

// Issue issues certificates to those of the named people who have earned one and have none; with no names, to all who can
// have one. It gives the certificates made now: a repeat makes none.
func (s *Service) Issue(ctx context.Context, actor access.Actor, event uuid.UUID, enrolments []uuid.UUID) ([]Certificate, error) {
	var made []Certificate
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		made, err = s.IssueTx(ctx, tx, actor, event, enrolments)
		return err
	})
	return made, err
}

// IssueTx is Issue inside the caller's transaction.
func (s *Service) IssueTx(ctx context.Context, tx bun.IDB, actor access.Actor, event uuid.UUID, enrolments []uuid.UUID) ([]Certificate, error) {
	v, err := s.workshops.ViewTx(ctx, tx, actor, access.CertificateIssue, event)
	if err != nil {
		return nil, err
	}
	if !v.Event.State.CanCertify() {
		return nil, errs.NewConflict("workshop_error_certify_state")
	}
	b, err := boardOf(ctx, tx, v)
	if err != nil {
		return nil, err
	}
	chosen := b.choose(enrolments)
	if len(chosen) == 0 {
		return nil, nil
	}
	return s.issue(ctx, tx, actor, b, chosen)
}

func (b *Board) choose(enrolments []uuid.UUID) []*Candidate {
	wanted := make(map[uuid.UUID]bool, len(enrolments))
	for _, id := range enrolments {
		wanted[id] = true
	}
	var chosen []*Candidate
	for i := range b.Candidates {
		if c := &b.Candidates[i]; c.Issuable() && (len(wanted) == 0 || wanted[c.EnrolmentID]) {
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
	return made, audit.Record(ctx, tx, audit.Entry{At: now, Actor: actor, Action: "certificate.issue", Kind: "workshop", ID: b.Event.ID.String(),
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
	ev := &b.Event
	return Certificate{ID: id, Code: code, EventID: ev.ID, EnrolmentID: c.EnrolmentID, PersonID: c.PersonID,
		Holder: strings.TrimSpace(c.GivenName + " " + c.FamilyName), Title: ev.Title, TitleAR: ev.TitleAR, Kind: ev.Kind, Place: ev.Venue,
		StartsOn: ev.StartsOn, EndsOn: ev.EndsOn, Planned: b.Planned, Attended: c.Attended, Minutes: c.Minutes, Threshold: ev.Threshold, IssuedAt: now}, nil
}

// takeNumbers takes n numbers of the year in a row and gives the first. The counter's row stays locked until the transaction
// ends, so that numbers have no gaps and none is given twice.
func takeNumbers(ctx context.Context, tx bun.IDB, year, n int) (first int, err error) {
	var last int
	err = tx.NewRaw(`INSERT INTO certificate.counter AS c (year, last) VALUES (?0, ?1)
		ON CONFLICT (year) DO UPDATE SET last = c.last + ?1 RETURNING last`, year, n).Scan(ctx, &last)
	return last - n + 1, db.Translate(err)
}

// Print gives an event's valid certificates for paper, by number: one person's, or everybody's when enrolment is zero.
func (s *Service) Print(ctx context.Context, actor access.Actor, event, enrolment uuid.UUID) (*workshop.Head, []Certificate, error) {
	h, err := s.workshops.Head(ctx, actor, access.CertificateIssue, event)
	if err != nil {
		return nil, nil, err
	}
	var list []Certificate
	q := s.db.NewSelect().Model(&list).Where("event_id = ? AND revoked_at IS NULL", event).OrderExpr("number")
	if enrolment != uuid.Nil {
		q = q.Where("enrolment_id = ?", enrolment)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, nil, db.Translate(err)
	}
	if len(list) == 0 {
		return nil, nil, errs.NewNotFound("certificate: none to print")
	}
	return h, list, nil
}

// Own lists the valid certificates of a person, the latest first.
func (s *Service) Own(ctx context.Context, actor access.Actor, person uuid.UUID) ([]Certificate, error) {
	if err := access.Can(actor, access.OwnTraining, access.Resource{PersonID: person}); err != nil {
		return nil, err
	}
	var list []Certificate
	err := s.db.NewSelect().Model(&list).Where("person_id = ? AND revoked_at IS NULL", person).OrderExpr("issued_at DESC, number DESC").Scan(ctx)
	return list, db.Translate(err)
}

// maxReason is the longest reason of a revocation, in characters.
const maxReason = 300

// Revoke takes a certificate back, with a reason. Its public check says so from then on.
func (s *Service) Revoke(ctx context.Context, actor access.Actor, event, id uuid.UUID, reason string) error {
	reason = strings.TrimSpace(reason)
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := s.workshops.ViewTx(ctx, tx, actor, access.CertificateIssue, event); err != nil {
			return err
		}
		if reason == "" || len([]rune(reason)) > maxReason {
			return errs.InvalidFields([]errs.Field{{Name: "reason", Key: "workshop_error_reason"}})
		}
		c := new(Certificate)
		if err := tx.NewSelect().Model(c).Where("id = ? AND event_id = ?", id, event).Scan(ctx); err != nil {
			return errs.Wrap(db.Translate(err), "certificate: "+id.String())
		}
		if !c.Valid() { // pressed twice
			return nil
		}
		now := s.now().UTC()
		c.RevokedAt, c.RevokedBy, c.RevokeReason = now, actor.PersonID, reason
		if _, err := tx.NewUpdate().Model(c).Column("revoked_at", "revoked_by", "revoke_reason").WherePK().Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return audit.Record(ctx, tx, audit.Entry{At: now, Actor: actor, Action: "certificate.revoke", Kind: "certificate", ID: id.String(),
			Detail: map[string]any{"number": c.Number}})
	})
}

// Check is what the public check of a certificate shows.
type Check struct {
	Holder    string // empty: the holder did not agree to be named
	Number    string
	Title     string
	TitleAR   string `bun:"title_ar"`
	StartsOn  time.Time
	EndsOn    time.Time
	IssuedAt  time.Time
	RevokedAt time.Time
}

// Valid tells whether the certificate stands.
func (c *Check) Valid() bool { return c.RevokedAt.IsZero() }

// TitleIn is the event's title for a reader.
func (c *Check) TitleIn(l i18n.Lang) string {
	if l == i18n.AR && c.TitleAR != "" {
		return c.TitleAR
	}
	return c.Title
}

// Verify gives what the check page shows for a code, NotFound when no certificate has it.
// public: whoever holds the paper may check it; the code is random, and the answer names only who agreed to it.
func (s *Service) Verify(ctx context.Context, typed string) (*Check, error) {
	code, ok := ParseCode(typed)
	if !ok {
		return nil, errs.NewNotFound("certificate: code")
	}
	c := new(Check)
	err := s.db.NewSelect().TableExpr("certificate.certificate AS c").Join("LEFT JOIN certificate.badge AS b ON b.certificate_id = c.id").
		ColumnExpr("c.number, c.title, c.title_ar, c.starts_on, c.ends_on, c.issued_at, c.revoked_at").
		ColumnExpr("CASE WHEN b.disclosed = 'name' THEN c.holder ELSE '' END AS holder").Where("c.code = ?", code).Scan(ctx, c)
	return c, errs.Wrap(db.Translate(err), "certificate: check")
}
