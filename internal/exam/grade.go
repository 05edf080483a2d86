package exam

import (
	"math"
	"strconv"
	"strings"

	"shelter/internal/exam/match"
)

// Grade gives the share of a question's points, from 0 to 1, that a response earns.
//
// Single choice and true/false: all or nothing. Multiple response: the share of right options ticked minus the share of wrong
// options ticked, never below 0, so that ticking everything or nothing earns nothing. Matching and ordering: the share of
// pairs or places that are right. Numeric: inside the tolerance. Short text: equal to an accepted answer after folding. Open
// answers are marked by people (Decide); opinions (Likert) never earn anything.
func Grade(q Question, r Response) float64 {
	if r.Empty() {
		return 0
	}
	switch q.Type {
	case Single, TrueFalse:
		return gradeSingle(q.Body.Options, r.Choice)
	case Multiple:
		return gradeMultiple(q.Body.Options, r.Choice)
	case Matching:
		return gradeMatching(q.Body.Pairs, r.Match)
	case Ordering:
		return gradeOrdering(q.Body.Options, r.Choice)
	case Numeric:
		return gradeNumeric(q.Body, r.Text)
	case ShortText:
		return gradeShortText(&q.Body, r.Text)
	}
	return 0
}

func gradeSingle(options []Option, choice []string) float64 {
	if len(choice) != 1 {
		return 0
	}
	for _, o := range options {
		if o.ID == choice[0] && o.Correct {
			return 1
		}
	}
	return 0
}

func gradeMultiple(options []Option, choice []string) float64 {
	ticked := map[string]bool{}
	for _, id := range choice {
		ticked[id] = true
	}
	var right, wrong, rightTicked, wrongTicked float64
	for _, o := range options {
		switch {
		case o.Correct:
			right++
			rightTicked += one(ticked[o.ID])
		default:
			wrong++
			wrongTicked += one(ticked[o.ID])
		}
	}
	if right == 0 {
		return 0
	}
	share := rightTicked / right
	if wrong > 0 {
		share -= wrongTicked / wrong
	}
	return math.Max(0, share)
}

func one(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func gradeMatching(pairs []Pair, match map[string]string) float64 {
	if len(pairs) == 0 {
		return 0
	}
	used, right := map[string]bool{}, 0.0
	for _, p := range pairs {
		if used[match[p.ID]] { // one right side for all pairs is no knowledge
			continue
		}
		used[match[p.ID]] = true
		right += one(match[p.ID] == p.ID)
	}
	return right / float64(len(pairs))
}

func gradeOrdering(options []Option, order []string) float64 {
	if len(options) == 0 || len(order) != len(options) {
		return 0
	}
	right := 0.0
	for i, o := range options {
		right += one(order[i] == o.ID)
	}
	return right / float64(len(options))
}

func gradeNumeric(b Body, text string) float64 {
	f, err := ParseNumber(text)
	if err != nil {
		return 0
	}
	// a rounding of the computer is no mistake of the person: 1.1 is within 0.1 of 1
	return one(math.Abs(f-b.Value) <= b.Tolerance+1e-9*math.Max(1, math.Abs(b.Value)))
}

// ParseNumber reads a number with a point or a comma, in European or Arabic digits.
func ParseNumber(text string) (float64, error) {
	f, err := strconv.ParseFloat(strings.ReplaceAll(westernDigits(strings.TrimSpace(text)), ",", "."), 64)
	if err == nil && (math.IsInf(f, 0) || math.IsNaN(f)) {
		err = strconv.ErrRange
	}
	return f, err
}

// westernDigits turns Arabic-Indic digits and the Arabic decimal sign into those of the programs.
func westernDigits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return r - '٠' + '0'
		case r >= '۰' && r <= '۹':
			return r - '۰' + '0'
		case r == '٫':
			return '.'
		}
		return r
	}, s)
}

func gradeShortText(b *Body, text string) float64 {
	for _, list := range b.Accept {
		if match.Any(list, text, b.Tolerant()) {
			return 1
		}
	}
	return 0
}
