// Package chart draws small charts as SVG on the server: they need no script, print as they look, and take their colours from
// the style sheet by class. Each says in words what it shows (title and desc); the page puts a table of the same figures beside it.
//
// Invariants: no inline style; a kind of mark differs by its form as well as by its colour; in a page that runs from right to left
// the axes are mirrored.
package chart

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
)

// Frame is what every chart has.
type Frame struct {
	ID     string // unique on the page
	Title  string // the finding, in the reader's language
	Desc   string // what is drawn
	XLabel string
	YLabel string
	RTL    bool
}

// The plot's size and margins, in units of the drawing.
const (
	width, height       = 640.0, 340.0
	left, right         = 56.0, 24.0
	top, bottom         = 20.0, 48.0
	plotWide, plotHeigh = width - left - right, height - top - bottom
)

type drawing struct {
	strings.Builder

	f Frame
}

func (f Frame) start() *drawing {
	d := &drawing{f: f}
	id := html.EscapeString(f.ID)
	d.add(`<svg class="chart" viewBox="0 0 %s %s" role="img" aria-labelledby="%s-t %s-d" direction="ltr">`, num(width), num(height), id, id)
	d.add(`<title id="%s-t">%s</title><desc id="%s-d">%s</desc>`, id, html.EscapeString(f.Title), id, html.EscapeString(f.Desc))
	return d
}

func (d *drawing) end() string {
	d.WriteString("</svg>")
	return d.String()
}

func (d *drawing) add(format string, args ...any) { fmt.Fprintf(&d.Builder, format, args...) }

func num(f float64) string { return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64) }

// x places a share of the width, 0 to 1, mirrored in a page that runs from right to left.
func (d *drawing) x(share float64) float64 {
	if d.f.RTL {
		return width - left - share*plotWide
	}
	return left + share*plotWide
}

func y(share float64) float64 { return top + (1-share)*plotHeigh }

func (d *drawing) line(class string, x1, y1, x2, y2 float64) {
	d.add(`<line class="%s" x1="%s" y1="%s" x2="%s" y2="%s"/>`, class, num(x1), num(y1), num(x2), num(y2))
}

// text writes a label; anchor is start, middle or end of the drawing's own direction, from left to right.
func (d *drawing) text(class, anchor string, x, y float64, s string) {
	d.add(`<text class="%s" text-anchor="%s" x="%s" y="%s">%s</text>`, class, anchor, num(x), num(y), html.EscapeString(s))
}

// rows draws horizontal lines at shares of the height with their labels at the edge where reading begins.
func (d *drawing) rows(shares []float64, labels []string) {
	edge, anchor := left-8, "end"
	if d.f.RTL {
		edge, anchor = width-left+8, "start"
	}
	for i, s := range shares {
		d.line("chart-grid", d.x(0), y(s), d.x(1), y(s))
		d.text("chart-tick", anchor, edge, y(s)+4, labels[i])
	}
	d.text("chart-axis", "middle", width/2, height-8, d.f.XLabel)
	if d.f.YLabel != "" {
		d.text("chart-axis", anchorOf(d.f.RTL), d.x(0), top-7, d.f.YLabel)
	}
}

func anchorOf(rtl bool) string {
	if rtl {
		return "end"
	}
	return "start"
}

// Group is one row of bars over the same bins.
type Group struct {
	Class  string // chart-pre or chart-post
	Counts []int
	Label  string
}

