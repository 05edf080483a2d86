package casework

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// IncidentKinds are the kinds of the register of incidents.
var IncidentKinds = []string{"intrusion", "violence", "threat", "self_harm", "medical", "missing", "damage", "other"}

// Incident is a line of a shelter's register.
type Incident struct {
	bun.BaseModel `bun:"table:cases.incident,alias:i"`

	ID      uuid.UUID `bun:",pk"`
	OwnerID uuid.UUID
	Key     uuid.UUID
	OnDay   time.Time
	Kind    string
	Wrapped []byte
	Body    []byte
	At      time.Time
	ByID    uuid.UUID
	Text    IncidentText `bun:"-"`
	Persons int          `bun:",scanonly"`
	Codes   []string     `bun:",array,scanonly"` // of the files that the reader sees
}

// IncidentText is what is sealed of an incident.
type IncidentText struct {
	What     string `json:"what"`
	Measures string `json:"measures"`
}

// IncidentInput is the form of an incident.
type IncidentInput struct {
	Key     uuid.UUID
	OwnerID uuid.UUID
	OnDay   time.Time
	Kind    string
	Text    IncidentText
	Cases   []uuid.UUID // those who live or lived there
}

// AddIncident writes an incident into the register of a shelter.
func (s *Service) AddIncident(ctx context.Context, actor access.Actor, in IncidentInput) error {
	if err := access.Can(actor, access.CaseCreate, ownerResource(in.OwnerID)); err != nil {
		return err
	}
	var c checker
	c.past("on_day", in.OnDay, s.today())
	c.choice("kind", IncidentKinds, in.Kind)
	c.needed("what", in.Text.What)
	c.needed("measures", in.Text.Measures)
	if err := c.err(); err != nil {
		return err
	}
	i := Incident{ID: uuid.Must(uuid.NewV7()), OwnerID: in.OwnerID, Key: in.Key, OnDay: in.OnDay, Kind: in.Kind, At: s.now(), ByID: actor.PersonID}
	key, wrapped, err := s.o.Keys.NewDataKey(i.ID, 1)
	if err != nil {
		return err
	}
	i.Wrapped = wrapped
	if i.Body, err = sealWith(key, "incident", i.ID, in.Text); err != nil {
		return err
	}
	return s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewInsert().Model(&i).On("CONFLICT DO NOTHING").Returning("NULL").Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		if n, _ := res.RowsAffected(); n == 0 { // a repeat
			return nil
		}
		for _, id := range in.Cases {
			_, err := tx.NewRaw("INSERT INTO cases.incident_person (incident_id, case_id, owner_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", i.ID, id, in.OwnerID).Exec(ctx)
			if err = db.Translate(err); errs.Is(err, errs.Forbidden) { // nobody who lives there
				return errs.InvalidFields([]errs.Field{{Name: "cases", Key: "error_choice"}})
			}
			if err != nil {
				return err
			}
		}
		return s.record(ctx, tx, actor, "case.incident", "", in.OwnerID, map[string]any{"incident": i.ID, "kind": in.Kind, "persons": len(in.Cases)})
	})
}

const incidentLimit = 50

func (s *Service) readIncidents(ctx context.Context, tx bun.Tx, h *House) error {
	err := tx.NewSelect().Model(&h.Incidents).ColumnExpr("i.*").ColumnExpr("(SELECT count(*) FROM cases.incident_person p WHERE p.incident_id = i.id) AS persons").
		ColumnExpr("ARRAY(SELECT f.code FROM cases.incident_person p JOIN cases.file f ON f.id = p.case_id WHERE p.incident_id = i.id ORDER BY 1) AS codes").
		Where("i.owner_id = ? AND i.on_day <= ?", h.OwnerID, h.Day).Order("i.on_day DESC", "i.id DESC").Limit(incidentLimit).Scan(ctx)
	if err != nil {
		return db.Translate(err)
	}
	for n := range h.Incidents {
		i := &h.Incidents[n]
		key, err := s.o.Keys.Unwrap(i.Wrapped, i.ID, 1)
		if err != nil {
			return err
		}
		if err := unsealWith(key, "incident", i.ID, i.Body, &i.Text); err != nil {
			return err
		}
	}
	return nil
}

// Nights is the occupancy of a shelter in one month.
type Nights struct {
	OwnerID   uuid.UUID
	Month     time.Time
	Available int // beds times nights
	Taken     int
	Hidden    bool // fewer than five nights: the number is not given
}

const (
	nightsMonths = 12
	nightsHidden = 5
)

// Occupancy gives the nights of each shelter by month, up to yesterday's night: numbers alone, and none of one to four.
func (s *Service) Occupancy(ctx context.Context, actor access.Actor) ([]Nights, error) {
	if err := access.Can(actor, access.CaseCount, access.Resource{}); err != nil {
		return nil, err
	}
	var list []Nights
	today := s.today()
	from := time.Date(today.Year(), today.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, 1-nightsMonths, 0)
	err := s.in(ctx, actor, []setting{{"cases.counting", on}}, func(ctx context.Context, tx bun.Tx) error {
		err := tx.NewRaw(`SELECT b.owner_id, date_trunc('month', d)::date AS month, count(*) AS available, count(s.id) AS taken
			FROM generate_series(?::date, ?::date - 1, interval '1 day') d JOIN cases.bed b ON b.from_on <= d::date
				AND NOT EXISTS (SELECT 1 FROM cases.bed_rest r WHERE r.bed_id = b.id AND daterange(r.from_on, r.until_on, '[)') @> d::date)
			LEFT JOIN cases.stay s ON s.bed_id = b.id AND daterange(s.from_on, s.until_on, '[)') @> d::date
			GROUP BY 1, 2 ORDER BY 2 DESC, 1`, from, today).Scan(ctx, &list)
		if err != nil {
			return db.Translate(err)
		}
		return s.record(ctx, tx, actor, "case.occupancy", "", uuid.Nil, nil)
	})
	for i := range list {
		if n := &list[i]; n.Taken > 0 && n.Taken < nightsHidden {
			n.Taken, n.Hidden = 0, true
		}
	}
	return list, err
}
