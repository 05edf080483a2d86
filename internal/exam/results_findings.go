package exam

import "shelter/internal/exam/stats"

// Finding is something that the figures of a question say about it.
type Finding string

// The findings. Those about discrimination need at least findingN attempts, since a correlation of a handful of people is chance;
// the limits 20 and 0 are those of Ebel and Frisbie 1991, Essentials of Educational Measurement, chapter 13.
const (
	FindKey        Finding = "key"        // those who know the rest choose another answer: the key is probably wrong
	FindWeak       Finding = "weak"       // hardly tells those who know from the others
	FindIdle       Finding = "idle"       // a wrong answer that hardly anybody chooses
	FindDistractor Finding = "distractor" // a wrong answer that attracts those who know the rest
	FindBelief     Finding = "belief"     // more people chose one wrong answer than the right one
	FindHard       Finding = "hard"       // hardly anybody knows
	FindEasy       Finding = "easy"       // everybody knows: it measures nothing
)

// findingN is the number of attempts below which discrimination is not judged.
const findingN = 30

// Repair tells whether a finding is about the question; the others are about what people know.
func (f Finding) Repair() bool { return f != FindHard && f != FindBelief && f != FindEasy }

// findings judges a question by its figures.
func (it *ItemReport) findings() {
	n, fac := it.N, it.Facility
	add := func(f Finding, when bool) {
		if when {
			it.Findings = append(it.Findings, f)
		}
	}
	if it.Full || n < stats.MinTest || !fac.OK {
		return
	}
	key, idle, suspect, belief := it.optionFindings()
	disc := it.Discrimination
	wrong := n >= findingN && (key || disc.OK && disc.V < 0)
	add(FindKey, wrong)
	add(FindWeak, !wrong && n >= findingN && disc.OK && disc.V < 20 && fac.V > 20 && fac.V < 90)
	add(FindDistractor, !wrong && suspect)
	add(FindIdle, idle)
	add(FindBelief, belief)
	add(FindHard, !belief && fac.V < 30)
	add(FindEasy, fac.V > 95)
}

func (it *ItemReport) optionFindings() (key, idle, suspect, belief bool) {
	most := 0
	for _, o := range it.Options {
		if o.Correct {
			most = max(most, o.N)
		}
	}
	for _, o := range it.Options {
		key = key || o.Correct && o.Suspect
		idle = idle || o.Idle
		suspect = suspect || !o.Correct && o.Suspect
		belief = belief || !o.Correct && o.N > most
	}
	return key, idle, suspect, belief && it.Type != Multiple
}
