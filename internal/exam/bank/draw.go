package bank

import (
	crand "crypto/rand"
	"math/rand/v2"
	"slices"

	"shelter/internal/errs"
)

// random makes a source that nobody can foresee.
func random() *rand.Rand {
	var seed [32]byte
	_, _ = crand.Read(seed[:]) // never fails: it ends the process when the system has no randomness
	return rand.New(rand.NewChaCha8(seed))
}

// Draw takes questions from the stock as a blueprint asks: one form, or two parallel ones. No question stands in both forms, and
// none twice in one. For parallel forms the questions of a line are put in pairs of like difficulty and a coin decides which of
// a pair goes where, so that the forms have the same number of questions on each objective and nearly the same difficulty; the
// question is then not which form was harder. Lines that ask for one difficulty are served before those that take any.
func Draw(stock []Row, blueprint []Line, parallel bool, rnd *rand.Rand) ([][]Row, error) {
	papers := make([][]Row, 1)
	if parallel {
		papers = make([][]Row, 2)
	}
	taken := map[string]bool{}
	var fields []errs.Field
	drawn := make([][][]Row, len(blueprint)) // by line, then by form
	order := make([]int, len(blueprint))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return boolInt(blueprint[a].Difficulty == 0) - boolInt(blueprint[b].Difficulty == 0)
	})
	for _, i := range order {
		l := blueprint[i]
		pool := candidates(stock, l, taken)
		if want := l.N * len(papers); len(pool) < want {
			fields = append(fields, errs.Field{Name: l.Name(), Key: "bank_error_stock", Args: errs.Args{"want": want, "there": len(pool), "objective": l.Objective}})
			continue
		}
		drawn[i] = deal(pool, l.N, len(papers), rnd)
		for _, paper := range drawn[i] {
			for _, r := range paper {
				taken[r.Code] = true
			}
		}
	}
	if err := errs.InvalidFields(fields); err != nil {
		return nil, err
	}
	for _, line := range drawn {
		for k := range papers {
			papers[k] = append(papers[k], line[k]...)
		}
	}
	return papers, nil
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func candidates(stock []Row, l Line, taken map[string]bool) []Row {
	var pool []Row
	for _, r := range stock {
		if r.Objective == l.Objective && r.Course == l.Course && (l.Difficulty == 0 || r.Difficulty == l.Difficulty) && !taken[r.Code] {
			pool = append(pool, r)
		}
	}
	return pool
}

// deal draws n questions for each form and orders them by difficulty, easy ones first.
func deal(pool []Row, n, forms int, rnd *rand.Rand) [][]Row {
	pool = slices.Clone(pool)
	rnd.Shuffle(len(pool), func(i, j int) { pool[i], pool[j] = pool[j], pool[i] })
	pool = pool[:n*forms]
	slices.SortStableFunc(pool, func(a, b Row) int { return a.Difficulty - b.Difficulty })
	papers := make([][]Row, forms)
	for i := 0; i < len(pool); i += forms {
		first := 0
		if forms == 2 {
			first = rnd.IntN(2)
		}
		for k := range forms {
			papers[(first+k)%forms] = append(papers[(first+k)%forms], pool[i+k])
		}
	}
	return papers
}
