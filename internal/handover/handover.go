// Package handover writes what the ministry takes over when the project ends: the data of the training side in open formats with
// their dictionary, the courses, the questions, the logframe and the signed sheets.
//
// Invariants: what is written is listed in tables.toml, column by column, and every other table stands there with the reason why
// it is left out; nothing of a case can be read, because the login of the training side cannot; the folder is there whole or not
// at all.
package handover

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/jackc/pgx/v5"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
)

//go:embed tables.toml
var tablesTOML string

//go:embed readme.fr.md
var readmeFR string

//go:embed readme.ar.md
var readmeAR string

// Dictionary is what is handed over and what is not.
type Dictionary struct {
	Tables  []Table           `toml:"table"`
	LeftOut map[string]string `toml:"left_out"` // by table: why
}

// Table is one file of data.
type Table struct {
	File     string
	FR, AR   string   // what it holds
	From     []string // the tables of the database that it stands for
	Contacts []string // columns that are empty unless contacts are asked for
	SQL      string
	Columns  map[string]string // what each column says
}

// Tables reads the dictionary that is built in.
func Tables() (Dictionary, error) {
	var d Dictionary
	_, err := toml.Decode(tablesTOML, &d)
	return d, err
}

// Writer writes one file under a name, whole.
type Writer func(w io.Writer) error

// Options say what is handed over.
type Options struct {
	Dir      string
	Contacts bool              // phones and mail addresses too
	Version  string            // of the program
	Extra    map[string]Writer // further files by their path in the folder, such as questions/questions.xlsx
	Now      time.Time
}

// Result counts what was written.
type Result struct {
	Tables int `json:"tables"`
	Rows   int `json:"rows"`
	Files  int `json:"files"`
}

// Write makes the folder; it must not be there, or be empty. For the command line, whose use is the machine's owner's: audited.
func Write(ctx context.Context, d *db.DB, actor access.Actor, o Options) (Result, error) {
	var res Result
	if list, err := os.ReadDir(o.Dir); err == nil && len(list) > 0 {
		return res, errs.NewConflict("handover_not_empty").With("dir", o.Dir)
	}
	dict, err := Tables()
	if err != nil {
		return res, err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(filepath.Clean(o.Dir)), ".handover-")
	if err != nil {
		return res, err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	f := &folder{dir: tmp, sums: map[string]string{}}
	if err := f.fill(ctx, d, dict, o, &res); err != nil {
		return res, err
	}
	res.Files = len(f.sums) + 1
	err = audit.Record(ctx, d, audit.Entry{At: o.Now, Actor: actor, Action: "handover", Kind: "handover", Detail: map[string]any{"rows": res.Rows, "files": res.Files, "contacts": o.Contacts}})
	if err != nil {
		return res, err
	}
	_ = os.Remove(o.Dir) // an empty one
	return res, os.Rename(tmp, o.Dir)
}

// folder is what is being written, with the digest of each file.
type folder struct {
	dir  string
	sums map[string]string
}

func (f *folder) fill(ctx context.Context, d *db.DB, dict Dictionary, o Options, res *Result) error {
	if err := f.tables(ctx, d, dict, o, res); err != nil {
		return err
	}
	if err := f.courses(ctx, d); err != nil {
		return err
	}
	if err := f.papers(ctx, d); err != nil {
		return err
	}
	if err := f.scans(ctx, d); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(o.Extra)) {
		if err := f.write(name, o.Extra[name]); err != nil {
			return fmt.Errorf("handover: %s: %w", name, err)
		}
	}
	for name, text := range map[string]string{"LISEZMOI.md": readmeFR, "README.ar.md": readmeAR} {
		if err := f.write(name, text1(fmt.Sprintf(text, o.Now.Format(time.DateOnly), o.Version))); err != nil {
			return err
		}
	}
	var sums strings.Builder
	for _, name := range slices.Sorted(maps.Keys(f.sums)) {
		fmt.Fprintf(&sums, "%s  %s\n", f.sums[name], name)
	}
	return os.WriteFile(filepath.Join(f.dir, "SHA256SUMS"), []byte(sums.String()), 0o600)
}

func text1(s string) Writer {
	return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
}

