package report

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"shelter/internal/exam"
	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/programme"
	"shelter/internal/workshop"
	"shelter/internal/workshop/paper"
)

// source is what was read of an event for its attendance workbook.
type source struct {
	report       *workshop.Report
	tests        exam.Results
	testsHidden  bool // the maker may not see them
	governorates []org.Governorate
	logos        []programme.Logo
	by           string // code of the maker
	at           time.Time
}

// facts are the source with what follows from it, in no language.
type facts struct {
	source

	rows   []row
	people int // with rows
	needed int // half-days that completion asks for
	codes  map[uuid.UUID]string

	sheetCodes []string // of the signature sheets, from the register
	signed     paper.OnScreen
}

// row is one person and one half-day.
type row struct {
	*workshop.AttendanceRow

	age                                  org.AgeBand
	attended, present, listed, completed bool // as the columns of the same name count them
}

func newFacts(s source) *facts {
	f := &facts{source: s, rows: make([]row, len(s.report.Rows)), codes: map[uuid.UUID]string{}}
	f.needed = max(1, workshop.Needed(f.event().Threshold, len(s.report.Slots)))
	for i := range s.report.People {
		f.codes[s.report.People[i].PersonID] = s.report.People[i].PersonCode
	}
	seen := map[*workshop.Participant]bool{} // true: also seen attending
	for i := range s.report.Rows {
		r := row{AttendanceRow: &s.report.Rows[i]}
		p := r.Person
		here, known := seen[p]
		r.age = org.AgeBandAt(f.event().StartsOn, p.BirthDate, p.BirthYear)
		r.attended = r.Cell.Status.Attended()
		r.present = r.attended && !here
		r.listed, r.completed = !known, !known && f.completed(p)
		seen[p] = here || r.attended
		f.rows[i] = r
	}
	f.people = len(seen)
	return f
}

func (f *facts) event() *workshop.Event { return &f.report.Event }

// completed tells whether a person has completed the event: enrolled, and attended half-days over planned half-days reach the
// event's threshold. It is the rule of the certificate.
func (f *facts) completed(p *workshop.Participant) bool {
	n, _ := p.Attended()
	return p.State == workshop.Enrolled && n >= f.needed
}

// marked tells whether anything was said about the attendance of a half-day.
func (f *facts) marked(slot *workshop.Slot) bool {
	return slices.ContainsFunc(f.rows, func(r row) bool { return r.Slot == slot && r.Cell.Status != workshop.Unmarked })
}

// conflicts counts the rows on which two devices disagree.
func (f *facts) conflicts() int {
	n := 0
	for i := range f.rows {
		if f.rows[i].Cell.Conflict {
			n++
		}
	}
	return n
}

// figures are the four measures of the synthesis, in the order of its columns.
type figures [4]int

// The measures. A person has one row with listed set, one with present set when they ever attended, and one with completed set
// when they completed.
const (
	listed         = iota // people on the list
	present               // unique persons who attended at least one half-day
	participations        // half-days attended, over all people
	completed             // people who completed
)

func (n *figures) add(r *row) {
	for i, yes := range [4]bool{listed: r.listed, present: r.present, participations: r.attended, completed: r.completed} {
		if yes {
			n[i]++
		}
	}
}

// cross counts the rows by a dimension and by sex.
type cross map[string]map[string]*figures

func (f *facts) cross(of func(*row) string) cross {
	c := cross{}
	for i := range f.rows {
		r := &f.rows[i]
		value := of(r)
		if c[value] == nil {
			c[value] = map[string]*figures{}
		}
		if c[value][r.Person.Sex] == nil {
			c[value][r.Person.Sex] = &figures{}
		}
		c[value][r.Person.Sex].add(r)
	}
	return c
}

func (c cross) at(value, sex string) figures {
	if n := c[value][sex]; n != nil {
		return *n
	}
	return figures{}
}

func (f *facts) total() figures {
	var n figures
	for i := range f.rows {
		n.add(&f.rows[i])
	}
	return n
}

// bySlot counts the statuses of a half-day.
func (f *facts) bySlot(slot *workshop.Slot) map[workshop.Status]int {
	n := map[workshop.Status]int{}
	for i := range f.rows {
		if f.rows[i].Slot == slot {
			n[f.rows[i].Cell.Status]++
		}
	}
	return n
}

func (f *facts) byStatus(s workshop.Status) int {
	n := 0
	for i := range f.rows {
		if f.rows[i].Cell.Status == s {
			n++
		}
	}
	return n
}

func (f *facts) minutes() int {
	n := 0
	for i := range f.rows {
		n += f.rows[i].Cell.Minutes
	}
	return n
}

// organisations lists the organisations of the rows by name, each spelling of capitals once: formulas do not tell them apart.
func (f *facts) organisations(l i18n.Lang) []string {
	byKey := map[string]string{}
	for i := range f.rows {
		name := organisationOf(&f.rows[i], l)
		if k := strings.ToLower(name); byKey[k] == "" || name < byKey[k] {
			byKey[k] = name
		}
	}
	names := make([]string, 0, len(byKey))
	for _, n := range byKey {
		names = append(names, n)
	}
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	return slices.DeleteFunc(names, func(n string) bool { return n == "" })
}

// organisationOf is the organisation as the rows write it; empty when unknown.
func organisationOf(r *row, l i18n.Lang) string {
	return strings.Join(strings.Fields(r.Person.OrganisationIn(l)), " ")
}
