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

// RetentionCategories are the kinds of data that have a term of their own: the whole file, and each kind of document. No term is set from the
// beginning: the law names none, and the controllers have to.
var RetentionCategories = append([]string{"file"}, AttachmentKinds...)

// maxRetention is the longest term, in months.
const maxRetention = 1200

// Erasure is something whose time is over, or that somebody asked to have erased: locked, then released, or erased with the minutes of the
// destruction. It outlives the key of the case, and holds no name of the person.
type Erasure struct {
	bun.BaseModel `bun:"table:cases.erasure,alias:e"`

	ID      uuid.UUID `bun:",pk"`
	CaseID  uuid.UUID
	Key     uuid.UUID
	OwnerID uuid.UUID
	// AttachmentID is the one document that it is about.
	AttachmentID uuid.UUID `bun:",nullzero"`
	Scope        string    // file, a kind of document, or document: one that was taken off
	Ground       string    // schedule, request, order; removed, of one document
	Months       int       `bun:",nullzero"`
	State        string    // locked, released, erased
	LockedAt     time.Time
	LockedBy     uuid.UUID `bun:",nullzero"` // nobody: the schedule
	ReleasedAt   time.Time `bun:",nullzero"`
	ReleasedBy   uuid.UUID `bun:",nullzero"`
	UntilOn      time.Time `bun:",nullzero"`
	MinutesOn    time.Time `bun:",nullzero"`
	MinutesAt    time.Time `bun:",nullzero"`
	MinutesBy    uuid.UUID `bun:",nullzero"`
	MIME         string    `bun:"mime,nullzero"`
	Wrapped      []byte
	Body         []byte
	Documents    int       `bun:",nullzero"`
	ErasedAt     time.Time `bun:",nullzero"`
	ErasedBy     uuid.UUID `bun:",nullzero"`

	Code string      `bun:",scanonly"`
	Kind string      `bun:",scanonly"` // of the one document
	Text ErasureText `bun:"-"`
}

// ErasureText is what an erasure says in words; sealed with a key of its own.
type ErasureText struct {
	Reason  string `json:"reason"`  // of a release
	Bailiff string `json:"bailiff"` // who drew the minutes up
	Number  string `json:"number"`
	Expert  string `json:"expert"` // whom the data protection authority appointed
	Name    string `json:"name"`   // of the file with the minutes
}

// what is read of an erasure beside its row
const (
	erasureColumns = "?TableColumns, f.code, coalesce((SELECT a.kind FROM cases.attachment a WHERE a.id = e.attachment_id), '') AS kind"
	erasureJoin    = "JOIN cases.file f ON f.id = e.case_id"
)

// ErasureGrounds are those that a person can name.
var ErasureGrounds = []string{"request", "order"}

// Term is how long a category of data is kept after the closure; 0: nobody has set it yet.
type Term struct {
	Category string
	Months   int
	SetBy    uuid.UUID
	SetAt    time.Time
}

// Coming is what the schedule will lock soon.
type Coming struct {
	CaseID uuid.UUID
	Code   string
	Scope  string
	DueOn  time.Time
}

// Retention is the page of terms, locks and ends.
type Retention struct {
	Terms    []Term
	Coming   []Coming
	Erasures []Erasure
	Today    time.Time
	CanSet   bool
}

// comingAhead is how many days before its end a term is announced.
const comingAhead = 90

// Retention shows what is locked, what soon will be, what has ended, and the schedule: an officer's all, a supervisor's own.
func (s *Service) Retention(ctx context.Context, actor access.Actor) (r Retention, err error) {
	if err := access.Can(actor, access.CaseHandOut, access.Resource{}); err != nil { // who retains at all; rows by scope
		return r, err
	}
	r.Today, r.CanSet = s.today(), may(actor, access.CaseReview, access.Resource{})
	err = s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		set := map[string]Term{}
		var rows []Term
		if err := tx.NewSelect().TableExpr("cases.retention").ColumnExpr("category, months, set_by, set_at").Scan(ctx, &rows); err != nil {
			return db.Translate(err)
		}
		for _, t := range rows {
			set[t.Category] = t
		}
		for _, c := range RetentionCategories {
			t := set[c]
			t.Category = c
			r.Terms = append(r.Terms, t)
		}
		if err := s.retained(tx.NewSelect().TableExpr("cases.file AS f"), actor).ColumnExpr("f.id AS case_id, f.code, r.category AS scope, (f.closed_on + make_interval(months => r.months))::date AS due_on").
			Join("CROSS JOIN cases.retention r").Join("JOIN cases.data_key k ON k.case_id = f.id AND k.wrapped <> ''").
			Where("f.state = ? AND f.closed_on + make_interval(months => r.months) <= ?", Closed, r.Today.AddDate(0, 0, comingAhead)).
			Where("r.category = 'file' OR EXISTS (SELECT 1 FROM cases.attachment a WHERE a.case_id = f.id AND a.kind = r.category AND a.state <> 'erased')").
			Where("NOT EXISTS (SELECT 1 FROM cases.erasure e WHERE e.case_id = f.id AND ((e.state = 'locked' AND e.scope IN ('file', r.category)) OR (e.state = 'released' AND e.scope = r.category AND e.until_on > ?)))", r.Today).
			OrderExpr("due_on, f.code").Limit(pageSize).Scan(ctx, &r.Coming); err != nil {
			return db.Translate(err)
		}
		q := tx.NewSelect().Model(&r.Erasures).ColumnExpr(erasureColumns).Join(erasureJoin)
		if err := s.retained(q, actor).OrderExpr("e.state <> 'locked', e.locked_at DESC, e.id").Limit(handoutLimit).Scan(ctx); err != nil {
			return db.Translate(err)
		}
		return s.record(ctx, tx, actor, "case.retention", "", uuid.Nil, map[string]any{"n": len(r.Erasures)})
	})
	return r, err
}

