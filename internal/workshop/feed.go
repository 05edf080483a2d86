package workshop

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/ical"
)

// Feed is a private address under which a person's calendar program finds their half-days.
type Feed struct {
	bun.BaseModel `bun:"table:workshop.feed,alias:feed"`

	ID        uuid.UUID `bun:",pk"`
	PersonID  uuid.UUID
	Token     string
	Neutral   bool
	CreatedAt time.Time
	RevokedAt time.Time `bun:",nullzero"`
}

// Feed gives the actor's feed, or nil when there is none.
func (s *Service) Feed(ctx context.Context, actor access.Actor) (*Feed, error) {
	if err := access.Can(actor, access.OwnTraining, access.Resource{PersonID: actor.PersonID}); err != nil {
		return nil, err
	}
	f := new(Feed)
	err := s.db.NewSelect().Model(f).Where("person_id = ? AND revoked_at IS NULL", actor.PersonID).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return f, db.Translate(err)
}

// SetFeed gives the actor a new feed and ends the one before; with on false it only ends it.
func (s *Service) SetFeed(ctx context.Context, actor access.Actor, on, neutral bool) error {
	if err := access.Can(actor, access.OwnTraining, access.Resource{PersonID: actor.PersonID}); err != nil {
		return err
	}
	token, err := newToken(s.random)
	if err != nil {
		return err
	}
	id, err := newID()
	if err != nil {
		return err
	}
	now := s.now().UTC()
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewUpdate().Model((*Feed)(nil)).Set("revoked_at = ?", now).Where("person_id = ? AND revoked_at IS NULL", actor.PersonID).Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		if on {
			f := &Feed{ID: id, PersonID: actor.PersonID, Token: token, Neutral: neutral, CreatedAt: now}
			if _, err := tx.NewInsert().Model(f).Exec(ctx); err != nil {
				return db.Translate(err)
			}
		}
		return audit.Record(ctx, tx, audit.Entry{At: now, Actor: actor, Action: "workshop.feed", Kind: "person", ID: actor.PersonID.String(), Detail: map[string]any{"on": on, "neutral": neutral}})
	})
}

// feedDays is how long a feed remembers what is over.
const feedDays = 90

// FeedCalendar gives the half-days of the person whose feed it is: those that they take part in, and those that they run.
// neutral is the title of a feed that tells no subject.
// public: whoever knows the token is the person's calendar program; it can be revoked at any time.
func (s *Service) FeedCalendar(ctx context.Context, token, name string, neutral func(i18n.Lang) string) ([]byte, error) {
	f := new(Feed)
	err := s.db.NewSelect().Model(f).Where("token = ? AND revoked_at IS NULL", token).Scan(ctx)
	if err != nil {
		return nil, errs.Wrap(db.Translate(err), "workshop: feed")
	}
	var lang i18n.Lang
	if err := s.db.NewSelect().TableExpr("org.person").Column("lang").Where("id = ?", f.PersonID).Scan(ctx, &lang); err != nil {
		return nil, db.Translate(err)
	}
	events, err := s.feedEvents(ctx, f.PersonID)
	if err != nil {
		return nil, err
	}
	title := ""
	if f.Neutral {
		title = neutral(lang)
	}
	c := ical.Calendar{Method: ical.Publish, Name: name}
	slots, err := feedSlots(ctx, s.db, events)
	if err != nil {
		return nil, err
	}
	for i := range events {
		for _, sl := range slots[events[i].ID] {
			e := sl.entry(&events[i], lang, title)
			e.Organizer = s.organizer()
			c.Events = append(c.Events, e)
		}
	}
	return c.Bytes(), nil
}

// organizer is the house's mailbox, which RFC 5546 wants in what is published too; nil without one.
func (s *Service) organizer() *ical.Party {
	if s.outbox == nil || s.outbox.From == "" {
		return nil
	}
	return &ical.Party{Name: "Shelter", Address: s.outbox.From}
}

// feedSlots gives the half-days of events in order of time: a calendar program asks often, and one statement answers it.
func feedSlots(ctx context.Context, idb bun.IDB, events []Event) (map[uuid.UUID][]calendarSlot, error) {
	ids := make([]uuid.UUID, len(events))
	for i := range events {
		ids[i] = events[i].ID
	}
	var list []struct {
		calendarSlot

		EventID uuid.UUID
	}
	if len(ids) > 0 {
		err := idb.NewSelect().TableExpr("workshop.slot").Column("id", "ical_uid", "sequence", "starts_at", "ends_at", "topic", "event_id").
			Where("event_id IN (?)", bun.List(ids)).Order("starts_at").Scan(ctx, &list)
		if err != nil {
			return nil, db.Translate(err)
		}
	}
	slots := map[uuid.UUID][]calendarSlot{}
	for _, r := range list {
		slots[r.EventID] = append(slots[r.EventID], r.calendarSlot)
	}
	return slots, nil
}

func (s *Service) feedEvents(ctx context.Context, person uuid.UUID) ([]Event, error) {
	var events []Event
	since := i18n.Day(s.now()).AddDate(0, 0, -feedDays).Format(time.DateOnly)
	err := s.db.NewSelect().Model(&events).Where("event.ends_on >= ?", since).WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("event.state <> 'draft' AND EXISTS (SELECT 1 FROM workshop.enrolment AS n WHERE n.event_id = event.id AND n.person_id = ? AND n.state = 'enrolled')", person).
			WhereOr("EXISTS (SELECT 1 FROM workshop.event_trainer AS t WHERE t.event_id = event.id AND t.person_id = ?)", person)
	}).OrderExpr("event.starts_on, event.code").Scan(ctx)
	return events, db.Translate(err)
}
