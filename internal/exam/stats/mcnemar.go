package stats

import (
	"cmp"
	"math"
	"slices"
)

// ItemPair holds who answered an item right before and after; the two lists are of the same people in the same order.
type ItemPair struct {
	ID        string
	Pre, Post []bool
}

// ItemChange is how the answers to one item changed.
type ItemChange struct {
	ID        string `json:"id"`
	N         int    `json:"n"`
	PreRight  int    `json:"pre_right"`
	PostRight int    `json:"post_right"`
	Gained    int    `json:"gained"` // wrong before, right after
	Lost      int    `json:"lost"`   // right before, wrong after
	// P is McNemar's exact two-sided p (see McNemar); undefined below MinTest people or when nobody changed.
	P Value `json:"p"`
	// PHolm is P adjusted for the number of items tested together (see Holm).
	PHolm Value `json:"p_holm"`
}

// ItemChanges tests each item and adjusts over all of them. People beyond the shorter list are left out.
func ItemChanges(pairs []ItemPair) []ItemChange {
	out := make([]ItemChange, len(pairs))
	ps := make([]Value, len(pairs))
	for i, p := range pairs {
		out[i] = itemChange(p)
		ps[i] = out[i].P
	}
	for i, h := range Holm(ps) {
		out[i].PHolm = h
	}
	return out
}

func itemChange(p ItemPair) ItemChange {
	c := ItemChange{ID: p.ID, N: min(len(p.Pre), len(p.Post))}
	for i := range c.N {
		before, after := p.Pre[i], p.Post[i]
		if before {
			c.PreRight++
		}
		if after {
			c.PostRight++
		}
		switch {
		case after && !before:
			c.Gained++
		case before && !after:
			c.Lost++
		}
	}
	if c.N >= MinTest {
		c.P = McNemar(c.Gained, c.Lost)
	}
	return c
}

// McNemar is the exact two-sided test of change: with b and c the people who changed one way and the other,
// p = min(1, 2 P(X <= min(b, c))), X binomial with b + c tries and probability 1/2 (McNemar 1947, Psychometrika 12:153-157;
// exact form in Fay 2010, Biostatistics 11:373-374). Undefined when nobody changed.
func McNemar(b, c int) Value {
	n := b + c
	if b < 0 || c < 0 || n == 0 {
		return Value{}
	}
	lg := func(k int) float64 { v, _ := math.Lgamma(float64(k) + 1); return v }
	sum := 0.0
	for k := 0; k <= min(b, c); k++ {
		sum += math.Exp(lg(n) - lg(k) - lg(n-k) - float64(n)*math.Ln2)
	}
	return Of(math.Min(1, 2*sum))
}

// Holm adjusts p-values tested together so that the chance of any false positive stays at the chosen level: in rising order the
// i-th of m becomes the maximum so far of (m - i + 1) p, at most 1 (Holm 1979, Scandinavian Journal of Statistics 6:65-70).
// Undefined ones stay undefined and do not count in m.
func Holm(ps []Value) []Value {
	var order []int
	for i, p := range ps {
		if p.OK {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(ps[a].V, ps[b].V) })
	out := make([]Value, len(ps))
	most := 0.0
	for k, i := range order {
		most = math.Max(most, float64(len(order)-k)*ps[i].V)
		out[i] = Of(math.Min(1, most))
	}
	return out
}
