package org

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"shelter/internal/access"
)

func TestCodeCatchesMisreading(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{codeShort, codeLong}).Draw(t, "length")
		code := newCode(n)
		got, ok := ParseCode(strings.ToLower(code[2:]))
		if !ok || got != code {
			t.Fatalf("ParseCode(%q) = %q, %v", code[2:], got, ok)
		}
		body := []byte(code[2:])
		i := rapid.IntRange(0, n-1).Draw(t, "i")
		other := codeAlphabet[rapid.IntRange(0, len(codeAlphabet)-1).Draw(t, "other")]
		if other != body[i] {
			wrong := append([]byte(nil), body...)
			wrong[i] = other
			if _, ok := ParseCode("P-" + string(wrong)); ok {
				t.Fatalf("%s read as %s was accepted", body, wrong)
			}
		}
		j := rapid.IntRange(0, n-1).Draw(t, "j")
		if body[i] != body[j] {
			wrong := append([]byte(nil), body...)
			wrong[i], wrong[j] = wrong[j], wrong[i]
			if _, ok := ParseCode("P-" + string(wrong)); ok {
				t.Fatalf("%s with two characters exchanged (%s) was accepted", body, wrong)
			}
		}
	})
}

func TestParseCodeAsTyped(t *testing.T) {
	t.Parallel()
	code := "P-7K3Q" + string(codeAlphabet[checkValue("7K3Q")])
	for _, typed := range []string{code, strings.ToLower(code), " p 7k3q" + code[6:], "٧K٣Q" + code[6:], "P–7K3Q" + code[6:]} {
		if got, ok := ParseCode(typed); !ok || got != code {
			t.Errorf("ParseCode(%q) = %q, %v, want %q", typed, got, ok, code)
		}
	}
	for _, wrong := range []string{"", "P", "P-", "P-7K3", "hello", "22345678", "P-7K3Q0", "é7K3Q", "P-77777777777"} {
		if got, ok := ParseCode(wrong); ok {
			t.Errorf("ParseCode(%q) = %q, want a refusal", wrong, got)
		}
	}
}

func TestAgeBandAt(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	date := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		birth time.Time
		year  int
		want  AgeBand
	}{
		{date(2001, 3, 2), 0, AgeUnder25}, // 25 tomorrow
		{date(2001, 3, 1), 0, Age25},
		{date(1991, 3, 2), 0, Age25},
		{date(1991, 3, 1), 0, Age35},
		{date(1981, 2, 28), 0, Age45},
		{date(1971, 3, 1), 0, Age55},
		{date(2000, 2, 29), 0, Age25},
		{time.Time{}, 2002, AgeUnder25},
		{time.Time{}, 2001, Age25},
		{time.Time{}, 1971, Age55},
		{time.Time{}, 0, AgeUnknown},
		{date(2027, 1, 1), 0, AgeUnknown},
		{time.Time{}, 1900, AgeUnknown},
		{date(1980, 1, 1), 2005, Age45}, // the date counts before the year
	} {
		if got := AgeBandAt(day, c.birth, c.year); got != c.want {
			t.Errorf("AgeBandAt(%v, %d) = %s, want %s", c.birth, c.year, got, c.want)
		}
	}
}

func TestParsePhone(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"22345678": "+21622345678", "22 345 678": "+21622345678", "+216 22.345.678": "+21622345678", "00216 22 345 678": "+21622345678",
		"216-22-345-678": "+21622345678", "٢٢ ٣٤٥ ٦٧٨": "+21622345678", "+33 6 12 34 56 78": "+33612345678", "(71) 345 678": "+21671345678",
		"": "", "12345678": "", "2234567": "", "223456789": "", "22 345 678 / 98 111 222": "", "+216 12 345 678": "", "abc": "", "+": "", "+0033612345678": "",
	} {
		got, ok := ParsePhone(typed)
		if got != want || ok != (want != "") {
			t.Errorf("ParsePhone(%q) = %q, %v, want %q", typed, got, ok, want)
		}
	}
}

func FuzzParsePhone(f *testing.F) {
	for _, s := range []string{"22345678", "+216 22 345 678", "٢٢٣٤٥٦٧٨", "+", "00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, ok := ParsePhone(s)
		if !ok {
			return
		}
		if again, ok := ParsePhone(p); !ok || again != p {
			t.Fatalf("ParsePhone(%q) = %q, which reads as %q, %v", s, p, again, ok)
		}
	})
}

func TestParseEmail(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		" Salma@Example.TN ": "salma@example.tn", "a.b+c@x.org": "a.b+c@x.org",
		"": "", "salma": "", "salma@": "", "@x.org": "", "salma@localhost": "", "S <s@x.org>": "", "a b@x.org": "", "s@x.org\r\nBcc: y@x.org": "", "s@x.": "",
	} {
		got, ok := ParseEmail(typed)
		if got != want || ok != (want != "") {
			t.Errorf("ParseEmail(%q) = %q, %v, want %q", typed, got, ok, want)
		}
	}
}

