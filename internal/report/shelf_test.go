package report

import (
	"context"
	"testing"
	"time"

	"shelter/internal/workshop"
)

// TestPageShowsEarlierFiguresWhileNewOnesAreComputed: where computing takes long, a page shows what it has, with its time, and the
// next one the new figures. What is reported is never old.
func TestPageShowsEarlierFiguresWhileNewOnesAreComputed(t *testing.T) {
	t.Parallel()
	h, s, id := planned(t)
	glance := func() *Board {
		t.Helper()
		b, err := s.Glance(h.ctx, managerActor)
		h.must(err)
		return b
	}
	h.markAll(0, workshop.Present, monday.Add(8*time.Hour))
	if b := glance(); !b.AsOf.IsZero() || *b.Row(id).Total.Value != 1 || *b.Trained.Value != 1 {
		t.Fatalf("at first: %+v of %v", b.Row(id).Total, b.AsOf)
	}
	h.markAll(1, workshop.Present, monday.Add(8*time.Hour))
	if b := glance(); !b.AsOf.IsZero() || *b.Row(id).Total.Value != 2 {
		t.Fatalf("a quick computation is done at once: %+v of %v", b.Row(id).Total, b.AsOf)
	}

	s.shelf.took, s.shelf.filling = time.Minute, true // as if the figures had taken long, and somebody were at it
	h.markAll(1, workshop.Absent, monday.Add(9*time.Hour))
	if b := glance(); b.AsOf.IsZero() || *b.Row(id).Total.Value != 2 || *b.Trained.Value != 2 {
		t.Fatalf("while they are computed: %+v of %v", b.Row(id).Total, b.AsOf)
	}
	if b, err := s.One(h.ctx, managerActor, id); err != nil || b.AsOf.IsZero() || *b.Rows[0].Total.Value != 2 {
		t.Errorf("the indicator's page: %v, %v", b.AsOf, err)
	}
	s.refillShelf(h.ctx)
	if b := glance(); !b.AsOf.IsZero() || *b.Row(id).Total.Value != 1 || *b.Trained.Value != 1 {
		t.Errorf("afterwards: %+v of %v", b.Row(id).Total, b.AsOf)
	}

	s.shelf.took = time.Minute
	h.markAll(0, workshop.Absent, monday.Add(9*time.Hour))
	b, err := s.Board(h.ctx, managerActor)
	h.must(err)
	if *b.Row(id).Total.Value != 0 {
		t.Errorf("a report has an old figure: %v", *b.Row(id).Total.Value)
	}
}

// TestFiguresOutliveTheServer: what took long stands in the database for the next start, and what connections counted that ended is
// counted together without a change of the state.
func TestFiguresOutliveTheServer(t *testing.T) {
	t.Parallel()
	h, s, id := planned(t)
	h.markAll(0, workshop.Present, monday.Add(8*time.Hour))
	_, err := h.db.App().NewRaw("INSERT INTO programme.change VALUES ('workshop.event', 2147483647, 5)").Exec(h.ctx)
	h.must(err)
	h.must(s.Refill(h.ctx))
	before, err := s.current(h.ctx)
	h.must(err)
	h.must(s.leave(h.ctx, &kept{ID: 1, State: s.shelf.state, At: monday, TookMS: time.Minute.Milliseconds(), Figures: s.shelf.figures}))
	after, err := s.current(h.ctx)
	h.must(err)
	if before != after {
		t.Errorf("the state was %q and is %q", before, after)
	}
	n, err := h.db.App().NewSelect().TableExpr("programme.change").Where("backend = 2147483647").Count(h.ctx)
	h.must(err)
	if n != 0 {
		t.Error("an ended connection is still counted apart")
	}

	next := NewProgramme(s.db, s.plan, s.people, s.bundle, s.now, s.assistance)
	next.shelf.filling = true
	h.markAll(1, workshop.Present, monday.Add(8*time.Hour))
	b, err := next.Glance(context.WithoutCancel(h.ctx), managerActor)
	h.must(err)
	if !b.AsOf.Equal(monday) || *b.Row(id).Total.Value != 1 {
		t.Errorf("after a start: %v of %v", *b.Row(id).Total.Value, b.AsOf)
	}
}
