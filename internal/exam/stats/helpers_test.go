package stats

import (
	"math"
	"os"
	"testing"
)

// und marks a figure that must be undefined.
var und = math.NaN()

// want fails unless got is a value within a relative (and, near 0, absolute) tolerance; NaN wants it undefined.
func want(t *testing.T, what string, got Value, exp, tol float64) {
	t.Helper()
	if math.IsNaN(exp) {
		if got.OK {
			t.Errorf("%s = %v, want undefined", what, got.V)
		}
		return
	}
	if !got.OK {
		t.Errorf("%s is undefined, want %v", what, exp)
		return
	}
	if math.Abs(got.V-exp) > tol*math.Max(1, math.Abs(exp)) {
		t.Errorf("%s = %.12g, want %.12g", what, got.V, exp)
	}
}

func analyseFile(t *testing.T, name string) Analysis {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	a, err := AnalyseCSV(f)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// matrix makes a matrix of items with maximum 1.
func matrix(t *testing.T, rows [][]float64) *Matrix {
	t.Helper()
	items := make([]Item, len(rows[0]))
	for i := range items {
		items[i] = Item{ID: string(rune('a' + i)), Max: 1, HasMax: true}
	}
	m := NewMatrix(items, len(rows))
	for a, r := range rows {
		for i, v := range r {
			if err := m.Set(a, i, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	return m
}
