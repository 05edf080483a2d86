package report

import (
	"context"
	"slices"
	"strings"
	"time"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/programme"
	"shelter/internal/sheet"
)

// LogframeResult says what an import of a logframe did; with issues it did nothing.
type LogframeResult struct {
	Elements   int             `json:"elements"`
	Indicators int             `json:"indicators"`
	Periods    int             `json:"periods"`
	Applied    bool            `json:"applied"`
	Issues     []LogframeIssue `json:"issues"`
}

// LogframeIssue is one thing that was refused.
type LogframeIssue struct {
	Row     int    `json:"row"`  // of the sheet; 0 when it cannot be told
	Code    string `json:"code"` // of the element, indicator or period
	Column  string `json:"column"`
	Message string `json:"message"`

	key  string
	args errs.Args
}

// reader collects a plan from the rows of a workbook.
type reader struct {
	in     programme.Sheet
	issues []LogframeIssue
	rows   map[string]int
}

// ImportLogframe reads a workbook in the form that Logframe writes and loads it, all of it or nothing. Messages are in the language
// given.
func (s *Programme) ImportLogframe(ctx context.Context, actor access.Actor, name string, data []byte, lang i18n.Lang) (LogframeResult, error) {
	if err := access.Can(actor, access.ProgrammeEdit, access.Resource{}); err != nil {
		return LogframeResult{}, err
	}
	book, err := sheet.Read(name, data, sheet.DefaultLimits())
	if err != nil {
		return LogframeResult{}, err
	}
	r := &reader{rows: map[string]int{}}
	found := false
	for i := range book.Sheets {
		switch strings.ToLower(book.Sheets[i].Name) {
		case LogframeSheet:
			found = true
			r.each(&book.Sheets[i], r.row)
		case PeriodSheet:
			r.each(&book.Sheets[i], r.period)
		}
	}
	if !found {
		return LogframeResult{}, errs.NewInvalid("programme_error_no_sheet")
	}
	if len(r.issues) == 0 {
		refused, err := s.plan.Load(ctx, actor, r.in)
		if err != nil {
			return LogframeResult{}, err
		}
		r.refused(refused)
	}
	return r.result(s.bundle.For(lang)), nil
}

// each gives the rows below the headings, by heading.
func (r *reader) each(sh *sheet.Sheet, fn func(n int, v map[string]string)) {
	if len(sh.Rows) == 0 {
		return
	}
	heads := map[int]string{}
	for _, c := range sh.Rows[0].Cells {
		heads[c.Col] = strings.TrimSpace(c.Text)
	}
	for _, row := range sh.Rows[1:] {
		v := map[string]string{}
		for _, c := range row.Cells {
			text := strings.TrimSpace(c.Text)
			if c.Kind == sheet.Date {
				text = c.Time.Format(time.DateOnly)
			}
			v[heads[c.Col]] = text
		}
		if v["code"] != "" || v["title"] != "" {
			fn(row.N, v)
		}
	}
}

func (r *reader) row(n int, v map[string]string) {
	r.rows[v["code"]] = n
	if v["level"] != "indicator" {
		if !slices.Contains(programme.Levels(), programme.Level(v["level"])) {
			r.bad(n, v["code"], "level", "error_choice")
			return
		}
		e := programme.Element{Code: v["code"], Level: programme.Level(v["level"]), Title: v["title"], TitleAR: v["title_ar"], TitleEN: v["title_en"]}
		r.in.Elements = append(r.in.Elements, programme.Branch{Element: e, ParentCode: v["parent"]})
		return
	}
	in := programme.IndicatorInput{Code: v["code"], ElementCode: v["parent"], Title: v["title"], TitleAR: v["title_ar"], TitleEN: v["title_en"],
		Unit: programme.Unit(v["unit"]), Query: v["query"], Definition: v["definition"], Verification: v["verification"], Frequency: v["frequency"],
		Responsible: v["responsible"], Disaggregation: strings.Fields(v["disaggregation"]), Targets: map[string]*float64{}}
	if !QueryFits(in.Query, in.Unit) {
		r.bad(n, in.Code, "query", "programme_error_query")
	}
	in.Baseline, in.Target = r.figure(n, v, "baseline"), r.figure(n, v, "target")
	in.BaselineOn = r.day(n, v, "baseline_on")
	for head := range v {
		if code, ok := strings.CutPrefix(head, "target:"); ok {
			in.Targets[code] = r.figure(n, v, head)
		}
	}
	r.in.Indicators = append(r.in.Indicators, in)
}

func (r *reader) period(n int, v map[string]string) {
	r.rows[v["code"]] = n
	r.in.Periods = append(r.in.Periods, programme.Period{Code: v["code"], StartsOn: r.day(n, v, "starts_on"), EndsOn: r.day(n, v, "ends_on")})
}

func (r *reader) figure(n int, v map[string]string, col string) *float64 {
	f, ok := programme.ParseFigure(v[col])
	if !ok {
		r.bad(n, v["code"], col, "error_number")
	}
	return f
}

func (r *reader) day(n int, v map[string]string, col string) time.Time {
	if v[col] == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.DateOnly, v[col])
	if err != nil {
		r.bad(n, v["code"], col, "error_date")
	}
	return t
}

func (r *reader) bad(n int, code, col, key string) {
	r.issues = append(r.issues, LogframeIssue{Row: n, Code: code, Column: col, key: key})
}

func (r *reader) refused(list []programme.Issue) {
	for _, i := range list {
		if len(i.Fields) == 0 {
			r.issues = append(r.issues, LogframeIssue{Row: r.rows[i.Code], Code: i.Code, key: i.Key})
		}
		for _, f := range i.Fields {
			r.issues = append(r.issues, LogframeIssue{Row: r.rows[i.Code], Code: i.Code, Column: f.Name, key: f.Key, args: f.Args})
		}
	}
}

func (r *reader) result(loc *i18n.Localizer) LogframeResult {
	out := LogframeResult{Elements: len(r.in.Elements), Indicators: len(r.in.Indicators), Periods: len(r.in.Periods), Applied: len(r.issues) == 0, Issues: []LogframeIssue{}}
	for _, i := range r.issues {
		i.Message = loc.Map(i.key, i.args)
		out.Issues = append(out.Issues, i)
	}
	return out
}
