package bank_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/exam/bank"
)

// rewrite changes a text in every part of a workbook.
func rewrite(t *testing.T, data []byte, old, to string) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		w, err := out.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		s := string(text)
		if strings.HasPrefix(f.Name, "xl/worksheets/") && !strings.Contains(s, "dataValidation") || strings.Contains(f.Name, "sheet1") {
			s = strings.Replace(s, ">"+old+"<", ">"+to+"<", 1)
		}
		if _, err := io.WriteString(w, s); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Whatever the stock and the blueprint: the forms hold what was asked for, no question stands in two places, and the total
// difficulty of two parallel forms differs by no more than one step for each line.
func TestDraw(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var stock []bank.Row
		for i := range rapid.IntRange(0, 80).Draw(t, "stock") {
			q := exam.Question{Code: fmt.Sprintf("Q-%d", i), Objective: rapid.SampledFrom([]string{"D1", "D2"}).Draw(t, "objective"), Difficulty: rapid.IntRange(1, 3).Draw(t, "difficulty")}
			stock = append(stock, bank.Row{Question: q})
		}
		var lines []bank.Line
		for _, o := range []string{"D1", "D2"} {
			for d := range 4 {
				if n := rapid.IntRange(0, 4).Draw(t, "n"); n > 0 {
					lines = append(lines, bank.Line{Objective: o, Difficulty: d, N: n})
				}
			}
		}
		parallel := rapid.Bool().Draw(t, "parallel")
		papers, err := bank.Draw(stock, lines, parallel, rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)))
		if err != nil {
			if !errs.Is(err, errs.Invalid) || len(errs.As(err).Fields) == 0 {
				t.Fatal(err)
			}
			return
		}
		checkPapers(t, papers, lines)
	})
}

func checkPapers(t *rapid.T, papers [][]bank.Row, lines []bank.Line) {
	seen, hard := map[string]bool{}, make([]int, len(papers))
	for k, paper := range papers {
		want, got := map[string]int{}, map[string]int{}
		for _, l := range lines {
			want[l.Objective] += l.N
		}
		for _, r := range paper {
			if seen[r.Code] {
				t.Fatalf("%s stands twice", r.Code)
			}
			seen[r.Code] = true
			got[r.Objective]++
			hard[k] += r.Difficulty
		}
		for o, n := range want {
			if got[o] != n {
				t.Fatalf("form %d: %d on %s, want %d", k, got[o], o, n)
			}
		}
	}
	if len(papers) == 2 {
		if gap := hard[0] - hard[1]; gap > 2*len(lines) || gap < -2*len(lines) {
			t.Fatalf("difficulty %d and %d", hard[0], hard[1])
		}
	}
}
