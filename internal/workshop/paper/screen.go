package paper

import (
	"context"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/workshop"
)

// How is how a person signed on a screen.
type How string

// The ways. A withdrawal takes back the signature before it, with a reason.
const (
	Drawn     How = "drawn"
	TypedName How = "typed" // the name, by keyboard, for who cannot draw
	TakenBack How = "withdrawn"
)

const maxSignedName = 200

// Screen is one signature on the screen of a roll-call, or its withdrawal. It never changes.
type Screen struct {
	bun.BaseModel `bun:"table:workshop.screen_signature,alias:screen"`

	ID          uuid.UUID `bun:",pk"`
	Seq         int64     `bun:",scanonly"`
	EventID     uuid.UUID
	SlotID      uuid.UUID
	EnrolmentID uuid.UUID
	Kind        How
	Strokes     string
	Name        string
	Reason      string
	Device      string
	SignedAt    time.Time
	ServerAt    time.Time
	ActorID     uuid.UUID `bun:",nullzero"`
	By          string    `bun:",scanonly"` // whose roll-call it was
}

// Path is the drawing as the d of an SVG path; empty for a name that was typed.
func (s *Screen) Path() string {
	lines, _ := ParseStrokes(s.Strokes)
	return lines.Path()
}

// SignInput is a signature as a device sends it: strokes, or else a name.
type SignInput struct {
	Key         uuid.UUID // made by the device; a repeat gets the first answer
	SlotID      uuid.UUID
	EnrolmentID uuid.UUID
	Strokes     string
	Name        string
	Device      string
	ClientAt    time.Time
	SentAt      time.Time // the device's clock on sending; corrects the time of signing
}

// Sign keeps a signature that a person gave on the screen of the roll-call. It marks nobody present. A later one takes the place of an
// earlier one, whatever the order of arrival.
func (s *Service) Sign(ctx context.Context, actor access.Actor, event uuid.UUID, in SignInput) (*Screen, error) {
	h, err := s.head(ctx, actor, event)
	if err != nil {
		return nil, err
	}
	sg, err := s.signature(actor, h, in)
	if err != nil {
		return nil, err
	}
	return sg, s.keepSigned(ctx, actor, sg, "attendance.sign")
}

func (s *Service) signature(actor access.Actor, h *workshop.Head, in SignInput) (*Screen, error) {
	slot, now := h.Slot(in.SlotID), s.now()
	sg := &Screen{ID: in.Key, EventID: h.Event.ID, SlotID: in.SlotID, EnrolmentID: in.EnrolmentID, Name: strings.Join(strings.Fields(in.Name), " "), Kind: TypedName,
		Device: in.Device, SignedAt: workshop.MarkTime(in.ClientAt, in.SentAt, now), ServerAt: now, ActorID: actor.PersonID}
	switch {
	case in.Key == uuid.Nil, len(in.Device) > 64, in.Strokes != "" && sg.Name != "":
		return nil, errs.NewInvalid("error_bad_request")
	case !h.Event.ScreenSigning:
		return nil, errs.NewConflict("signing_error_off")
	case !h.Event.State.CanMark():
		return nil, errs.NewConflict("workshop_error_mark_state")
	case slot == nil:
		return nil, errs.NewInvalid("workshop_error_mark_unknown")
	}
	if from, _ := slot.Window(h.Event.CheckinBefore); sg.SignedAt.Before(from) {
		return nil, errs.NewConflict("signing_error_early").With("time", from.In(h.Event.Zone()).Format("15:04"))
	}
	if in.Strokes != "" {
		lines, ok := ParseStrokes(in.Strokes)
		if !ok {
			return nil, errs.NewInvalid("signing_error_strokes")
		}
		sg.Kind, sg.Strokes = Drawn, lines.String()
		return sg, nil
	}
	if n := len([]rune(sg.Name)); n > maxSignedName || letters(sg.Name) < 3 {
		return nil, errs.NewInvalid("signing_error_name")
	}
	return sg, nil
}

