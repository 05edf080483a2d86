package exam

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/i18n"
	"shelter/internal/vault"
)

// Workshop is what exam must know of a workshop, or of a course that people take by themselves.
type Workshop struct {
	ID       uuid.UUID
	Course   string // the code of a course; empty for a workshop
	Code     string
	Title    string
	TitleAR  string
	StartsOn time.Time
	Resource access.Resource
}

// TitleIn is the title for a reader.
func (w Workshop) TitleIn(l i18n.Lang) string {
	if l == i18n.AR && w.TitleAR != "" {
		return w.TitleAR
	}
	return w.Title
}

// Participant is a person on a workshop's list, or somebody who took a test of a course.
type Participant struct {
	EnrolmentID  uuid.UUID // of a course: the person's own id
	PersonID     uuid.UUID
	Name         string
	Organisation string
}

// Roster tells of workshops and their participants, and of courses and their learners; their packages stand behind it, wired by
// cmd.
type Roster interface {
	// ExamWorkshop finds a workshop, or the course whose CourseID it is.
	ExamWorkshop(ctx context.Context, idb bun.IDB, eventID uuid.UUID) (Workshop, error)
	ExamParticipants(ctx context.Context, idb bun.IDB, eventID uuid.UUID) ([]Participant, error)
	ExamEnrolled(ctx context.Context, idb bun.IDB, eventID, enrolmentID uuid.UUID) (bool, error)
	// ExamPeople gives people by their ids, as participants of a course.
	ExamPeople(ctx context.Context, idb bun.IDB, ids []uuid.UUID) ([]Participant, error)
	// ExamLearner tells how many lessons of a course the actor has finished, and of how many.
	ExamLearner(ctx context.Context, actor access.Actor, course string) (done, of int, err error)
}

// Service is the tests of the house.
type Service struct {
	db     *db.DB
	now    func() time.Time
	roster Roster
	vault  *vault.Vault // nil: phones keep nothing sealed
	keys   keyCache
}

// New makes the service.
func New(d *db.DB, now func() time.Time, roster Roster) *Service {
	return &Service{db: d, now: now, roster: roster}
}

// UseVault lets phones seal to the vault's key what they cannot send.
func (s *Service) UseVault(v *vault.Vault) *Service {
	s.vault = v
	return s
}

// may reads the workshop and asks the access table.
func (s *Service) may(ctx context.Context, idb bun.IDB, actor access.Actor, act access.Action, eventID uuid.UUID) (Workshop, error) {
	w, err := s.roster.ExamWorkshop(ctx, idb, eventID)
	if err != nil {
		return Workshop{}, err
	}
	return w, access.Can(actor, act, w.Resource)
}

// digits makes a random code of n decimal digits.
func digits(n int) string {
	limit := uint64(1)
	for range n {
		limit *= 10
	}
	return fmt.Sprintf("%0*d", n, randomUint()%limit)
}

func randomUint() uint64 {
	return binary.BigEndian.Uint64(randomBytes(8))
}

// randomBytes never fails: crypto/rand ends the process when the system has no randomness.
func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

func newID() uuid.UUID {
	return uuid.Must(uuid.NewV7())
}