// write makes one file and keeps its digest.
func (f *folder) write(name string, body Writer) (err error) {
	full := filepath.Join(f.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
		return err
	}
	out, err := os.OpenFile(full, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // a name of this package under a folder that it made
	if err != nil {
		return err
	}
	sum := sha256.New()
	if err := body(io.MultiWriter(out, sum)); err != nil {
		_ = out.Close()
		return err
	}
	f.sums[name] = hex.EncodeToString(sum.Sum(nil))
	return out.Close()
}

// tables writes the data as they are at one moment, and their dictionary.
func (f *folder) tables(ctx context.Context, d *db.DB, dict Dictionary, o Options, res *Result) error {
	p := pack{Name: "shelter", Title: "Projet SHELTER", Created: o.Now.UTC().Format(time.RFC3339), LeftOut: dict.LeftOut}
	tx, err := d.Pool().BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return db.Translate(err)
	}
	defer func() { _ = tx.Rollback(ctx) }()
	for i := range dict.Tables {
		t := &dict.Tables[i]
		var fields []field
		err := f.write("data/"+t.File+".csv", func(w io.Writer) (err error) {
			var n int
			fields, n, err = t.rows(ctx, tx, w, o.Contacts)
			res.Rows += n
			return err
		})
		if err != nil {
			return fmt.Errorf("handover: %s: %w", t.File, err)
		}
		res.Tables++
		p.add(t, fields)
	}
	return f.write("datapackage.json", func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", " ")
		return e.Encode(p)
	})
}

// rows writes a table's file and gives its columns.
func (t *Table) rows(ctx context.Context, tx pgx.Tx, w io.Writer, contacts bool) ([]field, int, error) {
	rows, err := tx.Query(ctx, t.SQL, pgx.QueryExecModeSimpleProtocol) // values come as text
	if err != nil {
		return nil, 0, db.Translate(err)
	}
	defer rows.Close()
	var fields []field
	out := csv.NewWriter(w)
	line := make([]string, len(rows.FieldDescriptions()))
	for i, c := range rows.FieldDescriptions() {
		line[i] = c.Name
		fields = append(fields, field{Name: c.Name, Type: typeOf(c.DataTypeOID), Description: t.Columns[c.Name], hidden: !contacts && slices.Contains(t.Contacts, c.Name)})
	}
	if err := out.Write(line); err != nil {
		return nil, 0, err
	}
	n := 0
	for rows.Next() {
		for i, raw := range rows.RawValues() {
			line[i] = fields[i].text(raw)
		}
		if err := out.Write(line); err != nil {
			return nil, 0, err
		}
		n++
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return nil, 0, err
	}
	return fields, n, db.Translate(rows.Err())
}

// courses writes the files of every published version as they were written, each version in a folder that "shelter content check"
// reads.
func (f *folder) courses(ctx context.Context, d *db.DB) error {
	rows, err := d.Pool().Query(ctx, "SELECT v.course, v.number, f.path, f.body FROM course.file f JOIN course.version v ON v.id = f.version_id ORDER BY v.course, v.number, f.path", pgx.QueryExecModeCacheStatement)
	if err != nil {
		return db.Translate(err)
	}
	defer rows.Close()
	for rows.Next() {
		var number int
		var code, name string
		var body []byte
		if err := rows.Scan(&code, &number, &name, &body); err != nil {
			return err
		}
		if err := f.write(path.Join("courses", fmt.Sprintf("%s-v%d", code, number), path.Clean("/"+name)), text1(string(body))); err != nil {
			return err
		}
	}
	return db.Translate(rows.Err())
}

// endings of what scans can be.
var endings = map[string]string{"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}

// scans writes the signed sheets that were scanned, by workshop; the names that people gave their files are not used.
func (f *folder) scans(ctx context.Context, d *db.DB) error {
	rows, err := d.Pool().Query(ctx, `SELECT e.code, s.mime, s.data, row_number() OVER (PARTITION BY e.id ORDER BY s.sent_at, s.id)
		FROM workshop.scan s JOIN workshop.event e ON e.id = s.event_id WHERE s.removed_at IS NULL ORDER BY e.code, s.sent_at, s.id`, pgx.QueryExecModeCacheStatement)
	if err != nil {
		return db.Translate(err)
	}
	return f.files(rows, "documents/")
}

// files writes rows of a folder's name, a media type, a content and a number.
func (f *folder) files(rows pgx.Rows, under string) error {
	defer rows.Close()
	for rows.Next() {
		var name, mime string
		var data []byte
		var n int
		if err := rows.Scan(&name, &mime, &data, &n); err != nil {
			return err
		}
		if err := f.write(fmt.Sprintf("%s%s/%03d%s", under, name, n, endings[mime]), text1(string(data))); err != nil {
			return err
		}
	}
	return db.Translate(rows.Err())
}

// papers writes the documents and photographs of the registers, by register and in the order in which they came, and the logos.
func (f *folder) papers(ctx context.Context, d *db.DB) error {
	rows, err := d.Pool().Query(ctx, `SELECT register, mime, data, row_number() OVER (PARTITION BY register ORDER BY sent_at, id)
		FROM programme.document WHERE removed_at IS NULL
		UNION ALL SELECT 'logos', 'image/png', data, row_number() OVER (ORDER BY position, id) FROM programme.logo WHERE removed_at IS NULL ORDER BY 1, 4`, pgx.QueryExecModeCacheStatement)
	if err != nil {
		return db.Translate(err)
	}
	return f.files(rows, "documents/projet-")
}
