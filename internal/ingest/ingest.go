// Package ingest brings lists of people in from spreadsheets as they are really sent: it finds the list, its header and its
// columns, says row by row what is wrong or doubtful, and brings everything in or nothing.
//
// Invariants: nothing is written before Apply, and Apply writes all of it or none; this package writes no table of another
// one, only through their services; an error is what prevents a correct enrolment, a warning is what was repaired or should
// be looked at; rows and columns are those that the reader of the file sees.
package ingest

import (
	"time"

	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Field is what a column of a list may hold.
type Field string

// The fields. A list has FullName, or FamilyName and GivenName.
const (
	FullName     Field = "full_name"
	FamilyName   Field = "family_name"
	GivenName    Field = "given_name"
	Sex          Field = "sex"
	CIN          Field = "cin"
	Birth        Field = "birth" // a date, or a year alone
	Organisation Field = "organisation"
	Function     Field = "function"
	Governorate  Field = "governorate"
	Phone        Field = "phone"
	Email        Field = "email"
)

// Fields lists the fields in the order of the mapping form.
func Fields() []Field {
	return []Field{FamilyName, GivenName, FullName, Sex, CIN, Birth, Organisation, Function, Governorate, Phone, Email}
}

// Valid tells whether the field exists.
func (f Field) Valid() bool {
	for _, x := range Fields() {
		if x == f {
			return true
		}
	}
	return false
}

// LabelKey is the catalogue key of the field's name.
func (f Field) LabelKey() string { return "ingest_field_" + string(f) }

// NameOrder says how a full name is written in one column.
type NameOrder string

// The orders of a full name.
const (
	FamilyFirst NameOrder = "family_first"
	GivenFirst  NameOrder = "given_first"
)

// Mapping says where the list is and which column holds what. It is proposed by Propose and may be changed by a person.
type Mapping struct {
	Sheet     string        `json:"sheet"`      // name; empty for CSV
	HeaderRow int           `json:"header_row"` // last row of the header; 0 when the list has none
	Columns   map[Field]int `json:"columns"`    // from 1; a field that is absent is not in the list
	NameOrder NameOrder     `json:"name_order"` // of FullName
}

// Level says how grave an issue is.
type Level string

// The levels.
const (
	LevelError   Level = "error"
	LevelWarning Level = "warning"
)

// LabelKey is the catalogue key of the level's name.
func (l Level) LabelKey() string { return "ingest_level_" + string(l) }

// Issue is what is wrong or doubtful in one cell or row.
type Issue struct {
	Row   int    // as in the file, from 1
	Col   int    // 0 when the whole row is meant
	Field Field  // empty when the whole row is meant
	Value string // what the cell holds, shortened
	Level Level
	Key   string // catalogue key of the message
	Args  errs.Args
}

// Message says the issue in the reader's language.
func (i Issue) Message(l *i18n.Localizer) string {
	args := errs.Args{"value": i.Value}
	for k, v := range i.Args {
		args[k] = v
	}
	return l.Map(i.Key, args)
}

// Person is one row, cleaned and checked.
type Person struct {
	Row          int
	Family       string
	Given        string
	Sex          string    // "f", "m" or "" when not said
	CIN          string    // eight digits or ""
	BirthDate    time.Time // midnight UTC; zero when only the year or nothing is known
	BirthYear    int       // that of BirthDate, or the year alone; 0 when not said
	Organisation string
	Function     string
	Governorate  string // ISO 3166-2:TN, as TN-33
	Phone        string // E.164
	Email        string // small letters
	NameKey      string // see org.NameKey
	SameAs       int    // row of the same person further up; 0 for the first
	Invalid      bool   // the row has an error
}

// Name is the name as lists write it.
func (p Person) Name() string {
	if p.Family == "" || p.Given == "" {
		return p.Family + p.Given
	}
	return p.Family + " " + p.Given
}

// SkipReason says why a row below the header is not a person.
type SkipReason string

// The reasons. Blank rows, and rows with nothing but a number, are not counted at all.
const (
	SkipTotal     SkipReason = "total"
	SkipSignature SkipReason = "signature"
	SkipHeader    SkipReason = "header" // the header repeated
	SkipNote      SkipReason = "note"   // a text of its own
)

// LabelKey is the catalogue key of the reason's name.
func (r SkipReason) LabelKey() string { return "ingest_skip_" + string(r) }

// Skipped is a row that was left out, so that nothing disappears unseen.
type Skipped struct {
	Row    int
	Reason SkipReason
	Text   string
}

// Checked is the outcome of reading a list.
type Checked struct {
	People  []Person // every data row, in order
	Issues  []Issue  // by row, then column
	Skipped []Skipped
}

// Counts gives the number of rows without and with an error, and of rows that repeat a person of the file.
func (c *Checked) Counts() (valid, invalid, duplicates int) {
	for _, p := range c.People {
		switch {
		case p.Invalid:
			invalid++
		default:
			valid++
		}
		if p.SameAs > 0 {
			duplicates++
		}
	}
	return valid, invalid, duplicates
}
