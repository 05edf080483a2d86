// Package backup writes a consistent, encrypted copy of everything and brings it back: every table through COPY in one
// snapshot, with the schema's version and a checksum for each part, and the files and keys of the data folder, encrypted by
// age. It needs no client programs of PostgreSQL.
//
// Invariants: nothing is readable without the identity; a restore fills an empty database only, and all of it or nothing; an
// older backup is restored into its own schema and then migrated; a backup of a newer program is refused.
package backup

import (
	"bufio"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"filippo.io/age"
	"github.com/jackc/pgx/v5"

	"shelter/internal/db"
	"shelter/internal/errs"
)

// Source is what a backup is made of.
type Source struct {
	OwnerURL string
	Data     string   // the data folder
	Folders  []string // folders of the data folder that go along, as "keys"
}

// Summary counts what a backup holds.
type Summary struct {
	Tables int   `json:"tables"`
	Files  int   `json:"files"`
	Bytes  int64 `json:"bytes"` // before compression
}

// Write writes a backup for those who hold the recipients' identities.
func Write(ctx context.Context, w io.Writer, src Source, now time.Time, to ...age.Recipient) (Summary, error) {
	enc, err := age.Encrypt(w, to...)
	if err != nil {
		return Summary{}, err
	}
	zip := gzip.NewWriter(enc)
	out := &writer{w: bufio.NewWriterSize(zip, chunk)}
	if err := out.all(ctx, src, now); err != nil {
		return Summary{}, err
	}
	for _, done := range []func() error{out.w.Flush, zip.Close, enc.Close} {
		if err := done(); err != nil {
			return Summary{}, err
		}
	}
	return out.sum, nil
}

type writer struct {
	w     *bufio.Writer
	sum   Summary
	parts int
}

func (o *writer) all(ctx context.Context, src Source, now time.Time) error {
	conn, err := pgx.Connect(ctx, src.OwnerURL)
	if err != nil {
		return db.Translate(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return db.Translate(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	if err := o.database(ctx, tx, now); err != nil {
		return err
	}
	for _, folder := range src.Folders {
		if err := o.folder(src.Data, folder); err != nil {
			return err
		}
	}
	return writeLine(o.w, head{Kind: "end", Parts: o.parts})
}

func (o *writer) database(ctx context.Context, tx pgx.Tx, now time.Time) error {
	if _, err := tx.Exec(ctx, "SELECT set_config('cases.copying', 'on', true)"); err != nil { // row-level security shows the owner nothing otherwise
		return err
	}
	names, err := applied(ctx, tx)
	if err != nil {
		return err
	}
	seqs, err := sequences(ctx, tx)
	if err != nil {
		return err
	}
	list, err := tables(ctx, tx)
	if err != nil {
		return err
	}
	if _, err := o.w.WriteString(magic); err != nil {
		return err
	}
	if err := writeLine(o.w, head{Kind: "start", Migrations: names, Made: now.UTC().Format(time.RFC3339), Sequences: seqs}); err != nil {
		return err
	}
	for _, t := range list {
		if err := o.table(ctx, tx, t); err != nil {
			return fmt.Errorf("backup: table %s.%s: %w", t.Schema, t.Name, err)
		}
	}
	return nil
}

func applied(ctx context.Context, tx pgx.Tx) ([]string, error) {
	rows, err := tx.Query(ctx, "SELECT name FROM public.bun_migrations ORDER BY name")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

func (o *writer) table(ctx context.Context, tx pgx.Tx, t table) error {
	o.sum.Tables++
	return o.part(head{Kind: "table", Table: &t}, func(w io.Writer) error {
		_, err := tx.Conn().PgConn().CopyTo(ctx, w, t.copySQL("TO STDOUT"))
		return err
	})
}

func (o *writer) part(h head, fill func(io.Writer) error) error {
	o.parts++
	if err := writeLine(o.w, h); err != nil {
		return err
	}
	c := newChunks(o.w)
	if err := fill(c); err != nil {
		return err
	}
	o.sum.Bytes += c.n
	return c.close()
}

// folder adds the regular files of a folder; a folder that is not there adds nothing.
func (o *writer) folder(data, folder string) error {
	err := filepath.WalkDir(filepath.Join(data, folder), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(data, path)
		if err != nil {
			return err
		}
		o.sum.Files++
		return o.part(head{Kind: "file", File: filepath.ToSlash(rel)}, func(w io.Writer) error { return copyFile(w, path) })
	})
	if os.IsNotExist(err) {
		return nil
	}
	return err
}

func copyFile(w io.Writer, path string) error {
	f, err := os.Open(path) //nolint:gosec // a file of the data folder, found by walking it
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	_, err = io.Copy(w, f)
	return err
}

// unknown gives the migrations of a backup that the program does not have.
func unknown(names []string) []string {
	have := db.Names()
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return slices.Contains(have, n) })
}

func tooNew(names []string) error {
	if more := unknown(names); len(more) > 0 {
		return errs.NewInvalid("backup_too_new").With("migration", more[0])
	}
	return nil
}
