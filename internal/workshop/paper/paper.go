// Package paper is the round trip of paper: the signature sheets that were printed, the scans of them that came back, the
// signatures typed from them or given on the screen of the roll-call in their place, and what differs from the roll-call.
//
// Invariants: a printed sheet never changes: the same list printed again is the same sheet with the same code; a scan belongs to
// one event, and to a sheet by its bar code or by a person's hand, which is told apart; pictures are decoded within limits and
// written anew, a PDF is kept as it is and never shown inside a page; a signature is no attendance: what differs is decided
// by a person with a reason, and that decision is an attendance mark; a signature on screen is an event that never changes: what
// comes later, or takes it back with a reason, stands beside it.
package paper

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/workshop"
)

// Service keeps sheets, scans and typed signatures.
type Service struct {
	db        *db.DB
	workshops *workshop.Service
	now       func() time.Time
	reading   chan struct{} // one picture is unfolded at a time: it takes up to 300 MB
}

// New makes the service.
func New(d *db.DB, w *workshop.Service, now func() time.Time) *Service {
	return &Service{db: d, workshops: w, now: now, reading: make(chan struct{}, 1)}
}

// Sheet is a signature sheet that was printed.
type Sheet struct {
	bun.BaseModel `bun:"table:workshop.sheet,alias:sheet"`

	ID      uuid.UUID `bun:",pk"`
	EventID uuid.UUID
	Code    string
	Digest  string
	Slots   []uuid.UUID `bun:"type:jsonb"`
	People  []uuid.UUID `bun:"type:jsonb"` // enrolments, in the order of the lines
	FirstNo int
	MadeAt  time.Time
	MadeBy  uuid.UUID `bun:",nullzero"`
}

// List is what a sheet is printed from.
type List struct {
	Slots   []uuid.UUID
	People  []uuid.UUID
	FirstNo int  // number of the first line
	Book    bool // of the workbook, whose sheet goes on over several pages
}

func (l List) digest() string {
	h := sha256.New()
	_, _ = fmt.Fprintln(h, l.Slots, l.People, l.FirstNo, l.Book) // a hash takes everything
	return hex.EncodeToString(h.Sum(nil))
}

// Register gives the codes of sheets that are being printed, in their order. Whoever may not export the attendance gets none.
func (s *Service) Register(ctx context.Context, actor access.Actor, event uuid.UUID, lists []List) ([]string, error) {
	h, err := s.workshops.Head(ctx, actor, access.AttendanceExport, event)
	if err != nil {
		return nil, err
	}
	var codes []string
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := lock(ctx, tx, event); err != nil {
			return err
		}
		known, err := sheetsOf(ctx, tx, event)
		if err != nil {
			return err
		}
		by := make(map[string]string, len(known))
		for _, k := range known {
			by[k.Digest] = k.Code
		}
		n := len(known)
		for _, l := range lists {
			d := l.digest()
			if by[d] == "" {
				n++
				by[d] = fmt.Sprintf("%s.%d.%d", h.Event.Code, h.Event.Version, n)
				sh := &Sheet{ID: uuid.Must(uuid.NewV7()), EventID: event, Code: by[d], Digest: d, Slots: filled(l.Slots), People: filled(l.People), FirstNo: l.FirstNo,
					MadeAt: s.now(), MadeBy: actor.PersonID}
				if _, err := tx.NewInsert().Model(sh).Exec(ctx); err != nil {
					return db.Translate(err)
				}
			}
			codes = append(codes, by[d])
		}
		return nil
	})
	return codes, err
}

// filled is never nil, which JSON would write as null.
func filled(ids []uuid.UUID) []uuid.UUID {
	if ids == nil {
		return []uuid.UUID{}
	}
	return ids
}

// lock lets the sheets and scans of an event stand in line.
func lock(ctx context.Context, tx bun.Tx, event uuid.UUID) error {
	_, err := tx.NewRaw("SELECT 1 FROM workshop.event WHERE id = ? FOR NO KEY UPDATE", event).Exec(ctx)
	return db.Translate(err)
}

func sheetsOf(ctx context.Context, idb bun.IDB, event uuid.UUID) (list []Sheet, err error) {
	err = idb.NewSelect().Model(&list).Where("event_id = ?", event).OrderExpr("made_at, id").Scan(ctx)
	return list, db.Translate(err)
}

// head asks for the right to mark attendance: whoever takes the roll also handles its paper.
func (s *Service) head(ctx context.Context, actor access.Actor, event uuid.UUID) (*workshop.Head, error) {
	h, err := s.workshops.Head(ctx, actor, access.AttendanceMark, event)
	return h, errs.Wrap(err, "paper: event")
}
