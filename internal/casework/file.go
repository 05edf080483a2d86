package casework

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/casework/custody"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/org"
)

// File is the row of a case: its plain columns, which are coarse, and what is sealed.
type File struct {
	bun.BaseModel `bun:"table:cases.file,alias:f"`

	ID                uuid.UUID `bun:",pk"`
	Key               uuid.UUID
	Code              string
	OwnerID           uuid.UUID
	WorkerID          uuid.UUID `bun:",nullzero"`
	OpenedBy          uuid.UUID
	OpenedAt          time.Time
	State             State
	Status            string // detected, presumed, identified
	Sex               string
	AgeBand           string
	Nationality       string
	Form              string
	Governorate       string
	Source            string
	ReportedOn        time.Time
	GuardianSuspected bool
	Demo              bool
	NoticeOn          time.Time `bun:",nullzero"`
	IdentifiedBy      string    `bun:",nullzero"`
	IdentifiedOn      time.Time `bun:",nullzero"`
	ReferencesSealed  []byte
	Alias             []byte
	Identity          []byte
	Narrative         []byte
	Risk              string    `bun:",nullzero"`
	ReviewOn          time.Time `bun:",nullzero"`
	PlanApprovedAt    time.Time `bun:",nullzero"`
	PlanApprovedBy    uuid.UUID `bun:",nullzero"`
	ClosedOn          time.Time `bun:",nullzero"`
	ClosureReason     string    `bun:",nullzero"`
	Version           int64
}

// Minor tells whether the file is a child's.
func (f *File) Minor() bool { return Minor(f.AgeBand) }

// Resource is the file as the access table judges it. Its keeper is a shelter or an organisation: one of the two matches.
func (f *File) Resource() access.Resource {
	return access.Resource{OrganisationID: f.OwnerID, ShelterID: f.OwnerID, WorkerID: f.WorkerID}
}

// Identity says who the person is. It is shown only when asked for, and each time leaves an entry.
type Identity struct {
	FamilyName string `json:"family_name"`
	GivenName  string `json:"given_name"`
	BirthDate  string `json:"birth_date"` // 2001-05-30, or a year
	Country    string `json:"country"`
	Document   string `json:"document"` // kind and number as read
	Phone      string `json:"phone"`
	Address    string `json:"address"`
	Languages  string `json:"languages"`
	Contact    string `json:"contact"` // how, when and through whom the person can be reached safely
}

// References are what the authorities wrote on their papers.
type References struct {
	Notice         string `json:"notice"`
	Identification string `json:"identification"`
}

// CreateInput is the report and detection form.
type CreateInput struct {
	Key         uuid.UUID // made by the browser
	OwnerID     uuid.UUID
	Alias       string // name used within the team; never the person's own
	Sex         string
	AgeBand     string
	Nationality string
	Form        string
	Governorate string
	Source      string
	ReportedOn  time.Time
	Narrative   string
	Identity    Identity
	GuardianSuspected,
	Demo bool
	Mine bool // the one who opens the file follows it
}

func (in *CreateInput) check(today time.Time) error {
	var c checker
	c.choice("sex", Sexes, in.Sex)
	c.choice("age_band", AgeBands, in.AgeBand)
	c.choice("nationality", Nationalities, in.Nationality)
	c.choice("form", Forms, in.Form)
	c.choice("source", Sources, in.Source)
	c.needed("alias", in.Alias)
	c.needed("narrative", in.Narrative)
	c.past("reported_on", in.ReportedOn, today)
	return c.err()
}

// Create opens a file. A repeat of the same form gives the file that the first one made.
func (s *Service) Create(ctx context.Context, actor access.Actor, in CreateInput) (uuid.UUID, error) {
	if err := access.Can(actor, access.CaseCreate, access.Resource{OrganisationID: in.OwnerID, ShelterID: in.OwnerID}); err != nil {
		return uuid.Nil, err
	}
	if err := in.check(s.today()); err != nil {
		return uuid.Nil, err
	}
	if in.Key == uuid.Nil {
		in.Key = uuid.New()
	}
	var id uuid.UUID
	err := s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		if done, err := repeated(ctx, tx, actor, in.Key); err != nil || done != uuid.Nil {
			id = done
			return err
		}
		o, err := s.build(actor, tx, in)
		if err != nil {
			return err
		}
		id = o.file.ID
		return o.insert(ctx, in)
	})
	return id, err
}

func repeated(ctx context.Context, tx bun.Tx, actor access.Actor, key uuid.UUID) (uuid.UUID, error) {
	if _, err := tx.NewRaw("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", key.String()).Exec(ctx); err != nil {
		return uuid.Nil, err
	}
	var ids []uuid.UUID
	err := tx.NewSelect().Table("cases.file").Column("id").Where("opened_by = ? AND key = ?", actor.PersonID, key).Scan(ctx, &ids)
	if err != nil || len(ids) == 0 {
		return uuid.Nil, db.Translate(err)
	}
	return ids[0], nil
}

