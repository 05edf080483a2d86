// Package joinlink lets people without an account ask for a place in a workshop, by a link that is shared or printed.
//
// Invariants: a link that is unknown, over, revoked, used up or of an event that takes nobody gives one and the same answer; what is
// asked is no place until somebody chooses it, unless the link says otherwise; who asks is registered as a person only when chosen,
// and whoever is known already is not registered twice; asking twice, by the same form or by the same person, is one request; names
// and contacts of those who got no place are erased after the event.
package joinlink

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/mail"
	"shelter/internal/org"
	"shelter/internal/workshop"
)

// Bounds of a link.
const (
	MostRequests = 500
	hourly       = 60 // requests by one link within an hour; whoever comes after is asked to come back
)

// Service makes links and takes what is asked through them.
type Service struct {
	db        *db.DB
	workshops *workshop.Service
	people    *org.Service
	now       func() time.Time
	random    io.Reader
	outbox    *mail.Outbox
	publicURL string
}

// New makes the service. Tokens come from the system's random source.
func New(d *db.DB, w *workshop.Service, people *org.Service, now func() time.Time) *Service {
	return &Service{db: d, workshops: w, people: people, now: now, random: rand.Reader}
}

// UseMail makes the service write to those who asked.
func (s *Service) UseMail(outbox *mail.Outbox, publicURL string) *Service {
	s.outbox, s.publicURL = outbox, publicURL
	return s
}

// Link is an address by which people ask for a place.
type Link struct {
	bun.BaseModel `bun:"table:workshop.join_link,alias:link"`

	ID        uuid.UUID `bun:",pk"`
	EventID   uuid.UUID
	Token     string
	ExpiresAt time.Time
	Most      int
	Auto      bool
	MadeAt    time.Time
	MadeBy    uuid.UUID `bun:",nullzero"`
	RevokedAt time.Time `bun:",nullzero"`

	Asked int `bun:",scanonly"` // requests that came
}

// Open tells whether the link takes requests, as far as the link itself is concerned.
func (l *Link) Open(now time.Time) bool {
	return l.RevokedAt.IsZero() && now.Before(l.ExpiresAt) && l.Asked < l.Most
}

// LinkInput makes a link.
type LinkInput struct {
	Key  uuid.UUID // of the form; the same key gives the same link
	Day  time.Time // the last day; only the calendar day counts
	Most int
	Auto bool
}

// Make makes a link for an event whose list is open. It ends with its last day, in the event's time zone.
func (s *Service) Make(ctx context.Context, actor access.Actor, event uuid.UUID, in LinkInput) error {
	h, err := s.workshops.Head(ctx, actor, access.ParticipantEdit, event)
	if err != nil {
		return err
	}
	now := s.now()
	until := time.Date(in.Day.Year(), in.Day.Month(), in.Day.Day()+1, 0, 0, 0, 0, h.Event.Zone()).UTC()
	var wrong []errs.Field
	if in.Day.IsZero() || !until.After(now) || until.After(now.AddDate(1, 0, 1)) {
		wrong = append(wrong, errs.Field{Name: "day", Key: "joinlink_error_day"})
	}
	if in.Most < 1 || in.Most > MostRequests {
		wrong = append(wrong, errs.Field{Name: "most", Key: "joinlink_error_most", Args: errs.Args{"max": MostRequests}})
	}
	if err := errs.InvalidFields(wrong); err != nil {
		return err
	}
	switch {
	case in.Key == uuid.Nil:
		return errs.NewInvalid("error_bad_request")
	case !takes(h, now):
		return errs.NewConflict("joinlink_error_state")
	}
	secret := make([]byte, 16)
	if _, err := io.ReadFull(s.random, secret); err != nil {
		return errs.Wrap(err, "joinlink: token")
	}
	l := &Link{ID: in.Key, EventID: event, Token: base64.RawURLEncoding.EncodeToString(secret), ExpiresAt: until, Most: in.Most, Auto: in.Auto, MadeAt: now, MadeBy: actor.PersonID}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewInsert().Model(l).On("CONFLICT (id) DO NOTHING").Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return s.record(ctx, tx, actor, "workshop.link_make", event, map[string]any{"link": l.ID, "until": until, "most": in.Most, "auto": in.Auto})
	})
}

// takes tells whether an event takes people: its list is open and it has not begun.
func takes(h *workshop.Head, now time.Time) bool {
	if h.Event.State != workshop.Open && h.Event.State != workshop.Confirmed {
		return false
	}
	if len(h.Slots) > 0 {
		return now.Before(h.Slots[0].StartsAt)
	}
	return now.Before(h.Event.StartsOn)
}

// Revoke ends a link; what was asked through it stays.
func (s *Service) Revoke(ctx context.Context, actor access.Actor, event, link uuid.UUID) error {
	if _, err := s.workshops.Head(ctx, actor, access.ParticipantEdit, event); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		l := new(Link)
		if err := tx.NewSelect().Model(l).Where("id = ? AND event_id = ?", link, event).For("UPDATE").Scan(ctx); err != nil {
			return errs.Wrap(db.Translate(err), "joinlink: link")
		}
		if !l.RevokedAt.IsZero() {
			return nil
		}
		if _, err := tx.NewUpdate().Model(l).Set("revoked_at = ?", s.now()).WherePK().Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return s.record(ctx, tx, actor, "workshop.link_revoke", event, map[string]any{"link": link})
	})
}

// Board is the links of an event, the newest first.
type Board struct {
	*workshop.Head

	Links []Link
	Takes bool // new links can be made
	Now   time.Time
}

// Link gives a link of the event, or nil.
func (b *Board) Link(id uuid.UUID) *Link {
	for i := range b.Links {
		if b.Links[i].ID == id {
			return &b.Links[i]
		}
	}
	return nil
}

// Links gives the links of an event.
func (s *Service) Links(ctx context.Context, actor access.Actor, event uuid.UUID) (*Board, error) {
	h, err := s.workshops.Head(ctx, actor, access.ParticipantEdit, event)
	if err != nil {
		return nil, err
	}
	b := &Board{Head: h, Takes: takes(h, s.now()), Now: s.now()}
	err = linkQuery(s.db, &b.Links).Where("link.event_id = ?", event).OrderExpr("link.made_at DESC, link.id").Scan(ctx)
	return b, db.Translate(err)
}

func linkQuery(idb bun.IDB, into any) *bun.SelectQuery {
	return idb.NewSelect().Model(into).ColumnExpr("link.*").ColumnExpr("(SELECT count(*) FROM workshop.join_request AS r WHERE r.link_id = link.id) AS asked")
}

func (s *Service) record(ctx context.Context, tx bun.IDB, actor access.Actor, action string, event uuid.UUID, detail map[string]any) error {
	return audit.Record(ctx, tx, audit.Entry{At: s.now(), Actor: actor, Action: action, Kind: "workshop", ID: event.String(), Detail: detail})
}
