package app

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shelter/internal/access"
	"shelter/internal/casework/custody"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// RotateCaseKeys adds a new wrapping key to the key file and wraps the data key of every case anew with it, as the owner of the tables: the login
// of the cases may write over no key. Servers go on meanwhile; a crash in between leaves keys that the older wrapping key opens.
func (r *Running) RotateCaseKeys(ctx context.Context) (n int, err error) {
	if r.Casework == nil {
		return 0, errs.NewInvalid("app_cases_url_missing")
	}
	keys, err := custody.Open(filepath.Join(r.Config.Data, KeyFolder))
	if err != nil {
		return 0, err
	}
	if err := keys.Rotate(); err != nil {
		return 0, err
	}
	if n, err = rewrap(ctx, r.Database.URLs.Owner, keys); err != nil {
		return n, err
	}
	return n, r.Casework.NoteRotation(ctx, access.System("cli"), n)
}

func rewrap(ctx context.Context, ownerURL string, keys *custody.Keys) (n int, err error) {
	conn, err := pgx.Connect(ctx, ownerURL)
	if err != nil {
		return 0, db.Translate(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('cases.copying', 'on', true)"); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, "SELECT case_id, version, wrapped FROM cases.data_key WHERE wrapped <> '' ORDER BY case_id, version FOR UPDATE")
		if err != nil {
			return err
		}
		list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[wrappedKey])
		if err != nil {
			return err
		}
		for _, k := range list {
			anew, err := keys.Rewrap(k.Wrapped, k.CaseID, k.Version)
			if err != nil {
				return fmt.Errorf("app: key of %s: %w", k.CaseID, err)
			}
			if _, err := tx.Exec(ctx, "UPDATE cases.data_key SET wrapped = $3 WHERE case_id = $1 AND version = $2", k.CaseID, k.Version, anew); err != nil {
				return err
			}
		}
		n = len(list)
		return nil
	})
	return n, err
}

type wrappedKey struct {
	CaseID  uuid.UUID
	Version int
	Wrapped []byte
}