func (s *Service) build(actor access.Actor, tx bun.Tx, in CreateInput) (*open, error) {
	f := &File{ID: uuid.Must(uuid.NewV7()), Key: in.Key, Code: "C-" + org.RandomText(codeLength), OwnerID: in.OwnerID, OpenedBy: actor.PersonID, OpenedAt: s.now(), State: Reported, Status: "detected",
		Sex: in.Sex, AgeBand: in.AgeBand, Nationality: in.Nationality, Form: in.Form, Governorate: in.Governorate, Source: in.Source, ReportedOn: in.ReportedOn,
		GuardianSuspected: in.GuardianSuspected, Demo: in.Demo, Version: 1}
	if in.Mine {
		f.WorkerID = actor.PersonID
		if access.Can(actor, access.CaseEdit, f.Resource()) != nil {
			f.WorkerID = uuid.Nil
		}
	}
	return &open{s: s, tx: tx, actor: actor, file: f, at: f.OpenedAt}, nil
}

func (o *open) insert(ctx context.Context, in CreateInput) error {
	f := o.file
	// a worker sees the files that they follow: one who may not keep the file hands it to nobody and keeps it until assigned
	if f.WorkerID == uuid.Nil && !slices.Contains(owners(o.actor, access.CaseSupervisor), f.OwnerID) {
		f.WorkerID = o.actor.PersonID
	}
	key, wrapped, err := o.s.o.Keys.NewDataKey(f.ID, 1)
	if err != nil {
		return err
	}
	o.key = key
	for place, part := range map[string]struct {
		to *[]byte
		v  any
	}{"alias": {&f.Alias, in.Alias}, "identity": {&f.Identity, in.Identity}, "narrative": {&f.Narrative, in.Narrative}} {
		if *part.to, err = o.seal(place, f.ID, part.v); err != nil {
			return err
		}
	}
	if _, err := o.tx.NewInsert().Model(f).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	if _, err := o.tx.NewRaw("INSERT INTO cases.data_key (case_id, version, wrapped, made_at) VALUES (?, 1, ?, ?)", f.ID, wrapped, o.at).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	if err := o.index(ctx, in.Identity); err != nil {
		return err
	}
	if err := o.note(ctx, "opened", map[string]any{"source": f.Source}, ""); err != nil {
		return err
	}
	return o.s.record(ctx, o.tx, o.actor, "case.create", f.ID.String(), f.OwnerID, nil)
}

// index replaces the digests by which the file is found.
func (o *open) index(ctx context.Context, id Identity) error {
	if _, err := o.tx.NewRaw("DELETE FROM cases.blind WHERE case_id = ?", o.file.ID).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	for _, d := range digests(o.s.o.Keys, id) {
		if _, err := o.tx.NewRaw("INSERT INTO cases.blind (case_id, kind, digest) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", o.file.ID, d.kind, d.sum).Exec(ctx); err != nil {
			return db.Translate(err)
		}
	}
	return nil
}

type digest struct {
	kind string
	sum  []byte
}

func digests(keys *custody.Keys, id Identity) []digest {
	var list []digest
	add := func(kind, text string) {
		if text != "" {
			list = append(list, digest{kind, keys.Blind(kind, text)})
		}
	}
	if id.FamilyName != "" && id.GivenName != "" {
		add("name", org.NameKey(id.FamilyName, id.GivenName))
	}
	add("document", documentKey(id.Document))
	if phone, ok := org.ParsePhone(id.Phone); ok {
		add("phone", phone)
	}
	return list
}

// documentKey keeps the letters and digits of a document's number.
func documentKey(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case (r >= 'A' && r <= 'Z') || (r >= '0' && r <= '9'):
			return r
		}
		return -1
	}, s)
}

// checker gathers what is wrong with a form.
type checker struct{ fields []errs.Field }

func (c *checker) wrong(name, key string) {
	c.fields = append(c.fields, errs.Field{Name: name, Key: key})
}

func (c *checker) choice(name string, list []string, v string) {
	if v == "" {
		c.wrong(name, "error_required")
	} else if !known(list, v) {
		c.wrong(name, "error_choice")
	}
}

func (c *checker) needed(name, v string) {
	switch {
	case strings.TrimSpace(v) == "":
		c.wrong(name, "error_required")
	case len(v) > maxText:
		c.wrong(name, "case_error_long")
	}
}

// maxText is the largest text of a form, in bytes.
const maxText = 20_000

func (c *checker) past(name string, day, today time.Time) {
	if day.IsZero() {
		c.wrong(name, "error_required")
	} else if day.After(today) {
		c.wrong(name, "case_error_future")
	}
}

func (c *checker) future(name string, day, today time.Time) {
	if day.IsZero() {
		c.wrong(name, "error_required")
	} else if day.Before(today) {
		c.wrong(name, "case_error_past")
	}
}

func (c *checker) err() error { return errs.InvalidFields(c.fields) }
