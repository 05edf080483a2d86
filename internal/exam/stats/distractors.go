package stats

// OptionKey is one option of a choice question.
type OptionKey struct {
	ID      string
	Correct bool
}

// OptionStats is one line of a distractor table.
type OptionStats struct {
	ID      string `json:"id"`
	Correct bool   `json:"correct"`
	N       int    `json:"n"` // attempts that chose it
	// Share is 100 N / attempts that hold the question.
	Share Value `json:"share"`
	// MeanRest is the mean mark on the rest of the test of those who chose it.
	MeanRest Value `json:"mean_rest"`
	// Correlation is the point-biserial correlation of choosing it with the rest of the test: positive for a good key,
	// negative for a good distractor.
	Correlation Value `json:"correlation"`
	// Upper and Lower are the shares, in percent, of the upper and lower 27 % by total that chose it; undefined below 30.
	Upper Value `json:"upper_27"`
	Lower Value `json:"lower_27"`
	// Idle says that a wrong option was chosen by fewer than 5 % (Haladyna and Downing 1993, Educational and Psychological
	// Measurement 53:999-1010); never set below 20 attempts, where 5 % is less than one person.
	Idle bool `json:"idle"`
	// Suspect says that the option works the wrong way: a key that weaker, or a distractor that stronger attempts choose. Never
	// set below 30 attempts.
	Suspect bool `json:"suspect"`
}

// Distractors makes the distractor table of a choice question. chosen[i] lists the options (indexes into options) that attempt i
// ticked, nil for none; totals[i] is its total and marks[i] its mark on the question, so that the rest is their difference.
// The number of attempts that chose nothing comes back as omitted. Lists of unequal length give nil.
func Distractors(options []OptionKey, chosen [][]int, totals, marks []float64) (table []OptionStats, omitted int) {
	n := len(chosen)
	if len(totals) != n || len(marks) != n {
		return nil, 0
	}
	rest := make([]float64, n)
	for i := range rest {
		rest[i] = totals[i] - marks[i]
		if len(chosen[i]) == 0 {
			omitted++
		}
	}
	groups := newGroups27(totals)
	for j, o := range options {
		s := optionStats(ticks(chosen, j), rest, groups)
		s.ID, s.Correct = o.ID, o.Correct
		s.flag(n)
		table = append(table, s)
	}
	return table, omitted
}

// ticks gives 1 for each attempt that chose option j, else 0.
func ticks(chosen [][]int, j int) []float64 {
	t := make([]float64, len(chosen))
	for i, c := range chosen {
		for _, k := range c {
			if k == j {
				t[i] = 1
			}
		}
	}
	return t
}

func optionStats(tick, rest []float64, g *groups27) OptionStats {
	var s OptionStats
	sum := 0.0
	for i, t := range tick {
		if t == 1 {
			s.N++
			sum += rest[i]
		}
	}
	if len(tick) > 0 {
		s.Share = Of(100 * float64(s.N) / float64(len(tick)))
	}
	if s.N > 0 {
		s.MeanRest = Of(sum / float64(s.N))
	}
	s.Correlation = Correlation(tick, rest)
	if g != nil {
		var up, lo float64
		for i, t := range tick {
			up += t * g.upper[i]
			lo += t * g.lower[i]
		}
		s.Upper, s.Lower = Of(100*up/g.size), Of(100*lo/g.size)
	}
	return s
}

func (s *OptionStats) flag(n int) {
	s.Idle = !s.Correct && n >= 20 && s.Share.V < 5
	if n >= minGroups && s.Correlation.OK {
		s.Suspect = s.Correct && s.Correlation.V < 0 || !s.Correct && s.Correlation.V > 0
	}
}
