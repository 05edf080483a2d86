package ui

import (
	"slices"
	"strings"
	"time"

	"shelter/internal/i18n"
	"shelter/internal/programme"
	webprogramme "shelter/web/programme"
)

// The drawing of the work plan: its width in its own units, the height of a row, and where the first begins.
const (
	ganttWidth = 1000
	ganttRow   = 28
	ganttTop   = 24
)

// ganttOf lays the tasks out over their days; in Arabic time runs from right to left. It is nil without tasks.
func ganttOf(loc *i18n.Localizer, list []programme.Record, now time.Time) *webprogramme.Gantt {
	if len(list) == 0 {
		return nil
	}
	from, to := list[0].Values["starts_on"], list[0].Values["ends_on"]
	for _, r := range list {
		from, to = min(from, r.Values["starts_on"]), max(to, r.Values["ends_on"])
	}
	first, _ := time.Parse(time.DateOnly, from) // the database keeps days
	last, _ := time.Parse(time.DateOnly, to)
	g := &webprogramme.Gantt{RTL: loc.Lang() == i18n.AR, High: ganttTop + ganttRow*len(list)}
	days := last.Sub(first).Hours()/24 + 1
	at := func(t time.Time) int { return int(t.Sub(first).Hours() / 24 / days * ganttWidth) }
	flip := func(x int) int {
		if g.RTL {
			return ganttWidth - x
		}
		return x
	}
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b programme.Record) int { return strings.Compare(a.Values["starts_on"], b.Values["starts_on"]) })
	for i, r := range sorted {
		a, _ := time.Parse(time.DateOnly, r.Values["starts_on"])
		b, _ := time.Parse(time.DateOnly, r.Values["ends_on"])
		x, w := at(a), max(12, at(b.AddDate(0, 0, 1))-at(a))
		if g.RTL {
			x = ganttWidth - x - w
		}
		g.Rows = append(g.Rows, webprogramme.GanttRow{Code: r.Values["code"], Title: r.Values["title"], Dates: loc.DateRange(a, b), Status: r.Values["status"],
			State: loc.T("programme_choice_" + r.Values["status"]), X: x, W: w, Y: ganttTop + ganttRow*i})
	}
	for q := time.Date(first.Year(), first.Month()-(first.Month()-1)%3, 1, 0, 0, 0, 0, time.UTC); !q.After(last); q = q.AddDate(0, 3, 0) {
		if !q.Before(first) {
			g.Marks = append(g.Marks, webprogramme.GanttMark{X: flip(at(q)), Label: q.Format("01/2006")})
		}
	}
	g.Today = flip(min(ganttWidth, max(0, at(now))))
	return g
}
