package ingest

import (
	"time"

	"shelter/internal/sheet"
)

// findNames looks for the names by the contents of the columns that are left, when no title named them.
func (f *finding) findNames(values map[int][]sheet.Cell, taken map[int]bool, today time.Time) {
	if f.named() {
		return
	}
	var singles, fulls []int
	for i, c := range f.columns {
		v := values[c.Col]
		if taken[i] || contentScore(FamilyName, v, today) < 80 || distinctShare(v) < 40 {
			continue
		}
		if contentScore(FullName, v, today) >= 60 {
			fulls = append(fulls, i)
		} else {
			singles = append(singles, i)
		}
	}
	strong := 0
	for _, field := range []Field{Email, Phone, CIN, Sex, Birth, Governorate} {
		strong += f.mapping.Columns[field]
	}
	switch {
	case strong == 0:
	case len(singles) >= 2:
		f.take(pairing{singles[0], 40, FamilyName})
		f.take(pairing{singles[1], 40, GivenName})
	case len(fulls) > 0:
		f.take(pairing{fulls[0], 40, FullName})
	}
}

// settleNames makes the names one thing: two columns, or one full name. "Nom" alone is a full name.
func (f *finding) settleNames(values map[int][]sheet.Cell) {
	cols := f.mapping.Columns
	family, given := cols[FamilyName], cols[GivenName]
	switch {
	case family > 0 && given > 0:
		f.release(FullName)
		return
	case cols[FullName] > 0:
		f.release(FamilyName)
		f.release(GivenName)
	case family > 0:
		f.rename(FamilyName, FullName)
	case given > 0:
		f.rename(GivenName, FullName)
	default:
		return
	}
	f.mapping.NameOrder = f.nameOrder(values[cols[FullName]])
}

func (f *finding) release(field Field) {
	for i := range f.columns {
		if f.columns[i].Field == field {
			f.columns[i].Field, f.columns[i].Score = "", 0
		}
	}
	delete(f.mapping.Columns, field)
}

func (f *finding) rename(from, to Field) {
	for i := range f.columns {
		if f.columns[i].Field == from {
			f.columns[i].Field = to
			f.mapping.Columns[to] = f.columns[i].Col
		}
	}
	delete(f.mapping.Columns, from)
}

// nameOrder reads the order of a full name from its title; where the title says nothing, Arabic lists put the given name
// first and French ones the family name.
func (f *finding) nameOrder(values []sheet.Cell) NameOrder {
	for _, c := range f.columns {
		if c.Field != FullName {
			continue
		}
		if given, family := namePlaces(c.Title); given > 0 && family > 0 {
			if given < family {
				return GivenFirst
			}
			return FamilyFirst
		}
	}
	arabic := 0
	for _, v := range values {
		if isArabic(v.Text) {
			arabic++
		}
	}
	if 2*arabic > len(values) {
		return GivenFirst
	}
	return FamilyFirst
}

// namePlaces gives the places, from 1, of the first words for given name and family name in a title; 0 for none.
func namePlaces(title string) (given, family int) {
	for i, w := range words(title) {
		switch w {
		case "prenom", "prenoms", "first", "given", "اسم":
			if given == 0 {
				given = i + 1
			}
		case "nom", "noms", "last", "surname", "لقب":
			if family == 0 {
				family = i + 1
			}
		}
	}
	return given, family
}
