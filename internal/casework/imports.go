package casework

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/sheet"
)

// importColumn is a column of a list of files: its name, and the words that it may hold.
type importColumn struct {
	name, list string
	items      []string
	needed     bool
}

// importColumns are the columns of the template, in its order.
func importColumns() []importColumn {
	return []importColumn{
		{name: "alias", needed: true}, {name: "sex", list: "sex", items: Sexes, needed: true}, {name: "age_band", list: "age", items: AgeBands, needed: true},
		{name: "nationality", list: "nationality", items: Nationalities, needed: true}, {name: "form", list: "form", items: Forms, needed: true}, {name: "governorate"},
		{name: "source", list: "source", items: Sources, needed: true}, {name: "reported_on", needed: true}, {name: "narrative", needed: true},
		{name: "family_name"}, {name: "given_name"}, {name: "birth"}, {name: "country"}, {name: "document"}, {name: "phone"}, {name: "address"}, {name: "languages"}, {name: "contact"},
	}
}

// ImportIssue is something in a list that has to be set right first, and where it stands.
type ImportIssue struct {
	Sheet  string
	Row    int
	Column string // letter, and title
	Key    string
	Args   map[string]any
}

// ImportReport is what a list holds, and what became of it.
type ImportReport struct {
	Rows    int // with something in them
	New     int
	Known   int // imported before
	Issues  []ImportIssue
	Applied bool
}

// ImportInput is a list that is sent.
type ImportInput struct {
	OwnerID uuid.UUID
	Name    string
	Data    []byte
	Cut     bool
	Apply   bool // import when there is nothing to set right
}

// maxImported is the most files of one list, and issueLimit how many issues are shown.
const (
	maxImported = 500
	issueLimit  = 200
)

// Import reads a list of existing files, in memory alone, and says what is to be set right; when nothing is and it is asked to, every new row becomes
// a file in one transaction, or none. What a list said before is not imported again, whoever sends it.
func (s *Service) Import(ctx context.Context, actor access.Actor, in ImportInput, words []*i18n.Localizer) (r ImportReport, err error) {
	if err := access.Can(actor, access.CaseImport, ownerResource(in.OwnerID)); err != nil {
		return r, err
	}
	list, err := s.readList(&in, words, &r)
	if err != nil {
		return r, err
	}
	err = s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewRaw("SELECT pg_advisory_xact_lock(hashtextextended(?, 3))", in.OwnerID.String()).Exec(ctx); err != nil {
			return db.Translate(err)
		}
		for i := range list {
			if err := s.importOne(ctx, tx, actor, &list[i], in.Apply && len(r.Issues) == 0, &r); err != nil {
				return err
			}
		}
		r.Applied = in.Apply && len(r.Issues) == 0 && r.Rows > 0
		entry := "case.import.check"
		if r.Applied {
			entry = "case.import"
		}
		return s.record(ctx, tx, actor, entry, "", in.OwnerID, map[string]any{"rows": r.Rows, "new": r.New, "issues": len(r.Issues)})
	})
	return r, err
}

// imported is a row that became a form, with the digest of what it said.
type imported struct {
	in     CreateInput
	digest []byte
}

func (s *Service) importOne(ctx context.Context, tx bun.Tx, actor access.Actor, x *imported, apply bool, r *ImportReport) error {
	var n int
	if err := tx.NewRaw("SELECT count(*) FROM cases.import WHERE owner_id = ? AND digest = ?", x.in.OwnerID, x.digest).Scan(ctx, &n); err != nil {
		return db.Translate(err)
	}
	if n > 0 {
		r.Known++
		return nil
	}
	r.New++
	if !apply {
		return nil
	}
	o, err := s.build(actor, tx, x.in)
	if err != nil {
		return err
	}
	if err := o.insert(ctx, x.in); err != nil {
		return err
	}
	_, err = tx.NewRaw("INSERT INTO cases.import (owner_id, digest, case_id, at, by_id) VALUES (?, ?, ?, ?, ?)", x.in.OwnerID, x.digest, o.file.ID, o.at, actor.PersonID).Exec(ctx)
	return db.Translate(err)
}

