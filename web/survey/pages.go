// Package survey holds the pages of the surveys: what whoever runs a workshop sees, the sheet that people answer on a phone,
// and the results.
package survey

import (
	"net/url"
	"strconv"
	"strings"

	"shelter/internal/i18n"
	"shelter/internal/survey"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// BoardPage shows the surveys of a workshop.
type BoardPage struct {
	layout.Page

	Board survey.Board
	Links map[survey.Wave]string // addresses at which people answer
	QRs   map[survey.Wave]string // SVG made by the server
	Days  map[survey.Wave]string // day on which a follow-up that is not prepared would open
}

func (p BoardPage) path(w survey.Wave, rest string) string {
	return "/workshops/" + p.Board.Workshop.ID.String() + "/surveys/" + string(w) + rest
}

// other is the way of asking that a survey does not have.
func (p BoardPage) other(s *survey.Survey) survey.Way {
	if s.Way == survey.Tickets {
		return survey.OpenLink
	}
	return survey.Tickets
}

func stateTone(s survey.State) kit.Tone {
	switch s {
	case survey.Opened:
		return kit.Good
	case survey.Closed:
		return kit.Off
	case survey.Planned:
	}
	return kit.Info
}

// openLabel says what opening does: a follow-up writes to people.
func (p BoardPage) openLabel(s *survey.Survey) string {
	if s.State == survey.Closed {
		return p.Loc.T("survey_open_again")
	}
	return p.Loc.T("survey_open")
}

// Draft is a question as the editor holds it: all that was typed, in lines.
type Draft struct {
	ID      string
	Kind    string
	Text    map[i18n.Lang]string
	Options map[i18n.Lang]string // one option per line
}

// DraftOf is a question as the editor shows it.
func DraftOf(q survey.Question) Draft {
	d := Draft{ID: q.ID, Kind: string(q.Kind), Text: map[i18n.Lang]string{}, Options: map[i18n.Lang]string{}}
	for _, l := range i18n.Langs() {
		d.Text[l] = q.Text[l]
		lines := make([]string, len(q.Options))
		for i, o := range q.Options {
			lines[i] = o[l]
		}
		d.Options[l] = strings.TrimRight(strings.Join(lines, "\n"), "\n")
	}
	return d
}

// Question is what the editor's draft means.
func (d Draft) Question() survey.Question {
	q := survey.Question{ID: d.ID, Kind: survey.Kind(d.Kind), Text: survey.Text{}}
	lines, most := map[i18n.Lang][]string{}, 0
	for _, l := range i18n.Langs() {
		if t := strings.TrimSpace(d.Text[l]); t != "" {
			q.Text[l] = t
		}
		lines[l] = nonEmpty(d.Options[l])
		most = max(most, len(lines[l]))
	}
	for i := 0; q.Kind == survey.Choice && i < most; i++ {
		o := survey.Text{}
		for l, list := range lines {
			if i < len(list) {
				o[l] = list[i]
			}
		}
		q.Options = append(q.Options, o)
	}
	return q
}

func nonEmpty(text string) []string {
	var lines []string
	for _, l := range strings.Split(text, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			lines = append(lines, l)
		}
	}
	return lines
}

// EditPage is the editor of a survey's questions.
type EditPage struct {
	layout.Page

	Action string
	Drafts []Draft
	Form   *form.Set
	Frozen bool // somebody has answered: for reading only
}

func (p EditPage) kinds() []form.Option {
	list := make([]form.Option, 0, 3)
	for _, k := range survey.Kinds() {
		list = append(list, form.Option{Value: string(k), Label: p.Loc.T("survey_kind_" + string(k))})
	}
	return list
}

// field makes a field of the n-th question; its name is "q-3-fr".
func (p EditPage) field(n int, part, key, value string) form.Field {
	f := p.Form.Optional("q-"+strconv.Itoa(n)+"-"+part, key, value)
	f.Disabled = p.Frozen
	return f
}

func (p EditPage) text(n int, d Draft, l i18n.Lang) form.Field {
	f := p.field(n, string(l), "survey_text_"+string(l), d.Text[l])
	f.MaxLength = 300
	if l != i18n.EN {
		f.Mark, f.Required = "", true
	}
	f.Dir = l.Dir()
	return f
}

