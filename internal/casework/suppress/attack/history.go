package attack

import (
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"

	"shelter/internal/casework/suppress"
)

// Period is what was published of one period, of those that follow each other: how many persons, and how many different ones since the
// beginning, rounded down.
type Period struct {
	Total   suppress.Cell
	Reached int
}

const below = 5 // what is hidden is less, and what is rounded down loses less

// history is a system of inequalities over two unknowns of each period: its persons, and those of them who had not come in a counted one before.
type history struct {
	unknowns int
	rows     [][]float64
	most     []float64
}

func newHistory(periods []Period, hiddenCount bool) *history {
	h := &history{unknowns: 2 * len(periods)}
	var counted, taken []term // those whom the rounded number counts
	for i, p := range periods {
		low, high := float64(p.Total.N), float64(p.Total.N)
		if p.Total.Hidden {
			low, high = 1, below-1
		}
		h.atMost(high, term{2 * i, 1})
		h.atMost(-low, term{2 * i, -1})
		h.atMost(0, term{2*i + 1, -1})
		h.atMost(0, term{2*i + 1, 1}, term{2 * i, -1})
		if hiddenCount || !p.Total.Hidden {
			if len(counted) == 0 {
				h.atMost(0, term{2*i + 1, -1}, term{2 * i, 1}) // all of the first one are new
			}
			counted, taken = append(counted, term{2*i + 1, 1}), append(taken, term{2*i + 1, -1})
		}
		if len(counted) > 0 {
			h.atMost(float64(p.Reached+below-1), counted...)
			h.atMost(-float64(p.Reached), taken...)
		}
	}
	return h
}

type term struct {
	unknown int
	factor  float64
}

func (h *history) atMost(most float64, terms ...term) {
	row := make([]float64, h.unknowns)
	for _, t := range terms {
		row[t.unknown] += t.factor
	}
	h.rows, h.most = append(h.rows, row), append(h.most, most)
}

// bounds gives the least and the most of one unknown.
func (h *history) bounds(unknown int) (low, high float64, err error) {
	g := mat.NewDense(len(h.rows), h.unknowns, nil)
	for i, row := range h.rows {
		g.SetRow(i, row)
	}
	solve := func(sign float64) float64 {
		c := make([]float64, h.unknowns)
		c[unknown] = sign
		cost, a, b := lp.Convert(c, g, h.most, nil, nil)
		best, _, wrong := lp.Simplex(cost, a, b, 1e-9, nil)
		if wrong != nil {
			err = wrong
		}
		return sign * best
	}
	return solve(1), solve(-1), err
}

// Persons gives the least and the most that the persons of a period, and those new in it, can be. With hiddenCount it believes that the rounded
// number counts the persons of hidden periods too.
func Persons(periods []Period, period int, hiddenCount bool) (all, fresh [2]float64, err error) {
	h := newHistory(periods, hiddenCount)
	if all[0], all[1], err = h.bounds(2 * period); err != nil {
		return all, fresh, err
	}
	fresh[0], fresh[1], err = h.bounds(2*period + 1)
	return all, fresh, err
}
