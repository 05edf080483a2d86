package exam

import (
	"encoding/json"
	"strconv"
	"strings"

	"shelter/internal/exam"
	"shelter/internal/i18n"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// PaperPage shows where the paper sheets of a test stand.
type PaperPage struct {
	layout.Page

	Test    exam.PaperTest
	Form    *form.Set
	Subject string            // the sheet whose form was refused
	Typed   map[string]string // what was chosen there
}

func (p PaperPage) base() string {
	return "/workshops/" + p.Test.Workshop.ID.String() + "/paper/" + string(p.Test.Phase)
}

func (p PaperPage) grid(pass string, f exam.PaperForm) string {
	href := p.base() + "/grid?pass=" + pass
	if len(p.Test.Forms) > 1 {
		href += "&form=" + f.ID.String()
	}
	return href
}

func (p PaperPage) gridLabel(pass string, f exam.PaperForm) string {
	label := p.Loc.T("paper_pass_" + pass)
	if len(p.Test.Forms) > 1 {
		label += " · " + f.Code
	}
	return label
}

// once and checked are how many sheets wait to be taken into the results.
func (p PaperPage) checked() int { return p.Test.Count(exam.PaperChecked) }
func (p PaperPage) once() int    { return p.Test.Count(exam.PaperOnce) }

func (p PaperPage) figures() []kit.Figure {
	list := []kit.Figure{
		{Label: p.Loc.T("paper_figure_checked"), Value: p.Loc.Number(p.checked())},
		{Label: p.Loc.T("paper_figure_once"), Value: p.Loc.Number(p.once())},
		{Label: p.Loc.T("paper_figure_differs"), Value: p.Loc.Number(p.Test.Count(exam.PaperDiffers))},
		{Label: p.Loc.T("paper_figure_counted"), Value: p.Loc.Number(p.Test.Count(exam.PaperCounted))},
	}
	if list[2].Value != "0" {
		list[2].Tone = kit.Warn
	}
	return list
}

func (p PaperPage) differing() []exam.PaperSheet {
	var list []exam.PaperSheet
	for _, sh := range p.Test.Sheets {
		if sh.State == exam.PaperDiffers {
			list = append(list, sh)
		}
	}
	return list
}

// touched are the sheets of which something is known.
func (p PaperPage) touched() []exam.PaperSheet {
	var list []exam.PaperSheet
	for _, sh := range p.Test.Sheets {
		if sh.State != exam.PaperNone {
			list = append(list, sh)
		}
	}
	return list
}

func sheetName(loc *i18n.Localizer, sh exam.PaperSheet) string {
	if sh.Name == "" {
		return loc.T("paper_sheet", "n", strconv.Itoa(sh.Number))
	}
	return sh.Name
}

func paperTone(s exam.PaperState) kit.Tone {
	switch s {
	case exam.PaperChecked, exam.PaperCounted:
		return kit.Good
	case exam.PaperDiffers:
		return kit.Warn
	case exam.PaperOnce, exam.PaperAgain, exam.PaperBegun:
		return kit.Info
	case exam.PaperNone, exam.PaperScreen:
	}
	return kit.Off
}

// by says who typed a sheet.
func (p PaperPage) by(e *exam.PaperEntry) string {
	if e == nil {
		return undefined
	}
	return p.Loc.Time(e.At.In(tunis())) + " · " + bidi(e.By)
}

func (p PaperPage) formOf(sh exam.PaperSheet) *form.Set {
	if sh.Subject == p.Subject {
		return p.Form
	}
	return form.New(p.Loc, nil)
}

// choice asks what stands on the paper.
func (p PaperPage) choice(sh exam.PaperSheet, d exam.PaperDifference) form.Field {
	f := p.formOf(sh).Field(exam.CellField(d.Position), "paper_choose", p.typed(sh, exam.CellField(d.Position)))
	f.Label = p.Loc.T("paper_question", "n", strconv.Itoa(d.Position)) + " · " + bidi(begin(d.Item.Body.Stem.In(p.Loc.Lang())))
	f.Part, f.Hint = sh.Subject, ""
	return f
}

func (p PaperPage) typed(sh exam.PaperSheet, name string) string {
	if sh.Subject == p.Subject {
		return p.Typed[name]
	}
	return ""
}

func (p PaperPage) choices(d exam.PaperDifference) []form.Option {
	list := []form.Option{{Value: "1", Label: p.cell(d, d.First), Hint: p.Loc.T("paper_pass_1")}, {Value: "2", Label: p.cell(d, d.Second), Hint: p.Loc.T("paper_pass_2")}}
	if d.First != "" && d.Second != "" {
		list = append(list, form.Option{Value: "blank", Label: p.Loc.T("paper_blank")})
	}
	return append(list, form.Option{Value: "other", Label: p.Loc.T("paper_other")})
}

func (p PaperPage) other(sh exam.PaperSheet, d exam.PaperDifference) form.Field {
	name := exam.CellField(d.Position) + "_other"
	f := form.Field{Name: name, Label: p.Loc.T("paper_other_label"), Value: p.typed(sh, name), Part: sh.Subject, Width: "short", Dir: "auto", Autocomplete: "off"}
	if d.Item.PaperKeys() != "" {
		f.Hint = p.Loc.T("paper_keys", "keys", isolated(p.Loc, strings.ToUpper(spread(d.Item.PaperKeys()))))
	}
	return f
}

func (p PaperPage) cell(d exam.PaperDifference, v string) string {
	switch {
	case v == "":
		return p.Loc.T("paper_blank")
	case d.Item.PaperKind() == exam.PaperLetter:
		return bidi(v)
	}
	return bidi(strings.ToUpper(v))
}

// spread puts blanks between letters.
func spread(keys string) string { return strings.Join(strings.Split(keys, ""), " ") }

// PaperGridPage is the grid in which sheets are typed.
type PaperGridPage struct {
	layout.Page

	Test  exam.PaperTest
	Pass  exam.Pass
	Paper exam.PaperForm
}

func (p PaperGridPage) base() string { return PaperPage{Page: p.Page, Test: p.Test}.base() }

func (p PaperGridPage) queue() string {
	return "paper-" + p.Test.Workshop.ID.String() + "-" + string(p.Test.Phase) + "-" + strconv.Itoa(int(p.Pass)) + "-" + p.Paper.ID.String()
}

// tabs lead between the forms of a crossed pair.
func (p PaperGridPage) tabs() []kit.Tab {
	if len(p.Test.Forms) < 2 {
		return nil
	}
	list := make([]kit.Tab, len(p.Test.Forms))
	for i, f := range p.Test.Forms {
		list[i] = kit.Tab{Label: f.Code, Href: PaperPage{Page: p.Page, Test: p.Test}.grid(strconv.Itoa(int(p.Pass)), f), Current: f.ID == p.Paper.ID}
	}
	return list
}

// entry is what this pass typed of a sheet: nothing of the other pass is on the page.
func (p PaperGridPage) entry(sh exam.PaperSheet) *exam.PaperEntry {
	if p.Pass == exam.Second {
		return sh.Second
	}
	return sh.First
}

// sheets are the rows: everybody on the list, or the anonymous sheets of this pass.
func (p PaperGridPage) sheets() []exam.PaperSheet {
	var list []exam.PaperSheet
	for _, sh := range p.Test.Sheets {
		if !p.Test.Anonymous || p.entry(sh) != nil && p.entry(sh).FormID == p.Paper.ID {
			list = append(list, sh)
		}
	}
	return list
}

// closed says why a row cannot be typed; "" when it can.
func (p PaperGridPage) closed(sh exam.PaperSheet) string {
	switch e := p.entry(sh); {
	case sh.State == exam.PaperScreen || sh.State == exam.PaperCounted:
		return string(sh.State)
	case e != nil && e.FormID != p.Paper.ID:
		return "form"
	}
	return ""
}

func (p PaperGridPage) enrolment(sh exam.PaperSheet) string {
	if p.Test.Anonymous {
		return ""
	}
	return strings.TrimPrefix(sh.Subject, "e:")
}

func (p PaperGridPage) cell(sh exam.PaperSheet, at int) (string, bool) {
	e := p.entry(sh)
	if e == nil || e.FormID != p.Paper.ID {
		return "", false
	}
	v, ok := e.Cells[at]
	return v, ok
}

// questions tell the script how each column is typed.
func (p PaperGridPage) questions() string {
	type question struct {
		At   int            `json:"at"`
		Kind exam.PaperKind `json:"kind"`
		Keys string         `json:"keys"`
		Most int            `json:"most"`
	}
	list := make([]question, len(p.Paper.Items))
	for i, it := range p.Paper.Items {
		list[i] = question{it.Position, it.PaperKind(), it.PaperKeys(), it.PaperLength()}
	}
	b, err := json.Marshal(list)
	if err != nil { // numbers and letters always marshal
		return "[]"
	}
	return string(b)
}

// says are the words of the script.
func (p PaperGridPage) says() string {
	words := map[string]string{}
	for _, k := range []string{"phone", "server", "screen", "counted", "refused", "gaps", "twice", "cell", "form"} {
		words[k] = p.Loc.T("paper_says_" + k)
	}
	words["sheet"] = p.Loc.T("paper_sheet", "n", "%")
	b, err := json.Marshal(words)
	if err != nil {
		return "{}"
	}
	return string(b)
}

func (p PaperGridPage) colHint(it exam.Item) string {
	if k := it.PaperKeys(); k != "" {
		return strings.ToUpper(k[:1]) + "–" + strings.ToUpper(k[len(k)-1:])
	}
	return "…"
}

func (p PaperGridPage) cellLabel(name string, at int) string {
	return strings.NewReplacer("{name}", name, "{n}", strconv.Itoa(at)).Replace(p.Loc.T("paper_says_cell"))
}

// PaperPrintPage is the test on paper.
type PaperPrintPage struct {
	layout.Page

	Sheet layout.Sheet
	Test  exam.PaperTest
	Paper exam.PaperForm
}

func (p PaperPrintPage) text(t exam.Text) string { return t.In(p.Loc.Lang()) }

// vignette is the situation of a question, where the question before it did not have it.
func (p PaperPrintPage) vignette(i int) *exam.Vignette {
	v := p.Paper.Items[i].Body.Vignette
	if v != nil && i > 0 {
		if before := p.Paper.Items[i-1].Body.Vignette; before != nil && before.Code == v.Code {
			return nil
		}
	}
	return v
}

// answers are the answers offered with the letters that the grid knows.
func (p PaperPrintPage) answers(it exam.Item) []exam.Option {
	switch it.PaperKind() {
	case exam.PaperOrder:
		return it.Lines()
	case exam.PaperLines:
		return it.Rights()
	case exam.PaperOne, exam.PaperDigit, exam.PaperMany, exam.PaperLetter:
	}
	return it.Body.Options
}

func (p PaperPrintPage) letter(it exam.Item, i int) string {
	return strings.ToUpper(it.PaperKeys()[i : i+1])
}

func (p PaperPrintPage) hint(it exam.Item) string {
	return p.Loc.T("paper_hint_" + string(it.PaperKind()))
}

func (p PaperPrintPage) open(it exam.Item) bool { return it.Type == exam.OpenAnswer }
