package backup

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"github.com/jackc/pgx/v5"

	"shelter/internal/db"
	"shelter/internal/errs"
)

// Target is where a backup goes: a database without people, and the data folder.
type Target struct {
	OwnerURL string
	Logins   db.Logins
	Data     string
	// Prepare makes the schema of the given migrations and whatever other tables the program needs.
	Prepare func(ctx context.Context, migrations []string) error
}

// Restore reads a backup into an empty database and the data folder. The schema is made as it was when the backup was
// written; migrating it further is the caller's next step.
func Restore(ctx context.Context, r io.Reader, to Target, ids ...age.Identity) (Summary, error) {
	dec, err := age.Decrypt(r, ids...)
	if err != nil {
		return Summary{}, decryptError(err)
	}
	zip, err := gzip.NewReader(dec)
	if err != nil {
		return Summary{}, damaged(err)
	}
	in := &reader{r: bufio.NewReaderSize(zip, chunk), to: to}
	if err := in.all(ctx); err != nil {
		return Summary{}, damaged(err)
	}
	return in.sum, nil
}

func decryptError(err error) error {
	var wrong *age.NoIdentityMatchError
	if errors.As(err, &wrong) {
		return errs.NewInvalid("backup_wrong_key").Because(err)
	}
	return errs.NewInvalid("backup_not_one").Because(err)
}

func damaged(err error) error {
	var own *errs.Error
	if errors.As(err, &own) {
		return err
	}
	if errors.Is(err, ErrDamaged) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) ||
		strings.Contains(err.Error(), "age:") || strings.Contains(err.Error(), "chunk") || errors.Is(err, io.EOF) {
		return errs.NewInvalid("backup_damaged").Because(err)
	}
	return err
}

type reader struct {
	r     *bufio.Reader
	to    Target
	sum   Summary
	parts int
	files []string // written beside their places until the database has committed
}

func (in *reader) all(ctx context.Context) error {
	start, err := in.start()
	if err != nil {
		return err
	}
	if err := in.to.Prepare(ctx, start.Migrations); err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, in.to.OwnerURL)
	if err != nil {
		return db.Translate(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		return unforced(ctx, tx, func() error { return in.fill(ctx, tx, start) })
	})
	if err != nil {
		in.dropFiles()
		return err
	}
	return in.placeFiles()
}

// unforced lifts the forced row-level security, under which nothing can be copied in, and puts it back in the same transaction.
func unforced(ctx context.Context, tx pgx.Tx, fill func() error) error {
	rows, err := tx.Query(ctx, "SELECT oid::regclass::text FROM pg_class WHERE relforcerowsecurity AND relkind = 'r' ORDER BY 1")
	if err != nil {
		return err
	}
	forced, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, t := range forced {
		if _, err := tx.Exec(ctx, "ALTER TABLE "+t+" NO FORCE ROW LEVEL SECURITY"); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('cases.copying', 'on', true)"); err != nil { // what was right then is not judged by today's date
		return err
	}
	if err := fill(); err != nil {
		return err
	}
	for _, t := range forced {
		if _, err := tx.Exec(ctx, "ALTER TABLE "+t+" FORCE ROW LEVEL SECURITY"); err != nil {
			return err
		}
	}
	return nil
}

func (in *reader) start() (head, error) {
	line := make([]byte, len(magic))
	if _, err := io.ReadFull(in.r, line); err != nil || string(line) != magic {
		return head{}, errs.NewInvalid("backup_not_one")
	}
	var h head
	if err := readLine(in.r, &h); err != nil {
		return head{}, err
	}
	if h.Kind != "start" {
		return head{}, ErrDamaged
	}
	return h, tooNew(h.Migrations)
}

func (in *reader) fill(ctx context.Context, tx pgx.Tx, start head) error {
	if err := emptyDatabase(ctx, tx); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "SET CONSTRAINTS ALL DEFERRED"); err != nil {
		return err
	}
	for {
		var h head
		if err := readLine(in.r, &h); err != nil {
			return err
		}
		switch {
		case h.Kind == "table" && h.Table != nil:
			if err := in.table(ctx, tx, *h.Table); err != nil {
				return err
			}
		case h.Kind == "file":
			if err := in.file(h.File); err != nil {
				return err
			}
		case h.Kind == "end" && h.Parts == in.parts:
			return setSequences(ctx, tx, start.Sequences)
		default:
			return ErrDamaged
		}
		in.parts++
	}
}

// emptyDatabase refuses a database with people in it, and takes out what the migrations put in, so that the backup's rows
// take its place.
func emptyDatabase(ctx context.Context, tx pgx.Tx) error {
	var people int
	if err := tx.QueryRow(ctx, "SELECT count(*) FROM (SELECT 1 FROM org.person LIMIT 1) p").Scan(&people); err != nil {
		return err
	}
	if people > 0 {
		return errs.NewConflict("backup_not_empty")
	}
	list, err := tables(ctx, tx)
	if err != nil {
		return err
	}
	for i := len(list) - 1; i >= 0; i-- {
		if _, err := tx.Exec(ctx, "DELETE FROM "+list[i].ident()); err != nil {
			return fmt.Errorf("backup: empty %s.%s: %w", list[i].Schema, list[i].Name, err)
		}
	}
	return nil
}

func (in *reader) table(ctx context.Context, tx pgx.Tx, t table) error {
	c := newContent(in.r)
	if _, err := tx.Conn().PgConn().CopyFrom(ctx, c, t.copySQL("FROM STDIN")); err != nil {
		return fmt.Errorf("backup: table %s.%s: %w", t.Schema, t.Name, err)
	}
	in.sum.Tables++
	in.sum.Bytes += c.n
	return nil
}

const beside = ".restoring"

// file writes a file beside its place; a name that leads out of the data folder is a damaged backup.
func (in *reader) file(name string) error {
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return ErrDamaged
	}
	path := filepath.Join(in.to.Data, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path+beside, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	c := newContent(in.r)
	_, err = io.Copy(f, c)
	in.files = append(in.files, path)
	in.sum.Files++
	in.sum.Bytes += c.n
	return errors.Join(err, f.Close())
}

func (in *reader) placeFiles() error {
	for _, path := range in.files {
		if err := os.Rename(path+beside, path); err != nil {
			return err
		}
	}
	return nil
}

func (in *reader) dropFiles() {
	for _, path := range in.files {
		_ = os.Remove(path + beside)
	}
}

func setSequences(ctx context.Context, tx pgx.Tx, values map[string]int64) error {
	for name, last := range values {
		if _, err := tx.Exec(ctx, "SELECT setval($1::regclass, $2)", name, last); err != nil {
			return fmt.Errorf("backup: sequence %s: %w", name, err)
		}
	}
	return nil
}
