package caseui

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/casework"
	"shelter/internal/ui"
)

// Homecoming is the return or settling, with its follow-ups.
func (s *Site) Homecoming(x *ui.Ctx) error {
	return s.tab(x, "return", refusal{status: http.StatusOK})
}

// HomecomingSave writes the return or settling.
func (s *Site) HomecomingSave(x *ui.Ctx) error {
	in := casework.HomecomingInput{Key: key(x), Kind: text(x, "kind"), State: text(x, "state"), Risk: text(x, "risk"), Documents: text(x, "documents"), Escort: x.PostForm("escort") != "", BegunOn: day(x, "begun_on"),
		Text: casework.HomecomingText{Risk: text(x, "risk_text"), Documents: text(x, "documents_text"), Travel: text(x, "travel"), Economic: text(x, "economic"), Social: text(x, "social"), Psychosocial: text(x, "psychosocial")}}
	return s.act(x, "return", "return", "done_case_saved", func(file uuid.UUID) error {
		return s.Work.SaveHomecoming(x.Request.Context(), x.Actor, file, in)
	})
}

// FollowUpSave keeps a follow-up.
func (s *Site) FollowUpSave(x *ui.Ctx) error {
	followUp, err := x.ID("followup")
	if err != nil {
		return err
	}
	in := casework.FollowUpInput{Reached: text(x, "reached") != "no", On: day(x, "on"), Sheet: casework.FollowUpSheet{Answers: map[string]int{}, Note: text(x, "note")}}
	for part, items := range casework.FollowUpItems {
		for _, item := range items {
			name := part + "_" + item
			if v := text(x, name); v != "" {
				n, err := strconv.Atoi(v)
				if err != nil {
					n = -1 // refused as no choice
				}
				in.Sheet.Answers[name] = n
			}
		}
	}
	return s.act(x, "return", "followup-"+followUp.String(), "done_case_saved", func(file uuid.UUID) error {
		return s.Work.SaveFollowUp(x.Request.Context(), x.Actor, file, followUp, in)
	})
}

// ScaleSet changes the scale of the questionnaire.
func (s *Site) ScaleSet(x *ui.Ctx) error {
	low, _ := strconv.Atoi(text(x, "low")) // no number: refused as out of range
	high, _ := strconv.Atoi(text(x, "high"))
	scale := casework.Scale{Low: low, High: high}
	for _, m := range strings.FieldsFunc(text(x, "months"), func(r rune) bool { return strings.ContainsRune(" ,;،", r) }) {
		n, _ := strconv.Atoi(m)
		scale.Months = append(scale.Months, n)
	}
	return s.guarded(x, "scale", s.Work.SetScale(x.Request.Context(), x.Actor, scale))
}
