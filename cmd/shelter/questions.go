package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"shelter/internal/access"
	"shelter/internal/app"
	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/exam/bank"
	"shelter/internal/exam/format"
	"shelter/internal/i18n"
	"shelter/internal/report"
)

type importQuestionsCmd struct {
	File   string `arg:"" help:"The file of questions."`
	Format string `enum:",gift,moodlexml,aiken,xlsx,qti" default:"" help:"Format of the file: gift, moodlexml, aiken, xlsx or qti; guessed from its content when left out."`
	Lang   string `default:"fr" enum:"fr,ar,en" help:"Language of texts that do not say their own."`
	DryRun bool   `help:"Only say what would happen."`
	JSON   bool   `name:"json" help:"One JSON document on standard output."`
}

// imported is what scripts read.
type imported struct {
	Questions int         `json:"questions"` // kept: new, changed, or in the bank already
	New       int         `json:"new"`
	Changed   int         `json:"changed"`
	Unchanged int         `json:"unchanged"`
	Format    string      `json:"format"`
	Skipped   []bank.Said `json:"skipped"`
	Warnings  []bank.Said `json:"warnings"`
}

// Run reads the file and prints what was kept and what was not.
func (c importQuestionsCmd) Run(r *run) error {
	data, err := questionsFile(c.File)
	if err != nil {
		return err
	}
	lang, _ := i18n.Parse(c.Lang)
	return r.with(func(a *app.Running) error {
		f := bank.File{Name: filepath.Base(c.File), Format: format.Format(c.Format), Data: data, Lang: lang}
		rep, err := a.Bank.Import(r.ctx, access.System("cli"), f, c.DryRun)
		if err != nil {
			return err
		}
		out := imported{Questions: len(rep.Items), New: rep.Count(bank.Added), Changed: rep.Count(bank.Changed), Unchanged: rep.Count(bank.Same),
			Format: string(rep.Format), Skipped: bank.Say(r.loc, rep.Skipped), Warnings: bank.Say(r.loc, rep.Warnings)}
		return r.result(c.JSON, out, c.text(r, out))
	})
}

// questionsFile reads a file, and of one that is too large only as much as shows that it is.
func questionsFile(path string) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // the reader of the command names the file
	if err != nil {
		return nil, errs.NewInvalid("cli_no_file").With("name", path).Because(err)
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(io.LimitReader(f, bank.MaxImport+1))
}

func (c importQuestionsCmd) text(r *run, out imported) string {
	var b strings.Builder
	key := "bank_cli_imported"
	if c.DryRun {
		key = "bank_cli_dry"
	}
	fmt.Fprintln(&b, r.loc.T(key, "n", out.Questions, "new", out.New, "changed", out.Changed, "same", out.Unchanged))
	said(&b, r.loc.N("bank_skipped_n", len(out.Skipped)), out.Skipped)
	said(&b, r.loc.N("bank_warnings_n", len(out.Warnings)), out.Warnings)
	return strings.TrimRight(b.String(), "\n")
}

func said(b *strings.Builder, title string, list []bank.Said) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintln(b, title)
	for _, s := range list {
		where := strings.TrimSpace(s.Sheet + " " + positive(s.Line) + " " + s.Column + " " + s.Code)
		fmt.Fprintf(b, "  %s: %s\n", where, s.Reason)
	}
}

type exportQuestionsCmd struct {
	Format    string `required:"" enum:"gift,moodlexml,aiken,xlsx,qti" help:"Format of the file: gift, moodlexml, aiken, xlsx or qti."`
	Output    string `short:"o" required:"" help:"File to write."`
	Lang      string `default:"fr" enum:"fr,ar,en" help:"Language of the workbook's headings, and of formats that hold one language."`
	Course    string `help:"Only questions of the course with this code."`
	Objective string `help:"Only questions of this objective."`
	Status    string `enum:",draft,reviewed,retired" default:"" help:"Only questions of this status."`
	JSON      bool   `name:"json" help:"One JSON document on standard output."`
}

// Run writes the file whole or not at all.
func (c exportQuestionsCmd) Run(r *run) error {
	lang, _ := i18n.Parse(c.Lang)
	return r.with(func(a *app.Running) error {
		o := bank.ExportOptions{Format: format.Format(c.Format), Lang: lang, Filter: bank.Filter{Course: c.Course, Objective: c.Objective, Status: exam.Status(c.Status)}}
		var done bank.Exported
		err := report.WriteWhole(c.Output, func(w io.Writer) (err error) {
			done, err = a.Bank.Export(r.ctx, access.System("cli"), w, o)
			return err
		})
		if err != nil {
			return err
		}
		lost := bank.Say(r.loc, done.Lost)
		var b strings.Builder
		fmt.Fprintln(&b, r.loc.N("bank_cli_exported", done.Questions))
		said(&b, r.loc.N("bank_lost_n", len(lost)), lost)
		return r.result(c.JSON, map[string]any{"questions": done.Questions, "lost": lost}, strings.TrimRight(b.String(), "\n"))
	})
}
