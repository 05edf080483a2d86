package org

import (
	"context"
	"regexp"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Longest texts of a person, in characters.
const (
	nameMax  = 80
	titleMax = 120
)

var reGovernorate = regexp.MustCompile(`^TN-[1-8][1-4]$`)

// normalise brings the input into its stored form and says what is wrong field by field.
func (in PersonInput) normalise(now time.Time) (PersonInput, []errs.Field) {
	var c checker
	in.FamilyName = c.text("family_name", in.FamilyName, nameMax)
	in.GivenName = c.text("given_name", in.GivenName, nameMax)
	if in.FamilyName == "" && in.GivenName == "" {
		c.wrong("family_name", "error_required", nil)
	}
	in.JobTitle = c.text("job_title", in.JobTitle, titleMax)
	if in.Sex != "" && in.Sex != "f" && in.Sex != "m" {
		c.wrong("sex", "error_choice", nil)
	}
	in.CIN = c.parsed("cin", in.CIN, "error_cin", ParseCIN)
	in.Phone = c.parsed("phone", in.Phone, "error_phone", ParsePhone)
	in.Email = c.parsed("email", in.Email, "error_email", ParseEmail)
	if in.Governorate != "" && !reGovernorate.MatchString(in.Governorate) {
		c.wrong("governorate", "error_choice", nil)
	}
	if _, ok := i18n.Parse(string(in.Lang)); !ok {
		in.Lang = i18n.FR
	}
	in.BirthDate, in.BirthYear = c.birth(in.BirthDate, in.BirthYear, now)
	return in, c.fields
}

// checker gathers the wrong fields of a form.
type checker struct{ fields []errs.Field }

func (c *checker) wrong(name, key string, args errs.Args) {
	c.fields = append(c.fields, errs.Field{Name: name, Key: key, Args: args})
}

func (c *checker) text(name, value string, limit int) string {
	value = tidy(value)
	if !printable(value, limit) {
		c.wrong(name, "error_too_long", errs.Args{"max": limit})
	}
	return value
}

func (c *checker) parsed(name, value, key string, parse func(string) (string, bool)) string {
	if tidy(value) == "" {
		return ""
	}
	v, ok := parse(value)
	if !ok {
		c.wrong(name, key, nil)
		return value
	}
	return v
}

// birth keeps the date, or the year when there is no date; both must be of a living adult or youth.
func (c *checker) birth(date time.Time, year int, now time.Time) (time.Time, int) {
	if date.IsZero() && year == 0 {
		return time.Time{}, 0
	}
	if !date.IsZero() {
		date = time.Date(date.Year(), date.Month(), date.Day(), 0, 0, 0, 0, time.UTC)
		year = 0
	}
	if _, ok := AgeAt(now, date, year); !ok {
		name := "birth_date"
		if date.IsZero() {
			name = "birth_year"
		}
		c.wrong(name, "people_error_birth", nil)
	}
	return date, year
}

// ContactInput is what a person may correct about themselves.
type ContactInput struct {
	Phone string
	Email string
	Lang  i18n.Lang
}

// UpdateOwnContactTx lets a person correct their own number, address and language. Conflict when the number or the address
// already serves another person's sign-in.
func (s *Service) UpdateOwnContactTx(ctx context.Context, tx bun.IDB, actor access.Actor, in ContactInput) (Person, error) {
	if err := access.Can(actor, access.AccountOwn, access.Resource{PersonID: actor.PersonID}); err != nil {
		return Person{}, err
	}
	old, err := lockPerson(ctx, tx, actor.PersonID)
	if err != nil {
		return Person{}, err
	}
	var c checker
	p := old
	p.Phone = c.parsed("phone", in.Phone, "error_phone", ParsePhone)
	p.Email = c.parsed("email", in.Email, "error_email", ParseEmail)
	if l, ok := i18n.Parse(string(in.Lang)); ok {
		p.Lang = l
	}
	if err := errs.InvalidFields(c.fields); err != nil {
		return Person{}, err
	}
	p.UpdatedAt = s.now().UTC()
	return p, s.savePerson(ctx, tx, actor, old, p)
}

// SetLang keeps the language that the actor chose. A visitor's stays in the browser.
func (s *Service) SetLang(ctx context.Context, actor access.Actor, l i18n.Lang) error {
	if err := access.Can(actor, access.AccountOwn, access.Resource{PersonID: actor.PersonID}); err != nil {
		return err
	}
	if _, ok := i18n.Parse(string(l)); !ok {
		return errs.NewInvalid("error_choice")
	}
	_, err := s.db.NewUpdate().Table("org.person").Set("lang = ?", l).Where("id = ?", actor.PersonID).Exec(ctx)
	return db.Translate(err)
}

// OwnPerson gives the actor's own record.
func (s *Service) OwnPerson(ctx context.Context, actor access.Actor) (Person, error) {
	if err := access.Can(actor, access.AccountOwn, access.Resource{PersonID: actor.PersonID}); err != nil {
		return Person{}, err
	}
	if actor.PersonID == uuid.Nil {
		return Person{}, errs.NewForbidden("own person")
	}
	return personByID(ctx, s.db, actor.PersonID)
}

// CheckPerson brings what somebody typed about themselves into its stored form, and says what is wrong field by field.
// public: it reads and writes nothing.
func (s *Service) CheckPerson(in PersonInput) (PersonInput, []errs.Field) {
	return in.normalise(s.now().UTC())
}
