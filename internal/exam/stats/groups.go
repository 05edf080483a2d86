package stats

import (
	"math"
	"slices"
)

// minGroups is the number of attempts below which upper and lower groups are too small to be shown.
const minGroups = 30

// groups27 holds each attempt's share in the upper and in the lower group.
type groups27 struct {
	upper, lower []float64 // weights, 0 to 1, by attempt
	size         float64   // sum of the weights of a group
}

// newGroups27 forms the upper and lower 27 % by total; nil below 30 attempts. Attempts tied at a group's edge share the places
// that are left equally, which is the mean over all ways of breaking the tie, so that the order of attempts never matters.
func newGroups27(totals []float64) *groups27 {
	n := len(totals)
	if n < minGroups {
		return nil
	}
	k := int(math.Round(0.27 * float64(n)))
	sorted := slices.Clone(totals)
	slices.Sort(sorted)
	g := &groups27{lower: make([]float64, n), upper: make([]float64, n), size: float64(k)}
	share(g.lower, totals, sorted[k-1], k, -1)
	share(g.upper, totals, sorted[n-k], k, +1)
	return g
}

// share gives weight 1 to the attempts beyond the edge (sign +1: above it) and an equal part of the rest to those on it.
func share(w, totals []float64, edge float64, k, sign int) {
	tol := noise * math.Max(1, math.Abs(edge))
	side := func(t float64) int {
		switch d := (t - edge) * float64(sign); {
		case d > tol:
			return 1
		case d < -tol:
			return -1
		}
		return 0
	}
	beyond, on := 0, 0
	for _, t := range totals {
		switch side(t) {
		case 1:
			beyond++
		case 0:
			on++
		}
	}
	part := float64(k-beyond) / float64(on)
	for i, t := range totals {
		switch side(t) {
		case 1:
			w[i] = 1
		case 0:
			w[i] = part
		}
	}
}

// upperLower is the difference of an item's facility between the groups, in percent.
func (m *Matrix) upperLower(i int, g *groups27) Value {
	it := m.items[i]
	if g == nil || !it.HasMax || it.Max == 0 || !m.everyoneHas(i) {
		return Value{}
	}
	var up, lo float64
	for a, v := range m.col(i) {
		up += g.upper[a] * v
		lo += g.lower[a] * v
	}
	return Of(100 * (up - lo) / (g.size * it.Max))
}