// readList reads the file and turns its rows into forms.
func (s *Service) readList(in *ImportInput, words []*i18n.Localizer, r *ImportReport) ([]imported, error) {
	switch {
	case in.Cut, len(in.Data) > MaxPaper:
		return nil, wrongFile("case_error_file_large", map[string]any{"max": MaxPaper >> 20})
	case len(in.Data) == 0:
		return nil, wrongFile("case_error_import_missing", nil)
	}
	book, err := sheet.Read(in.Name, in.Data, sheet.DefaultLimits())
	if err != nil {
		if e := errs.As(err); e != nil && e.Kind == errs.Invalid {
			return nil, wrongFile(e.Key, e.Args)
		}
		return nil, err
	}
	page, at, columns := findHead(book, words)
	if page == nil {
		return nil, wrongFile("case_error_import_head", nil)
	}
	l := &listReader{s: s, owner: in.OwnerID, page: page, columns: columns, words: words, report: r, seen: map[string]int{}}
	for _, c := range importColumns() {
		if columns[c.name] == 0 && c.needed {
			l.wrong(at, 0, "case_error_import_column", map[string]any{"title": words[0].T("case_" + c.name)})
		}
	}
	for _, row := range page.Rows {
		if row.N > at {
			l.row(row)
		}
	}
	if len(l.list) > maxImported {
		return nil, wrongFile("case_error_import_many", map[string]any{"max": maxImported})
	}
	return l.list, nil
}

func wrongFile(key string, args map[string]any) error {
	return errs.InvalidFields([]errs.Field{{Name: "file", Key: key, Args: args}})
}

// headRows is how far down the titles may stand, and headTitles how many of them make a row of titles.
const (
	headRows   = 20
	headTitles = 4
)

// findHead finds the row of titles, in any of our languages, and the column of each.
func findHead(book *sheet.Book, words []*i18n.Localizer) (page *sheet.Sheet, at int, columns map[string]int) {
	titles := map[string]string{}
	for _, c := range importColumns() {
		titles[folded(c.name)] = c.name
		for _, w := range words {
			titles[folded(w.T("case_"+c.name))] = c.name
		}
	}
	for i := range book.Sheets {
		for _, row := range book.Sheets[i].Rows {
			if row.N > headRows || book.Sheets[i].Hidden {
				break
			}
			found := map[string]int{}
			for _, cell := range row.Cells {
				if name := titles[folded(cell.Text)]; name != "" && found[name] == 0 {
					found[name] = cell.Col
				}
			}
			if len(found) >= headTitles {
				return &book.Sheets[i], row.N, found
			}
		}
	}
	return nil, 0, nil
}

// folded is a text as it is compared: without the marks that a required field has, blanks and capitals.
func folded(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch r {
		case '*', ':':
			return -1
		case '’':
			return '\''
		}
		return r
	}, s)), " "))
}

// listReader turns rows into forms and notes what is wrong.
type listReader struct {
	s       *Service
	owner   uuid.UUID
	page    *sheet.Sheet
	columns map[string]int
	words   []*i18n.Localizer
	report  *ImportReport
	list    []imported
	seen    map[string]int // digest to row
}

func (l *listReader) wrong(row, col int, key string, args map[string]any) {
	if len(l.report.Issues) >= issueLimit {
		return
	}
	column := ""
	if col > 0 {
		column = sheet.Letter(col)
	}
	l.report.Issues = append(l.report.Issues, ImportIssue{Sheet: l.page.Name, Row: row, Column: column, Key: key, Args: args})
}

func (l *listReader) row(row sheet.Row) {
	v := map[string]string{}
	some := false
	for _, c := range importColumns() {
		if col := l.columns[c.name]; col > 0 {
			v[c.name] = strings.TrimSpace(row.At(col).Text)
			some = some || v[c.name] != ""
		}
	}
	if !some {
		return
	}
	l.report.Rows++
	in := CreateInput{OwnerID: l.owner, Alias: v["alias"], Narrative: v["narrative"], Governorate: strings.ToUpper(v["governorate"]),
		Identity: Identity{FamilyName: v["family_name"], GivenName: v["given_name"], BirthDate: v["birth"], Country: v["country"], Document: v["document"], Phone: v["phone"], Address: v["address"], Languages: v["languages"], Contact: v["contact"]}}
	for name, to := range map[string]*string{"sex": &in.Sex, "age_band": &in.AgeBand, "nationality": &in.Nationality, "form": &in.Form, "source": &in.Source} {
		*to = l.word(name, v[name])
	}
	in.ReportedOn = l.day(row.At(l.columns["reported_on"]))
	l.check(row.N, &in, v)
	digest := l.s.o.Keys.Blind("case import", l.owner.String()+"\x00"+rowText(v))
	if first := l.seen[string(digest)]; first > 0 {
		l.wrong(row.N, 0, "case_error_import_twice", map[string]any{"row": strconv.Itoa(first)})
		return
	}
	l.seen[string(digest)] = row.N
	in.Key = uuid.New()
	l.list = append(l.list, imported{in, digest})
}

