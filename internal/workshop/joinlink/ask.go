package joinlink

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/mail"
	"shelter/internal/org"
	"shelter/internal/workshop"
)

// State is what became of a request.
type State string

// The states of a request.
const (
	Asked   State = "asked"
	Chosen  State = "chosen"
	Refused State = "refused"
)

// Request is somebody who asks for a place.
type Request struct {
	bun.BaseModel `bun:"table:workshop.join_request,alias:request"`

	ID           uuid.UUID `bun:",pk"`
	EventID      uuid.UUID
	LinkID       uuid.UUID
	State        State
	FamilyName   string
	GivenName    string
	Sex          string
	BirthYear    int
	Phone        string
	Email        string
	Organisation string
	Governorate  string `bun:",nullzero"`
	Lang         string
	ConsentAt    time.Time
	AskedAt      time.Time
	DecidedAt    time.Time `bun:",nullzero"`
	DecidedBy    uuid.UUID `bun:",nullzero"`
	Reason       string
	EnrolmentID  uuid.UUID `bun:",nullzero"`
	ForgottenAt  time.Time `bun:",nullzero"`
}

// Name is the name as lists write it.
func (r *Request) Name() string { return strings.TrimSpace(r.FamilyName + " " + r.GivenName) }

// Door is what a good link opens.
type Door struct {
	Event workshop.Event
	Auto  bool
}

// refusal is the one answer to every link that opens nothing.
func refusal() *errs.Error { return errs.NewNotFound("joinlink: no such link") }

// Door opens a link.
// public: the token is the right to ask, and nothing of the event is shown but what its paper shows to strangers.
func (s *Service) Door(ctx context.Context, token string) (*Door, error) {
	l, h, err := s.find(ctx, s.db, token)
	if err != nil {
		return nil, err
	}
	if !l.Open(s.now()) {
		return nil, refusal()
	}
	return &Door{Event: h.Event, Auto: l.Auto}, nil
}

func (s *Service) find(ctx context.Context, idb bun.IDB, token string) (*Link, *workshop.Head, error) {
	if len(token) != 22 {
		return nil, nil, refusal()
	}
	var list []Link
	if err := linkQuery(idb, &list).Where("link.token = ?", token).Scan(ctx); err != nil {
		return nil, nil, db.Translate(err)
	}
	if len(list) == 0 {
		return nil, nil, refusal()
	}
	h, err := s.workshops.HeadTx(ctx, idb, list[0].EventID)
	if err != nil {
		return nil, nil, err
	}
	if !takes(h, s.now()) {
		return nil, nil, refusal()
	}
	return &list[0], h, nil
}

// Input is the form of somebody who asks.
type Input struct {
	Key          uuid.UUID // of the form; sent twice it asks once
	FamilyName   string
	GivenName    string
	Sex          string
	BirthYear    int
	Phone        string
	Email        string
	Organisation string
	Governorate  string
	Lang         i18n.Lang
	Consent      bool
}

const maxOrganisation = 120

// normalise brings the input into its stored form, as a person's would be.
func (s *Service) normalise(in Input) (org.PersonInput, []errs.Field) {
	p, wrong := s.people.CheckPerson(org.PersonInput{FamilyName: in.FamilyName, GivenName: in.GivenName, Sex: in.Sex, BirthYear: in.BirthYear, Phone: in.Phone, Email: in.Email,
		Governorate: in.Governorate, Lang: in.Lang})
	need := func(bad bool, name, key string) {
		for _, w := range wrong {
			bad = bad && w.Name != name
		}
		if bad {
			wrong = append(wrong, errs.Field{Name: name, Key: key})
		}
	}
	need(p.FamilyName == "", "family_name", "error_required")
	need(p.GivenName == "", "given_name", "error_required")
	need(p.Sex == "", "sex", "error_required")
	need(p.BirthYear == 0, "birth_year", "error_required")
	need(p.Governorate == "", "governorate", "error_required")
	need(strings.TrimSpace(in.Organisation) == "", "organisation", "error_required")
	need(p.Phone == "" && p.Email == "", "phone", "joinlink_error_contact")
	need(!in.Consent, "consent", "joinlink_error_consent")
	if len([]rune(in.Organisation)) > maxOrganisation {
		wrong = append(wrong, errs.Field{Name: "organisation", Key: "error_too_long", Args: errs.Args{"max": maxOrganisation}})
	}
	return p, wrong
}

