package app

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/i18n"
	"shelter/internal/survey"
	"shelter/internal/workshop"
)

// surveyRoster shows workshops to the surveys.
type surveyRoster struct{ w *workshop.Service }

// SurveyWorkshop gives what survey needs of an event.
func (r surveyRoster) SurveyWorkshop(ctx context.Context, idb bun.IDB, id uuid.UUID) (survey.Workshop, error) {
	h, err := r.w.HeadTx(ctx, idb, id)
	if err != nil {
		return survey.Workshop{}, err
	}
	ev := &h.Event
	return survey.Workshop{ID: id, Code: ev.Code, Title: ev.Title, TitleAR: ev.TitleAR, Neutral: ev.NeutralTitle, EndsOn: ev.EndsOn, Off: ev.State == workshop.Cancelled, Resource: h.Resource()}, nil
}

// SurveyRecipients gives those who were there and have an address: who never came cannot say how it was.
func (r surveyRoster) SurveyRecipients(ctx context.Context, idb bun.IDB, id uuid.UUID) ([]survey.Recipient, error) {
	people, err := r.w.ThereTx(ctx, idb, id)
	if err != nil {
		return nil, err
	}
	var list []survey.Recipient
	for i := range people {
		if p := &people[i]; p.Email != "" {
			list = append(list, survey.Recipient{Email: p.Email, Name: p.GivenName, Lang: i18n.Lang(p.Lang)})
		}
	}
	return list, nil
}

// SurveyPeople counts those on the list: enrolled and walk-ins, not who withdrew.
func (r surveyRoster) SurveyPeople(ctx context.Context, idb bun.IDB, id uuid.UUID) (int, error) {
	people, err := r.w.EnrolledTx(ctx, idb, id)
	return len(people), err
}
