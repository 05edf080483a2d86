package main

import (
	"time"

	"shelter/internal/access"
	"shelter/internal/app"
	"shelter/internal/i18n"
	"shelter/internal/report"
)

type exportDonorReportCmd struct {
	From   time.Time `required:"" format:"2006-01-02" help:"First day, as 2026-01-01."`
	To     time.Time `required:"" format:"2006-01-02" help:"Last day, as 2026-06-30."`
	Lang   string    `default:"fr" enum:"fr,ar,en" help:"Language of the workbook."`
	Output string    `short:"o" required:"" help:"File to write."`
}

// Run writes the workbook whole or not at all.
func (c exportDonorReportCmd) Run(r *run) error {
	o := report.DonorOptions{From: c.From, To: c.To}
	o.Lang, _ = i18n.Parse(c.Lang)
	return r.with(func(a *app.Running) error {
		f, err := a.Figures.Donor(r.ctx, access.System("cli"), o)
		if err != nil {
			return err
		}
		defer f.Close()
		return f.Save(c.Output)
	})
}
