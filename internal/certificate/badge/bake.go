package badge

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"

	"shelter/internal/i18n"
)

// picture is what is drawn of a badge. It names nobody.
type picture struct {
	Lang                              i18n.Lang
	Title, Kind, Owner, Number, Dates string
}

// Of the drawing, in its own units.
const (
	titleLine  = 24 // characters of a line of the title
	titleLines = 4
)

// svg draws the badge without anything from elsewhere: the reader's own fonts, no styles, no scripts.
func (p picture) svg() []byte {
	dir := "ltr"
	if p.Lang == i18n.AR {
		dir = "rtl"
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512" lang="%s"><title>%s</title>`, p.Lang, escaped(p.Kind+" "+p.Number+" · "+p.Title))
	b.WriteString(`<rect x="8" y="8" width="496" height="496" rx="40" fill="#fff" stroke="#0f5e63" stroke-width="16"/>` +
		`<circle cx="256" cy="112" r="56" fill="#0f5e63"/><path d="M226 112l22 24 40-46" fill="none" stroke="#fff" stroke-width="14" stroke-linecap="round" stroke-linejoin="round"/>`)
	fmt.Fprintf(&b, `<g font-family="IBM Plex Sans, IBM Plex Sans Arabic, sans-serif" text-anchor="middle" direction="%s" fill="#14272b">`, dir)
	text := func(y, size int, weight, s string) {
		fmt.Fprintf(&b, `<text x="256" y="%d" font-size="%d" font-weight="%s">%s</text>`, y, size, weight, escaped(s))
	}
	text(212, 24, "400", p.Kind)
	lines := wrapped(p.Title, titleLine, titleLines)
	for i, line := range lines {
		text(262+i*36+(titleLines-len(lines))*14, 27, "600", line)
	}
	text(420, 20, "400", p.Dates)
	text(450, 20, "400", "\u2066"+p.Number+"\u2069")
	text(480, 13, "400", p.Owner)
	b.WriteString(`</g></svg>`)
	return b.Bytes()
}

// wrapped breaks a text into lines at its blanks; what does not fit ends with an ellipsis.
func wrapped(text string, width, most int) []string {
	var lines []string
	line := ""
	for _, w := range strings.Fields(text) {
		switch {
		case line == "":
			line = w
		case len([]rune(line))+1+len([]rune(w)) <= width:
			line += " " + w
		default:
			lines, line = append(lines, line), w
		}
	}
	lines = append(lines, line)
	if len(lines) > most {
		lines = lines[:most]
		lines[most-1] += " …"
	}
	return lines
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes everything
	return b.String()
}

// bake puts a signed credential into a drawing, as the specification says: the first element, the signature as an attribute.
func bake(svg []byte, jwt string) []byte {
	head, rest, _ := bytes.Cut(svg, []byte(">"))
	return fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`%s xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"><openbadges:credential verify="%s"></openbadges:credential>%s`, head, jwt, rest)
}