// Ask keeps what somebody asks. Asked before, by the same form or with the same name and contact, it is one request and the same answer.
// public: see Door.
func (s *Service) Ask(ctx context.Context, token string, in Input) error {
	if _, err := s.Door(ctx, token); err != nil {
		if s.repeated(ctx, token, in.Key) { // its first answer was lost, and the link took nobody after it
			return nil
		}
		return err
	}
	p, wrong := s.normalise(in)
	if err := errs.InvalidFields(wrong); err != nil {
		return err
	}
	if in.Key == uuid.Nil {
		return errs.NewInvalid("error_bad_request")
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error { return s.ask(ctx, tx, token, in, p) })
}

func (s *Service) ask(ctx context.Context, tx bun.Tx, token string, in Input, p org.PersonInput) error {
	if _, err := tx.NewRaw("SELECT 1 FROM workshop.event WHERE id = (SELECT event_id FROM workshop.join_link WHERE token = ?) FOR UPDATE", token).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	l, h, err := s.find(ctx, tx, token)
	if err != nil {
		return err
	}
	r := &Request{ID: in.Key, EventID: l.EventID, LinkID: l.ID, State: Asked, FamilyName: p.FamilyName, GivenName: p.GivenName, Sex: p.Sex, BirthYear: p.BirthYear, Phone: p.Phone,
		Email: p.Email, Organisation: strings.Join(strings.Fields(in.Organisation), " "), Governorate: p.Governorate, Lang: string(p.Lang), ConsentAt: s.now(), AskedAt: s.now()}
	known, err := s.asked(ctx, tx, r)
	switch {
	case err != nil || known:
		return err
	case !l.Open(s.now()): // the last place of the link went while the form was filled in
		return refusal()
	}
	if err := s.tooMany(ctx, tx, l.ID); err != nil {
		return err
	}
	if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	if err := s.record(ctx, tx, system, "workshop.link_asked", l.EventID, map[string]any{"request": r.ID, "link": l.ID}); err != nil {
		return err
	}
	if l.Auto {
		done, err := s.byItself(ctx, tx, r)
		if err != nil || done {
			return err
		}
	}
	return s.write(ctx, tx, h, r, "join_asked", nil)
}

func (s *Service) repeated(ctx context.Context, token string, key uuid.UUID) bool {
	there, err := s.db.NewSelect().Model((*Request)(nil)).Join("JOIN workshop.join_link AS l ON l.id = request.link_id").Where("request.id = ? AND l.token = ?", key, token).Exists(ctx)
	return err == nil && there
}

// system is who acts for a visitor.
var system = access.System("joinlink")

// asked tells whether the request is there already: the same form, or the same name with the same number or address.
func (s *Service) asked(ctx context.Context, tx bun.Tx, r *Request) (bool, error) {
	var same []Request
	err := tx.NewSelect().Model(&same).Where("id = ?", r.ID).WhereOr("event_id = ? AND state <> ? AND ((phone <> '' AND phone = ?) OR (email <> '' AND email = ?))",
		r.EventID, Refused, r.Phone, r.Email).Scan(ctx)
	if err != nil {
		return false, db.Translate(err)
	}
	for i := range same {
		if same[i].ID == r.ID || org.SameName(same[i].FamilyName, same[i].GivenName, r.FamilyName, r.GivenName) {
			return true, nil
		}
	}
	return false, nil
}

func (s *Service) tooMany(ctx context.Context, tx bun.Tx, link uuid.UUID) error {
	n, err := tx.NewSelect().Model((*Request)(nil)).Where("link_id = ? AND asked_at > ?", link, s.now().Add(-time.Hour)).Count(ctx)
	if err != nil {
		return db.Translate(err)
	}
	if n >= hourly {
		return errs.New(errs.Throttled, "error_throttled").With("n", 60)
	}
	return nil
}

// write sends a message to who asked, when they left an address.
func (s *Service) write(ctx context.Context, tx bun.Tx, h *workshop.Head, r *Request, kind string, more errs.Args) error {
	if s.outbox == nil || r.Email == "" {
		return nil
	}
	lang, _ := i18n.Parse(r.Lang)
	loc := s.outbox.Bundle.For(lang)
	args := errs.Args{"workshop": h.Event.PrintTitle(lang), "days": loc.DateRange(h.Event.StartsOn, h.Event.EndsOn), "place": cmp.Or(h.Event.Venue, loc.T("mail_place_unknown"))}
	for k, v := range more {
		args[k] = v
	}
	return s.outbox.Post(ctx, tx, mail.Message{Kind: kind, To: r.Email, Name: r.GivenName, Lang: lang, Link: s.publicURL + "/", Args: args})
}
