package programme

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"shelter/internal/errs"
)

// Kind says what a column of a register holds, which decides how it is asked, checked, shown and exported.
type Kind string

// The kinds of columns. Values travel as text: days as 2026-12-14, figures as digits with a decimal point, things by id or code.
const (
	Line         Kind = "line"
	Long         Kind = "long"
	Day          Kind = "day"
	Number       Kind = "number"
	Money        Kind = "money" // Tunisian dinars
	Choice       Kind = "choice"
	Shelter      Kind = "shelter"      // an organisation that is a shelter, by id
	Organisation Kind = "organisation" // by id
	Governorate  Kind = "governorate"  // by code
	PersonCode   Kind = "person"       // by code, as P-7K3Q9
	ActivityCode Kind = "activity"     // an element of the logframe, by code
	Code         Kind = "code"
)

// Column is one question of a register.
type Column struct {
	Name     string
	Kind     Kind
	Required bool
	Zero     bool // an empty number is 0 and not unknown
	Listed   bool // shown in the list; the others only in the form and in exports
	Detail   bool // names somebody or counts people few enough to be known: not for observers nor for the donor
	Choices  []string
	Min, Max int // of a Number; Max 0 is 1,000,000
}

// Register describes one list of records: its table, its columns, and what its values must agree on. Forms, lists, exports and
// the data dictionary are all made from it.
type Register struct {
	Name    string // in addresses and catalogue keys
	Table   string
	Area    string // the part of the programme that it belongs to: fitout, awareness, visit, sustain, plan
	Names   bool   // holds names or codes of persons: not handed to observers
	Columns []Column
	check   func(v map[string]string) []errs.Field
}

// Public is the register as an observer reads it and the donor gets it: without the columns of details.
func (r Register) Public() Register {
	r.Columns = slices.DeleteFunc(slices.Clone(r.Columns), func(c Column) bool { return c.Detail })
	return r
}

// Column gives a column by its name; ok is false when there is none.
func (r Register) Column(name string) (Column, bool) {
	i := slices.IndexFunc(r.Columns, func(c Column) bool { return c.Name == name })
	if i < 0 {
		return Column{}, false
	}
	return r.Columns[i], true
}

var progress = []string{"to_do", "under_way", "done", "dropped"}

// Registers lists every register in the order of pages and exports.
func Registers() []Register {
	return []Register{assessments(), works(), readiness(), awareness(), practices(), trainers(), refreshers(), milestones(), tasks(), budget(), risks()}
}

// RegisterNamed gives a register by its name; ok is false when there is none.
func RegisterNamed(name string) (Register, bool) {
	for _, r := range Registers() {
		if r.Name == name {
			return r, true
		}
	}
	return Register{}, false
}

// assessments are the reports on what a shelter lacks; their recommendations become works. The report itself is attached.
func assessments() Register {
	return Register{Name: "assessments", Table: "programme.assessment", Area: "fitout", Columns: []Column{
		{Name: "title", Kind: Line, Required: true, Listed: true},
		{Name: "shelter_id", Kind: Shelter, Required: true, Listed: true},
		{Name: "assessed_on", Kind: Day, Required: true, Listed: true},
		{Name: "assessor", Kind: Line, Listed: true, Detail: true},
		{Name: "summary", Kind: Long},
	}}
}

func works() Register {
	return Register{Name: "works", Table: "programme.fitout_work", Area: "fitout", Columns: []Column{
		{Name: "title", Kind: Line, Required: true, Listed: true},
		{Name: "shelter_id", Kind: Shelter, Required: true, Listed: true},
		{Name: "recommendation", Kind: Long, Required: true},
		{Name: "kind", Kind: Choice, Required: true, Choices: []string{"works", "equipment"}},
		{Name: "supplier", Kind: Line},
		{Name: "cost_planned", Kind: Money},
		{Name: "cost", Kind: Money, Listed: true},
		{Name: "beds", Kind: Number, Zero: true, Max: 200},
		{Name: "status", Kind: Choice, Required: true, Listed: true, Choices: []string{"planned", "ordered", "under_way", "delivered", "accepted"}},
		{Name: "due_on", Kind: Day, Listed: true},
		{Name: "accepted_on", Kind: Day, Listed: true},
		{Name: "note", Kind: Long},
	}, check: func(v map[string]string) []errs.Field {
		if (v["status"] == "accepted") != (v["accepted_on"] != "") {
			return []errs.Field{{Name: "accepted_on", Key: "programme_error_accepted"}}
		}
		return nil
	}}
}

