package exam

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/exam/stats"
)

// Rule is how a question is marked in one workshop. The zero rule is the key as asked.
type Rule struct {
	Key     uuid.UUID // the version whose key counts; zero is the one that was asked
	Neutral bool      // taken out: everybody has its points
}

// The words of a rule in a form; any other word is the id of a version.
const (
	ruleAsked   = "asked"
	ruleNeutral = "neutral"
)

// String writes the rule for a form.
func (r Rule) String() string {
	switch {
	case r.Neutral:
		return ruleNeutral
	case r.Key != uuid.Nil:
		return r.Key.String()
	}
	return ruleAsked
}

// ParseRule reads what String writes.
func ParseRule(text string) (Rule, bool) {
	switch text {
	case ruleAsked:
		return Rule{}, true
	case ruleNeutral:
		return Rule{Neutral: true}, true
	}
	id, err := uuid.Parse(text)
	return Rule{Key: id}, err == nil && id != uuid.Nil
}

// KeyVersion is a newer version of a question, whose key can count for the answers that were given to an older one.
type KeyVersion struct {
	ID         uuid.UUID
	Version    int
	AuthorName string
	CreatedAt  time.Time
	Question
}

// fits tells whether answers to a question can be marked by the key of another version: what is chosen from must be the same,
// and an open answer must be read by a rubric of the same form, because marks are places on it.
func fits(asked, key Question) bool {
	if asked.Type != key.Type || !asked.Type.Scored() {
		return false
	}
	a, b := asked.Body, key.Body
	switch asked.Type {
	case Matching:
		return sameIDs(a.Pairs, b.Pairs, func(p Pair) string { return p.ID })
	case OpenAnswer:
		return a.Double == b.Double && slices.EqualFunc(asked.Criteria(), key.Criteria(), func(x, y Criterion) bool { return x.ID == y.ID && len(x.Levels) == len(y.Levels) })
	case ShortText, Numeric, Likert:
		return true
	}
	return sameIDs(a.Options, b.Options, func(o Option) string { return o.ID })
}

func sameIDs[T any](a, b []T, id func(T) string) bool {
	ids := func(list []T) []string {
		out := make([]string, len(list))
		for i, v := range list {
			out[i] = id(v)
		}
		slices.Sort(out)
		return out
	}
	return slices.Equal(ids(a), ids(b))
}

// RegradeQuestion is a question of the two tests with how it is marked and how it could be.
type RegradeQuestion struct {
	ReportItem // with the key in force

	Asked  Question
	Phases []Phase
	Held   int // submitted attempts that hold it
	Rule   Rule
	Newer  []KeyVersion
}

// Now is the version whose key is in force; nil for the one that was asked.
func (q *RegradeQuestion) Now() *KeyVersion { return q.version(q.KeyVersionID) }

func (q *RegradeQuestion) version(id uuid.UUID) *KeyVersion {
	for i := range q.Newer {
		if q.Newer[i].ID == id {
			return &q.Newer[i]
		}
	}
	return nil
}

// Regrading is what can be marked anew in a workshop, and what was.
type Regrading struct {
	Workshop  Workshop
	Questions []RegradeQuestion
	Past      []PastRegrade // newest first
}

// PastRegrade is a regrade that was done.
type PastRegrade struct {
	ID         uuid.UUID
	Code       string // of the question
	Rule       Rule
	Version    int // whose key it chose; 0 for none
	Reason     string
	PersonName string
	At         time.Time
	Changes    []PointsChange
}

// PointsChange is what one attempt earned before and after.
type PointsChange struct {
	Participant     // without a name when the test is anonymous
	Number      int // the place of the person in the results of an anonymous test, from 1
	Phase       Phase
	Old, OldMax float64
	New, NewMax float64

	attempt   uuid.UUID
	oldResult []stats.Value
	points    graded
}

