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

// The lists of consent.
var (
	ConsentPurposes = []string{"assistance", "referral", "transfer", "return", "justice"}
	Categories      = []string{"contact", "identity", "health", "psychological", "legal", "family", "situation"}
	Givers          = []string{"person", "guardian_and_judge", "judge"}
	ConsentForms    = []string{"written", "oral_witnessed"}
	ConsentLangs    = []string{"ar", "fr", "en", "other"}
)

// Consent is what the person, or whoever decides for a child, allowed: for one purpose, one recipient, some categories of
// data, until a day. It is withdrawn and never changed.
type Consent struct {
	bun.BaseModel `bun:"table:cases.consent,alias:c"`

	ID          uuid.UUID `bun:",pk"`
	CaseID      uuid.UUID
	Key         uuid.UUID
	Purpose     string
	RecipientID uuid.UUID `bun:",nullzero"`
	Categories  []string  `bun:",array"`
	GivenBy     string
	Form        string
	Lang        string
	Interpreter bool
	GivenOn     time.Time
	ExpiresOn   time.Time
	WithdrawnAt time.Time `bun:",nullzero"`
	At          time.Time
	ByID        uuid.UUID
	Body        []byte
	Proof       ConsentProof `bun:"-"`
}

// ConsentProof says where the signed paper is and who signed; sealed.
type ConsentProof struct {
	Document string `json:"document"`
	Signer   string `json:"signer"`
	Judge    string `json:"judge"` // reference of the judge's authorisation
}

// Live tells whether the consent is in force on a day.
func (c *Consent) Live(today time.Time) bool {
	return c.WithdrawnAt.IsZero() && !today.Before(c.GivenOn) && !today.After(c.ExpiresOn)
}

// ConsentInput is the form of a consent.
type ConsentInput struct {
	Key         uuid.UUID
	Purpose     string
	RecipientID uuid.UUID
	Categories  []string
	GivenBy     string
	Form        string
	Lang        string
	Interpreter bool
	GivenOn     time.Time
	ExpiresOn   time.Time
	Proof       ConsentProof
}

func (in *ConsentInput) check(f *File, today time.Time) error {
	var c checker
	c.choice("purpose", ConsentPurposes, in.Purpose)
	c.choice("given_by", Givers, in.GivenBy)
	c.choice("form", ConsentForms, in.Form)
	c.choice("lang", ConsentLangs, in.Lang)
	c.past("given_on", in.GivenOn, today)
	c.needed("document", in.Proof.Document)
	if len(in.Categories) == 0 {
		c.wrong("categories", "error_required")
	}
	for _, x := range in.Categories {
		if !known(Categories, x) {
			c.wrong("categories", "error_choice")
		}
	}
	if in.ExpiresOn.Before(today) {
		c.wrong("expires_on", "case_error_past")
	}
	if in.Purpose != "" && (in.Purpose == "assistance") != (in.RecipientID == uuid.Nil) {
		c.wrong("recipient", "case_error_recipient")
	}
	in.checkGiver(f, &c)
	return c.err()
}

// checkGiver: a child does not sign alone: guardian and judge, or the judge alone; a suspected guardian signs nothing.
func (in *ConsentInput) checkGiver(f *File, c *checker) {
	switch {
	case f.Minor() && in.GivenBy == "person":
		c.wrong("given_by", "case_error_minor")
	case f.GuardianSuspected && in.GivenBy == "guardian_and_judge":
		c.wrong("given_by", "case_error_guardian")
	case in.GivenBy != "person" && in.GivenBy != "":
		c.needed("judge", in.Proof.Judge)
	}
}

// AddConsent keeps a consent.
func (s *Service) AddConsent(ctx context.Context, actor access.Actor, id uuid.UUID, in ConsentInput) error {
	return s.onOpen(ctx, actor, id, "case.consent", func(ctx context.Context, o *open) error {
		if err := in.check(o.file, s.today()); err != nil {
			return err
		}
		c := Consent{ID: uuid.Must(uuid.NewV7()), CaseID: id, Key: in.Key, Purpose: in.Purpose, RecipientID: in.RecipientID, Categories: in.Categories, GivenBy: in.GivenBy,
			Form: in.Form, Lang: in.Lang, Interpreter: in.Interpreter, GivenOn: in.GivenOn, ExpiresOn: in.ExpiresOn, At: o.at, ByID: actor.PersonID}
		made, err := o.add(ctx, "consent", c.ID, in.Proof, &c.Body, &c)
		if err != nil || !made {
			return err
		}
		o.detail["purpose"] = in.Purpose
		return o.note(ctx, "consent", map[string]any{"purpose": in.Purpose, "given_by": in.GivenBy}, "")
	})
}

