package ingest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"shelter/internal/sheet"
)

const nastyCSV = `Nom;Prénom;Sexe;CIN;Date de naissance;Structure;Fonction;Gouvernorat;Tél;Mail
Ayari;Salma;autre;05535478;31/02/1990;MAS;Psychologue;Kef;22642259;salma@exemple.tn
;;F;1234;12/10/2030;MAS;;Atlantide;123;pas-une-adresse
12345;;F;AB123456;12/10/1890;MAS;;Sousa;22 642 259 / 95 991 123;MAILTO:Wafa@Exemple.TN
=HYPERLINK("x");Sami;H;abc;12/25/1990;"=1+1";;;05535478;sami@exemple,tn
Dridi;;F;55991123;5/3/88;MAS;` + "x" + `;;+33 6 12 34 56 78;"w@exemple.tn ; x@exemple.tn"
Mejri2;Ali;H;0;1971;MAS;;;n/a;-
Gharbi;Walid;H;1459448;n'importe;MAS;;;;
Trabelsi;Sami;H;05535478;12/10/2015;MAS;;;22642259;salma@exemple.tn
Khelifi;Imen;F;;03/2001;MAS;;;;
Khelifi;Imène;F;;24955;MAS;;;;
Ben Ali;Nour;F;;12/10/2012;MAS;;;;
`

func TestNastyRows(t *testing.T) {
	t.Parallel()
	_, c := checkFile(t, "nasty.csv", []byte(nastyCSV))
	same(t, "issues", keys(c), []string{
		"C2 warning sex_unknown", "E2 error birth_impossible",
		"A3 error name_missing", "D3 error cin_invalid", "E3 error birth_future", "H3 warning place_unknown", "I3 error phone_invalid", "J3 error email_invalid",
		"A4 error name_no_letters", "D4 warning cin_other", "E4 error birth_too_old", "H4 warning place_guessed", "I4 warning phone_first", "J4 warning email_mended",
		"A5 error like_formula", "D5 error cin_invalid", "E5 warning birth_swapped", "F5 error like_formula", "I5 error phone_invalid", "J5 warning email_mended",
		"B6 warning name_single", "D6 warning cin_odd", "E6 warning birth_two_digits", "J6 warning email_first",
		"A7 warning name_odd", "D7 warning cin_zero", "E7 warning birth_year_only",
		"D8 warning cin_padded", "E8 error birth_unreadable",
		"D9 error cin_of_another", "E9 warning birth_young", "I9 warning phone_shared", "J9 warning email_shared",
		"E10 warning birth_month_only",
		"A11 warning same_name", "E11 warning birth_serial",
		"E12 warning birth_young",
	})
	if valid, invalid, duplicates := c.Counts(); valid != 5 || invalid != 6 || duplicates != 0 {
		t.Errorf("%d valid, %d invalid, %d duplicates", valid, invalid, duplicates)
	}
	p := c.People
	if p[2].Phone != "+21622642259" || p[2].Email != "wafa@exemple.tn" || p[2].Governorate != "TN-51" {
		t.Errorf("row 4 is mended: %+v", p[2])
	}
	if p[4].Phone != "+33612345678" || p[4].Email != "w@exemple.tn" || p[4].BirthDate.Format(time.DateOnly) != "1988-03-05" || p[4].Function != "" {
		t.Errorf("row 6: %+v", p[4])
	}
	if p[5].CIN != "" || p[5].Phone != "" || p[5].Email != "" || p[5].BirthYear != 1971 {
		t.Errorf("row 7: %+v", p[5])
	}
}

func TestFormulasAreRefusedWhereTheyMatter(t *testing.T) {
	t.Parallel()
	data := xlsx(t, func(f *excelize.File) {
		_ = f.SetSheetRow("Sheet1", "A1", &[]any{"N°", "Nom", "Prénom", "Tél"})
		_ = f.SetSheetRow("Sheet1", "A2", &[]any{1, "Ayari", "Salma", "22642259"})
		_ = f.SetSheetRow("Sheet1", "A3", &[]any{2, "Dridi", "Wafa", "95991123"})
		_ = f.SetCellFormula("Sheet1", "A3", "A2+1")
		_ = f.SetCellFormula("Sheet1", "C3", `UPPER("wafa")`)
		_ = f.SetSheetRow("Sheet1", "A4", &[]any{3, "Mejri", "Sami", "96114251"})
	})
	_, c := checkFile(t, "a.xlsx", data)
	same(t, "issues", keys(c), []string{"C3 error formula"})
}

func TestMappingsThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	book := csvBook(t, "Nom;Prénom\nAyari;Salma\n")
	for what, c := range map[string]struct {
		m   Mapping
		key string
	}{
		"no name":       {Mapping{HeaderRow: 1, Columns: map[Field]int{Phone: 1}}, "ingest_no_name_column"},
		"one for two":   {Mapping{HeaderRow: 1, Columns: map[Field]int{FamilyName: 1, GivenName: 1}}, "ingest_column_twice"},
		"no such field": {Mapping{HeaderRow: 1, Columns: map[Field]int{FamilyName: 1, "shoe_size": 2}}, "error_choice"},
		"negative":      {Mapping{HeaderRow: 1, Columns: map[Field]int{FamilyName: -1}}, "ingest_column_twice"},
		"no such sheet": {Mapping{Sheet: "x", HeaderRow: 1, Columns: map[Field]int{FamilyName: 1}}, "ingest_no_sheet"},
		"below the end": {Mapping{HeaderRow: 9, Columns: map[Field]int{FamilyName: 1}}, "ingest_no_rows"},
	} {
		if _, err := Check(book, c.m, today); errKey(err) != c.key {
			t.Errorf("%s: %v, want %s", what, err, c.key)
		}
	}
	c, err := Check(book, Mapping{HeaderRow: 1, Columns: map[Field]int{FamilyName: 2, GivenName: 1}}, today)
	if err != nil || c.People[0].Family != "Salma" {
		t.Errorf("a mapping changed by hand: %v, %+v", err, c)
	}
}

func TestBirthDates(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"12/10/1990": "1990-10-12", "4-11-1973": "1973-11-04", "4.11.1973": "1973-11-04", "1983/05/11": "1983-05-11", "1983-05-11": "1983-05-11",
		"1990-10-12T00:00:00": "1990-10-12", "12/10/1990 00:00": "1990-10-12", "12 10 1990": "1990-10-12", "٠٤/١١/١٩٧٣": "1973-11-04", "۱۹۸۳/۰۵/۱۱": "1983-05-11",
		"1er janvier 1980": "1980-01-01", "12 oct. 1990": "1990-10-12", "12 octobre 1990": "1990-10-12", "12 أكتوبر 1990": "1990-10-12", "3 جويلية 1985": "1985-07-03",
		"March 5, 1988": "1988-03-05", "né le 12/10/1990 à Sfax": "1990-10-12", "12101990": "1990-10-12", "19901012": "1990-10-12", " 12/10/1990\u00a0": "1990-10-12",
		"12/10/90": "1990-10-12 two_digits", "5/3/05": "2005-03-05 two_digits", "12/25/1990": "1990-12-25 swapped", "24955": "1968-04-27 serial",
		"1971": "1971 year_only", "08/1994": "1994 month_only", "août 1994": "1994 month_only", "71": "1971 two_digits",
		"": "", "-": "", "néant": "", "غير معروف": "", "xx": "",
		"31/02/1990": "! impossible", "00/00/1990": "! impossible", "12/13/1990": "1990-12-13 swapped", "12/10/2030": "! future", "2031": "! future", "1890": "! too_old", "2020": "! too_young",
		"12/10/1901": "! too_old", "12/10/2013": "2013-10-12 young", "n'importe": "! unreadable", "1/2/3/4": "! unreadable", "99999999999999999999": "! unreadable", "12/10/199": "! unreadable",
	} {
		b, v := readBirth(sheet.Cell{Kind: sheet.Text, Text: text}, today)
		got := ""
		switch {
		case v.level == LevelError:
			got = "!"
		case !b.date.IsZero():
			got = b.date.Format(time.DateOnly)
		case b.year > 0:
			got = fmt.Sprint(b.year)
		}
		if v.key != "" {
			got += " " + strings.TrimPrefix(v.key, "ingest_birth_")
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Every day of a life, written in each usual way, is read as that day.
func TestBirthDateRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := today.AddDate(0, 0, -rapid.IntRange(17*366, 99*365).Draw(t, "days"))
		layout := rapid.SampledFrom([]string{"02/01/2006", "2-1-2006", "2006/01/02", "2006-01-02", "02.01.2006", "2 January 2006", "Jan 2, 2006"}).Draw(t, "layout")
		b, v := readBirth(sheet.Cell{Kind: sheet.Text, Text: day.Format(layout)}, today)
		if v.key != "" || !b.date.Equal(day) || b.year != day.Year() {
			t.Fatalf("%s: %v %v", day.Format(layout), b, v)
		}
	})
}

