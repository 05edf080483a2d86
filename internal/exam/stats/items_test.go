package stats

import (
	"math"
	"testing"
)

// Moodle, mod/quiz/report/statistics/tests/statistics_test.php: 22 attempts x 20 slots, values there taken from an independent
// spreadsheet. Its zero for a slot with maximum 0 means "no facility".
func TestMoodleItems22x20(t *testing.T) {
	t.Parallel()
	facility := []float64{0, 0, 0, 0, und, und, und, 41.19318182, 81.36363636, 71.36363636, 65.45454545, 65.90909091, 36.36363636,
		59.09090909, 50, 59.09090909, 63.63636364, 45.45454545, 27.27272727, 50}
	sd := []float64{0, 0, 0, 0, 0, 0, 0, 1.912733589, 0.2512738111, 0.3226312277, 0.3334199022, 0.3375811591, 0.4923659639,
		0.5032362797, 0.5117663157, 0.5032362797, 0.4923659639, 0.5096471914, 0.4558423058, 0.5117663157}
	weight := []float64{0, 0, 0, 0, 0, 0, 0, 26.58464457, 3.368456046, 3.253955259, 7.584083694, 3.79658376, 3.183278505,
		4.532356904, 7.78856243, 10.08351572, 8.381139345, 8.727645713, 7.946277111, 4.769500946}
	index := []float64{und, und, und, und, und, und, und, 25.88327077, 1.170256965, -4.207816809, 28.16930644, -2.513606859,
		-12.99017581, -8.900638238, 8.670004606, 29.63337745, 15.18945843, 16.21079629, 15.52451404, -8.396734802}
	efficiency := []float64{und, und, und, und, und, und, und, 27.23492723, 1.382386552, -4.691171307, 31.12404354, -2.877487579,
		-17.5074184, -10.27568922, 10.86956522, 34.58997279, 17.4790556, 20.14359793, 22.06477733, -10}

	a := analyseFile(t, "moodle_22x20.csv")
	if a.N != 22 || len(a.Items) != 20 {
		t.Fatalf("n = %d, items = %d", a.N, len(a.Items))
	}
	for i, it := range a.Items {
		want(t, it.ID+" facility", it.Facility, facility[i], 1e-9)
		want(t, it.ID+" sd", it.SD, sd[i], 1e-9)
		want(t, it.ID+" weight", it.Weight, weight[i], 1e-8)
		want(t, it.ID+" index", it.Discrimination, index[i], 1e-9)
		want(t, it.ID+" efficiency", it.Efficiency, efficiency[i], 1e-9)
	}
	want(t, "kr20 of partial credit", a.KR20, und, 0)
}

// Moodle, stats_from_steps_walkthrough_test.php with results00.csv and qstats00.csv: 25 attempts x 7 slots, item and test figures
// from an independent spreadsheet. Tolerances as stated there.
func TestMoodleTest25x7(t *testing.T) {
	t.Parallel()
	a := analyseFile(t, "moodle_25x7.csv")
	rows := [][5]float64{ // facility (fraction), sd, weight, index, efficiency
		{0.704, 0.4513682901, 21.2922742344, -7.0650767526, -9.4550536967},
		{0.48, 0.5099019514, 18.8979800309, -28.8982125772, -36.7834118938},
		{0.973333332, 0.13333334, 4.443012573, -9.1230674268, -21.6545012165},
		{0.68, 0.4760952286, 18.9347251357, -22.6306444113, -31.4411395613},
		{0.52, 0.3055050463, 11.1450138688, -17.6997047674, -21.1794802584},
		{0.64, 0.4898979486, 9.8081339177, -45.3785178421, -56.9365974439},
		{0.62, 0.331662479, 15.4788602394, -5.6543166602, -6.5043742058},
	}
	for i, r := range rows {
		it := a.Items[i]
		want(t, it.ID+" facility", it.Facility, 100*r[0], 1e-6)
		want(t, it.ID+" sd", it.SD, r[1], 1e-6)
		want(t, it.ID+" weight", it.Weight, r[2], 1e-5)
		want(t, it.ID+" index", it.Discrimination, r[3], 1e-5)
		want(t, it.ID+" efficiency", it.Efficiency, r[4], 1e-5)
	}
	want(t, "median", a.Test.Median, 4.5, 1e-5)
	want(t, "mean", a.Test.Mean, 4.617333332, 1e-6)
	want(t, "sd", a.Test.SD, 0.8117265554, 1e-5)
	want(t, "skewness", a.Test.Skewness, -0.092502502, 1e-5)
	want(t, "kurtosis", a.Test.Kurtosis, -0.7073968557, 1e-5)
	want(t, "cic", a.Test.CIC, -87.2230935542, 1e-5)
	want(t, "error ratio", a.Test.ErrorRatio, 136.8294900795, 1e-5)
	want(t, "se", a.Test.SE, 1.1106813066, 1e-5)
	want(t, "alpha", a.Alpha, -0.872230935542, 1e-5)
}

