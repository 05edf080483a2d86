package bank

import (
	"context"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/exam/format"
	"shelter/internal/exam/match"
	"shelter/internal/i18n"
	"shelter/internal/sheet"
)

// newMark begins the code of a question that gets its code from the bank: *1, *2 ... tie its answers to it.
const newMark = "*"

// bookReader reads a workbook of the house. Headings and words are known in every language.
type bookReader struct {
	s         *Service
	plan      *Plan
	vignettes map[string]uuid.UUID
	list      []read
	at        map[string]int // by code as written: place in list
	bad       map[string]bool
}

func (s *Service) readWorkbook(ctx context.Context, idb bun.IDB, f File, p *Plan) ([]read, error) {
	book, err := sheet.Read(f.Name, f.Data, sheet.DefaultLimits())
	if err != nil {
		return nil, err
	}
	r := &bookReader{s: s, plan: p, at: map[string]int{}, bad: map[string]bool{}}
	if r.vignettes, err = vignetteCodes(ctx, idb); err != nil {
		return nil, err
	}
	questions, answers := r.find(book, "bank_sheet_questions"), r.find(book, "bank_sheet_answers")
	if questions == nil {
		return nil, errs.NewInvalid("bank_import_no_sheet").With("sheet", s.bundle.For(i18n.FR).T("bank_sheet_questions"))
	}
	if err := r.rows(questions, questionColumns, r.question); err != nil {
		return nil, err
	}
	if answers != nil {
		if err := r.rows(answers, answerColumns, r.answer); err != nil {
			return nil, err
		}
	}
	return r.done(), nil
}

func vignetteCodes(ctx context.Context, idb bun.IDB) (map[string]uuid.UUID, error) {
	var rows []vignetteRow
	if err := vignettes(idb).Scan(ctx, &rows); err != nil {
		return nil, db.Translate(err)
	}
	m := map[string]uuid.UUID{}
	for _, v := range rows {
		m[v.Code] = v.ID
	}
	return m, nil
}

// find gives the sheet whose name is the catalogue's entry in any language.
func (r *bookReader) find(book *sheet.Book, key string) *sheet.Sheet {
	for i := range book.Sheets {
		if r.isWord(book.Sheets[i].Name, key) {
			return &book.Sheets[i]
		}
	}
	return nil
}

func (r *bookReader) isWord(text, key string) bool {
	for _, l := range i18n.Langs() {
		if fold(text) == fold(r.s.bundle.For(l).T(key)) {
			return true
		}
	}
	return false
}

// word finds which of the names a text means, by its word in any language or by the name itself; ok is false for none.
func (r *bookReader) word(text, prefix string, names []string) (string, bool) {
	for _, n := range names {
		if strings.EqualFold(strings.TrimSpace(text), n) || r.isWord(text, prefix+n) {
			return n, true
		}
	}
	return "", false
}

// line is one row of a sheet, by the names of its columns.
type line struct {
	r     *bookReader
	sheet string
	n     int
	cells map[string]sheet.Cell
	heads map[string]string
}

func (ln line) text(name string) string { return strings.TrimSpace(ln.cells[name].Text) }

func (ln line) three(name string) exam.Text {
	t := exam.Text{}
	for _, l := range i18n.Langs() {
		if s := format.Clean(ln.cells[name+"_"+string(l)].Text); s != "" {
			t[l] = s
		}
	}
	return orNil(t)
}

// fail notes what is wrong in a cell; the question is left out.
func (ln line) fail(column, key string, args errs.Args) {
	code := ln.text("code")
	ln.r.bad[code] = true
	ln.r.plan.Skipped = append(ln.r.plan.Skipped, Note{Sheet: ln.sheet, Line: ln.n, Column: ln.heads[column], Code: code, Key: key, Args: args})
}

func (r *bookReader) rows(sh *sheet.Sheet, columns []string, each func(line)) error {
	heads, names := map[string]string{}, map[int]string{}
	for i, row := range sh.Rows {
		if i == 0 {
			for _, c := range row.Cells {
				if n, ok := r.word(c.Text, "bank_col_", columns); ok {
					names[c.Col], heads[n] = n, c.Text
				}
			}
			if _, ok := heads["code"]; !ok || len(heads) < 3 {
				return errs.NewInvalid("bank_import_no_heading").With("sheet", sh.Name)
			}
			continue
		}
		ln := line{r: r, sheet: sh.Name, n: row.N, cells: map[string]sheet.Cell{}, heads: heads}
		for _, c := range row.Cells {
			if n := names[c.Col]; n != "" {
				ln.cells[n] = c
			}
		}
		each(ln)
	}
	return nil
}

