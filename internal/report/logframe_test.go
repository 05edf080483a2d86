package report

import (
	"slices"
	"testing"
	"time"

	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/programme"
	"shelter/internal/sheet"
)

// logframeOf writes the two sheets of a plan to import.
func logframeOf(t *testing.T, plan, periods [][]any) []byte {
	t.Helper()
	w := sheet.NewWorkbook()
	defer w.Close()
	for name, rows := range map[string][][]any{LogframeSheet: plan, PeriodSheet: periods} {
		s := w.AddSheet(name, sheet.SheetOptions{})
		for _, row := range rows {
			var values []sheet.Value
			for _, v := range row {
				values = append(values, sheet.V(v, 0))
			}
			s.Row(values...)
		}
	}
	data, err := w.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestImportLogframeKeepsAllOrNothing: each refusal names the code and the column, and leaves no trace of the rows that were right.
func TestImportLogframeKeepsAllOrNothing(t *testing.T) {
	t.Parallel()
	h, s, _ := planned(t)
	head := []any{"level", "code", "parent", "title", "unit", "query", "baseline", "target", "target:P2"}
	good := [][]any{head, {"objective", "OX", "", "Nouveau"}, {"indicator", "X1", "OX", "Une figure", "count", "", "1\u202f250,5", "2 000", "40"}}
	days := [][]any{{"code", "starts_on", "ends_on"}, {"P2", "2027-03-01", "2027-06-30"}}
	with := func(row ...any) [][]any { return append(slices.Clone(good), row) }
	for name, c := range map[string]struct {
		plan, days   [][]any
		code, column string
	}{
		"a query of another unit":     {with("indicator", "X2", "OX", "Part", "percent", "persons_trained"), days, "X2", "query"},
		"a query that nobody knows":   {with("indicator", "X2", "OX", "Part", "count", "rain"), days, "X2", "query"},
		"an element that is unknown":  {with("indicator", "X2", "OZ", "Part", "count"), days, "X2", "element"},
		"a figure that is none":       {with("indicator", "X2", "OX", "Part", "count", "", "peu"), days, "X2", "baseline"},
		"the target of no period":     {good, days[:1], "X1", "target:P2"},
		"a code with a dot":           {good, append(slices.Clone(days), []any{"P3.1", "2027-07-01", "2027-12-31"}), "P3.1", "code"},
		"a period that covers others": {good, append(slices.Clone(days), []any{"P3", "2027-03-10", "2027-12-31"}), "P3", "starts_on"},
	} {
		res, err := s.ImportLogframe(h.ctx, managerActor, "plan.xlsx", logframeOf(t, c.plan, c.days), i18n.FR)
		h.must(err)
		if res.Applied || len(res.Issues) != 1 || res.Issues[0].Code != c.code || res.Issues[0].Column != c.column || res.Issues[0].Row == 0 || res.Issues[0].Message == "" {
			t.Errorf("%s: %+v", name, res)
		}
		if plan, err := s.plan.Plan(h.ctx, managerActor); err != nil || len(plan.Elements) != 1 || len(plan.Indicators) != 1 || len(plan.Periods) != 1 {
			t.Fatalf("%s left something: %+v, %v", name, plan, err)
		}
	}
	res, err := s.ImportLogframe(h.ctx, managerActor, "plan.xlsx", logframeOf(t, good, days), i18n.FR)
	h.must(err)
	plan, err := s.plan.Plan(h.ctx, managerActor)
	h.must(err)
	if !res.Applied || len(plan.Periods) != 2 || len(plan.Indicators) != 2 {
		t.Fatalf("the plan that is right: %+v, %+v", res, plan)
	}
	x := plan.Indicators[slices.IndexFunc(plan.Indicators, func(i programme.Indicator) bool { return i.Code == "X1" })]
	if *x.Baseline != 1250.5 || *x.Target != 2000 || *plan.TargetOf(x.ID, plan.Periods[1].ID) != 40 {
		t.Errorf("the figures are %v, %v, %v", *x.Baseline, *x.Target, plan.TargetOf(x.ID, plan.Periods[1].ID))
	}
}

// TestNewIndicatorTakesNoCodeTwice: another one under the same code is refused, the same sent again is the first.
func TestNewIndicatorTakesNoCodeTwice(t *testing.T) {
	t.Parallel()
	h, s, _ := planned(t)
	in := programme.IndicatorInput{New: true, Code: "I9", ElementCode: "OB", Title: "Neuf", Unit: programme.Count}
	id, err := s.plan.SaveIndicator(h.ctx, managerActor, in)
	h.must(err)
	if again, err := s.plan.SaveIndicator(h.ctx, managerActor, in); err != nil || again != id {
		t.Errorf("sent again: %v, %v", again, err)
	}
	in.Title = "Autre"
	if _, err := s.plan.SaveIndicator(h.ctx, managerActor, in); !errs.Is(err, errs.Invalid) {
		t.Errorf("another one: %v", err)
	}
}

// TestTasksNameTheOneBefore by its code, in capitals.
func TestTasksNameTheOneBefore(t *testing.T) {
	t.Parallel()
	h, s, _ := planned(t)
	h.must(s.plan.SaveElement(h.ctx, system, programme.Element{Code: "A1", Level: programme.Activity, Title: "Former"}, "OB"))
	r, _ := programme.RegisterNamed("tasks")
	add := func(code, after string) error {
		day := monday.Format(time.DateOnly)
		return s.plan.Add(h.ctx, system, r, programme.Record{Values: map[string]string{"code": code, "title": "Tâche", "activity": "A1", "starts_on": day, "ends_on": day, "status": "to_do", "after_code": after}})
	}
	h.must(add("T1", ""))
	h.must(add("T2", "t1"))
	if err := add("T3", "la première"); !errs.Is(err, errs.Invalid) {
		t.Errorf("a text for a code: %v", err)
	}
	list, err := s.plan.Records(h.ctx, managerActor, r)
	h.must(err)
	if list[0].Values["after_code"] != "" || list[1].Values["after_code"] != "T1" {
		t.Errorf("the tasks are %v", list)
	}
}
