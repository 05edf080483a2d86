package demo

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"strconv"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/programme"
)

//go:embed programme.toml
var programmeText string

// planned is what programme.toml holds. Days are counted from today, organisations from the start of their list.
type planned struct {
	Element []struct {
		Code, Level, Parent, Title string
		TitleAR                    string `toml:"title_ar"`
		TitleEN                    string `toml:"title_en"`
	}
	Indicator []struct {
		Code, Element, Title, Unit, Query, Frequency, Verification string
		TitleAR                                                    string `toml:"title_ar"`
		TitleEN                                                    string `toml:"title_en"`
		Target                                                     *float64
		Disaggregation                                             []string
	}
	Measure []struct {
		Indicator, Evidence string
		On                  int
		Value               float64
	}
	Record []struct {
		Register string
		File     string // what a document says that is attached; none when empty
		V        map[string]string
	}
}

// makeProgramme fills the plan and its registers. A second filling leaves the plan as it is.
func (f *filler) makeProgramme(ctx context.Context) error {
	f.Clock.Set(f.o.Now)
	have, err := f.Programme.Plan(ctx, system)
	if err != nil || len(have.Elements) > 0 {
		return err
	}
	var p planned
	if _, err := toml.Decode(programmeText, &p); err != nil {
		return fmt.Errorf("demo: programme: %w", err)
	}
	issues, err := f.Programme.Load(ctx, system, p.sheet(f.o.Now))
	if err == nil && len(issues) > 0 {
		err = fmt.Errorf("demo: programme: %+v", issues)
	}
	if err != nil {
		return err
	}
	if err := f.measures(ctx, p); err != nil {
		return err
	}
	return f.registers(ctx, p)
}

func (p planned) sheet(now time.Time) programme.Sheet {
	var s programme.Sheet
	for _, e := range p.Element {
		s.Elements = append(s.Elements, programme.Branch{ParentCode: e.Parent, Element: programme.Element{Code: e.Code, Level: programme.Level(e.Level), Title: e.Title, TitleAR: e.TitleAR, TitleEN: e.TitleEN}})
	}
	half := time.Date(now.Year(), 1+(now.Month()-1)/6*6, 1, 0, 0, 0, 0, time.UTC).AddDate(0, -6, 0)
	for range 4 {
		end := half.AddDate(0, 6, -1)
		s.Periods = append(s.Periods, programme.Period{Code: fmt.Sprintf("%d-S%d", half.Year(), 1+(int(half.Month())-1)/6), StartsOn: half, EndsOn: end})
		half = half.AddDate(0, 6, 0)
	}
	for _, i := range p.Indicator {
		s.Indicators = append(s.Indicators, programme.IndicatorInput{Code: i.Code, ElementCode: i.Element, Title: i.Title, TitleAR: i.TitleAR, TitleEN: i.TitleEN,
			Unit: programme.Unit(i.Unit), Query: i.Query, Frequency: i.Frequency, Verification: i.Verification, Target: i.Target, Disaggregation: i.Disaggregation})
	}
	return s
}

func (f *filler) measures(ctx context.Context, p planned) error {
	plan, err := f.Programme.Plan(ctx, system)
	if err != nil {
		return err
	}
	for _, m := range p.Measure {
		for _, i := range plan.Indicators {
			if i.Code != m.Indicator {
				continue
			}
			if err := f.Programme.Enter(ctx, system, programme.Measure{IndicatorID: i.ID, MeasuredOn: f.o.Now.AddDate(0, 0, m.On), Value: m.Value, Evidence: m.Evidence}); err != nil {
				return fmt.Errorf("demo: measure of %s: %w", m.Indicator, err)
			}
		}
	}
	return nil
}

func (f *filler) registers(ctx context.Context, p planned) error {
	for _, rec := range p.Record {
		r, ok := programme.RegisterNamed(rec.Register)
		if !ok {
			return errs.NewNotFound("demo register " + rec.Register)
		}
		v := map[string]string{}
		for name, s := range rec.V {
			v[name] = f.value(r, name, s)
		}
		id := uuid.Must(uuid.NewV7())
		if err := f.Programme.Add(ctx, system, r, programme.Record{ID: id, Values: v}); err != nil {
			return fmt.Errorf("demo: %s %v: %w", rec.Register, v, err)
		}
		if rec.File == "" {
			continue
		}
		in := programme.DocumentInput{Key: uuid.Must(uuid.NewV7()), Name: "rapport-fictif.pdf", Caption: rec.File, Data: OnePage(rec.File)}
		if err := f.Programme.Attach(ctx, system, r, id, in); err != nil {
			return fmt.Errorf("demo: document of %s: %w", rec.Register, err)
		}
	}
	return nil
}

// OnePage is a PDF of one page that says one thing, in letters without accents.
func OnePage(text string) []byte {
	var b bytes.Buffer
	var at []int
	object := func(body string) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(at), body)
	}
	b.WriteString("%PDF-1.4\n")
	draw := "BT /F1 18 Tf 72 760 Td (" + text + ") Tj ET"
	object("<< /Type /Catalog /Pages 2 0 R >>")
	object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
	object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>")
	object(fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(draw), draw))
	object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return b.Bytes()
}

// value makes days of distances and organisations of places in the list.
func (f *filler) value(r programme.Register, name, s string) string {
	n, err := strconv.Atoi(s)
	c, _ := r.Column(name)
	switch {
	case err != nil:
		return s
	case c.Kind == programme.Day:
		return f.o.Now.AddDate(0, 0, n).Format(time.DateOnly)
	case c.Kind == programme.Shelter || c.Kind == programme.Organisation:
		return f.orgs[n].ID.String()
	}
	return s
}
