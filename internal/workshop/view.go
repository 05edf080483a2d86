package workshop

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/i18n"
)

// Cell is one person's attendance of one half-day; the zero Seq means that nothing was ever marked.
type Cell struct {
	Status    Status
	Minutes   int // credited
	ArrivedAt time.Time
	LeftAt    time.Time
	Reason    string
	Source    Source
	Conflict  bool
	Seq       int64 // the newest mark of the cell
	MarkID    uuid.UUID
}

// Participant is a person on an event's list with their attendance.
type Participant struct {
	EnrolmentID      uuid.UUID
	PersonID         uuid.UUID
	Number           int
	State            EnrolState
	WalkIn           bool
	Source           string
	Reason           string
	BadgeCode        string
	BadgeToken       string
	OrganisationID   uuid.UUID
	Organisation     string // as on the day of enrolment
	OrganisationAR   string `bun:"organisation_ar"` // today's Arabic name, when the organisation has one
	OrganisationKind string
	JobTitle         string
	Governorate      string
	PersonCode       string
	FamilyName       string
	GivenName        string
	Sex              string
	BirthDate        time.Time
	BirthYear        int
	Phone            string
	Email            string
	Lang             string

	Cells []Cell `bun:"-"` // one per half-day of the event, in order of time
}

// Name is the name as lists write it: family name first.
func (p *Participant) Name() string { return fullName(p.FamilyName, p.GivenName) }

// OrganisationIn is the organisation's name for a reader.
func (p *Participant) OrganisationIn(l i18n.Lang) string {
	if l == i18n.AR && p.OrganisationAR != "" {
		return p.OrganisationAR
	}
	return p.Organisation
}

// Attended counts the half-days attended and the minutes credited.
func (p *Participant) Attended() (halfDays, minutes int) {
	for i := range p.Cells {
		if p.Cells[i].Status.Attended() {
			halfDays++
		}
		minutes += p.Cells[i].Minutes
	}
	return halfDays, minutes
}

// missed counts the half-days that the person was marked as not attending.
func (p *Participant) missed() int {
	n := 0
	for i := range p.Cells {
		if s := p.Cells[i].Status; s != Unmarked && !s.Attended() {
			n++
		}
	}
	return n
}

// Lost tells whether an enrolled person can no longer reach the threshold of the certificate, whatever half-days are to come.
func (v *View) Lost(p *Participant) bool {
	planned := len(v.Slots)
	return p.State == Enrolled && planned-p.missed() < Needed(v.Event.Threshold, planned)
}

// LostPeople lists those for whom that is so.
func (v *View) LostPeople() []*Participant {
	var list []*Participant
	for i := range v.People {
		if v.Lost(&v.People[i]) {
			list = append(list, &v.People[i])
		}
	}
	return list
}

// Marked tells whether anything was ever said about the person's attendance.
func (p *Participant) Marked() bool {
	for i := range p.Cells {
		if p.Cells[i].Status != Unmarked {
			return true
		}
	}
	return false
}

// Totals counts the people of one half-day by status, enrolled people only.
type Totals struct {
	By       map[Status]int
	People   int
	Attended int
	Conflict int
}

// View is an event with its people and their attendance.
type View struct {
	*Head

	People []Participant // all states, by family name
}

// Enrolled lists the people in the state enrolled.
func (v *View) Enrolled() []*Participant {
	var list []*Participant
	for i := range v.People {
		if v.People[i].State == Enrolled {
			list = append(list, &v.People[i])
		}
	}
	return list
}

// Count counts the people in a state.
func (v *View) Count(st EnrolState) int {
	n := 0
	for i := range v.People {
		if v.People[i].State == st {
			n++
		}
	}
	return n
}

// Marked tells whether any attendance was marked.
func (v *View) Marked() bool {
	for i := range v.People {
		if v.People[i].Marked() {
			return true
		}
	}
	return false
}

