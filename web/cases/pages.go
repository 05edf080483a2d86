// Package cases holds the pages of the case side. They show what the service gives, in the frame of the house with a
// watermark over it, and are rendered by caseui alone.
package cases

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"shelter/internal/casework"
	"shelter/internal/errs"
	"shelter/internal/org"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// Frame is what every page of the case side has: the house's page and the watermark's text.
type Frame struct {
	layout.Page

	Mark string // reader and time
}

// Names are those of people and organisations by id.
type Names struct {
	People map[uuid.UUID]string
	Orgs   map[uuid.UUID]string
	Staff  []org.Staff
	List   []org.Org
}

func (n Names) person(id uuid.UUID) string {
	if name := n.People[id]; name != "" {
		return name
	}
	return "–"
}

func (n Names) org(id uuid.UUID) string {
	if name := n.Orgs[id]; name != "" {
		return name
	}
	return "–"
}

// ListPage is the list of files.
type ListPage struct {
	Frame

	List      casework.Listing
	Filter    casework.Filter
	Names     Names
	Form      *form.Set
	PageURL   func(page int) string
	CanCreate bool
}

func (p ListPage) active() bool {
	return p.Filter.Query != "" || p.Filter.State != "" || p.Filter.Mine || p.Filter.Closed
}

func onOff(b bool) string {
	if b {
		return "on"
	}
	return ""
}

// NewPage is the report and detection form.
type NewPage struct {
	Frame

	Key          string
	Form         *form.Set
	Typed        func(name string) string
	Owners       []form.Option
	Governorates []org.Governorate
	Today        string
	Supervises   bool
}

// f makes a field with what was typed, or the usual answer.
func (p NewPage) f(name, key, usual string) form.Field {
	return p.Form.Field(name, key, p.typed(name, usual))
}

func (p NewPage) o(name, key string) form.Field { return p.Form.Optional(name, key, p.Typed(name)) }

func (p NewPage) typed(name, usual string) string {
	if v := p.Typed(name); v != "" {
		return v
	}
	return usual
}

func (p NewPage) governorates() []form.Option {
	list := make([]form.Option, len(p.Governorates))
	for i, g := range p.Governorates {
		list[i] = form.Option{Value: g.Code, Label: g.Name(p.Loc.Lang())}
	}
	return list
}

// TasksPage is the list of the day.
type TasksPage struct {
	Frame

	List  []casework.TaskLine
	Due   []casework.DueLine
	Today time.Time
	Names Names
}

// IncomingPage lists what was referred to the reader's organisations.
type IncomingPage struct {
	Frame

	List    []casework.Referral
	Names   Names
	Decides []uuid.UUID
}

func (p IncomingPage) decides(r *casework.Referral) bool {
	return r.State == "sent" && slices.Contains(p.Decides, r.ToID)
}

// FilePage is one file, on one of its tabs.
type FilePage struct {
	Frame
	*casework.View

	Tab         string
	Names       Names
	Workers     []form.Option
	Failed      string // the form that was refused
	Message     string
	Typed       func(name string) string
	Wrong       *form.Set
	Plain       *form.Set
	WrongFields []errs.Field
}

func (p FilePage) base() string { return "/cases/" + p.View.ID.String() }

// f makes a field of one of the page's forms: with what was typed and what is wrong when it is the one that was refused.
func (p FilePage) f(formID, name, key, usual string) form.Field {
	set, value := p.Plain, usual
	if p.Failed == formID {
		set, value = p.Wrong, p.Typed(name)
	}
	f := set.Field(name, key, value)
	f.Part = formID + "-"
	return f
}

func (p FilePage) o(formID, name, key string) form.Field { return p.was(formID, name, key, "") }

// was makes a field that may stay empty, with what it held so far.
func (p FilePage) was(formID, name, key, value string) form.Field {
	f := p.f(formID, name, key, value)
	f.Required, f.Mark = false, p.Loc.T("layout_optional")
	return f
}

func (p FilePage) messages() []string {
	if p.Message != "" {
		return []string{p.Message}
	}
	list := make([]string, 0, len(p.WrongFields))
	for _, w := range p.WrongFields {
		list = append(list, p.Loc.Map(w.Key, w.Args))
	}
	return list
}

func (p FilePage) tabs() []kit.Tab {
	var list []kit.Tab
	for _, t := range []string{"summary", "report", "plan", "consent", "documents", "return", "rights"} {
		href := p.base()
		if t != "summary" {
			href += "/" + t
		}
		list = append(list, kit.Tab{Label: p.Loc.T("case_tab_" + t), Href: href, Current: p.Tab == t})
	}
	return list
}

func (p FilePage) today() string { return p.Today.Format(time.DateOnly) }

func (p FilePage) steps() []kit.Step {
	states := casework.States()
	list := make([]kit.Step, 0, len(states))
	at := 0
	for i, st := range states {
		if st == p.State {
			at = i
		}
	}
	for i, st := range states {
		s := kit.Step{Label: p.Loc.T("case_state_" + string(st)), State: kit.StepNext, Said: p.Loc.T("case_step_todo")}
		switch {
		case i == at:
			s.State, s.Said = kit.StepNow, p.Loc.T("case_step_doing")
		case i < at && p.State != casework.Closed:
			s.State, s.Said = kit.StepDone, p.Loc.T("case_step_done")
		}
		list = append(list, s)
	}
	return list
}

// next are the states that the reader may ask for; closing has a form of its own.
func (p FilePage) next() []form.Option {
	var list []form.Option
	for _, st := range p.State.Next() {
		if st != casework.Closed {
			list = append(list, form.Option{Value: string(st), Label: p.Loc.T("case_state_" + string(st))})
		}
	}
	return list
}

