package ingest

import (
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"

	"shelter/internal/sheet"
)

func xlsx(t testing.TB, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGuessHeader(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]Field{
		"Nom ": FamilyName, "NOM": FamilyName, "Prénom(s)": GivenName, "Nom & Prénom": FullName, "Nom/Prénom": FullName, "NOM ET PRENOM DU PARTICIPANT": FullName,
		"Prénom et nom": FullName, "Sexe (F/H)": Sex, "Genre": Sex, "C.I.N.": CIN, "N° CIN": CIN, "N° de la carte d'identité nationale": CIN, "Date naiss.": Birth,
		"Né(e) le": Birth, "Date de naissance (jj/mm/aaaa)": Birth, "Structure d'appartenance": Organisation, "Organisme / Association": Organisation,
		"Nom de la structure": Organisation, "Fonction actuelle": Function, "GOUVERNORAT": Governorate, "Gvt": Governorate, "Tél.": Phone, "N° Tél. portable": Phone,
		"GSM": Phone, "E-mail": Email, "Adresse e-mail professionnelle": Email, "Courriel": Email, "Telephonne": Phone,
		"الاسم واللقب": FullName, "الإسم و اللقب": FullName, "اِسم ولقب المشارك": FullName, "اللقب": FamilyName, "الإسم": GivenName, "الجنس": Sex, "رقم ب.ت.و": CIN, "تاريخ الولادة": Birth,
		"الهيكل": Organisation, "الصفة": Function, "الولايـــة": Governorate, "رقم الهاتف": Phone, "البريد الإلكتروني": Email, "Nom / اللقب": FamilyName, "الهاتف / Téléphone": Phone,
		"Full name": FullName, "Date of birth": Birth, "Phone number": Phone,
		// columns that hold nothing of ours
		"N°": "", "ع/ر": "", "Lieu de naissance": "", "Adresse": "", "Signature": "", "Émargement": "", "ملاحظات": "", "الإمضاء": "", "Nom de jeune fille": "", "Observations": "",
	} {
		g := guessHeader(title)
		if g.score < goodHeader {
			g.field = ""
		}
		if g.field != want {
			t.Errorf("%q: %q (%d), want %q", title, g.field, g.score, want)
		}
	}
	for _, data := range []string{"Ayari", "Psychologue", "MAS - Direction régionale Tunis", "Association Amal (fictive)", "Le Kef", "أنيس البوعزيزي", "جمعية الأمل (وهمية)", "Liste des participants à l'atelier de Tunis"} {
		if g := guessHeader(data); g.score >= sureHeader {
			t.Errorf("%q was taken for a title of %q", data, g.field)
		}
	}
}

func TestHeaderIsFoundWhereverItIs(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		csv    string
		header int
		rows   int
		cols   map[Field]int
	}{
		"on top":               {"Nom;Prénom;Sexe\nAyari;Salma;F\nDridi;Wafa;F\n", 1, 2, map[Field]int{FamilyName: 1, GivenName: 2, Sex: 3}},
		"names alone":          {"Liste\n\nNom et prénom\nAyari Salma\nDridi Wafa\n", 3, 2, map[Field]int{FullName: 1}},
		"Nom alone is a name":  {"N°;Nom;Tél\n1;Ayari Salma;22642259\n2;Dridi Wafa;95991123\n", 1, 2, map[Field]int{FullName: 2, Phone: 3}},
		"الاسم alone too":      {"ع/ر;الاسم;الهاتف\n1;سلمى العياري;22642259\n2;وفاء الدريدي;95991123\n", 1, 2, map[Field]int{FullName: 2, Phone: 3}},
		"two titles in a cell": {"الاسم / Prénom;اللقب / Nom;Tél\nسلمى;العياري;22642259\n", 1, 1, map[Field]int{GivenName: 1, FamilyName: 2, Phone: 3}},
		"unknown titles":       {"A;B;C\nAyari Salma;F;22642259\nDridi Wafa;F;95991123\nMejri Sami;H;96114251\n", 0, 4, map[Field]int{FullName: 1, Sex: 2, Phone: 3}},
		"no header": {"Ayari;Salma;F;05535478;22642259;Le Kef;a@exemple.tn\nDridi;Wafa;F;07566478;95991123;Tunis;b@exemple.tn\nMejri;Sami;H;09297892;96114251;Sfax;c@exemple.tn\n", 0, 3,
			map[Field]int{FamilyName: 1, GivenName: 2, Sex: 3, CIN: 4, Phone: 5, Governorate: 6, Email: 7}},
		"a column without title": {"Nom;Prénom;;\nAyari;Salma;22642259;a@exemple.tn\nDridi;Wafa;95991123;b@exemple.tn\n", 1, 2, map[Field]int{FamilyName: 1, GivenName: 2, Phone: 3, Email: 4}},
	} {
		p := Propose(csvBook(t, c.csv), today)
		if p.Problem != "" || p.Mapping.HeaderRow != c.header || p.Rows != c.rows || len(p.Mapping.Columns) != len(c.cols) {
			t.Errorf("%s: %s, %d rows, %+v", what, p.Problem, p.Rows, p.Mapping)
		}
		for f, col := range c.cols {
			if p.Mapping.Columns[f] != col {
				t.Errorf("%s: %s in column %d, want %d", what, f, p.Mapping.Columns[f], col)
			}
		}
	}
}

