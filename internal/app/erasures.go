package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shelter/internal/casework"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// ErasureFile is the journal of the data folder that keeps what was erased, a line of JSON each, ids alone. No backup takes it along: the one of
// today says what a restore of an older backup has to destroy again.
const ErasureFile = "audit/erasures.jsonl"

// keepErasures adds to ErasureFile what was erased since its last line.
func (a *App) keepErasures(ctx context.Context) error {
	path := filepath.Join(a.Config.Data, filepath.FromSlash(ErasureFile))
	kept, err := Erasures(path)
	if err != nil {
		return err
	}
	known, since := map[uuid.UUID]bool{}, time.Time{}
	for i := range kept {
		known[kept[i].Erasure], since = true, kept[i].At
	}
	list, err := a.Casework.EndedSince(ctx, since)
	if err != nil {
		return err
	}
	for i := range list {
		if known[list[i].Erasure] {
			continue
		}
		if err := appendLine(path, &list[i]); err != nil {
			return err
		}
	}
	return nil
}

// appendLine adds one value as a line of JSON, and is done when it is on the disk.
func appendLine(path string, v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600) //nolint:gosec // a file of the data folder
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	return errors.Join(err, f.Sync(), f.Close())
}

// Erasures reads a journal of erasures; none when it is not there.
func Erasures(path string) (list []casework.Ended, err error) {
	data, err := os.ReadFile(path) //nolint:gosec // named by whoever runs the command
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, len(data)+1)
	for lines.Scan() {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var e casework.Ended
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil || e.CaseID == uuid.Nil {
			return nil, errs.NewInvalid("backup_erasures_damaged").With("name", filepath.Base(path)).Because(err)
		}
		list = append(list, e)
	}
	return list, lines.Err()
}

// DestroyAgain repeats erasures in a database that was restored from an older backup, as its owner, all or none: it gives how many had come back.
func DestroyAgain(ctx context.Context, ownerURL string, list []casework.Ended) (n int, err error) {
	conn, err := pgx.Connect(ctx, ownerURL)
	if err != nil {
		return 0, db.Translate(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		for i := range list {
			e, back := &list[i], false
			if err := tx.QueryRow(ctx, "SELECT cases.destroy_again($1, $2, $3, $4, $5)", e.CaseID, e.Whole(), e.Documents, e.ByID, e.At).Scan(&back); err != nil {
				return fmt.Errorf("app: erase %s again: %w", e.Erasure, err)
			}
			if back {
				n++
			}
		}
		return nil
	})
	return n, err
}
