package paper

import (
	"strconv"
	"strings"
)

// The box in which a person signs on a screen, and the bounds of what is kept of it.
const (
	PadWidth  = 600
	PadHeight = 200

	maxInk    = 12_000 // bytes of the strokes
	maxPoints = 1500
	leastInk  = 20 // the longer side of the smallest signature: a tap is none
)

type point struct{ x, y int }

// Strokes are the lines of a signature: points in the box of the pad, in the order in which they were drawn.
type Strokes [][]point

// ParseStrokes reads "x,y x,y;x,y": points by spaces, lines by semicolons. It is false for anything else, for what leaves the box, for
// too much ink and for too little.
func ParseStrokes(text string) (Strokes, bool) {
	if text == "" || len(text) > maxInk {
		return nil, false
	}
	var all Strokes
	n := 0
	for line := range strings.SplitSeq(text, ";") {
		var one []point
		for pair := range strings.SplitSeq(line, " ") {
			p, ok := parsePoint(pair)
			if n++; !ok || n > maxPoints {
				return nil, false
			}
			one = append(one, p)
		}
		all = append(all, one)
	}
	w, h := all.size()
	return all, max(w, h) >= leastInk
}

func parsePoint(pair string) (p point, ok bool) {
	xs, ys, found := strings.Cut(pair, ",")
	x, errX := coordinate(xs, PadWidth)
	y, errY := coordinate(ys, PadHeight)
	return point{x, y}, found && errX && errY
}

// coordinate reads digits alone: no sign, no space, nothing beyond the box.
func coordinate(s string, most int) (int, bool) {
	if s == "" || len(s) > 3 || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n <= most
}

func (s Strokes) size() (w, h int) {
	lo, hi := point{PadWidth, PadHeight}, point{}
	for _, line := range s {
		for _, p := range line {
			lo, hi = point{min(lo.x, p.x), min(lo.y, p.y)}, point{max(hi.x, p.x), max(hi.y, p.y)}
		}
	}
	return hi.x - lo.x, hi.y - lo.y
}

// String writes the strokes as they are kept.
func (s Strokes) String() string {
	var b strings.Builder
	for i, line := range s {
		if i > 0 {
			b.WriteByte(';')
		}
		for j, p := range line {
			if j > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(strconv.Itoa(p.x) + "," + strconv.Itoa(p.y))
		}
	}
	return b.String()
}

// Path is the drawing as the d of an SVG path in a box of PadWidth x PadHeight: numbers alone, whatever came in.
func (s Strokes) Path() string {
	var b strings.Builder
	for _, line := range s {
		for j, p := range line {
			switch j {
			case 0:
				b.WriteByte('M')
			case 1:
				b.WriteByte('L')
			default:
				b.WriteByte(' ')
			}
			b.WriteString(strconv.Itoa(p.x) + " " + strconv.Itoa(p.y))
		}
		if len(line) == 1 { // a dot: round ends make it visible
			b.WriteString("l0 0")
		}
	}
	return b.String()
}