// Bars draws counts by bin, one bar for each group beside one another. ticks are the bins' edges, one more than bins.
func Bars(f Frame, ticks []string, groups []Group) string {
	d := f.start()
	most := 1
	for _, g := range groups {
		for _, c := range g.Counts {
			most = max(most, c)
		}
	}
	step := max(1, int(math.Ceil(float64(most)/4)))
	var shares []float64
	var labels []string
	limit := float64(((most + step - 1) / step) * step)
	for c := 0; float64(c) <= limit; c += step {
		shares, labels = append(shares, float64(c)/limit), append(labels, strconv.Itoa(c))
	}
	d.rows(shares, labels)
	bins := float64(len(ticks) - 1)
	for i, t := range ticks {
		d.text("chart-tick", "middle", d.x(float64(i)/bins), height-bottom+18, t)
	}
	wide := 0.8 / bins / float64(max(1, len(groups)))
	for k, g := range groups {
		for i, c := range g.Counts {
			from := (float64(i)+0.1)/bins + float64(k)*wide
			x1, x2 := d.x(from), d.x(from+wide)
			if c > 0 {
				d.add(`<rect class="%s" x="%s" y="%s" width="%s" height="%s"><title>%s</title></rect>`, g.Class, num(min(x1, x2)+0.5), num(y(float64(c)/limit)),
					num(math.Abs(x2-x1)-1), num(float64(c)/limit*plotHeigh), html.EscapeString(g.Label+" "+strconv.Itoa(c)))
			}
		}
	}
	return d.end()
}

// Slope draws each pair of shares (0 to 1) as a line from before to after, and the means as a thick one.
func Slope(f Frame, before, after string, pairs [][2]float64, mean *[2]float64, ticks []string) string {
	d := f.start()
	shares := make([]float64, len(ticks))
	for i := range ticks {
		shares[i] = float64(i) / float64(len(ticks)-1)
	}
	d.rows(shares, ticks)
	const from, to = 0.15, 0.85
	d.text("chart-label", "middle", d.x(from), height-bottom+20, before)
	d.text("chart-label", "middle", d.x(to), height-bottom+20, after)
	for _, p := range pairs {
		class := "chart-up"
		if p[1] < p[0] {
			class = "chart-down"
		} else if p[1] == p[0] {
			class = "chart-same"
		}
		d.line(class, d.x(from), y(p[0]), d.x(to), y(p[1]))
		d.add(`<circle class="chart-dot" cx="%s" cy="%s" r="3"/><circle class="chart-dot" cx="%s" cy="%s" r="3"/>`, num(d.x(from)), num(y(p[0])), num(d.x(to)), num(y(p[1])))
	}
	if mean != nil {
		d.line("chart-mean", d.x(from), y(mean[0]), d.x(to), y(mean[1]))
	}
	return d.end()
}

// Point is one question on the map; both are shares of the axes, Y from -1 to 1.
type Point struct {
	X, Y  float64
	Label string
	Title string
	Alarm bool // drawn as a triangle
}

// Map draws questions by facility and discrimination, with the line of no discrimination.
func Map(f Frame, points []Point, xticks []string, yticks []string) string {
	d := f.start()
	shares := make([]float64, len(yticks))
	for i := range yticks {
		shares[i] = float64(i) / float64(len(yticks)-1)
	}
	d.rows(shares, yticks)
	for i, t := range xticks {
		d.text("chart-tick", "middle", d.x(float64(i)/float64(len(xticks)-1)), height-bottom+18, t)
	}
	d.line("chart-zero", d.x(0), y(0.5), d.x(1), y(0.5))
	for _, p := range points {
		px, py := d.x(p.X), y((p.Y+1)/2)
		if p.Alarm {
			d.add(`<path class="chart-alarm" d="M%s %sl6 11h-12z"><title>%s</title></path>`, num(px), num(py-7), html.EscapeString(p.Title))
		} else {
			d.add(`<circle class="chart-point" cx="%s" cy="%s" r="5"><title>%s</title></circle>`, num(px), num(py), html.EscapeString(p.Title))
		}
		d.text("chart-name", "middle", px, py-10, p.Label)
	}
	return d.end()
}

// Bar is a small bar of a share, 0 to 1, for a line of a table that says the figure itself; it is hidden from screen readers.
func Bar(class string, share float64, rtl bool) string {
	const wide = 120.0
	w := max(0, min(1, share)) * wide
	x := 0.0
	if rtl {
		x = wide - w
	}
	return fmt.Sprintf(`<svg class="chart-bar" viewBox="0 0 120 12" aria-hidden="true" preserveAspectRatio="none"><rect class="chart-rail" width="120" height="12"/><rect class="%s" x="%s" width="%s" height="12"/></svg>`, class, num(x), num(w))
}
