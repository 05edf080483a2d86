package report

import (
	"context"
	"strconv"
	"strings"
	"time"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/programme"
	"shelter/internal/sheet"
)

// DonorOptions say what a donor report covers; both days are included.
type DonorOptions struct {
	From, To time.Time
	Lang     i18n.Lang
}

// donorRow is an indicator as the donor gets it: of the days asked for and in total, with small numbers hidden.
type donorRow struct {
	indicator     programme.Indicator
	element       programme.Element
	within, total Figure
	evidence      any        // how many lines stand behind it, said as the figure is
	evidenceOf    []Evidence // without names
	light         Light
}

// Donor makes the workbook for the donor: indicators, breakdowns, workshops with attendance, learning results, direct assistance,
// awareness, fit-out, budget, an index of the evidence and notes on method. It names nobody and hides small numbers, whoever makes
// it. Of direct assistance it holds what the case side published. The caller closes the file.
func (s *Programme) Donor(ctx context.Context, actor access.Actor, o DonorOptions) (*File, error) {
	if err := o.allowed(actor); err != nil {
		return nil, err
	}
	rows, err := s.donorRows(ctx, actor, o)
	if err != nil {
		return nil, err
	}
	loc := s.bundle.For(o.Lang)
	w := newPages(loc, s.now(), loc.T("programme_donor"))
	lines := w.donorIndicators(rows, o)
	w.donorParts(rows)
	if err := s.donorWorkshops(ctx, w, o); err != nil {
		return nil, err
	}
	if err := s.donorAssistance(ctx, w, o); err != nil {
		return nil, err
	}
	if err := s.donorRegisters(ctx, actor, w); err != nil {
		return nil, err
	}
	w.donorEvidence(rows)
	w.donorMethod(rows)
	return s.release(ctx, actor, w, "donor-report", lines)
}

func (o DonorOptions) allowed(actor access.Actor) error {
	if err := access.Can(actor, access.ProgrammeView, access.Resource{}); err != nil {
		return err
	}
	if o.From.IsZero() || o.To.Before(o.From) {
		return errs.InvalidFields([]errs.Field{{Name: "to", Key: "programme_error_period"}})
	}
	return nil
}

func (s *Programme) donorRows(ctx context.Context, actor access.Actor, o DonorOptions) ([]donorRow, error) {
	plan, err := s.plan.Plan(ctx, actor)
	if err != nil {
		return nil, err
	}
	state, err := s.exactly(ctx)
	if err != nil {
		return nil, err
	}
	b := s.emptyBoard(plan)
	var rows []donorRow
	for _, i := range plan.Indicators {
		r, err := s.row(ctx, b, state, i, false)
		if err != nil {
			return nil, err
		}
		d := donorRow{indicator: i, element: plan.Element(i.ElementID), total: r.Total, light: r.Light}
		f, err := s.figure(ctx, state, i, o.From, o.To)
		if err != nil {
			return nil, err
		}
		d.within = chosen(i, safe(i, f))
		if err := s.index(ctx, &d, o); err != nil {
			return nil, err
		}
		rows = append(rows, d)
	}
	return rows, nil
}

// index puts down what stands behind a row's figure. Where it counts or stands on persons, lines are events and records: the number
// of persons is the figure's to say, or not.
func (s *Programme) index(ctx context.Context, d *donorRow, o DonorOptions) error {
	list, err := s.Evidence(ctx, access.System("donor-report"), d.indicator, o.From, o.To)
	if err != nil {
		return err
	}
	d.evidenceOf = unnamed(list)
	if d.evidence = len(d.evidenceOf); d.within.Below {
		d.evidence = nil
	}
	if q, _ := queryNamed(d.indicator.Query); q.telling {
		for i := range d.evidenceOf {
			d.evidenceOf[i].Note = ""
		}
	}
	return nil
}

// unnamed is the index of the evidence without persons: each event or record once, certificates not by number.
func unnamed(list []Evidence) []Evidence {
	seen := map[string]bool{}
	var out []Evidence
	for _, e := range list {
		key := e.Title + "|" + e.On.Format(time.DateOnly)
		if seen[key] {
			continue
		}
		seen[key] = true
		if e.Person != "" {
			e.Note = ""
			if !strings.HasPrefix(e.Code, "W-") {
				e.Code = ""
			}
		}
		e.Person, e.Href = "", ""
		out = append(out, e)
	}
	return out
}

