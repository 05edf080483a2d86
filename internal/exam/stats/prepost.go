package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// Score is one person's result before and after; an undefined value was not taken.
type Score struct {
	Code      string
	Pre, Post Value
}

// The units of a comparison.
const (
	UnitMarks   = "marks"   // both tests have the same maximum, or none is known
	UnitPercent = "percent" // the maxima differ, so that scores are compared as percentages of their own maximum
)

// The formulas of the effect sizes, written out beside the figures because the names alone are used for several.
const (
	FormulaDZ     = "mean(post-pre) / sd(post-pre)"
	FormulaDAv    = "(mean_post-mean_pre) / ((sd_pre+sd_post)/2)"
	FormulaHedges = "d_av * (1 - 3/(4*(2*n_paired) - 9))"
)

// PrePost compares a test before with the same, or a parallel, test after. All figures are of complete pairs only.
type PrePost struct {
	NPaired   int    `json:"n_paired"`
	NPreOnly  int    `json:"n_pre_only"`
	NPostOnly int    `json:"n_post_only"`
	NNeither  int    `json:"n_neither"` // listed without any score
	Unit      string `json:"unit"`
	MeanPre   Value  `json:"mean_pre"`
	MeanPost  Value  `json:"mean_post"`
	SDPre     Value  `json:"sd_pre"`
	SDPost    Value  `json:"sd_post"`
	MeanDiff  Value  `json:"mean_diff"`
	SDDiff    Value  `json:"sd_diff"`
	// T is Student's paired t, mean(d) / (sd(d) / sqrt n) with d = post - pre and DF = n - 1 (Student 1908, Biometrika 6:1-25),
	// PT its two-sided p. Undefined below MinTest pairs and when all differences are equal.
	T  Value `json:"t"`
	DF Value `json:"df"`
	PT Value `json:"p_t"`
	// CI95 is the 95 % interval of the mean difference, mean(d) +- t(0.975, n - 1) sd(d) / sqrt n. It is the paired t test in
	// another form and undefined where that is.
	CI95     Interval   `json:"ci95"`
	Wilcoxon SignedRank `json:"wilcoxon"`
	// DZ is mean(d) / sd(d); DAv is mean(d) over the mean of the two standard deviations; HedgesG is DAv with the correction for
	// small samples 1 - 3/(4(n1 + n2) - 9), n1 = n2 = pairs (Lakens 2013, Frontiers in Psychology 4:863, whose worked example
	// this reproduces). They describe, they do not test; undefined when a divisor is 0.
	DZ      Value `json:"d_z"`
	DAv     Value `json:"d_av"`
	HedgesG Value `json:"hedges_g"`
	// ClassGain is (mean post - mean pre) / (max - mean pre) (Hake 1998, American Journal of Physics 66:64-74), a fraction.
	// MeanGain is the mean over people of (post - pre) / (max - pre); the two differ (Bao 2006, American Journal of Physics
	// 74:917-922). A person who had the maximum before has no gain: NNoGain counts those left out of MeanGain.
	ClassGain Value `json:"class_gain"`
	MeanGain  Value `json:"mean_individual_gain"`
	NNoGain   int   `json:"n_gain_undefined"`

	FormulaDZ     string `json:"d_z_formula"`
	FormulaDAv    string `json:"d_av_formula"`
	FormulaHedges string `json:"hedges_g_formula"`
}

// Compare computes the comparison. maxPre and maxPost are the maximum marks, undefined when unknown: the gains are then undefined
// too. When both are known and differ, every score becomes a percentage of its maximum first.
func Compare(scores []Score, maxPre, maxPost Value) PrePost {
	p := PrePost{Unit: UnitMarks, FormulaDZ: FormulaDZ, FormulaDAv: FormulaDAv, FormulaHedges: FormulaHedges}
	pre, post := p.pair(scores)
	most := maxPre
	if maxPre.OK && maxPost.OK && maxPre.V != maxPost.V && maxPre.V > 0 && maxPost.V > 0 {
		p.Unit, most = UnitPercent, Of(100)
		pre, post = percent(pre, maxPre.V), percent(post, maxPost.V)
	} else if !maxPost.OK {
		most = Value{}
	}
	diff := make([]float64, len(pre))
	for i := range pre {
		diff[i] = post[i] - pre[i]
	}
	p.describe(pre, post, roundAll(diff))
	p.test(roundAll(diff))
	p.gain(pre, post, most)
	return p
}

