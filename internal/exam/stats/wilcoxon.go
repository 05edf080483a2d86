package stats

import (
	"encoding/json"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// maxExact is the largest number of pairs for which the signed-rank distribution is computed exactly.
const maxExact = 50

// The methods of the signed-rank test.
const (
	MethodExact = "exact" // no tie, no zero, at most 50 pairs: the exact distribution
	MethodPratt = "pratt" // otherwise: Pratt's ranks and the normal approximation with tie correction
)

// SignedRank is a two-sided Wilcoxon signed-rank test of differences post - pre. Method is "" and the values are undefined when
// there was no test.
type SignedRank struct {
	Method string
	WPlus  Value // sum of the ranks of the positive differences
	WMinus Value // sum of the ranks of the negative differences
	P      Value // two-sided
}

// signedRankJSON is the form that scripts read.
type signedRankJSON struct {
	Method *string `json:"method"`
	WPlus  Value   `json:"w_plus"`
	WMinus Value   `json:"w_minus"`
	P      Value   `json:"p"`
}

// MarshalJSON writes method null when there was no test.
func (s SignedRank) MarshalJSON() ([]byte, error) {
	out := signedRankJSON{WPlus: s.WPlus, WMinus: s.WMinus, P: s.P}
	if s.Method != "" {
		out.Method = &s.Method
	}
	return json.Marshal(out)
}

// Wilcoxon tests whether differences are symmetric about 0 (Wilcoxon 1945, Biometrics 1:80-83). Without ties and zeros and up
// to 50 pairs p is exact, 2 min(P(W <= w), P(W >= w)) at most 1, from the distribution of W by dynamic programming. Otherwise
// zeros are ranked with the rest and their ranks dropped (Pratt 1959, JASA 54:655-667), tied differences share their mean rank,
// and p comes from the normal distribution with
//
//	mean = [n(n+1) - z(z+1)] / 4
//	var  = [n(n+1)(2n+1) - z(z+1)(2z+1) - sum over groups of ties (t^3 - t)/2] / 24
//
// n pairs, z zeros, without continuity correction: the same as SciPy's wilcoxon(d, zero_method="pratt", correction=False,
// method="approx"). Differences are first rounded to nine decimals, since 0.3 - 0.1 and 0.4 - 0.2 must tie. No test below MinTest
// pairs or when all differences are 0.
func Wilcoxon(diffs []float64) SignedRank {
	d := roundAll(diffs)
	if len(d) < MinTest {
		return SignedRank{}
	}
	r := rankDifferences(d)
	if r.zeros == len(d) {
		return SignedRank{}
	}
	s := SignedRank{WPlus: Of(r.plus), WMinus: Of(r.minus)}
	if r.zeros == 0 && r.ties == 0 && len(d) <= maxExact {
		s.Method, s.P = MethodExact, Of(exactP(len(d), int(math.Round(r.plus))))
		return s
	}
	s.Method, s.P = MethodPratt, r.normalP(len(d))
	return s
}

// roundAll rounds to nine decimals, or coarser for large numbers, so that equal decimal differences are equal.
func roundAll(x []float64) []float64 {
	scale := 1e9
	for _, v := range x {
		for math.Abs(v)*scale > 1e15 && scale > 1 {
			scale /= 10
		}
	}
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = math.Round(v*scale) / scale
	}
	return out
}

// ranks sums up the ranks of absolute differences.
type ranks struct {
	plus, minus float64
	zeros       int
	ties        float64 // sum of t^3 - t over groups of equal non-zero absolute differences
}

func rankDifferences(d []float64) ranks {
	s := slices.Clone(d)
	slices.SortFunc(s, func(a, b float64) int {
		switch x, y := math.Abs(a), math.Abs(b); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	var r ranks
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && math.Abs(s[j]) == math.Abs(s[i]) {
			j++
		}
		t := float64(j - i)
		if s[i] == 0 {
			r.zeros = j - i
		} else {
			r.ties += t*t*t - t
			r.add(s[i:j], float64(i+1+j)/2)
		}
		i = j
	}
	return r
}

func (r *ranks) add(group []float64, rank float64) {
	for _, v := range group {
		if v > 0 {
			r.plus += rank
		} else {
			r.minus += rank
		}
	}
}

func (r ranks) normalP(n int) Value {
	f := func(k float64) (pairs, squares float64) { return k * (k + 1), k * (k + 1) * (2*k + 1) }
	np, ns := f(float64(n))
	zp, zs := f(float64(r.zeros))
	variance := (ns - zs - r.ties/2) / 24
	if variance <= 0 {
		return Value{}
	}
	z := (r.plus - (np-zp)/4) / math.Sqrt(variance)
	return Of(math.Min(1, 2*distuv.UnitNormal.Survival(math.Abs(z))))
}

// exactP is the two-sided p of rank sum w among n untied differences. The 2^n sign patterns are counted by rank sum; the counts
// are exact in a float64 up to n = 50.
func exactP(n, w int) float64 {
	most := n * (n + 1) / 2
	count := make([]float64, most+1)
	count[0] = 1
	for rank := 1; rank <= n; rank++ {
		for s := most; s >= rank; s-- {
			count[s] += count[s-rank]
		}
	}
	var below, above float64
	for s, c := range count {
		if s <= w {
			below += c
		}
		if s >= w {
			above += c
		}
	}
	return math.Min(1, 2*math.Min(below, above)/math.Ldexp(1, n))
}