func letters(s string) (n int) {
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// keepSigned writes a signature once; what was there under its key is the answer.
func (s *Service) keepSigned(ctx context.Context, actor access.Actor, sg *Screen, action string) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		there, err := s.workshops.IsEnrolledTx(ctx, tx, sg.EventID, sg.EnrolmentID)
		if err != nil {
			return err
		}
		if !there {
			return errs.NewConflict("workshop_error_mark_not_enrolled")
		}
		res, err := tx.NewInsert().Model(sg).On("CONFLICT (id) DO NOTHING").Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return first(ctx, tx, sg)
		}
		return audit.Record(ctx, tx, audit.Entry{At: s.now(), Actor: actor, Action: action, Kind: "workshop", ID: sg.EventID.String(),
			Detail: map[string]any{"slot": sg.SlotID, "enrolment": sg.EnrolmentID, "kind": sg.Kind}})
	})
}

// first reads what was kept under a key before; another cell's key is nobody's.
func first(ctx context.Context, tx bun.Tx, sg *Screen) error {
	was := *sg
	if err := tx.NewSelect().Model(sg).WherePK().Scan(ctx); err != nil {
		return db.Translate(err)
	}
	if was.EventID != sg.EventID || was.SlotID != sg.SlotID || was.EnrolmentID != sg.EnrolmentID {
		return errs.NewInvalid("error_bad_request")
	}
	return nil
}

// TakeBackInput withdraws a person's signature on screen.
type TakeBackInput struct {
	Key         uuid.UUID
	SlotID      uuid.UUID
	EnrolmentID uuid.UUID
	Reason      string
}

// TakeBack withdraws the signature in force, with a reason; it stays in the history.
func (s *Service) TakeBack(ctx context.Context, actor access.Actor, event uuid.UUID, in TakeBackInput) error {
	h, err := s.head(ctx, actor, event)
	if err != nil {
		return err
	}
	in.Reason = strings.TrimSpace(in.Reason)
	switch n := len([]rune(in.Reason)); {
	case h.Slot(in.SlotID) == nil || in.Key == uuid.Nil:
		return errs.NewInvalid("error_bad_request")
	case n == 0:
		return errs.InvalidFields([]errs.Field{{Name: "reason", Key: "error_required"}})
	case n > maxReason:
		return errs.InvalidFields([]errs.Field{{Name: "reason", Key: "error_too_long", Args: errs.Args{"max": maxReason}}})
	case !h.Event.State.CanMark():
		return errs.NewConflict("workshop_error_mark_state")
	}
	list, err := s.story(ctx, event, in.SlotID, in.EnrolmentID)
	if err != nil {
		return err
	}
	if len(list) == 0 || list[0].Kind == TakenBack {
		if len(list) > 0 && list[0].ID == in.Key { // sent twice
			return nil
		}
		return errs.NewConflict("signing_error_none")
	}
	now := s.now()
	at := now
	if !at.After(list[0].SignedAt) {
		at = list[0].SignedAt.Add(time.Millisecond)
	}
	return s.keepSigned(ctx, actor, &Screen{ID: in.Key, EventID: event, SlotID: in.SlotID, EnrolmentID: in.EnrolmentID, Kind: TakenBack, Reason: in.Reason,
		SignedAt: at, ServerAt: now, ActorID: actor.PersonID}, "attendance.sign_withdrawn")
}

// Story is all that was signed on screen for a person's half-day, the newest first.
func (s *Service) Story(ctx context.Context, actor access.Actor, event, slot, enrolment uuid.UUID) ([]Screen, error) {
	if _, err := s.head(ctx, actor, event); err != nil {
		return nil, err
	}
	return s.story(ctx, event, slot, enrolment)
}

