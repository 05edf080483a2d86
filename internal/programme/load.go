package programme

import (
	"context"
	"errors"

	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/errs"
)

// Branch is an element with the code of the one above it.
type Branch struct {
	Element
	ParentCode string
}

// Sheet is a whole plan to load: elements before those below them, periods, indicators.
type Sheet struct {
	Elements   []Branch
	Periods    []Period
	Indicators []IndicatorInput
}

// Issue is what is wrong with one thing of a plan to load.
type Issue struct {
	Code   string // of the element, period or indicator
	Fields []errs.Field
	Key    string // when no field can be named
}

// Load makes or changes everything that the sheet names, or nothing when anything of it is refused: the issues then say why. What
// the sheet does not name stays as it is.
func (s *Service) Load(ctx context.Context, actor access.Actor, in Sheet) ([]Issue, error) {
	if err := may(actor, access.ProgrammeEdit); err != nil {
		return nil, err
	}
	var issues []Issue
	refused := errors.New("refused")
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.load(ctx, tx, actor, in, &issues); err != nil {
			return err
		}
		if len(issues) > 0 {
			return refused
		}
		return nil
	})
	if errors.Is(err, refused) {
		err = nil
	}
	return issues, err
}

func (s *Service) load(ctx context.Context, tx bun.IDB, actor access.Actor, in Sheet, issues *[]Issue) error {
	for _, e := range in.Elements {
		if err := note(issues, e.Code, s.saveElement(ctx, tx, actor, e.Element, e.ParentCode)); err != nil {
			return err
		}
	}
	for _, p := range in.Periods {
		if err := s.savePeriod(ctx, tx, actor, p); err != nil {
			return note(issues, p.Code, err) // a refusal of the database ends the transaction
		}
	}
	for _, i := range in.Indicators {
		_, err := s.saveIndicator(ctx, tx, actor, i)
		if err := note(issues, i.Code, err); err != nil {
			return err
		}
	}
	return nil
}

// note keeps a refusal as an issue and gives every other error back.
func note(issues *[]Issue, code string, err error) error {
	if err == nil {
		return nil
	}
	if !errs.Is(err, errs.Invalid) && !errs.Is(err, errs.Conflict) {
		return err
	}
	*issues = append(*issues, issueOf(code, err))
	return nil
}

func issueOf(code string, err error) Issue {
	e := errs.As(err)
	return Issue{Code: code, Fields: e.Fields, Key: e.Key}
}
