package survey

import (
	"context"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Hidden says why results are not shown.
type Hidden string

// The reasons.
const (
	Shown       Hidden = ""
	StillOpen   Hidden = "open"   // results that grow by one answer tell what that one said
	TooFew      Hidden = "few"    // under MinAnswers
	NotPrepared Hidden = "absent" // there is no such survey
)

// Results are what the people of a workshop answered.
type Results struct {
	Workshop Workshop
	Survey   Survey
	Hidden   Hidden
	Items    []Item // empty when hidden
}

// Told says how people were asked, which belongs to every showing of results.
func (s *Survey) Told(loc *i18n.Localizer) string {
	return loc.T("survey_told_"+string(s.Way), "given", s.Given, "answered", s.Answers)
}

// Item is what was answered to one question.
type Item struct {
	Question Question
	N        int      // people who answered it
	Counts   []int    // by option or step, nil for an open question
	Remarks  []string // in the order of the alphabet of a digest: the order of writing is not kept
	Hidden   bool     // fewer than MinAnswers answered
}

// Mean is the mean of a scale from 1 to LikertSteps, and false where there is none.
func (it *Item) Mean() (float64, bool) {
	if it.Question.Kind != Likert || it.Hidden || it.N == 0 {
		return 0, false
	}
	sum := 0
	for i, n := range it.Counts {
		sum += (i + 1) * n
	}
	return float64(sum) / float64(it.N), true
}

// Agree is the share of the two upper steps of a scale, and false where there is none.
func (it *Item) Agree() (float64, bool) {
	if _, ok := it.Mean(); !ok {
		return 0, false
	}
	return float64(it.Counts[LikertSteps-1]+it.Counts[LikertSteps-2]) / float64(it.N), true
}

// Results shows a closed survey that enough people answered; otherwise it says why not.
func (s *Service) Results(ctx context.Context, actor access.Actor, eventID uuid.UUID, wave Wave) (Results, error) {
	w, err := s.may(ctx, s.db, actor, access.SurveyResults, eventID)
	if err != nil {
		return Results{}, err
	}
	r := Results{Workshop: w}
	err = withAnswers(s.db.NewSelect().Model(&r.Survey)).Where("survey.event_id = ? AND survey.wave = ?", eventID, wave).Scan(ctx)
	if err = db.Translate(err); errs.Is(err, errs.NotFound) {
		r.Hidden, r.Survey.Wave = NotPrepared, wave
		return r, nil
	}
	switch {
	case err != nil:
		return Results{}, err
	case r.Survey.State != Closed:
		r.Hidden = StillOpen
		return r, nil
	case r.Survey.Answers < MinAnswers:
		r.Hidden = TooFew
		return r, nil
	}
	r.Items, err = s.items(ctx, &r.Survey)
	return r, err
}

func (s *Service) items(ctx context.Context, sv *Survey) ([]Item, error) {
	var tallies []struct {
		Question string
		Choice   int
		N        int
	}
	var remarks []struct{ Question, Body string }
	err := s.db.NewSelect().TableExpr("survey.tally").Column("question", "choice", "n").Where("survey_id = ?", sv.ID).Scan(ctx, &tallies)
	if err == nil {
		err = s.db.NewSelect().TableExpr("survey.remark").Column("question", "body").Where("survey_id = ?", sv.ID).OrderExpr("md5(body || id::text)").Scan(ctx, &remarks)
	}
	if err != nil {
		return nil, db.Translate(err)
	}
	items, at := make([]Item, len(sv.Questions)), map[string]*Item{}
	for i := range sv.Questions {
		items[i] = Item{Question: sv.Questions[i], Counts: make([]int, sv.Questions[i].choices())}
		at[sv.Questions[i].ID] = &items[i]
	}
	for _, t := range tallies {
		at[t.Question].Counts[t.Choice] = t.N
		at[t.Question].N += t.N
	}
	for _, r := range remarks {
		at[r.Question].Remarks = append(at[r.Question].Remarks, r.Body)
		at[r.Question].N++
	}
	for i := range items {
		items[i].hide()
	}
	return items, nil
}

// hide empties a question that too few answered. Written answers of a survey that enough people sent are shown, however many
// wrote: a text is not the less anonymous for being one of three, as it carries nothing but itself.
func (it *Item) hide() {
	if it.Question.Kind == Open || it.N >= MinAnswers {
		return
	}
	it.Hidden, it.Counts, it.N = true, nil, 0
}
