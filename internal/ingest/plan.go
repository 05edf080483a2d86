package ingest

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/org"
	"shelter/internal/workshop"
)

// What says what applying a list does with a row.
type What string

// What can become of a row.
const (
	WhatNew       What = "new"       // a new person is registered and enrolled
	WhatKnown     What = "known"     // a person whom the house knows is enrolled
	WhatAlready   What = "already"   // is on the event's list already
	WhatLeft      What = "left"      // withdrew or declined, and stays out
	WhatDuplicate What = "duplicate" // the person of a row further up
	WhatInvalid   What = "invalid"   // has an error
)

// LabelKey is the catalogue key of its name.
func (w What) LabelKey() string { return "import_what_" + string(w) }

// PlanRow is what applying does with one row.
type PlanRow struct {
	What  What
	Known org.Person // for WhatKnown, WhatAlready and WhatLeft
}

// NewOrganisation is an organisation that nobody has named before.
type NewOrganisation struct {
	Name string
	Kind org.Kind // guessed from the name
	Rows int      // rows that name it, in whatever spelling
	key  string
}

// Plan is what applying a list would do.
type Plan struct {
	Rows          []PlanRow // one per row of Checked.People
	Organisations []NewOrganisation
	Waiting       int // of those to enrol, how many come onto the waiting list because the event is full
}

// Count counts the rows of a kind.
func (p *Plan) Count(w What) int {
	n := 0
	for _, r := range p.Rows {
		if r.What == w {
			n++
		}
	}
	return n
}

// Enrol counts the people who would be enrolled.
func (p *Plan) Enrol() int { return p.Count(WhatNew) + p.Count(WhatKnown) }

// planner compares a list with what the database holds, and notes what is to be said of it in the list's issues.
type planner struct {
	svc     *Service
	idb     bun.IDB
	actor   access.Actor
	view    *workshop.View
	mapping Mapping
	checked *Checked
	plan    *Plan
	orgs    map[string]uuid.UUID // by key; uuid.Nil for a new one
	claimed map[uuid.UUID]int    // persons of the database, and the row that they are
}

// plan says what applying the list does and completes its issues; it writes nothing.
func (s *Service) plan(ctx context.Context, idb bun.IDB, actor access.Actor, v *workshop.View, r *reading) (*Plan, error) {
	p := &planner{svc: s, idb: idb, actor: actor, view: v, mapping: r.mapping, checked: r.checked, orgs: map[string]uuid.UUID{},
		claimed: map[uuid.UUID]int{}, plan: &Plan{Rows: make([]PlanRow, len(r.checked.People))}}
	for i, person := range p.people() {
		switch {
		case person.Invalid:
			p.plan.Rows[i].What = WhatInvalid
		case person.SameAs > 0:
			p.plan.Rows[i].What = WhatDuplicate
		}
	}
	if err := p.findOrganisations(ctx); err != nil {
		return nil, err
	}
	if err := p.findPersons(ctx); err != nil {
		return nil, err
	}
	p.countOrganisations()
	p.countPlaces()
	slices.SortStableFunc(r.checked.Issues, func(a, b Issue) int { return cmp.Or(a.Row-b.Row, a.Col-b.Col) })
	return p.plan, nil
}

func (p *planner) people() []Person { return p.checked.People }

// open tells whether nothing has been decided of a row yet.
func (p *planner) open(i int) bool { return p.plan.Rows[i].What == "" }

func (p *planner) note(i int, f Field, level Level, key string, args errs.Args) {
	person := &p.people()[i]
	if level == LevelError {
		person.Invalid = true
		p.plan.Rows[i] = PlanRow{What: WhatInvalid}
	}
	p.checked.Issues = append(p.checked.Issues, Issue{Row: person.Row, Col: p.mapping.Columns[f], Field: f, Value: short(person.value(f)), Level: level, Key: key, Args: args})
}

// value is what a message may quote of a person.
func (p Person) value(f Field) string {
	switch f {
	case CIN:
		return p.CIN
	case Phone:
		return org.FormatPhone(p.Phone)
	case Email:
		return p.Email
	case Organisation:
		return p.Organisation
	case FullName, FamilyName, GivenName:
		return p.Name()
	case Sex, Birth, Function, Governorate:
	}
	return ""
}

