package workshop

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// Channel is the way by which a message reaches somebody.
type Channel string

// The channels.
const (
	ChannelMail   Channel = "mail"
	ChannelLetter Channel = "letter"
	ChannelShared Channel = "shared" // by a phone's own means, or told in person
)

// Sending is a line of the log of messages, which is never changed.
type Sending struct {
	bun.BaseModel `bun:"table:workshop.sending,alias:sending"`

	ID          uuid.UUID `bun:",pk"`
	EventID     uuid.UUID
	EnrolmentID uuid.UUID
	Kind        MessageKind
	Channel     Channel
	Press       uuid.UUID // the key of the press of a button
	At          time.Time
	ByPerson    uuid.UUID `bun:",nullzero"`
	MessageID   uuid.UUID `bun:",nullzero"` // in the outbox
}

func readSendings(ctx context.Context, idb bun.IDB, event uuid.UUID) (map[uuid.UUID][]SendingLine, error) {
	var list []SendingLine
	err := idb.NewSelect().TableExpr("workshop.sending AS s").Join("LEFT JOIN org.person AS p ON p.id = s.by_person").
		ColumnExpr("s.*, trim(coalesce(p.given_name, '') || ' ' || coalesce(p.family_name, '')) AS sender").
		Where("s.event_id = ?", event).OrderExpr("s.at, s.id").Scan(ctx, &list)
	by := map[uuid.UUID][]SendingLine{}
	for _, l := range list {
		by[l.EnrolmentID] = append(by[l.EnrolmentID], l)
	}
	return by, db.Translate(err)
}

// addStates says of each mail how far it is.
func (s *Service) addStates(ctx context.Context, m *Messages) error {
	var ids []uuid.UUID
	everybody := slices.Concat(m.Recipients, m.Former) // they share the lines
	for _, r := range everybody {
		for _, l := range r.Sendings {
			if l.MessageID != uuid.Nil {
				ids = append(ids, l.MessageID)
			}
		}
	}
	by, err := s.outbox.States(ctx, s.db, ids)
	for _, r := range everybody {
		for i := range r.Sendings {
			r.Sendings[i].Mail = by[r.Sendings[i].MessageID]
		}
	}
	return err
}

// maxNote is the longest note of a trainer in a message, in characters.
const maxNote = 500

// SendInput is one press of the button that sends.
type SendInput struct {
	Kind  MessageKind
	Press uuid.UUID // made by the browser: the same press sends once
	Again bool      // to those too who had the message already
	Note  string    // the trainer's own words; kept for the message
}

func (in *SendInput) check() error {
	in.Note = strings.TrimSpace(strings.ReplaceAll(in.Note, "\r\n", "\n"))
	if !in.Kind.Valid() {
		return errs.NewNotFound("workshop: message " + string(in.Kind))
	}
	if len([]rune(in.Note)) > maxNote {
		return errs.InvalidFields([]errs.Field{{Name: "note", Key: "error_too_long", Args: errs.Args{"max": maxNote}}})
	}
	return nil
}

// SetMessageNote keeps the trainer's own words in a kind of message.
func (s *Service) SetMessageNote(ctx context.Context, actor access.Actor, event uuid.UUID, kind MessageKind, note string) error {
	in := SendInput{Kind: kind, Note: note}
	if err := in.check(); err != nil {
		return err
	}
	return s.change(ctx, actor, access.ParticipantEdit, event, func(ctx context.Context, tx bun.IDB, ev *locked) error {
		ev.unchanged = true
		return s.putNote(ctx, tx, actor, ev, in)
	})
}

func (s *Service) putNote(ctx context.Context, tx bun.IDB, actor access.Actor, ev *locked, in SendInput) error {
	res, err := tx.NewRaw(`INSERT INTO workshop.message_note AS n (event_id, kind, note) VALUES (?, ?, ?)
		ON CONFLICT (event_id, kind) DO UPDATE SET note = excluded.note WHERE n.note <> excluded.note`, ev.ID, in.Kind, in.Note).Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	if n, err := res.RowsAffected(); n == 0 || err != nil {
		return err
	}
	return s.record(ctx, tx, actor, ev, "workshop.message_note", map[string]any{"kind": in.Kind, "length": len([]rune(in.Note))})
}

