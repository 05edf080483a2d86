package stats

import "math"

// ItemStats are the figures of one item. Percentages run from 0 to 100 (indices from -100 to 100); SD is in marks.
type ItemStats struct {
	ID      string `json:"id"`
	N       int    `json:"n"`       // attempts that hold the item
	Omitted int    `json:"omitted"` // of those, not answered (they count as mark 0)
	Max     Value  `json:"max"`
	// Facility is 100 mean(x) / max, in percent; undefined without a maximum or when it is 0.
	Facility Value `json:"facility"`
	// SD is the standard deviation of the marks, in marks, divisor n - 1.
	SD Value `json:"sd"`
	// Discrimination is 100 cov(x, r) / sqrt(var x var r) with r = total - x (Moodle's "discrimination index", the corrected
	// item-rest correlation); undefined when a variance is 0.
	Discrimination Value `json:"discrimination_index"`
	// Efficiency is 100 cov(x, r) / cov(sorted x, sorted r) (Moodle's "discriminative efficiency"); undefined when the divisor
	// is 0.
	Efficiency Value `json:"discriminative_efficiency"`
	// Weight is 100 sqrt(cov(x, t)) / sum over the items with cov >= 0 (Moodle's "effective weight"); undefined when the item's
	// own covariance is negative.
	Weight Value `json:"effective_weight"`
	// UpperLower27 is 100 (mean of the upper group - mean of the lower group) / max, the groups being the best and the last
	// 27 % by total (Kelley 1939, Journal of Educational Psychology 30:17-24). Another index than Discrimination, always shown
	// under its own name; undefined below 30 attempts.
	UpperLower27 Value `json:"upper_lower_27"`
}

// itemWork is what the figures of one item are made of.
type itemWork struct {
	x, r, t column
	covT    Value // cov(x, t)
}

// itemFigures computes the figures of all items as Moodle does in question/classes/statistics/questions/calculator.php: x is
// the mark on the item, t the total, r = t - x; variances and covariances divide by n - 1; an answer not given counts as 0. A
// drawn item takes r = t.
func itemFigures(m *Matrix, totals []float64) ([]ItemStats, []itemWork) {
	stats := make([]ItemStats, len(m.items))
	work := make([]itemWork, len(m.items))
	buf := newSorter(m.n)
	whole := newColumn(totals)
	groups := newGroups27(totals)
	for i := range m.items {
		w := m.gather(i, totals, whole)
		stats[i] = m.figures(i, w, buf)
		stats[i].UpperLower27 = m.upperLower(i, groups)
		work[i] = w
	}
	weigh(m, stats, work)
	return stats, work
}

// gather collects an item's columns over the attempts that hold it.
func (m *Matrix) gather(i int, totals []float64, whole column) itemWork {
	x, t, wt := m.col(i), totals, whole
	if !m.everyoneHas(i) {
		x, t = m.held(i, totals)
		wt = newColumn(t)
	}
	r := t
	if !m.items[i].Drawn {
		r = make([]float64, len(x))
		for a := range x {
			r[a] = t[a] - x[a]
		}
	}
	w := itemWork{x: newColumn(x), r: newColumn(r), t: wt}
	if len(x) > 1 {
		w.covT = Of(sumProducts(w.x, w.t) / float64(len(x)-1))
	}
	return w
}

func (m *Matrix) held(i int, totals []float64) (x, t []float64) {
	col := m.col(i)
	for a, s := range m.states(i) {
		if s != notHeld {
			x, t = append(x, col[a]), append(t, totals[a])
		}
	}
	return x, t
}

func (m *Matrix) figures(i int, w itemWork, buf *sorter) ItemStats {
	it := m.items[i]
	s := ItemStats{ID: it.ID, N: len(w.x.x), SD: w.x.sd()}
	for _, st := range m.states(i) {
		if st == omitted {
			s.Omitted++
		}
	}
	if it.HasMax {
		s.Max = Of(it.Max)
		if it.Max != 0 && s.N > 0 {
			s.Facility = Of(100 * w.x.mean / it.Max)
		}
	}
	if w.x.m2 == 0 || w.r.m2 == 0 || s.N < 2 {
		return s
	}
	cov := sumProducts(w.x, w.r)
	s.Discrimination = Of(100 * clamp(cov/math.Sqrt(w.x.m2*w.r.m2), -1, 1))
	if best := buf.bestProducts(w.x, w.r); best > 0 {
		s.Efficiency = Of(100 * clamp(cov/best, math.Inf(-1), 1))
	}
	return s
}

// weigh fills the effective weights.
func weigh(m *Matrix, stats []ItemStats, work []itemWork) {
	sum := 0.0
	for i, w := range work {
		if w.covT.OK && w.covT.V >= 0 && !m.items[i].Drawn {
			sum += math.Sqrt(w.covT.V)
		}
	}
	if sum == 0 {
		return
	}
	for i, w := range work {
		if w.covT.OK && w.covT.V >= 0 && !m.items[i].Drawn {
			stats[i].Weight = Of(100 * math.Sqrt(w.covT.V) / sum)
		}
	}
}

// sorter holds the buffers in which columns are sorted.
type sorter struct {
	a, b, spare []uint64
}

func newSorter(n int) *sorter {
	return &sorter{a: make([]uint64, n), b: make([]uint64, n), spare: make([]uint64, n)}
}

// bestProducts is the largest sum of products that the two columns allow: both sorted, so that the best marks on the item meet
// the best rests.
func (s *sorter) bestProducts(x, r column) float64 {
	a, b := s.sort(s.a, x.x), s.sort(s.b, r.x)
	sum := 0.0
	for i := range a {
		sum += (unkey(a[i]) - x.mean) * (unkey(b[i]) - r.mean)
	}
	return sum
}

// sort gives the numbers' keys in rising order, by a radix sort of their bytes: a mark has few significant bits, so that most of
// the eight passes have nothing to do.
func (s *sorter) sort(buf []uint64, x []float64) []uint64 {
	from, to := buf[:len(x)], s.spare[:len(x)]
	var count [8][256]int
	for i, v := range x {
		k := key(v)
		from[i] = k
		for p := range count {
			count[p][byte(k>>(8*p))]++
		}
	}
	for p := range count {
		c := &count[p]
		if c[byte(from[0]>>(8*p))] == len(x) {
			continue
		}
		at := 0
		for d, n := range c {
			c[d] = at
			at += n
		}
		for _, k := range from {
			d := byte(k >> (8 * p))
			to[c[d]] = k
			c[d]++
		}
		from, to = to, from
	}
	if len(from) > 0 && &from[0] != &buf[0] {
		copy(buf, from)
	}
	return buf[:len(x)]
}

// key turns a number into an unsigned integer of the same order; unkey turns it back.
func key(v float64) uint64 {
	b := math.Float64bits(v)
	if b>>63 == 1 {
		return ^b
	}
	return b | 1<<63
}

func unkey(k uint64) float64 {
	if k>>63 == 1 {
		return math.Float64frombits(k &^ (1 << 63))
	}
	return math.Float64frombits(^k)
}
