package stats

import (
	"fmt"
	"math"
)

// Item is one question of a test, or one position of it.
type Item struct {
	ID        string
	Max       float64 // maximum mark, when HasMax
	HasMax    bool
	Objective string // for mastery; may be empty
	// Drawn says that the question was drawn at random, so that only some attempts hold it. As in Moodle it is then correlated
	// with the total that includes it, over the attempts that hold it, and has no effective weight.
	Drawn bool
}

// state says what an attempt holds at an item.
type state uint8

const (
	omitted  state = iota // asked, not answered: counts as mark 0, as in Moodle
	answered              // asked and answered
	notHeld               // not in this attempt
)

// Matrix holds the marks of attempts on items. A new one holds omitted answers only.
type Matrix struct {
	items []Item
	n     int
	marks []float64 // by item, then attempt
	state []state
}

// NewMatrix makes a matrix of attempts x items.
func NewMatrix(items []Item, attempts int) *Matrix {
	size := len(items) * attempts
	return &Matrix{items: items, n: attempts, marks: make([]float64, size), state: make([]state, size)}
}

// Set enters the mark of an answered item. The error says that the mark is not a finite number or the cell does not exist.
func (m *Matrix) Set(attempt, item int, mark float64) error {
	if !m.has(attempt, item) {
		return fmt.Errorf("stats: no cell %d, %d", attempt, item)
	}
	if math.IsNaN(mark) || math.IsInf(mark, 0) {
		return fmt.Errorf("stats: mark of cell %d, %d is not a number", attempt, item)
	}
	i := item*m.n + attempt
	m.marks[i], m.state[i] = mark, answered
	return nil
}

// Exclude says that an attempt does not hold an item (drawn questions).
func (m *Matrix) Exclude(attempt, item int) {
	if m.has(attempt, item) {
		i := item*m.n + attempt
		m.marks[i], m.state[i] = 0, notHeld
	}
}

func (m *Matrix) has(attempt, item int) bool {
	return attempt >= 0 && attempt < m.n && item >= 0 && item < len(m.items)
}

// Attempts is the number of attempts.
func (m *Matrix) Attempts() int { return m.n }

// Items gives the items.
func (m *Matrix) Items() []Item { return m.items }

// Totals gives each attempt's sum of marks.
func (m *Matrix) Totals() []float64 {
	t := make([]float64, m.n)
	for i := range m.items {
		for a, v := range m.col(i) {
			t[a] += v
		}
	}
	return t
}

// MaxTotal is the sum of the items' maxima; undefined when one has none.
func (m *Matrix) MaxTotal() Value {
	sum := 0.0
	for _, it := range m.items {
		if !it.HasMax {
			return Value{}
		}
		sum += it.Max
	}
	return Of(sum)
}

func (m *Matrix) col(item int) []float64  { return m.marks[item*m.n : (item+1)*m.n] }
func (m *Matrix) states(item int) []state { return m.state[item*m.n : (item+1)*m.n] }
func (m *Matrix) everyoneHas(item int) bool {
	for _, s := range m.states(item) {
		if s == notHeld {
			return false
		}
	}
	return true
}

// complete tells whether every attempt holds every item.
func (m *Matrix) complete() bool {
	for i := range m.items {
		if !m.everyoneHas(i) {
			return false
		}
	}
	return true
}