// pair keeps the complete pairs and counts the rest.
func (p *PrePost) pair(scores []Score) (pre, post []float64) {
	for _, s := range scores {
		switch {
		case s.Pre.OK && s.Post.OK:
			p.NPaired++
			pre, post = append(pre, s.Pre.V), append(post, s.Post.V)
		case s.Pre.OK:
			p.NPreOnly++
		case s.Post.OK:
			p.NPostOnly++
		default:
			p.NNeither++
		}
	}
	return pre, post
}

func percent(x []float64, most float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = 100 * v / most
	}
	return out
}

func (p *PrePost) describe(pre, post, diff []float64) {
	p.MeanPre, p.MeanPost, p.MeanDiff = Mean(pre), Mean(post), Mean(diff)
	p.SDPre, p.SDPost, p.SDDiff = SD(pre), SD(post), SD(diff)
	n := float64(len(diff))
	if n < 2 {
		return
	}
	p.DZ = ratio(p.MeanDiff.V, p.SDDiff.V)
	p.DAv = ratio(p.MeanDiff.V, (p.SDPre.V+p.SDPost.V)/2)
	p.HedgesG = p.DAv.Times(1 - 3/(8*n-9))
}

// ratio divides; undefined when the divisor is 0.
func ratio(a, b float64) Value {
	if b == 0 {
		return Value{}
	}
	return Of(a / b)
}

func (p *PrePost) test(diff []float64) {
	p.Wilcoxon = Wilcoxon(diff)
	t := PairedT(diff)
	p.T, p.DF, p.PT, p.CI95 = t.T, t.DF, t.P, t.CI95
}

// gain computes both normalised gains, each from its own definition.
func (p *PrePost) gain(pre, post []float64, most Value) {
	if !most.OK || len(pre) == 0 {
		return
	}
	left := most.V - p.MeanPre.V
	if left > noise*math.Abs(most.V) {
		p.ClassGain = Of((p.MeanPost.V - p.MeanPre.V) / left)
	}
	sum, n := 0.0, 0
	for i := range pre {
		if pre[i] >= most.V {
			p.NNoGain++
			continue
		}
		sum += (post[i] - pre[i]) / (most.V - pre[i])
		n++
	}
	if n > 0 {
		p.MeanGain = Of(sum / float64(n))
	}
}

// TTest is a paired t test with the interval that belongs to it.
type TTest struct {
	T, DF, P Value
	CI95     Interval
}

// PairedT tests whether the mean of differences is 0, two-sided: t = mean / (sd / sqrt n) on n - 1 degrees of freedom. Undefined
// below MinTest differences and when they are all equal.
func PairedT(diff []float64) TTest {
	c := newColumn(diff)
	n := float64(len(diff))
	if len(diff) < MinTest || c.m2 == 0 {
		return TTest{}
	}
	se := math.Sqrt(c.m2 / (n - 1) / n)
	t, df := c.mean/se, n-1
	half := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.Quantile(0.975) * se
	return TTest{T: Of(t), DF: Of(df), P: Of(twoSidedT(t, df)), CI95: interval(c.mean-half, c.mean+half)}
}

// twoSidedT is P(|T| >= |t|), the regularised incomplete beta function at df / (df + t^2), exact in the far tail too.
func twoSidedT(t, df float64) float64 { return mathext.RegIncBeta(df/2, 0.5, df/(df+t*t)) }