// Totals counts a half-day, given by its place in Slots.
func (v *View) Totals(slot int) Totals {
	t := Totals{By: map[Status]int{}}
	for _, p := range v.Enrolled() {
		c := p.Cells[slot]
		t.People++
		t.By[c.Status]++
		if c.Status.Attended() {
			t.Attended++
		}
		if c.Conflict {
			t.Conflict++
		}
	}
	return t
}

// Conflicts counts the cells on which two devices disagree.
func (v *View) Conflicts() int {
	n := 0
	for i := range v.Slots {
		n += v.Totals(i).Conflict
	}
	return n
}

// Index gives the place of a half-day in Slots, or -1.
func (h *Head) Index(slot uuid.UUID) int {
	for i := range h.Slots {
		if h.Slots[i].ID == slot {
			return i
		}
	}
	return -1
}

// View gives an event with its people to those who may do the action on it.
func (s *Service) View(ctx context.Context, actor access.Actor, act access.Action, id uuid.UUID) (*View, error) {
	h, err := s.Head(ctx, actor, act, id)
	if err != nil {
		return nil, err
	}
	return readView(ctx, s.db, h)
}

// ViewTx gives an event with its people as the caller's transaction sees it, its row locked against changes.
func (s *Service) ViewTx(ctx context.Context, tx bun.IDB, actor access.Actor, act access.Action, id uuid.UUID) (*View, error) {
	ev, err := s.lock(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	if err := access.Can(actor, act, ev.resource()); err != nil {
		return nil, err
	}
	h, err := readHead(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	return readView(ctx, tx, h)
}

func readView(ctx context.Context, idb bun.IDB, h *Head) (*View, error) {
	v := &View{Head: h}
	if err := peopleQuery(idb).Where("e.event_id = ?", h.Event.ID).Scan(ctx, &v.People); err != nil {
		return nil, db.Translate(err)
	}
	var rows []Attendance
	if err := idb.NewSelect().Model(&rows).Where("event_id = ?", h.Event.ID).Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	v.fill(rows)
	return v, nil
}

func peopleQuery(idb bun.IDB) *bun.SelectQuery {
	return idb.NewSelect().TableExpr("workshop.enrolment AS e").Join("JOIN org.person AS p ON p.id = e.person_id").
		Join("LEFT JOIN org.organisation AS o ON o.id = e.organisation_id").
		ColumnExpr("e.id AS enrolment_id, e.person_id, e.number, e.state, e.walk_in, e.source, e.reason, e.badge_code, e.badge_token").
		ColumnExpr("e.organisation_id, e.organisation, coalesce(o.name_ar, '') AS organisation_ar, e.organisation_kind, e.job_title, coalesce(e.governorate, '') AS governorate").
		ColumnExpr("p.code AS person_code, p.family_name, p.given_name, p.sex, p.birth_date, p.birth_year, p.phone, p.email, p.lang").
		OrderExpr("lower(unaccent(p.family_name || ' ' || p.given_name)), e.number")
}

// fill puts the attendance rows into the people's cells.
func (v *View) fill(rows []Attendance) {
	place := make(map[uuid.UUID]int, len(v.Slots))
	for i := range v.Slots {
		place[v.Slots[i].ID] = i
	}
	cells := make([]Cell, len(v.People)*len(v.Slots))
	for i := range cells {
		cells[i].Status = Unmarked
	}
	of := make(map[uuid.UUID]*Participant, len(v.People))
	for i := range v.People {
		p := &v.People[i]
		p.Cells, cells = cells[:len(v.Slots):len(v.Slots)], cells[len(v.Slots):]
		of[p.EnrolmentID] = p
	}
	for i := range rows {
		slot, known := place[rows[i].SlotID]
		if p := of[rows[i].EnrolmentID]; p != nil && known {
			p.Cells[slot] = CellOf(&rows[i])
		}
	}
}

// CellOf gives a row of attendance as a cell.
func CellOf(a *Attendance) Cell {
	return Cell{Status: a.Status, Minutes: a.Minutes, ArrivedAt: a.ArrivedAt, LeftAt: a.LeftAt, Reason: a.Reason, Source: a.Source,
		Conflict: a.Conflict, Seq: a.Seq, MarkID: a.MarkID}
}
