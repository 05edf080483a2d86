package app_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/app"
	"shelter/internal/backup"
	"shelter/internal/casework"
	"shelter/internal/casework/custody"
	"shelter/internal/errs"
)

// TestAnErasureReachesOlderBackups: a backup made before an erasure holds the key, so that the file opens after a restore; with the journal of the
// data folder, which no backup has, it is destroyed again, and so is a document. Nobody but the owner can do that.
func TestAnErasureReachesOlderBackups(t *testing.T) {
	t.Parallel()
	l := (&lab{t: t}).staffed()
	l.worker.back()
	worker := l.actor(l.worker, l.a, access.CaseWorker)
	whole, part := uuid.MustParse(l.id()), uuid.MustParse(strings.TrimPrefix(l.worker.newFile("Autre", "Personne"), "/cases/"))
	for _, id := range []uuid.UUID{whole, part} {
		for range 2 {
			l.must(l.Casework.Attach(l.ctx, worker, id, casework.AttachInput{Key: uuid.New(), Kind: "medical", Name: "Zgolli.pdf", Data: []byte("%PDF-x")}))
		}
	}
	key, journal := l.keyPair(), filepath.Join(l.Config.Data, app.ErasureFile)
	var older bytes.Buffer
	_, err := backup.Write(l.ctx, &older, backup.Source{OwnerURL: l.db.URLs.Owner, Data: l.Config.Data, Folders: app.BackupFolders()}, time.Now(), key.Recipient())
	l.must(err)

	boss := l.actor(l.of(l.a, "Chef", access.CaseSupervisor), l.a, access.CaseSupervisor)
	officer := l.colleague("Garde", access.ProtectionOfficer).ID
	v, err := l.Casework.View(l.ctx, worker, part)
	l.must(err)
	gone := v.Attachments[0].ID
	l.must(l.Casework.LockAttachment(l.ctx, worker, part, gone, "x"))
	end, err := l.Casework.EndAttachment(l.ctx, boss, part, gone)
	l.must(err)
	l.finish(boss, officer, end)
	l.must(l.Casework.SetState(l.ctx, boss, whole, casework.Move{To: casework.Closed, Reason: "withdrew", On: l.today(), Note: "fin"}))
	l.must(l.Casework.LockFile(l.ctx, boss, whole, casework.LockInput{Key: uuid.New(), Scope: "file", Ground: "request"}))
	l.finish(boss, officer, uuid.MustParse(l.ofCases("SELECT id::text FROM cases.erasure WHERE scope = 'file'")))
	l.must(l.SealCases(l.ctx))
	l.must(l.SealCases(l.ctx))
	list, err := app.Erasures(journal)
	l.must(err)
	if len(list) != 2 || list[0].Whole() || len(list[0].Documents) != 1 || list[0].Documents[0] != gone || !list[1].Whole() || list[1].CaseID != whole {
		t.Fatalf("the journal holds %+v", list)
	}

	folder := t.TempDir()
	d, err := l.restored(older.Bytes(), key, folder)
	l.must(err)
	k, err := custody.Open(filepath.Join(folder, app.KeyFolder))
	l.must(err)
	s := casework.New(d.Cases(), casework.Options{Keys: k, Now: l.Now})
	if _, err := s.View(l.ctx, worker, whole); err != nil {
		t.Fatalf("before the journal: %v", err)
	}
	if _, err := d.Cases().Pool().Exec(l.ctx, "SELECT cases.destroy_again($1, true, '{}', $1, now())", whole); err == nil {
		t.Error("the login of the cases repeats an erasure")
	}
	for want := range 2 {
		if n, err := app.DestroyAgain(l.ctx, d.URLs.Owner, list); err != nil || n != 2-2*want {
			t.Errorf("%d erased again, %v", n, err)
		}
	}
	if _, err := s.View(l.ctx, worker, whole); !errs.Is(err, errs.Conflict) {
		t.Errorf("after the journal the file opens: %v", err)
	}
	if l, err := s.List(l.ctx, worker, casework.Filter{Query: "Khadija Zgolli"}); err != nil || l.Total != 0 {
		t.Errorf("found %d, %v", l.Total, err)
	}
	after, err := s.View(l.ctx, worker, part)
	l.must(err)
	for _, a := range after.Attachments {
		if erased := a.State == "erased"; erased != (a.ID == gone) || erased != (a.Title == "") {
			t.Errorf("%+v", a)
		}
	}
	l.must(os.WriteFile(journal, []byte("{\n"), 0o600))
	if _, err := app.Erasures(journal); !errs.Is(err, errs.Invalid) {
		t.Errorf("a damaged journal: %v", err)
	}
}

// finish does an erasure with minutes and an officer's settings, without the officer's code.
func (l *lab) finish(boss access.Actor, officer uuid.UUID, erasure uuid.UUID) {
	l.t.Helper()
	in := casework.MinutesInput{On: l.today(), Bailiff: "x", Number: "1", Expert: "x", Name: "pv.pdf", Data: []byte("%PDF-x")}
	l.must(l.Casework.KeepMinutes(l.ctx, boss, erasure, in))
	tx, err := l.CasesDB.Pool().Begin(l.ctx)
	l.must(err)
	defer func() { _ = tx.Rollback(l.ctx) }()
	_, err = tx.Exec(l.ctx, "SELECT set_config('cases.actor', $1, true), set_config('cases.officer', 'on', true)", officer.String())
	l.must(err)
	_, err = tx.Exec(l.ctx, "SELECT cases.destroy($1)", erasure)
	l.must(err)
	l.must(tx.Commit(l.ctx))
}
