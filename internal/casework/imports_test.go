package casework_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/sheet"
)

func wordsOf(t *testing.T) (list []*i18n.Localizer) {
	t.Helper()
	b, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range i18n.Langs() {
		list = append(list, b.For(lang))
	}
	return list
}

// listed is a workbook of files: titles in one language, words in any, a title row above.
func listed(t *testing.T, l *i18n.Localizer, rows ...[]string) []byte {
	t.Helper()
	w := sheet.NewWorkbook()
	defer func() { _ = w.Close() }()
	s := w.AddSheet("Registre", sheet.SheetOptions{})
	line := func(texts ...string) {
		values := make([]sheet.Value, len(texts))
		for i, x := range texts {
			values[i] = sheet.V(x, 0)
		}
		s.Row(values...)
	}
	line("Registre CANARI 2019-2025")
	var heads []string
	for _, k := range []string{"alias", "sex", "age_band", "nationality", "form", "governorate", "source", "reported_on", "narrative", "family_name", "given_name"} {
		heads = append(heads, l.T("case_"+k))
	}
	line(heads...)
	for _, r := range rows {
		line(r...)
	}
	data, err := w.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func listRow(n int) []string {
	return []string{fmt.Sprintf("Jasmin %d", n), "Féminin", "26-40", "tn", "Mendicité", "tn-11", "ngo", "05/03/2024", "CANARI récit", "Zgolli", "Khadija"}
}

// TestAListIsImportedWholeOrNot: what is wrong is said by sheet, row and column; nothing of it is kept then; a list that comes again, or with more rows,
// imports nobody twice; nobody else may.
func TestAListIsImportedWholeOrNot(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	words := wordsOf(t)
	fr := words[slices.IndexFunc(words, func(l *i18n.Localizer) bool { return l.Lang() == i18n.FR })]
	good := listRow(1)
	good[1] = casework.Word(fr, "sex", "f")
	good[4] = casework.Word(fr, "form", "begging")
	second := slices.Clone(good)
	second[0], second[10] = "Jasmin 2", "Nour"
	send := func(a access.Actor, data []byte, apply bool) (casework.ImportReport, error) {
		return h.Import(h.ctx, a, casework.ImportInput{OwnerID: h.a, Name: "liste.xlsx", Data: data, Apply: apply}, words)
	}
	files := func() int { return h.all("file") }
	bad := slices.Clone(second)
	bad[1], bad[7], bad[5] = "peut-être", "hier", "Tunis"
	r, err := send(h.supervisor, listed(t, fr, good, bad, good), true)
	h.must(err)
	var said []string
	for _, i := range r.Issues {
		said = append(said, fmt.Sprintf("%s!%s%d %s", i.Sheet, i.Column, i.Row, i.Key))
	}
	slices.Sort(said)
	want := []string{"Registre!5 case_error_import_twice", "Registre!B4 error_choice", "Registre!F4 case_error_import_governorate", "Registre!H4 error_date"}
	if slices.Sort(want); !slices.Equal(said, want) || r.Applied || files() != 0 || r.Rows != 3 {
		t.Errorf("%v, %+v, %d files", said, r, files())
	}
	for who, a := range map[string]access.Actor{"worker": h.worker, "other shelter": h.foreignSupervisor, "officer": h.officer, "administrator": h.admin, "command line": access.System("cli")} {
		if _, err := send(a, listed(t, fr, good), true); !errs.Is(err, errs.Forbidden) {
			t.Errorf("%s imports: %v", who, err)
		}
	}
	list := listed(t, fr, good, second)
	for i, c := range []struct {
		data       []byte
		apply      bool
		fresh, old int
		files      int
	}{{list, false, 2, 0, 0}, {list, true, 2, 0, 2}, {list, true, 0, 2, 2}, {listed(t, fr, good, listRowOf(good, 3), second), true, 1, 2, 3}} {
		r, err := send(h.supervisor, c.data, c.apply)
		if err != nil || r.New != c.fresh || r.Known != c.old || len(r.Issues) != 0 || r.Applied != c.apply || files() != c.files {
			t.Errorf("step %d: %+v, %d files, %v", i, r, files(), err)
		}
	}
	l, err := h.List(h.ctx, h.supervisor, casework.Filter{Query: "Zgolli Nour"})
	h.must(err)
	if l.Total != 1 {
		t.Fatalf("an imported person is found %d times", l.Total)
	}
	f, who, err := h.Reveal(h.ctx, h.supervisor, l.Rows[0].ID)
	h.must(err)
	if who.FamilyName != "Zgolli" || f.Sex != "f" || f.Form != "begging" || f.Governorate != "TN-11" || f.ReportedOn.Format("2006-01-02") != "2024-03-05" {
		t.Errorf("%+v, %+v", f, who)
	}
	var all strings.Builder
	for _, table := range []string{"file", "import", "audit", "event"} {
		h.must(h.copied(table, &all))
	}
	for _, word := range []string{"CANARI", "Zgolli", "Khadija", "Jasmin"} {
		if strings.Contains(all.String(), word) {
			t.Errorf("%q stands in the tables", word)
		}
	}
	for name, data := range map[string][]byte{"none": nil, "no list": []byte("PK\x03\x04x"), "text": []byte("bonjour")} {
		if _, err := send(h.supervisor, data, true); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func listRowOf(of []string, n int) []string {
	r := slices.Clone(of)
	r[0], r[10] = fmt.Sprintf("Jasmin %d", n), "Salma"
	return r
}

// TestTheTemplateIsRead: the empty list of each language has all the titles that the reader knows.
func TestTheTemplateIsRead(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	words := wordsOf(t)
	for _, l := range words {
		data, err := casework.ImportTemplate(l)
		h.must(err)
		r, err := h.Import(h.ctx, h.supervisor, casework.ImportInput{OwnerID: h.a, Name: "modele.xlsx", Data: data, Apply: true}, words)
		if err != nil || len(r.Issues) != 0 || r.Rows != 0 || r.Applied {
			t.Errorf("%s: %+v, %v", l.Lang(), r, err)
		}
	}
}