// SendMessages sends a message by mail to those who have an address, each in their own language, and gives how many it went to. The
// mails leave when the transaction that logs them is there.
func (s *Service) SendMessages(ctx context.Context, actor access.Actor, event uuid.UUID, in SendInput) (int, error) {
	if err := in.check(); err != nil {
		return 0, err
	}
	if in.Press == uuid.Nil {
		return 0, errs.NewInvalid("error_bad_request")
	}
	sent := 0
	err := s.change(ctx, actor, access.ParticipantEdit, event, func(ctx context.Context, tx bun.IDB, ev *locked) (err error) {
		ev.unchanged = true
		if sent, err = pressed(ctx, tx, event, in.Press); sent > 0 || err != nil {
			return err
		}
		if err := s.putNote(ctx, tx, actor, ev, in); err != nil {
			return err
		}
		sent, err = s.send(ctx, tx, actor, ev, in)
		return err
	})
	return sent, err
}

// pressed counts what a press of a button has logged before.
func pressed(ctx context.Context, tx bun.IDB, event, press uuid.UUID) (int, error) {
	n, err := tx.NewSelect().Table("workshop.sending").Where("event_id = ? AND press = ?", event, press).Count(ctx)
	return int(n), db.Translate(err)
}

func (s *Service) send(ctx context.Context, tx bun.IDB, actor access.Actor, ev *locked, in SendInput) (int, error) {
	t, ok := tx.(bun.Tx)
	if !ok {
		return 0, errors.New("workshop: messages are sent in a transaction")
	}
	h, err := readHead(ctx, tx, ev.ID)
	if err != nil {
		return 0, err
	}
	m, err := s.messages(ctx, tx, h, in.Kind)
	if err != nil {
		return 0, err
	}
	if m.Closed != "" {
		return 0, errs.NewConflict(m.Closed)
	}
	var lines []Sending
	for i := range m.Recipients {
		r := &m.Recipients[i]
		if !r.mailed(in.Again) {
			continue
		}
		msg := m.message(r.Participant, r.lang())
		if err := s.attach(ctx, tx, actor, ev, r, &msg); err != nil {
			return 0, err
		}
		id, err := s.outbox.PostAs(ctx, t, msg)
		if err != nil {
			return 0, err
		}
		lines = append(lines, Sending{EnrolmentID: r.EnrolmentID, MessageID: id})
	}
	return len(lines), s.log(ctx, tx, actor, ev, Sending{Kind: in.Kind, Channel: ChannelMail, Press: in.Press}, lines)
}

// log writes lines that have the press, kind and channel of one.
func (s *Service) log(ctx context.Context, tx bun.IDB, actor access.Actor, ev *locked, one Sending, lines []Sending) error {
	if len(lines) == 0 {
		return nil
	}
	for i := range lines {
		id, err := newID()
		if err != nil {
			return err
		}
		l := &lines[i]
		l.ID, l.EventID, l.Kind, l.Channel, l.Press, l.At, l.ByPerson = id, ev.ID, one.Kind, one.Channel, one.Press, ev.now, actor.PersonID
	}
	if err := insertAll(ctx, tx, lines); err != nil {
		return err
	}
	return s.record(ctx, tx, actor, ev, "workshop.message", map[string]any{"kind": one.Kind, "channel": one.Channel, "count": len(lines)})
}

// GivenInput notes that a message reached people otherwise than by mail.
type GivenInput struct {
	Kind       MessageKind
	Channel    Channel // letter or shared
	Press      uuid.UUID
	Enrolments []uuid.UUID
}

// NoteGiven writes into the log that letters were printed, or that a text was shared. It says what happened, whenever that was.
func (s *Service) NoteGiven(ctx context.Context, actor access.Actor, event uuid.UUID, in GivenInput) error {
	if in.Press == uuid.Nil || (in.Channel != ChannelLetter && in.Channel != ChannelShared) || len(in.Enrolments) == 0 || !in.Kind.Valid() {
		return errs.NewInvalid("error_bad_request")
	}
	return s.change(ctx, actor, access.ParticipantEdit, event, func(ctx context.Context, tx bun.IDB, ev *locked) error {
		ev.unchanged = true
		if n, err := pressed(ctx, tx, event, in.Press); n > 0 || err != nil {
			return err
		}
		var there []uuid.UUID
		err := tx.NewSelect().Table("workshop.enrolment").Column("id").Where("event_id = ? AND id IN (?)", event, bun.List(in.Enrolments)).OrderExpr("number").Scan(ctx, &there)
		if err != nil {
			return db.Translate(err)
		}
		if len(there) == 0 {
			return errs.NewNotFound("workshop: nobody of the event was told")
		}
		lines := make([]Sending, len(there))
		for i, id := range there {
			lines[i].EnrolmentID = id
		}
		if in.Kind == MessageInvitation {
			err = noteTold(ctx, tx, ev, planSQL, there...)
		}
		return joinErrs(err, s.log(ctx, tx, actor, ev, Sending{Kind: in.Kind, Channel: in.Channel, Press: in.Press}, lines))
	})
}
