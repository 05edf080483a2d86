package report

import (
	"context"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/i18n"
	"shelter/internal/programme"
)

// How figures are kept.
const (
	maxKept = 2000                   // figures of one state of the data
	slow    = 400 * time.Millisecond // computing that takes longer is not done while a page waits, if it can be helped
	refill  = 3 * time.Minute        // at most, for all figures
)

// shelf holds the figures computed for one state of the data. When the data change and computing anew takes long, a dashboard
// shows what stands here with its time, and the new figures are computed meanwhile.
type shelf struct {
	mu      sync.Mutex
	read    bool // what an earlier run of the server left was looked for
	state   string
	at      time.Time
	took    time.Duration // computing what is kept
	figures map[string]Figure
	trained *Training // nil: not computed in this state
	filling bool
}

// get gives a kept figure of a state.
func (h *shelf) get(state, key string) (Figure, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.state != state {
		return Figure{}, false
	}
	f, ok := h.figures[key]
	return f, ok
}

// put keeps a figure, unless the shelf has gone on to another state.
func (h *shelf) put(state, key string, f Figure, took time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.state == state && len(h.figures) < maxKept {
		h.figures[key] = f
		h.took += took
	}
}

func (h *shelf) trainingOf(state string) (*Training, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.trained, h.state == state && h.trained != nil
}

func (h *shelf) putTraining(state string, t *Training, took time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.state == state {
		h.trained = t
		h.took += took
	}
}

// turn empties the shelf for a new state of the data.
func (h *shelf) turn(state string, at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.state != state {
		h.state, h.at, h.took, h.figures, h.trained = state, at, 0, map[string]Figure{}, nil
	}
}

// older gives the state and time of figures that are no longer true but took long to compute, and whether the caller is the one
// to compute the new ones.
func (h *shelf) older(state string) (old string, at time.Time, fill bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.state == "" || h.state == state || h.took < slow {
		return state, time.Time{}, false
	}
	fill = !h.filling
	h.filling = true
	return h.state, h.at, fill
}

// replace puts the figures of a new state in the place of all that is kept.
func (h *shelf) replace(k kept) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.state, h.at, h.took, h.figures, h.trained = k.State, k.At, time.Duration(k.TookMS)*time.Millisecond, k.Figures, k.Training
}

// kept is the shelf as a server finds it when it starts.
type kept struct {
	bun.BaseModel `bun:"programme.shelf,alias:s"`

	ID      int               `bun:"id,pk"`
	State   string            `bun:"state"`
	At      time.Time         `bun:"at"`
	TookMS  int64             `bun:"took_ms"`
	Figures map[string]Figure `bun:"figures,type:jsonb"`
	// Training is as it was read, for every reader; it is not shown but through Training.to.
	Training *Training `bun:"training,type:jsonb"`
}

// stateSQL is one count for each source of the figures, and changes with every change of what the queries read (migration 0410).
const stateSQL = `SELECT coalesce(string_agg(source || ' ' || n, ' ' ORDER BY source), '-')
	FROM (SELECT source, sum(n) AS n FROM programme.change GROUP BY source) x`

// current is the state of the data; a total counts up to today, so that the day belongs to it.
func (s *Programme) current(ctx context.Context) (string, error) {
	var state string
	err := s.db.NewRaw(stateSQL).Scan(ctx, &state)
	return i18n.Day(s.now()).Format(time.DateOnly) + " " + state, db.Translate(err)
}

// exactly is for reports and for what is published: the state of the data now.
func (s *Programme) exactly(ctx context.Context) (string, error) {
	state, err := s.current(ctx)
	if err != nil {
		return "", err
	}
	s.shelf.turn(state, s.now().UTC())
	return state, nil
}

// glance is for a page: the state of the data now or, when computing its figures takes long, an earlier one with its time.
func (s *Programme) glance(ctx context.Context) (string, time.Time, error) {
	state, err := s.current(ctx)
	if err != nil {
		return "", time.Time{}, err
	}
	s.recall(ctx)
	old, at, fill := s.shelf.older(state)
	if fill {
		go s.refillShelf(context.WithoutCancel(ctx))
	}
	if at.IsZero() {
		s.shelf.turn(state, s.now().UTC())
	}
	return old, at, nil
}

