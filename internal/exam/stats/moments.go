package stats

import (
	"math"
	"slices"
)

// noise is the share of a column's scale below which a spread is taken for rounding error. Marks such as 0.1 are not exact in
// binary, so the rest of a test whose totals are all equal would otherwise seem to vary.
const noise = 1e-10

// column is a list of numbers with its first moments. m2 is the sum of squared deviations, exactly 0 for a constant column.
type column struct {
	x    []float64
	mean float64
	m2   float64
}

func newColumn(x []float64) column {
	c := column{x: x}
	if len(x) == 0 {
		return c
	}
	lo, hi, sum := x[0], x[0], 0.0
	for _, v := range x {
		sum += v
		lo, hi = min(lo, v), max(hi, v)
	}
	c.mean = sum / float64(len(x))
	if hi-lo <= noise*max(math.Abs(lo), math.Abs(hi)) {
		return c
	}
	for _, v := range x {
		d := v - c.mean
		c.m2 += d * d
	}
	return c
}

// variance divides by n - 1; undefined below two numbers.
func (c column) variance() Value {
	if len(c.x) < 2 {
		return Value{}
	}
	return Of(c.m2 / float64(len(c.x)-1))
}

// sd is the root of variance.
func (c column) sd() Value {
	v := c.variance()
	if !v.OK {
		return v
	}
	return Of(math.Sqrt(v.V))
}

// sumProducts is the sum of (x - mean x)(y - mean y); 0 when a column is constant or when what is left is rounding error.
func sumProducts(a, b column) float64 {
	if a.m2 == 0 || b.m2 == 0 {
		return 0
	}
	s := 0.0
	for i, v := range a.x {
		s += (v - a.mean) * (b.x[i] - b.mean)
	}
	if math.Abs(s) <= 1e-12*math.Sqrt(a.m2*b.m2) {
		return 0
	}
	return s
}

// Correlation is Pearson's r of two equally long lists; undefined below two pairs or when a list is constant.
func Correlation(x, y []float64) Value {
	if len(x) != len(y) || len(x) < 2 {
		return Value{}
	}
	a, b := newColumn(x), newColumn(y)
	if a.m2 == 0 || b.m2 == 0 {
		return Value{}
	}
	return Of(clamp(sumProducts(a, b)/math.Sqrt(a.m2*b.m2), -1, 1))
}

func clamp(v, lo, hi float64) float64 { return min(max(v, lo), hi) }

// Mean is the arithmetic mean; undefined for an empty list.
func Mean(x []float64) Value {
	if len(x) == 0 {
		return Value{}
	}
	return Of(newColumn(x).mean)
}

// SD is the sample standard deviation (divisor n - 1); undefined below two numbers.
func SD(x []float64) Value { return newColumn(x).sd() }

// Median is the middle number, or the mean of the two middle ones; undefined for an empty list.
func Median(x []float64) Value { return Quantile(x, 0.5) }

// Quantile interpolates linearly between order statistics: h = (n - 1) q (type 7 of Hyndman and Fan 1996, American Statistician
// 50:361-365; the default of R and NumPy). Undefined for an empty list or q outside 0..1.
func Quantile(x []float64, q float64) Value {
	if len(x) == 0 || q < 0 || q > 1 {
		return Value{}
	}
	s := slices.Clone(x)
	slices.Sort(s)
	h := float64(len(s)-1) * q
	i := int(math.Floor(h))
	if i+1 >= len(s) {
		return Of(s[len(s)-1])
	}
	if s[i] == s[i+1] {
		return Of(s[i])
	}
	return Of(s[i] + (h-float64(i))*(s[i+1]-s[i]))
}
