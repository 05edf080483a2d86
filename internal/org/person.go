package org

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Person is somebody whom the programme trains or who works for it.
type Person struct {
	bun.BaseModel `bun:"table:org.person,alias:p"`

	ID             uuid.UUID `bun:",pk"`
	Code           string    // P-7K3Q9
	FamilyName     string
	GivenName      string
	Sex            string    // "f", "m" or ""
	BirthDate      time.Time `bun:"type:date,nullzero"`
	BirthYear      int       `bun:",nullzero"` // when the date is not known
	CIN            string    `bun:"cin"`       // eight digits or ""
	Phone          string    // E.164 or ""
	Email          string    // small letters or ""
	OrganisationID uuid.UUID `bun:",nullzero"`
	JobTitle       string
	Governorate    string `bun:",nullzero"`
	Lang           i18n.Lang
	NameKey        string
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// Name is the name as lists write it: family name first, as sheets are sorted.
func (p Person) Name() string { return strings.TrimSpace(p.FamilyName + " " + p.GivenName) }

// Resource says to the access table whom the data are about.
func (p Person) Resource() access.Resource {
	return access.Resource{PersonID: p.ID, OrganisationID: p.OrganisationID}
}

// PersonInput is what a form or an import says of a person.
type PersonInput struct {
	ID             uuid.UUID // made by the form, so that a repeated request makes one person; zero: made here
	FamilyName     string
	GivenName      string
	Sex            string
	BirthDate      time.Time
	BirthYear      int
	CIN            string
	Phone          string
	Email          string
	OrganisationID uuid.UUID
	JobTitle       string
	Governorate    string
	Lang           i18n.Lang
	Seen           time.Time // UpdatedAt of the version that the form showed; zero: not checked
}

// CreatePerson registers a person; Invalid names the wrong fields, a CIN that somebody has already included.
func (s *Service) CreatePerson(ctx context.Context, actor access.Actor, in PersonInput) (Person, error) {
	if err := access.Can(actor, access.PersonEdit, access.Resource{OrganisationID: in.OrganisationID}); err != nil {
		return Person{}, err
	}
	var p Person
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		p, err = s.createPerson(ctx, tx, actor, in)
		return err
	})
	return p, err
}

// CreatePersonTx registers a person met on a list of participants: whoever may fill such a list may.
func (s *Service) CreatePersonTx(ctx context.Context, idb bun.IDB, actor access.Actor, in PersonInput) (Person, error) {
	if err := access.Can(actor, access.PersonCreate, access.Resource{}); err != nil {
		return Person{}, err
	}
	return s.createPerson(ctx, idb, actor, in)
}

func (s *Service) createPerson(ctx context.Context, idb bun.IDB, actor access.Actor, in PersonInput) (Person, error) {
	if in.ID != uuid.Nil {
		first, err := personByID(ctx, idb, in.ID)
		if !errs.Is(err, errs.NotFound) {
			return first, err
		}
	}
	p, err := s.personFrom(in)
	if err != nil {
		return Person{}, err
	}
	if err := checkCIN(ctx, idb, p); err != nil {
		return Person{}, err
	}
	if err := insertWithCode(ctx, idb, &p); err != nil {
		return Person{}, err
	}
	return p, s.record(ctx, idb, actor, "person.create", "person", p.ID.String(), map[string]any{"code": p.Code})
}

// personFrom checks the input and makes the row, code aside.
func (s *Service) personFrom(in PersonInput) (Person, error) {
	now := s.now().UTC()
	in, fields := in.normalise(now)
	if err := errs.InvalidFields(fields); err != nil {
		return Person{}, err
	}
	if in.ID == uuid.Nil {
		in.ID = uuid.Must(uuid.NewV7())
	}
	return Person{
		ID: in.ID, FamilyName: in.FamilyName, GivenName: in.GivenName, Sex: in.Sex, BirthDate: in.BirthDate, BirthYear: in.BirthYear,
		CIN: in.CIN, Phone: in.Phone, Email: in.Email, OrganisationID: in.OrganisationID, JobTitle: in.JobTitle,
		Governorate: in.Governorate, Lang: in.Lang, NameKey: NameKey(in.FamilyName, in.GivenName), CreatedAt: now, UpdatedAt: now,
	}, nil
}

// codeTries is how many codes of one length are tried before longer ones are made.
const codeTries = 6

// insertWithCode stores the person under a code that nobody has. A taken code is skipped inside the transaction: a failed
// statement would end it.
func insertWithCode(ctx context.Context, idb bun.IDB, p *Person) error {
	for try := range 2 * codeTries {
		length := codeShort
		if try >= codeTries {
			length = codeLong
		}
		p.Code = newCode(length)
		res, err := idb.NewInsert().Model(p).On("CONFLICT (code) DO NOTHING").Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 1 {
			return err
		}
	}
	return errs.New(errs.Unavailable, "error_unavailable")
}

