package ui

import (
	"net/http"

	"shelter/internal/awareness"
	"shelter/internal/errs"
	webawareness "shelter/web/awareness"
	"shelter/web/layout"
)

// AwarenessPublic tells everybody how to recognise trafficking and what to do.
func (u *UI) AwarenessPublic(x *Ctx) error { return x.awareness(awareness.Public, false) }

// AwarenessHelp speaks to those to whom it may be happening. Its name in the browser's history tells nothing.
func (u *UI) AwarenessHelp(x *Ctx) error { return x.awareness(awareness.Help, false) }

// AwarenessPublicLeaflet is the page on paper.
func (u *UI) AwarenessPublicLeaflet(x *Ctx) error { return x.awareness(awareness.Public, true) }

// AwarenessHelpLeaflet is the page on paper.
func (u *UI) AwarenessHelpLeaflet(x *Ctx) error { return x.awareness(awareness.Help, true) }

// awareness shows a page in the language of the address or, without one, of the reader.
func (x *Ctx) awareness(a awareness.Audience, paper bool) error {
	lang := x.Param("lang")
	if lang == "" {
		lang = string(x.Loc.Lang())
	}
	t := x.UI.Awareness.Text(a, lang)
	if t == nil {
		return errs.NewNotFound("awareness " + string(a) + " in " + lang)
	}
	p := webawareness.Page{Page: x.Page(x.Loc.T("awareness_title")), Audience: a, Text: t, Texts: x.UI.Awareness.Texts(a), Hotline: x.UI.Config.HotlineNumber}
	if a == awareness.Public || paper {
		p.Title = t.Title
	}
	p.NoHead, p.Exit = true, x.UI.Config.ExitURL
	if !paper {
		return x.Render(http.StatusOK, webawareness.Show(p))
	}
	back := webawareness.Path(a, lang)
	p.Address = x.UI.Config.PublicURL + back
	p.Paper = layout.Sheet{Format: layout.Portrait, Back: back, Owner: x.Loc.T("workshop_paper_owner"), Project: x.Loc.T("layout_brand")}
	var err error
	if p.QR, err = qrSVG(p.Address); err != nil {
		return err
	}
	return x.Render(http.StatusOK, webawareness.Leaflet(p))
}
