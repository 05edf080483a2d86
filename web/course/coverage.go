package course

import (
	"cmp"
	"slices"

	"shelter/internal/course"
	"shelter/web/kit"
	"shelter/web/layout"
)

// CoveragePage is who holds which competency.
type CoveragePage struct {
	layout.Page

	Coverage *course.Coverage
}

// holder is a line of the list of holders.
type holder struct {
	course.Holder

	organisation string
}

// holders are all of them, who expires first on top.
func (p CoveragePage) holders() []holder {
	var list []holder
	for _, r := range p.Coverage.Rows {
		for _, h := range r.Holders {
			list = append(list, holder{Holder: h, organisation: r.NameIn(p.Loc.Lang())})
		}
	}
	slices.SortStableFunc(list, func(a, b holder) int { return cmp.Or(a.Until.Compare(b.Until), cmp.Compare(a.Name, b.Name)) })
	return list
}

func (p CoveragePage) coverageCols() []kit.Col {
	cols := []kit.Col{{Label: p.Loc.T("learning_col_organisation")}, {Label: p.Loc.T("learning_col_people"), Number: true}}
	for _, c := range p.Coverage.Competencies {
		cols = append(cols, kit.Col{Label: c.Title.In(p.Loc.Lang())})
	}
	return cols
}

func (p CoveragePage) holderCols() []kit.Col {
	var cols []kit.Col
	for _, key := range []string{"learning_col_person", "learning_col_organisation", "learning_col_competency", "learning_col_from", "learning_col_until", "learning_col_state"} {
		cols = append(cols, kit.Col{Label: p.Loc.T(key)})
	}
	return cols
}

// held counts those who hold a valid competency among the people of the organisation.
func (p CoveragePage) held(r *course.CoverageRow, code string) string {
	n := r.Counts[code][course.Valid] + r.Counts[code][course.Expiring]
	return p.Loc.T("learning_holders_of", "i", p.Loc.Number(n), "of", p.Loc.Number(r.People))
}

func stateTone(s course.HoldingState) kit.Tone {
	switch s {
	case course.Valid:
		return kit.Good
	case course.Expiring:
		return kit.Warn
	case course.Expired:
	}
	return kit.Bad
}
