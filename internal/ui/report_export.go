package ui

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/report"
)

// ReportAttendance hands out the attendance workbook: ?lang=fr|ar|en, ?contacts=1 for phones, ?neutral=1 for a neutral title.
func (u *UI) ReportAttendance(x *Ctx) error { return x.export(u.Report.Attendance) }

// ReportParticipants hands out the list of participants with their half-days, with the same choices.
func (u *UI) ReportParticipants(x *Ctx) error { return x.export(u.Report.Participants) }

// ReportResults hands out the workbook of the two tests: ?lang=fr|ar|en.
func (u *UI) ReportResults(x *Ctx) error { return x.export(u.Report.Results) }

// export makes a file of an event and sends it. Nothing is sent before the file is complete, so a failure is an error page.
func (x *Ctx) export(produce func(context.Context, access.Actor, uuid.UUID, report.Options) (*report.File, error)) error {
	id, err := x.examID()
	if err != nil {
		return err
	}
	o, err := x.reportOptions()
	if err != nil {
		return err
	}
	f, err := produce(x.Request.Context(), x.Actor, id, o)
	if err != nil {
		return err
	}
	defer f.Close()
	return x.sendFile(f)
}

// reportOptions reads the choices from the address; without a language it is the reader's.
func (x *Ctx) reportOptions() (report.Options, error) {
	o := report.Options{Lang: x.Loc.Lang(), Contacts: x.Query("contacts") == "1", Neutral: x.Query("neutral") == "1"}
	if typed := x.Query("lang"); typed != "" {
		l, ok := i18n.Parse(typed)
		if !ok {
			return o, errs.InvalidFields([]errs.Field{{Name: "lang", Key: "error_choice"}})
		}
		o.Lang = l
	}
	return o, nil
}

// sendFile sends an export as a download that no cache keeps. The name is given in ASCII and as RFC 5987 wants it.
func (x *Ctx) sendFile(f *report.File) error {
	x.Header("Content-Type", report.MIME)
	x.Header("Content-Disposition", `attachment; filename="`+f.Name+`"; filename*=UTF-8''`+url.PathEscape(f.Title))
	x.Header("Content-Length", strconv.FormatInt(f.Size, 10))
	x.Header("Cache-Control", "no-store")
	x.Status(http.StatusOK)
	_, err := f.WriteTo(x.Writer)
	return ignoreGone(err)
}
