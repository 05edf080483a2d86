// Package survey asks the people of a workshop what they thought of it, at its end, and what they put to use, three and six
// months later.
//
// Invariants: anonymous by construction, with no switch: answers to closed questions are kept as counts, a written answer
// stands alone, and no row says who answered or when; nothing is shown under MinAnswers answers; results are shown only once
// the survey is closed, and a survey whose results were shown never takes another answer, so that no two states of it can be
// subtracted from each other; a ticket is kept as a digest without person, order or time, and goes when it is used; by the open
// link no more answers are taken than there are people on the list.
package survey

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/i18n"
	"shelter/internal/mail"
)

// MinAnswers is how many people must have answered before anything is shown of what they said.
const MinAnswers = 5

// Text is a sentence in several languages.
type Text map[i18n.Lang]string

// In gives the sentence for a reader: in the reader's language, else in French, else in any.
func (t Text) In(l i18n.Lang) string {
	for _, try := range []i18n.Lang{l, i18n.FR, i18n.AR, i18n.EN} {
		if t[try] != "" {
			return t[try]
		}
	}
	return ""
}

// Kind is a form of question.
type Kind string

// The kinds of question.
const (
	Likert Kind = "likert" // agreement from 1 (not at all) to 5 (fully)
	Choice Kind = "choice" // one of several options
	Open   Kind = "open"   // in one's own words
)

// Kinds lists the kinds.
func Kinds() []Kind { return []Kind{Likert, Choice, Open} }

// LikertSteps is the length of the scale of agreement.
const LikertSteps = 5

// Question is one question of a survey.
type Question struct {
	ID      string `json:"id"`
	Kind    Kind   `json:"kind"`
	Text    Text   `json:"text"`
	Options []Text `json:"options,omitempty"` // of a choice
}

// choices is how many different answers a closed question has; 0 for an open one.
func (q *Question) choices() int {
	switch q.Kind {
	case Likert:
		return LikertSteps
	case Choice:
		return len(q.Options)
	case Open:
	}
	return 0
}

// Wave is when people are asked.
type Wave string

// The waves.
const (
	End         Wave = "end"
	ThreeMonths Wave = "m3"
	SixMonths   Wave = "m6"
)

// Waves lists the waves in their order.
func Waves() []Wave { return []Wave{End, ThreeMonths, SixMonths} }

// Valid tells whether the wave exists.
func (w Wave) Valid() bool { return w == End || w.months() > 0 }

// months is how long after the last day of the workshop people are asked.
func (w Wave) months() int {
	switch w {
	case ThreeMonths:
		return 3
	case SixMonths:
		return 6
	case End:
	}
	return 0
}

// Due is the day on which people are asked, for a workshop whose last day is given.
func (w Wave) Due(last time.Time) time.Time { return last.AddDate(0, w.months(), 0) }

// openDays is how long a survey takes answers before it closes by itself.
func (w Wave) openDays() int {
	if w == End {
		return 14
	}
	return 30
}

// State is where a survey stands.
type State string

// The states.
const (
	Planned State = "planned"
	Opened  State = "open"
	Closed  State = "closed"
)

// Survey is the questions of one wave of one workshop.
type Survey struct {
	bun.BaseModel `bun:"table:survey.survey,alias:survey"`

	ID        uuid.UUID `bun:",pk"`
	EventID   uuid.UUID
	Wave      Wave
	Code      string // in the address that everybody gets
	Questions []Question
	State     State
	OpensOn   time.Time `bun:",nullzero"` // day on which a follow-up opens by itself
	ClosesOn  time.Time `bun:",nullzero"` // last day
	ClosedOn  time.Time `bun:",nullzero"`
	CreatedAt time.Time
	Way       Way
	Given     int  // tickets given out in all
	Mailed    bool // people were written to
	Answers   int  `bun:",scanonly"` // sendings that were counted
}

// Published tells whether results were shown, after which no answer is taken any more.
func (s *Survey) Published() bool { return s.State == Closed && s.Answers >= MinAnswers }

// Workshop is what survey must know of a workshop.
type Workshop struct {
	ID       uuid.UUID
	Code     string
	Title    string
	TitleAR  string
	Neutral  string // what strangers may read instead of the title; empty: the title
	EndsOn   time.Time
	Off      bool // cancelled: nobody is asked
	Resource access.Resource
}

// TitleIn is the title for a reader.
func (w Workshop) TitleIn(l i18n.Lang) string {
	if l == i18n.AR && w.TitleAR != "" {
		return w.TitleAR
	}
	return w.Title
}

// PublicTitle is the title where anybody may read it: behind the link that all share, and in mails.
func (w Workshop) PublicTitle(l i18n.Lang) string {
	if w.Neutral != "" {
		return w.Neutral
	}
	return w.TitleIn(l)
}

// Recipient is somebody who is asked by mail.
type Recipient struct {
	Email string
	Name  string
	Lang  i18n.Lang
}

// Roster tells of workshops and their people; the workshop package stands behind it, wired by app.
type Roster interface {
	SurveyWorkshop(ctx context.Context, idb bun.IDB, eventID uuid.UUID) (Workshop, error)
	SurveyRecipients(ctx context.Context, idb bun.IDB, eventID uuid.UUID) ([]Recipient, error)
	SurveyPeople(ctx context.Context, idb bun.IDB, eventID uuid.UUID) (int, error) // on the list, walk-ins too, withdrawn not
}

// Service is the surveys of the house.
type Service struct {
	db        *db.DB
	now       func() time.Time
	roster    Roster
	outbox    *mail.Outbox
	publicURL string
}

// New makes the service.
func New(d *db.DB, now func() time.Time, roster Roster, outbox *mail.Outbox, publicURL string) *Service {
	return &Service{db: d, now: now, roster: roster, outbox: outbox, publicURL: publicURL}
}

// may reads the workshop and asks the access table.
func (s *Service) may(ctx context.Context, idb bun.IDB, actor access.Actor, act access.Action, eventID uuid.UUID) (Workshop, error) {
	w, err := s.roster.SurveyWorkshop(ctx, idb, eventID)
	if err != nil {
		return Workshop{}, err
	}
	return w, access.Can(actor, act, w.Resource)
}

func (s *Service) today() time.Time { return i18n.Day(s.now()) }

// Link is the address at which a survey is answered.
func (s *Service) Link(sv *Survey) string { return s.publicURL + "/s/" + sv.Code }

// newCode is 40 random bits: it is no secret, but nobody should happen on another workshop's survey.
func newCode() string {
	b := make([]byte, 5)
	_, _ = rand.Read(b)
	return strings.ToLower(base32.StdEncoding.EncodeToString(b))
}

// digestOf is what is kept of a sending's key; the survey's id keeps sendings of two surveys apart.
func digestOf(survey uuid.UUID, key string) []byte {
	sum := sha256.Sum256(append(survey[:], key...))
	return sum[:]
}