func readiness() Register {
	return Register{Name: "readiness", Table: "programme.readiness", Area: "fitout", Columns: []Column{
		{Name: "title", Kind: Line, Required: true, Listed: true},
		{Name: "shelter_id", Kind: Shelter, Required: true, Listed: true},
		{Name: "before", Kind: Choice, Required: true, Listed: true, Choices: []string{"yes", "partly", "no"}},
		{Name: "after", Kind: Choice, Listed: true, Choices: []string{"yes", "partly", "no"}},
		{Name: "after_on", Kind: Day, Listed: true},
		{Name: "note", Kind: Long},
	}, check: func(v map[string]string) []errs.Field {
		if (v["after"] == "") != (v["after_on"] == "") {
			return []errs.Field{{Name: "after_on", Key: "programme_error_measured"}}
		}
		return nil
	}}
}

func awareness() Register {
	return Register{Name: "awareness", Table: "programme.awareness", Area: "awareness", Columns: []Column{
		{Name: "title", Kind: Line, Required: true, Listed: true},
		{Name: "audience", Kind: Choice, Required: true, Listed: true, Choices: []string{"public", "potential_victims", "youth", "professionals"}},
		{Name: "held_on", Kind: Day, Required: true, Listed: true},
		{Name: "place", Kind: Line},
		{Name: "governorate", Kind: Governorate, Listed: true},
		{Name: "reach_f", Kind: Number, Zero: true, Listed: true, Detail: true},
		{Name: "reach_m", Kind: Number, Zero: true, Listed: true, Detail: true},
		{Name: "reach_unknown", Kind: Number, Zero: true, Detail: true},
		{Name: "reach_minors", Kind: Number, Zero: true, Detail: true},
		{Name: "materials", Kind: Line},
		{Name: "handed_out", Kind: Number, Zero: true},
		{Name: "cost", Kind: Money},
		{Name: "survey_pre", Kind: Number, Detail: true}, {Name: "known_pre", Kind: Number, Detail: true},
		{Name: "survey_post", Kind: Number, Detail: true}, {Name: "known_post", Kind: Number, Detail: true},
	}, check: checkAwareness}
}

func checkAwareness(v map[string]string) []errs.Field {
	var fields []errs.Field
	if whole(v["reach_minors"]) > whole(v["reach_f"])+whole(v["reach_m"])+whole(v["reach_unknown"]) {
		fields = append(fields, errs.Field{Name: "reach_minors", Key: "programme_error_minors"})
	}
	for _, when := range []string{"pre", "post"} {
		if whole(v["known_"+when]) > whole(v["survey_"+when]) {
			fields = append(fields, errs.Field{Name: "known_" + when, Key: "programme_error_known"})
		}
	}
	return fields
}

func practices() Register {
	return Register{Name: "practices", Table: "programme.practice", Area: "visit", Columns: []Column{
		{Name: "title", Kind: Line, Required: true, Listed: true},
		{Name: "source", Kind: Line},
		{Name: "responsible", Kind: Line, Listed: true, Detail: true},
		{Name: "follow_up", Kind: Long},
		{Name: "due_on", Kind: Day, Listed: true},
		{Name: "status", Kind: Choice, Required: true, Listed: true, Choices: progress},
	}}
}

func trainers() Register {
	return Register{Name: "trainers", Table: "programme.trainer", Area: "sustain", Names: true, Columns: []Column{
		{Name: "person_code", Kind: PersonCode, Required: true, Listed: true},
		{Name: "topics", Kind: Line, Listed: true},
		{Name: "observed_on", Kind: Day, Listed: true},
		{Name: "observer", Kind: Line, Detail: true},
		{Name: "appraisal", Kind: Choice, Listed: true, Choices: []string{"autonomous", "with_support", "not_yet"}},
		{Name: "note", Kind: Long},
	}}
}

func refreshers() Register {
	return Register{Name: "refreshers", Table: "programme.refresher", Area: "sustain", Columns: []Column{
		{Name: "title", Kind: Line, Required: true, Listed: true},
		{Name: "organisation_id", Kind: Organisation, Listed: true},
		{Name: "due_on", Kind: Day, Required: true, Listed: true},
		{Name: "reason", Kind: Long},
		{Name: "status", Kind: Choice, Required: true, Listed: true, Choices: progress},
	}}
}

func milestones() Register {
	return Register{Name: "milestones", Table: "programme.milestone", Area: "sustain", Columns: []Column{
		{Name: "title", Kind: Line, Required: true, Listed: true},
		{Name: "kind", Kind: Choice, Required: true, Listed: true, Choices: []string{"institutional", "handover"}},
		{Name: "responsible", Kind: Line, Listed: true, Detail: true},
		{Name: "due_on", Kind: Day, Listed: true},
		{Name: "done_on", Kind: Day, Listed: true},
		{Name: "evidence", Kind: Long},
	}, check: func(v map[string]string) []errs.Field {
		if v["done_on"] != "" && v["evidence"] == "" {
			return []errs.Field{{Name: "evidence", Key: "error_required"}}
		}
		return nil
	}}
}

