package report

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/uptrace/bun"

	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/sheet"
)

// MIME is the media type of the exports.
const MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// File is a finished export, complete on this machine's disk until it is closed.
type File struct {
	Name     string // ASCII, as W-2026-014-presences-fr.xlsx
	Title    string // the same in the reader's language, as W-2026-014-présences-fr.xlsx
	Size     int64  // bytes
	Rows     int    // rows of data
	Checksum string // SHA-256 of the rows of data, hexadecimal; see the read-me of the file

	f *os.File
}

// newFile writes a workbook to a temporary file that only this account can read, and closes it.
func newFile(w *sheet.Workbook, name, title string) (*File, error) {
	defer func() { _ = w.Close() }()
	tmp, err := os.CreateTemp("", "shelter-export-*.xlsx")
	if err != nil {
		return nil, fmt.Errorf("temporary file: %w", err)
	}
	f := &File{Name: name, Title: title, f: tmp}
	if f.Size, err = w.WriteTo(tmp); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// handOut writes a workbook to a file with the names, the rows and the checksum given, records that it leaves the house, and only
// then lets go of it.
func handOut(ctx context.Context, d *db.DB, w *sheet.Workbook, as File, e audit.Entry) (*File, error) {
	f, err := newFile(w, as.Name, as.Title)
	if err != nil {
		return nil, errs.Wrap(err, "report: "+e.Action)
	}
	f.Rows, f.Checksum = as.Rows, as.Checksum
	if err := d.InTx(ctx, func(ctx context.Context, tx bun.Tx) error { return audit.Record(ctx, tx, e) }); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Close removes the file. A second call does nothing.
func (f *File) Close() {
	if f.f != nil {
		_ = f.f.Close()
		_ = os.Remove(f.f.Name())
		f.f = nil
	}
}

// WriteTo copies the whole file; it can be called again.
func (f *File) WriteTo(w io.Writer) (int64, error) {
	if f.f == nil {
		return 0, errors.New("report: the file is closed")
	}
	return io.Copy(w, io.NewSectionReader(f.f, 0, f.Size))
}

// Save copies the file to a path.
func (f *File) Save(path string) error {
	return WriteWhole(path, func(w io.Writer) error {
		_, err := f.WriteTo(w)
		return err
	})
}

// WriteWhole writes a file that only its owner can read: what stood at the path before is replaced as a whole or stays.
func WriteWhole(path string, write func(io.Writer) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	if err = write(tmp); err == nil {
		err = tmp.Sync()
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