// findOrganisations looks each name up once, however it is spelled.
func (p *planner) findOrganisations(ctx context.Context) error {
	for i, person := range p.people() {
		key := org.OrganisationKey(person.Organisation)
		if _, seen := p.orgs[key]; seen || key == "" || !p.open(i) {
			continue
		}
		o, err := p.svc.org.FindOrganisationTx(ctx, p.idb, p.actor, person.Organisation)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		p.orgs[key] = o.ID
	}
	return nil
}

func (p *planner) organisation(person Person) uuid.UUID {
	return p.orgs[org.OrganisationKey(person.Organisation)]
}

// findPersons recognises the people whom the house knows: first those of whom it is certain, then those who stand on this
// event's list under the same name and of whom nothing says otherwise. All others are new.
func (p *planner) findPersons(ctx context.Context) error {
	var rows []int
	var cs []org.Candidate
	for i, person := range p.people() {
		if p.open(i) {
			rows = append(rows, i)
			cs = append(cs, org.Candidate{FamilyName: person.Family, GivenName: person.Given, CIN: person.CIN, Phone: person.Phone, Email: person.Email,
				BirthDate: person.BirthDate, BirthYear: yearAlone(person), OrganisationID: p.organisation(person)})
		}
	}
	matches, err := p.svc.org.FindMatchesTx(ctx, p.idb, p.actor, cs)
	if err != nil {
		return err
	}
	for n, i := range rows {
		p.certain(i, &matches[n])
	}
	if err := p.namesakes(ctx, rows); err != nil {
		return err
	}
	for n, i := range rows {
		if p.open(i) {
			p.fresh(i, matches[n])
		}
	}
	return nil
}

// yearAlone is the birth year of somebody whose birth date is not known.
func yearAlone(p Person) int {
	if p.BirthDate.IsZero() {
		return p.BirthYear
	}
	return 0
}

// certain takes a match that is proof. The same identity card number under a name that has nothing in common is a mistake in
// one of the two; another sex makes a match a doubt.
func (p *planner) certain(i int, m *org.Match) {
	person := p.people()[i]
	if !m.Found() || !m.Certain {
		return
	}
	switch {
	case m.By == org.ByCIN && !alike(person, Person{NameKey: m.Person.NameKey}):
		p.note(i, CIN, LevelError, "import_cin_known", errs.Args{"code": m.Person.Code})
	case m.By != org.ByCIN && person.Sex != "" && m.Person.Sex != "" && person.Sex != m.Person.Sex:
		m.Certain = false
	default:
		p.claim(i, m.Person)
	}
}

// claim says that a row is a person of the database, unless an earlier row is.
func (p *planner) claim(i int, known org.Person) {
	if first, taken := p.claimed[known.ID]; taken {
		person := &p.people()[i]
		person.SameAs = p.people()[first].Row
		p.plan.Rows[i].What = WhatDuplicate
		p.note(i, nameField(p.mapping), LevelWarning, "ingest_duplicate", errs.Args{"row": person.SameAs})
		return
	}
	p.claimed[known.ID] = i
	p.plan.Rows[i] = PlanRow{What: WhatKnown, Known: known}
	if e := p.enrolment(known.ID); e != nil {
		p.plan.Rows[i].What = p.standing(i, e.State)
	}
	p.differences(i, known)
}

func (p *planner) enrolment(person uuid.UUID) *workshop.Participant {
	for i := range p.view.People {
		if p.view.People[i].PersonID == person {
			return &p.view.People[i]
		}
	}
	return nil
}

// standing says what a list does with somebody who is on the event's list in some state: it never calls back those who left.
func (p *planner) standing(i int, state workshop.EnrolState) What {
	switch state {
	case workshop.Withdrawn, workshop.Declined:
		p.note(i, nameField(p.mapping), LevelWarning, "import_left", nil)
		return WhatLeft
	case workshop.Invited:
		return WhatKnown
	case workshop.Enrolled, workshop.Waiting:
	}
	return WhatAlready
}

// differences notes what the list says otherwise than the person's record, which stays as it is: a number or an address is
// also a way to sign in, and only people who may edit records change it.
func (p *planner) differences(i int, known org.Person) {
	person := p.people()[i]
	for _, d := range []struct {
		f          Field
		list, file string
	}{{CIN, person.CIN, known.CIN}, {Phone, person.Phone, known.Phone}, {Email, person.Email, known.Email}} {
		if d.list != "" && d.list != d.file {
			p.note(i, d.f, LevelWarning, "import_kept_"+string(d.f), errs.Args{"code": known.Code})
		}
	}
	if org.OrganisationKey(person.Organisation) != "" && p.organisation(person) != known.OrganisationID {
		p.note(i, Organisation, LevelWarning, "import_kept_organisation", errs.Args{"code": known.Code})
	}
}