func (r *bookReader) question(ln line) {
	code := ln.text("code")
	if code == "" {
		if len(ln.cells) > 0 {
			ln.fail("code", "bank_import_no_code", nil)
		}
		return
	}
	if _, twice := r.at[code]; twice {
		ln.fail("code", "bank_import_twice", errs.Args{"code": code})
		return
	}
	q := exam.Question{Course: ln.text("course"), Objective: ln.text("objective"), Topic: format.Clean(ln.text("topic"))}
	if !strings.HasPrefix(code, newMark) {
		q.Code = code
	}
	if typ, ok := r.word(ln.text("type"), "bank_type_", typeNames()); ok {
		q.Type = exam.Type(typ)
	} else {
		ln.fail("type", "bank_import_word", errs.Args{"value": ln.text("type")})
	}
	q.Difficulty, q.Bloom = ln.difficulty(), ln.bloom()
	q.Body.Stem, q.Body.Feedback, q.Body.Model = ln.three("stem"), ln.three("feedback"), ln.three("model")
	ln.details(&q)
	r.at[code] = len(r.list)
	r.list = append(r.list, read{line: ln.n, sheet: ln.sheet, q: q})
}

func (ln line) difficulty() int {
	d, ok := ln.r.word(ln.text("difficulty"), "bank_difficulty_", []string{"1", "2", "3"})
	if !ok {
		ln.fail("difficulty", "bank_import_word", errs.Args{"value": ln.text("difficulty")})
		return 0
	}
	return int(d[0] - '0')
}

func (ln line) bloom() string {
	b, ok := ln.r.word(ln.text("bloom"), "bank_bloom_", exam.Blooms())
	if !ok {
		ln.fail("bloom", "bank_import_word", errs.Args{"value": ln.text("bloom")})
	}
	return b
}

// details reads what only some types have.
func (ln line) details(q *exam.Question) {
	if code := ln.text("vignette"); code != "" {
		id, ok := ln.r.vignettes[code]
		if !ok {
			ln.fail("vignette", "bank_import_word", errs.Args{"value": code})
		}
		q.Body.Vignette = &exam.Vignette{ID: id}
	}
	if q.Type == exam.Numeric {
		q.Body.Value, q.Body.Tolerance = ln.number("value"), ln.number("tolerance")
	}
	if s := ln.text("forgive"); s != "" && q.Type == exam.ShortText {
		q.Body.Forgive = ln.forgive(s)
	}
}

func (ln line) number(column string) float64 {
	s := strings.ReplaceAll(strings.ReplaceAll(ln.text(column), ",", "."), "٫", ".")
	if s == "" && column == "tolerance" {
		return 0
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		ln.fail(column, "error_number", nil)
	}
	return f
}

func (ln line) forgive(s string) *match.Tolerance {
	var t match.Tolerance
	if ln.r.isWord(s, "bank_forgive_none") {
		return &t
	}
	all := (match.Default | match.Endings).Names()
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '،' }) {
		name, ok := ln.r.word(strings.TrimSpace(part), "bank_forgive_", all)
		if !ok {
			ln.fail("forgive", "bank_import_word", errs.Args{"value": strings.TrimSpace(part)})
			continue
		}
		f, err := match.Parse([]string{name})
		if err == nil {
			t |= f
		}
	}
	return &t
}

func (r *bookReader) answer(ln line) {
	code := ln.text("code")
	i, ok := r.at[code]
	if !ok {
		if code != "" && !r.bad[code] {
			ln.fail("code", "bank_import_no_question", errs.Args{"code": code})
		}
		return
	}
	kind, ok := r.word(ln.text("kind"), "bank_kind_", kinds())
	if !ok {
		ln.fail("kind", "bank_import_word", errs.Args{"value": ln.text("kind")})
		return
	}
	b := &r.list[i].q.Body
	first, second := ln.three("text"), ln.three("second")
	switch kind {
	case kindOption:
		b.Options = append(b.Options, exam.Option{Correct: ln.right(), Text: first, Feedback: second})
	case kindPair:
		b.Pairs = append(b.Pairs, exam.Pair{Left: first, Right: second})
	case kindExtra:
		b.Extra = append(b.Extra, exam.Option{Text: second})
	case kindAccept:
		if b.Accept == nil {
			b.Accept = map[i18n.Lang][]string{}
		}
		for l, s := range first {
			b.Accept[l] = append(b.Accept[l], s)
		}
	case kindCriterion:
		b.Rubric = append(b.Rubric, exam.Criterion{Text: first})
	case kindLevel:
		ln.level(b, first)
	}
}

// right reads the mark of a right answer: any sign is one, but what means "no".
func (ln line) right() bool {
	switch fold(ln.text("right")) {
	case "", "0", "non", "no", "لا", "faux", "false":
		return false
	}
	return true
}

func (ln line) level(b *exam.Body, text exam.Text) {
	if len(b.Rubric) == 0 {
		ln.fail("kind", "bank_import_level", nil)
		return
	}
	c := &b.Rubric[len(b.Rubric)-1]
	c.Levels = append(c.Levels, exam.Level{Points: ln.number("points"), Text: text})
}

// done gives what was read, without the questions that have a fault.
func (r *bookReader) done() []read {
	codes := make(map[int]string, len(r.at))
	for code, i := range r.at {
		codes[i] = code
	}
	var list []read
	for i, q := range r.list {
		if !r.bad[codes[i]] {
			Tidy(&q.q)
			list = append(list, q)
		}
	}
	return list
}
