package demo

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"

	"shelter/internal/survey"
)

// remarks are what invented people write in answer to open questions.
var remarks = [...]string{
	"Les mises en situation.", "Plus de temps pour les exercices.", "La fiche d'orientation.", "دراسة الحالات.", "المزيد من التمارين.",
	"Le jeu de rôle sur le premier contact.", "بطاقة الإحالة.", "Un rappel sur le consentement.",
}

// ask lets most people of a closed workshop answer its survey, and those of an older one the follow-up too.
func (f *filler) ask(ctx context.Context, id uuid.UUID, p plan) error {
	end := f.o.Now.AddDate(0, 0, p.offset+p.days-1)
	if err := f.survey(ctx, id, survey.End, end, p.people*3/4); err != nil {
		return err
	}
	if due := survey.ThreeMonths.Due(end); due.AddDate(0, 1, 0).Before(f.o.Now) {
		return f.survey(ctx, id, survey.ThreeMonths, due, p.people/2)
	}
	return nil
}

func (f *filler) survey(ctx context.Context, id uuid.UUID, w survey.Wave, at time.Time, people int) error {
	f.Clock.Set(earlier(at, f.o.Now))
	if err := f.Survey.Prepare(ctx, system, id, w); err != nil {
		return err
	}
	if err := f.Survey.Open(ctx, system, id, w); err != nil {
		return err
	}
	b, err := f.Survey.Board(ctx, system, id)
	if err != nil {
		return err
	}
	sv := b.Surveys[w]
	deck := survey.Deck{Tickets: make([]string, people)}
	if sv.Way == survey.Tickets {
		if deck, err = f.Survey.Cards(ctx, system, id, w, uuid.New(), b.People); err != nil {
			return err
		}
	}
	for n := range people {
		if err := f.Survey.Submit(ctx, survey.Sending{Code: sv.Code, Key: "demo-" + strconv.Itoa(n), Ticket: deck.Tickets[n], Answers: f.opinion(sv)}); err != nil {
			return err
		}
	}
	f.Clock.Set(earlier(at.AddDate(0, 0, 14), f.o.Now))
	return f.Survey.Close(ctx, system, id, w)
}

// opinion is what one person answers: mostly content, and one in four writes something.
func (f *filler) opinion(sv *survey.Survey) map[string]survey.Answer {
	answers := map[string]survey.Answer{}
	for _, q := range sv.Questions {
		a := survey.Answer{Choice: -1}
		switch q.Kind {
		case survey.Likert:
			a.Choice = min(survey.LikertSteps-1, 2+f.rnd.IntN(4))
		case survey.Choice:
			a.Choice = f.rnd.IntN(len(q.Options))
			if lack := 2; len(q.Options) == 5 && f.rnd.IntN(10) < 3 { // many lack further training
				a.Choice = lack
			}
		case survey.Open:
			if f.rnd.IntN(4) == 0 {
				a.Text = remarks[f.rnd.IntN(len(remarks))]
			}
		}
		answers[q.ID] = a
	}
	return answers
}
