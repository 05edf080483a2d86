package casework

import (
	"cmp"
	"slices"
	"time"

	"github.com/google/uuid"
)

// begin makes the quarters, the latest last.
func (t *Team) begin() {
	from, _ := quarters(t.Today, t.Today)
	t.quarterOf = map[int64]int{}
	for i := range teamQuarters {
		q := from.AddDate(0, -3*(teamQuarters-1-i), 0)
		t.quarterOf[q.Unix()] = i
		t.Quarters = append(t.Quarters, Quarter{From: q})
	}
}

// quarter gives the quarter of a day, a throw-away one for a day before the first.
func (t *Team) quarter(day time.Time) *Quarter {
	from, _ := quarters(day, day)
	if i, ok := t.quarterOf[from.Unix()]; ok && !day.IsZero() {
		return &t.Quarters[i]
	}
	return &Quarter{}
}

// heldOn tells whether somebody held the competency on a day.
func (t *Team) heldOn(id uuid.UUID, day time.Time) bool {
	return slices.ContainsFunc(t.spans[id], func(s Span) bool { return !day.Before(s.From.Truncate(24*time.Hour)) && day.Before(s.Until) })
}

// first gives the day on which somebody held it first.
func (t *Team) first(id uuid.UUID) (time.Time, bool) {
	list := t.spans[id]
	if len(list) == 0 {
		return time.Time{}, false
	}
	return slices.MinFunc(list, func(a, b Span) int { return a.From.Compare(b.From) }).From.Truncate(24 * time.Hour), true
}

func (t *Team) addFiles(files []TeamFile) {
	t.Files = len(files)
	members := map[uuid.UUID]*Member{}
	for i := range files {
		f := &files[i]
		t.quarter(f.ReportedOn).Reported++
		t.quarter(f.ClosedOn).Closed++
		t.Goals.N, t.Goals.Of = t.Goals.N+f.GoalsMet, t.Goals.Of+f.Goals
		t.FirstDays.add(f)
		if f.State != Closed {
			t.Open++
			t.FilesHeld.count(t.heldOn(f.WorkerID, t.Today))
			if f.WorkerID != uuid.Nil {
				m := members[f.WorkerID]
				if m == nil {
					m = t.member(f.WorkerID)
					members[f.WorkerID] = m
				}
				m.Open++
				m.Overdue += f.Overdue
			}
		}
		if since, ok := t.first(f.WorkerID); !ok {
			t.LeftOut++
		} else {
			t.side(f.ReportedOn, since).add(f)
		}
	}
	t.Needs = t.FirstDays.Needs
	for _, m := range members {
		t.Members = append(t.Members, *m)
	}
	slices.SortFunc(t.Members, func(a, b Member) int { return cmp.Or(b.Open-a.Open, cmp.Compare(a.ID.String(), b.ID.String())) })
}

func (t *Team) member(id uuid.UUID) *Member {
	m := &Member{ID: id, Held: t.heldOn(id, t.Today)}
	for _, s := range t.spans[id] {
		if s.Until.After(m.Until) {
			m.Until = s.Until
		}
	}
	return m
}

// side is the time before, or after, somebody was trained.
func (t *Team) side(day, since time.Time) *Side {
	if day.Before(since) {
		return &t.Before
	}
	return &t.After
}

func (s *Side) add(f *TeamFile) {
	s.Files++
	if !f.FirstOn.IsZero() && !f.FirstOn.Before(f.ReportedOn) {
		s.Days = append(s.Days, int(f.FirstOn.Sub(f.ReportedOn).Hours()/24))
	}
	s.Needs.N, s.Needs.Of = s.Needs.N+f.Provided, s.Needs.Of+f.Provided+f.Unmet
}

func (t *Team) addServices(list []teamService) {
	year := t.Quarters[teamQuarters-4].From
	for i := range list {
		s := &list[i]
		if s.State == "unavailable" {
			t.quarter(s.On).Unmet++
			continue
		}
		t.quarter(s.On).Provided++
		if !s.On.Before(year) {
			t.ServicesHeld.count(t.heldOn(s.DoneBy, s.On))
		}
	}
}

// addReferrals counts the referrals of each trained worker before and after, over the time from the first file that they follow.
func (t *Team) addReferrals(list []teamReferral, files []TeamFile) {
	begun := map[uuid.UUID]time.Time{}
	for i := range files {
		f := &files[i]
		if day, known := begun[f.WorkerID]; !known || f.ReportedOn.Before(day) {
			begun[f.WorkerID] = f.ReportedOn
		}
	}
	for _, r := range list {
		t.quarter(r.On).Referrals++
		if since, ok := t.first(r.ByID); ok && !begun[r.ByID].IsZero() && !r.On.Before(begun[r.ByID]) {
			t.side(r.On, since).Referrals++
		}
	}
	for id, day := range begun {
		if since, ok := t.first(id); ok {
			t.Before.Quarters += max(0, since.Sub(day).Hours()/24/quarterDays)
			t.After.Quarters += max(0, t.Today.Sub(later(since, day)).Hours()/24/quarterDays)
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