// The list is found among other sheets, with a header of two rows and an organisation merged over its people.
func TestWorkbookAsItIsSent(t *testing.T) {
	t.Parallel()
	data := xlsx(t, func(f *excelize.File) {
		_ = f.SetSheetName("Sheet1", "Programme")
		_ = f.SetSheetRow("Programme", "A1", &[]any{"Heure", "Activité", "Responsable"})
		for i := range 30 {
			_ = f.SetSheetRow("Programme", sheet.Ref(i+2, 1), &[]any{"09:00", "Accueil des participants", "OIM"})
		}
		_, _ = f.NewSheet("Liste")
		_ = f.SetCellValue("Liste", "A1", "LISTE DES PARTICIPANTS")
		_ = f.MergeCell("Liste", "A1", "F2")
		_ = f.SetSheetRow("Liste", "A4", &[]any{"N°", "Identité", nil, "Structure", "Coordonnées", nil})
		_ = f.MergeCell("Liste", "B4", "C4")
		_ = f.MergeCell("Liste", "D4", "D5")
		_ = f.MergeCell("Liste", "E4", "F4")
		_ = f.SetSheetRow("Liste", "B5", &[]any{"Nom", "Prénom"})
		_ = f.SetSheetRow("Liste", "E5", &[]any{"Tél", "Mail"})
		_ = f.SetSheetRow("Liste", "A6", &[]any{1, "Ayari", "Salma", "MAS - CDIS Sfax", "22642259", "a@exemple.tn"})
		_ = f.SetSheetRow("Liste", "A7", &[]any{2, "Dridi", "Wafa", nil, 95991123, "b@exemple.tn"})
		_ = f.SetSheetRow("Liste", "A8", &[]any{3, "Mejri", "Sami", nil, "٩٦١١٤٢٥١"})
		_ = f.MergeCell("Liste", "D6", "D8")
		_ = f.SetSheetRow("Liste", "A9", &[]any{"N°", "Nom", "Prénom", nil, "Tél", "Mail"})
		_ = f.SetSheetRow("Liste", "A10", &[]any{4, "Gharbi", "Walid", "ONG Dignité", "53401127"})
		_ = f.SetSheetRow("Liste", "A11", &[]any{5})
		_ = f.SetSheetRow("Liste", "A12", &[]any{"6."})
		_ = f.SetCellValue("Liste", "B14", "NB : liste provisoire, à confirmer avant vendredi")
		_ = f.SetSheetRow("Liste", "A15", &[]any{"Nombre de participants", 4})
		_ = f.SetCellValue("Liste", "E17", "Fait à Tunis, le 01/12/2026")
		f.SetActiveSheet(0)
	})
	p, c := checkFile(t, "liste.xlsx", data)
	if p.Mapping.Sheet != "Liste" || p.Mapping.HeaderRow != 5 {
		t.Fatalf("mapping: %+v", p.Mapping)
	}
	for f, col := range map[Field]int{FamilyName: 2, GivenName: 3, Organisation: 4, Phone: 5, Email: 6} {
		if p.Mapping.Columns[f] != col {
			t.Errorf("%s: column %d, want %d", f, p.Mapping.Columns[f], col)
		}
	}
	if len(c.People) != 4 {
		t.Fatalf("people: %+v", c.People)
	}
	if p := c.People[2]; p.Organisation != "MAS - CDIS Sfax" || p.Phone != "+21696114251" {
		t.Errorf("row 8: %+v", p)
	}
	if o := c.People[3].Organisation; o != "ONG Dignité" {
		t.Errorf("row 10: %q", o)
	}
	reasons := map[int]SkipReason{}
	for _, s := range c.Skipped {
		reasons[s.Row] = s.Reason
	}
	if len(reasons) != 4 || reasons[9] != SkipHeader || reasons[14] != SkipSignature || reasons[15] != SkipTotal || reasons[17] != SkipSignature {
		t.Errorf("skipped: %v", c.Skipped)
	}
	again := ProposeFor(readBook(t, "liste.xlsx", data), "Liste", 5, today)
	if again.Mapping.Columns[Organisation] != 4 || again.Mapping.Columns[FamilyName] != 2 {
		t.Errorf("the same header chosen by hand: %+v", again.Mapping)
	}
	if other := ProposeFor(readBook(t, "liste.xlsx", data), "Programme", 1, today); other.Mapping.Sheet != "Programme" {
		t.Errorf("another sheet chosen by hand: %+v", other.Mapping)
	}
	if lost := ProposeFor(readBook(t, "liste.xlsx", data), "absente", 1, today); lost.Mapping.Sheet != "Liste" {
		t.Errorf("a sheet that does not exist: %+v", lost.Mapping)
	}
}