func (p EditPage) options(n int, d Draft, l i18n.Lang) form.Field {
	f := p.field(n, "options-"+string(l), "survey_options_"+string(l), d.Options[l])
	f.Mark, f.Dir = "", l.Dir()
	return f
}

// FillPage is the sheet that people answer.
type FillPage struct {
	layout.Page

	Sheet     survey.Sheet
	Typed     map[string]string // by question: the index of a choice, or a text
	Key       string
	Form      *form.Set
	Message   string // why what was typed was not counted; empty: nothing was refused, or a field says it
	Ticket    string // as it came along or was typed
	Ask       bool   // a ticket is asked for
	BadTicket bool   // with all that was typed
	Again     bool   // somebody answered from this device
	Other     bool   // it is another person
}

func (p FillPage) address() string { return "/s/" + p.Sheet.Survey.Code }

// action keeps the ticket in the address, so that a change of language comes back to the sheet.
func (p FillPage) action() string {
	if p.Ticket == "" || p.BadTicket {
		return p.address()
	}
	return p.address() + "?t=" + url.QueryEscape(p.Ticket)
}

func (p FillPage) ticketField(name string) form.Field {
	f := p.Form.Field(name, "survey_ticket", p.Ticket)
	f.Dir, f.Autocomplete, f.MaxLength = "ltr", "off", 40
	return f
}

func (p FillPage) options(q survey.Question) []form.Option {
	labels := q.Labels(p.Loc)
	list := make([]form.Option, len(labels))
	for i, l := range labels {
		list[i] = form.Option{Value: strconv.Itoa(i), Label: l}
	}
	return list
}

func (p FillPage) field(q survey.Question) form.Field {
	f := p.Form.Optional(q.ID, "survey_answer", p.Typed[q.ID])
	f.Label, f.Mark = q.Text.In(p.Loc.Lang()), ""
	return f
}

// ResultsPage shows what people answered.
type ResultsPage struct {
	layout.Page

	Results survey.Results
	Back    string
}

func (p ResultsPage) share(n, of int) string {
	if of == 0 {
		return "–"
	}
	return p.Loc.Percent(float64(n) / float64(of))
}

func (p ResultsPage) figures(it *survey.Item) []kit.Figure {
	list := []kit.Figure{{Label: p.Loc.T("survey_answered"), Value: p.Loc.Number(it.N)}}
	if m, ok := it.Mean(); ok {
		agree, _ := it.Agree()
		list = append(list, kit.Figure{Label: p.Loc.T("survey_mean"), Value: p.Loc.Decimal(m, 1), Note: p.Loc.T("survey_mean_note")},
			kit.Figure{Label: p.Loc.T("survey_agree"), Value: p.Loc.Percent(agree), Note: p.Loc.T("survey_agree_note")})
	}
	return list
}

// CardsPage asks how many cards are printed.
type CardsPage struct {
	layout.Page

	Board  survey.Board
	Survey *survey.Survey
	N      string
	Key    string
	Form   *form.Set
}

func (p CardsPage) left() int { return p.Survey.Left(p.Board.People) }

func (p CardsPage) base() string { return "/workshops/" + p.Board.Workshop.ID.String() + "/surveys" }

func (p CardsPage) number() form.Field {
	f := p.Form.Field("n", "survey_cards_n", p.N)
	f.Hint = p.Loc.T("survey_cards_n_room", "max", p.left(), "people", p.Board.People, "spare", survey.Spare)
	f.Min, f.Max, f.Width = "1", strconv.Itoa(p.left()), "short"
	return f
}

// DeckPage is the cards on paper, to be cut apart and drawn. It shows nobody: not whom they are for, nor who printed them.
type DeckPage struct {
	layout.Page

	Sheet   layout.Sheet
	Title   string // in French, as strangers may read it
	TitleAR string
	Address string
	How     map[i18n.Lang]string // that it is drawn and counts once
	Sheets  [][]Card
}

// how says the same on every card, in one of its two languages.
func (p DeckPage) how(l i18n.Lang) string { return p.How[l] }

// Card is one ticket on paper.
type Card struct {
	Code string // in groups
	QR   string // SVG made by the server
}
