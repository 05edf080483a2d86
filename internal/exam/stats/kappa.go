package stats

import "math"

// Weighting says how much a disagreement between two markers counts.
type Weighting int

// The weightings. Linear and Quadratic suit ordered categories such as the levels of a rubric.
const (
	Unweighted Weighting = iota // any disagreement counts in full
	Linear                      // |i - j|
	Quadratic                   // (i - j)^2
)

// Agreement is Cohen's kappa of two markers over the same answers.
type Agreement struct {
	N        int   `json:"n"`
	Observed Value `json:"observed"` // (weighted) share of agreement
	Expected Value `json:"expected"` // the same by chance, from each marker's own frequencies
	// Kappa is (observed - expected) / (1 - expected); undefined when expected is 1, which happens when both markers gave one
	// and the same category throughout.
	Kappa Value `json:"kappa"`
	// SE is sqrt(observed (1 - observed) / (n (1 - expected)^2)), the approximation of Cohen 1960; only unweighted.
	SE Value `json:"se"`
}

// CohenKappa measures the agreement of two markers beyond chance (Cohen 1960, Educational and Psychological Measurement
// 20:37-46; weighted, Cohen 1968, Psychological Bulletin 70:213-220). a and b are categories 0 to k - 1 in order; lists of unequal
// length, no answers or a category out of range give all undefined.
func CohenKappa(a, b []int, k int, w Weighting) Agreement {
	if len(a) != len(b) || len(a) == 0 || k < 1 {
		return Agreement{}
	}
	rows, cols := make([]float64, k), make([]float64, k)
	n, disagree := float64(len(a)), 0.0
	for i := range a {
		if a[i] < 0 || a[i] >= k || b[i] < 0 || b[i] >= k {
			return Agreement{}
		}
		rows[a[i]]++
		cols[b[i]]++
		disagree += w.distance(a[i], b[i], k)
	}
	chance := 0.0
	for i := range rows {
		for j := range cols {
			chance += rows[i] * cols[j] * w.distance(i, j, k)
		}
	}
	return agreement(len(a), 1-disagree/n, 1-chance/(n*n), w)
}

func agreement(n int, observed, expected float64, w Weighting) Agreement {
	g := Agreement{N: n, Observed: Of(observed), Expected: Of(expected)}
	if 1-expected <= noise {
		return g
	}
	g.Kappa = Of((observed - expected) / (1 - expected))
	if w == Unweighted {
		g.SE = Of(math.Sqrt(observed * (1 - observed) / (float64(n) * (1 - expected) * (1 - expected))))
	}
	return g
}

// distance is the weight of a disagreement, 0 to 1.
func (w Weighting) distance(i, j, k int) float64 {
	d := math.Abs(float64(i - j))
	switch {
	case d == 0:
		return 0
	case w == Linear:
		return d / float64(k-1)
	case w == Quadratic:
		return d * d / float64((k-1)*(k-1))
	}
	return 1
}
