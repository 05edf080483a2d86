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

	"shelter/internal/casework"
	"shelter/internal/errs"
)

// HeadFile is the file of the data folder that keeps the signed ends of the case audit, a line of JSON each. A copy of it on
// another machine is what an attacker of this one cannot reach.
const HeadFile = "audit/heads.jsonl"

// sealEvery is how often the case audit is sealed, and retainEvery how often what is past its time is locked.
const (
	sealEvery   = time.Second
	retainEvery = time.Hour
)

// sealCases seals the case audit until ctx ends, and once more then; and locks what is past its time.
func (a *App) sealCases(ctx context.Context) {
	if a.Casework == nil {
		return
	}
	tick := time.NewTicker(sealEvery)
	defer tick.Stop()
	retain := time.NewTicker(retainEvery)
	defer retain.Stop()
	a.lockNow(ctx)
	for {
		a.sealNow(ctx)
		select {
		case <-ctx.Done():
			a.sealNow(ctx)
			return
		case <-retain.C:
			a.lockNow(ctx)
		case <-tick.C:
		}
	}
}

func (a *App) lockNow(ctx context.Context) {
	if err := a.keepErasures(ctx); err != nil {
		a.Log.Error("journal of erasures", "err", err)
	}
	if n, err := a.Casework.LockDue(ctx); err != nil {
		a.Log.Error("retention", "err", err)
	} else if n > 0 {
		a.Log.Info("retention", "locked", n)
	}
}

// sealNow seals what waits, also while the process ends.
func (a *App) sealNow(ctx context.Context) {
	if err := a.SealCases(context.WithoutCancel(ctx)); err != nil {
		a.Log.Error("audit seal", "err", err)
	}
}

// SealCases seals everything that waits and keeps the new ends in HeadFile, and what was erased in ErasureFile.
func (a *App) SealCases(ctx context.Context) error {
	if a.Casework == nil {
		return nil
	}
	for {
		h, ok, err := a.Casework.Seal(ctx)
		if err != nil || !ok {
			return err
		}
		if err := errors.Join(a.keepHead(h), a.keepErasures(ctx)); err != nil {
			return err
		}
	}
}

func (a *App) keepHead(h casework.Head) error {
	return appendLine(filepath.Join(a.Config.Data, filepath.FromSlash(HeadFile)), h)
}

// Heads reads signed ends that were kept: of a file, or of HeadFile when none is named; none when that is not there yet.
func (a *App) Heads(file string) ([]casework.Head, error) {
	named := file != ""
	if !named {
		file = filepath.Join(a.Config.Data, filepath.FromSlash(HeadFile))
	}
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) && !named {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var heads []casework.Head
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var h casework.Head
		if err := json.Unmarshal(lines.Bytes(), &h); err != nil {
			return nil, errs.NewInvalid("case_error_heads").Because(fmt.Errorf("%s: %w", file, err))
		}
		heads = append(heads, h)
	}
	return heads, lines.Err()
}
