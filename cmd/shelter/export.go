package main

import (
	"time"

	"shelter/internal/access"
	"shelter/internal/app"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/report"
)

type exportCmd struct {
	DonorCases exportDonorCmd       `cmd:"" help:"Figures of direct assistance for the donor, small numbers hidden."`
	Attendance exportAttendanceCmd  `cmd:"" help:"The attendance workbook of a workshop, or the rows of all workshops of a period."`
	Report     exportReportCmd      `cmd:"" name:"workshop-report" help:"The report of a workshop as a workbook: figures, synthesis, rows, tests."`
	Results    exportResultsCmd     `cmd:"" help:"The workbook of a workshop's pre- and post-test."`
	Questions  exportQuestionsCmd   `cmd:"" help:"The question bank as a file; what the format cannot hold is listed."`
	Logframe   exportLogframeCmd    `cmd:"" help:"The plan of the project as a workbook that can be imported again."`
	Donor      exportDonorReportCmd `cmd:"" name:"donor-report" help:"The report to the donor as a workbook, without names and small numbers."`
	IATI       exportIATICmd        `cmd:"" name:"iati" help:"The results of the logframe as an IATI activity file."`
}

type exportAttendanceCmd struct {
	Workshop string    `xor:"what" required:"" help:"Code of the workshop, as W-2026-014."`
	From     time.Time `xor:"what" required:"" format:"2006-01-02" help:"First day of a period, as 2026-01-01: the rows of all workshops."`
	To       time.Time `format:"2006-01-02" help:"Last day of the period."`
	Lang     string    `default:"fr" enum:"fr,ar,en" help:"Language of the workbook."`
	Output   string    `short:"o" required:"" help:"File to write."`
	Contacts bool      `help:"Of a workshop: with telephone numbers and e-mail addresses."`

	Anonymous bool `help:"Of a period: without the codes that identify a person."`
}

// Run writes the workbook whole or not at all.
func (c exportAttendanceCmd) Run(r *run) error {
	if err := c.fits(); err != nil {
		return err
	}
	lang, _ := i18n.Parse(c.Lang)
	return r.with(func(a *app.Running) error {
		f, err := c.file(r, a, report.Options{Lang: lang, Contacts: c.Contacts, Anonymous: c.Anonymous})
		if err != nil {
			return err
		}
		defer f.Close()
		return f.Save(c.Output)
	})
}

// fits refuses what the file asked for would not do: a workbook of one workshop names its people, and the rows of a period hold no
// contacts.
func (c exportAttendanceCmd) fits() error {
	of := c.Workshop != ""
	switch {
	case of && c.Anonymous:
		return errs.InvalidFields([]errs.Field{{Name: "--anonymous", Key: "report_error_anonymous"}})
	case !of && c.Contacts:
		return errs.InvalidFields([]errs.Field{{Name: "--contacts", Key: "report_error_contacts"}})
	case !of && c.To.IsZero():
		return errs.InvalidFields([]errs.Field{{Name: "--to", Key: "error_date"}})
	}
	return nil
}

type exportReportCmd struct {
	Workshop  string `required:"" help:"Code of the workshop, as W-2026-014."`
	Lang      string `default:"fr" enum:"fr,ar,en" help:"Language of the workbook."`
	Output    string `short:"o" required:"" help:"File to write."`
	Anonymous bool   `help:"Without the codes that identify a person."`
}

// Run writes the workbook whole or not at all.
func (c exportReportCmd) Run(r *run) error {
	lang, _ := i18n.Parse(c.Lang)
	return r.with(func(a *app.Running) error {
		f, err := a.Report.EventReportByCode(r.ctx, access.System("cli"), c.Workshop, report.Options{Lang: lang, Anonymous: c.Anonymous})
		if err != nil {
			return err
		}
		defer f.Close()
		return f.Save(c.Output)
	})
}

type exportResultsCmd struct {
	Workshop string `required:"" help:"Code of the workshop, as W-2026-014."`
	Lang     string `default:"fr" enum:"fr,ar,en" help:"Language of the workbook."`
	Output   string `short:"o" required:"" help:"File to write."`
}

// Run writes the workbook whole or not at all.
func (c exportResultsCmd) Run(r *run) error {
	lang, _ := i18n.Parse(c.Lang)
	return r.with(func(a *app.Running) error {
		f, err := a.Report.ResultsByCode(r.ctx, access.System("cli"), c.Workshop, report.Options{Lang: lang})
		if err != nil {
			return err
		}
		defer f.Close()
		return f.Save(c.Output)
	})
}

func (c exportAttendanceCmd) file(r *run, a *app.Running, o report.Options) (*report.File, error) {
	if c.Workshop != "" {
		return a.Report.AttendanceByCode(r.ctx, access.System("cli"), c.Workshop, o)
	}
	return a.Report.AttendancePeriod(r.ctx, access.System("cli"), report.Period{From: c.From, To: c.To}, o)
}
