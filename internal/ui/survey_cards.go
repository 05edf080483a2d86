package ui

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/survey"
	"shelter/web/layout"
	websurvey "shelter/web/survey"
)

// cardsPerPage fit on a page of A4, two beside each other.
const cardsPerPage = 10

// SurveyWay changes the way of asking.
func (u *UI) SurveyWay(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	w := survey.Wave(x.Param("wave"))
	if !w.Valid() {
		return errs.NewNotFound("survey wave")
	}
	if err := u.Survey.Switch(x.Request.Context(), x.Actor, id, w, survey.Way(x.PostForm("way"))); err != nil {
		return err
	}
	x.Flash("done_survey_way")
	return x.SeeOther("/workshops/" + id.String() + "/surveys")
}

// SurveyCards asks how many cards are printed.
func (u *UI) SurveyCards(x *Ctx) error {
	sv, b, err := u.surveyOf(x)
	if err != nil {
		return err
	}
	return x.surveyCards(http.StatusOK, sv, b, strconv.Itoa(min(sv.Left(b.People), b.People)), nil)
}

func (x *Ctx) surveyCards(status int, sv *survey.Survey, b survey.Board, n string, wrong []errs.Field) error {
	p := websurvey.CardsPage{Page: x.Page(x.Loc.T("survey_cards_title")), Board: b, Survey: sv, N: n, Key: x.PostForm("key"), Form: x.Form(wrong)}
	p.Width = layout.Reading
	p.Crumbs = append(x.workshopCrumbs(b.Workshop.ID, b.Workshop.TitleIn(x.Loc.Lang())), x.surveyCrumb(b.Workshop.ID))
	if p.Key == "" {
		p.Key = uuid.NewString()
	}
	return x.Render(status, websurvey.Cards(p))
}

// SurveyCardsPrint makes the cards and shows them as sheets. The form's key makes a repeat print the same ones.
func (u *UI) SurveyCardsPrint(x *Ctx) error {
	sv, b, err := u.surveyOf(x)
	if err != nil {
		return err
	}
	batch, err := uuid.Parse(x.PostForm("key"))
	if err != nil {
		return errs.NewInvalid("error_bad_request")
	}
	n, err := strconv.Atoi(strings.TrimSpace(x.PostForm("n")))
	if err != nil {
		n = 0 // the service says how many there may be
	}
	deck, err := u.Survey.Cards(x.Request.Context(), x.Actor, b.Workshop.ID, sv.Wave, batch, n)
	if err != nil {
		if fields := errs.As(err).Fields; len(fields) > 0 {
			return x.surveyCards(http.StatusUnprocessableEntity, sv, b, x.PostForm("n"), fields)
		}
		return err
	}
	p, err := u.surveyDeck(x, deck)
	if err != nil {
		return err
	}
	return x.Render(http.StatusOK, websurvey.Deck(p))
}

func (u *UI) surveyDeck(x *Ctx, d survey.Deck) (websurvey.DeckPage, error) {
	address := u.Survey.Link(&d.Survey)
	_, short, _ := strings.Cut(address, "://")
	p := websurvey.DeckPage{Page: x.Page(x.Loc.T("survey_cards_title")), Address: short, Title: d.Workshop.PublicTitle(i18n.FR), TitleAR: d.Workshop.PublicTitle(i18n.AR),
		How:   map[i18n.Lang]string{i18n.FR: u.Bundle.For(i18n.FR).T("survey_card_how"), i18n.AR: u.Bundle.For(i18n.AR).T("survey_card_how")},
		Sheet: layout.Sheet{Format: layout.Portrait, Back: "/workshops/" + d.Workshop.ID.String() + "/surveys"}}
	var cards []websurvey.Card
	for _, t := range d.Tickets {
		svg, err := qrSVG(u.Survey.TicketLink(&d.Survey, t))
		if err != nil {
			return p, err
		}
		cards = append(cards, websurvey.Card{Code: t[:4] + " " + t[4:8] + " " + t[8:], QR: svg})
	}
	p.Sheets = slices.Collect(slices.Chunk(cards, cardsPerPage))
	return p, nil
}