// namesakes recognises people of this event's list by their name alone, each for one row only, so that a list that is
// brought in again makes nobody twice and two people of one name stay two.
func (p *planner) namesakes(ctx context.Context, rows []int) error {
	byKey := map[string][]*workshop.Participant{}
	for i := range p.view.People {
		e := &p.view.People[i]
		key := org.NameKey(e.FamilyName, e.GivenName)
		byKey[key] = append(byKey[key], e)
	}
	for _, i := range rows {
		if !p.open(i) {
			continue
		}
		for _, e := range byKey[p.people()[i].NameKey] {
			if _, taken := p.claimed[e.PersonID]; taken {
				continue
			}
			known, err := p.svc.org.PersonTx(ctx, p.idb, e.PersonID)
			if err != nil {
				return err
			}
			if p.mayBe(p.people()[i], known) {
				p.claim(i, known)
				break
			}
		}
	}
	return nil
}

// mayBe tells whether a row is a person of the same name as far as a list can tell: nothing of what both say differs, and
// they say the same of everything or name the same organisation.
func (p *planner) mayBe(r Person, known org.Person) bool {
	if !org.SameName(r.Family, r.Given, known.FamilyName, known.GivenName) {
		return false
	}
	o := uuid.Nil
	if org.OrganisationKey(r.Organisation) != "" {
		if o = p.organisation(r); o == uuid.Nil {
			return false // a new organisation is not the person's
		}
	}
	equal := o == known.OrganisationID
	for _, v := range [...][2]string{{r.CIN, known.CIN}, {r.Sex, known.Sex}, {r.Phone, known.Phone}, {r.Email, known.Email}, {r.Governorate, known.Governorate},
		{fold(r.Function), fold(known.JobTitle)}, {yearText(r.BirthYear), yearText(birthYear(known))}, {dayText(r.BirthDate), dayText(known.BirthDate)}} {
		if v[0] != "" && v[1] != "" && v[0] != v[1] {
			return false
		}
		equal = equal && v[0] == v[1]
	}
	return equal || (o != uuid.Nil && o == known.OrganisationID)
}

func birthYear(p org.Person) int {
	if p.BirthDate.IsZero() {
		return p.BirthYear
	}
	return p.BirthDate.Year()
}

func yearText(year int) string {
	if year == 0 {
		return ""
	}
	return strconv.Itoa(year)
}

func dayText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// fresh makes a row a new person, with a doubt where the house may know them.
func (p *planner) fresh(i int, m org.Match) {
	p.plan.Rows[i].What = WhatNew
	if _, taken := p.claimed[m.Person.ID]; m.Found() && !taken {
		p.note(i, evidenceField(m.By, p.mapping), LevelWarning, "import_maybe_"+string(m.By), errs.Args{"code": m.Person.Code})
	}
}

func evidenceField(e org.Evidence, m Mapping) Field {
	switch e {
	case org.ByCIN:
		return CIN
	case org.ByEmail:
		return Email
	case org.ByPhone:
		return Phone
	case org.ByName:
	}
	return nameField(m)
}

// countOrganisations lists the organisations that the new people bring along, under their first spelling.
func (p *planner) countOrganisations() {
	at := map[string]int{}
	for i, person := range p.people() {
		key := org.OrganisationKey(person.Organisation)
		if p.plan.Rows[i].What != WhatNew || key == "" || p.orgs[key] != uuid.Nil {
			continue
		}
		n, ok := at[key]
		if !ok {
			n = len(p.plan.Organisations)
			at[key] = n
			p.plan.Organisations = append(p.plan.Organisations, NewOrganisation{Name: person.Organisation, Kind: org.GuessKind(person.Organisation), key: key})
		}
		p.plan.Organisations[n].Rows++
	}
}

// countPlaces notes who comes onto the waiting list, in the order of the list.
func (p *planner) countPlaces() {
	capacity := p.view.Event.Capacity
	if capacity == 0 {
		return
	}
	taken := p.view.Count(workshop.Enrolled)
	for i := range p.plan.Rows {
		if w := p.plan.Rows[i].What; w != WhatNew && w != WhatKnown {
			continue
		}
		if taken++; taken > capacity {
			p.plan.Waiting++
			p.note(i, "", LevelWarning, "import_waiting", errs.Args{"n": capacity})
		}
	}
}
