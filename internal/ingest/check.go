package ingest

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"shelter/internal/errs"
	"shelter/internal/org"
	"shelter/internal/sheet"
)

// Longest texts, in characters, as the tables of people and organisations hold them.
const (
	nameMax         = 80
	functionMax     = 120
	organisationMax = 120
)

// Check reads every data row of a list by a mapping and says what is wrong and what is doubtful. Its own error is that the
// mapping cannot be used or the list is empty; today is the day of the import.
func Check(book *sheet.Book, m Mapping, today time.Time) (*Checked, error) {
	s := sheetNamed(book, m.Sheet)
	if s == nil {
		return nil, errs.NewInvalid("ingest_no_sheet").With("sheet", short(m.Sheet))
	}
	if err := m.validate(); err != nil {
		return nil, err
	}
	rows, skipped := split(s, m)
	if len(rows) == 0 {
		return nil, errs.NewInvalid("ingest_no_rows")
	}
	c := &checker{m: m, today: today, out: &Checked{Skipped: skipped}}
	for _, r := range rows {
		c.row(r)
	}
	c.duplicates()
	slices.SortStableFunc(c.out.Issues, func(a, b Issue) int { return cmp.Or(a.Row-b.Row, a.Col-b.Col) })
	return c.out, nil
}

// validate refuses a mapping without a name or with a column for two things.
func (m Mapping) validate() error {
	byCol := map[int]Field{}
	for _, f := range Fields() {
		col := m.Columns[f]
		if col == 0 {
			continue
		}
		if col < 0 || byCol[col] != "" {
			return errs.NewInvalid("ingest_column_twice").With("column", sheet.Letter(max(col, 1)))
		}
		byCol[col] = f
	}
	for f := range m.Columns {
		if !f.Valid() {
			return errs.NewInvalid("error_choice")
		}
	}
	if m.Columns[FullName] == 0 && m.Columns[FamilyName] == 0 && m.Columns[GivenName] == 0 {
		return errs.NewInvalid("ingest_no_name_column")
	}
	return nil
}

// checker reads rows one after the other.
type checker struct {
	m     Mapping
	today time.Time
	out   *Checked
	cur   *Person
}

// note records what is to be said of the present row.
func (c *checker) note(f Field, value string, v verdict) {
	if v.key == "" {
		return
	}
	if v.level == LevelError {
		c.cur.Invalid = true
	}
	c.out.Issues = append(c.out.Issues, Issue{
		Row: c.cur.Row, Col: c.m.Columns[f], Field: f, Value: short(value), Level: v.level, Key: v.key, Args: v.args,
	})
}

// cell gives the cell of a field after the checks that hold for all fields; an Empty one when they refuse it.
func (c *checker) cell(r dataRow, f Field) sheet.Cell {
	cell := r.at(c.m.Columns[f])
	empty := sheet.Cell{Col: cell.Col}
	switch {
	case cell.Formula:
		c.note(f, cell.Text, wrong("ingest_formula"))
		return empty
	case cell.Kind == sheet.Error:
		c.note(f, cell.Text, wrong("ingest_cell_error"))
		return empty
	}
	return cell
}

func (c *checker) row(r dataRow) {
	c.out.People = append(c.out.People, Person{Row: r.n})
	c.cur = &c.out.People[len(c.out.People)-1]
	p := c.cur
	if r.hidden {
		c.note("", "", doubtful("ingest_row_hidden"))
	}
	titleSex := c.names(r)
	p.Sex = readField(c, r, Sex, readSex)
	if p.Sex == "" {
		p.Sex = titleSex
	}
	p.CIN = readField(c, r, CIN, readCIN)
	b := readField(c, r, Birth, func(cell sheet.Cell) (birth, verdict) { return readBirth(cell, c.today) })
	p.BirthDate, p.BirthYear = b.date, b.year
	p.Organisation = c.text(r, Organisation, organisationMax)
	p.Function = c.text(r, Function, functionMax)
	p.Governorate = readField(c, r, Governorate, readPlace)
	p.Phone = readField(c, r, Phone, readPhone)
	p.Email = readField(c, r, Email, readEmail)
	p.NameKey = org.NameKey(p.Family, p.Given)
}

// readField reads one typed field of a row and notes what its reader says.
func readField[T any](c *checker, r dataRow, f Field, read func(sheet.Cell) (T, verdict)) T {
	var zero T
	cell := c.cell(r, f)
	if cell.Kind == sheet.Empty {
		return zero
	}
	value, v := read(cell)
	c.note(f, sampleText(cell), v)
	return value
}

// text reads a free text.
func (c *checker) text(r dataRow, f Field, limit int) string {
	cell := c.cell(r, f)
	text := clean(cell.Text)
	switch {
	case cell.Kind == sheet.Empty || absent(text):
		return ""
	case likeFormula(cell.Text):
		c.note(f, cell.Text, wrong("ingest_like_formula"))
		return ""
	case utf8.RuneCountInString(text) > limit:
		c.note(f, cell.Text, verdict{LevelError, "ingest_too_long", errs.Args{"max": limit}})
		return ""
	}
	return text
}

// likeFormula tells a text that a spreadsheet would run when the list is exported again.
func likeFormula(s string) bool {
	s = strings.TrimLeft(s, " \u00a0\t\r\n'")
	return s != "" && strings.ContainsRune("=+@|", rune(s[0])) || len(s) > 1 && s[0] == '-' && !unicode.IsSpace(rune(s[1]))
}

// names reads the family and the given name, and gives the sex that a title tells ("Mme").
func (c *checker) names(r dataRow) (sex string) {
	p := c.cur
	if c.m.Columns[FullName] > 0 {
		var full string
		full, sex = withoutHonorific(c.name(r, FullName))
		p.Family, p.Given = splitName(full, c.m.NameOrder)
		c.enoughName(FullName)
		return sex
	}
	family, s1 := withoutHonorific(c.name(r, FamilyName))
	given, s2 := withoutHonorific(c.name(r, GivenName))
	p.Family, p.Given = family, given
	field := FamilyName
	if c.m.Columns[FamilyName] == 0 || family != "" {
		field = GivenName
	}
	c.enoughName(field)
	return cmp.Or(s1, s2)
}

// enoughName asks for a name, and doubts one of a single word. Nothing is added to an error that the name has already.
func (c *checker) enoughName(f Field) {
	p := c.cur
	switch {
	case p.Family == "" && p.Given == "":
		if !p.Invalid {
			c.note(f, "", wrong("ingest_name_missing"))
		}
	case p.Family == "" || p.Given == "":
		if !p.Invalid {
			c.note(f, p.Name(), doubtful("ingest_name_single"))
		}
	}
}

// name reads one cell of a name.
func (c *checker) name(r dataRow, f Field) string {
	name := strings.Trim(c.text(r, f, nameMax), " .,;:*_-")
	letters, digits := 0, 0
	for _, ch := range name {
		switch {
		case unicode.IsLetter(ch):
			letters++
		case unicode.IsDigit(ch):
			digits++
		}
	}
	switch {
	case name == "":
		return ""
	case letters == 0:
		c.note(f, name, wrong("ingest_name_no_letters"))
		return ""
	case digits > 0 || strings.Contains(name, "@"):
		c.note(f, name, doubtful("ingest_name_odd"))
	}
	return name
}
