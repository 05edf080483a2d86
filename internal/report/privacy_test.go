package report

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"shelter/internal/i18n"
)

// secretive gives the invented people what must not leave the house without being asked for.
func secretive() source {
	s := invent(14, 2, true)
	for i := range s.report.People {
		p := &s.report.People[i]
		p.BirthDate = time.Date(1987, 3, 1+i, 0, 0, 0, 0, time.UTC)
		p.BadgeCode, p.BadgeToken = fmt.Sprintf("BADGE%d", i), fmt.Sprintf("token-%d", i)
	}
	return s
}

// holding lists the parts of a file that hold a text, in any of the ways in which a part can write it.
func holding(t *testing.T, m made, texts ...string) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for part, content := range parts(t, m.data) {
		for _, text := range texts {
			if strings.Contains(content, text) {
				found[text] = append(found[text], part)
			}
		}
	}
	return found
}

func TestNothingLeavesThatWasNotAskedFor(t *testing.T) {
	t.Parallel()
	for _, l := range i18n.Langs() {
		m := make1(t, secretive(), Options{Lang: l})
		if found := holding(t, m, "98 700", "98700", "@example", "personne1", "1987-03", "01/03/1987", "31837", "BADGE", "token-", "CIN "); len(found) > 0 {
			for text, in := range found {
				if text == "CIN " && l == i18n.FR { // the read-me says that it is left out
					continue
				}
				t.Errorf("%s: %q is in %v", l, text, in)
			}
		}
	}
}

func TestNamesStandOnTheSignatureSheetOnly(t *testing.T) {
	t.Parallel()
	m := make1(t, secretive(), Options{Lang: i18n.FR})
	for _, name := range []string{"Bouzguenda", "Trabelsi", "المرزوقي", "Mansouri"} {
		in := holding(t, m, name)[name]
		if len(in) != 1 || in[0] != "xl/worksheets/sheet1.xml" {
			t.Errorf("%s stands in %v", name, in)
		}
	}
}

func TestContactsAreThereWhenAskedFor(t *testing.T) {
	t.Parallel()
	m := make1(t, secretive(), Options{Lang: i18n.FR, Contacts: true})
	found := holding(t, m, "+216 98 700 001", "@example")
	if in := found["+216 98 700 001"]; len(in) != 1 || in[0] != "xl/worksheets/sheet1.xml" {
		t.Errorf("the phone stands in %v", in)
	}
	if in := found["@example"]; len(in) != 0 {
		t.Errorf("the e-mail of who has a phone stands in %v", in)
	}
}

func TestNeutralTitleHidesTheSubject(t *testing.T) {
	t.Parallel()
	s := secretive()
	found := holding(t, make1(t, s, Options{Lang: i18n.FR, Neutral: true}), "traite", "Détection", "Indicateurs", "الاتجار", "Appui aux services")
	for text, in := range found {
		t.Errorf("%q is in %v", text, in)
	}
	s.report.Event.NeutralTitle = ""
	for l, kind := range map[i18n.Lang]string{i18n.FR: "Atelier W-2026-014", i18n.AR: "ورشة W-2026-014", i18n.EN: "Workshop W-2026-014"} {
		m := make1(t, s, Options{Lang: l, Neutral: true})
		if found := holding(t, m, "traite", "الاتجار", "Indicateurs"); len(found) > 0 {
			t.Errorf("%s: %v", l, found)
		}
		if in := holding(t, m, kind)[kind]; len(in) < 3 {
			t.Errorf("%s: %q stands in %v", l, kind, in)
		}
	}
}

// A neutral title on paper is of no use beside topics that say what the event was about.
func TestPaperHasNoTopicsBesideANeutralTitle(t *testing.T) {
	t.Parallel()
	s := secretive()
	m := make1(t, s, Options{Lang: i18n.FR})
	f := open(t, m)
	if paper := sheetXML(t, m, f, f.GetSheetList()[0]); strings.Contains(paper, "traite") || strings.Contains(paper, "Indicateurs") || !strings.Contains(paper, "Accueil et orientation") {
		t.Error("the paper gives the subject away")
	}
	s.report.Event.NeutralTitle = ""
	m = make1(t, s, Options{Lang: i18n.FR})
	if paper := sheetXML(t, m, f, f.GetSheetList()[0]); !strings.Contains(paper, "Indicateurs, premier entretien, orientation") || !strings.Contains(paper, "Détection et identification") {
		t.Error("the paper lacks title and topics")
	}
}

func TestPropertiesSayNothing(t *testing.T) {
	t.Parallel()
	m := make1(t, secretive(), Options{Lang: i18n.FR})
	f := open(t, m)
	p, err := f.GetDocProps()
	if err != nil {
		t.Fatal(err)
	}
	if p.Title != "W-2026-014" || p.Creator != "Shelter" || p.LastModifiedBy != "Shelter" || p.Description+p.Keywords+p.Category != "" {
		t.Errorf("%+v", p)
	}
	app, err := f.GetAppProps()
	if err != nil || app.Company != "" {
		t.Errorf("%+v %v", app, err)
	}
	for _, s := range f.GetSheetList() {
		if c, _ := f.GetComments(s); len(c) > 0 {
			t.Errorf("%s has comments", s)
		}
	}
}

func TestParticipantsListIsTheMatrixByHalfDay(t *testing.T) {
	t.Parallel()
	s := secretive()
	for _, o := range []Options{{Lang: i18n.FR}, {Lang: i18n.AR, Contacts: true}} {
		m := makeList(t, s, o)
		checkFile(t, m)
		f := open(t, m)
		name := f.GetSheetList()[0]
		rows, err := f.GetRows(name, excelize.Options{RawCellValue: true})
		if err != nil || len(rows) != 1+len(s.report.People) {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		found := holding(t, m, "98 700", "@example", "1987", "BADGE", "token-")
		if (len(found["98 700"])+len(found["@example"]) > 0) != o.Contacts || len(found["1987"])+len(found["BADGE"])+len(found["token-"]) > 0 {
			t.Errorf("%+v: %v", o, found)
		}
		for i := range s.report.People {
			n, minutes := s.report.People[i].Attended()
			got := rows[i+1][len(rows[0])-3 : len(rows[0])-1]
			if got[0] != fmt.Sprint(n) || got[1] != fmt.Sprint(minutes) {
				t.Errorf("%s: %v, want %d and %d", rows[i+1][1], got, n, minutes)
			}
		}
	}
	if f := open(t, makeList(t, invent(0, 1, false), Options{Lang: i18n.EN})); f.GetSheetList()[0] != "Participants" {
		t.Error(f.GetSheetList())
	}
}
