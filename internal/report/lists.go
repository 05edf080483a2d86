package report

import (
	"shelter/internal/org"
	"shelter/internal/sheet"
	"shelter/internal/workshop"
)

// The names of the lists of allowed words. The short ones are those of the signature sheet, where room is scarce.
const (
	listHalf      = "list_half"
	listSex       = "list_sex"
	listAge       = "list_age"
	listType      = "list_type"
	listGov       = "list_governorate"
	listStatus    = "list_status"
	listSource    = "list_source"
	listSexShort  = "list_sex_short"
	listAgeShort  = "list_age_short"
	listTypeShort = "list_type_short"
)

type wordList struct {
	name, heading string
	words         []string
}

func (b *book) wordLists() []wordList {
	var halves, statuses, sources, governorates []string
	for _, h := range []workshop.Half{workshop.AM, workshop.PM} {
		halves = append(halves, b.half(h))
	}
	for _, s := range workshop.Statuses() {
		statuses = append(statuses, b.status(s))
	}
	for _, s := range []workshop.Source{workshop.Scan, workshop.RollCall, workshop.Paper, workshop.Self} {
		sources = append(sources, b.t("source_"+string(s)))
	}
	for _, g := range b.f.governorates {
		governorates = append(governorates, g.Name(b.loc.Lang()))
	}
	unknown := b.unknown()
	return []wordList{
		{listHalf, b.t("col_half"), halves},
		{listSex, b.t("col_sex"), append(b.sexWords(), unknown)},
		{listAge, b.t("col_age"), b.ageWords()},
		{listType, b.t("col_type"), append(b.typeWords(), unknown)},
		{listGov, b.t("col_governorate"), append(governorates, unknown)},
		{listStatus, b.t("col_status"), statuses},
		{listSource, b.t("col_source"), sources},
		{listSexShort, b.t("col_sex"), []string{b.t("sex_short_f"), b.t("sex_short_m")}},
		{listAgeShort, b.t("col_age"), b.shortAges()},
		{listTypeShort, b.t("col_type"), b.shortTypes()},
	}
}

func (b *book) sexWords() []string { return []string{b.sex("f"), b.sex("m")} }

func (b *book) ageWords() []string {
	var words []string
	for _, a := range org.AgeBands() {
		words = append(words, b.age(a))
	}
	return words
}

func (b *book) shortAges() []string {
	var words []string
	for _, a := range org.AgeBands() {
		if a != org.AgeUnknown {
			words = append(words, b.t("age_short_"+string(a)))
		}
	}
	return words
}

func (b *book) typeWords() []string {
	var words []string
	for _, k := range org.Kinds() {
		words = append(words, b.kind(string(k)))
	}
	return words
}

func (b *book) shortTypes() []string {
	var words []string
	for _, k := range org.Kinds() {
		words = append(words, b.t("type_short_"+string(k)))
	}
	return words
}

// listSheet writes the lists on a hidden sheet, each under a name that the other sheets use.
func (b *book) listSheet() {
	lists := b.wordLists()
	widths := make([]float64, len(lists))
	longest := 0
	heads := make([]sheet.Value, len(lists))
	for i, l := range lists {
		widths[i], longest = 20, max(longest, len(l.words))
		heads[i] = sheet.V(l.heading, b.st.head)
	}
	s := b.AddSheet(b.t("sheet_lists"), sheet.SheetOptions{RightToLeft: b.rtl(), Hidden: true, Widths: widths})
	s.Row(heads...)
	for n := range longest {
		values := make([]sheet.Value, len(lists))
		for i, l := range lists {
			if n < len(l.words) {
				values[i] = sheet.V(l.words[n], b.st.text)
			}
		}
		s.Row(values...)
	}
	for i, l := range lists {
		b.Name(l.name, s.Name(), sheet.Range{FirstRow: 2, FirstCol: i + 1, LastRow: 1 + len(l.words), LastCol: i + 1})
	}
}

// dropDown offers a list and asks before it takes another word: paper often knows what a list does not.
func (b *book) dropDown(cells sheet.Range, list string) sheet.DropDown {
	return sheet.DropDown{Cells: cells, List: list, Warn: true, ErrorTitle: b.t("list_other_title"), Error: b.t("list_other")}
}