func FuzzBirth(f *testing.F) {
	for _, s := range []string{"12/10/1990", "1971", "né le 1er mars 1980 à 10:00", "٠٤/١١/١٩٧٣", "24955", ":", "T1:1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, kind := range []sheet.Kind{sheet.Text, sheet.Number, sheet.Date} {
			b, v := readBirth(sheet.Cell{Kind: kind, Text: text}, today)
			if v.level == LevelError && b != (birth{}) {
				t.Fatal("an error with a date")
			}
			if b.year != 0 && (b.year < today.Year()-oldest-1 || b.year > today.Year()) {
				t.Fatalf("born in %d", b.year)
			}
			if !b.date.IsZero() && b.date.Year() != b.year {
				t.Fatal("date and year differ")
			}
		}
	})
}

func TestPhones(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"22642259": "+21622642259", "+216 22 642 259": "+21622642259", "0021622642259": "+21622642259", "216 22642259": "+21622642259", "22.642.259": "+21622642259",
		"22-642-259": "+21622642259", "٢٢٦٤٢٢٥٩": "+21622642259", "Tél : 22 642 259": "+21622642259", "71 123 456": "+21671123456", "+33 (0)6 12 34 56 78": "+33612345678",
		"\u200e+216 22642259\u200f": "+21622642259", "22642259.0": "+21622642259", "'22642259": "+21622642259",
		"22642259 / 95991123": "+21622642259 first", "poste 12; 95991123": "+21695991123 first",
		"": "", "-": "", "0": "", "00000000": "", "n/a": "", "2264225": "! invalid", "05535478": "! invalid", "abc": "! invalid", "226422591234567890": "! invalid", "+216 12": "! invalid",
	} {
		p, v := parsePhone(text)
		got := p
		if v.level == LevelError {
			got = "!"
		}
		if v.key != "" {
			got += " " + strings.TrimPrefix(v.key, "ingest_phone_")
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	for raw, want := range map[string]string{"22642259": "+21622642259", "2.1622642259E10": "+21622642259", "22642259.0": "+21622642259"} {
		if p, _ := readPhone(sheet.Cell{Kind: sheet.Number, Text: raw}); p != want {
			t.Errorf("number %s: %q", raw, p)
		}
	}
}

func FuzzPhone(f *testing.F) {
	for _, s := range []string{"+216 22 642 259", "22642259/95991123", "00", "(0)", "٢٢٦٤٢٢٥٩"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, v := parsePhone(text)
		if p == "" {
			return
		}
		if v.level == LevelError || p[0] != '+' || len(p) < 9 || len(p) > 16 || strings.Trim(p[1:], "0123456789") != "" {
			t.Fatalf("%q: %q", text, p)
		}
		if again, _ := parsePhone(p); again != p {
			t.Fatalf("%q is read as %q", p, again)
		}
	})
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	if len(places) != 24 {
		t.Fatalf("%d governorates", len(places))
	}
	for text, want := range map[string]string{
		"Le Kef": "TN-33", "Kef": "TN-33", "El Kef": "TN-33", "LE KEF": "TN-33", "الكاف": "TN-33", "كاف": "TN-33", "ولاية الكاف": "TN-33", "Gouvernorat du Kef": "TN-33",
		"Manouba": "TN-14", "La Mannouba": "TN-14", "منوبة": "TN-14", "L'Ariana": "TN-12", "اريانة": "TN-12", "Gabes": "TN-81", "ڨابس": "TN-81", "قابس": "TN-81",
		"ڨفصة": "TN-71", "ڨبلي": "TN-73", "kebili": "TN-73", "Kébili ": "TN-73", "BEN AROUS": "TN-13", "Sidi Bou Zid": "TN-43", "sidi-bouzid": "TN-43", "قيروان": "TN-41",
		"مهدية": "TN-53", "TN-61": "TN-61", "Médenine": "TN-82", "medenine": "TN-82", "Beja": "TN-31",
		"Sfaxx": "TN-61?", "Jendoubba": "TN-32?", "Kairoan": "TN-41?", "Atlantide": "", "Paris": "", "x": "",
	} {
		code, v := readPlace(sheet.Cell{Kind: sheet.Text, Text: text})
		if code != "" && v.key == "ingest_place_guessed" {
			code += "?"
		}
		if code != want {
			t.Errorf("%q: %q, want %q", text, code, want)
		}
	}
}