func (w *pages) shown(f Figure) any {
	switch {
	case f.Below:
		return w.loc.T("programme_below", "n", SmallNumber)
	case f.Value == nil:
		return w.loc.T("programme_not_measured")
	}
	return *f.Value
}

// people is a number of people as the donor may see it.
func (w *pages) people(n int) any {
	v := float64(n)
	return w.shown(Figure{Value: &v, Below: n > 0 && n < SmallNumber})
}

func (w *pages) words(keys ...string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = w.loc.T("programme_" + k)
	}
	return out
}

func (w *pages) donorIndicators(rows []donorRow, o DonorOptions) []string {
	s := w.sheet(w.loc.T("programme_sheet_indicators"), []float64{10, 46, 36, 12, 14, 14, 12, 12, 16, 34})
	s.RowWith(sheet.RowOptions{Height: 26}, sheet.V(w.loc.T("programme_donor")+" · "+w.loc.DateRange(o.From, o.To), w.title))
	w.heads(s, w.words("col_code", "indicator", "element", "unit", "in_period", "total", "baseline", "target", "progress", "verification"))
	var lines []string
	for _, r := range rows {
		i := r.indicator
		lines = append(lines, w.line(s, w.cell, []any{i.Code, i.Words().In(w.loc.Lang()), r.element.Words().In(w.loc.Lang()), w.loc.T("programme_unit_" + string(i.Unit)),
			w.shown(r.within), w.shown(r.total), orText(i.Baseline), orText(i.Target), w.loc.T("programme_light_" + string(r.light)), i.Verification}))
	}
	return lines
}

func orText(v *float64) any {
	if v == nil {
		return undefined
	}
	return *v
}

func (w *pages) donorParts(rows []donorRow) {
	s := w.sheet(w.loc.T("programme_sheet_parts"), []float64{10, 46, 24, 34, 14})
	w.heads(s, w.words("col_code", "indicator", "dimension", "group", "in_period"))
	for _, r := range rows {
		for _, p := range r.within.Parts {
			n := any(p.N)
			if p.Hidden {
				n = w.loc.T("programme_hidden")
			}
			w.line(s, w.cell, []any{r.indicator.Code, r.indicator.Words().In(w.loc.Lang()), w.loc.T("programme_dimension_" + p.Dimension), w.part(p), n})
		}
	}
}

func (w *pages) part(p Part) string {
	switch {
	case p.Key == "unknown":
		return w.loc.T("programme_unknown")
	case p.Dimension == "governorate":
		return p.Key
	}
	return w.loc.T("programme_part_" + p.Key)
}

// eventCountsSQL counts event e: its people, half-days and certificates, and what the pairs of pairsSQL learned. It needs
// eventCountsFrom after the event.
const (
	eventCountsSQL = `a.people, a.half_days,
	(SELECT count(*) FROM certificate.certificate c WHERE c.event_id = e.id AND c.revoked_at IS NULL),
	coalesce(l.n, 0), l.pre, l.post`
	eventCountsFrom = `LEFT JOIN learned l ON l.event_id = e.id
	CROSS JOIN LATERAL (SELECT count(DISTINCT t.enrolment_id) AS people, count(*) AS half_days FROM workshop.attendance t WHERE t.event_id = e.id AND t.` + attendedSQL + `) a`
	learnedSQL = `, learned AS (SELECT event_id, count(*) AS n, round(avg(pre), 1)::float8 AS pre, round(avg(post), 1)::float8 AS post FROM pair GROUP BY event_id) `
)

// donorWorkshopsSQL has one row per event of the days, with its people and what they learned; no names.
const donorWorkshopsSQL = `WITH d AS (SELECT ?::date AS a, ?::date AS b)` + pairsSQL + learnedSQL + `SELECT e.code, e.title, e.starts_on, e.ends_on, coalesce(g.name_fr, ''),
	` + eventCountsSQL + `
	FROM workshop.event e LEFT JOIN org.governorate g ON g.code = e.governorate ` + eventCountsFrom + `, d
	WHERE e.state <> 'cancelled' AND e.ends_on BETWEEN d.a AND d.b ORDER BY e.starts_on, e.code`

