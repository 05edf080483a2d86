package casework

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

// The lists of requests. An answer that withholds something names one of the few reasons for that.
var (
	RequestKinds    = []string{"access", "rectification", "completion", "opposition", "erasure"}
	RequestMakers   = []string{"person", "guardian", "lawyer", "other"}
	RequestHows     = []string{"written", "oral"}
	RequestOutcomes = []string{"granted", "partly", "refused"}
	WithheldReasons = []string{"third_party", "safety", "proceedings", "unfounded"}
)

// answerMonths is within what time a request is answered, and answerAlert how many days before that it is urgent.
const (
	answerMonths = 1
	answerAlert  = 10
)

// Request is what the person asked for about their data, and its answer.
type Request struct {
	bun.BaseModel `bun:"table:cases.request,alias:r"`

	ID         uuid.UUID `bun:",pk"`
	CaseID     uuid.UUID
	Key        uuid.UUID
	OwnerID    uuid.UUID
	Kind       string
	MadeBy     string
	How        string
	ReceivedOn time.Time
	DueOn      time.Time
	State      string
	Outcome    string    `bun:",nullzero"`
	Withheld   string    `bun:",nullzero"`
	AnsweredOn time.Time `bun:",nullzero"`
	AnsweredBy uuid.UUID `bun:",nullzero"`
	At         time.Time
	ByID       uuid.UUID
	Body       []byte
	Answer     []byte

	Text     string `bun:"-"`
	Answered string `bun:"-"`
}

// Urgent tells whether little time is left for the answer.
func (r *Request) Urgent(today time.Time) bool {
	return r.State == "open" && !today.Before(r.DueOn.AddDate(0, 0, -answerAlert))
}

// RequestInput is the form of a request.
type RequestInput struct {
	Key        uuid.UUID
	Kind       string
	MadeBy     string
	How        string
	ReceivedOn time.Time
	Text       string
}

// AddRequest keeps what the person asked for; it is due a month later.
func (s *Service) AddRequest(ctx context.Context, actor access.Actor, id uuid.UUID, in RequestInput) error {
	return s.onCase(ctx, actor, id, access.CaseEdit, "case.request", func(ctx context.Context, o *open) error {
		var c checker
		c.choice("kind", RequestKinds, in.Kind)
		c.choice("made_by", RequestMakers, in.MadeBy)
		c.choice("how", RequestHows, in.How)
		c.past("received_on", in.ReceivedOn, s.today())
		c.needed("text", in.Text)
		if err := c.err(); err != nil {
			return err
		}
		r := Request{ID: uuid.Must(uuid.NewV7()), CaseID: id, Key: in.Key, OwnerID: o.file.OwnerID, Kind: in.Kind, MadeBy: in.MadeBy, How: in.How, ReceivedOn: in.ReceivedOn,
			DueOn: in.ReceivedOn.AddDate(0, answerMonths, 0), State: "open", At: o.at, ByID: actor.PersonID}
		made, err := o.add(ctx, "request", r.ID, in.Text, &r.Body, &r)
		if err != nil || !made {
			return err
		}
		o.detail["request"], o.detail["kind"] = r.ID, r.Kind
		return o.note(ctx, "request", map[string]any{"kind": r.Kind}, "")
	})
}

// AnswerInput says how a request was answered.
type AnswerInput struct {
	Outcome  string
	Withheld string
	On       time.Time
	Text     string
}

// AnswerRequest keeps the answer. What is granted is answered by whoever works on the file; what is withheld, by a protection officer, with a reason.
func (s *Service) AnswerRequest(ctx context.Context, actor access.Actor, id, request uuid.UUID, in AnswerInput) error {
	act := access.CaseEdit
	if in.Outcome == "partly" || in.Outcome == "refused" {
		act = access.CaseReview
	} else {
		in.Withheld = ""
	}
	return s.onCase(ctx, actor, id, act, "case.request.answer", func(ctx context.Context, o *open) error {
		var r Request
		if err := o.tx.NewSelect().Model(&r).Where("r.id = ? AND r.case_id = ?", request, id).Scan(ctx); err != nil {
			return db.Translate(err)
		}
		if r.State != "open" {
			return errs.NewConflict("case_error_request_answered")
		}
		var c checker
		c.choice("outcome", RequestOutcomes, in.Outcome)
		if act == access.CaseReview {
			c.choice("withheld", WithheldReasons, in.Withheld)
		}
		c.past("on", in.On, s.today())
		if !in.On.IsZero() && in.On.Before(r.ReceivedOn) {
			c.wrong("on", "case_error_answer_early")
		}
		c.needed("text", in.Text)
		if err := c.err(); err != nil {
			return err
		}
		sealed, err := o.seal("answer", r.ID, in.Text)
		if err != nil {
			return err
		}
		o.detail["request"], o.detail["outcome"] = r.ID, in.Outcome
		if err := o.set(ctx, "UPDATE cases.request SET state = 'answered', outcome = ?, withheld = NULLIF(?, ''), answered_on = ?, answered_by = ?, answer = ? WHERE id = ? AND state = 'open'",
			in.Outcome, in.Withheld, in.On, actor.PersonID, sealed, r.ID); err != nil {
			return err
		}
		return o.note(ctx, "request_answered", map[string]any{"kind": r.Kind, "outcome": in.Outcome}, "")
	})
}