// Wuensch, "The Kuder-Richardson 20" (East Carolina University): ten students, ten items; sum pq = 2.18 and total variance 5.84
// are printed there.
var wuensch = [][]float64{
	{1, 1, 1, 1, 1, 1, 0, 1, 1, 0}, {1, 0, 1, 1, 0, 1, 1, 1, 0, 1}, {1, 1, 1, 1, 0, 1, 1, 0, 0, 1}, {0, 0, 1, 0, 0, 0, 1, 0, 0, 0},
	{0, 0, 0, 0, 0, 1, 0, 0, 1, 0}, {1, 1, 1, 0, 1, 1, 1, 1, 1, 1}, {1, 1, 0, 1, 1, 1, 0, 1, 1, 1}, {1, 1, 1, 1, 1, 1, 1, 1, 0, 1},
	{0, 1, 0, 1, 1, 1, 1, 1, 0, 1}, {1, 1, 0, 1, 1, 0, 1, 1, 1, 0},
}

func TestKR20Wuensch(t *testing.T) {
	t.Parallel()
	exp := 10.0 / 9 * (1 - 2.18/5.84)
	a := Analyse(matrix(t, wuensch))
	want(t, "kr20", a.KR20, exp, 1e-12)
	want(t, "alpha is the same for right-or-wrong items", a.Alpha, exp, 1e-12)
}

func TestKR20NeedsRightOrWrong(t *testing.T) {
	t.Parallel()
	partial := [][]float64{{1, 0.5}, {0, 1}, {1, 1}}
	want(t, "partial credit", KR20(matrix(t, partial)), und, 0)
	want(t, "equal totals", KR20(matrix(t, [][]float64{{1, 0}, {0, 1}})), und, 0)
	want(t, "one item", KR20(matrix(t, [][]float64{{1}, {0}})), und, 0)
	m := matrix(t, [][]float64{{1, 0}, {0, 0}, {1, 1}})
	m.items[1].Max = 2
	want(t, "unequal weights", KR20(m), und, 0)
}

// Feldt intervals: the example that Evans published with his R code at MRC CBU Cambridge (alpha 0.913, n 873, 20 items); and the
// example of statpsych's ci.cronbach (alpha 0.85, n 89, 7 items), which prints 0.7971254 to 0.8931436 with n (k - 1) denominator
// degrees of freedom: with Feldt's (n - 1)(k - 1) SciPy's F distribution gives the figures below.
func TestFeldtInterval(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		alpha  float64
		n, k   int
		lo, hi float64
	}{{0.85, 89, 7, 0.7970648790349102, 0.8931665937370792}, {0.913, 873, 20, 0.9044024, 0.9211588}} {
		got := FeldtInterval(Of(c.alpha), c.n, c.k, 0.95)
		want(t, "lo", Of(got.Lo), c.lo, 1e-7)
		want(t, "hi", Of(got.Hi), c.hi, 1e-7)
	}
	exact := FeldtInterval(Of(0.85), 89, 7, 0.95)
	want(t, "lo to the last digit", Of(exact.Lo), 0.7970648790349102, 1e-13)
	if FeldtInterval(Of(0.8), MinTest-1, 5, 0.95).OK {
		t.Error("an interval from five attempts")
	}
}