// Regrading lists the questions of a workshop's tests, and the regrades that were done.
func (s *Service) Regrading(ctx context.Context, actor access.Actor, eventID uuid.UUID) (Regrading, error) {
	w, err := s.may(ctx, s.db, actor, access.TestRegrade, eventID)
	if err != nil {
		return Regrading{}, err
	}
	r := Regrading{Workshop: w}
	p, err := pairingOf(ctx, s.db, eventID)
	if errs.Is(err, errs.NotFound) {
		return r, nil
	}
	if err != nil {
		return r, err
	}
	g, err := s.readRegrade(ctx, s.db, p)
	if err != nil {
		return r, err
	}
	r.Questions = g.questions
	r.Past, err = pastRegrades(ctx, s.db, g, p.ID)
	return r, err
}

// Regradable gives one question of a workshop's tests.
func (s *Service) Regradable(ctx context.Context, actor access.Actor, eventID, version uuid.UUID) (Workshop, RegradeQuestion, error) {
	r, err := s.Regrading(ctx, actor, eventID)
	if err != nil {
		return Workshop{}, RegradeQuestion{}, err
	}
	i := slices.IndexFunc(r.Questions, func(q RegradeQuestion) bool { return q.VersionID == version })
	if i < 0 {
		return Workshop{}, RegradeQuestion{}, errs.NewNotFound("exam question " + version.String())
	}
	return r.Workshop, r.Questions[i], nil
}

// PreviewRegrade tells what a rule would change, and changes nothing.
func (s *Service) PreviewRegrade(ctx context.Context, actor access.Actor, eventID, version uuid.UUID, rule Rule) (RegradePreview, error) {
	if _, err := s.may(ctx, s.db, actor, access.TestRegrade, eventID); err != nil {
		return RegradePreview{}, err
	}
	p, err := pairingOf(ctx, s.db, eventID)
	if err != nil {
		return RegradePreview{}, err
	}
	g, err := s.readRegrade(ctx, s.db, p)
	if err != nil {
		return RegradePreview{}, err
	}
	return g.preview(version, rule)
}

// RegradeInput is a regrade as a page sends it.
type RegradeInput struct {
	Key     uuid.UUID // made by the browser; a repeat changes nothing
	Version uuid.UUID // the question as asked
	Rule    Rule
	Reason  string
	Seen    string // RegradePreview.Stamp of what was shown; errs.Conflict "regrade_changed" when it has changed since
}

// maxReason is how many letters a reason may have.
const maxReason = 500

// regradeRow is one regrade as it is kept.
type regradeRow struct {
	bun.BaseModel `bun:"table:exam.regrade,alias:r"`

	ID           uuid.UUID `bun:",pk"`
	PairingID    uuid.UUID
	VersionID    uuid.UUID
	KeyVersionID uuid.UUID `bun:",nullzero"`
	Neutral      bool
	Reason       string
	PersonID     uuid.UUID `bun:",nullzero"`
	PersonName   string
	At           time.Time
}

// regradedRow is what one attempt earned before and after.
type regradedRow struct {
	bun.BaseModel `bun:"table:exam.regraded"`

	RegradeID uuid.UUID
	AttemptID uuid.UUID
	OldScore  float64
	OldMax    float64
	OldResult []stats.Value `bun:"type:jsonb"`
	NewScore  float64
	NewMax    float64
}

// Regrade marks a question of a workshop's tests by another rule, and every test handed in with it. Tests handed in later, and
// marks of open answers given later, follow the rule too.
func (s *Service) Regrade(ctx context.Context, actor access.Actor, eventID uuid.UUID, in RegradeInput) error {
	in.Reason = strings.TrimSpace(in.Reason)
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := s.may(ctx, tx, actor, access.TestRegrade, eventID); err != nil {
			return err
		}
		p, err := lockTests(ctx, tx, eventID)
		if err != nil {
			return err
		}
		done, err := tx.NewSelect().Model((*regradeRow)(nil)).Where("r.id = ? AND r.pairing_id = ?", in.Key, p.ID).Exists(ctx)
		if err != nil || done {
			return db.Translate(err)
		}
		return s.regrade(ctx, tx, actor, p, in)
	})
}

