package exam

import (
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/exam/stats"
	"shelter/internal/i18n"
)

// Phase is the place of a test in a pair.
type Phase string

// The two phases.
const (
	Pre  Phase = "pre"
	Post Phase = "post"
)

// Valid tells whether the phase exists.
func (p Phase) Valid() bool { return p == Pre || p == Post }

// State is the state of a sitting.
type State string

// The states of a sitting.
const (
	Planned State = "planned"
	Open    State = "open"
	Closed  State = "closed"
)

// Pairing is the pair of tests of one workshop.
type Pairing struct {
	bun.BaseModel `bun:"table:exam.pairing,alias:pairing"`

	ID        uuid.UUID `bun:",pk"`
	EventID   uuid.UUID
	Course    string `bun:",nullzero"` // of a course: its code; then EventID is its CourseID
	RoomCode  string
	Anonymous bool
	Crossed   bool // half of the people take the forms the other way round
	CodeKey   []byte
	CreatedAt time.Time
	Sittings  []Sitting `bun:"rel:has-many,join:id=pairing_id"`
}

// Sitting gives the sitting of a phase, or nil.
func (p *Pairing) Sitting(ph Phase) *Sitting {
	for i := range p.Sittings {
		if p.Sittings[i].Phase == ph {
			return &p.Sittings[i]
		}
	}
	return nil
}

// OpenSitting gives the sitting that can be joined now, or nil.
func (p *Pairing) OpenSitting() *Sitting {
	for i := range p.Sittings {
		if p.Sittings[i].State == Open {
			return &p.Sittings[i]
		}
	}
	return nil
}

// Sitting is one test of a pair, as it is given in the room.
type Sitting struct {
	bun.BaseModel `bun:"table:exam.sitting,alias:sitting"`

	ID        uuid.UUID `bun:",pk"`
	PairingID uuid.UUID
	Phase     Phase
	FormID    uuid.UUID
	State     State
	Lasting   bool      // of a course: open beside the other test
	OpenedAt  time.Time `bun:",nullzero"`
	ClosedAt  time.Time `bun:",nullzero"`
}

// Attempt is one person's test.
type Attempt struct {
	bun.BaseModel `bun:"table:exam.attempt,alias:attempt"`

	ID          uuid.UUID `bun:",pk"`
	SittingID   uuid.UUID
	FormID      uuid.UUID `bun:",nullzero"` // see formOf
	DueAt       time.Time `bun:",nullzero"` // zero: no time limit
	Subject     string
	EnrolmentID uuid.UUID `bun:",nullzero"`
	PersonID    uuid.UUID `bun:",nullzero"` // who takes a test of a course
	TokenHash   []byte
	ResumeCode  string
	JoinKey     uuid.UUID `bun:",nullzero"` // see JoinInput.Key
	Items       int
	Lang        i18n.Lang
	Source      string
	ResumeTries int
	StartedAt   time.Time
	VoidedAt    time.Time `bun:",nullzero"`
	SubmittedAt time.Time `bun:",nullzero"`
	Score       *float64
	MaxScore    *float64
	Result      []stats.Value `bun:"type:jsonb,nullzero"` // points per question of the form; undefined while an open answer waits to be marked
}

// Submitted tells whether the attempt is over.
func (a *Attempt) Submitted() bool { return !a.SubmittedAt.IsZero() }

// Item is one question on a form.
type Item struct {
	Position int
	Points   float64
	Question
}

// Answer is one answer given, as the client made it.
type Answer struct {
	Key       uuid.UUID `json:"key"` // made by the client; a repeat changes nothing
	Position  int       `json:"position"`
	Response  Response  `json:"response"`
	ClientSeq int64     `json:"seq"` // grows with each answer of one attempt on one device
	ClientAt  time.Time `json:"at"`
	Offset    *int64    `json:"offset,omitempty"` // milliseconds that the server's clock is ahead of the phone's, as the phone knows
}

// Ack is the server's word on one answer.
type Ack struct {
	Key  uuid.UUID `json:"key"`
	Now  int64     `json:"now,omitempty"` // the server's clock in milliseconds since 1970: the phone orders its answers by it
	Late bool      `json:"late"`          // kept, but after the submission or the close: it does not count
}