func TestUndefinedStaysUndefined(t *testing.T) {
	t.Parallel()
	same := Analyse(matrix(t, [][]float64{{0.1, 0.7}, {0.1, 0.7}, {0.1, 0.7}, {0.1, 0.7}}))
	for name, v := range map[string]Value{"skewness": same.Test.Skewness, "kurtosis": same.Test.Kurtosis, "cic": same.Test.CIC,
		"se": same.Test.SE, "kr20": same.KR20, "index": same.Items[0].Discrimination, "weight": same.Items[0].Weight} {
		want(t, name, v, und, 0)
	}
	want(t, "sd", same.Test.SD, 0, 0)
	one := Analyse(matrix(t, [][]float64{{1, 0}}))
	want(t, "sd of one", one.Test.SD, und, 0)
	want(t, "mean of one", one.Test.Mean, 1, 0)
	none := Analyse(NewMatrix([]Item{{ID: "a"}}, 0))
	want(t, "mean of none", none.Test.Mean, und, 0)
	// Rests that differ only by rounding are constant: 0.1 + 0.2 is not 0.3 in binary.
	m := NewMatrix([]Item{{ID: "a"}, {ID: "b"}, {ID: "c"}}, 3)
	for a, r := range [][]float64{{1, 0.1, 0.2}, {0, 0.3, 0}, {1, 0.3, 0}} {
		for i, v := range r {
			if err := m.Set(a, i, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	want(t, "constant rest", Analyse(m).Items[0].Discrimination, und, 0)
	if m.Set(0, 0, math.Inf(1)) == nil || m.Set(0, 0, und) == nil || m.Set(9, 0, 1) == nil {
		t.Error("a mark that is no number was taken")
	}
}

// A drawn question is correlated with the total including it, over the attempts that hold it (Moodle's sub-question).
func TestDrawnItem(t *testing.T) {
	t.Parallel()
	m := NewMatrix([]Item{{ID: "fixed", Max: 3, HasMax: true}, {ID: "drawn", Max: 1, HasMax: true, Drawn: true}}, 5)
	fixed, drawn := []float64{3, 1, 2, 0, 2}, []float64{1, 0, 1, 0, 0}
	for a := range fixed {
		if err := m.Set(a, 0, fixed[a]); err != nil {
			t.Fatal(err)
		}
		if err := m.Set(a, 1, drawn[a]); err != nil {
			t.Fatal(err)
		}
	}
	m.Exclude(4, 1)
	a := Analyse(m)
	totals := []float64{4, 1, 3, 0}
	want(t, "n", Of(float64(a.Items[1].N)), 4, 0)
	want(t, "facility", a.Items[1].Facility, 50, 1e-12)
	want(t, "index", a.Items[1].Discrimination, 100*Correlation([]float64{1, 0, 1, 0}, totals).V, 1e-12)
	want(t, "weight", a.Items[1].Weight, und, 0)
	want(t, "weight of the only fixed item", a.Items[0].Weight, 100, 1e-12)
	want(t, "reliability of unequal tests", a.Test.CIC, und, 0)
}

func TestUpperLower27(t *testing.T) {
	t.Parallel()
	rows := make([][]float64, 30) // 27 % of 30 is 8
	for i := range rows {
		item := 0.0
		if i >= 25 {
			item = 1
		}
		rows[i] = []float64{item, float64(i) / 100}
	}
	a := Analyse(matrix(t, rows))
	want(t, "five of the upper eight, none of the lower", a.Items[0].UpperLower27, 100*5.0/8, 1e-9)
	want(t, "below 30", Analyse(matrix(t, rows[:29])).Items[0].UpperLower27, und, 0)
	// All totals equal but for the item itself being shared: every attempt has the same part in both groups.
	for i := range rows {
		rows[i] = []float64{float64(i % 2), float64((i + 1) % 2)}
	}
	want(t, "ties share the places", Analyse(matrix(t, rows)).Items[0].UpperLower27, 0, 1e-9)
}

func TestDistractors(t *testing.T) {
	t.Parallel()
	options := []OptionKey{{"a", true}, {"b", false}, {"c", false}, {"d", false}}
	var chosen [][]int
	var totals, marks []float64
	for i := range 40 {
		pick, mark := []int{1}, 0.0
		switch {
		case i >= 20:
			pick, mark = []int{0}, 1
		case i == 0:
			pick = nil
		case i == 1:
			pick = []int{3}
		}
		chosen, totals, marks = append(chosen, pick), append(totals, float64(i)+mark), append(marks, mark)
	}
	table, omitted := Distractors(options, chosen, totals, marks)
	if omitted != 1 || table[0].N != 20 || table[1].N != 18 || table[2].N != 0 || table[3].N != 1 {
		t.Fatalf("counts: omitted %d, %+v", omitted, table)
	}
	want(t, "share", table[0].Share, 50, 1e-12)
	want(t, "mean rest of the key", table[0].MeanRest, 29.5, 1e-12)
	want(t, "nobody's mean", table[2].MeanRest, und, 0)
	want(t, "nobody's correlation", table[2].Correlation, und, 0)
	want(t, "upper", table[0].Upper, 100, 1e-12)
	want(t, "lower", table[0].Lower, 0, 1e-12)
	if !table[2].Idle || !table[3].Idle || table[1].Idle || table[0].Suspect || table[1].Suspect {
		t.Errorf("flags: %+v", table)
	}
	options[0].Correct, options[1].Correct = false, true // a wrong key
	table, _ = Distractors(options, chosen, totals, marks)
	if !table[0].Suspect || !table[1].Suspect {
		t.Error("a wrong key goes unnoticed")
	}
}

func TestMastery(t *testing.T) {
	t.Parallel()
	m := NewMatrix([]Item{{ID: "1", Max: 1, HasMax: true, Objective: "A"}, {ID: "2", Max: 4, HasMax: true, Objective: "A"},
		{ID: "3", Max: 1, HasMax: true, Objective: "B"}, {ID: "4"}}, 3)
	for a, r := range [][]float64{{1, 3, 0}, {0, 3, 1}, {0, 0, 1}} {
		for i, v := range r {
			if err := m.Set(a, i, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	m.Exclude(0, 2)
	got := Mastery(m, 0.8)
	if len(got) != 2 || got[0].Mastered != 1 || got[0].Items != 2 || got[1].N != 2 || got[1].Mastered != 2 {
		t.Fatalf("%+v", got)
	}
	want(t, "share", got[0].Share, 100.0/3, 1e-12)
	want(t, "mean", got[0].Mean, 100*(0.8+0.6)/3, 1e-12)
}

func TestDistribution(t *testing.T) {
	t.Parallel()
	bins := Distribution([]float64{0, 0.3, 0.29, 1, 0.999, -1, 2}, 1, 10)
	exp := []int{2, 0, 1, 1, 0, 0, 0, 0, 0, 3}
	for i, b := range bins {
		if b.N != exp[i] {
			t.Errorf("bin %v: %d, want %d", b, b.N, exp[i])
		}
	}
	if Distribution([]float64{1}, 0, 10) != nil || Distribution([]float64{1}, und, 10) != nil {
		t.Error("bins without a maximum")
	}
	// Quantiles as in R's quantile(1:10, c(.1, .25)) (type 7).
	x := []float64{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}
	want(t, "q10", Quantile(x, 0.1), 1.9, 1e-12)
	want(t, "q25", Quantile(x, 0.25), 3.25, 1e-12)
	want(t, "median", Median(x), 5.5, 1e-12)
}
