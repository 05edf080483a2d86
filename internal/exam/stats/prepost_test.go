package stats

import (
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

func scoresOf(pre, post []float64) []Score {
	out := make([]Score, len(pre))
	for i := range pre {
		out[i] = Score{Pre: Of(pre[i]), Post: Of(post[i])}
	}
	return out
}

func fixed(v float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = v
	}
	return out
}

// Student 1908 (the `sleep` data of R): t = 4.0621 on 9 degrees of freedom, p = 0.002833, interval 0.7001142 to 2.4598858, as
// printed by R's t.test(extra ~ group, paired = TRUE) with the sign turned.
func TestPairedTStudent(t *testing.T) {
	t.Parallel()
	pre := []float64{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0}
	post := []float64{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4}
	p := Compare(scoresOf(pre, post), Value{}, Value{})
	want(t, "t", p.T, 4.062128, 1e-6)
	want(t, "df", p.DF, 9, 0)
	want(t, "p", p.PT, 0.00283289, 1e-7)
	want(t, "lo", Of(p.CI95.Lo), 0.7001142, 1e-7)
	want(t, "hi", Of(p.CI95.Hi), 2.4598858, 1e-7)
	if p.Wilcoxon.Method != MethodPratt {
		t.Errorf("ties and a zero, method %q", p.Wilcoxon.Method)
	}
	want(t, "gain without a maximum", p.ClassGain, und, 0)
}

// The half width of the interval is the inverse of the p that the test gives, to the last digits, whatever the degrees of freedom:
// at t = half width / se, p is 0.05.
func TestIntervalBelongsToTest(t *testing.T) {
	t.Parallel()
	for _, df := range []float64{5, 6, 17, 43, 999, 99999} {
		q := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.Quantile(0.975)
		want(t, "p", Of(twoSidedT(q, df)), 0.05, 1e-12)
	}
}

// Lakens 2013, table 1: two films rated by ten people. Published: t 4.74, d_z 1.50, d_av 1.13, g_av 1.08.
func TestEffectSizesLakens(t *testing.T) {
	t.Parallel()
	one := []float64{9, 7, 8, 9, 8, 9, 9, 10, 9, 9}
	two := []float64{9, 6, 7, 8, 7, 9, 8, 8, 8, 7}
	p := Compare(scoresOf(two, one), Of(10), Of(10))
	want(t, "t", p.T, 4.74, 0.005)
	want(t, "d_z", p.DZ, 1.5, 1e-12)
	want(t, "d_av", p.DAv, 1.13, 0.005)
	want(t, "g_av", p.HedgesG, 1.08, 0.005)
	want(t, "sd", p.SDPost, 0.82, 0.005)
	want(t, "class gain", p.ClassGain, 1/2.3, 1e-12)
}

// Examples of the signed-rank test published with their p: SciPy's documentation (Darwin's maize, Cureton 1967), R's
// ?wilcox.test (Hollander and Wolfe 1973, depression scale, V = 40, one-sided p 0.01953), and SciPy's own test of Pratt's method
// (test_morestats.py, test_accuracy_wilcoxon, computed in R).
func TestWilcoxonPublished(t *testing.T) {
	t.Parallel()
	maize := Wilcoxon([]float64{6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75})
	want(t, "maize w-", maize.WMinus, 24, 0)
	want(t, "maize w+", maize.WPlus, 96, 0)
	want(t, "maize p", maize.P, 0.041259765625, 1e-15)

	x := []float64{1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30}
	y := []float64{0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29}
	d := make([]float64, len(x))
	for i := range x {
		d[i] = x[i] - y[i]
	}
	depression := Wilcoxon(d)
	want(t, "depression w+", depression.WPlus, 40, 0)
	want(t, "depression p", depression.P, 2*0.01953125, 1e-12)
	if depression.Method != MethodExact || maize.Method != MethodExact {
		t.Error("not exact")
	}

	var pratt []float64
	for i, f := range []int{1, 4, 16, 15, 8, 4, 5, 1, 2} {
		pratt = append(pratt, fixed(float64(i-4), f)...)
	}
	got := Wilcoxon(pratt)
	if got.Method != MethodPratt {
		t.Errorf("method %q", got.Method)
	}
	want(t, "pratt w+", got.WPlus, 423, 0)
	want(t, "pratt p", got.P, 0.0031724568006762576, 1e-14)
}

