package main

import (
	"fmt"
	"strings"

	"shelter/internal/access"
	"shelter/internal/app"
	"shelter/internal/i18n"
)

type exportLogframeCmd struct {
	Lang   string `default:"fr" enum:"fr,ar,en" help:"Language of the read-me."`
	Output string `short:"o" required:"" help:"File to write."`
}

// Run writes the workbook whole or not at all.
func (c exportLogframeCmd) Run(r *run) error {
	lang, _ := i18n.Parse(c.Lang)
	return r.with(func(a *app.Running) error {
		f, err := a.Figures.Logframe(r.ctx, access.System("cli"), lang)
		if err != nil {
			return err
		}
		defer f.Close()
		return f.Save(c.Output)
	})
}

type importLogframeCmd struct {
	File string `arg:"" help:"Workbook in the form that export logframe writes."`
	JSON bool   `name:"json" help:"One JSON document on standard output."`
}

// Run loads the whole plan or nothing, and prints what was done or refused.
func (c importLogframeCmd) Run(r *run) error {
	f, err := listFile(c.File)
	if err != nil {
		return err
	}
	return r.with(func(a *app.Running) error {
		res, err := a.Figures.ImportLogframe(r.ctx, access.System("cli"), f.Name, f.Data, r.loc.Lang())
		if err != nil {
			return err
		}
		text := r.loc.T("programme_import_done", "elements", res.Elements, "indicators", res.Indicators, "periods", res.Periods)
		if !res.Applied {
			lines := []string{r.loc.T("programme_import_refused")}
			for _, i := range res.Issues {
				lines = append(lines, fmt.Sprintf("%d  %s  %s  %s", i.Row, i.Code, i.Column, i.Message))
			}
			text = strings.Join(lines, "\n")
		}
		if err := r.result(c.JSON, res, text); err != nil {
			return err
		}
		if !res.Applied {
			return errRefused
		}
		return nil
	})
}