func TestOrganisationKeyMeets(t *testing.T) {
	t.Parallel()
	for _, group := range [][]string{
		{"MAS – CDIS Sfax", "MAS - CDIS Sfax", "mas cdis  sfax", "M.A.S. CDIS SFAX", "MAS—CDIS—Sfax"},
		{"Association Femmes & Dignité", "association femmes et dignite", "ASSOCIATION « Femmes et Dignité »"},
		{"جمعية أمل", "جمعيّة امل", "جمعيه أمل"},
		{"L'Espoir", "L’espoir", "lespoir"},
	} {
		want := OrganisationKey(group[0])
		for _, name := range group {
			if got := OrganisationKey(name); got != want {
				t.Errorf("OrganisationKey(%q) = %q, want %q", name, got, want)
			}
		}
	}
	if OrganisationKey("MAS Sfax") == OrganisationKey("MAS Sousse") {
		t.Error("two services have one key")
	}
	if got := OrganisationKey(" – "); got != "" {
		t.Errorf("a name without letters has the key %q", got)
	}
}

func TestGuessKind(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]Kind{
		"MAS – CDIS Sfax": KindMAS, "Ministère des Affaires sociales": KindMAS, "وزارة الشؤون الاجتماعية": KindMAS,
		"Direction régionale des affaires sociales de Tunis": KindMAS,
		"Association Amal": KindNGO, "ONG Beity": KindNGO, "جمعية أمل للمرأة": KindNGO, "Beity": KindNGO, "Masar": KindNGO,
		"Instance nationale de lutte contre la traite": KindPublic, "الهيئة الوطنية لمكافحة الاتجار بالأشخاص": KindPublic,
		"Hôpital Charles Nicolle": KindPublic, "Ministère de la Santé": KindPublic, "وزارة الصحة": KindPublic,
		"OIM": KindInternational, "IOM Tunisia": KindInternational, "المنظمة الدولية للهجرة": KindInternational,
	} {
		if got := GuessKind(name); got != want {
			t.Errorf("GuessKind(%q) = %s, want %s", name, got, want)
		}
	}
}

func TestEveryRoleHasItsScopes(t *testing.T) {
	t.Parallel()
	for _, r := range access.Roles() {
		if len(ScopesOf(r)) == 0 {
			t.Errorf("no scope for %s", r)
		}
	}
}

func TestWeigh(t *testing.T) {
	t.Parallel()
	birth := time.Date(1985, 4, 12, 0, 0, 0, 0, time.UTC)
	known := Person{FamilyName: "Trabelsi", GivenName: "Salma", CIN: "01234567", BirthDate: birth, Email: "office@example.tn"}
	known.NameKey = NameKey(known.FamilyName, known.GivenName)
	index := indexPersons([]Person{known})
	for name, c := range map[string]struct {
		in      Candidate
		found   bool
		certain bool
	}{
		"same CIN, other spelling":       {Candidate{FamilyName: "Tarabelsi", GivenName: "S.", CIN: "01234567"}, true, true},
		"same address, same name":        {Candidate{FamilyName: "TRABELSI", GivenName: "Selma", Email: "office@example.tn"}, true, true},
		"same address, other name":       {Candidate{FamilyName: "Gharbi", GivenName: "Ali", Email: "office@example.tn"}, true, false},
		"same address, other CIN":        {Candidate{FamilyName: "Trabelsi", GivenName: "Salma", CIN: "07654321", Email: "office@example.tn"}, false, false},
		"same name and birth":            {Candidate{FamilyName: "Trabelsi", GivenName: "Salma", BirthDate: birth}, true, true},
		"same name, other birth":         {Candidate{FamilyName: "Trabelsi", GivenName: "Salma", BirthDate: birth.AddDate(1, 0, 0)}, false, false},
		"same name, same year, no org":   {Candidate{FamilyName: "Trabelsi", GivenName: "Salma", BirthYear: 1985}, true, false},
		"same name, nothing else":        {Candidate{FamilyName: "Trabelsi", GivenName: "Salma"}, false, false},
		"same name in the other script":  {Candidate{FamilyName: "الطرابلسي", GivenName: "سلمى", BirthDate: birth}, true, true},
		"nothing in common":              {Candidate{FamilyName: "Gharbi", GivenName: "Ali"}, false, false},
		"same address, other birth date": {Candidate{FamilyName: "Trabelsi", GivenName: "Salma", Email: "office@example.tn", BirthDate: birth.AddDate(0, 0, 1)}, false, false},
	} {
		m := index.best(c.in)
		if m.Found() != c.found || m.Certain != c.certain {
			t.Errorf("%s: found %v certain %v, want %v %v", name, m.Found(), m.Certain, c.found, c.certain)
		}
	}
}
