package sheet

import (
	"bytes"
	"fmt"
	"image"
	_ "image/gif"  // registers the format for DecodeConfig
	_ "image/jpeg" // registers the format for DecodeConfig
	_ "image/png"  // registers the format for DecodeConfig
	"strings"

	"github.com/xuri/excelize/v2"
)

// Picture is an image placed over the cells; it moves with its cell and keeps its size.
type Picture struct {
	Data    []byte // PNG, JPEG or GIF
	Height  int    // pixels at 96 per inch; 0 is the image's own
	Alt     string
	OffsetX int // pixels from the cell's corner
	OffsetY int
}

// Picture places an image with its corner in a cell.
func (s *Writer) Picture(row, col int, p Picture) {
	cfg, kind, err := image.DecodeConfig(bytes.NewReader(p.Data))
	if err != nil || cfg.Height == 0 {
		s.fail("picture", fmt.Errorf("not an image: %w", err))
		return
	}
	scale := 1.0
	if p.Height > 0 {
		scale = float64(p.Height) / float64(cfg.Height)
	}
	s.fail("picture", s.w.f.AddPictureFromBytes(s.name, Ref(row, col), &excelize.Picture{
		Extension: "." + kind, File: p.Data,
		Format: &excelize.GraphicOptions{
			AltText: p.Alt, ScaleX: scale, ScaleY: scale, OffsetX: p.OffsetX, OffsetY: p.OffsetY, Positioning: "oneCell", LockAspectRatio: true,
		},
	}))
}

// ChartKind is a form of chart.
type ChartKind int

// The forms of chart. Bars lie, columns stand.
const (
	Columns ChartKind = iota
	ColumnsStacked
	ColumnsShares // stacked to 100 %
	Bars
	BarsStacked
	Lines
	Pie
	Doughnut
)

var chartTypes = map[ChartKind]excelize.ChartType{
	Columns: excelize.Col, ColumnsStacked: excelize.ColStacked, ColumnsShares: excelize.ColPercentStacked, Bars: excelize.Bar,
	BarsStacked: excelize.BarStacked, Lines: excelize.Line, Pie: excelize.Pie, Doughnut: excelize.Doughnut,
}

// Series is one row of values of a chart. All three are references as AbsRef gives them: a name written out would stand in the
// file where a formula belongs, and Excel would call the file damaged.
type Series struct {
	Name, Categories, Values string
	Color                    string // RRGGBB; empty is Excel's own
}

// Chart is a native chart: the reader's program draws it from the cells.
type Chart struct {
	Kind          ChartKind
	Title         string
	Alt           string
	Series        []Series
	Width, Height int // pixels; 0 is 480 x 290
	XTitle,
	YTitle string
	Max         float64 // of the value axis; 0 is by content
	Labels      bool    // values beside the marks
	RightToLeft bool    // categories run from right to left, the value axis stands at the right
	NoLegend    bool
}

// axisFont is that of what stands at the axes: excelize's own is a grey of 15 %, which nobody reads on paper.
func axisFont() excelize.Font { return excelize.Font{Color: "404040", Size: 9} }

// Chart places a chart with its corner in a cell.
func (s *Writer) Chart(row, col int, c Chart) {
	x := &excelize.Chart{
		Type:   chartTypes[c.Kind],
		Format: excelize.GraphicOptions{AltText: c.Alt},
		Legend: excelize.ChartLegend{Position: "bottom"},
		PlotArea: excelize.ChartPlotArea{
			ShowVal: c.Labels && c.Kind != Pie && c.Kind != Doughnut, ShowPercent: c.Labels && (c.Kind == Pie || c.Kind == Doughnut),
		},
		XAxis:     excelize.ChartAxis{ReverseOrder: c.RightToLeft, Title: title(c.XTitle), Font: axisFont()},
		YAxis:     excelize.ChartAxis{MajorGridLines: true, Title: title(c.YTitle), Font: axisFont()},
		Title:     title(c.Title),
		Dimension: excelize.ChartDimension{Width: uint(max(c.Width, 0)), Height: uint(max(c.Height, 0))},
	}
	if c.NoLegend || len(c.Series) < 2 && c.Kind != Pie && c.Kind != Doughnut {
		x.Legend.Position = "none"
	}
	if c.Max > 0 {
		zero := 0.0
		x.YAxis.Maximum, x.YAxis.Minimum = &c.Max, &zero
	}
	for _, v := range c.Series {
		if !strings.Contains(v.Name, "!") {
			s.fail("chart", fmt.Errorf("the name of a series is no reference: %q", v.Name))
		}
		one := excelize.ChartSeries{Name: v.Name, Categories: v.Categories, Values: v.Values}
		if v.Color != "" {
			one.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{v.Color}}
		}
		x.Series = append(x.Series, one)
	}
	s.fail("chart", s.w.f.AddChart(s.name, Ref(row, col), x))
}

func title(text string) excelize.ChartTitle {
	if text == "" {
		return excelize.ChartTitle{}
	}
	return excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: text}}}
}
