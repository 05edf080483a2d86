package report

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/exam"
	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/workshop"
)

// monday is the first day of the workshops that the tests make.
var monday = time.Date(2026, 12, 14, 0, 0, 0, 0, time.UTC)

// exported is when the tests export: 18:05 in Tunis on the second day.
var exported = time.Date(2026, 12, 15, 17, 5, 0, 0, time.UTC)

var allGovernorates = []org.Governorate{
	{Code: "TN-11", NameFR: "Tunis", NameAR: "تونس"}, {Code: "TN-12", NameFR: "Ariana", NameAR: "أريانة"}, {Code: "TN-13", NameFR: "Ben Arous", NameAR: "بن عروس"},
	{Code: "TN-14", NameFR: "La Manouba", NameAR: "منوبة"}, {Code: "TN-21", NameFR: "Nabeul", NameAR: "نابل"}, {Code: "TN-22", NameFR: "Zaghouan", NameAR: "زغوان"},
	{Code: "TN-23", NameFR: "Bizerte", NameAR: "بنزرت"}, {Code: "TN-31", NameFR: "Béja", NameAR: "باجة"}, {Code: "TN-32", NameFR: "Jendouba", NameAR: "جندوبة"},
	{Code: "TN-33", NameFR: "Le Kef", NameAR: "الكاف"}, {Code: "TN-34", NameFR: "Siliana", NameAR: "سليانة"}, {Code: "TN-41", NameFR: "Kairouan", NameAR: "القيروان"},
	{Code: "TN-42", NameFR: "Kasserine", NameAR: "القصرين"}, {Code: "TN-43", NameFR: "Sidi Bouzid", NameAR: "سيدي بوزيد"}, {Code: "TN-51", NameFR: "Sousse", NameAR: "سوسة"},
	{Code: "TN-52", NameFR: "Monastir", NameAR: "المنستير"}, {Code: "TN-53", NameFR: "Mahdia", NameAR: "المهدية"}, {Code: "TN-61", NameFR: "Sfax", NameAR: "صفاقس"},
	{Code: "TN-71", NameFR: "Gafsa", NameAR: "قفصة"}, {Code: "TN-72", NameFR: "Tozeur", NameAR: "توزر"}, {Code: "TN-73", NameFR: "Kébili", NameAR: "قبلي"},
	{Code: "TN-81", NameFR: "Gabès", NameAR: "قابس"}, {Code: "TN-82", NameFR: "Médenine", NameAR: "مدنين"}, {Code: "TN-83", NameFR: "Tataouine", NameAR: "تطاوين"},
}

// organisations of the invented people: short, long, with signs that formulas read, and none.
var inventedOrgs = []struct {
	name, ar string
	kind     org.Kind
}{
	{"Centre de défense et d'intégration sociale de Sfax", "مركز الدفاع والإدماج الاجتماعي بصفاقس", org.KindMAS},
	{"Association Amal *Tunis*", "جمعية أمل", org.KindNGO},
	{"Délégation à la protection de l'enfance", "", org.KindPublic},
	{"OIM", "المنظمة الدولية للهجرة", org.KindInternational},
	{"=Association?", "", org.KindNGO},
	{"association amal *tunis*", "جمعية أمل", org.KindNGO},
	{"", "", ""},
}

var inventedNames = []struct{ family, given string }{
	{"Ben Abdallah", "Mohamed Amine"}, {"Trabelsi", "Amel"}, {"Bouzguenda", "Sonia"}, {"عبد الله", "فاطمة الزهراء"}, {"Gharbi", "Salma"},
	{"=HYPERLINK(1)", "@SUM"}, {"Jaziri", "Nour"}, {"المرزوقي", "هيثم"}, {"Chaabane", "Rim"}, {"Ayari", "Khaled"},
}

// invent makes the source of an event of some days with some people, marked or not, the same for the same numbers.
func invent(people, days int, marked bool) source {
	ev := workshop.Event{
		ID: uuid.New(), Code: "W-2026-014", Kind: workshop.Workshop, Title: "Détection et identification des victimes de la traite",
		TitleAR: "رصد ضحايا الاتجار بالأشخاص والتعرّف عليهم", NeutralTitle: "Accueil et orientation", Topics: "Indicateurs, premier entretien, orientation", Lang: "fr",
		Venue: "Hôtel Les Oliviers", Room: "Salle Carthage", Governorate: "TN-61", StartsOn: monday, EndsOn: monday.AddDate(0, 0, max(0, days-1)),
		TimeZone: "Africa/Tunis", Threshold: 0.75, Project: "Appui aux services sociaux", GrantRef: "GR-2025-031", Version: 17,
	}
	lead := uuid.New()
	head := &workshop.Head{Event: ev, Trainers: []workshop.Trainer{{PersonID: lead, FamilyName: "Mansouri", GivenName: "Leïla", Lead: true}, {PersonID: uuid.New(), FamilyName: "Dridi", GivenName: "Anis"}}}
	head.Slots = workshop.Plan(monday, monday.AddDate(0, 0, days-1), workshop.DefaultHours(), ev.Zone())
	if days == 0 {
		head.Slots = nil
	}
	for i := range head.Slots {
		head.Slots[i].ID, head.Slots[i].TrainerID = uuid.New(), lead
	}
	v := &workshop.View{Head: head}
	for i := range people {
		v.People = append(v.People, inventPerson(i, head.Slots, marked))
	}
	r := &workshop.Report{View: v}
	for i := range v.People {
		if p := &v.People[i]; p.Counts() {
			for j := range head.Slots {
				r.Rows = append(r.Rows, workshop.AttendanceRow{Slot: &head.Slots[j], Person: p, Cell: p.Cells[j]})
			}
		}
	}
	return source{report: r, tests: inventTests(v), governorates: allGovernorates, by: "P-7K3Q9", at: exported}
}

