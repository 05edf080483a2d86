package workshop

import (
	"context"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// CalendarEntry is a half-day in the calendar.
type CalendarEntry struct {
	EventID  uuid.UUID
	Code     string
	Kind     Kind
	State    State
	Title    string
	TitleAR  string `bun:"title_ar"`
	Venue    string
	Room     string
	TimeZone string
	Day      time.Time // in the event's own zone
	Half     Half
	StartsAt time.Time
	EndsAt   time.Time
	Topic    string
}

// TitleIn is the title for a reader.
func (c *CalendarEntry) TitleIn(l i18n.Lang) string {
	if l == i18n.AR && c.TitleAR != "" {
		return c.TitleAR
	}
	return c.Title
}

// Zone is the event's time zone.
func (c *CalendarEntry) Zone() *time.Location { return zone(c.TimeZone) }

// maxCalendarDays is the longest stretch that the calendar shows at once.
const maxCalendarDays = 100

// Calendar lists the half-days from the day `from` to the day `to`, both included, of the events that the actor runs or
// manages, in order of time. Cancelled events are left out.
func (s *Service) Calendar(ctx context.Context, actor access.Actor, from, to time.Time) ([]CalendarEntry, error) {
	if err := access.Can(actor, access.WorkshopList, access.Resource{PersonID: actor.PersonID}); err != nil {
		return nil, err
	}
	if to.Before(from) || to.Sub(from) > maxCalendarDays*24*time.Hour {
		return nil, errs.NewInvalid("error_bad_request")
	}
	var list []CalendarEntry
	q := s.db.NewSelect().TableExpr("workshop.event AS e").Join("JOIN workshop.slot AS s ON s.event_id = e.id").
		ColumnExpr("e.id AS event_id, e.code, e.kind, e.state, e.title, e.title_ar, e.venue, e.room, e.time_zone, s.day, s.half, s.starts_at, s.ends_at, s.topic").
		Where("e.state <> 'cancelled'").Where("s.day BETWEEN ? AND ?", from.Format(time.DateOnly), to.Format(time.DateOnly)).OrderExpr("s.day, s.starts_at, e.code")
	return list, db.Translate(scoped(q, actor).Scan(ctx, &list))
}
