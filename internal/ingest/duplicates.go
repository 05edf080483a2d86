package ingest

import (
	"slices"
	"strings"
	"time"

	"shelter/internal/errs"
	"shelter/internal/org"
)

// duplicates finds the rows that are a person further up. The same identity card number is proof when the names agree at
// least in part; the same name needs a second evidence: number, address, phone or birth date. The same name by itself is a
// doubt, so that two people of one name are never made one.
func (c *checker) duplicates() {
	x := &rowIndex{cin: map[string]int{}, email: map[string]int{}, phone: map[string]int{}, name: map[string][]int{}, proof: map[proof][]int{}}
	for i := range c.out.People {
		p := &c.out.People[i]
		c.cur = p
		if p.NameKey == "" {
			continue
		}
		if first, by := x.same(c.out.People, i); first >= 0 {
			p.SameAs = c.out.People[first].Row
			c.out.People[first].fill(p)
			x.addValues(c.out.People[first], first)
			c.note(by, "", verdict{LevelWarning, "ingest_duplicate", errs.Args{"row": p.SameAs}})
			continue
		}
		c.doubts(x, i)
		x.addValues(*p, i)
		x.name[p.NameKey] = appendFew(x.name[p.NameKey], i)
	}
}

// rowIndex finds earlier rows by what they hold. A number, an address or a phone leads to the first row that holds it.
type rowIndex struct {
	cin, email, phone map[string]int
	name              map[string][]int
	proof             map[proof][]int
}

// proof is a name with a second evidence.
type proof struct {
	name  string
	by    Field
	value string
}

func (p Person) proofs() []proof {
	var out []proof
	if p.Email != "" {
		out = append(out, proof{p.NameKey, Email, p.Email})
	}
	if p.Phone != "" {
		out = append(out, proof{p.NameKey, Phone, p.Phone})
	}
	if !p.BirthDate.IsZero() {
		out = append(out, proof{p.NameKey, Birth, p.BirthDate.Format(time.DateOnly)})
	}
	return out
}

// appendFew keeps the rows to be compared few, so that a list of one name a thousand times costs no more than another.
func appendFew(rows []int, i int) []int {
	const enough = 20
	if len(rows) >= enough || slices.Contains(rows, i) {
		return rows
	}
	return append(rows, i)
}

func (x *rowIndex) addValues(p Person, i int) {
	for _, e := range []struct {
		m map[string]int
		v string
	}{{x.cin, p.CIN}, {x.email, p.Email}, {x.phone, p.Phone}} {
		if _, taken := e.m[e.v]; e.v != "" && !taken {
			e.m[e.v] = i
		}
	}
	for _, k := range p.proofs() {
		x.proof[k] = appendFew(x.proof[k], i)
	}
}

// same gives the earlier row of the same person and the field that proves it; -1 when there is none. Two different identity
// card numbers or sexes are two persons.
func (x *rowIndex) same(people []Person, i int) (first int, by Field) {
	p := people[i]
	if j, ok := x.cin[p.CIN]; ok && p.CIN != "" {
		if alike(people[j], p) {
			return j, CIN
		}
		return -1, "" // the number of another: nothing is certain of this row
	}
	for _, k := range p.proofs() {
		for _, j := range x.proof[k] {
			if !apart(people[j], p) && sameName(people[j], p) {
				return j, k.by
			}
		}
	}
	return -1, ""
}

func sameName(a, b Person) bool { return org.SameName(a.Family, a.Given, b.Family, b.Given) }

// alike tells whether two names have a word in common: enough where the identity card numbers are equal, since they may be
// spelled or cut differently.
func alike(a, b Person) bool {
	for _, w := range strings.Fields(a.NameKey) {
		for _, v := range strings.Fields(b.NameKey) {
			if w == v || len(w) > 3 && len(v) > 3 && distance(w, v) <= 1 {
				return true
			}
		}
	}
	return false
}

func apart(a, b Person) bool {
	return a.CIN != "" && b.CIN != "" && a.CIN != b.CIN || a.Sex != "" && b.Sex != "" && a.Sex != b.Sex
}

// doubts notes what a row shares with another person further up.
func (c *checker) doubts(x *rowIndex, i int) {
	people := c.out.People
	p := people[i]
	if j, ok := x.cin[p.CIN]; ok && p.CIN != "" {
		c.note(CIN, p.CIN, verdict{LevelError, "ingest_cin_of_another", errs.Args{"row": people[j].Row}})
	}
	if j, ok := x.email[p.Email]; ok && p.Email != "" {
		c.note(Email, p.Email, verdict{LevelWarning, "ingest_email_shared", errs.Args{"row": people[j].Row}})
	}
	if j, ok := x.phone[p.Phone]; ok && p.Phone != "" {
		c.note(Phone, p.Phone, verdict{LevelWarning, "ingest_phone_shared", errs.Args{"row": people[j].Row}})
	}
	for _, j := range x.name[p.NameKey] {
		q := people[j]
		if !apart(q, p) && sameName(q, p) {
			c.note(nameField(c.m), p.Name(), verdict{LevelWarning, "ingest_same_name", errs.Args{"row": q.Row}})
			return
		}
	}
}

func nameField(m Mapping) Field {
	if m.Columns[FullName] > 0 {
		return FullName
	}
	return FamilyName
}

// fill takes over what another row of the same person says and this one does not.
func (p *Person) fill(other *Person) {
	for _, v := range []struct {
		to   *string
		from string
	}{
		{&p.Given, other.Given}, {&p.Sex, other.Sex}, {&p.CIN, other.CIN}, {&p.Organisation, other.Organisation}, {&p.Function, other.Function},
		{&p.Governorate, other.Governorate}, {&p.Phone, other.Phone}, {&p.Email, other.Email},
	} {
		if *v.to == "" {
			*v.to = v.from
		}
	}
	if p.BirthDate.IsZero() && (p.BirthYear == 0 || p.BirthYear == other.BirthYear) {
		p.BirthDate, p.BirthYear = other.BirthDate, other.BirthYear
	}
}