// The arithmetic of Pratt's test at a size where no test is reported: SciPy issue 6805, test_pratt (from R's coin package).
func TestPrattArithmetic(t *testing.T) {
	t.Parallel()
	r := rankDifferences([]float64{0, 0, 0, 1})
	want(t, "p", r.normalP(4), 0.31731050786291415, 1e-14)
}

// Below six pairs nothing is tested, and all figures that describe are still there.
func TestSmallGroup(t *testing.T) {
	t.Parallel()
	p := Compare(scoresOf([]float64{1, 2, 3, 4, 5}, []float64{2, 4, 5, 6, 9}), Of(10), Of(10))
	for name, v := range map[string]Value{"t": p.T, "df": p.DF, "p": p.PT, "w": p.Wilcoxon.P, "w+": p.Wilcoxon.WPlus} {
		want(t, name, v, und, 0)
	}
	if p.Wilcoxon.Method != "" || p.CI95.OK {
		t.Error("a test of five pairs")
	}
	want(t, "mean", p.MeanDiff, 2.2, 1e-12)
	if !p.DZ.OK || !p.DAv.OK || !p.ClassGain.OK {
		t.Error("the description is missing")
	}
	six := Compare(scoresOf([]float64{1, 2, 3, 4, 5, 6}, []float64{2, 4, 6, 8, 10, 12}), Value{}, Value{})
	want(t, "six untied rises", six.Wilcoxon.P, 2.0/64, 1e-15)
}

// The two normalised gains answer different questions; the person who had everything before has none of her own.
func TestGains(t *testing.T) {
	t.Parallel()
	p := Compare(scoresOf([]float64{2, 8, 10}, []float64{6, 9, 10}), Of(10), Of(10))
	want(t, "class", p.ClassGain, (25.0-20)/(30-20), 1e-12)
	want(t, "individual", p.MeanGain, (4.0/8+1.0/2)/2, 1e-12)
	if p.NNoGain != 1 {
		t.Errorf("left out %d", p.NNoGain)
	}
	all := Compare(scoresOf([]float64{10, 10}, []float64{10, 9}), Of(10), Of(10))
	want(t, "class at the top", all.ClassGain, und, 0)
	want(t, "individual at the top", all.MeanGain, und, 0)
	mixed := Compare(scoresOf([]float64{5, 2}, []float64{15, 10}), Of(10), Of(20))
	if mixed.Unit != UnitPercent {
		t.Errorf("unit %q", mixed.Unit)
	}
	want(t, "percent", mixed.MeanPre, 35, 1e-12)
	want(t, "percent", mixed.ClassGain, (62.5-35)/65, 1e-12)
}

func TestPairsOnly(t *testing.T) {
	t.Parallel()
	p := Compare([]Score{{Pre: Of(1), Post: Of(3)}, {Pre: Of(100)}, {Post: Of(100)}, {Post: Of(50)}, {}}, Value{}, Value{})
	if p.NPaired != 1 || p.NPreOnly != 1 || p.NPostOnly != 2 || p.NNeither != 1 {
		t.Errorf("%+v", p)
	}
	want(t, "mean pre", p.MeanPre, 1, 0)
	want(t, "mean post", p.MeanPost, 3, 0)
	want(t, "d_z", p.DZ, und, 0)
}

// All differences equal: nothing varies, so t is undefined, whatever rounding leaves.
func TestEqualDifferences(t *testing.T) {
	t.Parallel()
	p := Compare(scoresOf([]float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6}, []float64{0.3, 0.4, 0.5, 0.6, 0.7, 0.8}), Value{}, Value{})
	want(t, "t", p.T, und, 0)
	want(t, "d_z", p.DZ, und, 0)
	if p.Wilcoxon.Method != MethodPratt {
		t.Errorf("equal differences are ties: %q", p.Wilcoxon.Method)
	}
	zero := Compare(scoresOf(fixed(1, 8), fixed(1, 8)), Value{}, Value{})
	if zero.Wilcoxon.Method != "" || zero.T.OK || zero.DAv.OK {
		t.Error("a test of no change at all")
	}
}

