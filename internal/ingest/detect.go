package ingest

import (
	"cmp"
	"slices"
	"time"

	"shelter/internal/sheet"
)

// Column is one column of a list, with what it seems to hold.
type Column struct {
	Col     int
	Letter  string
	Title   string
	Samples []string // its first values
	Field   Field    // as proposed; empty when it is not taken
	Score   int      // how sure the proposal is, 0 to 125
}

// SheetChoice is one sheet of the file, for the reader to choose another one.
type SheetChoice struct {
	Name   string
	Hidden bool
	Rows   int // that hold something
}

// Proposal is how a file is understood.
type Proposal struct {
	Sheets  []SheetChoice
	Columns []Column
	Mapping Mapping
	Rows    int    // below the header
	Problem string // catalogue key, when no list with names was found; the mapping is then a start for a person
}

// Propose finds the list in a file: its sheet, its header and its columns. today serves to tell dates from other numbers.
func Propose(book *sheet.Book, today time.Time) Proposal {
	best, bestScore := finding{}, -1
	for i := range book.Sheets {
		s := &book.Sheets[i]
		f := findList(s, today)
		score := f.score
		if s.Hidden {
			score /= 2
		}
		if score > bestScore {
			best, bestScore = f, score
		}
	}
	return best.proposal(book)
}

// ProposeFor reads a sheet with a header row that a person has chosen; header row 0 is a list without one.
func ProposeFor(book *sheet.Book, sheetName string, headerRow int, today time.Time) Proposal {
	s := sheetNamed(book, sheetName)
	if s == nil {
		return Propose(book, today)
	}
	return understand(s, headerAt(s, headerRow), today).proposal(book)
}

func sheetNamed(book *sheet.Book, name string) *sheet.Sheet {
	for i := range book.Sheets {
		if book.Sheets[i].Name == name {
			return &book.Sheets[i]
		}
	}
	return nil
}

// header is a title row, or two that belong together.
type header struct {
	row    int // number of the last one; 0 for none
	titles map[int]string
	score  int
}

// finding is one sheet understood.
type finding struct {
	sheet   *sheet.Sheet
	mapping Mapping
	columns []Column
	rows    int
	score   int
}

func (f finding) named() bool {
	return f.mapping.Columns[FullName] > 0 || f.mapping.Columns[FamilyName] > 0 || f.mapping.Columns[GivenName] > 0
}

func (f finding) proposal(book *sheet.Book) Proposal {
	p := Proposal{Columns: f.columns, Mapping: f.mapping, Rows: f.rows}
	for i := range book.Sheets {
		s := &book.Sheets[i]
		p.Sheets = append(p.Sheets, SheetChoice{s.Name, s.Hidden, len(s.Rows)})
	}
	switch {
	case !f.named():
		p.Problem = "ingest_no_list"
	case f.rows == 0:
		p.Problem = "ingest_no_rows"
	}
	return p
}

// findList looks for the header of a sheet, then reads the columns below it; a sheet without a header is read from its
// first row by its contents.
func findList(s *sheet.Sheet, today time.Time) finding {
	h := bestHeader(s)
	if h.score > 0 {
		return understand(s, h, today)
	}
	f := understand(s, header{}, today)
	if !f.named() && len(s.Rows) > 0 {
		f.mapping.HeaderRow = widestRow(s)
		f.score = 0
	}
	return f
}

// widestRow is the first of the rows with the most cells near the top: a guess at a header of unknown words.
func widestRow(s *sheet.Sheet) int {
	best, cells := 0, 1
	for _, r := range s.Rows[:min(len(s.Rows), headerSearch)] {
		if len(r.Cells) > cells {
			best, cells = r.N, len(r.Cells)
		}
	}
	return best
}

// Where a header is looked for: in so many rows with a value, and so many columns.
const (
	headerSearch = 80
	headerWidth  = 60
)

func bestHeader(s *sheet.Sheet) header {
	var one, two header
	for i, r := range s.Rows[:min(len(s.Rows), headerSearch)] {
		if h := rated(r.N, rowTitles(r)); h.score > one.score {
			one = h
		}
		if i+1 < len(s.Rows) && s.Rows[i+1].N == r.N+1 {
			if h := rated(r.N+1, doubleTitles(s, r, s.Rows[i+1])); h.score > two.score {
				two = h
			}
		}
	}
	const gain = 50 // what a second row must add to be one
	if two.score > one.score+gain {
		return two
	}
	return one
}

// headerAt takes a row as the header, with the row above it where both together say more.
func headerAt(s *sheet.Sheet, row int) header {
	h := header{row: row, titles: map[int]string{}}
	for i, r := range s.Rows {
		if r.N != row {
			continue
		}
		h.titles = rowTitles(r)
		if i > 0 && s.Rows[i-1].N == row-1 {
			two := doubleTitles(s, s.Rows[i-1], r)
			if rated(row, two).score > rated(row, h.titles).score+50 {
				h.titles = two
			}
		}
	}
	return h
}

func rowTitles(r sheet.Row) map[int]string {
	titles := map[int]string{}
	for _, c := range r.Cells {
		if c.Kind == sheet.Text && c.Col <= headerWidth {
			titles[c.Col] = c.Text
		}
	}
	return titles
}

