package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// TestStats are the figures of a whole test, as in Moodle's mod/quiz/report/statistics/classes/calculator.php. Mean, median, SD
// and SE are in marks; CIC and error ratio are percentages.
type TestStats struct {
	Max    Value `json:"max"`
	Mean   Value `json:"mean"`
	Median Value `json:"median"`
	// SD is sqrt(k2), k2 = n m2 / (n - 1).
	SD Value `json:"sd"`
	// Skewness is k3 / k2^1.5, k3 = n^2 m3 / ((n-1)(n-2)); undefined below 3 attempts or when all totals are equal.
	Skewness Value `json:"skewness"`
	// Kurtosis is k4 / k2^2, k4 = n^2 ((n+1) m4 - 3 (n-1) m2^2) / ((n-1)(n-2)(n-3)); 0 for a normal distribution; undefined
	// below 4 attempts.
	Kurtosis Value `json:"kurtosis"`
	// CIC is the coefficient of internal consistency, 100 p/(p-1) (1 - sum var x / k2): 100 times Cronbach's alpha. It may be
	// negative and is never clipped. Undefined below 3 attempts (as in Moodle), below 2 items, when all totals are equal, or
	// when not everyone had every item.
	CIC Value `json:"cic"`
	// ErrorRatio is 100 sqrt(1 - CIC/100): the share of the spread that is chance.
	ErrorRatio Value `json:"error_ratio"`
	// SE is the standard error of measurement, error ratio x SD / 100, in marks.
	SE Value `json:"se"`
}

// Analysis is everything about one test. It marshals to what `shelter exam analyse --json` prints.
type Analysis struct {
	N     int         `json:"n"`
	Items []ItemStats `json:"items"`
	Test  TestStats   `json:"test"`
	KR20  Value       `json:"kr20"`
	// Alpha is Cronbach's alpha as a coefficient (CIC / 100, from 2 attempts on) with its 95 % interval after Feldt.
	Alpha     Value    `json:"alpha"`
	AlphaCI95 Interval `json:"alpha_ci95"`
}

// Analyse computes the figures of a test and its items.
func Analyse(m *Matrix) Analysis {
	totals := m.Totals()
	items, work := itemFigures(m, totals)
	a := Analysis{N: m.n, Items: items, Test: testFigures(totals)}
	a.Test.Max = m.MaxTotal()
	if m.complete() {
		a.Alpha = alpha(work, totals)
		a.AlphaCI95 = FeldtInterval(a.Alpha, m.n, len(m.items), 0.95)
		a.KR20 = KR20(m)
	}
	if a.Alpha.OK && m.n > 2 {
		a.Test.reliability(a.Alpha)
	}
	return a
}

func (t *TestStats) reliability(alpha Value) {
	t.CIC = Of(100 * alpha.V)
	t.ErrorRatio = Of(100 * math.Sqrt(math.Max(0, 1-alpha.V)))
	t.SE = Of(t.ErrorRatio.V * t.SD.V / 100)
}

func testFigures(totals []float64) TestStats {
	c := newColumn(totals)
	t := TestStats{Mean: Mean(totals), Median: Median(totals), SD: c.sd()}
	n := float64(len(totals))
	if n < 3 || c.m2 == 0 {
		return t
	}
	var s3, s4 float64
	for _, v := range totals {
		d := v - c.mean
		s3 += d * d * d
		s4 += d * d * d * d
	}
	m2, m3, m4 := c.m2/n, s3/n, s4/n
	k2 := n * m2 / (n - 1)
	k3 := n * n * m3 / ((n - 1) * (n - 2))
	t.Skewness = Of(k3 / math.Pow(k2, 1.5))
	if n > 3 {
		k4 := n * n * ((n+1)*m4 - 3*(n-1)*m2*m2) / ((n - 1) * (n - 2) * (n - 3))
		t.Kurtosis = Of(k4 / (k2 * k2))
	}
	return t
}

// alpha is Cronbach's alpha, p/(p-1) (1 - sum var x / var t) (Cronbach 1951, Psychometrika 16:297-334). Undefined below 2 items
// or 2 attempts and when all totals are equal.
func alpha(work []itemWork, totals []float64) Value {
	p := float64(len(work))
	t := newColumn(totals)
	if p < 2 || len(totals) < 2 || t.m2 == 0 {
		return Value{}
	}
	sum := 0.0
	for _, w := range work {
		sum += w.x.m2
	}
	return Of(p / (p - 1) * (1 - sum/t.m2))
}

// FeldtInterval is the confidence interval of Cronbach's alpha over n attempts and k items:
// lo = 1 - (1 - a) F(1 - c/2), hi = 1 - (1 - a) F(c/2), with F on n - 1 and (n - 1)(k - 1) degrees of freedom and c = 1 - level
// (Feldt 1965, Psychometrika 30:357-370; Feldt, Woodruff and Salih 1987, Applied Psychological Measurement 11:93-103).
// Undefined below MinTest attempts or 2 items.
func FeldtInterval(alpha Value, n, k int, level float64) Interval {
	if !alpha.OK || n < MinTest || k < 2 || level <= 0 || level >= 1 {
		return Interval{}
	}
	f := distuv.F{D1: float64(n - 1), D2: float64((n - 1) * (k - 1))}
	tail := (1 - level) / 2
	return interval(1-(1-alpha.V)*f.Quantile(1-tail), 1-(1-alpha.V)*f.Quantile(tail))
}

// KR20 is formula 20 of Kuder and Richardson (1937, Psychometrika 2:151-160): k/(k-1) (1 - sum pq / s2), where pq and s2 are
// both population variances (divisor n); mixing in a sample variance is the common mistake. Defined only for right-or-wrong
// items of equal weight that everyone had: each mark is 0 or the items' common maximum (1 when no maximum is given).
func KR20(m *Matrix) Value {
	unit, ok := m.commonUnit()
	k := float64(len(m.items))
	if !ok || k < 2 || m.n < 2 || !m.complete() {
		return Value{}
	}
	n, sum := float64(m.n), 0.0
	for i := range m.items {
		right := 0.0
		for _, v := range m.col(i) {
			if v == unit {
				right++
			} else if v != 0 {
				return Value{}
			}
		}
		sum += right / n * (1 - right/n)
	}
	t := newColumn(m.Totals())
	if t.m2 == 0 {
		return Value{}
	}
	return Of(k / (k - 1) * (1 - sum/(t.m2/n/(unit*unit))))
}

// commonUnit is the maximum that all items share.
func (m *Matrix) commonUnit() (float64, bool) {
	unit := 1.0
	for i, it := range m.items {
		u := 1.0
		if it.HasMax {
			u = it.Max
		}
		if i > 0 && u != unit {
			return 0, false
		}
		unit = u
	}
	return unit, unit > 0
}
