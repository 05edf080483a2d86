package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"shelter/internal/app"
	"shelter/internal/config"
)

type loadCmd struct {
	URL     string        `arg:"" help:"Address of the running server."`
	People  int           `default:"2000" help:"People in the test at once."`
	Every   time.Duration `default:"10s" help:"Time between two answers of a person."`
	For     time.Duration `default:"2m" help:"How long they answer before they submit."`
	Submit  time.Duration `default:"1m" help:"Time within which all submit."`
	Arrival time.Duration `default:"1m" help:"Time within which all join."`
}

// latency holds how long requests of one kind took.
type latency struct {
	mu     sync.Mutex
	took   []time.Duration
	errors map[string]int
}

func (l *latency) add(d time.Duration, status int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err != nil:
		l.fail("network: " + err.Error())
	case status >= 400:
		l.fail("status " + strconv.Itoa(status))
	default:
		l.took = append(l.took, d)
	}
}

func (l *latency) fail(what string) {
	if l.errors == nil {
		l.errors = map[string]int{}
	}
	l.errors[what]++
}

// figures of one kind of request, in milliseconds.
type figures struct {
	N      int            `json:"n"`
	P50    float64        `json:"p50_ms"`
	P99    float64        `json:"p99_ms"`
	Max    float64        `json:"max_ms"`
	Errors map[string]int `json:"errors,omitempty"`
}

func (l *latency) figures() figures {
	l.mu.Lock()
	defer l.mu.Unlock()
	slices.Sort(l.took)
	f := figures{N: len(l.took), Errors: l.errors}
	if f.N == 0 {
		return f
	}
	at := func(share float64) float64 { return l.took[int(share*float64(f.N-1))].Seconds() * 1000 }
	f.P50, f.P99, f.Max = at(.5), at(.99), at(1)
	return f
}

// outcome is what `examlab load` prints.
type outcome struct {
	People   int       `json:"people"`
	Unloaded figures   `json:"unloaded"` // one person alone, beforehand
	Join     figures   `json:"join"`
	Save     figures   `json:"autosave"`
	Submit   figures   `json:"submit"`
	Ratio    float64   `json:"p99_over_unloaded_median"`
	MemoryMB []float64 `json:"server_memory_mb"` // every ten seconds
}

// Run prints the outcome; an error or a ratio of 10 or more fails it.
func (l loadCmd) Run(ctx context.Context, c config.Config) error {
	u, err := url.Parse(l.URL)
	if err != nil {
		return err
	}
	var r room
	err = with(ctx, c, func(a *app.Running) error {
		r, err = openRoom(ctx, a)
		return err
	})
	if err != nil {
		return err
	}
	o, err := l.drive(ctx, u.Host, r)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(os.Stdout)
	enc.SetIndent("", "  ")
	if err := enc.Encode(o); err != nil {
		return err
	}
	if n := len(o.Join.Errors) + len(o.Save.Errors) + len(o.Submit.Errors); n > 0 || o.Ratio >= 10 {
		return fmt.Errorf("examlab: %d kinds of errors, p99 %.1f times the unloaded median", n, o.Ratio)
	}
	return nil
}

func (l loadCmd) drive(ctx context.Context, host string, r room) (outcome, error) {
	o := outcome{People: l.People}
	var unloaded, join, save, submit latency
	alone := &person{host: host, room: r, name: "SEUL"}
	if err := alone.join(&join); err != nil {
		return o, err
	}
	for range 300 {
		alone.save(&unloaded)
	}
	alone.close()
	stop := make(chan struct{})
	memory := watchMemory(host, stop)
	var wg sync.WaitGroup
	begin := time.Now()
	for i := range l.People {
		p := &person{host: host, room: r, name: fmt.Sprintf("P%06d", i)}
		wg.Go(func() { l.sit(ctx, p, begin, &join, &save, &submit) })
	}
	wg.Wait()
	close(stop)
	o.MemoryMB = <-memory
	o.Unloaded, o.Join, o.Save, o.Submit = unloaded.figures(), join.figures(), save.figures(), submit.figures()
	if o.Unloaded.P50 > 0 {
		o.Ratio = o.Save.P99 / o.Unloaded.P50
	}
	return o, nil
}

// sit is one person's test: in at a random moment, an answer at intervals, out at a random moment of the last minute.
func (l loadCmd) sit(ctx context.Context, p *person, begin time.Time, join, save, submit *latency) {
	defer p.close()
	if !wait(ctx, begin.Add(rand.N(l.Arrival))) {
		return
	}
	if p.join(join) != nil {
		return
	}
	end := begin.Add(l.Arrival + l.For)
	for next := time.Now().Add(rand.N(l.Every)); next.Before(end); next = next.Add(l.Every) {
		if !wait(ctx, next) {
			return
		}
		p.save(save)
	}
	if wait(ctx, end.Add(rand.N(l.Submit))) {
		p.submit(submit)
	}
}

func wait(ctx context.Context, until time.Time) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(time.Until(until)):
		return true
	}
}