// rowText is what a row says, each part with its length before it.
func rowText(v map[string]string) string {
	var b strings.Builder
	for _, c := range importColumns() {
		b.WriteString(strconv.Itoa(len(v[c.name])) + ":" + v[c.name])
	}
	return b.String()
}

// word finds the word of a list that a text means, in any of our languages; none leaves it as it is, to be refused.
func (l *listReader) word(column, text string) string {
	for _, c := range importColumns() {
		if c.name != column || text == "" {
			continue
		}
		for _, item := range c.items {
			if folded(text) == folded(item) {
				return item
			}
			for _, w := range l.words {
				if folded(text) == folded(Word(w, c.list, item)) {
					return item
				}
			}
		}
	}
	return text
}

// day reads a day: a date of the sheet, or as it is written here.
func (l *listReader) day(c sheet.Cell) time.Time {
	if c.Kind == sheet.Date {
		return c.Time.Truncate(24 * time.Hour)
	}
	for _, layout := range []string{time.DateOnly, "02/01/2006", "2/1/2006", "02.01.2006", "02-01-2006"} {
		if t, err := time.Parse(layout, strings.TrimSpace(c.Text)); err == nil {
			return t
		}
	}
	return time.Time{}
}

// check says of each cell what the form would say.
func (l *listReader) check(row int, in *CreateInput, v map[string]string) {
	if !governorateCode(in.Governorate) {
		l.wrong(row, l.columns["governorate"], "case_error_import_governorate", nil)
	}
	for name, text := range v {
		if len(text) > maxText {
			l.wrong(row, l.columns[name], "case_error_long", nil)
		}
	}
	e := errs.As(in.check(l.s.today()))
	if e == nil {
		return
	}
	for _, f := range e.Fields {
		if v[f.Name] != "" && f.Key == "error_required" { // something that is no day
			f.Key = "error_date"
		}
		l.wrong(row, l.columns[f.Name], f.Key, f.Args)
	}
}

func governorateCode(s string) bool {
	return s == "" || len(s) == 5 && strings.HasPrefix(s, "TN-") && strings.Trim(s[3:], "0123456789") == ""
}

// ImportTemplate makes an empty list, in the reader's language.
func ImportTemplate(l *i18n.Localizer) ([]byte, error) {
	const rows = 100
	w := sheet.NewWorkbook()
	defer func() { _ = w.Close() }()
	head, cell, day := w.Style(sheet.Style{Bold: true, Fill: "E4F0F0", Wrap: true, VAlign: "center", Border: sheet.Box(sheet.Thin, "9AA5A6")}), w.Style(sheet.Style{Format: sheet.FormatText, Wrap: true, VAlign: "top"}), w.Style(sheet.Style{Format: sheet.FormatDate, VAlign: "top"})
	columns := importColumns()
	widths := make([]float64, len(columns))
	for i := range widths {
		widths[i] = 20
	}
	rtl := l.Lang() == i18n.AR
	s := w.AddSheet(l.T("case_import_sheet"), sheet.SheetOptions{RightToLeft: rtl, Widths: widths, FreezeRows: 1})
	lists := w.AddSheet(l.T("case_import_lists"), sheet.SheetOptions{RightToLeft: rtl, Hidden: true})
	titles, empty := make([]sheet.Value, len(columns)), make([]sheet.Value, len(columns))
	longest := 0
	for i, c := range columns {
		title := l.T("case_" + c.name)
		if c.needed {
			title += " *"
		}
		titles[i], empty[i] = sheet.V(title, head), sheet.V(nil, cell)
		if c.name == "reported_on" {
			empty[i].Style = day
		}
		longest = max(longest, len(c.items))
		if len(c.items) > 0 {
			w.Name("list_"+c.name, lists.Name(), sheet.Range{FirstRow: 1, FirstCol: i + 1, LastRow: len(c.items), LastCol: i + 1})
			s.DropDown(sheet.DropDown{Cells: sheet.Range{FirstRow: 2, FirstCol: i + 1, LastRow: rows + 1, LastCol: i + 1}, List: "list_" + c.name, Warn: true})
		}
	}
	for n := range longest {
		line := make([]sheet.Value, len(columns))
		for i, c := range columns {
			line[i] = sheet.V(nil, 0)
			if n < len(c.items) {
				line[i] = sheet.V(Word(l, c.list, c.items[n]), 0)
			}
		}
		lists.Row(line...)
	}
	s.RowWith(sheet.RowOptions{Height: 32}, titles...)
	for range rows {
		s.Row(empty...)
	}
	w.Activate(s.Name())
	return w.Bytes()
}