// retained narrows a query to what the actor may retain.
func (s *Service) retained(q *bun.SelectQuery, actor access.Actor) *bun.SelectQuery {
	if may(actor, access.CaseReview, access.Resource{}) {
		return q
	}
	return q.Where("f.owner_id IN (?)", in(owners(actor, access.CaseSupervisor)))
}

// SetTerms says how long each category is kept, in months after the closure; 0 takes a term away.
func (s *Service) SetTerms(ctx context.Context, actor access.Actor, months map[string]int) error {
	if err := access.Can(actor, access.CaseReview, access.Resource{}); err != nil {
		return err
	}
	var c checker
	for _, category := range RetentionCategories {
		if n := months[category]; n < 0 || n > maxRetention {
			c.fields = append(c.fields, errs.Field{Name: category, Key: "case_error_months", Args: errs.Args{"max": maxRetention}})
		}
	}
	if err := c.err(); err != nil {
		return err
	}
	return s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		for _, category := range RetentionCategories {
			sql, args := "DELETE FROM cases.retention WHERE category = ?", []any{category}
			if n := months[category]; n > 0 {
				sql, args = `INSERT INTO cases.retention AS r (category, months, set_by, set_at) VALUES (?, ?, ?, ?)
					ON CONFLICT (category) DO UPDATE SET months = EXCLUDED.months, set_by = EXCLUDED.set_by, set_at = EXCLUDED.set_at WHERE r.months <> EXCLUDED.months`, []any{category, n, actor.PersonID, s.now()}
			}
			if _, err := tx.NewRaw(sql, args...).Exec(ctx); err != nil {
				return db.Translate(err)
			}
		}
		return s.record(ctx, tx, actor, "case.schedule", "", uuid.Nil, map[string]any{"months": months})
	})
}

// LockDue locks what the schedule says is past its time.
// public: done by the system on a schedule; it gives a count only.
func (s *Service) LockDue(ctx context.Context) (n int, err error) {
	actor := access.System("schedule")
	err = s.in(ctx, actor, []setting{{"cases.retaining", on}}, func(ctx context.Context, tx bun.Tx) error {
		var ids []uuid.UUID
		if err := tx.NewRaw("SELECT * FROM cases.lock_due()").Scan(ctx, &ids); err != nil {
			return db.Translate(err)
		}
		n = len(ids)
		for _, id := range ids {
			if err := s.record(ctx, tx, actor, "case.erasure.lock", id.String(), uuid.Nil, map[string]any{"ground": "schedule"}); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// LockInput is what somebody has locked to be erased, on a request or an order.
type LockInput struct {
	Key    uuid.UUID
	Scope  string
	Ground string
}

// LockFile locks a file, or its documents of one kind, until it is released or erased.
func (s *Service) LockFile(ctx context.Context, actor access.Actor, id uuid.UUID, in LockInput) error {
	return s.onCase(ctx, actor, id, access.CaseRetain, "case.erasure.lock", func(ctx context.Context, o *open) error {
		var c checker
		c.choice("scope", RetentionCategories, in.Scope)
		c.choice("ground", ErasureGrounds, in.Ground)
		if in.Scope == "file" && o.file.State != Closed {
			c.wrong("scope", "case_error_retain_open")
		}
		if err := c.err(); err != nil {
			return err
		}
		return o.lock(ctx, &Erasure{ID: uuid.Must(uuid.NewV7()), Key: in.Key, Scope: in.Scope, Ground: in.Ground})
	})
}

// lock adds an erasure to the file; one that is under way already stays the only one.
func (o *open) lock(ctx context.Context, e *Erasure) error {
	e.CaseID, e.OwnerID, e.State, e.LockedAt, e.LockedBy = o.file.ID, o.file.OwnerID, "locked", o.at, o.actor.PersonID
	res, err := o.tx.NewInsert().Model(e).Column("id", "case_id", "key", "owner_id", "scope", "attachment_id", "ground", "state", "locked_at", "locked_by").On("CONFLICT DO NOTHING").Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	o.detail["erasure"], o.detail["scope"], o.detail["ground"] = e.ID, e.Scope, e.Ground
	if n, _ := res.RowsAffected(); n == 0 { // locked already
		return nil
	}
	return o.note(ctx, "retained", map[string]any{"scope": e.Scope}, "")
}
