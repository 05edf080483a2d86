package report

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/course"
	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/workshop/paper"
)

// OwnData is all that the training side keeps about a person, as the person is given it: one JSON document. Answers of surveys name
// nobody and are in nobody's document; case files are not the training side's.
type OwnData struct {
	Format      string          `json:"format"`
	MadeAt      time.Time       `json:"made_at"`
	Person      ownPerson       `json:"person"`
	Record      []ownLine       `json:"training_record"`
	Courses     course.OwnData  `json:"courses"`
	Corrections []ownCorrection `json:"corrections"`
	Signatures  []ownSignature  `json:"signatures_on_screen"`
}

type ownSignature struct {
	At      time.Time `json:"at"`
	Kind    paper.How `json:"kind"`
	Strokes string    `json:"strokes,omitempty"`
	Name    string    `json:"name,omitempty"`
	Reason  string    `json:"reason,omitempty"` // of a withdrawal
}

type ownPerson struct {
	Code         string `json:"code"`
	FamilyName   string `json:"family_name"`
	GivenName    string `json:"given_name"`
	Sex          string `json:"sex,omitempty"`
	BirthDate    string `json:"birth_date,omitempty"`
	BirthYear    int    `json:"birth_year,omitempty"`
	CIN          string `json:"identity_card,omitempty"`
	Phone        string `json:"phone,omitempty"`
	Email        string `json:"email,omitempty"`
	Organisation string `json:"organisation,omitempty"`
	JobTitle     string `json:"job_title,omitempty"`
	Governorate  string `json:"governorate,omitempty"`
	Language     string `json:"language"`
}

type ownLine struct {
	Kind      RecordKind `json:"kind"`
	On        time.Time  `json:"on"`
	Title     string     `json:"title"`
	Reference string     `json:"reference"`
	Result    string     `json:"result"`
	Until     *time.Time `json:"until,omitempty"`
}

type ownCorrection struct {
	Text    string    `json:"text"`
	AskedAt time.Time `json:"asked_at"`
	Answer  string    `json:"answer,omitempty"`
}

// Own gives the actor all that is kept about them, in words of a language where words are needed. The audit tells of it.
func (s *Service) Own(ctx context.Context, actor access.Actor, lang i18n.Lang) (*OwnData, error) {
	if err := access.Can(actor, access.AccountOwn, access.Resource{PersonID: actor.PersonID}); err != nil {
		return nil, err
	}
	r, err := s.Record(ctx, actor, actor.PersonID)
	if err != nil {
		return nil, err
	}
	own := &OwnData{Format: "shelter-own-data/1", MadeAt: r.At, Person: s.ownPerson(ctx, r.Person)}
	for _, l := range r.Lines(s.bundle.For(lang)) {
		line := ownLine{Kind: l.Kind, On: l.On, Title: l.Title, Reference: l.Code, Result: l.Result}
		if !l.Until.IsZero() {
			line.Until = &l.Until
		}
		own.Record = append(own.Record, line)
	}
	if own.Courses, err = s.Courses.Own(ctx, actor); err != nil {
		return nil, err
	}
	asked, err := s.people.OwnCorrections(ctx, actor)
	if err != nil {
		return nil, err
	}
	for _, c := range asked {
		own.Corrections = append(own.Corrections, ownCorrection{Text: c.Text, AskedAt: c.AskedAt, Answer: c.Answer})
	}
	if s.Papers != nil {
		signed, err := s.Papers.Own(ctx, actor)
		if err != nil {
			return nil, err
		}
		for i := range signed {
			sg := &signed[i]
			own.Signatures = append(own.Signatures, ownSignature{At: sg.SignedAt, Kind: sg.Kind, Strokes: sg.Strokes, Name: sg.Name, Reason: sg.Reason})
		}
	}
	return own, s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return audit.Record(ctx, tx, audit.Entry{At: r.At, Actor: actor, Action: "person.own.export", Kind: "person", ID: actor.PersonID.String()})
	})
}

func (s *Service) ownPerson(ctx context.Context, p org.Person) ownPerson {
	own := ownPerson{Code: p.Code, FamilyName: p.FamilyName, GivenName: p.GivenName, Sex: p.Sex, BirthYear: p.BirthYear, CIN: p.CIN, Phone: p.Phone, Email: p.Email,
		JobTitle: p.JobTitle, Governorate: p.Governorate, Language: string(p.Lang)}
	if !p.BirthDate.IsZero() {
		own.BirthDate = p.BirthDate.Format(time.DateOnly)
	}
	if choices, err := s.people.OrganisationChoices(ctx); err == nil {
		for i := range choices {
			if choices[i].ID == p.OrganisationID {
				own.Organisation = choices[i].Name
			}
		}
	}
	return own
}