func (s *Programme) donorWorkshops(ctx context.Context, w *pages, o DonorOptions) error {
	sh := w.sheet(w.loc.T("programme_sheet_workshops"), []float64{13, 46, 12, 12, 16, 12, 12, 12, 12, 12, 12})
	w.heads(sh, w.words("col_code", "col_title", "col_starts_on", "col_ends_on", "col_governorate", "present", "half_days", "certificates", "pairs", "pre", "post"))
	rows, err := s.db.QueryContext(ctx, donorWorkshopsSQL, o.From, o.To)
	if err != nil {
		return db.Translate(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var code, title, place string
		var from, to time.Time
		var people, halfDays, certificates, pairs int
		var pre, post *float64
		if err := rows.Scan(&code, &title, &from, &to, &place, &people, &halfDays, &certificates, &pairs, &pre, &post); err != nil {
			return db.Translate(err)
		}
		if pairs < SmallNumber { // the mean of a few is nearly a person's own score
			pre, post = nil, nil
		}
		marks := any(halfDays)
		if people < SmallNumber { // they bound how many people there were
			marks = w.people(people)
		}
		w.line(sh, w.cell, []any{code, title, from, to, place, w.people(people), marks, w.people(certificates), w.people(pairs), orText(pre), orText(post)})
	}
	return db.Translate(rows.Err())
}

// donorRegisters writes the registers that name nobody, each on a sheet, without what is only for those who see details.
func (s *Programme) donorRegisters(ctx context.Context, actor access.Actor, w *pages) error {
	names, err := s.names(ctx, w.loc.Lang())
	if err != nil {
		return err
	}
	for _, r := range programme.Registers() {
		if r.Names {
			continue
		}
		r = r.Public()
		list, err := s.plan.Records(ctx, actor, r)
		if err != nil {
			return err
		}
		heads, widths := []string{}, []float64{}
		for _, c := range r.Columns {
			heads, widths = append(heads, w.loc.T("programme_col_"+c.Name)), append(widths, map[programme.Kind]float64{programme.Line: 34, programme.Long: 40, programme.Shelter: 34, programme.Organisation: 34}[c.Kind])
		}
		sh := w.sheet(w.loc.T("programme_register_"+r.Name), widths)
		w.heads(sh, heads)
		for _, rec := range list {
			row := make([]any, len(r.Columns))
			for i, c := range r.Columns {
				row[i] = w.value(c, rec.Values[c.Name], names)
			}
			w.line(sh, w.cell, row)
		}
	}
	return nil
}

func (w *pages) value(c programme.Column, v string, names map[string]string) any {
	switch {
	case v == "":
		return nil
	case c.Kind == programme.Number || c.Kind == programme.Money:
		f, _ := strconv.ParseFloat(v, 64) // the database keeps numbers
		return f
	case c.Kind == programme.Day:
		t, _ := time.Parse(time.DateOnly, v)
		return t
	case c.Kind == programme.Choice:
		return w.loc.T("programme_choice_" + v)
	case names[v] != "":
		return names[v]
	}
	return v
}

// names gives organisations by id and governorates by code.
func (s *Programme) names(ctx context.Context, lang i18n.Lang) (map[string]string, error) {
	out := map[string]string{}
	orgs, err := s.people.Organisations(ctx, access.System("donor-report"))
	if err != nil {
		return nil, err
	}
	for _, o := range orgs {
		out[o.ID.String()] = o.NameIn(lang)
	}
	gs, err := s.people.Governorates(ctx)
	for _, g := range gs {
		out[g.Code] = g.Name(lang)
	}
	return out, err
}

func (w *pages) donorEvidence(rows []donorRow) {
	s := w.sheet(w.loc.T("programme_sheet_evidence"), []float64{10, 14, 50, 14, 40, 14})
	w.heads(s, w.words("col_code", "proof", "col_title", "when", "detail", "lines"))
	for _, r := range rows {
		w.line(s, w.bold, []any{r.indicator.Code, nil, r.indicator.Words().In(w.loc.Lang()), nil, nil, r.evidence})
		for _, e := range r.evidenceOf {
			w.line(s, w.cell, []any{r.indicator.Code, e.Code, e.Title, e.On, e.Note, nil})
		}
	}
}

func (w *pages) donorMethod(rows []donorRow) {
	s := w.sheet(w.loc.T("programme_sheet_method"), []float64{12, 110})
	for _, line := range strings.Split(w.loc.T("programme_donor_method"), "\n") {
		s.RowWith(paragraphHeight(line), sheet.V(nil, 0), sheet.V(line, w.note))
	}
	for _, r := range rows {
		how := w.loc.T("programme_entered")
		if r.indicator.Query != "" {
			how = w.loc.T("programme_query_" + r.indicator.Query)
		}
		s.RowWith(paragraphHeight(how), sheet.V(r.indicator.Code, w.bold), sheet.V(how, w.cell))
	}
}
