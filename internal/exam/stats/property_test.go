package stats

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// drawRows draws marks in quarters of items with maximum 1 (exact in binary, so that sums do not depend on order).
func drawRows(t *rapid.T, minRows int) [][]float64 {
	items := rapid.IntRange(2, 8).Draw(t, "items")
	n := rapid.IntRange(minRows, 40).Draw(t, "n")
	rows := make([][]float64, n)
	for a := range rows {
		rows[a] = make([]float64, items)
		for i := range rows[a] {
			rows[a][i] = float64(rapid.IntRange(0, 4).Draw(t, "mark")) / 4
		}
	}
	return rows
}

func fill(t *rapid.T, rows [][]float64, scale, add float64) *Matrix {
	items := make([]Item, len(rows[0]))
	for i := range items {
		items[i] = Item{ID: strconv.Itoa(i), Max: scale + add, HasMax: true}
	}
	m := NewMatrix(items, len(rows))
	for a, r := range rows {
		for i, v := range r {
			if err := m.Set(a, i, v*scale+add); err != nil {
				t.Fatal(err)
			}
		}
	}
	return m
}

func same(t *rapid.T, what string, a, b Value) {
	t.Helper()
	if a.OK != b.OK || math.Abs(a.V-b.V) > 1e-7*math.Max(1, math.Abs(a.V)) {
		t.Fatalf("%s: %+v and %+v", what, a, b)
	}
}

func sameTest(t *rapid.T, a, b Analysis) {
	t.Helper()
	same(t, "skewness", a.Test.Skewness, b.Test.Skewness)
	same(t, "kurtosis", a.Test.Kurtosis, b.Test.Kurtosis)
	same(t, "cic", a.Test.CIC, b.Test.CIC)
	same(t, "kr20", a.KR20, b.KR20)
	same(t, "alpha lo", Of(a.AlphaCI95.Lo), Of(b.AlphaCI95.Lo))
}

func sameItem(t *rapid.T, a, b ItemStats) {
	t.Helper()
	same(t, "facility", a.Facility, b.Facility)
	same(t, "index", a.Discrimination, b.Discrimination)
	same(t, "efficiency", a.Efficiency, b.Efficiency)
	same(t, "weight", a.Weight, b.Weight)
	same(t, "27", a.UpperLower27, b.UpperLower27)
}

// The order of attempts and of items does not matter.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t, 2)
		seed := rapid.Uint64().Draw(t, "seed")
		rng := rand.New(rand.NewPCG(seed, 1))
		cols := rng.Perm(len(rows[0]))
		shuffled := make([][]float64, len(rows))
		for i, p := range rng.Perm(len(rows)) {
			for _, c := range cols {
				shuffled[i] = append(shuffled[i], rows[p][c])
			}
		}
		a, b := Analyse(fill(t, rows, 1, 0)), Analyse(fill(t, shuffled, 1, 0))
		sameTest(t, a, b)
		same(t, "mean", a.Test.Mean, b.Test.Mean)
		for i, c := range cols {
			sameItem(t, a.Items[c], b.Items[i])
		}
	})
}

// Counting every mark in other units changes no ratio; marks scale.
func TestUnitsDoNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t, 2)
		scale := rapid.SampledFrom([]float64{0.1, 0.5, 3, 7}).Draw(t, "scale")
		a, b := Analyse(fill(t, rows, 1, 0)), Analyse(fill(t, rows, scale, 0))
		sameTest(t, a, b)
		same(t, "sd", a.Test.SD.Times(scale), b.Test.SD)
		same(t, "se", a.Test.SE.Times(scale), b.Test.SE)
		for i := range a.Items {
			sameItem(t, a.Items[i], b.Items[i])
		}
	})
}

// Giving everyone the same bonus on every item moves the mean and nothing that measures spread or order.
func TestConstantDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t, 3)
		a, b := Analyse(fill(t, rows, 1, 0)), Analyse(fill(t, rows, 1, 0.7))
		same(t, "cic", a.Test.CIC, b.Test.CIC)
		same(t, "sd", a.Test.SD, b.Test.SD)
		same(t, "skewness", a.Test.Skewness, b.Test.Skewness)
		for i := range a.Items {
			same(t, "index", a.Items[i].Discrimination, b.Items[i].Discrimination)
			same(t, "efficiency", a.Items[i].Efficiency, b.Items[i].Efficiency)
		}
	})
}

// What must hold of any test: indices within bounds, effective weights adding up, KR-20 equal to alpha, groups adding up.
func TestBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := fill(t, drawRows(t, 2), 1, 0)
		a := Analyse(m)
		sum, any := 0.0, false
		for _, it := range a.Items {
			if d := it.Discrimination; d.OK && math.Abs(d.V) > 100 {
				t.Fatalf("index %v", d.V)
			}
			if it.Efficiency.OK && it.Efficiency.V > 100 {
				t.Fatalf("efficiency %v", it.Efficiency.V)
			}
			sum += it.Weight.V
			any = any || it.Weight.OK
		}
		if any {
			same(t, "weights", Of(sum), Of(100))
		}
		if a.KR20.OK {
			same(t, "kr20", a.KR20, a.Alpha)
		}
		if a.Test.CIC.OK && a.Test.CIC.V > 100+1e-9 {
			t.Fatalf("cic %v", a.Test.CIC.V)
		}
		if a.AlphaCI95.OK && (a.AlphaCI95.Lo > a.Alpha.V || a.AlphaCI95.Hi < a.Alpha.V) {
			t.Fatalf("interval %+v of %v", a.AlphaCI95, a.Alpha.V)
		}
		if g := newGroups27(m.Totals()); g != nil {
			up, lo := 0.0, 0.0
			for i := range g.upper {
				up, lo = up+g.upper[i], lo+g.lower[i]
			}
			same(t, "upper", Of(up), Of(g.size))
			same(t, "lower", Of(lo), Of(g.size))
		}
	})
}

