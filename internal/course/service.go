package course

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/mail"
	"shelter/internal/vault"
)

// Grade gives the share of a question that a response earns, from 0 to 1. The exam package grades; app hands its function in.
type Grade func(q *Question, r Response) float64

// Service is the courses of the house.
type Service struct {
	db     *db.DB
	now    func() time.Time
	grade  Grade
	sealer Sealer
	vault  *vault.Vault // nil: phones cannot seal
	shelf  shelf

	participants Participants // nil: no workshops
	outbox       *mail.Outbox // nil: nobody is written to
	publicURL    string
}

// New makes the service; the sealer keeps notes unreadable.
func New(d *db.DB, now func() time.Time, grade Grade, sealer Sealer) *Service {
	return &Service{db: d, now: now, grade: grade, sealer: sealer, shelf: shelf{versions: map[uuid.UUID]*Course{}}}
}

// shelf keeps the parsed versions: they never change, and there are few.
type shelf struct {
	mu       sync.Mutex
	versions map[uuid.UUID]*Course
}

func (s *shelf) get(id uuid.UUID) *Course {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.versions[id]
}

// keep parses a version unless it is there; the database is never asked while the shelf is locked, because whoever waits
// for the shelf may hold a connection.
func (s *shelf) keep(id uuid.UUID, parsed func() *Course) *Course {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.versions[id]
	if c == nil {
		c = parsed()
		s.versions[id] = c
	}
	return c
}

// version gives a published version, parsed once per process.
func (s *Service) version(ctx context.Context, idb bun.IDB, id uuid.UUID, code string) (*Course, error) {
	if c := s.shelf.get(id); c != nil {
		return c, nil
	}
	var rows []fileRow
	if err := idb.NewSelect().Model(&rows).Where("version_id = ?", id).Scan(ctx); err != nil {
		return nil, fmt.Errorf("course: files of %s: %w", id, db.Translate(err))
	}
	if len(rows) == 0 {
		return nil, errs.NewNotFound("course version " + id.String())
	}
	files := make(map[string][]byte, len(rows))
	for _, r := range rows {
		files[r.Path] = r.Body
	}
	return s.shelf.keep(id, func() *Course {
		c, _ := parse(code, files) // it was without a problem when it was published
		return c
	}), nil
}
