package sheet

import "slices"

// Grid collects a small sheet cell by cell in any order, for pages that are laid out rather than listed, and then writes it
// through a Writer.
type Grid struct {
	cells   map[[2]int]Value
	heights map[int]float64
	merged  []Range
	last    int
}

// NewGrid starts an empty grid.
func NewGrid() *Grid { return &Grid{cells: map[[2]int]Value{}, heights: map[int]float64{}} }

// Set puts a value into a cell; the last one stays.
func (g *Grid) Set(row, col int, v Value) {
	g.cells[[2]int{row, col}] = v
	g.last = max(g.last, row)
}

// Style gives a style to all cells of a rectangle and keeps their values.
func (g *Grid) Style(r Range, style StyleID) {
	for row := r.FirstRow; row <= r.LastRow; row++ {
		for col := r.FirstCol; col <= r.LastCol; col++ {
			v := g.cells[[2]int{row, col}]
			v.Style = style
			g.Set(row, col, v)
		}
	}
}

// Merge joins a rectangle, puts the value into it and gives its style to every covered cell, so that borders are whole.
func (g *Grid) Merge(r Range, v Value) {
	g.Style(r, v.Style)
	g.Set(r.FirstRow, r.FirstCol, v)
	if r.FirstRow != r.LastRow || r.FirstCol != r.LastCol {
		g.merged = append(g.merged, r)
	}
}

// Height sets the height of a row in points.
func (g *Grid) Height(row int, points float64) {
	g.heights[row] = points
	g.last = max(g.last, row)
}

// Write writes the grid below what the sheet holds already: row 1 of the grid is the next row. It gives the number of the
// sheet's row that stands above the grid's first one, to be added to the grid's row numbers.
func (g *Grid) Write(s *Writer) (offset int) {
	offset = s.Last()
	byRow := map[int][]int{}
	for at := range g.cells {
		byRow[at[0]] = append(byRow[at[0]], at[1])
	}
	for row := 1; row <= g.last; row++ {
		if h := g.heights[row]; len(byRow[row]) > 0 || h > 0 {
			s.RowWith(RowOptions{Height: h}, g.values(row, byRow[row])...)
		} else {
			s.Skip(1)
		}
	}
	for _, r := range g.merged {
		s.Merge(Range{r.FirstRow + offset, r.FirstCol, r.LastRow + offset, r.LastCol})
	}
	return offset
}

func (g *Grid) values(row int, cols []int) []Value {
	if len(cols) == 0 {
		return nil
	}
	values := make([]Value, slices.Max(cols))
	for _, col := range cols {
		values[col-1] = g.cells[[2]int{row, col}]
	}
	return values
}