func TestSexes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"F": "f", "femme": "f", "Féminin": "f", "أنثى": "f", "انثى": "f", "Mme": "f", "إمرأة": "f", "H": "m", "homme": "m", "M": "m", "Masc": "?", "Masculin": "m", "ذكر": "m", "ذَكَر": "m",
		"": "", "-": "", "1": "?",
	} {
		s, v := readSex(sheet.Cell{Text: text})
		if v.key != "" {
			s = "?"
		}
		if s != want {
			t.Errorf("%q: %q, want %q", text, s, want)
		}
	}
}

func TestIdentityCards(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind       sheet.Kind
		text, want string
	}{
		{sheet.Text, "05535478", "05535478"}, {sheet.Text, "05 535 478", "05535478"}, {sheet.Text, "٠٥٥٣٥٤٧٨", "05535478"}, {sheet.Number, "11922970", "11922970"},
		{sheet.Number, "1459448", "01459448 padded"}, {sheet.Text, "1459448", "01459448 padded"}, {sheet.Number, "459448", "00459448 padded"}, {sheet.Number, "1459448.0", "01459448 padded"},
		{sheet.Number, "25764", " cut"}, {sheet.Number, "0", " zero"}, {sheet.Text, "00000000", " zero"}, {sheet.Text, "-", ""}, {sheet.Text, "X123456", " other"},
		{sheet.Text, "25764", "! invalid"}, {sheet.Text, "123456789", "! invalid"}, {sheet.Text, "abc", "! invalid"}, {sheet.Number, "12", "! invalid"}, {sheet.Text, "95991123", "95991123 odd"},
	} {
		got, v := readCIN(sheet.Cell{Kind: c.kind, Text: c.text})
		if v.level == LevelError {
			got = "!"
		}
		if v.key != "" {
			got += " " + strings.TrimPrefix(v.key, "ingest_cin_")
		}
		if got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		full          string
		order         NameOrder
		family, given string
	}{
		{"Ayari Salma", FamilyFirst, "Ayari", "Salma"}, {"Salma Ayari", GivenFirst, "Ayari", "Salma"}, {"Ben Salah Anis", FamilyFirst, "Ben Salah", "Anis"},
		{"Anis Ben Salah", GivenFirst, "Ben Salah", "Anis"}, {"Anis BEN SALAH", FamilyFirst, "BEN SALAH", "Anis"}, {"BEN SALAH Anis", GivenFirst, "BEN SALAH", "Anis"},
		{"Mohamed Ali El Haj Ayari", GivenFirst, "El Haj Ayari", "Mohamed Ali"}, {"محمد علي العياري", GivenFirst, "العياري", "محمد علي"}, {"إيمان بن صالح", GivenFirst, "بن صالح", "إيمان"},
		{"الحاج علي سامي", FamilyFirst, "الحاج علي", "سامي"}, {"Ayari", FamilyFirst, "Ayari", ""}, {"Ben Ali", FamilyFirst, "Ben", "Ali"}, {"AYARI SALMA", FamilyFirst, "AYARI", "SALMA"},
	} {
		if family, given := splitName(c.full, c.order); family != c.family || given != c.given {
			t.Errorf("%q: %q, %q", c.full, family, given)
		}
	}
	_, c := checkFile(t, "a.csv", []byte("Nom et prénom;Tél\nMme Ayari  Salma ;22642259\nDr. Dridi Wafa;95991123\nالسيد سامي الماجري;96114251\nM. Ali Sami;\n"))
	for i, want := range []Person{{Family: "Ayari", Given: "Salma", Sex: "f"}, {Family: "Dridi", Given: "Wafa"}, {Family: "سامي", Given: "الماجري", Sex: "m"}, {Family: "Ali", Given: "Sami", Sex: "m"}} {
		if p := c.People[i]; p.Family != want.Family || p.Given != want.Given || p.Sex != want.Sex {
			t.Errorf("row %d: %+v", p.Row, p)
		}
	}
}

