package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"shelter/internal/app"
	"shelter/internal/backup"
	"shelter/internal/casework"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/jobs"
)

// keySuffix names the file beside a backup in which its identity is left when no recipient was given.
const keySuffix = ".key"

type backupCmd struct {
	Output    string   `short:"o" required:"" help:"File to write."`
	Recipient []string `help:"age recipient who may read the backup (age1...); without one a key is made and left beside the file."`
	JSON      bool     `name:"json" help:"One JSON document on standard output."`
}

// Run writes a backup under a temporary name and moves it into place when it is whole.
func (c backupCmd) Run(r *run) error {
	to, identity, err := c.recipients()
	if err != nil {
		return err
	}
	d, err := app.Reach(r.ctx, r.cfg, r.log)
	if err != nil {
		return err
	}
	sum, err := c.write(r, d, to)
	err = errors.Join(err, d.Close(context.WithoutCancel(r.ctx)))
	if err != nil {
		return err
	}
	if identity != nil {
		if err := writePrivate(c.Output+keySuffix, identity.String()+"\n"); err != nil {
			return err
		}
		fmt.Fprintln(r.errOut, r.loc.T("backup_key_written", "name", c.Output+keySuffix))
	}
	return r.result(c.JSON, sum, fmt.Sprintf("%s: %d tables, %d bytes", c.Output, sum.Tables, sum.Bytes))
}

func (c backupCmd) recipients() ([]age.Recipient, *age.X25519Identity, error) {
	if len(c.Recipient) > 0 {
		to, err := age.ParseRecipients(strings.NewReader(strings.Join(c.Recipient, "\n")))
		if err != nil {
			return nil, nil, usageError{"--recipient: " + err.Error()}
		}
		return to, nil, nil
	}
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, nil, err
	}
	return []age.Recipient{id.Recipient()}, id, nil
}

func (c backupCmd) write(r *run, d *app.Database, to []age.Recipient) (backup.Summary, error) {
	if d.URLs.Owner == "" {
		return backup.Summary{}, errs.NewInvalid("app_owner_url_missing")
	}
	f, err := os.CreateTemp(filepath.Dir(c.Output), ".shelter-backup-*")
	if err != nil {
		return backup.Summary{}, err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	src := backup.Source{OwnerURL: d.URLs.Owner, Data: r.cfg.Data, Folders: app.BackupFolders()}
	sum, err := backup.Write(r.ctx, f, src, time.Now(), to...)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return sum, err
	}
	return sum, os.Rename(f.Name(), c.Output)
}

func writePrivate(path, text string) error {
	return os.WriteFile(path, []byte(text), 0o600)
}

type restoreCmd struct {
	File     string `arg:"" help:"Backup to read."`
	Identity string `help:"File with the age identity; default: the backup's name with .key behind it."`
	Erasures string `help:"Journal of what was erased since, which is erased again; default: audit/erasures.jsonl of the data folder."`
	JSON     bool   `name:"json" help:"One JSON document on standard output."`
}

// Run fills an empty installation from a backup and brings the schema up to date.
func (c restoreCmd) Run(r *run) error {
	ids, err := c.identities()
	if err != nil {
		return err
	}
	f, err := os.Open(c.File)
	if err != nil {
		return errs.NewInvalid("backup_not_one").Because(err)
	}
	defer func() { _ = f.Close() }()
	d, err := app.ReachUnmigrated(r.ctx, r.cfg, r.log)
	if err != nil {
		return err
	}
	journal, err := c.journal(r)
	if err != nil {
		return err
	}
	sum, err := c.restore(r, d, f, ids)
	again := 0
	if err == nil {
		again, err = app.DestroyAgain(r.ctx, d.URLs.Owner, journal)
	}
	if err := errors.Join(err, d.Close(context.WithoutCancel(r.ctx))); err != nil {
		return err
	}
	if len(journal) == 0 {
		fmt.Fprintln(r.errOut, r.loc.T("backup_no_erasures"))
	}
	return r.result(c.JSON, restoredSummary{sum, again}, fmt.Sprintf("%d tables, %d bytes, %d erased again", sum.Tables, sum.Bytes, again))
}

type restoredSummary struct {
	backup.Summary

	Erased int `json:"erased"` // erasures that the backup did not know, done again
}

// journal reads what was erased, before anything is restored: one that is damaged changes nothing.
func (c restoreCmd) journal(r *run) ([]casework.Ended, error) {
	if c.Erasures == "" {
		return app.Erasures(filepath.Join(r.cfg.Data, filepath.FromSlash(app.ErasureFile)))
	}
	if _, err := os.Stat(c.Erasures); err != nil {
		return nil, usageError{"--erasures: " + err.Error()}
	}
	return app.Erasures(c.Erasures)
}

func (c restoreCmd) restore(r *run, d *app.Database, f io.Reader, ids []age.Identity) (backup.Summary, error) {
	logins, err := d.Logins()
	if err != nil {
		return backup.Summary{}, err
	}
	to := backup.Target{OwnerURL: d.URLs.Owner, Logins: logins, Data: r.cfg.Data, Prepare: func(ctx context.Context, names []string) error {
		if err := db.MigrateOnly(ctx, d.URLs.Owner, logins, names); err != nil {
			return err
		}
		return jobs.Migrate(ctx, d.URLs.Owner)
	}}
	sum, err := backup.Restore(r.ctx, f, to, ids...)
	if err != nil {
		return sum, err
	}
	return sum, d.Migrate(r.ctx)
}

func (c restoreCmd) identities() ([]age.Identity, error) {
	path := c.Identity
	if path == "" {
		path = c.File + keySuffix
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errs.NewInvalid("backup_no_key").With("name", filepath.Base(c.File)+keySuffix)
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	ids, err := age.ParseIdentities(f)
	if err != nil {
		return nil, errs.NewInvalid("backup_wrong_key").Because(err)
	}
	return ids, nil
}
