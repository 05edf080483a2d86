package ui

import (
	"net/http"
	"time"

	"shelter/internal/i18n"
	webworkshop "shelter/web/workshop"
)

// WorkshopCalendar shows half-days by month, by week or as a list of the next weeks.
func (u *UI) WorkshopCalendar(x *Ctx) error {
	now := u.Now().In(i18n.Tunis())
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	p := webworkshop.CalendarPage{View: x.Query("view"), Day: today, Today: today}
	if day, err := time.Parse(time.DateOnly, x.Query("day")); err == nil && day.Year() > 1999 && day.Year() < 2101 {
		p.Day = day
	}
	stretchOf(&p, x.Loc)
	var err error
	if p.Entries, err = u.Workshop.Calendar(x.Request.Context(), x.Actor, p.From, p.To); err != nil {
		return err
	}
	p.Page = x.Page(x.Loc.T("plan_calendar"))
	return x.Render(http.StatusOK, webworkshop.Calendar(p))
}

// listDays is how many days the list shows.
const listDays = 60

// stretchOf works out which days a view shows; weeks begin on Monday.
func stretchOf(p *webworkshop.CalendarPage, loc *i18n.Localizer) {
	first := p.Day.AddDate(0, 0, 1-p.Day.Day())
	switch p.View {
	case "week":
		p.From = monday(p.Day)
		p.To = p.From.AddDate(0, 0, 6)
		p.Prev, p.Next = p.Day.AddDate(0, 0, -7), p.Day.AddDate(0, 0, 7)
		p.Period = loc.DateRange(p.From, p.To)
	case "list":
		p.From, p.To = p.Day, p.Day.AddDate(0, 0, listDays-1)
		p.Prev, p.Next = p.Day.AddDate(0, 0, -listDays), p.Day.AddDate(0, 0, listDays)
		p.Period = loc.DateRange(p.From, p.To)
	default:
		p.View = "month"
		p.From, p.To = monday(first), monday(first.AddDate(0, 1, -1)).AddDate(0, 0, 6)
		p.Prev, p.Next = first.AddDate(0, -1, 0), first.AddDate(0, 1, 0)
		p.Period = loc.Month(first)
	}
}

func monday(day time.Time) time.Time {
	return day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
}
