package main

import (
	"io"

	"shelter/internal/access"
	"shelter/internal/app"
	"shelter/internal/report"
)

type exportIATICmd struct {
	Activity string `required:"" help:"Identifier of the activity, as XM-DAC-0-0001."`
	OrgRef   string `required:"" help:"Identifier of the organisation that reports."`
	OrgName  string `required:"" help:"Its name."`
	OrgType  string `default:"40" help:"Its code in the list OrganisationType; 40 is multilateral."`
	Title    string `default:"Projet SHELTER" help:"Title of the activity."`
	Sector   string `help:"Sector of the DAC's list, five digits."`
	Output   string `short:"o" required:"" help:"File to write."`
}

// Run writes the file whole or not at all.
func (c exportIATICmd) Run(r *run) error {
	o := report.IATIOptions{Activity: c.Activity, OrgRef: c.OrgRef, OrgName: c.OrgName, OrgType: c.OrgType, Title: c.Title, Sector: c.Sector}
	return r.with(func(a *app.Running) error {
		return report.WriteWhole(c.Output, func(w io.Writer) error { return a.Figures.IATI(r.ctx, access.System("cli"), w, o) })
	})
}
