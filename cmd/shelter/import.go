package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"

	"shelter/internal/access"
	"shelter/internal/app"
	"shelter/internal/ingest"
	"shelter/internal/sheet"
)

type importCmd struct {
	Participants importParticipantsCmd `cmd:"" help:"Enrol the people of an .xlsx or CSV list in a workshop, all of them or nobody."`
	Questions    importQuestionsCmd    `cmd:"" help:"Bring questions into the bank as drafts; what cannot be kept is listed."`
	Logframe     importLogframeCmd     `cmd:"" help:"Load the plan of the project from a workbook, all of it or nothing."`
}

type importParticipantsCmd struct {
	File     string `arg:"" help:"The list."`
	Workshop string `required:"" help:"Code of the workshop, as W-2026-014."`
	DryRun   bool   `help:"Only say what would happen."`
	JSON     bool   `name:"json" help:"One JSON document on standard output."`
}

// Run checks every row, enrols all the people or nobody, and prints the report.
func (c importParticipantsCmd) Run(r *run) error {
	f, err := listFile(c.File)
	if err != nil {
		return err
	}
	return r.with(func(a *app.Running) error {
		res, err := a.Ingest.Participants(r.ctx, access.System("cli"), f, c.Workshop, c.DryRun)
		if err != nil {
			return err
		}
		rep := res.Report(r.loc)
		if err := r.result(c.JSON, rep, c.text(r, rep, res.Refused())); err != nil {
			return err
		}
		if res.Refused() {
			return errRefused
		}
		return nil
	})
}

// listFile reads a list, and of a file that is too large only as much as shows that it is.
func listFile(path string) (ingest.File, error) {
	f, err := os.Open(path) //nolint:gosec // the reader of the command names the file
	if err != nil {
		return ingest.File{}, err
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, sheet.DefaultLimits().Bytes+1))
	return ingest.File{Name: path, Data: data}, err
}

// text is the report for people: what was found, the issues as a table, and what was done.
func (c importParticipantsCmd) text(r *run, rep ingest.Report, refused bool) string {
	var b strings.Builder
	fmt.Fprintln(&b, r.loc.T("import_cli_where", "sheet", orDash(rep.Sheet), "row", orDash(positive(rep.HeaderRow))))
	fmt.Fprintln(&b, r.loc.T("import_cli_counts", "rows", rep.Rows, "valid", rep.Valid, "invalid", rep.Invalid, "duplicates", rep.Duplicates))
	if len(rep.Issues) > 0 {
		fmt.Fprintln(&b)
		w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		fmt.Fprintf(w, "%s\t%s\t\t%s\n", r.loc.T("import_col_row"), r.loc.T("import_col_column"), r.loc.T("import_col_message"))
		for _, i := range rep.Issues {
			fmt.Fprintf(w, "%d\t%s\t%s\t%s\n", i.Row, i.Column, r.loc.T(i.Level.LabelKey()), i.Message)
		}
		_ = w.Flush() // a strings.Builder takes everything
		fmt.Fprintln(&b)
	}
	switch {
	case refused:
		b.WriteString(r.loc.N("import_refused", rep.Invalid))
	case c.DryRun:
		b.WriteString(r.loc.T("import_cli_dry"))
	default:
		b.WriteString(r.loc.N("import_cli_created", rep.Created))
	}
	return b.String()
}

func positive(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
