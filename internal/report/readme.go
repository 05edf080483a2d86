package report

import (
	"shelter/internal/sheet"
)

// readMeWidth is that of the explanations, in characters.
const readMeWidth = 72

// readMe tells what the file is, how its figures are defined, and what was left out.
func (b *book) readMe(checksum string) {
	page := b.page(false)
	page.FitHeight = 1
	s := b.AddSheet(b.t("sheet_readme"), sheet.SheetOptions{RightToLeft: b.rtl(), HideGrid: true, Widths: []float64{30, readMeWidth}, Page: page})
	b.begin(s, "sheet_readme", 2)
	r := &readMe{book: b, s: s}
	r.file(checksum)
	r.section("readme_definitions")
	f := b.f
	for _, k := range []string{"half_day", "status", "participation", "person", "listed", "completed", "age", "minutes", "evidence", "tests"} {
		r.line(b.t("readme_"+k), b.t("readme_"+k+"_is", "needed", f.needed, "planned", len(f.report.Slots), "share", b.loc.Percent(f.event().Threshold)))
	}
	r.section("readme_scope")
	r.line(b.t("readme_filters"), b.t("readme_filters_is"))
	r.line(b.t("readme_left_out"), b.leftOut())
	r.section("readme_use")
	r.line(b.t("readme_pivot"), b.t("readme_pivot_is"))
	r.line(b.t("readme_protect"), b.t("readme_protect_is"))
}

type readMe struct {
	*book

	s *sheet.Writer
}

func (r *readMe) section(key string) {
	r.s.Skip(1)
	r.s.RowWith(sheet.RowOptions{Height: 22}, sheet.V(r.t(key), r.st.section))
}

// line writes a term and what it means, as high as the text needs.
func (r *readMe) line(term, text string) {
	const width, size = readMeWidth * digitWidth / 72 * 25.4, 10
	height := points(lineHeight(size)*float64(linesOf(text, width, size)) + 1.5)
	r.s.RowWith(sheet.RowOptions{Height: height}, sheet.V(term, r.st.wrap), sheet.V(text, r.st.wrap))
}

// file says which file this is.
func (r *readMe) file(checksum string) {
	ev, f := r.f.event(), r.f
	r.section("readme_file")
	r.line(r.t("readme_event"), ev.Code+" · "+r.title(false))
	r.line(r.t("readme_version"), r.loc.Number(int(ev.Version)))
	r.line(r.t("readme_at"), r.stamp()+" ("+ev.Zone().String()+")")
	r.line(r.t("readme_by"), f.by)
	r.line(r.t("readme_rows"), r.t("readme_rows_is", "rows", r.loc.Number(len(f.rows)), "people", r.loc.Number(f.people), "half_days", r.loc.Number(len(f.report.Slots))))
	r.line(r.t("readme_checksum"), checksum)
	r.line(r.t("readme_checksum_how"), r.t("readme_checksum_how_is"))
	if n := f.conflicts(); n > 0 {
		r.line(r.t("readme_conflicts"), r.loc.N("report_readme_conflicts_is", n))
	}
}

// leftOut lists what the maker chose to leave out, and what is never there.
func (b *book) leftOut() string {
	text := b.t("readme_left_out_always")
	if !b.o.Contacts {
		text += " " + b.t("readme_left_out_contacts")
	}
	if b.o.Anonymous {
		text += " " + b.t("period_identity_left_out")
	}
	if b.o.Neutral {
		text += " " + b.t("readme_left_out_neutral")
	}
	return text
}