func inventPerson(i int, slots []workshop.Slot, marked bool) workshop.Participant {
	o, n := inventedOrgs[i%len(inventedOrgs)], inventedNames[i%len(inventedNames)]
	p := workshop.Participant{
		EnrolmentID: uuid.New(), PersonID: uuid.New(), Number: i + 1, State: workshop.Enrolled, PersonCode: fmt.Sprintf("P-%05d", i), FamilyName: n.family,
		GivenName: n.given, Sex: []string{"f", "m", "f", ""}[i%4], BirthYear: []int{2004, 1995, 0, 1985, 1960, 1975}[i%6], Organisation: o.name,
		OrganisationAR: o.ar, OrganisationKind: string(o.kind), JobTitle: "Assistante sociale", Governorate: allGovernorates[i*5%24].Code,
		Phone: fmt.Sprintf("+216 98 700 %03d", i), Email: fmt.Sprintf("personne%d@example.org", i),
	}
	if i%8 == 4 {
		p.State = workshop.Withdrawn
	}
	if i%9 == 6 {
		p.Governorate = ""
	}
	p.Cells = make([]workshop.Cell, len(slots))
	for j := range p.Cells {
		p.Cells[j] = inventCell(i, j, &slots[j], marked)
	}
	return p
}

func inventCell(i, j int, slot *workshop.Slot, marked bool) workshop.Cell {
	c := workshop.Cell{Status: workshop.Statuses()[(i+j*(i%3))%6]}
	if i%2 == 0 {
		c.Status = workshop.Present
	}
	if !marked || c.Status == workshop.Unmarked {
		return workshop.Cell{Status: workshop.Unmarked}
	}
	c.MarkID, c.Seq, c.Source = uuid.New(), int64(i*10+j+1), []workshop.Source{workshop.Scan, workshop.RollCall, workshop.Paper, workshop.Self}[i%4]
	c.Conflict = i == 3 && j == 1
	if c.Status.Attended() {
		c.Minutes, c.ArrivedAt = slot.Minutes, slot.StartsAt
	}
	switch c.Status {
	case workshop.Late:
		c.Minutes, c.ArrivedAt = slot.Minutes-25, slot.StartsAt.Add(25*time.Minute)
	case workshop.LeftEarly:
		c.Minutes, c.LeftAt = slot.Minutes-40, slot.EndsAt.Add(-40*time.Minute)
	}
	return c
}

// inventTests gives every person a pair, but one each who took one test only, and one who had everything right before.
func inventTests(v *workshop.View) exam.Results {
	r := exam.Results{Pairing: &exam.Pairing{}}
	share := func(f float64) *float64 { return &f }
	for i := range v.People {
		s := exam.Score{Participant: exam.Participant{PersonID: v.People[i].PersonID}, Pre: share(float64(30+i%40) / 100), Post: share(float64(60+i%35) / 100)}
		switch i % 10 {
		case 3:
			s.Post = nil
		case 6:
			s.Pre = nil
		case 8:
			s.Pre = share(1)
		}
		r.Scores = append(r.Scores, s)
	}
	return r
}

// made is a workbook of the tests as bytes, with its facts.
type made struct {
	data     []byte
	facts    *facts
	checksum string
}

func make1(t testing.TB, s source, o Options) made {
	t.Helper()
	bundle, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	f := newFacts(s)
	w, sum, err := attendanceBook(f, o, bundle.For(o.Lang))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	var b bytes.Buffer
	if _, err := w.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return made{data: b.Bytes(), facts: f, checksum: sum}
}

// makeList makes the list of participants.
func makeList(t testing.TB, s source, o Options) made {
	t.Helper()
	bundle, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	w, err := participantsBook(newFacts(s), o, bundle.For(o.Lang))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	data, err := w.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return made{data: data}
}