func TestFilesWithoutAList(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct{ csv, key string }{
		"header only":     {"Nom;Prénom;Sexe\n", "ingest_no_rows"},
		"a budget":        {"Poste;Montant\nSalle;1200\nRepas;3400\nTransport;560\n", "ingest_no_list"},
		"a lone sentence": {"Bonjour, voici la liste.\n", "ingest_no_list"},
	} {
		p := Propose(csvBook(t, c.csv), today)
		if p.Problem != c.key {
			t.Errorf("%s: %q, want %s: %+v", what, p.Problem, c.key, p.Mapping)
		}
	}
	hidden := xlsx(t, func(f *excelize.File) {
		_ = f.SetSheetRow("Sheet1", "A1", &[]any{"Nom", "Prénom"})
		_ = f.SetSheetRow("Sheet1", "A2", &[]any{"Ayari", "Salma"})
		_, _ = f.NewSheet("Ancienne")
		for i := range 20 {
			_ = f.SetSheetRow("Ancienne", sheet.Ref(i+1, 1), &[]any{"Nom", "Prénom", "Tél"})
		}
		_ = f.SetSheetVisible("Ancienne", false)
	})
	if p := Propose(readBook(t, "a.xlsx", hidden), today); p.Mapping.Sheet != "Sheet1" {
		t.Errorf("a hidden sheet was preferred: %+v", p.Mapping)
	}
}

func FuzzPropose(f *testing.F) {
	f.Add([]byte("Nom;Prénom;Sexe\nAyari;Salma;F\n"))
	f.Add([]byte("ع/ر;الاسم واللقب\n1;أنيس بن صالح\n"))
	f.Add(sample(f, "participants-windows.csv"))
	f.Add(sample(f, "participants-ong-ar.xlsx"))
	f.Fuzz(func(t *testing.T, data []byte) {
		lim := sheet.DefaultLimits()
		lim.Rows, lim.Columns, lim.Unpacked = 200, 40, 2<<20
		book, err := sheet.Read("a", data, lim)
		if err != nil {
			return
		}
		p := Propose(book, today)
		c, err := Check(book, p.Mapping, today)
		if err != nil {
			if errKey(err) == "" {
				t.Fatalf("an error without a key: %v", err)
			}
			return
		}
		for _, person := range c.People {
			if person.Row <= p.Mapping.HeaderRow || !person.Invalid && person.Family == "" && person.Given == "" {
				t.Fatalf("%+v", person)
			}
		}
	})
}