// doubleTitles reads two rows as one header: "Identité" over "Nom" and "Prénom", with the merged cells of the upper row
// standing over all their columns, and cells merged downwards in the upper row only.
func doubleTitles(s *sheet.Sheet, upper, lower sheet.Row) map[int]string {
	titles := rowTitles(upper)
	widest := max(1, s.MaxCol()/2)
	for _, m := range s.Merged {
		if t, ok := titles[m.FirstCol]; ok && m.Holds(upper.N, m.FirstCol) && m.LastCol-m.FirstCol < widest {
			for col := m.FirstCol + 1; col <= m.LastCol; col++ {
				titles[col] = t
			}
		}
	}
	for col, t := range rowTitles(lower) {
		if up, ok := titles[col]; ok && guessHeader(t).score < goodHeader {
			t = up + " " + t
		}
		titles[col] = t
	}
	return titles
}

// rated counts how much a row looks like a header: the best title of each field. A header names a person and something else,
// or is the title of a list of names alone.
func rated(row int, titles map[int]string) header {
	h := header{row: row, titles: titles}
	best := map[Field]int{}
	other := 0
	for _, t := range titles {
		g := guessHeader(t)
		switch {
		case g.score < goodHeader:
		case g.field == "":
			other++
		default:
			best[g.field] = max(best[g.field], g.score)
		}
	}
	names := best[FullName] + best[FamilyName] + best[GivenName]
	alone := len(best) == 1 && names >= sureHeader && len(titles) <= other+1
	if (len(best) >= 2 && (names > 0 || len(best) >= 3)) || alone {
		for _, score := range best {
			h.score += score
		}
		h.score += 10 * other
	}
	return h
}

// understand reads the columns of a sheet below a header.
func understand(s *sheet.Sheet, h header, today time.Time) finding {
	f := finding{sheet: s, mapping: Mapping{Sheet: s.Name, HeaderRow: h.row, Columns: map[Field]int{}}}
	values := columnValues(s, h.row)
	for _, r := range s.Rows {
		if r.N > h.row && len(r.Cells) > 1 {
			f.rows++
		}
	}
	for col := 1; col <= s.MaxCol(); col++ {
		if h.titles[col] == "" && len(values[col]) == 0 {
			continue
		}
		c := Column{Col: col, Letter: sheet.Letter(col), Title: clean(h.titles[col])}
		for _, v := range values[col][:min(3, len(values[col]))] {
			c.Samples = append(c.Samples, sampleText(v))
		}
		f.columns = append(f.columns, c)
	}
	f.assign(values, today)
	if f.rows == 0 && f.named() && f.mapping.Columns[FullName] > 0 {
		f.rows = len(values[f.mapping.Columns[FullName]]) // a list of names alone
	}
	for _, c := range f.columns {
		f.score += c.Score
	}
	if f.score > 0 {
		f.score += min(f.rows, 50)
	}
	return f
}

// columnValues gathers the first values of each column below the header.
func columnValues(s *sheet.Sheet, headerRow int) map[int][]sheet.Cell {
	values := map[int][]sheet.Cell{}
	for _, r := range s.Rows {
		if r.N <= headerRow || len(r.Cells) == 1 && len(values) > 1 {
			continue
		}
		for _, c := range r.Cells {
			if c.Kind != sheet.Empty && len(values[c.Col]) < sampleRows {
				values[c.Col] = append(values[c.Col], c)
			}
		}
	}
	return values
}

func sampleText(c sheet.Cell) string {
	if c.Kind == sheet.Date && c.HasYear() {
		return c.Time.Format("02/01/2006")
	}
	return short(numberText(c))
}

// pairing is a column that may hold a field.
type pairing struct {
	index, score int
	field        Field
}

// assign gives each field the column that fits it best, the surest first.
func (f *finding) assign(values map[int][]sheet.Cell, today time.Time) {
	var all []pairing
	taken := map[int]bool{}
	for i, c := range f.columns {
		g := guessHeader(c.Title)
		if g.field == "" && g.score >= goodHeader {
			taken[i] = true
			continue
		}
		for _, field := range Fields() {
			if score := fit(field, g, values[c.Col], today); score > 0 {
				all = append(all, pairing{i, score, field})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b pairing) int { return cmp.Compare(b.score, a.score) })
	for _, p := range all {
		if f.mapping.Columns[p.field] == 0 && !taken[p.index] {
			f.take(p)
			taken[p.index] = true
		}
	}
	f.findNames(values, taken, today)
	f.settleNames(values)
}

func (f *finding) take(p pairing) {
	c := &f.columns[p.index]
	c.Field, c.Score = p.field, p.score
	f.mapping.Columns[p.field] = c.Col
}

// fit rates a column for a field: by its title, helped by its contents; by its contents alone where the title says nothing.
func fit(field Field, title headerGuess, values []sheet.Cell, today time.Time) int {
	content := contentScore(field, values, today)
	if title.score >= goodHeader {
		if title.field != field {
			return 0
		}
		return title.score + content/5
	}
	switch field {
	case FullName, FamilyName, GivenName:
		return 0
	case Organisation, Function:
		if content >= 40 {
			return 30 + content/4
		}
	default:
		if content >= 70 {
			return 40 + content*2/5
		}
	}
	return 0
}