func (p FilePage) facts() []kit.Term {
	l := p.Loc
	list := []kit.Term{
		{Term: l.T("case_status"), Part: kit.Status(statusTone(p.Status), l.T("case_status_"+p.Status))},
		{Term: l.T("case_risk"), Part: riskBadge(l, p.Risk)},
		{Term: l.T("case_review_on"), Value: dateOr(l, p.ReviewOn)},
		{Term: l.T("case_owner"), Value: p.Names.org(p.OwnerID)},
		{Term: l.T("case_worker"), Value: p.Names.person(p.WorkerID)},
		{Term: l.T("case_form"), Value: Word(l, "form", p.Form)},
		{Term: l.T("case_sex"), Value: Word(l, "sex", p.Sex)},
		{Term: l.T("case_age_band"), Value: Word(l, "age", p.AgeBand)},
		{Term: l.T("case_nationality"), Value: Word(l, "nationality", p.Nationality)},
		{Term: l.T("case_opened"), Value: l.Date(p.OpenedAt)},
	}
	if p.State == casework.Closed {
		list = append(list, kit.Term{Term: l.T("case_closed_on"), Value: l.Date(p.ClosedOn) + " · " + Word(l, "closure", p.ClosureReason)})
	}
	return list
}

func (p FilePage) moments() []kit.Moment {
	list := make([]kit.Moment, 0, len(p.Events))
	for i := range p.Events {
		e := &p.Events[i]
		title := p.Loc.T("case_event_" + e.Kind)
		if extra := p.extra(e); extra != "" {
			title += " · " + extra
		}
		text := p.Names.person(e.ByID)
		if e.Note != "" {
			text += " – " + e.Note
		}
		list = append(list, kit.Moment{When: p.Loc.DateTime(e.At), Title: title, Text: text})
	}
	return list
}

// extra says what the detail of a moment holds, in words.
func (p FilePage) extra(e *casework.Event) string {
	word := func(name string) string { s, _ := e.Detail[name].(string); return s }
	switch e.Kind {
	case "state", "reopened":
		return p.Loc.T("case_state_" + word("to"))
	case "closed":
		return Word(p.Loc, "closure", word("reason"))
	case "assessed":
		return Word(p.Loc, "assess", word("kind"))
	case "goal":
		return Word(p.Loc, "domain", word("domain"))
	case "goal_state":
		return Word(p.Loc, "goalstate", word("to"))
	case "homecoming":
		return Word(p.Loc, "homekind", word("kind")) + ", " + Word(p.Loc, "homestate", word("to"))
	case "service":
		return Word(p.Loc, "service", word("type")) + ", " + Word(p.Loc, "servicestate", word("to"))
	case "consent":
		return Word(p.Loc, "aim", word("purpose"))
	case "referral":
		return Word(p.Loc, "service", word("type"))
	case "identified":
		return Word(p.Loc, "authority", word("authority"))
	case "attached", "attachment_locked", "attachment_back":
		return Word(p.Loc, "papertype", word("kind"))
	case "request", "request_answered":
		return Word(p.Loc, "requestkind", word("kind"))
	case "disclosure":
		return Word(p.Loc, "disclosureto", word("to")) + ", " + Word(p.Loc, "disclosurestate", word("state"))
	case "retained":
		return Word(p.Loc, "retain", word("scope"))
	case "assigned":
		id, _ := uuid.Parse(word("worker"))
		return p.Names.person(id)
	}
	return ""
}

func (p FilePage) element(kind, item string) (status, source string) {
	for i := range p.Elements {
		if p.Elements[i].Kind == kind && p.Elements[i].Item == item {
			return p.Elements[i].Status, p.Elements[i].Source
		}
	}
	return "", ""
}

func (p FilePage) indicators() []string {
	list := make([]string, len(p.Indicators))
	for i := range p.Indicators {
		list[i] = p.Indicators[i].Item
	}
	return list
}

func (p FilePage) orgs(except uuid.UUID) []form.Option {
	var list []form.Option
	for i := range p.Names.List {
		if p.Names.List[i].ID != except {
			list = append(list, form.Option{Value: p.Names.List[i].ID.String(), Label: p.Names.List[i].NameIn(p.Loc.Lang())})
		}
	}
	return list
}

// sharing are the consents that a referral can stand on today.
func (p FilePage) sharing() []form.Option {
	var list []form.Option
	for i := range p.Consents {
		c := &p.Consents[i]
		if c.Live(p.Today) && (c.Purpose == "referral" || c.Purpose == "transfer") {
			list = append(list, form.Option{Value: c.ID.String(), Label: p.Names.org(c.RecipientID) + " · " + Word(p.Loc, "aim", c.Purpose)})
		}
	}
	return list
}

// IdentityPage says who the person is.
type IdentityPage struct {
	Frame

	File    casework.File
	Who     casework.Identity
	Form    *form.Set
	CanEdit bool
}

// NoticePage is the printed notice to the Instance.
type NoticePage struct {
	Frame
	*casework.View

	Names Names
	Paper layout.Sheet
}

// elements are what is known of one kind of element, with its state and source.
func (p NoticePage) elements(kind string) []string {
	var lines []string
	for i := range p.Elements {
		if e := &p.Elements[i]; e.Kind == kind {
			lines = append(lines, Word(p.Loc, kind, e.Item)+" · "+Word(p.Loc, "elementstatus", e.Status)+" · "+Word(p.Loc, "source", e.Source))
		}
	}
	return lines
}

func (p NoticePage) indicators() []string {
	lines := make([]string, len(p.Indicators))
	for i := range p.Indicators {
		lines[i] = Word(p.Loc, "indicator", p.Indicators[i].Item)
	}
	return lines
}

// TracePage says who has seen a file.
type TracePage struct {
	Frame

	File  casework.File
	List  []casework.Trace
	Names Names
}