func (s *Service) story(ctx context.Context, event, slot, enrolment uuid.UUID) (list []Screen, err error) {
	err = s.db.NewSelect().Model(&list).Join("LEFT JOIN org.person AS p ON p.id = screen.actor_id").
		ColumnExpr("screen.*, trim(coalesce(p.given_name || ' ' || p.family_name, '')) AS by").
		Where("event_id = ? AND slot_id = ? AND enrolment_id = ?", event, slot, enrolment).OrderExpr("signed_at DESC, seq DESC").Scan(ctx)
	return list, db.Translate(err)
}

// OnScreen are the signatures on screen that are in force, by half-day and person.
type OnScreen map[cell]*Screen

// Of gives the signature in force of a person's half-day, or nil.
func (o OnScreen) Of(slot, enrolment uuid.UUID) *Screen { return o[cell{slot, enrolment}] }

// onScreen reads them; of one half-day, or of all when slot is none. Only a list that shows the drawings asks for them.
func (s *Service) onScreen(ctx context.Context, event, slot uuid.UUID, ink bool) (OnScreen, error) {
	var list []Screen
	q := s.db.NewSelect().TableExpr("workshop.screen_signature AS screen").DistinctOn("slot_id, enrolment_id").
		ColumnExpr("id, seq, event_id, slot_id, enrolment_id, kind, name, signed_at, server_at").Where("event_id = ?", event).
		OrderExpr("slot_id, enrolment_id, signed_at DESC, seq DESC")
	if slot != uuid.Nil {
		q = q.Where("slot_id = ?", slot)
	}
	if ink {
		q = q.Column("strokes")
	}
	if err := q.Scan(ctx, &list); err != nil {
		return nil, db.Translate(err)
	}
	by := make(OnScreen, len(list))
	for i := range list {
		if sg := &list[i]; sg.Kind != TakenBack {
			by[cell{sg.SlotID, sg.EnrolmentID}] = sg
		}
	}
	return by, nil
}

// SignedNow gives who has signed a half-day on screen, without the drawings, and a mark that changes with each signature.
func (s *Service) SignedNow(ctx context.Context, actor access.Actor, h *workshop.Head, slot uuid.UUID) (OnScreen, int64, error) {
	if err := access.Can(actor, access.AttendanceMark, h.Resource()); err != nil {
		return nil, 0, err
	}
	var last int64
	err := s.db.NewSelect().TableExpr("workshop.screen_signature").ColumnExpr("coalesce(max(seq), 0)").Where("event_id = ? AND slot_id = ?", h.Event.ID, slot).Scan(ctx, &last)
	if err != nil || last == 0 {
		return OnScreen{}, 0, db.Translate(err)
	}
	by, err := s.onScreen(ctx, h.Event.ID, slot, false)
	return by, last, err
}

// Printed gives the signatures on screen of an event, with their drawings, to who may export its attendance.
func (s *Service) Printed(ctx context.Context, actor access.Actor, event uuid.UUID) (OnScreen, error) {
	if _, err := s.workshops.Head(ctx, actor, access.AttendanceExport, event); err != nil {
		return nil, err
	}
	return s.onScreen(ctx, event, uuid.Nil, true)
}

// Allow says whether an event takes signatures on screen: what its donor accepts is for a manager to know.
func (s *Service) Allow(ctx context.Context, actor access.Actor, event uuid.UUID, yes bool) error {
	return s.workshops.AllowScreenSigning(ctx, actor, event, yes)
}

// Own gives the actor's own signatures on screen, those that were withdrawn too, the oldest first.
func (s *Service) Own(ctx context.Context, actor access.Actor) (list []Screen, err error) {
	if err := access.Can(actor, access.OwnTraining, access.Resource{PersonID: actor.PersonID}); err != nil {
		return nil, err
	}
	err = s.db.NewSelect().Model(&list).Join("JOIN workshop.enrolment AS e ON e.id = screen.enrolment_id").Where("e.person_id = ?", actor.PersonID).OrderExpr("signed_at, seq").Scan(ctx)
	return list, db.Translate(err)
}
