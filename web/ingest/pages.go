// Package ingest holds the pages that bring a list of participants in: choosing the file, and checking what was read.
package ingest

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/ingest"
	"shelter/internal/org"
	"shelter/internal/sheet"
	"shelter/internal/workshop"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// Limits of what a page shows; the marked-up copy holds everything.
const (
	shownRows   = 200
	shownIssues = 200
)

// UploadPage asks for the file.
type UploadPage struct {
	layout.Page

	Event *workshop.Event
	Key   string
	Form  *form.Set
}

func base(event uuid.UUID) string { return "/workshops/" + event.String() + "/import" }

// file is the one question of the page; it takes the focus when the file was refused.
func (p UploadPage) file() form.Field {
	f := p.Form.Field("file", "import_file", "")
	if f.Error != "" {
		f.Attrs = templ.Attributes{"data-focus": true}
	}
	return f
}

func (p UploadPage) closed() bool { return !p.Event.State.CanEnrol() }

// PreviewPage shows what a file holds and what would happen.
type PreviewPage struct {
	layout.Page

	Preview *ingest.Preview
	Header  string               // row of the header, as typed
	Chosen  map[int]ingest.Field // what each column is said to hold
	Form    *form.Set
	Message string // why the list was not applied
}

func (p PreviewPage) self() string {
	return base(p.Preview.Upload.EventID) + "/" + p.Preview.Upload.ID.String()
}

// Pairs are the mapping as the values of a form or a query;
func Pairs(m ingest.Mapping) []kit.Pair {
	pairs := []kit.Pair{{Name: "sheet", Value: m.Sheet}, {Name: "header", Value: strconv.Itoa(m.HeaderRow)}, {Name: "order", Value: string(m.NameOrder)}}
	for _, f := range ingest.Fields() {
		if col := m.Columns[f]; col > 0 {
			pairs = append(pairs, kit.Pair{Name: ColumnName(col), Value: string(f)})
		}
	}
	return pairs
}

// ColumnName is the input that says what a column holds.
func ColumnName(col int) string { return "c" + strconv.Itoa(col) }

// ColumnOf reads such a name; 0 for any other.
func ColumnOf(name string) int {
	digits, ok := strings.CutPrefix(name, "c")
	if col, err := strconv.Atoi(digits); ok && err == nil && col > 0 {
		return col
	}
	return 0
}

func (p PreviewPage) steps(now int) []kit.Step {
	return steps(p.Loc, now, base(p.Preview.Upload.EventID))
}

// steps shows the three stages of an import; now is the present one, 3 when all are done.
func steps(l *i18n.Localizer, now int, first string) []kit.Step {
	list := []kit.Step{{Label: l.T("import_step_file")}, {Label: l.T("import_step_check")}, {Label: l.T("import_step_enrol")}}
	for i := range list {
		switch {
		case i < now:
			list[i].State, list[i].Said = kit.StepDone, l.T("import_said_done")
		case i == now:
			list[i].State, list[i].Said = kit.StepNow, l.T("import_said_now")
		default:
			list[i].State, list[i].Said = kit.StepNext, l.T("import_said_next")
		}
	}
	if now > 0 {
		list[0].Href = first
	}
	return list
}

func (p PreviewPage) applied() bool { return !p.Preview.Upload.AppliedAt.IsZero() }

func (p PreviewPage) found() []kit.Term {
	m := p.Preview.Mapping
	sheet, header := kit.Name(m.Sheet), p.Loc.T("import_found_no_header")
	if m.Sheet == "" {
		sheet = kit.Name(p.Loc.T("import_found_csv"))
	}
	if m.HeaderRow > 0 {
		header = strconv.Itoa(m.HeaderRow)
	}
	return []kit.Term{
		{Term: p.Loc.T("import_found_file"), Part: kit.Name(p.Preview.Upload.Name)},
		{Term: p.Loc.T("import_found_sheet"), Part: sheet}, {Term: p.Loc.T("import_found_header"), Part: kit.Name(header)},
	}
}

func (p PreviewPage) figures() []kit.Figure {
	plan := p.Preview.Plan
	_, invalid, duplicates := p.Preview.Checked.Counts()
	n := func(label string, count int, href string, tone kit.Tone) kit.Figure {
		f := kit.Figure{Label: p.Loc.T(label), Value: p.Loc.Number(count)}
		if count > 0 {
			f.Href, f.Tone = href, tone
		}
		return f
	}
	enrol := n("import_fig_enrol", plan.Enrol(), "#people", kit.Good)
	if made := plan.Count(ingest.WhatNew); made > 0 {
		enrol.Note = p.Loc.N("import_new_n", made)
	}
	return []kit.Figure{
		n("import_fig_rows", len(plan.Rows), "#people", kit.Plain), enrol, n("import_fig_already", plan.Count(ingest.WhatAlready), "#people", kit.Plain),
		n("import_fig_duplicates", duplicates, "#warnings", kit.Plain), n("import_fig_errors", invalid, "#errors", kit.Bad),
		n("import_fig_warnings", len(p.issues(ingest.LevelWarning)), "#warnings", kit.Warn),
	}
}

