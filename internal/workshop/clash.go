package workshop

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/db"
)

// ClashKind is what is wanted in two places at once.
type ClashKind string

// The kinds of clashes.
const (
	ClashTrainer     ClashKind = "trainer"
	ClashRoom        ClashKind = "room"
	ClashParticipant ClashKind = "participant"
)

// Clash is a trainer, a room or a participant that another event wants at the same time. It warns and forbids nothing: a
// person knows best whether a room can be shared.
type Clash struct {
	Kind    ClashKind
	EventID uuid.UUID // the other event; zero when the reader may not see it
	Code    string
	Title   string // empty when the reader may not see the other event
	Name    string // of the person; empty for a room
	Day     time.Time
}

// clashQuery finds the half-days of other events that overlap one of this event's, with what both want. $1 is the event.
const clashQuery = `WITH mine AS (
  SELECT s.id, s.day, s.starts_at, s.ends_at, s.trainer_id, e.room, e.venue FROM workshop.slot AS s JOIN workshop.event AS e ON e.id = s.event_id WHERE s.event_id = ?0
), other AS (
  SELECT m.day, m.trainer_id AS my_trainer, m.room AS my_room, m.venue AS my_venue, t.event_id, t.trainer_id, o.code, o.title, o.room, o.venue
  FROM mine AS m JOIN workshop.slot AS t ON t.event_id <> ?0 AND tstzrange(t.starts_at, t.ends_at) && tstzrange(m.starts_at, m.ends_at)
  JOIN workshop.event AS o ON o.id = t.event_id AND o.state <> 'cancelled'
)
SELECT 'trainer' AS kind, x.event_id, x.code, x.title, p.family_name || ' ' || p.given_name AS name, min(x.day) AS day
FROM other AS x JOIN workshop.event_trainer AS a ON a.event_id = ?0 AND (x.my_trainer IS NULL OR x.my_trainer = a.person_id)
JOIN workshop.event_trainer AS b ON b.event_id = x.event_id AND b.person_id = a.person_id AND (x.trainer_id IS NULL OR x.trainer_id = b.person_id)
JOIN org.person AS p ON p.id = a.person_id GROUP BY 2, 3, 4, 5
UNION ALL
SELECT 'room', x.event_id, x.code, x.title, '', min(x.day) FROM other AS x
WHERE x.my_room <> '' AND lower(unaccent(x.my_room)) = lower(unaccent(x.room)) AND lower(unaccent(x.my_venue)) = lower(unaccent(x.venue)) GROUP BY 2, 3, 4
UNION ALL
SELECT 'participant', x.event_id, x.code, x.title, p.family_name || ' ' || p.given_name, min(x.day)
FROM other AS x JOIN workshop.enrolment AS a ON a.event_id = ?0 AND a.state IN ('enrolled', 'invited')
JOIN workshop.enrolment AS b ON b.event_id = x.event_id AND b.person_id = a.person_id AND b.state = 'enrolled'
JOIN org.person AS p ON p.id = a.person_id GROUP BY 2, 3, 4, 5
ORDER BY kind DESC, day, code, name`

// Clashes lists what other events want at the same time. Of an event that the reader may not see, only the code is told.
func (s *Service) Clashes(ctx context.Context, actor access.Actor, event uuid.UUID) ([]Clash, error) {
	h, err := s.Head(ctx, actor, access.WorkshopView, event)
	if err != nil || h.Event.State == Cancelled || h.Event.State == Closed {
		return nil, err
	}
	var list []Clash
	if err := s.db.NewRaw(clashQuery, event).Scan(ctx, &list); err != nil {
		return nil, db.Translate(err)
	}
	return s.hideForeign(ctx, actor, list)
}

func (s *Service) hideForeign(ctx context.Context, actor access.Actor, list []Clash) ([]Clash, error) {
	var seen []uuid.UUID
	if len(list) > 0 {
		if err := scoped(s.db.NewSelect().TableExpr("workshop.event AS e").ColumnExpr("e.id"), actor).Scan(ctx, &seen); err != nil {
			return nil, db.Translate(err)
		}
	}
	for i := range list {
		if !slices.Contains(seen, list[i].EventID) {
			list[i].EventID, list[i].Title = uuid.Nil, ""
		}
	}
	return list, nil
}
