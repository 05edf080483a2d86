package sheet

import (
	"cmp"

	"github.com/xuri/excelize/v2"
)

// StyleID is a style of one workbook; 0 is the default one.
type StyleID int

// Line is a kind of border.
type Line int

// The kinds of border.
const (
	NoLine Line = 0
	Thin   Line = 1
	Medium Line = 2
	Dashed Line = 3
	Dotted Line = 4
	Thick  Line = 5
	Double Line = 6
	Hair   Line = 7
)

// Border says how the four sides of a cell are drawn. In a right-to-left sheet Left is still the left side of the screen.
type Border struct {
	Top, Right, Bottom, Left Line
	Color                    string // RRGGBB; empty is black
}

// Box is the same line on all sides.
func Box(l Line, color string) Border { return Border{l, l, l, l, color} }

// The number formats that reports use.
const (
	FormatDate    = "dd/mm/yyyy"
	FormatTime    = "hh:mm"
	FormatMoment  = "dd/mm/yyyy hh:mm"
	FormatInteger = "#,##0"
	FormatDecimal = "0.0"
	FormatPercent = "0%"
	FormatText    = "@"
)

// Style is how a cell looks. It is comparable: the same style is stored once.
type Style struct {
	Font                    string  // family; empty is the workbook's
	Size                    float64 // points; 0 is 11
	Bold, Italic, Underline bool
	Color                   string // of the text, RRGGBB
	Fill                    string // background, RRGGBB
	Border                  Border
	Align                   string // left, center, right, justify, fill, centerContinuous; empty is by kind of value
	VAlign                  string // top, center; empty is bottom
	Wrap, Shrink            bool
	Indent                  int
	Rotation                int    // degrees, -90 to 90; 255 is stacked
	RightToLeft             bool   // reading order of the text; otherwise by its first letter
	Format                  string // number format; empty is General
	Unlocked, HideFormula   bool   // on a protected sheet
}

// Style registers a style and gives its number.
func (w *Workbook) Style(s Style) StyleID {
	if s == (Style{}) {
		return 0
	}
	if id, ok := w.styles[s]; ok {
		return id
	}
	id, err := w.f.NewStyle(s.excelize())
	w.fail("style", err)
	w.styles[s] = StyleID(id)
	if s.Wrap {
		w.wraps[StyleID(id)] = cmp.Or(s.Size, 11)
	}
	return StyleID(id)
}

func (s Style) excelize() *excelize.Style {
	x := &excelize.Style{Border: s.Border.excelize()}
	if s.Fill != "" {
		x.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{s.Fill}}
	}
	x.Font = s.font()
	x.Alignment = &excelize.Alignment{
		Horizontal: s.Align, Vertical: s.VAlign, WrapText: s.Wrap, ShrinkToFit: s.Shrink, Indent: s.Indent, TextRotation: s.Rotation,
	}
	if s.RightToLeft {
		x.Alignment.ReadingOrder = 2
	}
	if s.Format != "" {
		format := s.Format
		x.CustomNumFmt = &format
	}
	if s.Unlocked || s.HideFormula {
		x.Protection = &excelize.Protection{Locked: !s.Unlocked, Hidden: s.HideFormula}
	}
	return x
}

func (s Style) font() *excelize.Font {
	if s.Font == "" && s.Size == 0 && !s.Bold && !s.Italic && !s.Underline && s.Color == "" {
		return nil
	}
	f := &excelize.Font{Family: s.Font, Size: s.Size, Bold: s.Bold, Italic: s.Italic, Color: s.Color}
	if s.Underline {
		f.Underline = "single"
	}
	if f.Size == 0 {
		f.Size = 11
	}
	return f
}

func (b Border) excelize() []excelize.Border {
	var out []excelize.Border
	color := b.Color
	if color == "" {
		color = "000000"
	}
	for _, side := range []struct {
		name string
		line Line
	}{{"top", b.Top}, {"right", b.Right}, {"bottom", b.Bottom}, {"left", b.Left}} {
		if side.line != NoLine {
			out = append(out, excelize.Border{Type: side.name, Color: color, Style: int(side.line)})
		}
	}
	return out
}