func personByID(ctx context.Context, idb bun.IDB, id uuid.UUID) (Person, error) {
	var p Person
	err := idb.NewSelect().Model(&p).Where("p.id = ?", id).Scan(ctx)
	return p, db.Translate(err)
}

// checkCIN refuses an identity card number that another person has, beside the field.
func checkCIN(ctx context.Context, idb bun.IDB, p Person) error {
	if p.CIN == "" {
		return nil
	}
	var code string
	err := idb.NewSelect().Table("org.person").Column("code").Where("cin = ? AND id <> ?", p.CIN, p.ID).Limit(1).Scan(ctx, &code)
	if err = db.Translate(err); err != nil {
		if errs.Is(err, errs.NotFound) {
			return nil
		}
		return err
	}
	return errs.InvalidFields([]errs.Field{{Name: "cin", Key: "people_error_cin_taken", Args: errs.Args{"code": code}}})
}

// Person gives one person, if the actor may see them; otherwise NotFound.
func (s *Service) Person(ctx context.Context, actor access.Actor, id uuid.UUID) (Person, error) {
	p, err := personByID(ctx, s.db, id)
	if err != nil {
		return Person{}, err
	}
	return p, access.Can(actor, access.PersonView, p.Resource())
}

// PersonTx gives a person to a package that has checked the actor's right to a thing that the person is part of.
// public: the caller checks; it is used inside its transaction.
func (s *Service) PersonTx(ctx context.Context, idb bun.IDB, id uuid.UUID) (Person, error) {
	return personByID(ctx, idb, id)
}

// UpdatePerson changes identity and contact. Conflict when somebody changed the person since the form was shown.
func (s *Service) UpdatePerson(ctx context.Context, actor access.Actor, id uuid.UUID, in PersonInput) (Person, error) {
	if err := access.Can(actor, access.PersonEdit, access.Resource{PersonID: id}); err != nil {
		return Person{}, err
	}
	var p Person
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		p, err = s.updatePerson(ctx, tx, actor, id, in)
		return err
	})
	return p, err
}

func (s *Service) updatePerson(ctx context.Context, tx bun.Tx, actor access.Actor, id uuid.UUID, in PersonInput) (Person, error) {
	old, err := lockPerson(ctx, tx, id)
	if err != nil {
		return Person{}, err
	}
	if !in.Seen.IsZero() && !in.Seen.Equal(old.UpdatedAt) {
		return Person{}, errs.NewConflict("error_conflict")
	}
	in.ID = id
	p, err := s.personFrom(in)
	if err != nil {
		return Person{}, err
	}
	p.Code, p.CreatedAt = old.Code, old.CreatedAt
	if err := s.mayChangeContact(ctx, tx, actor, old, p); err != nil {
		return Person{}, err
	}
	if err := checkCIN(ctx, tx, p); err != nil {
		return Person{}, err
	}
	return p, s.savePerson(ctx, tx, actor, old, p)
}

// mayChangeContact: an e-mail address or a number receives reset links, so changing it is like holding the account.
func (s *Service) mayChangeContact(ctx context.Context, idb bun.IDB, actor access.Actor, old, p Person) error {
	if old.Email == p.Email && old.Phone == p.Phone {
		return nil
	}
	return s.MayManageAccountTx(ctx, idb, actor, p.ID)
}

func (s *Service) savePerson(ctx context.Context, idb bun.IDB, actor access.Actor, old, p Person) error {
	changed := changedFields(old, p)
	if len(changed) == 0 {
		return nil
	}
	if _, err := idb.NewUpdate().Model(&p).ExcludeColumn("id", "code", "created_at").WherePK().Exec(ctx); err != nil {
		return db.Translate(err)
	}
	return s.record(ctx, idb, actor, "person.update", "person", p.ID.String(), map[string]any{"fields": changed})
}

func lockPerson(ctx context.Context, tx bun.IDB, id uuid.UUID) (Person, error) {
	var p Person
	err := tx.NewSelect().Model(&p).Where("p.id = ?", id).For("UPDATE").Scan(ctx)
	return p, db.Translate(err)
}

// changedFields names what differs, for the audit, which holds no contents.
func changedFields(a, b Person) []string {
	var names []string
	for _, f := range []struct {
		name    string
		differs bool
	}{
		{"family_name", a.FamilyName != b.FamilyName}, {"given_name", a.GivenName != b.GivenName}, {"sex", a.Sex != b.Sex},
		{"birth", !a.BirthDate.Equal(b.BirthDate) || a.BirthYear != b.BirthYear}, {"cin", a.CIN != b.CIN},
		{"phone", a.Phone != b.Phone}, {"email", a.Email != b.Email}, {"organisation", a.OrganisationID != b.OrganisationID},
		{"job_title", a.JobTitle != b.JobTitle}, {"governorate", a.Governorate != b.Governorate}, {"lang", a.Lang != b.Lang},
	} {
		if f.differs {
			names = append(names, f.name)
		}
	}
	return names
}