func TestDuplicates(t *testing.T) {
	t.Parallel()
	head := "Nom;Prénom;Sexe;CIN;Date de naissance;Tél;Mail\n"
	for what, c := range map[string]struct {
		rows string
		want string // rows of the same person, and the doubt, of the last row
	}{
		"same number":               {"Hammami;Imen;F;09297892;;;\nHamami;Imène;F;09297892;;;", "2 duplicate"},
		"same number, other script": {"Hammami;Imen;F;09297892;;;\nالهمامي;إيمان;;09297892;;;", "2 duplicate"},
		"same name and phone":       {"Hammami;Imen;F;;;22642259;\nالهمامي;إيمان;;;;+216 22 642 259;", "2 duplicate"},
		"same name and address":     {"Hammami;Imen;F;;;;i@exemple.tn\nHammami;Imen;F;09297892;;;I@exemple.tn", "2 duplicate"},
		"same name and birth":       {"Hammami;Imen;F;;04/11/1973;;\nHammami;Imen;F;;4-11-1973;;", "2 duplicate"},
		"names exchanged":           {"Hammami;Imen;F;;04/11/1973;;\nImen;Hammami;F;;04/11/1973;;", "2 duplicate"},
		"same name only":            {"Hammami;Imen;F;;;;\nHammami;Imen;F;;;;", "0 same_name"},
		"same name, other numbers":  {"Hammami;Imen;F;09297892;;;\nHammami;Imen;F;08175039;;;", "0 "},
		"birth agrees, numbers not": {"Hammami;Imen;F;09297892;04/11/1973;;\nHammami;Imen;F;08175039;04/11/1973;;", "0 "},
		"same name, other sex":      {"Ali;Nour;F;;;22642259;\nAli;Nour;H;;;22642259;", "0 phone_shared"},
		"office phone":              {"Hammami;Imen;F;;;71123456;\nDridi;Wafa;F;;;71123456;", "0 phone_shared"},
		"office address":            {"Hammami;Imen;F;;;;mas@exemple.tn\nDridi;Wafa;F;;;;mas@exemple.tn", "0 email_shared"},
		"number of another":         {"Hammami;Imen;F;09297892;;;\nDridi;Wafa;F;09297892;;;", "0 cin_of_another"},
		"siblings":                  {"Hammami;Imen;F;;04/11/1973;22642259;\nHammami;Amine;H;;04/11/1973;22642259;", "0 phone_shared"},
	} {
		_, r := checkFile(t, "a.csv", []byte(head+c.rows+"\n"))
		last := r.People[len(r.People)-1]
		key := ""
		for _, i := range r.Issues {
			if i.Row == last.Row {
				key = strings.TrimPrefix(i.Key, "ingest_")
			}
		}
		if got := fmt.Sprintf("%d %s", last.SameAs, key); got != c.want {
			t.Errorf("%s: %q, want %q", what, got, c.want)
		}
	}
}

// A repeated row gives what the first one lacked.
func TestDuplicateCompletesTheFirst(t *testing.T) {
	t.Parallel()
	_, c := checkFile(t, "a.csv", []byte("Nom;Prénom;CIN;Date de naissance;Tél;Mail\nHammami;Imen;09297892;1973;;\nHammami;Imen;09297892;04/11/1973;22642259;i@exemple.tn\n"))
	if p := c.People[0]; p.Phone != "+21622642259" || p.Email != "i@exemple.tn" || p.BirthDate.Format(time.DateOnly) != "1973-11-04" {
		t.Errorf("%+v", p)
	}
}

// However many rows: each row is a person or a repetition of an earlier row that is none itself.
func TestDuplicatesProperties(t *testing.T) {
	t.Parallel()
	names := rapid.SampledFrom([]string{"Ayari;Salma", "العياري;سلمى", "Ben Salah;Anis", "بن صالح;أنيس", "Dridi;Wafa"})
	phones := rapid.SampledFrom([]string{"", "22642259", "95991123"})
	cins := rapid.SampledFrom([]string{"", "05535478", "07566478"})
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		b.WriteString("Nom;Prénom;CIN;Tél\n")
		for range rapid.IntRange(1, 12).Draw(t, "n") {
			fmt.Fprintf(&b, "%s;%s;%s\n", names.Draw(t, "name"), cins.Draw(t, "cin"), phones.Draw(t, "phone"))
		}
		book, err := sheet.Read("a.csv", []byte(b.String()), sheet.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		c, err := Check(book, Mapping{HeaderRow: 1, Columns: map[Field]int{FamilyName: 1, GivenName: 2, CIN: 3, Phone: 4}}, today)
		if err != nil {
			t.Fatal(err)
		}
		first := map[int]bool{}
		seen := map[string]bool{}
		for _, p := range c.People {
			if p.SameAs == 0 {
				first[p.Row] = true
				if p.CIN != "" && seen[p.CIN] && !p.Invalid {
					t.Fatalf("two persons of one number: %+v", p)
				}
				seen[p.CIN] = true
				continue
			}
			if !first[p.SameAs] {
				t.Fatalf("row %d repeats row %d, which is no first", p.Row, p.SameAs)
			}
		}
	})
}