// recall looks once for what an earlier run of the server left. What cannot be read is computed.
func (s *Programme) recall(ctx context.Context) {
	s.shelf.mu.Lock()
	first := !s.shelf.read && s.shelf.state == ""
	s.shelf.read = true
	s.shelf.mu.Unlock()
	if !first {
		return
	}
	var k kept
	if err := s.db.NewSelect().Model(&k).Where("id = 1").Scan(ctx); err == nil && k.Figures != nil {
		s.shelf.replace(k)
	}
}

func (s *Programme) refillShelf(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, refill)
	defer cancel()
	_ = s.Refill(ctx) // what fails now is tried again when somebody looks
	s.shelf.mu.Lock()
	s.shelf.filling = false
	s.shelf.mu.Unlock()
}

// Refill computes every figure of the dashboard and keeps them; those that took long are there for the next start too. The plan is
// read as the system reads it: nobody sees these figures but through Board and its like.
func (s *Programme) Refill(ctx context.Context) error {
	plan, err := s.plan.Plan(ctx, refiller)
	if err != nil {
		return err
	}
	state, err := s.current(ctx)
	if err != nil {
		return err
	}
	k := kept{ID: 1, State: state, At: s.now().UTC(), Figures: map[string]Figure{}}
	begun := time.Now() //nolint:forbidigo // how long it takes, not when
	if err := s.computeAll(ctx, plan, k); err != nil {
		return err
	}
	if k.Training, err = s.training(ctx); err != nil {
		return err
	}
	took := time.Since(begun)
	k.TookMS = took.Milliseconds()
	s.shelf.replace(k)
	if took < slow {
		return nil
	}
	return s.leave(ctx, &k)
}

// refiller computes when nobody in particular asks.
var refiller = access.System("figures")

// trainedPersons is what the map shows, whether or not the plan has such an indicator.
var trainedPersons = programme.Indicator{Query: "persons_trained", Unit: programme.Count}

func (s *Programme) computeAll(ctx context.Context, plan *programme.Plan, k kept) error {
	for _, i := range append([]programme.Indicator{trainedPersons}, plan.Indicators...) {
		if i.Query == victimsAssisted {
			continue
		}
		spans := [][2]time.Time{{first, k.At}}
		for _, p := range plan.Periods {
			if p.StartsOn.Before(k.At) {
				spans = append(spans, [2]time.Time{p.StartsOn, p.EndsOn})
			}
		}
		for _, span := range spans {
			key := s.figureKey(i, span[0], span[1])
			if _, ok := k.Figures[key]; ok {
				continue
			}
			f, err := s.compute(ctx, i, span[0], span[1])
			if err != nil {
				return err
			}
			k.Figures[key] = f
		}
	}
	return nil
}

// figureKey names a figure within a state. The total, which goes to today, has a name of its own: the day is the state's.
func (s *Programme) figureKey(i programme.Indicator, from, to time.Time) string {
	key := i.Query
	if key == "" {
		key = i.ID.String() + string(i.Unit)
	}
	if from.Equal(first) && to.Format(time.DateOnly) == i18n.Day(s.now()).Format(time.DateOnly) {
		return key + " total"
	}
	return key + " " + from.Format(time.DateOnly) + " " + to.Format(time.DateOnly)
}

// leave writes the figures down for the next start, and counts together what connections that ended have counted.
func (s *Programme) leave(ctx context.Context, k *kept) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(k).On("CONFLICT (id) DO UPDATE").Set("state = EXCLUDED.state, at = EXCLUDED.at, took_ms = EXCLUDED.took_ms, figures = EXCLUDED.figures, training = EXCLUDED.training").Exec(ctx); err != nil {
			return db.Translate(err)
		}
		_, err := tx.NewRaw(`WITH ended AS (DELETE FROM programme.change WHERE backend <> 0 AND backend NOT IN (SELECT pid FROM pg_stat_activity) RETURNING source, n)
			INSERT INTO programme.change AS c (source, backend, n) SELECT source, 0, sum(n) FROM ended GROUP BY source
			ON CONFLICT (source, backend) DO UPDATE SET n = c.n + EXCLUDED.n`).Exec(ctx)
		return db.Translate(err)
	})
}
