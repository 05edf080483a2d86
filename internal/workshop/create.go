package workshop

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// MaxDays is the longest event that can be planned, in days.
const MaxDays = 60

// Years of half-days: what lies outside is a slip of the finger.
const minYear, maxYear = 2000, 2100

// Details are what a person writes about an event.
type Details struct {
	Kind          Kind   // empty: workshop
	Title         string // required
	TitleAR       string
	NeutralTitle  string
	Topics        string
	Lang          string // empty: fr
	Venue         string
	Room          string
	Governorate   string // ISO 3166-2:TN or empty
	TimeZone      string // empty: Africa/Tunis
	Capacity      int
	Threshold     float64 // 0: 0.80
	PassMark      float64 // of the test afterwards; 0: the certificate asks for none
	LateAfter     int     // minutes; 0: 15
	CheckinBefore int     // minutes; 0: 45
	Project       string
	GrantRef      string
}

// CreateInput makes an event with its half-days.
type CreateInput struct {
	Details

	Key      uuid.UUID      // of the form; the same key gives the same event
	Start    time.Time      // first day; only the calendar day counts
	Days     int            // 1 to MaxDays; two half-days each
	Hours    map[Half]Hours // nil: DefaultHours; a half that is left out is not planned
	Trainers []uuid.UUID    // the first one leads; empty: the actor, when a trainer
}

// Defaults that the form shows and lets be changed.
const (
	DefaultThreshold     = 0.80
	DefaultLateAfter     = 15
	DefaultCheckinBefore = 45
	DefaultRemindDays    = 3
)

// Create makes an event in the state draft, with its code and its half-days. A trainer who makes one runs it.
func (s *Service) Create(ctx context.Context, actor access.Actor, in CreateInput) (*Event, error) {
	var ev *Event
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		ev, err = s.CreateTx(ctx, tx, actor, in)
		return err
	})
	return ev, err
}

// CreateTx is Create inside the caller's transaction.
func (s *Service) CreateTx(ctx context.Context, tx bun.IDB, actor access.Actor, in CreateInput) (*Event, error) {
	if err := access.Can(actor, access.WorkshopCreate, access.Resource{}); err != nil {
		return nil, err
	}
	in.Details = in.withDefaults()
	if err := errs.InvalidFields(append(in.Details.check(), in.checkPlan()...)); err != nil {
		return nil, err
	}
	if ev, err := eventByKey(ctx, tx, actor, in.Key); ev != nil || err != nil {
		return ev, err
	}
	return s.insertEvent(ctx, tx, actor, in)
}

func eventByKey(ctx context.Context, tx bun.IDB, actor access.Actor, key uuid.UUID) (*Event, error) {
	if key == uuid.Nil {
		return nil, nil
	}
	if _, err := tx.NewRaw("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", key.String()).Exec(ctx); err != nil {
		return nil, db.Translate(err)
	}
	var found []Event
	err := tx.NewSelect().Model(&found).Where("request_key = ?", key).Where("created_by IS NOT DISTINCT FROM ?", nullID(actor.PersonID)).Scan(ctx)
	if err != nil || len(found) == 0 {
		return nil, db.Translate(err)
	}
	return &found[0], nil
}

func nullID(id uuid.UUID) any {
	if id == uuid.Nil {
		return nil
	}
	return id
}

func (s *Service) insertEvent(ctx context.Context, tx bun.IDB, actor access.Actor, in CreateInput) (*Event, error) {
	if err := checkZone(ctx, tx, in.TimeZone); err != nil {
		return nil, err
	}
	now := s.now().UTC()
	id, err := newID()
	if err != nil {
		return nil, err
	}
	code, err := nextCode(ctx, tx, dateOf(in.Start).Year())
	if err != nil {
		return nil, err
	}
	ev := &Event{ID: id, Code: code, RequestKey: in.Key, State: Draft, Version: 1, CreatedAt: now, UpdatedAt: now, CreatedBy: actor.PersonID,
		RemindDays: DefaultRemindDays, StartsOn: dateOf(in.Start), EndsOn: dateOf(in.Start).AddDate(0, 0, in.Days-1)}
	in.Details.apply(ev)
	if _, err := tx.NewInsert().Model(ev).Exec(ctx); err != nil {
		return nil, db.Translate(err)
	}
	if err := insertSlots(ctx, tx, ev, Plan(ev.StartsOn, ev.EndsOn, in.Hours, ev.Zone())); err != nil {
		return nil, err
	}
	trainers := in.Trainers
	if len(trainers) == 0 && actor.Has(access.Trainer) {
		trainers = []uuid.UUID{actor.PersonID}
	}
	if err := putTrainers(ctx, tx, id, trainers); err != nil {
		return nil, err
	}
	return ev, audit.Record(ctx, tx, audit.Entry{At: now, Actor: actor, Action: "workshop.create", Kind: "workshop", ID: id.String(),
		Detail: map[string]any{"code": code, "days": in.Days}})
}