// Exchanging before and after turns the signs and keeps every p.
func TestExchangeBeforeAndAfter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 60).Draw(t, "n")
		pre, post := make([]float64, n), make([]float64, n)
		for i := range pre {
			pre[i] = float64(rapid.IntRange(0, 200).Draw(t, "pre")) / 10
			post[i] = float64(rapid.IntRange(0, 200).Draw(t, "post")) / 10
		}
		a := Compare(scoresOf(pre, post), Of(20), Of(20))
		b := Compare(scoresOf(post, pre), Of(20), Of(20))
		same(t, "t", a.T, b.T.Times(-1))
		same(t, "p", a.PT, b.PT)
		same(t, "d_z", a.DZ, b.DZ.Times(-1))
		same(t, "w", a.Wilcoxon.WPlus, b.Wilcoxon.WMinus)
		same(t, "p of w", a.Wilcoxon.P, b.Wilcoxon.P)
		if a.PT.OK && (a.CI95.Lo > 0 || a.CI95.Hi < 0) != (a.PT.V < 0.05) {
			t.Fatalf("interval %+v and p %v disagree", a.CI95, a.PT.V)
		}
		if p := a.Wilcoxon.P; p.OK && (p.V <= 0 || p.V > 1) {
			t.Fatalf("p %v", p.V)
		}
		if a.Wilcoxon.Method == MethodExact {
			same(t, "ranks", Of(a.Wilcoxon.WPlus.V+a.Wilcoxon.WMinus.V), Of(float64(n*(n+1)/2)))
		}
	})
}

// The exact distribution agrees with the count of all sign patterns.
func TestExactAgainstEnumeration(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 10; n++ {
		most := n * (n + 1) / 2
		count := make([]int, most+1)
		for bits := range 1 << n {
			w := 0
			for k := range n {
				if bits>>k&1 == 1 {
					w += k + 1
				}
			}
			count[w]++
		}
		for w := range most + 1 {
			below, above := 0, 0
			for s, c := range count {
				if s <= w {
					below += c
				}
				if s >= w {
					above += c
				}
			}
			exp := math.Min(1, 2*float64(min(below, above))/float64(int(1)<<n))
			if got := exactP(n, w); math.Abs(got-exp) > 1e-15 {
				t.Errorf("n %d, w %d: %v, want %v", n, w, got, exp)
			}
		}
	}
}

// Holm never lowers a p, keeps their order and never passes 1.
func TestHolmProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 20).Draw(t, "n")
		ps := make([]Value, n)
		for i := range ps {
			if rapid.Bool().Draw(t, "tested") {
				ps[i] = Of(rapid.Float64Range(0, 1).Draw(t, "p"))
			}
		}
		h := Holm(ps)
		for i := range ps {
			if h[i].OK != ps[i].OK || h[i].V < ps[i].V || h[i].V > 1 {
				t.Fatalf("%+v became %+v", ps[i], h[i])
			}
			for j := range ps {
				if ps[i].OK && ps[j].OK && ps[i].V < ps[j].V && h[i].V > h[j].V {
					t.Fatal("order lost")
				}
			}
		}
	})
}

// bigCSV writes marks of attempts x items.
func bigCSV(attempts, items int) []byte {
	rng := rand.New(rand.NewPCG(7, 7))
	var b bytes.Buffer
	b.WriteString("attempt")
	for i := range items {
		b.WriteString(",q" + strconv.Itoa(i))
	}
	b.WriteString("\nmax")
	for range items {
		b.WriteString(",1")
	}
	for a := range attempts {
		ability := rng.NormFloat64()
		b.WriteString("\n" + strconv.Itoa(a))
		for i := range items {
			mark := "0"
			if rng.Float64() < 1/(1+math.Exp(float64(i%7-3)/2-ability)) {
				mark = "1"
			} else if rng.IntN(4) == 0 {
				mark = "0.5"
			}
			b.WriteString("," + mark)
		}
	}
	return b.Bytes()
}

// Figures of 10,000 attempts on 60 items within the time that reading the rows takes, twice over.
func TestSpeed(t *testing.T) {
	data := bigCSV(10000, 60)
	best := func(f func()) time.Duration {
		least := time.Hour
		for range 5 {
			start := time.Now()
			f()
			least = min(least, time.Since(start))
		}
		return least
	}
	sum := 0.0
	read := best(func() {
		r := csv.NewReader(bytes.NewReader(data))
		for {
			rec, err := r.Read()
			if errors.Is(err, io.EOF) {
				return
			} else if err != nil {
				t.Fatal(err)
			}
			for _, c := range rec[1:] {
				if v, err := strconv.ParseFloat(c, 64); err == nil {
					sum += v
				}
			}
		}
	})
	m, err := ReadMarks(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var a Analysis
	work := best(func() { a = Analyse(m) })
	t.Logf("reading the rows %v, analysis %v", read, work)
	if work > 2*read {
		t.Errorf("analysis took %v, reading %v", work, read)
	}
	if a.N != 10000 || !a.Alpha.OK || sum == 0 {
		t.Errorf("%+v", a.Test)
	}
}

func BenchmarkAnalyse(b *testing.B) {
	m, err := ReadMarks(bytes.NewReader(bigCSV(10000, 60)))
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for range b.N {
		Analyse(m)
	}
}

func BenchmarkReadMarks(b *testing.B) {
	data := bigCSV(10000, 60)
	b.ResetTimer()
	for range b.N {
		if _, err := ReadMarks(bytes.NewReader(data)); err != nil {
			b.Fatal(err)
		}
	}
}
