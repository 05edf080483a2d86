package main

import (
	"fmt"
	"io"
	"os"

	"shelter/internal/errs"
	"shelter/internal/exam/stats"
)

type examCmd struct {
	Analyse examAnalyseCmd `cmd:"" help:"Statistics of the items and of the whole test, from a file of marks."`
	Prepost examPrepostCmd `cmd:"" help:"Comparison of a test before with the test after, from a file of scores."`
}

type examAnalyseCmd struct {
	File string `arg:"" help:"CSV: attempt,<item>,... ; the row whose attempt is max gives the maximum marks."`
	JSON bool   `name:"json" help:"One JSON document on standard output."`
}

// Run analyses marks that exist only on paper.
func (c examAnalyseCmd) Run(r *run) error {
	return analyse(r, c.File, c.JSON, stats.AnalyseCSV)
}

type examPrepostCmd struct {
	File string `arg:"" help:"CSV: code,pre,post ; the first row may be max,M,M."`
	JSON bool   `name:"json" help:"One JSON document on standard output."`
}

// Run compares scores before and after.
func (c examPrepostCmd) Run(r *run) error {
	return analyse(r, c.File, c.JSON, stats.PrePostCSV)
}

func analyse[T any](r *run, path string, asJSON bool, read func(io.Reader) (T, error)) error {
	f, err := os.Open(path) //nolint:gosec // the file that the user names
	if err != nil {
		return errs.NewInvalid("cli_no_file").With("name", path).Because(err)
	}
	defer func() { _ = f.Close() }()
	v, err := read(f)
	if err != nil {
		return err
	}
	if asJSON {
		return r.result(true, v, "")
	}
	return r.result(false, nil, fmt.Sprintf("%+v", v))
}