// nextCode takes the year's next number. The counter's row stays locked until the transaction ends, so that numbers have no
// gaps and no two events the same one.
func nextCode(ctx context.Context, tx bun.IDB, year int) (string, error) {
	var n int
	err := tx.NewRaw(`INSERT INTO workshop.code_counter AS c (year, last) VALUES (?, 1)
		ON CONFLICT (year) DO UPDATE SET last = c.last + 1 RETURNING last`, year).Scan(ctx, &n)
	return fmt.Sprintf("W-%04d-%03d", year, n), db.Translate(err)
}

func insertSlots(ctx context.Context, tx bun.IDB, ev *Event, slots []Slot) error {
	if len(slots) == 0 {
		return nil
	}
	for i := range slots {
		id, err := newID()
		if err != nil {
			return err
		}
		slots[i].ID, slots[i].EventID = id, ev.ID
	}
	_, err := tx.NewInsert().Model(&slots).Exec(ctx)
	return db.Translate(err)
}

// putTrainers replaces the trainers of an event; the first one leads.
func putTrainers(ctx context.Context, tx bun.IDB, event uuid.UUID, ids []uuid.UUID) error {
	if _, err := tx.NewDelete().Table("workshop.event_trainer").Where("event_id = ?", event).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	type row struct {
		bun.BaseModel `bun:"table:workshop.event_trainer"`

		EventID  uuid.UUID
		PersonID uuid.UUID
		Lead     bool
		Position int
	}
	var rows []row
	for _, id := range ids {
		if !slices.ContainsFunc(rows, func(r row) bool { return r.PersonID == id }) {
			rows = append(rows, row{EventID: event, PersonID: id, Lead: len(rows) == 0, Position: len(rows)})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return db.Translate(err)
}

func (in *CreateInput) checkPlan() []errs.Field {
	var wrong []errs.Field
	if in.Start.Year() < minYear || in.Start.Year() > maxYear {
		wrong = append(wrong, errs.Field{Name: "start", Key: "error_date"})
	}
	if in.Days < 1 || in.Days > MaxDays {
		wrong = append(wrong, errs.Field{Name: "days", Key: "workshop_error_days", Args: errs.Args{"max": MaxDays}})
	}
	if in.Hours == nil {
		in.Hours = DefaultHours()
	}
	return append(wrong, checkHours(in.Hours)...)
}

func checkHours(hours map[Half]Hours) []errs.Field {
	var wrong []errs.Field
	for _, half := range []Half{AM, PM} {
		h, ok := hours[half]
		if ok && (h.Start < 0 || h.End > 24*60 || h.End <= h.Start) {
			wrong = append(wrong, errs.Field{Name: string(half) + "_end", Key: "workshop_error_hours_order"})
		} else if ok && (h.Minutes < 1 || h.Minutes > h.End-h.Start) {
			wrong = append(wrong, errs.Field{Name: string(half) + "_minutes", Key: "workshop_error_minutes", Args: errs.Args{"max": h.End - h.Start}})
		}
	}
	am, okAM := hours[AM]
	pm, okPM := hours[PM]
	if okAM && okPM && pm.Start < am.End {
		wrong = append(wrong, errs.Field{Name: "pm_start", Key: "workshop_error_hours_overlap"})
	}
	return wrong
}

// withDefaults fills what was left out.
func (d Details) withDefaults() Details {
	d.Kind = Kind(orText(string(d.Kind), string(Workshop)))
	d.Lang = orText(d.Lang, string(i18n.FR))
	d.TimeZone = orText(d.TimeZone, "Africa/Tunis")
	for _, text := range []*string{&d.Title, &d.TitleAR, &d.NeutralTitle, &d.Venue, &d.Room, &d.Project, &d.GrantRef} {
		*text = oneLine(*text)
	}
	if d.Threshold == 0 {
		d.Threshold = DefaultThreshold
	}
	if d.LateAfter == 0 {
		d.LateAfter = DefaultLateAfter
	}
	if d.CheckinBefore == 0 {
		d.CheckinBefore = DefaultCheckinBefore
	}
	return d
}

// oneLine keeps a text that stands in headings, subjects and tables on one line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func orText(s, def string) string {
	if s == "" {
		return def
	}
	return s
}

// limits of texts, in characters; a title must fit on a printed page.
const (
	maxTitle = 200
	maxText  = 2000

	maxMinutes = 240 // of check-in before the start, of grace after it
)

// check looks at each detail and names the form's inputs.
func (d Details) check() []errs.Field {
	var wrong []errs.Field
	add := func(bad bool, name, key string, args errs.Args) {
		if bad {
			wrong = append(wrong, errs.Field{Name: name, Key: key, Args: args})
		}
	}
	add(d.Title == "", "title", "error_required", nil)
	for _, t := range []struct {
		name, text string
		max        int
	}{{"title", d.Title, maxTitle}, {"title_ar", d.TitleAR, maxTitle}, {"neutral_title", d.NeutralTitle, maxTitle}, {"topics", d.Topics, maxText},
		{"venue", d.Venue, maxTitle}, {"room", d.Room, maxTitle}, {"project", d.Project, maxTitle}, {"grant_ref", d.GrantRef, maxTitle}} {
		add(len([]rune(t.text)) > t.max, t.name, "error_too_long", errs.Args{"max": t.max})
	}
	_, langOK := i18n.Parse(d.Lang)
	add(!slices.Contains(Kinds(), d.Kind), "kind", "error_choice", nil)
	add(!langOK, "lang", "error_choice", nil)
	add(!zoneNamed(d.TimeZone), "time_zone", "error_choice", nil)
	add(d.Capacity < 0 || d.Capacity > 100_000, "capacity", "error_number", nil)
	add(d.Threshold < 0.01 || d.Threshold > 1, "threshold", "workshop_error_threshold", nil)
	add(d.PassMark < 0 || d.PassMark > 1, "pass_mark", "workshop_error_pass_mark", nil)
	add(d.LateAfter < 1 || d.LateAfter > maxMinutes, "late_after", "workshop_error_window", errs.Args{"max": maxMinutes})
	add(d.CheckinBefore < 1 || d.CheckinBefore > maxMinutes, "checkin_before", "workshop_error_window", errs.Args{"max": maxMinutes})
	return wrong
}

// zoneNamed tells whether a zone is one of the tz database by the name of its place: "Local", which Go knows too, would be another zone on
// another machine, and none to the database, where it would stop the reminders of all events.
func zoneNamed(name string) bool {
	_, err := time.LoadLocation(name)
	return name == "Africa/Tunis" || (err == nil && strings.Contains(name, "/"))
}

// checkZone asks the database, whose list of zones is its own.
func checkZone(ctx context.Context, tx bun.IDB, name string) error {
	if name == "Africa/Tunis" {
		return nil
	}
	known, err := tx.NewSelect().TableExpr("pg_timezone_names").Where("name = ?", name).Exists(ctx)
	if err != nil || known {
		return db.Translate(err)
	}
	return errs.InvalidFields([]errs.Field{{Name: "time_zone", Key: "error_choice"}})
}

func (d Details) apply(ev *Event) {
	ev.Kind, ev.Title, ev.TitleAR, ev.NeutralTitle, ev.Topics = d.Kind, d.Title, d.TitleAR, d.NeutralTitle, d.Topics
	ev.Lang, ev.Venue, ev.Room, ev.Governorate, ev.TimeZone = d.Lang, d.Venue, d.Room, d.Governorate, d.TimeZone
	ev.Capacity, ev.Threshold, ev.PassMark, ev.LateAfter, ev.CheckinBefore = d.Capacity, d.Threshold, d.PassMark, d.LateAfter, d.CheckinBefore
	ev.Project, ev.GrantRef = d.Project, d.GrantRef
}

// DetailsOf gives the details of an event, for its form.
func DetailsOf(ev *Event) Details {
	return Details{Kind: ev.Kind, Title: ev.Title, TitleAR: ev.TitleAR, NeutralTitle: ev.NeutralTitle, Topics: ev.Topics, Lang: ev.Lang,
		Venue: ev.Venue, Room: ev.Room, Governorate: ev.Governorate, TimeZone: ev.TimeZone, Capacity: ev.Capacity, Threshold: ev.Threshold, PassMark: ev.PassMark,
		LateAfter: ev.LateAfter, CheckinBefore: ev.CheckinBefore, Project: ev.Project, GrantRef: ev.GrantRef}
}
