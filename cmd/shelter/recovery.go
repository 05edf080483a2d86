package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"shelter/internal/access"
	"shelter/internal/app"
	"shelter/internal/casework/custody"
	"shelter/internal/errs"
)

type casesCmd struct {
	Recovery recoveryCmd    `cmd:"" help:"The three recovery shares of the case keys, of which two are needed."`
	Rotate   casesRotateCmd `cmd:"" help:"Wrap the key of every case with a new key, while servers go on."`
}

type casesRotateCmd struct {
	JSON bool `name:"json" help:"One JSON document on standard output."`
}

// Run makes a new wrapping key.
func (c casesRotateCmd) Run(r *run) error {
	return r.with(func(a *app.Running) error {
		n, err := a.RotateCaseKeys(r.ctx)
		if err != nil {
			return err
		}
		return r.result(c.JSON, map[string]int{"cases": n}, r.loc.N("case_rotated", n))
	})
}

type recoveryCmd struct {
	Make    recoveryMakeCmd    `cmd:"" help:"Make three shares and print each once, for its holder."`
	Drill   recoveryDrillCmd   `cmd:"" help:"Prove that two shares open a case; they are read from standard input, one a line."`
	Restore recoveryRestoreCmd `cmd:"" help:"Put a lost key file back with two shares, read from standard input, one a line."`
}

type recoveryMakeCmd struct {
	Again bool `help:"Replace the shares that there are; those open nothing afterwards."`
}

// Run prints the shares one after the other; on a terminal it waits, and clears the screen, between two holders.
func (c recoveryMakeCmd) Run(r *run) error {
	var shares []string
	err := r.with(func(a *app.Running) error {
		if a.Casework == nil {
			return errs.NewInvalid("app_cases_url_missing")
		}
		keys, err := custody.Open(keyFolder(r))
		if err != nil {
			return err
		}
		if shares, err = keys.MakeRecovery(c.Again); err != nil {
			return err
		}
		return a.Casework.NoteShares(r.ctx, access.System("cli"))
	})
	if err != nil {
		return err
	}
	return hand(r, os.Stdin, shares, terminal(os.Stdin))
}

func hand(r *run, in io.Reader, shares []string, wait bool) error {
	lines := bufio.NewScanner(in)
	for i, s := range shares {
		fmt.Fprintf(r.out, "%s\n%s\n\n", r.loc.T("case_share_head", "n", i+1), s)
		if wait {
			fmt.Fprint(r.errOut, r.loc.T("case_share_next"))
			lines.Scan()
			fmt.Fprint(r.out, "\x1b[H\x1b[2J\x1b[3J")
		}
	}
	fmt.Fprintln(r.errOut, r.loc.T("case_share_done"))
	return lines.Err()
}

type recoveryDrillCmd struct {
	JSON bool `name:"json" help:"One JSON document on standard output."`
}

// drilled is what a drill shows.
type drilled struct {
	OK    bool `json:"ok"`
	Cases int  `json:"cases"` // opened; 0 when there is none to try
}

// Run opens a case with two shares and writes nothing but an entry in the log.
func (c recoveryDrillCmd) Run(r *run) error {
	shares, err := readShares(r, os.Stdin)
	if err != nil {
		return err
	}
	keys, err := custody.OpenRecovery(keyFolder(r), shares)
	if err != nil {
		return err
	}
	return r.drill(c.JSON, keys, "case_share_drilled")
}

type recoveryRestoreCmd struct {
	JSON bool `name:"json" help:"One JSON document on standard output."`
}

// Run writes the key file, where there is none, and proves that a case opens with it.
func (c recoveryRestoreCmd) Run(r *run) error {
	shares, err := readShares(r, os.Stdin)
	if err != nil {
		return err
	}
	keys, err := custody.RestoreRecovery(keyFolder(r), shares)
	if err != nil {
		return err
	}
	return r.drill(c.JSON, keys, "case_share_restored")
}

func (r *run) drill(asJSON bool, keys *custody.Keys, text string) error {
	return r.with(func(a *app.Running) error {
		if a.Casework == nil {
			return errs.NewInvalid("app_cases_url_missing")
		}
		n, err := a.Casework.Drill(r.ctx, access.System("cli"), keys)
		if err != nil {
			return err
		}
		return r.result(asJSON, drilled{OK: true, Cases: n}, r.loc.T(text, "n", n))
	})
}

func keyFolder(r *run) string { return filepath.Join(r.cfg.Data, app.KeyFolder) }

// readShares reads until the end, or until an empty line.
func readShares(r *run, in io.Reader) ([]string, error) {
	if terminal(in) {
		fmt.Fprintln(r.errOut, r.loc.T("case_share_ask"))
	}
	var list []string
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		s := strings.TrimSpace(lines.Text())
		if s == "" && len(list) > 0 {
			break
		}
		if s != "" {
			list = append(list, s)
		}
	}
	return list, lines.Err()
}

func terminal(in io.Reader) bool {
	f, ok := in.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
