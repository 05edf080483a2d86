package main

import (
	"io"
	"time"

	"shelter/internal/access"
	"shelter/internal/app"
	"shelter/internal/exam/bank"
	"shelter/internal/exam/format"
	"shelter/internal/handover"
	"shelter/internal/i18n"
)

type handoverCmd struct {
	Output   string `short:"o" required:"" help:"Folder to make; it must not be there, or be empty."`
	Contacts bool   `help:"Phones and mail addresses of people too."`
	JSON     bool   `name:"json" help:"One JSON document on standard output."`
}

// Run writes the folder whole or not at all.
func (c handoverCmd) Run(r *run) error {
	return r.with(func(a *app.Running) error {
		o := handover.Options{Dir: c.Output, Contacts: c.Contacts, Version: version, Now: time.Now().UTC(), Extra: map[string]handover.Writer{
			"questions/questions.xlsx": questionsAs(r, a, bank.XLSX),
			"questions/questions.gift": questionsAs(r, a, format.GIFT),
			"questions/questions.xml":  questionsAs(r, a, format.MoodleXML),
			"figures/logframe.xlsx": func(w io.Writer) error {
				f, err := a.Figures.Logframe(r.ctx, access.System("cli"), i18n.FR)
				if err != nil {
					return err
				}
				defer f.Close()
				_, err = f.WriteTo(w)
				return err
			},
		}}
		res, err := handover.Write(r.ctx, a.DB, access.System("cli"), o)
		if err != nil {
			return err
		}
		return r.result(c.JSON, res, r.loc.T("handover_done", "dir", c.Output, "tables", res.Tables, "rows", res.Rows, "files", res.Files))
	})
}

func questionsAs(r *run, a *app.Running, as format.Format) handover.Writer {
	return func(w io.Writer) error {
		_, err := a.Bank.Export(r.ctx, access.System("cli"), w, bank.ExportOptions{Format: as, Lang: i18n.FR})
		return err
	}
}
