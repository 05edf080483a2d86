package form_test

import (
	"context"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/web/form"
)

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func localizer(t *testing.T, l i18n.Lang) *i18n.Localizer {
	t.Helper()
	b, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	return b.For(l)
}

func contains(t *testing.T, html string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(html, p) {
			t.Errorf("%q is missing in\n%s", p, html)
		}
	}
}

func TestWrongFieldSaysSoBesideItself(t *testing.T) {
	t.Parallel()
	s := form.New(localizer(t, i18n.FR), []errs.Field{{Name: "email", Key: "error_email"}})
	html := render(t, form.Email(s.Field("email", "guide_f_email", "a@b\"><script>")))
	contains(t, html, `for="f-email"`, `id="f-email"`, `aria-invalid="true"`, `aria-describedby="f-email-error"`, `id="f-email-error"`,
		"Saisissez une adresse électronique valable", `value="a@b&#34;&gt;&lt;script&gt;"`, `dir="ltr"`)
	summary := render(t, s.Summary())
	contains(t, summary, `href="#f-email"`, `role="alert"`, "Une information est à corriger")
}

func TestRightFieldIsQuiet(t *testing.T) {
	t.Parallel()
	s := form.New(localizer(t, i18n.FR), nil)
	html := render(t, form.Text(s.Field("title", "guide_f_title", "Atelier")))
	contains(t, html, `value="Atelier"`, `aria-describedby="f-title-hint"`, "Tel qu&#39;il figurera", ` required`)
	if strings.Contains(html, "aria-invalid") || strings.Contains(html, "facultatif") {
		t.Error(html)
	}
	if got := render(t, s.Summary()); got != "" {
		t.Errorf("a summary of nothing: %s", got)
	}
}

func TestOptionalFieldSaysSo(t *testing.T) {
	t.Parallel()
	for lang, word := range map[i18n.Lang]string{i18n.FR: "(facultatif)", i18n.AR: "(اختياري)", i18n.EN: "(optional)"} {
		html := render(t, form.Text(form.New(localizer(t, lang), nil).Optional("note", "guide_f_note", "")))
		contains(t, html, word)
		if strings.Contains(html, " required") {
			t.Errorf("%s: optional and required: %s", lang, html)
		}
	}
}

func TestChoicesKeepWhatWasChosen(t *testing.T) {
	t.Parallel()
	options := []form.Option{{Value: "a", Label: "A"}, {Value: "b", Label: "B", Group: "G"}, {Value: "c", Label: "C", Group: "G"}}
	f := form.Field{Name: "kind", Label: "Kind", Value: "b", Error: "wrong"}
	contains(t, render(t, form.Select(f, "none", options)), `<option value="">none</option>`, `<optgroup label="G"><option value="b" selected>B</option>`)
	radios := render(t, form.Radios(f, options))
	contains(t, radios, `id="f-kind"`, `id="f-kind-1"`, `value="b" checked`, `aria-describedby="f-kind-error"`)
	if strings.Count(radios, "checked") != 1 {
		t.Errorf("not one is checked: %s", radios)
	}
	checks := render(t, form.Checks(f, options, []string{"a", "c"}))
	if strings.Count(checks, "checked") != 2 || strings.Contains(checks, `value="b" checked`) {
		t.Error(checks)
	}
}

func TestIDsAreSafe(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"title": "f-title", "row[3].name": "f-row-3--name", "a b": "f-a-b"} {
		if got := form.ID(name); got != want {
			t.Errorf("ID(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestNumbersAreWrittenFromLeftToRight(t *testing.T) {
	t.Parallel()
	html := render(t, form.Number(form.Field{Name: "n", Label: "N", Value: "12", Min: "1", Max: "40"}))
	contains(t, html, `inputmode="numeric"`, `dir="ltr"`, `min="1"`, `max="40"`)
	if strings.Contains(html, `type="number"`) {
		t.Error("a number field turns with the mouse wheel")
	}
}
