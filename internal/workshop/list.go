package workshop

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/i18n"
)

// Filter says which events a list shows.
type Filter struct {
	State    State     // empty: all
	From, To time.Time // events that touch these days; zero: no bound
	Query    string    // words of the title, the venue or the code
	Page     int       // from 1
}

// PerPage is the length of a page of the list.
const PerPage = 50

// Row is a line of the list of events.
type Row struct {
	ID          uuid.UUID
	Code        string
	Kind        Kind
	State       State
	Title       string
	TitleAR     string `bun:"title_ar"`
	Venue       string
	Governorate string
	StartsOn    time.Time
	EndsOn      time.Time
	Capacity    int
	Enrolled    int
	Waiting     int
	Total       int
}

// TitleIn is the title for a reader.
func (r *Row) TitleIn(l i18n.Lang) string {
	if l == i18n.AR && r.TitleAR != "" {
		return r.TitleAR
	}
	return r.Title
}

// Page is one page of the list.
type Page struct {
	Rows  []Row
	Total int
	Page  int
	Pages int
}

// List gives the events that the actor runs or manages, the latest first. Trainees get an empty list here; see Mine.
func (s *Service) List(ctx context.Context, actor access.Actor, f Filter) (Page, error) {
	if err := access.Can(actor, access.WorkshopList, access.Resource{PersonID: actor.PersonID}); err != nil {
		return Page{}, err
	}
	f.Page = max(f.Page, 1)
	var rows []Row
	page := f.apply(scoped(s.eventQuery(), actor)).ColumnExpr("count(*) OVER () AS total").OrderExpr(latestFirst).Limit(PerPage).Offset(int64(f.Page-1) * PerPage)
	if err := s.counted(page).OrderExpr(latestFirst).Scan(ctx, &rows); err != nil {
		return Page{}, db.Translate(err)
	}
	if len(rows) == 0 && f.Page > 1 {
		f.Page = 1
		return s.List(ctx, actor, f)
	}
	p := Page{Rows: rows, Page: f.Page, Pages: 1}
	if len(rows) > 0 {
		p.Total = rows[0].Total
		p.Pages = (p.Total + PerPage - 1) / PerPage
	}
	return p, nil
}

func (s *Service) eventQuery() *bun.SelectQuery {
	return s.db.NewSelect().TableExpr("workshop.event AS e").
		ColumnExpr("e.id, e.code, e.kind, e.state, e.title, e.title_ar, e.venue, coalesce(e.governorate, '') AS governorate, e.starts_on, e.ends_on, e.capacity")
}

// counted adds to the events of a query how many people are on their lists. The query is filtered and cut to its page beforehand: the
// lists of thousands of events are long to count.
func (s *Service) counted(events *bun.SelectQuery) *bun.SelectQuery {
	return s.db.NewSelect().TableExpr("(?) AS e", events).
		Join("CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE n.state = 'enrolled') AS enrolled, count(*) FILTER (WHERE n.state = 'waiting') AS waiting FROM workshop.enrolment AS n WHERE n.event_id = e.id) AS c").
		ColumnExpr("e.*, c.enrolled, c.waiting")
}

// latestFirst is the order of lists that one looks back in.
const latestFirst = "e.starts_on DESC, e.code DESC"

// scoped keeps the events that the actor may open: all for managers, those that they run for trainers.
func scoped(q *bun.SelectQuery, actor access.Actor) *bun.SelectQuery {
	if actor.System != "" || actor.Has(access.Manager) {
		return q
	}
	if !actor.Has(access.Trainer) {
		return q.Where("false")
	}
	ids := actor.ScopedIDs(access.Trainer, access.Workshop)
	return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		if actor.HasGlobal(access.Trainer) {
			q = q.WhereOr("EXISTS (SELECT 1 FROM workshop.event_trainer AS t WHERE t.event_id = e.id AND t.person_id = ?)", actor.PersonID)
		}
		if len(ids) > 0 {
			q = q.WhereOr("e.id IN (?)", bun.List(ids))
		}
		return q.WhereOr("false")
	})
}

var escapeLike = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func (f Filter) apply(q *bun.SelectQuery) *bun.SelectQuery {
	if f.State.Valid() {
		q = q.Where("e.state = ?", f.State)
	}
	if !f.From.IsZero() {
		q = q.Where("e.ends_on >= ?", f.From.Format(time.DateOnly))
	}
	if !f.To.IsZero() {
		q = q.Where("e.starts_on <= ?", f.To.Format(time.DateOnly))
	}
	for _, word := range strings.Fields(f.Query) {
		q = q.Where("unaccent(e.title || ' ' || e.title_ar || ' ' || e.venue || ' ' || e.code) ILIKE unaccent(?)", "%"+escapeLike.Replace(word)+"%")
	}
	return q
}

