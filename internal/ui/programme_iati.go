package ui

import (
	"bytes"
	"cmp"
	"net/http"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/report"
	webprogramme "shelter/web/programme"
)

// ProgrammeIATI asks for what an activity file needs besides the plan; the address can hold it.
func (u *UI) ProgrammeIATI(x *Ctx) error {
	return u.iatiPage(x, http.StatusOK, nil)
}

// iatiOptions reads them from the address, with the usual kind of organisation and title where there are none.
func (x *Ctx) iatiOptions() report.IATIOptions {
	return report.IATIOptions{Activity: x.Query("activity"), OrgRef: x.Query("org-ref"), OrgName: x.Query("org-name"),
		OrgType: cmp.Or(x.Query("org-type"), "40"), Title: cmp.Or(x.Query("title"), "Projet SHELTER"), Sector: x.Query("sector")}
}

func (u *UI) iatiPage(x *Ctx, status int, wrong []errs.Field) error {
	if err := access.Can(x.Actor, access.ProgrammeEdit, access.Resource{}); err != nil {
		return err
	}
	p := webprogramme.IATIPage{Page: x.Page(x.Loc.T("iati_title")), Form: x.Form(wrong), In: x.iatiOptions()}
	p.Crumbs, p.Lead = x.programmeCrumbs(), x.Loc.T("iati_lead")
	return x.Render(status, webprogramme.IATI(p))
}

// ProgrammeIATIFile hands out the activity file, or the form again with what is missing.
func (u *UI) ProgrammeIATIFile(x *Ctx) error {
	if err := access.Can(x.Actor, access.ProgrammeEdit, access.Resource{}); err != nil {
		return err
	}
	var file bytes.Buffer
	if err := u.Figures.IATI(x.Request.Context(), x.Actor, &file, x.iatiOptions()); err != nil {
		if fields := errs.As(err).Fields; len(fields) > 0 {
			return u.iatiPage(x, http.StatusUnprocessableEntity, fields)
		}
		return err
	}
	x.Header("Content-Disposition", `attachment; filename="shelter-iati.xml"`)
	x.Data(http.StatusOK, "application/xml; charset=utf-8", file.Bytes())
	return nil
}