// lockTests makes a regrade wait for tests that are being begun or handed in and for marks that are being given, and these for it.
func lockTests(ctx context.Context, tx bun.Tx, eventID uuid.UUID) (*Pairing, error) {
	p, err := lockPairing(ctx, tx, eventID)
	if err != nil {
		return nil, err
	}
	for _, q := range []*bun.SelectQuery{
		tx.NewSelect().TableExpr("exam.sitting").Column("id").Where("pairing_id = ?", p.ID).OrderExpr("id").For("UPDATE"),
		tx.NewSelect().TableExpr("exam.attempt AS a").Column("a.id").Where("a.voided_at IS NULL AND a.sitting_id IN (SELECT id FROM exam.sitting WHERE pairing_id = ?)", p.ID).
			OrderExpr("a.id").For("UPDATE OF a"),
	} {
		if _, err := q.Exec(ctx); err != nil {
			return nil, db.Translate(err)
		}
	}
	return p, nil
}

func (s *Service) regrade(ctx context.Context, tx bun.Tx, actor access.Actor, p *Pairing, in RegradeInput) error {
	g, err := s.readRegrade(ctx, tx, p)
	if err != nil {
		return err
	}
	v, err := g.preview(in.Version, in.Rule)
	if err != nil {
		return err
	}
	if err := in.check(v); err != nil {
		return err
	}
	name, err := nameOf(ctx, tx, actor)
	if err != nil {
		return err
	}
	row := &regradeRow{ID: in.Key, PairingID: p.ID, VersionID: in.Version, KeyVersionID: in.Rule.Key, Neutral: in.Rule.Neutral, Reason: in.Reason,
		PersonID: actor.PersonID, PersonName: name, At: s.now()}
	if row.ID == uuid.Nil {
		row.ID = newID()
	}
	if err := row.write(ctx, tx, v); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{At: row.At, Actor: actor, Action: string(access.TestRegrade), Kind: "workshop", ID: p.EventID.String(),
		Detail: map[string]any{"question": v.Question.Code, "rule": in.Rule.String(), "regrade": row.ID, "changed": len(v.Changes)}})
}

// check names what is missing before anything is changed.
func (in RegradeInput) check(v RegradePreview) error {
	var wrong []errs.Field
	switch n := len([]rune(in.Reason)); {
	case n == 0:
		wrong = append(wrong, errs.Field{Name: "reason", Key: "error_required"})
	case n > maxReason:
		wrong = append(wrong, errs.Field{Name: "reason", Key: "error_too_long", Args: errs.Args{"max": maxReason}})
	}
	if len(wrong) > 0 {
		return errs.InvalidFields(wrong)
	}
	if in.Seen != v.Stamp {
		return errs.NewConflict("regrade_changed")
	}
	return nil
}

// write keeps the rule and what each attempt earned before and earns now. The last row of a question counts.
func (row *regradeRow) write(ctx context.Context, tx bun.Tx, v RegradePreview) error {
	if _, err := tx.NewInsert().Model(row).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	for _, c := range v.Changes {
		old := &regradedRow{RegradeID: row.ID, AttemptID: c.attempt, OldScore: c.Old, OldMax: c.OldMax, OldResult: c.oldResult, NewScore: c.New, NewMax: c.NewMax}
		if _, err := tx.NewInsert().Model(old).Exec(ctx); err != nil {
			return db.Translate(err)
		}
		a := &Attempt{ID: c.attempt}
		a.set(c.points)
		if _, err := tx.NewUpdate().Model(a).Column("score", "max_score", "result").WherePK().Exec(ctx); err != nil {
			return db.Translate(err)
		}
	}
	return nil
}

// nameOf is the actor's name, for a record that outlives the account.
func nameOf(ctx context.Context, idb bun.IDB, actor access.Actor) (string, error) {
	if actor.Name != "" || actor.PersonID == uuid.Nil {
		return actor.Name, nil
	}
	var name string
	err := idb.NewSelect().TableExpr("org.person").ColumnExpr("trim(given_name || ' ' || family_name)").Where("id = ?", actor.PersonID).Scan(ctx, &name)
	return name, db.Translate(err)
}