// RightsLine is a request or a disclosure in the lists, without its words.
type RightsLine struct {
	CaseID     uuid.UUID
	Code       string
	Kind       string
	State      string
	Basis      string
	Form       string
	Categories []string `bun:",array"`
	On         time.Time
	DueOn      time.Time `bun:",nullzero"`
	AskedBy    uuid.UUID
	DecidedBy  uuid.UUID `bun:",nullzero"`
}

// Rights is what is due in the reader's files, and the register of what was disclosed.
type Rights struct {
	Requests    []RightsLine // open ones, the most urgent first
	Disclosures []RightsLine // those that wait first
	Today       time.Time
}

// Rights lists open requests and the register of disclosures, of the files in the reader's sight.
func (s *Service) Rights(ctx context.Context, actor access.Actor) (r Rights, err error) {
	if err := access.Can(actor, access.CaseEnter, access.Resource{}); err != nil {
		return r, err
	}
	r.Today = s.today()
	err = s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		q := tx.NewSelect().TableExpr("cases.request AS r").Join("JOIN cases.file f ON f.id = r.case_id").Where("r.state = 'open'").
			ColumnExpr("r.case_id, f.code, r.kind, r.state, r.received_on AS on, r.due_on, r.by_id AS asked_by")
		if err := scoped(q, actor).OrderExpr("r.due_on, r.id").Limit(handoutLimit).Scan(ctx, &r.Requests); err != nil {
			return db.Translate(err)
		}
		q = tx.NewSelect().TableExpr("cases.disclosure AS d").Join("JOIN cases.file f ON f.id = d.case_id").
			ColumnExpr("d.case_id, f.code, d.to_kind AS kind, d.state, d.basis, d.form, d.categories, coalesce(d.given_on, (d.asked_at AT TIME ZONE 'Africa/Tunis')::date) AS on, d.asked_by, d.decided_by")
		if err := scoped(q, actor).OrderExpr("d.state <> 'waits', d.asked_at DESC, d.id").Limit(handoutLimit).Scan(ctx, &r.Disclosures); err != nil {
			return db.Translate(err)
		}
		var shown []string
		for _, list := range [][]RightsLine{r.Requests, r.Disclosures} {
			for i := range list {
				shown = append(shown, list[i].CaseID.String())
			}
		}
		return s.record(ctx, tx, actor, "case.rights", "", uuid.Nil, map[string]any{"shown": shown})
	})
	return r, err
}

// The lists of disclosures. What police and courts get stands on the law, never on consent.
var (
	DisclosureTo    = []string{"police", "prosecutor", "court", "authority"}
	DisclosureBases = []string{"requisition", "warrant", "judgement", "law"}
	DisclosureForms = []string{"copy", "original", "oral", "consultation"}
)

// Disclosure is something of a file that goes to police, a court or an authority by word or on paper: asked for, approved by another person, given.
type Disclosure struct {
	bun.BaseModel `bun:"table:cases.disclosure,alias:d"`

	ID         uuid.UUID `bun:",pk"`
	CaseID     uuid.UUID
	Key        uuid.UUID
	OwnerID    uuid.UUID
	ToKind     string
	Basis      string
	Form       string
	Categories []string `bun:",array"`
	State      string
	AskedAt    time.Time
	AskedBy    uuid.UUID
	DecidedAt  time.Time `bun:",nullzero"`
	DecidedBy  uuid.UUID `bun:",nullzero"`
	GivenOn    time.Time `bun:",nullzero"`
	Body       []byte
	Note       []byte
	Given      []byte

	Text   DisclosureText `bun:"-"`
	Remark string         `bun:"-"`
	What   string         `bun:"-"` // was given
}

// DisclosureText says to whom, by what law and why.
type DisclosureText struct {
	Recipient string `json:"recipient"`
	Law       string `json:"law"`
	Reason    string `json:"reason"`
}

// DisclosureInput is the form of a disclosure.
type DisclosureInput struct {
	Key        uuid.UUID
	ToKind     string
	Basis      string
	Form       string
	Categories []string
	Text       DisclosureText
}