// why says why the list cannot be applied; empty when it can.
func (p PreviewPage) why() string {
	switch n := p.Preview.Invalid(); {
	case p.Preview.Ready():
		return ""
	case !p.Preview.Head.Event.State.CanEnrol():
		return p.Loc.T("workshop_error_closed")
	case n > 0:
		return p.Loc.N("import_why_errors", n)
	}
	return p.Loc.T("import_why_nobody")
}

func (p PreviewPage) issues(level ingest.Level) []ingest.Issue {
	var list []ingest.Issue
	for _, i := range p.Preview.Checked.Issues {
		if i.Level == level {
			list = append(list, i)
		}
	}
	return list
}

// named gives the name in a row, so that an issue is not only a number.
func (p PreviewPage) named(row int) string {
	for _, person := range p.Preview.Checked.People {
		if person.Row == row {
			return person.Name()
		}
	}
	return ""
}

func (p PreviewPage) message(problem *errs.Error) string { return p.Loc.Map(problem.Key, problem.Args) }

func (p PreviewPage) sheets() []form.Option {
	var list []form.Option
	for _, s := range p.Preview.Proposal.Sheets {
		o := form.Option{Value: s.Name, Label: s.Name}
		if s.Hidden {
			o.Label = p.Loc.T("import_mapping_sheet_hidden", "name", s.Name)
		}
		list = append(list, o)
	}
	return list
}

func (p PreviewPage) orders() []form.Option {
	return []form.Option{
		{Value: string(ingest.FamilyFirst), Label: p.Loc.T("import_mapping_order_family_first")},
		{Value: string(ingest.GivenFirst), Label: p.Loc.T("import_mapping_order_given_first")},
	}
}

func (p PreviewPage) fields() []form.Option {
	list := make([]form.Option, 0, len(ingest.Fields()))
	for _, f := range ingest.Fields() {
		list = append(list, form.Option{Value: string(f), Label: p.Loc.T(f.LabelKey())})
	}
	return list
}

// holds is the choice of what a column holds.
func (p PreviewPage) holds(c ingest.Column) form.Field {
	f := p.Form.Field(ColumnName(c.Col), "import_mapping_holds", string(p.Chosen[c.Col]))
	f.Label, f.HideLabel, f.Required = p.Loc.T("import_mapping_holds_of", "column", c.Letter), true, false
	return f
}

func (p PreviewPage) kind(k org.Kind) string { return p.Loc.T("kind_" + string(k)) }

func whatTone(w ingest.What) kit.Tone {
	switch w {
	case ingest.WhatNew:
		return kit.Info
	case ingest.WhatKnown:
		return kit.Good
	case ingest.WhatLeft, ingest.WhatDuplicate:
		return kit.Warn
	case ingest.WhatInvalid:
		return kit.Bad
	case ingest.WhatAlready:
	}
	return kit.Off
}

func (p PreviewPage) birth(r ingest.Person) string {
	switch {
	case !r.BirthDate.IsZero():
		return r.BirthDate.Format("02/01/2006")
	case r.BirthYear > 0:
		return strconv.Itoa(r.BirthYear)
	}
	return ""
}

// details are the short facts below a name.
func (p PreviewPage) details(r ingest.Person) string {
	var parts []string
	if r.Sex != "" {
		parts = append(parts, p.Loc.T("import_sex_"+r.Sex))
	}
	if r.CIN != "" {
		parts = append(parts, p.Loc.T(ingest.CIN.LabelKey())+" "+r.CIN)
	}
	return strings.Join(parts, " · ")
}

func (p PreviewPage) place(r ingest.Person) string {
	return ingest.GovernorateName(r.Governorate, p.Loc.Lang())
}

func letter(col int) string { return sheet.Letter(col) }

func phone(e164 string) string {
	if e164 == "" {
		return ""
	}
	return org.FormatPhone(e164)
}

// fullNames tells whether a column with whole names is read, whose order matters then.
func (p PreviewPage) fullNames() bool { return p.Preview.Mapping.Columns[ingest.FullName] > 0 }

// marked is the address of the marked-up copy, made with the same mapping.
func (p PreviewPage) marked() string {
	q := url.Values{}
	for _, pair := range Pairs(p.Preview.Mapping) {
		q.Set(pair.Name, pair.Value)
	}
	return p.self() + "/marked.xlsx?" + q.Encode()
}