// McNemar: Fay, "Exact McNemar's test and matching confidence intervals" (exact2x2 vignette): 9 against 2, p = 0.06543; no
// discordant pair leaves nothing to test. Holm: the example of the Wikipedia article "Holm-Bonferroni method".
func TestMcNemarAndHolm(t *testing.T) {
	t.Parallel()
	want(t, "9:2", McNemar(9, 2), 134.0/2048, 1e-14)
	want(t, "2:9", McNemar(2, 9), 0.06543, 1e-5)
	want(t, "equal", McNemar(5, 5), 1, 0)
	want(t, "1:0", McNemar(1, 0), 1, 1e-14)
	want(t, "nobody", McNemar(0, 0), und, 0)
	ps := []Value{Of(0.01), Of(0.04), {}, Of(0.03), Of(0.005)}
	for i, exp := range []float64{0.03, 0.06, und, 0.06, 0.02} {
		want(t, "holm", Holm(ps)[i], exp, 1e-12)
	}
}

func TestItemChanges(t *testing.T) {
	t.Parallel()
	no, yes := make([]bool, 8), []bool{true, true, true, true, true, true, true, true}
	got := ItemChanges([]ItemPair{{"all", no, yes}, {"none", yes, yes}, {"few", no[:5], yes[:5]}})
	want(t, "all", got[0].P, 2.0/256, 1e-14)
	want(t, "only one was tested", got[0].PHolm, 2.0/256, 1e-14)
	want(t, "none", got[1].P, und, 0)
	want(t, "five", got[2].P, und, 0)
	if got[0].Gained != 8 || got[1].PreRight != 8 || got[2].N != 5 {
		t.Errorf("%+v", got)
	}
}

// Kappa: the example of fifty grant proposals and the two tables with equal agreement that the Wikipedia article "Cohen's kappa"
// works out (0.40; 0.1304; 0.2593).
func TestCohenKappa(t *testing.T) {
	t.Parallel()
	table := func(yy, yn, ny, nn int) (a, b []int) {
		for i, n := range []int{yy, yn, ny, nn} {
			for range n {
				a, b = append(a, i/2), append(b, i%2)
			}
		}
		return a, b
	}
	for _, c := range []struct {
		n   [4]int
		exp float64
	}{{[4]int{20, 5, 10, 15}, 0.4}, {[4]int{45, 15, 25, 15}, 0.1304}, {[4]int{25, 35, 5, 35}, 0.2593}} {
		a, b := table(c.n[0], c.n[1], c.n[2], c.n[3])
		for _, w := range []Weighting{Unweighted, Linear, Quadratic} { // the same with two categories
			want(t, "kappa", CohenKappa(a, b, 2, w).Kappa, c.exp, 5e-5)
		}
	}
	same := CohenKappa([]int{1, 1, 1}, []int{1, 1, 1}, 3, Unweighted)
	want(t, "one category only", same.Kappa, und, 0)
	want(t, "observed", same.Observed, 1, 0)
	want(t, "perfect", CohenKappa([]int{0, 1, 2}, []int{0, 1, 2}, 3, Quadratic).Kappa, 1, 1e-12)
	// By hand: two disagreements of one step of two (0.5 each) over four answers; by chance, from the margins 2 1 1 and 1 1 2.
	near := CohenKappa([]int{0, 0, 1, 2}, []int{0, 1, 2, 2}, 3, Linear)
	want(t, "linear", near.Kappa, 1-(2*0.5/4)/((2*(0.5+2)+(0.5+0+2*0.5)+(1+0.5))/16), 1e-12)
	if CohenKappa([]int{0, 5}, []int{0, 1}, 2, Unweighted).N != 0 || CohenKappa(nil, nil, 2, Linear).Kappa.OK {
		t.Error("bad input was counted")
	}
}

func TestJSONShape(t *testing.T) {
	t.Parallel()
	p, err := PrePostCSV(strings.NewReader("code,pre,post\nmax,10,10\nA,2,5\nB,,5\n"))
	if err != nil {
		t.Fatal(err)
	}
	got := string(mustJSON(t, p))
	for _, part := range []string{`"n_paired":1`, `"n_pre_only":0`, `"n_post_only":1`, `"mean_pre":2`, `"t":null`, `"df":null`, `"p_t":null`,
		`"wilcoxon":{"method":null,"w_plus":null,"w_minus":null,"p":null}`, `"d_z":null`, `"class_gain":0.375`,
		`"mean_individual_gain":0.375`, `"ci95":null`, `"hedges_g":null`} {
		if !strings.Contains(got, part) {
			t.Errorf("no %s in %s", part, got)
		}
	}
}
