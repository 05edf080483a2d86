package stats

import "math"

// Bin is one bar of a score distribution: From <= score < To, the last one with To included.
type Bin struct {
	From float64 `json:"from"`
	To   float64 `json:"to"`
	N    int     `json:"n"`
}

// Distribution counts scores in equal bins from 0 to a maximum. Scores outside are counted in the nearest bin, so that the bins
// always add up to the number of scores; nil when max or bins is not positive.
func Distribution(scores []float64, max float64, bins int) []Bin {
	if !(max > 0) || math.IsInf(max, 0) || bins < 1 {
		return nil
	}
	out := make([]Bin, bins)
	for i := range out {
		out[i].From = max * float64(i) / float64(bins)
		out[i].To = max * float64(i+1) / float64(bins)
	}
	for _, s := range scores {
		// The small amount keeps 0.3 of 1 in the bin that starts at 0.3, whatever its binary form.
		i := int(math.Floor(s/max*float64(bins) + noise))
		out[int(clamp(float64(i), 0, float64(bins-1)))].N++
	}
	return out
}

// ObjectiveMastery says how an objective was reached.
type ObjectiveMastery struct {
	Objective string `json:"objective"`
	Items     int    `json:"items"`
	N         int    `json:"n"`        // attempts that hold an item of it
	Mastered  int    `json:"mastered"` // of those, with at least the threshold
	// Share is 100 Mastered / N.
	Share Value `json:"share"`
	// Mean is the mean over attempts of 100 marks / maximum on the objective's items.
	Mean Value `json:"mean"`
}

// Mastery computes, for each objective in order of first appearance, how many attempts earned at least threshold (0 to 1) of
// the marks on its items. Criterion-referenced: a share of the maximum, not a comparison with the others. Items without a
// maximum or an objective are left out.
func Mastery(m *Matrix, threshold float64) []ObjectiveMastery {
	var out []ObjectiveMastery
	at := map[string]int{}
	var members [][]int
	for i, it := range m.items {
		if it.Objective == "" || !it.HasMax || it.Max <= 0 {
			continue
		}
		j, ok := at[it.Objective]
		if !ok {
			j = len(out)
			at[it.Objective] = j
			out = append(out, ObjectiveMastery{Objective: it.Objective})
			members = append(members, nil)
		}
		members[j] = append(members[j], i)
	}
	for j := range out {
		m.master(&out[j], members[j], threshold)
	}
	return out
}

func (m *Matrix) master(o *ObjectiveMastery, items []int, threshold float64) {
	o.Items = len(items)
	sum := 0.0
	for a := range m.n {
		var got, most float64
		for _, i := range items {
			if m.states(i)[a] != notHeld {
				got += m.col(i)[a]
				most += m.items[i].Max
			}
		}
		if most == 0 {
			continue
		}
		o.N++
		sum += got / most
		if got/most >= threshold-noise {
			o.Mastered++
		}
	}
	if o.N > 0 {
		o.Share = Of(100 * float64(o.Mastered) / float64(o.N))
		o.Mean = Of(100 * sum / float64(o.N))
	}
}
