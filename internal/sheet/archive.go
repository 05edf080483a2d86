package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"

	"shelter/internal/errs"
)

// archive is an .xlsx as a set of named parts, checked before anything is unpacked.
type archive struct{ parts map[string]*zip.File }

func openArchive(data []byte, lim Limits) (*archive, error) {
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, errs.NewInvalid("sheet_damaged").Because(err)
	}
	if len(zr.File) > lim.Parts {
		return nil, errs.NewInvalid("sheet_too_many_parts").With("max", lim.Parts)
	}
	a := &archive{parts: make(map[string]*zip.File, len(zr.File))}
	var total uint64
	for _, f := range zr.File {
		if err := checkPart(f, lim); err != nil {
			return nil, err
		}
		if total += f.UncompressedSize64; total > uint64(lim.Unpacked) {
			return nil, errs.NewInvalid("sheet_bomb").With("max", megabytes(lim.Unpacked))
		}
		a.parts[partName(f.Name)] = f
	}
	return a, a.checkFormat()
}

func checkPart(f *zip.File, lim Limits) error {
	const small = 1 << 20
	switch {
	case f.Flags&1 != 0:
		return errs.NewInvalid("sheet_encrypted")
	case f.UncompressedSize64 > uint64(lim.Unpacked),
		f.UncompressedSize64 > small && f.UncompressedSize64/uint64(lim.Ratio) > f.CompressedSize64:
		return errs.NewInvalid("sheet_bomb").With("max", megabytes(lim.Unpacked))
	}
	return nil
}

// checkFormat tells a workbook from the other archives that programs make.
func (a *archive) checkFormat() error {
	switch {
	case a.parts["xl/workbook.xml"] != nil:
		return nil
	case a.parts["xl/workbook.bin"] != nil, a.parts["content.xml"] != nil && a.parts["mimetype"] != nil:
		return errs.NewInvalid("sheet_old_format")
	case a.parts["_rels/.rels"] != nil && a.parts["word/document.xml"] == nil && a.parts["ppt/presentation.xml"] == nil:
		return nil // a workbook may lie elsewhere; the relations say where
	}
	return errs.NewInvalid("sheet_not_a_workbook")
}

// partName makes names of parts comparable: they are case-insensitive, and some programs write backslashes.
func partName(s string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean(strings.ReplaceAll(s, "\\", "/")), "/"))
}

// events calls fn for every start and end of an element and every text of a part. A part that is absent has none.
func (a *archive) events(name string, fn func(d *xml.Decoder, t xml.Token) error) error {
	f := a.parts[partName(name)]
	if f == nil {
		return nil
	}
	rc, err := f.Open()
	if err != nil {
		return errs.NewInvalid("sheet_damaged").Because(err)
	}
	defer rc.Close()
	d := xml.NewDecoder(rc)
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return errs.NewInvalid("sheet_damaged").Because(err)
		}
		if err := fn(d, t); err != nil {
			return err
		}
	}
}

func attr(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// attrTrue reads a boolean attribute as the format writes it.
func attrTrue(e xml.StartElement, local string) bool {
	v := attr(e, local)
	return v == "1" || v == "true" || v == "on"
}
