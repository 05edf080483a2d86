package main

import (
	"io"
	"time"

	"shelter/internal/access"
	"shelter/internal/app"
	"shelter/internal/casework"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/report"
)

type exportDonorCmd struct {
	From   time.Time `required:"" format:"2006-01-02" help:"First day; the report begins with its quarter."`
	To     time.Time `required:"" format:"2006-01-02" help:"Last day; the report ends with its quarter."`
	Lang   string    `default:"fr" enum:"fr,ar,en" help:"Language of the workbook."`
	Output string    `short:"o" required:"" help:"File to write."`
}

// Run writes the figures whole or not at all.
func (c exportDonorCmd) Run(r *run) error {
	lang, _ := i18n.Parse(c.Lang)
	return r.with(func(a *app.Running) error {
		if a.Casework == nil {
			return errs.NewInvalid("app_cases_url_missing")
		}
		f, err := a.Casework.Donor(r.ctx, access.System("cli"), c.From, c.To)
		if err != nil {
			return err
		}
		return report.WriteWhole(c.Output, func(w io.Writer) error { return casework.WriteDonor(w, &f, r.bundle.For(lang), a.Now()) })
	})
}