func tasks() Register {
	return Register{Name: "tasks", Table: "programme.task", Area: "plan", Columns: []Column{
		{Name: "code", Kind: Code, Required: true, Listed: true},
		{Name: "title", Kind: Line, Required: true, Listed: true},
		{Name: "activity", Kind: ActivityCode, Required: true},
		{Name: "responsible", Kind: Line, Listed: true, Detail: true},
		{Name: "starts_on", Kind: Day, Required: true, Listed: true},
		{Name: "ends_on", Kind: Day, Required: true, Listed: true},
		{Name: "status", Kind: Choice, Required: true, Listed: true, Choices: progress},
		{Name: "after_code", Kind: Code, Listed: true},
	}, check: func(v map[string]string) []errs.Field {
		var fields []errs.Field
		if v["ends_on"] < v["starts_on"] {
			fields = append(fields, errs.Field{Name: "ends_on", Key: "programme_error_period"})
		}
		if v["after_code"] == v["code"] {
			fields = append(fields, errs.Field{Name: "after_code", Key: "programme_error_after"})
		}
		return fields
	}}
}

func budget() Register {
	return Register{Name: "budget", Table: "programme.budget_line", Area: "plan", Columns: []Column{
		{Name: "code", Kind: Code, Required: true, Listed: true},
		{Name: "title", Kind: Line, Required: true, Listed: true},
		{Name: "activity", Kind: ActivityCode, Required: true},
		{Name: "planned", Kind: Money, Required: true, Listed: true},
		{Name: "committed", Kind: Money, Zero: true, Listed: true},
		{Name: "spent", Kind: Money, Zero: true, Listed: true},
		{Name: "note", Kind: Long},
	}}
}

func risks() Register {
	return Register{Name: "risks", Table: "programme.risk", Area: "plan", Columns: []Column{
		{Name: "title", Kind: Line, Required: true, Listed: true},
		{Name: "likelihood", Kind: Number, Required: true, Listed: true, Min: 1, Max: 5},
		{Name: "impact", Kind: Number, Required: true, Listed: true, Min: 1, Max: 5},
		{Name: "response", Kind: Long},
		{Name: "responsible", Kind: Line, Listed: true, Detail: true},
		{Name: "reviewed_on", Kind: Day, Listed: true},
		{Name: "status", Kind: Choice, Required: true, Listed: true, Choices: []string{"open", "watched", "closed"}},
	}}
}

func whole(s string) int { n, _ := strconv.Atoi(s); return n }

const (
	lineMax = 300
	longMax = 4000
)

// wrong lists what a record's values break, column by column, then together.
func (r Register) wrong(v map[string]string) error {
	var fields []errs.Field
	for _, c := range r.Columns {
		if key := c.wrong(v[c.Name]); key != "" {
			fields = append(fields, errs.Field{Name: c.Name, Key: key, Args: errs.Args{"max": longMax}})
		}
	}
	if len(fields) == 0 && r.check != nil {
		fields = r.check(v)
	}
	return errs.InvalidFields(fields)
}

// wrong gives the key of what is wrong with a value, or "".
func (c Column) wrong(s string) string {
	if s == "" {
		if c.Required {
			return "error_required"
		}
		return ""
	}
	switch c.Kind {
	case Day:
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			return "error_date"
		}
	case Number:
		n, err := strconv.Atoi(s)
		if err != nil || n < c.Min || n > cmp.Or(c.Max, 1_000_000) {
			return "error_number"
		}
	case Money:
		if _, ok := ParseFigure(s); !ok {
			return "error_number"
		}
	case Choice:
		if !slices.Contains(c.Choices, s) {
			return "error_choice"
		}
	case Code:
		if !reCode.MatchString(s) {
			return "programme_error_code"
		}
	case Line:
		if len([]rune(s)) > lineMax {
			return "programme_error_long"
		}
	case Long:
		if len([]rune(s)) > longMax {
			return "programme_error_long"
		}
	case Shelter, Organisation, Governorate, PersonCode, ActivityCode: // the database knows them
	}
	return ""
}

// tidy makes figures what the database reads: "1 250,50" becomes 1250.50.
func (c Column) tidy(s string) string {
	s = strings.TrimSpace(s)
	if c.Kind == Money || c.Kind == Number {
		s = typed.Replace(s)
	}
	if c.Kind == Code || c.Kind == PersonCode {
		s = strings.ToUpper(s)
	}
	return s
}
