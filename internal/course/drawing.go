package course

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"shelter/internal/errs"
)

// drawings tells SVG files that do more than draw.
func (k *checker) drawings() {
	for name, body := range k.course.Files {
		if path.Ext(name) == ".svg" && !PlainDrawing(body) {
			k.add(name, 0, "course_check_drawing", errs.Args{"file": name})
		}
	}
}

// activeElements run, load or embed something, or hold HTML.
var activeElements = []string{"script", "foreignobject", "iframe", "object", "embed", "style", "link", "set", "animate", "handler", "listener"}

// PlainDrawing tells whether an SVG file only draws: no script, no event, no style sheet, nothing from elsewhere.
func PlainDrawing(data []byte) bool {
	d := xml.NewDecoder(bytes.NewReader(data))
	drawn := false
	for {
		t, err := d.Token()
		switch {
		case errors.Is(err, io.EOF):
			return drawn
		case err != nil:
			return false
		}
		switch t := t.(type) {
		case xml.Directive:
			said := strings.ToLower(string(t)) // an internal subset could declare entities
			if !strings.HasPrefix(said, "doctype svg") || strings.Contains(said, "[") {
				return false
			}
		case xml.ProcInst:
			if t.Target != "xml" {
				return false
			}
		case xml.StartElement:
			drawn = drawn || strings.EqualFold(t.Name.Local, "svg")
			if slices.Contains(activeElements, strings.ToLower(t.Name.Local)) || slices.ContainsFunc(t.Attr, active) {
				return false
			}
		}
	}
}

// active tells an attribute that runs or loads something. A reference within the file begins with #.
func active(a xml.Attr) bool {
	name, value := strings.ToLower(a.Name.Local), strings.ToLower(strings.TrimSpace(a.Value))
	switch {
	case strings.HasPrefix(name, "on"):
		return true
	case name == "href" || name == "src":
		return !strings.HasPrefix(value, "#")
	}
	return strings.Contains(value, "javascript:") || strings.Contains(value, "url(") && !strings.Contains(value, "url(#")
}
