package sheet

import (
	"encoding/xml"
	"path"
	"strconv"
	"strings"

	"shelter/internal/errs"
)

// workbook is what the parts around the worksheets say.
type workbook struct {
	sheets   []sheetPart
	date1904 bool
	strings  []string
	formats  []string // number format of each cell style
}

type sheetPart struct {
	name, rel, part string
	hidden          bool
}

func readXLSX(data []byte, lim Limits) (*Book, error) {
	a, err := openArchive(data, lim)
	if err != nil {
		return nil, err
	}
	wb, err := readWorkbook(a, lim)
	if err != nil {
		return nil, err
	}
	book := &Book{}
	budget := &budget{cells: lim.Cells, bytes: lim.Strings}
	for _, sp := range wb.sheets {
		s := Sheet{Name: sp.name, Hidden: sp.hidden}
		if err := readSheet(a, sp.part, wb, lim, budget, &s); err != nil {
			return nil, err
		}
		book.Sheets = append(book.Sheets, s)
	}
	return book, nil
}

func readWorkbook(a *archive, lim Limits) (*workbook, error) {
	main := "xl/workbook.xml"
	root, err := a.relations("")
	if err != nil {
		return nil, err
	}
	for _, r := range root {
		if strings.HasSuffix(r.kind, "/officeDocument") {
			main = r.target
		}
	}
	rels, err := a.relations(main)
	if err != nil {
		return nil, err
	}
	wb := &workbook{}
	if err := a.events(main, wb.element); err != nil {
		return nil, err
	}
	wb.keepWorksheets(rels)
	if len(wb.sheets) == 0 {
		return nil, errs.NewInvalid("sheet_not_a_workbook")
	}
	if len(wb.sheets) > lim.Sheets {
		return nil, errs.NewInvalid("sheet_too_many_sheets").With("max", lim.Sheets)
	}
	for _, r := range rels {
		if err := wb.readShared(a, r, lim); err != nil {
			return nil, err
		}
	}
	return wb, nil
}

func (wb *workbook) element(_ *xml.Decoder, t xml.Token) error {
	e, ok := t.(xml.StartElement)
	if !ok {
		return nil
	}
	switch e.Name.Local {
	case "workbookPr":
		wb.date1904 = attrTrue(e, "date1904")
	case "sheet":
		wb.sheets = append(wb.sheets, sheetPart{
			name: attr(e, "name"), rel: attr(e, "id"), hidden: strings.Contains(strings.ToLower(attr(e, "state")), "hidden"),
		})
	}
	return nil
}

// keepWorksheets finds the part of each sheet and drops those that are charts.
func (wb *workbook) keepWorksheets(rels map[string]relation) {
	kept := wb.sheets[:0]
	for _, s := range wb.sheets {
		if r, ok := rels[s.rel]; ok && strings.HasSuffix(r.kind, "/worksheet") {
			s.part = r.target
			kept = append(kept, s)
		}
	}
	wb.sheets = kept
}

func (wb *workbook) readShared(a *archive, r relation, lim Limits) (err error) {
	switch {
	case strings.HasSuffix(r.kind, "/sharedStrings"):
		wb.strings, err = readSharedStrings(a, r.target, lim)
	case strings.HasSuffix(r.kind, "/styles"):
		wb.formats, err = readFormats(a, r.target)
	}
	return err
}

type relation struct{ kind, target string }

// relations reads what a part points at; the empty name is the package itself.
func (a *archive) relations(part string) (map[string]relation, error) {
	dir, file := path.Split(part)
	rels := map[string]relation{}
	err := a.events(dir+"_rels/"+file+".rels", func(_ *xml.Decoder, t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != "Relationship" || attr(e, "TargetMode") == "External" {
			return nil
		}
		target := strings.ReplaceAll(attr(e, "Target"), "\\", "/")
		if !strings.HasPrefix(target, "/") {
			target = dir + target
		}
		rels[attr(e, "Id")] = relation{attr(e, "Type"), partName(target)}
		return nil
	})
	return rels, err
}

// readSharedStrings reads the texts of the workbook; the runs of a rich text are put together, phonetic guides left out.
func readSharedStrings(a *archive, part string, lim Limits) ([]string, error) {
	var (
		list []string
		cur  strings.Builder
		text textCollector
		left = lim.Strings
	)
	err := a.events(part, func(_ *xml.Decoder, t xml.Token) error {
		text.feed(t, &cur)
		e, ok := t.(xml.EndElement)
		if !ok || e.Name.Local != "si" {
			return nil
		}
		if left -= int64(cur.Len()); left < 0 || len(list) >= 4*lim.Cells {
			return errs.NewInvalid("sheet_bomb").With("max", megabytes(lim.Unpacked))
		}
		list = append(list, unescape(cur.String()))
		cur.Reset()
		return nil
	})
	return list, err
}

// textCollector gathers the <t> of a rich or plain text and skips <rPh>.
type textCollector struct {
	inText   bool
	phonetic int
}

func (c *textCollector) feed(t xml.Token, to *strings.Builder) {
	switch t := t.(type) {
	case xml.StartElement:
		c.inText = t.Name.Local == "t"
		if t.Name.Local == "rPh" {
			c.phonetic++
		}
	case xml.EndElement:
		c.inText = false
		if t.Name.Local == "rPh" {
			c.phonetic--
		}
	case xml.CharData:
		if c.inText && c.phonetic == 0 {
			to.Write(t)
		}
	}
}

// unescape undoes _x000D_, as the format writes characters that XML cannot hold.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if i+7 <= len(s) && s[i] == '_' && s[i+1] == 'x' && s[i+6] == '_' {
			if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil {
				b.WriteRune(rune(n))
				i += 7
				continue
			}
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}