// Withdraw ends a consent; what was shared on it ends in the same moment.
func (s *Service) Withdraw(ctx context.Context, actor access.Actor, id, consent uuid.UUID) error {
	return s.onCase(ctx, actor, id, access.CaseEdit, "case.withdraw", func(ctx context.Context, o *open) error {
		n, err := o.count(ctx, "SELECT count(*) FROM cases.consent WHERE case_id = ? AND id = ? AND withdrawn_at IS NOT NULL", consent)
		if err != nil || n > 0 {
			return err
		}
		if err := o.set(ctx, "UPDATE cases.consent SET withdrawn_at = ? WHERE id = ? AND case_id = ?", o.at, consent, id); err != nil {
			return err
		}
		return o.note(ctx, "withdrawn", nil, "")
	})
}

// Referral is the passing on of the minimum to an organisation, with its answer, or the note that nobody offers what is needed.
type Referral struct {
	bun.BaseModel `bun:"table:cases.referral,alias:r"`

	ID         uuid.UUID `bun:",pk"`
	CaseID     uuid.UUID
	Key        uuid.UUID
	OwnerID    uuid.UUID
	ToID       uuid.UUID `bun:",nullzero"`
	Kind       string    // referral or transfer
	Type       string
	ConsentID  uuid.UUID `bun:",nullzero"`
	Categories []string  `bun:",array"`
	State      string
	Lack       string `bun:",nullzero"`
	SentAt     time.Time
	AnsweredAt time.Time `bun:",nullzero"`
	EndsOn     time.Time `bun:",nullzero"`
	ByID       uuid.UUID
	Wrapped    []byte
	Body       []byte
	Text       string `bun:"-"`
}

// ReferralInput is the form of a referral; without a consent it says that no service is available, and why.
type ReferralInput struct {
	Key       uuid.UUID
	Type      string
	ConsentID uuid.UUID
	Lack      string
	Text      string // the minimum that the recipient needs
	EndsOn    time.Time
}

// Refer sends a referral on a consent that is in force, to the recipient that the consent names, or notes that no service is
// available.
func (s *Service) Refer(ctx context.Context, actor access.Actor, id uuid.UUID, in ReferralInput) error {
	return s.onOpen(ctx, actor, id, "case.refer", func(ctx context.Context, o *open) error {
		var c checker
		c.choice("type", ServiceTypes, in.Type)
		if in.ConsentID == uuid.Nil {
			c.choice("lack", Lacks, in.Lack)
		} else {
			c.needed("text", in.Text)
			in.Lack = ""
		}
		if err := c.err(); err != nil {
			return err
		}
		r := Referral{ID: uuid.Must(uuid.NewV7()), CaseID: id, Key: in.Key, OwnerID: o.file.OwnerID, Kind: "referral", Type: in.Type, State: "unavailable", Lack: in.Lack,
			Categories: []string{}, SentAt: o.at, EndsOn: in.EndsOn, ByID: actor.PersonID}
		if in.ConsentID != uuid.Nil {
			if err := o.onConsent(ctx, &r, in.ConsentID); err != nil {
				return err
			}
		}
		return o.refer(ctx, &r, in.Text)
	})
}

func (o *open) onConsent(ctx context.Context, r *Referral, consent uuid.UUID) error {
	var c Consent
	if err := o.tx.NewSelect().Model(&c).Where("id = ? AND case_id = ?", consent, o.file.ID).Scan(ctx); err != nil {
		return errs.NewNotFound("consent").Because(err)
	}
	if !c.Live(o.s.today()) || c.RecipientID == uuid.Nil || (c.Purpose != "referral" && c.Purpose != "transfer") {
		return errs.InvalidFields([]errs.Field{{Name: "consent", Key: "case_error_no_consent"}})
	}
	r.ConsentID, r.ToID, r.Categories, r.Kind, r.State = c.ID, c.RecipientID, c.Categories, c.Purpose, "sent"
	return nil
}

func (o *open) refer(ctx context.Context, r *Referral, text string) error {
	key, wrapped, err := o.s.o.Keys.NewDataKey(r.ID, 1)
	if err != nil {
		return err
	}
	r.Wrapped = wrapped
	if r.Body, err = sealWith(key, "referral", r.ID, text); err != nil {
		return err
	}
	res, err := o.tx.NewInsert().Model(r).On("CONFLICT (case_id, key) DO NOTHING").Exec(ctx)
	if err != nil {
		return consentRefusal(err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return nil
	}
	o.detail["kind"], o.detail["to"] = r.Kind, r.State
	return o.note(ctx, "referral", map[string]any{"kind": r.Kind, "to": r.State, "type": r.Type}, "")
}

// consentRefusal gives the database's refusal of a referral the words of a form.
func consentRefusal(err error) error {
	if db.Constraint(err) == "referral_consent" {
		return errs.InvalidFields([]errs.Field{{Name: "consent", Key: "case_error_no_consent"}})
	}
	return db.Translate(err)
}

func (s *Service) openReferral(r *Referral) error {
	key, err := s.o.Keys.Unwrap(r.Wrapped, r.ID, 1)
	if err != nil {
		return err
	}
	return unsealWith(key, "referral", r.ID, r.Body, &r.Text)
}

// Incoming lists the referrals that the reader's shelters and organisations got and that are open.
func (s *Service) Incoming(ctx context.Context, actor access.Actor) ([]Referral, error) {
	if err := access.Can(actor, access.CaseEnter, access.Resource{}); err != nil {
		return nil, err
	}
	var list []Referral
	err := s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		if err := s.shared(tx.NewSelect().Model(&list), actor).Order("sent_at DESC").Scan(ctx); err != nil {
			return db.Translate(err)
		}
		ids := make([]string, len(list))
		for i := range list {
			ids[i] = list[i].ID.String()
			if err := s.openReferral(&list[i]); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, actor, "case.incoming", "", uuid.Nil, map[string]any{"referrals": ids})
	})
	return list, err
}