// Today lists the events of the day that the actor runs or manages, for the first page: the trainer's workshop opens by
// itself.
func (s *Service) Today(ctx context.Context, actor access.Actor) ([]Row, error) {
	if err := access.Can(actor, access.WorkshopList, access.Resource{PersonID: actor.PersonID}); err != nil {
		return nil, err
	}
	today := i18n.Day(s.now()).Format(time.DateOnly)
	var rows []Row
	days := scoped(s.eventQuery(), actor).Where("? BETWEEN e.starts_on AND e.ends_on", today).
		Where("e.state IN ('open', 'confirmed', 'running')").OrderExpr(latestFirst).Limit(PerPage)
	return rows, db.Translate(s.counted(days).OrderExpr(latestFirst).Scan(ctx, &rows))
}

// Next lists the n events that begin soonest after the day, of those that the actor runs or manages and that are not cancelled.
func (s *Service) Next(ctx context.Context, actor access.Actor, n int) ([]Row, error) {
	if err := access.Can(actor, access.WorkshopList, access.Resource{PersonID: actor.PersonID}); err != nil {
		return nil, err
	}
	today := i18n.Day(s.now()).Format(time.DateOnly)
	var rows []Row
	next := scoped(s.eventQuery(), actor).Where("e.starts_on > ?", today).Where("e.state <> 'cancelled'").OrderExpr("e.starts_on, e.code").Limit(int64(n))
	return rows, db.Translate(s.counted(next).OrderExpr("e.starts_on, e.code").Scan(ctx, &rows))
}

// Own is a person's own place in an event.
type Own struct {
	Row

	EnrolmentID uuid.UUID
	EnrolState  EnrolState
	OfferEndsAt time.Time // of the place that is offered
	AnswerToken string    // of the link by which the person gives the place back
	TimeZone    string
	Planned     int // half-days
	Attended    int // half-days
	Minutes     int
}

// Offer tells whether a place is offered to the person, and until when, in the event's zone.
func (o *Own) Offer() (time.Time, bool) {
	return o.OfferEndsAt.In(zone(o.TimeZone)), o.EnrolState == Offered
}

// Mine lists the events of a person, the latest first.
func (s *Service) Mine(ctx context.Context, actor access.Actor, person uuid.UUID) ([]Own, error) {
	if err := access.Can(actor, access.OwnTraining, access.Resource{PersonID: person}); err != nil {
		return nil, err
	}
	return s.ofPerson(ctx, person)
}

// Record lists the events of a person whom the actor may see, for the training record.
func (s *Service) Record(ctx context.Context, actor access.Actor, person uuid.UUID) ([]Own, error) {
	if _, err := s.people.Person(ctx, actor, person); err != nil { // asks for access.PersonView
		return nil, err
	}
	return s.ofPerson(ctx, person)
}

func (s *Service) ofPerson(ctx context.Context, person uuid.UUID) ([]Own, error) {
	var list []Own
	own := s.eventQuery().Join("JOIN workshop.enrolment AS n ON n.event_id = e.id").Where("n.person_id = ?", person).
		Where("e.state <> 'draft'").
		ColumnExpr("n.id AS enrolment_id, n.state AS enrol_state, n.offer_ends_at, n.answer_token, e.time_zone").
		ColumnExpr("(SELECT count(*) FROM workshop.slot AS s WHERE s.event_id = e.id) AS planned").
		ColumnExpr("(SELECT count(*) FROM workshop.attendance AS a WHERE a.enrolment_id = n.id AND a.status IN ('present', 'late', 'left_early')) AS attended").
		ColumnExpr("(SELECT coalesce(sum(a.minutes), 0) FROM workshop.attendance AS a WHERE a.enrolment_id = n.id) AS minutes")
	err := s.counted(own).OrderExpr(latestFirst).Scan(ctx, &list)
	return list, db.Translate(err)
}

// Answers tells whether the person can still say that they will not come.
func (o *Own) Answers() bool {
	return (o.State == Open || o.State == Confirmed) && (o.EnrolState == Enrolled || o.EnrolState == Invited || o.EnrolState == Waiting)
}