// AskDisclosure asks for one, before anything is given.
func (s *Service) AskDisclosure(ctx context.Context, actor access.Actor, id uuid.UUID, in DisclosureInput) error {
	return s.onCase(ctx, actor, id, access.CaseDecide, "case.disclosure.ask", func(ctx context.Context, o *open) error {
		var c checker
		c.choice("to_kind", DisclosureTo, in.ToKind)
		c.choice("basis", DisclosureBases, in.Basis)
		c.choice("form", DisclosureForms, in.Form)
		if len(in.Categories) == 0 {
			c.wrong("categories", "error_required")
		}
		for _, x := range in.Categories {
			if !known(Categories, x) {
				c.wrong("categories", "error_choice")
			}
		}
		c.needed("recipient", in.Text.Recipient)
		c.needed("law", in.Text.Law)
		c.needed("reason", in.Text.Reason)
		if err := c.err(); err != nil {
			return err
		}
		d := Disclosure{ID: uuid.Must(uuid.NewV7()), CaseID: id, Key: in.Key, OwnerID: o.file.OwnerID, ToKind: in.ToKind, Basis: in.Basis, Form: in.Form, Categories: in.Categories, State: "waits", AskedAt: o.at, AskedBy: actor.PersonID}
		made, err := o.add(ctx, "disclosure", d.ID, in.Text, &d.Body, &d)
		if err != nil || !made {
			return err
		}
		o.detail["disclosure"], o.detail["to"] = d.ID, d.ToKind
		return o.note(ctx, "disclosure", map[string]any{"to": d.ToKind, "state": "waits"}, "")
	})
}

func (o *open) disclosure(ctx context.Context, id uuid.UUID, state string) (*Disclosure, error) {
	d := &Disclosure{}
	if err := o.tx.NewSelect().Model(d).Where("d.id = ? AND d.case_id = ?", id, o.file.ID).Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	if d.State != state {
		return nil, errs.NewConflict("case_error_disclosure_state")
	}
	o.detail["disclosure"], o.detail["to"] = d.ID, d.ToKind
	return d, nil
}

// DecideDisclosure approves or refuses one, by a protection officer who did not ask for it, with a fresh code.
func (d *Desk) DecideDisclosure(ctx context.Context, actor access.Actor, id uuid.UUID, in HandoutDecision) error {
	outside := ctx
	state := "refused"
	if in.Approve {
		state = "approved"
	}
	return d.work.onCase(ctx, actor, id, access.CaseReview, "case.disclosure."+state, func(ctx context.Context, o *open) error {
		x, err := o.disclosure(ctx, in.ID, "waits")
		if err != nil {
			return err
		}
		if x.AskedBy == actor.PersonID {
			return errs.NewConflict("approval_error_own")
		}
		var c checker
		c.needed("note", in.Note)
		if strings.TrimSpace(in.Factor) == "" {
			c.wrong("code", "error_required")
		}
		if err := c.err(); err != nil {
			return err
		}
		if err := d.auth.ProveCode(outside, actor, in.Factor); err != nil {
			return err
		}
		sealed, err := o.seal("disclosurenote", x.ID, in.Note)
		if err != nil {
			return err
		}
		if err := o.set(ctx, "UPDATE cases.disclosure SET state = ?, decided_at = ?, decided_by = ?, note = ? WHERE id = ? AND state = 'waits'", state, o.at, actor.PersonID, sealed, x.ID); err != nil {
			return err
		}
		return o.note(ctx, "disclosure", map[string]any{"to": x.ToKind, "state": state}, "")
	})
}

// GiveDisclosure notes what was given, once it was approved.
func (s *Service) GiveDisclosure(ctx context.Context, actor access.Actor, id, disclosure uuid.UUID, on time.Time, what string) error {
	return s.onCase(ctx, actor, id, access.CaseDecide, "case.disclosure.given", func(ctx context.Context, o *open) error {
		d, err := o.disclosure(ctx, disclosure, "approved")
		if err != nil {
			return err
		}
		var c checker
		c.past("given_on", on, s.today())
		if !on.IsZero() && on.Before(i18n.Day(d.DecidedAt)) {
			c.wrong("given_on", "case_error_given_early")
		}
		c.needed("what", what)
		if err := c.err(); err != nil {
			return err
		}
		sealed, err := o.seal("disclosuregiven", d.ID, what)
		if err != nil {
			return err
		}
		if err := o.set(ctx, "UPDATE cases.disclosure SET state = 'given', given_on = ?, given = ? WHERE id = ? AND state = 'approved'", on, sealed, d.ID); err != nil {
			return err
		}
		return o.note(ctx, "disclosure", map[string]any{"to": d.ToKind, "state": "given"}, "")
	})
}