// shared narrows a query to the referrals that are open to the reader's shelters and organisations: while the consent is in force,
// and until the day on which the service ends.
func (s *Service) shared(q *bun.SelectQuery, actor access.Actor) *bun.SelectQuery {
	today := s.today()
	return q.Where("r.to_id IN (?) AND r.state IN ('sent', 'accepted') AND (r.ends_on IS NULL OR r.ends_on >= ?)", in(Owners(actor)), today).
		Where("EXISTS (SELECT 1 FROM cases.consent c WHERE c.id = r.consent_id AND c.withdrawn_at IS NULL AND ? BETWEEN c.given_on AND c.expires_on)", today)
}

// Answer accepts or declines a referral in the name of its recipient. An accepted transfer makes the recipient the keeper of
// the file, without a worker until its supervisor assigns one; the former keeper sees it no longer.
func (s *Service) Answer(ctx context.Context, actor access.Actor, referral uuid.UUID, accept bool) error {
	if err := access.Can(actor, access.CaseEnter, access.Resource{}); err != nil {
		return err
	}
	evenly := time.After(evenTime)
	err := s.in(ctx, actor, []setting{{"cases.accepting", on}}, func(ctx context.Context, tx bun.Tx) error {
		var r Referral
		if err := tx.NewSelect().Model(&r).Where("id = ? AND to_id IN (?)", referral, in(Owners(actor))).For("UPDATE").Scan(ctx); err != nil {
			return errs.NewNotFound("referral").Because(err)
		}
		if err := access.Can(actor, access.CaseDecide, access.Resource{OrganisationID: r.ToID, ShelterID: r.ToID}); err != nil {
			return err
		}
		if r.State != "sent" {
			return nil
		}
		state := "declined"
		if accept {
			state = "accepted"
		}
		if accept && r.Kind == "transfer" {
			if err := takeOver(ctx, tx, &r); err != nil {
				return err
			}
		}
		if _, err := tx.NewRaw("UPDATE cases.referral SET state = ?, answered_at = ? WHERE id = ?", state, s.now(), r.ID).Exec(ctx); err != nil {
			return consentRefusal(err)
		}
		return s.record(ctx, tx, actor, "case.answer", r.CaseID.String(), r.OwnerID, map[string]any{"referral": r.ID, "to": state})
	})
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Forbidden) {
		return s.refused(ctx, actor, access.CaseDecide, referral.String(), evenly)
	}
	return err
}

func takeOver(ctx context.Context, tx bun.Tx, r *Referral) error {
	res, err := tx.NewRaw("UPDATE cases.file SET owner_id = ?, worker_id = NULL, version = version + 1 WHERE id = ?", r.ToID, r.CaseID).Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	if n, _ := res.RowsAffected(); n != 1 {
		return errs.NewNotFound("file of the transfer")
	}
	return nil
}

// EndReferral ends the sharing with a recipient, when the service is over.
func (s *Service) EndReferral(ctx context.Context, actor access.Actor, id, referral uuid.UUID) error {
	return s.onCase(ctx, actor, id, access.CaseEdit, "case.refer", func(ctx context.Context, o *open) error {
		o.detail["to"] = "ended"
		return o.set(ctx, "UPDATE cases.referral SET state = 'ended' WHERE id = ? AND case_id = ? AND state IN ('sent', 'accepted', 'ended', 'declined')", referral, id)
	})
}

// SetBasis says on what basis an organisation keeps files; consent unless a protection officer says otherwise.
func (s *Service) SetBasis(ctx context.Context, actor access.Actor, owner uuid.UUID, basis string) error {
	if err := access.Can(actor, access.CaseReview, access.Resource{}); err != nil {
		return err
	}
	return s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		if !known([]string{"consent", "public_authority"}, basis) {
			return errs.InvalidFields([]errs.Field{{Name: "basis", Key: "error_choice"}})
		}
		if _, err := tx.NewRaw(`INSERT INTO cases.controller (owner_id, basis, set_by, set_at) VALUES (?, ?, ?, ?)
			ON CONFLICT (owner_id) DO UPDATE SET basis = EXCLUDED.basis, set_by = EXCLUDED.set_by, set_at = EXCLUDED.set_at`, owner, basis, actor.PersonID, s.now()).Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return s.record(ctx, tx, actor, "case.basis", "", owner, map[string]any{"basis": basis})
	})
}
