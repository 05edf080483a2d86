package ui

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/ingest"
	webingest "shelter/web/ingest"
)

// ImportPreview shows what a list holds and what importing it would do.
func (u *UI) ImportPreview(x *Ctx) error {
	m, fields := mappingOf(x.Request.URL.Query(), x.Loc)
	return u.importPreview(x, http.StatusOK, m, fields, nil)
}

func (u *UI) importPreview(x *Ctx, status int, m ingest.Mapping, fields []errs.Field, refused *errs.Error) error {
	p, err := u.previewed(x, m)
	if err != nil {
		return err
	}
	page := webingest.PreviewPage{Page: x.eventPage(p.Head, x.Loc.T("import_preview_title")), Preview: p, Header: strconv.Itoa(p.Mapping.HeaderRow),
		Chosen: chosenColumns(p.Mapping), Form: x.Form(fields)}
	page.Path = x.importAddress(p)
	page.Scripts = []string{"table"}
	if len(fields) > 0 {
		status = http.StatusUnprocessableEntity
		typedMapping(x, &page)
	}
	if refused != nil {
		page.Message = x.Message(refused)
	}
	return x.Render(status, webingest.Preview(page))
}

// previewed reads the upload of the address.
func (u *UI) previewed(x *Ctx, m ingest.Mapping) (*ingest.Preview, error) {
	event, id, err := x.twoIDs("id", "upload")
	if err != nil {
		return nil, err
	}
	return u.Ingest.Preview(x.Request.Context(), x.Actor, event, id, m)
}

// importAddress is the page itself, also after a form was refused at another address.
func (x *Ctx) importAddress(p *ingest.Preview) string {
	path := importPath(p.Upload.EventID, "/"+p.Upload.ID.String())
	if q := x.Request.URL.RawQuery; q != "" {
		path += "?" + q
	}
	return path
}

func chosenColumns(m ingest.Mapping) map[int]ingest.Field {
	by := make(map[int]ingest.Field, len(m.Columns))
	for f, col := range m.Columns {
		by[col] = f
	}
	return by
}

// typedMapping shows what was typed where it cannot be used.
func typedMapping(x *Ctx, page *webingest.PreviewPage) {
	q := x.Request.URL.Query()
	page.Header = q.Get("header")
	for name := range q {
		if col := webingest.ColumnOf(name); col > 0 {
			page.Chosen[col] = ingest.Field(q.Get(name))
		}
	}
}

// lastRow is the number of the last row that a worksheet can have.
const lastRow = 1 << 20

// mappingOf reads a mapping out of a form. Nothing at all is a mapping to be proposed; another sheet or another header has
// its columns proposed anew.
func mappingOf(q url.Values, l *i18n.Localizer) (ingest.Mapping, []errs.Field) {
	if len(q["header"]) == 0 {
		return ingest.Mapping{}, nil
	}
	header, err := strconv.Atoi(q.Get("header"))
	if err != nil || header < 0 || header > lastRow {
		return ingest.Mapping{}, []errs.Field{{Name: "header", Key: "import_header_wrong"}}
	}
	m := ingest.Mapping{Sheet: q.Get("sheet"), HeaderRow: header}
	if o := ingest.NameOrder(q.Get("order")); o == ingest.FamilyFirst || o == ingest.GivenFirst {
		m.NameOrder = o
	}
	if (header != 0 && other(q["for_header"], q.Get("header"))) || other(q["for_sheet"], m.Sheet) {
		m.NameOrder = ""
		return m, nil
	}
	columns, fields := columnsOf(q, l)
	m.Columns = columns
	return m, fields
}

// other tells whether a form was made for another value than the one chosen now.
func other(madeFor []string, now string) bool { return len(madeFor) > 0 && madeFor[0] != now }

func columnsOf(q url.Values, l *i18n.Localizer) (map[ingest.Field]int, []errs.Field) {
	columns := map[ingest.Field]int{}
	var names []string
	for name := range q {
		if webingest.ColumnOf(name) > 0 && q.Get(name) != "" {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int { return webingest.ColumnOf(a) - webingest.ColumnOf(b) })
	var fields []errs.Field
	for _, name := range names {
		f := ingest.Field(q.Get(name))
		switch {
		case !f.Valid():
			fields = append(fields, errs.Field{Name: name, Key: "error_choice"})
		case columns[f] > 0:
			fields = append(fields, errs.Field{Name: name, Key: "import_field_twice", Args: errs.Args{"field": l.T(f.LabelKey())}})
		default:
			columns[f] = webingest.ColumnOf(name)
		}
	}
	return columns, fields
}

// ImportMarked gives the copy of the list with what is wrong in it.
func (u *UI) ImportMarked(x *Ctx) error {
	event, id, err := x.twoIDs("id", "upload")
	if err != nil {
		return err
	}
	m, fields := mappingOf(x.Request.URL.Query(), x.Loc)
	if err := errs.InvalidFields(fields); err != nil {
		return err
	}
	f, err := u.Ingest.Marked(x.Request.Context(), x.Actor, event, id, m, x.Loc)
	if err != nil {
		return err
	}
	return x.sendWorkbook(f.Name, f.Data)
}

// ImportApply enrols the people of the list, all of them or nobody.
func (u *UI) ImportApply(x *Ctx) error {
	event, id, err := x.twoIDs("id", "upload")
	if err != nil {
		return err
	}
	if err := x.Request.ParseForm(); err != nil {
		return errs.NewInvalid("error_bad_request").Because(err)
	}
	m, fields := mappingOf(x.Request.PostForm, x.Loc)
	if err := errs.InvalidFields(fields); err != nil {
		return err
	}
	out, err := u.Ingest.Apply(x.Request.Context(), x.Actor, event, id, m)
	if e := errs.As(err); err != nil && (e.Kind == errs.Invalid || e.Kind == errs.Conflict) {
		return u.importPreview(x, statusOf(e.Kind), m, nil, e)
	}
	if err != nil {
		return err
	}
	x.flashImported(out)
	return x.SeeOther(workshopPath(event, ""))
}

func (x *Ctx) flashImported(out ingest.Outcome) {
	if out.Waiting > 0 {
		x.Flash("done_imported_waiting")
		return
	}
	x.Flash("done_imported")
}
