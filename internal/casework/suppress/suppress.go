// Package suppress hides small numbers in tables of counts of people, and as many others as it takes so that none of them can
// be computed from what is shown.
//
// Invariants: a count from 1 to Threshold-1 is never shown; where one is hidden at least two are, and what is hidden sums to
// Threshold at least, so that the total shown tells neither a number nor a small group; a hidden small number and a number
// hidden for its sake look the same. A table is one breakdown with its total; tables of more dimensions are not published. Periods
// never overlap, and a number over several of them is rounded by AtLeast and knows nothing of those whose total is hidden.
package suppress

// Threshold is the smallest count that is shown.
const Threshold = 5

// AtLeast is a number of persons down to the last whole Threshold.
func AtLeast(n int) int { return n / Threshold * Threshold }

// Cell is one number of a table as it is published.
type Cell struct {
	Name   string `json:"name"`
	N      int    `json:"n"` // 0 when Hidden
	Hidden bool   `json:"hidden,omitempty"`
}

// Table is a breakdown with its total.
type Table struct {
	Cells []Cell `json:"cells"`
	Total Cell   `json:"total"`
}

// Make publishes counts, which belong to the names in their order.
func Make(names []string, counts []int) Table {
	t := Table{Cells: make([]Cell, len(names))}
	for i, name := range names {
		t.Cells[i] = Cell{Name: name, N: counts[i]}
		t.Total.N += counts[i]
	}
	if t.Total.N > 0 && t.Total.N < Threshold {
		t.hideAll()
	} else {
		t.hide()
	}
	t.blank()
	return t
}

// hide marks the small numbers, and then the smallest others until what is hidden is no small group.
func (t *Table) hide() {
	hidden, sum := 0, 0
	for i := range t.Cells {
		if c := &t.Cells[i]; c.N > 0 && c.N < Threshold {
			c.Hidden = true
			hidden++
			sum += c.N
		}
	}
	for hidden == 1 || (hidden > 0 && sum < Threshold) {
		next := t.smallest()
		if next < 0 {
			t.hideAll()
			return
		}
		t.Cells[next].Hidden = true
		hidden++
		sum += t.Cells[next].N
	}
}

// smallest gives the smallest number above zero that is shown, else a zero, or -1 when everything is hidden.
func (t *Table) smallest() int {
	best := -1
	for i := range t.Cells {
		c := &t.Cells[i]
		switch {
		case c.Hidden:
		case best < 0, c.N > 0 && (t.Cells[best].N == 0 || c.N < t.Cells[best].N):
			best = i
		}
	}
	return best
}

func (t *Table) hideAll() {
	t.Total.Hidden = true
	for i := range t.Cells {
		t.Cells[i].Hidden = true
	}
}

// blank takes the numbers of what is hidden out: what is published does not hold them.
func (t *Table) blank() {
	if t.Total.Hidden {
		t.Total.N = 0
	}
	for i := range t.Cells {
		if t.Cells[i].Hidden {
			t.Cells[i].N = 0
		}
	}
}
