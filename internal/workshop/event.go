package workshop

import (
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/i18n"
)

// Kind is the kind of an event.
type Kind string

// The kinds of events.
const (
	Workshop   Kind = "workshop"
	TOT        Kind = "tot" // training of trainers
	StudyVisit Kind = "study_visit"
	Meeting    Kind = "meeting"
)

// Kinds lists the kinds in the order in which forms show them.
func Kinds() []Kind { return []Kind{Workshop, TOT, StudyVisit, Meeting} }

// Event is a workshop or its like. Days are calendar days in its time zone, kept at midnight UTC.
type Event struct {
	bun.BaseModel `bun:"table:workshop.event,alias:event"`

	ID            uuid.UUID `bun:",pk"`
	Code          string    // W-2026-014
	RequestKey    uuid.UUID `bun:",nullzero"`
	Kind          Kind
	State         State
	StateReason   string
	Title         string
	TitleAR       string `bun:"title_ar"`
	NeutralTitle  string
	Topics        string
	Lang          string // language of the work
	Venue         string
	Room          string
	Governorate   string    `bun:",nullzero"`
	StartsOn      time.Time `bun:"type:date"`
	EndsOn        time.Time `bun:"type:date"`
	TimeZone      string
	Capacity      int     // 0: no limit
	Threshold     float64 // share of the planned half-days that a certificate asks for
	PassMark      float64 // share of the points of the test afterwards that a certificate asks for; 0: no test
	LateAfter     int     // minutes after the start of a half-day
	CheckinBefore int     // minutes before the start of a half-day
	Project       string
	GrantRef      string
	ScreenSigning bool // the donor accepts signatures on the screen of the roll-call
	RemindDays    int  // days before the start at which people are reminded; 0: not by itself
	Version       int64
	CreatedAt     time.Time
	CreatedBy     uuid.UUID `bun:",nullzero"`
	UpdatedAt     time.Time
}

// Zone is the event's time zone; Tunis when the machine does not know it.
func (e *Event) Zone() *time.Location { return zone(e.TimeZone) }

// when writes a moment on the clock of the place, and says whose clock it is where that is not Tunisia's: a delegation reads it at home.
func (e *Event) when(loc *i18n.Localizer, t time.Time) string {
	text := loc.DateTime(t.In(e.Zone()))
	if e.TimeZone == "Africa/Tunis" {
		return text
	}
	return loc.T("mail_zone", "when", text, "zone", e.TimeZone)
}

func zone(name string) *time.Location {
	if loc, err := time.LoadLocation(name); err == nil && name != "" {
		return loc
	}
	return i18n.Tunis()
}

// TitleIn is the title for a reader: the Arabic one for Arabic, when there is one.
func (e *Event) TitleIn(l i18n.Lang) string {
	if l == i18n.AR && e.TitleAR != "" {
		return e.TitleAR
	}
	return e.Title
}

// PrintTitle is the title for paper that strangers may see: the neutral one when there is one.
func (e *Event) PrintTitle(l i18n.Lang) string {
	if e.NeutralTitle != "" {
		return e.NeutralTitle
	}
	return e.TitleIn(l)
}

// Half is the half of a day.
type Half string

// The halves.
const (
	AM Half = "am"
	PM Half = "pm"
)

// Slot is one planned half-day.
type Slot struct {
	bun.BaseModel `bun:"table:workshop.slot,alias:slot"`

	ID        uuid.UUID `bun:",pk"`
	EventID   uuid.UUID
	Day       time.Time `bun:"type:date"`
	Half      Half
	StartsAt  time.Time
	EndsAt    time.Time
	Minutes   int // planned, without breaks
	Topic     string
	TrainerID uuid.UUID `bun:",nullzero"`
}

// Window is when a badge can be scanned for the half-day: from `before` minutes ahead of its start to its end.
func (s *Slot) Window(before int) (from, to time.Time) {
	return s.StartsAt.Add(-time.Duration(before) * time.Minute), s.EndsAt
}

// Trainer is a person who runs an event.
type Trainer struct {
	PersonID   uuid.UUID
	FamilyName string
	GivenName  string
	Lead       bool
}

// Name is the trainer's full name.
func (t Trainer) Name() string { return fullName(t.GivenName, t.FamilyName) }

func fullName(given, family string) string {
	switch {
	case given == "":
		return family
	case family == "":
		return given
	}
	return given + " " + family
}
