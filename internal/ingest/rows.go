package ingest

import (
	"strings"

	"shelter/internal/sheet"
)

// dataRow is a row of the list, with the values of cells merged downwards filled in.
type dataRow struct {
	n      int
	hidden bool
	cells  map[int]sheet.Cell
}

func (r dataRow) at(col int) sheet.Cell {
	if col == 0 {
		return sheet.Cell{}
	}
	return r.cells[col]
}

// rowReader tells the people of a list from the other rows below its header.
type rowReader struct {
	m      Mapping
	titles map[int]string // folded titles of the header, to know it again
	wide   map[int]bool   // rows with a cell merged over three columns or more
	order  map[int]bool   // columns that only number the rows
}

// split gives the data rows of a sheet and those that were left out.
func split(s *sheet.Sheet, m Mapping) (rows []dataRow, skipped []Skipped) {
	r := newRowReader(s, m)
	down := mergedDown(s, m.HeaderRow)
	for _, row := range s.Rows {
		if row.N <= m.HeaderRow {
			continue
		}
		d := dataRow{n: row.N, hidden: row.Hidden, cells: map[int]sheet.Cell{}}
		for _, c := range row.Cells {
			d.cells[c.Col] = c
		}
		reason, person := r.judge(d)
		if !person {
			if reason != "" {
				skipped = append(skipped, Skipped{row.N, reason, short(row.Cells[0].Text)})
			}
			continue
		}
		for col, c := range down[row.N] {
			if _, ok := d.cells[col]; !ok {
				d.cells[col] = c
			}
		}
		rows = append(rows, d)
	}
	return rows, skipped
}

func newRowReader(s *sheet.Sheet, m Mapping) *rowReader {
	r := &rowReader{m: m, titles: map[int]string{}, wide: map[int]bool{}, order: map[int]bool{}}
	for _, row := range s.Rows {
		if row.N != m.HeaderRow {
			continue
		}
		for _, c := range row.Cells {
			r.titles[c.Col] = fold(c.Text)
			if g := guessHeader(c.Text); g.field == "" && g.score >= goodHeader {
				r.order[c.Col] = true
			}
		}
	}
	for _, rng := range s.Merged {
		if rng.LastCol-rng.FirstCol >= 2 {
			for n := rng.FirstRow; n <= min(rng.LastRow, rng.FirstRow+50); n++ {
				r.wide[n] = true
			}
		}
	}
	return r
}

// mergedDown gives, per row, the values of cells that are merged downwards from a row above it: an organisation written once
// for all its people.
func mergedDown(s *sheet.Sheet, headerRow int) map[int]map[int]sheet.Cell {
	byRow := map[int][]sheet.Range{}
	for _, rng := range s.Merged {
		if rng.FirstRow > headerRow && rng.LastRow > rng.FirstRow {
			byRow[rng.FirstRow] = append(byRow[rng.FirstRow], rng)
		}
	}
	filled := map[int]map[int]sheet.Cell{}
	left := mergedFill
	for _, row := range s.Rows {
		for _, rng := range byRow[row.N] {
			if c := row.At(rng.FirstCol); c.Kind != sheet.Empty {
				left -= fillDown(filled, rng, c, left)
			}
		}
	}
	return filled
}

const mergedFill = 200_000 // cells that are filled in at most, whatever a file says of its merged cells

func fillDown(to map[int]map[int]sheet.Cell, rng sheet.Range, c sheet.Cell, limit int) (used int) {
	for n := rng.FirstRow + 1; n <= rng.LastRow && used < limit; n++ {
		if to[n] == nil {
			to[n] = map[int]sheet.Cell{}
		}
		to[n][rng.FirstCol] = c
		used++
	}
	return used
}

// judge says whether a row is a person, and why not where that is worth saying.
func (r *rowReader) judge(d dataRow) (reason SkipReason, person bool) {
	lead, filled, counted := r.contents(d)
	mapped, strong := r.evidence(d)
	const fewCells = 3
	few := filled <= fewCells && (strong == 0 || mapped <= 1)
	switch {
	case r.repeatsHeader(d):
		return SkipHeader, false
	case few && startsWith(lead.Text, totalWords):
		return SkipTotal, false
	case few && startsWith(lead.Text, signatureWords):
		return SkipSignature, false
	case mapped == 0:
		if counted == filled {
			return "", false
		}
		return SkipNote, false
	case filled == 1 && r.isNote(d, lead):
		return SkipNote, false
	}
	return "", true
}

// contents gives the first text of a row, how many cells are filled, and how many of them only count rows.
func (r *rowReader) contents(d dataRow) (lead sheet.Cell, filled, counted int) {
	for col := range d.cells {
		if c := d.cells[col]; c.Kind == sheet.Text && (lead.Text == "" || col < lead.Col) {
			lead = c
		}
		filled++
		if r.order[col] || isOrdinal(d.cells[col].Text) {
			counted++
		}
	}
	return lead, filled, counted
}

// evidence counts the mapped cells that hold something, and those of them that point to one person.
func (r *rowReader) evidence(d dataRow) (mapped, strong int) {
	for f, col := range r.m.Columns {
		if c := d.at(col); c.Kind != sheet.Empty {
			mapped++
			if f == Email || f == Phone || f == CIN {
				strong++
			}
		}
	}
	return mapped, strong
}

// repeatsHeader knows the header again where a list is printed with it on each page.
func (r *rowReader) repeatsHeader(d dataRow) bool {
	same, texts := 0, 0
	for col, c := range d.cells {
		if c.Kind != sheet.Text {
			continue
		}
		texts++
		if t := r.titles[col]; t != "" && t == fold(c.Text) {
			same++
		}
	}
	return same >= 2 && 2*same > texts
}

// isNote tells a single text in a row from a name that stands alone: it runs over several columns, is a sentence, or stands
// outside the column of names.
func (r *rowReader) isNote(d dataRow, lead sheet.Cell) bool {
	const longName = 5
	isName := lead.Col == r.m.Columns[FullName] || lead.Col == r.m.Columns[FamilyName]
	return r.wide[d.n] || !isName || nameWords(lead.Text) == 0 || nameWords(lead.Text) > longName || strings.HasSuffix(strings.TrimSpace(lead.Text), ":")
}

var (
	totalWords = []string{"total", "totaux", "sous total", "nombre", "nb participants", "nb de", "effectif", "somme", "soit", "المجموع", "مجموع", "الجمله", "جمله", "العدد الجملي", "عدد المشاركين",
		"العدد"}
	signatureWords = []string{"signature", "visa", "cachet", "responsable", "le responsable", "la responsable", "fait a", "fait le", "tunis le", "date et signature", "nb", "n b", "remarque",
		"legende", "source", "arretee", "liste arretee", "arrete", "le directeur", "la directrice", "le chef", "page", "الامضا", "امضا", "امضاء", "الختم", "ختم", "حرر",
		"ملاحظه", "ملاحظات", "المسوول", "تونس في", "صفحه"}
)

// startsWith tells whether a text begins with one of the folded phrases as whole words.
func startsWith(text string, starts []string) bool {
	t := fold(text) + " "
	for _, s := range starts {
		if strings.HasPrefix(t, s+" ") {
			return true
		}
	}
	return false
}

// isOrdinal tells the number of a row, as "12" or "12.".
func isOrdinal(text string) bool {
	t := strings.TrimRight(westernDigits(strings.TrimSpace(text)), ".-) ")
	return len(t) < 5 && strings.Trim(t, "0123456789") == ""
}
