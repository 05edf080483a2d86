package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"shelter/internal/errs"
	"shelter/internal/programme"
)

// The order of an activity's parts in version 2.03 of the standard, as far as they are written.
var iatiOrder = []string{"iati-identifier", "reporting-org", "title", "description", "participating-org", "activity-status", "activity-date", "recipient-country", "sector", "result"}

func TestIATI(t *testing.T) {
	t.Parallel()
	h, s, _ := planned(t)
	h.must(h.action(s, "3")) // three men: too few to tell
	few := h.indicator(s, "I2", "awareness_knowledge", programme.Percent)
	h.indicator(s, "I3", "awareness_actions", programme.Count)
	b, err := s.One(h.ctx, managerActor, few)
	h.must(err)
	o := IATIOptions{Activity: "XX-1-2", OrgRef: "XX-1", OrgName: "Organisation <& fils>", OrgType: "40", Title: "Projet SHELTER"}
	write := func() string {
		t.Helper()
		var buf bytes.Buffer
		h.must(s.IATI(h.ctx, system, &buf, o))
		return buf.String()
	}
	if open := write(); strings.Contains(open, "<actual") {
		t.Error("an open period has an actual value")
	}
	h.must(s.ClosePeriod(h.ctx, managerActor, b.Plan.Periods[0].ID))
	text := write()
	if !strings.Contains(text, `<actual value="1">`) || strings.Contains(text, "66.7") || !strings.Contains(text, "Organisation &lt;&amp; fils&gt;") || strings.Contains(text, "<sector") {
		t.Errorf("%s", text)
	}
	if got := partsOf(t, text); !slices.IsSortedFunc(got, func(a, b string) int { return slices.Index(iatiOrder, a) - slices.Index(iatiOrder, b) }) || slices.ContainsFunc(got, func(n string) bool { return !slices.Contains(iatiOrder, n) }) {
		t.Errorf("the parts stand in this order: %v", got)
	}
	o.Sector = "15190"
	if !strings.Contains(write(), `<sector code="15190">`) {
		t.Error("no sector")
	}
	if err := s.IATI(h.ctx, system, io.Discard, IATIOptions{OrgType: "x"}); !errs.Is(err, errs.Invalid) || len(errs.As(err).Fields) != 5 {
		t.Errorf("nothing was named: %v", err)
	}
	if err := s.IATI(h.ctx, observerActor, io.Discard, o); err != nil {
		t.Errorf("an observer may publish what observers see: %v", err)
	}
}

// partsOf lists the names of the parts of the activity, in turn.
func partsOf(t *testing.T, text string) []string {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(text))
	var names []string
	for depth := 0; ; {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			if depth == 2 {
				names = append(names, e.Name.Local)
			}
			depth++
		case xml.EndElement:
			depth--
		}
	}
}
