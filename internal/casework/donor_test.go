package casework_test

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

func (h *house) assisted(sex string) {
	h.t.Helper()
	in := h.input(h.a)
	in.Sex = sex
	id, err := h.Create(h.ctx, h.worker, in)
	h.must(err)
	h.must(h.AddService(h.ctx, h.worker, id, casework.AssistInput{Key: uuid.New(), Type: "medical.consultation", Text: "CANARI consultation"}))
	v, err := h.View(h.ctx, h.worker, id)
	h.must(err)
	h.must(h.SetService(h.ctx, h.worker, id, v.Services[0].ID, casework.AssistChange{State: "provided", ProvidedOn: h.day(0), Outcome: "helped"}))
}

// TestTheDonorGetsNumbersAlone: small ones hidden, no word of a file in any part of the workbook, the same period the same
// figures, an overlapping one refused.
func TestTheDonorGetsNumbersAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, sex := range []string{"f", "f", "f", "f", "f", "f", "m", "m"} {
		h.assisted(sex)
	}
	cli := access.System("cli")
	day := h.day(0)
	if _, err := h.Donor(h.ctx, cli, day, day); !errs.Is(err, errs.Conflict) {
		t.Errorf("a period that is not over: %v", err)
	}
	h.clock = h.clock.AddDate(0, 0, 92) // the quarter is over
	f, err := h.Donor(h.ctx, cli, day, day)
	h.must(err)
	if f.Total.N != 8 || f.Tables[0].Cells[0].N != 0 || !f.Tables[0].Cells[0].Hidden || !f.Tables[0].Cells[1].Hidden || f.Tables[4].Cells[1].N != 8 {
		t.Errorf("%+v", f)
	}
	if f.Reached != 5 {
		t.Errorf("eight persons are said to be at least %d", f.Reached)
	}
	if list, err := h.Publications(h.ctx, cli); err != nil || len(list) != 1 || list[0].Total != f.Total || list[0].Reached != 5 || !list[0].From.Equal(f.From) {
		t.Errorf("published: %+v, %v", list, err)
	}
	if _, err := h.Publications(h.ctx, h.worker); !errs.Is(err, errs.Forbidden) {
		t.Errorf("a worker reads figures: %v", err)
	}
	after := h.clock
	h.clock = h.clock.AddDate(0, 0, -92)
	h.assisted("f")
	h.clock = after
	again, err := h.Donor(h.ctx, cli, day, day)
	if err != nil || again.Total.N != 8 {
		t.Errorf("the same period gives %d, %v", again.Total.N, err)
	}
	for name, p := range map[string][2]int{"a half-year that holds it": {-200, 0}, "the year": {-300, 90}, "this quarter and the next": {0, 92}} {
		if _, err := h.Donor(h.ctx, cli, day.AddDate(0, 0, p[0]), day.AddDate(0, 0, p[1])); !errs.Is(err, errs.Conflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := h.changed(map[string]string{"cases.counting": "on"}, "INSERT INTO cases.publication (from_on, to_on, figures, at) VALUES ($1, $2, '{}', now())", f.From.AddDate(0, -3, 0), f.To); n != -1 {
		t.Errorf("the database takes a half-year over a quarter: %d", n)
	}
	if _, err := h.Donor(h.ctx, h.worker, day, day); !errs.Is(err, errs.Forbidden) {
		t.Errorf("a worker counts: %v", err)
	}
	bundle, err := i18n.New()
	h.must(err)
	for _, lang := range i18n.Langs() {
		var buf bytes.Buffer
		h.must(casework.WriteDonor(&buf, &f, bundle.For(lang), h.clock))
		if text := unzipped(t, buf.Bytes()); strings.Contains(text, "Zgolli") || strings.Contains(text, "Khadija") || strings.Contains(text, "CANARI") || strings.Contains(text, "C-") || strings.Contains(text, "⟦") {
			t.Errorf("%s: the workbook holds a word of a file", lang)
		}
	}
}

func unzipped(t *testing.T, data []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, part := range z.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(&all, r) //nolint:gosec // our own small file
		_ = r.Close()
	}
	return all.String()
}

// TestAHiddenNumberCountsForNobody: six persons, a quarter with four others, and a quarter with five: the number since the beginning knows the
// first and the last alone.
func TestAHiddenNumberCountsForNobody(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var got []int
	for _, n := range []int{6, 4, 5} {
		day := h.day(0)
		for range n {
			h.assisted("f")
		}
		h.clock = h.clock.AddDate(0, 0, 92)
		f, err := h.Donor(h.ctx, access.System("cli"), day, day)
		h.must(err)
		got = append(got, f.Reached)
	}
	if !slices.Equal(got, []int{5, 5, 10}) {
		t.Errorf("at least %v", got)
	}
}
