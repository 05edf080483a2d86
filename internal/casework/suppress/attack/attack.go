// Package attack computes what can be known of a hidden number from what is published alone, by linear programming. It is for the
// tests, and shares nothing with the suppressor but the form in which figures are published.
//
// Invariant: it knows only what a reader knows: that counts are not negative, that they add up to the total shown, that a total is hidden
// when it is from 1 to 4, and what the number of different persons since the beginning is said to be.
package attack

import (
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"

	"shelter/internal/casework/suppress"
)

// Bounds gives the least and the most that a hidden cell of a table with a shown total can be.
func Bounds(table suppress.Table, cell int) (low, high float64, err error) {
	shown, hidden := 0, []int{}
	for i, c := range table.Cells {
		if c.Hidden {
			hidden = append(hidden, i)
		} else {
			shown += c.N
		}
	}
	row, goal := make([]float64, len(hidden)), make([]float64, len(hidden))
	for j, i := range hidden {
		row[j] = 1
		if i == cell {
			goal[j] = 1
		}
	}
	solve := func(sign float64) float64 {
		c := make([]float64, len(goal))
		for j := range goal {
			c[j] = sign * goal[j]
		}
		best, _, wrong := lp.Simplex(c, mat.NewDense(1, len(row), row), []float64{float64(table.Total.N - shown)}, 1e-9, nil)
		if wrong != nil {
			err = wrong
		}
		return sign * best
	}
	return solve(1), solve(-1), err
}
