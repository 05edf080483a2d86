package course

import (
	"time"

	"github.com/a-h/templ"

	"shelter/internal/i18n"
)

func tunis() *time.Location { return i18n.Tunis() }

// mark says of a line whether it was right, for the style.
func mark(o *ToldOption) templ.Attributes {
	switch {
	case o == nil:
		return templ.Attributes{}
	case o.Correct:
		return templ.Attributes{"data-mark": "right"}
	}
	return templ.Attributes{"data-mark": "wrong"}
}

func labelOf(o *ToldOption) string {
	if o == nil {
		return ""
	}
	return o.Label
}

func textOf(o *ToldOption) string {
	if o == nil {
		return ""
	}
	return o.Text
}

func toneClass(t *Told) string {
	if t == nil {
		return ""
	}
	return "check-" + string(t.Tone)
}
