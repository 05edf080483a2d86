package casework

import (
	"context"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/casework/custody"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// Handout is a request to hand out the names of chosen files, with its decision. Two people are needed: one asks and fetches, a
// protection officer approves. The rows are the register of disclosures.
type Handout struct {
	bun.BaseModel `bun:"table:cases.handout,alias:h"`

	ID        uuid.UUID `bun:",pk"`
	Key       uuid.UUID
	AskedBy   uuid.UUID
	AskedAt   time.Time
	Aim       string
	Basis     string
	Mode      string
	Files     int
	DecidedBy uuid.UUID `bun:",nullzero"`
	DecidedAt time.Time `bun:",nullzero"`
	Decision  string    `bun:",nullzero"`
	ExpiresAt time.Time `bun:",nullzero"`
	FetchedAt time.Time `bun:",nullzero"`
	Wrapped   []byte
	Body      []byte
	Note      []byte
	Secret    []byte

	Text   HandoutText `bun:"-"`
	Remark string      `bun:"-"`
	Codes  []string    `bun:"-"` // of the files in the reader's sight
}

// HandoutText says to whom and why; sealed.
type HandoutText struct {
	Recipient string `json:"recipient"`
	Reason    string `json:"reason"`
	Law       string `json:"law"` // the reference: requisition, judgement, article
	AgeKey    string `json:"age_key"`
}

// The lists of a handout. What police and courts get stands on the law, never on consent.
var (
	HandoutAims  = []string{"referral", "transfer", "return", "justice", "police", "court"}
	HandoutBases = []string{"consent", "law"}
	HandoutModes = []string{"age", "phrase"}
)

const (
	handoutLimit = 200
	handoutFiles = 50
	handoutLasts = 24 * time.Hour
)

// State tells how far it is.
func (h *Handout) State(now time.Time) string {
	switch {
	case h.Decision == "":
		return "waits"
	case h.Decision == "refused":
		return "refused"
	case !h.FetchedAt.IsZero():
		return "fetched"
	case !now.Before(h.ExpiresAt):
		return "expired"
	}
	return "approved"
}

// HandoutInput is the form.
type HandoutInput struct {
	Key    uuid.UUID
	Codes  string // of the files, apart by blanks or commas
	Aim    string
	Basis  string
	Mode   string
	Text   HandoutText
	Factor string // a fresh code of the second factor
}

func (in *HandoutInput) codes() []string {
	var list []string
	for _, c := range strings.FieldsFunc(in.Codes, func(r rune) bool { return strings.ContainsRune(" ,;\n\r\t،", r) }) {
		if code := NormaliseCode(c); !slices.Contains(list, code) {
			list = append(list, code)
		}
	}
	return list
}

func (in *HandoutInput) check() error {
	var c checker
	if n := len(in.codes()); n == 0 {
		c.wrong("cases", "error_required")
	} else if n > handoutFiles {
		c.wrong("cases", "case_error_handout_many")
	}
	c.choice("aim", HandoutAims, in.Aim)
	c.choice("basis", HandoutBases, in.Basis)
	if (in.Aim == "police" || in.Aim == "court") && in.Basis == "consent" {
		c.wrong("basis", "case_error_handout_law")
	}
	if in.Basis == "law" {
		c.needed("law", in.Text.Law)
	}
	c.needed("recipient", in.Text.Recipient)
	c.needed("reason", in.Text.Reason)
	c.choice("mode", HandoutModes, in.Mode)
	if in.Mode == "age" {
		if _, err := age.ParseX25519Recipient(in.Text.AgeKey); err != nil {
			c.wrong("age_key", "case_error_age_key")
		}
	}
	if strings.TrimSpace(in.Factor) == "" {
		c.wrong("code", "error_required")
	}
	return c.err()
}

// HandOut asks for the names of chosen files.
func (d *Desk) HandOut(ctx context.Context, actor access.Actor, in HandoutInput) error {
	if err := access.Can(actor, access.CaseHandOut, access.Resource{}); err != nil {
		return err
	}
	if in.Mode != "age" {
		in.Text.AgeKey = ""
	}
	if err := in.check(); err != nil {
		return err
	}
	if err := d.auth.ProveCode(ctx, actor, in.Factor); err != nil {
		return err
	}
	return d.work.askHandout(ctx, actor, in)
}

func (s *Service) askHandout(ctx context.Context, actor access.Actor, in HandoutInput) error {
	outside, evenly := ctx, time.After(evenTime)
	err := s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		files, err := s.chosen(ctx, tx, actor, in.codes())
		if err != nil {
			return err
		}
		h := Handout{ID: uuid.Must(uuid.NewV7()), Key: in.Key, AskedBy: actor.PersonID, Aim: in.Aim, Basis: in.Basis, Mode: in.Mode, Files: len(files)}
		if err := tx.NewRaw("SELECT cases.clock()").Scan(ctx, &h.AskedAt); err != nil {
			return db.Translate(err)
		}
		key, wrapped, err := s.o.Keys.NewDataKey(h.ID, 1)
		if err != nil {
			return err
		}
		h.Wrapped = wrapped
		if h.Body, err = sealWith(key, "handout", h.ID, in.Text); err != nil {
			return err
		}
		res, err := tx.NewInsert().Model(&h).On("CONFLICT (asked_by, key) DO NOTHING").Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return nil // a repeat
		}
		for i := range files {
			if err := s.putHandout(ctx, tx, actor, &h, &files[i]); err != nil {
				return err
			}
		}
		return s.notify(outside, Notice{Kind: "handout"})
	})
	if errs.Is(err, errs.NotFound) {
		if err := s.refused(ctx, actor, access.CaseHandOut, "", evenly); !errs.Is(err, errs.NotFound) {
			return err
		}
		return errs.InvalidFields([]errs.Field{{Name: "cases", Key: "case_error_no_case"}})
	}
	return err
}

// chosen gives the files of the codes, when the actor may hand out each of them; one that is out of reach is as none.
func (s *Service) chosen(ctx context.Context, tx bun.Tx, actor access.Actor, codes []string) ([]File, error) {
	var files []File
	if err := scoped(tx.NewSelect().Model(&files).Where("f.code IN (?)", bun.List(codes)), actor).Order("f.code").Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	if len(files) != len(codes) {
		return nil, errs.NewNotFound("case")
	}
	for i := range files {
		if !mayHandOut(actor, &files[i]) {
			return nil, errs.NewNotFound("case")
		}
	}
	return files, nil
}

// mayHandOut: a supervisor what they supervise, an officer every file; never one that is seen through an emergency alone.
func mayHandOut(actor access.Actor, f *File) bool {
	return may(actor, access.CaseDecide, f.Resource()) || may(actor, access.CaseReview, access.Resource{})
}

func (s *Service) putHandout(ctx context.Context, tx bun.Tx, actor access.Actor, h *Handout, f *File) error {
	if _, err := tx.NewRaw("INSERT INTO cases.handout_file (handout_id, case_id, owner_id) VALUES (?, ?, ?)", h.ID, f.ID, f.OwnerID).Exec(ctx); err != nil {
		return handoutRefusal(err, f.Code)
	}
	return s.record(ctx, tx, actor, "case.handout.ask", f.ID.String(), f.OwnerID, map[string]any{"handout": h.ID, "aim": h.Aim, "basis": h.Basis})
}

func handoutRefusal(err error, code string) error {
	if db.Constraint(err) == "handout_consent" {
		return errs.NewConflict("case_error_handout_consent").With("code", code)
	}
	return db.Translate(err)
}

// Handouts lists the requests: an officer's all, a supervisor's own; those that wait first.
func (s *Service) Handouts(ctx context.Context, actor access.Actor) ([]Handout, time.Time, error) {
	if err := access.Can(actor, access.CaseHandOut, access.Resource{}); err != nil {
		return nil, time.Time{}, err
	}
	var list []Handout
	err := s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		q := tx.NewSelect().Model(&list)
		if !may(actor, access.CaseReview, access.Resource{}) {
			q = q.Where("h.asked_by = ?", actor.PersonID)
		}
		if err := q.OrderExpr("h.decided_at IS NOT NULL, h.asked_at DESC, h.id DESC").Limit(handoutLimit).Scan(ctx); err != nil {
			return db.Translate(err)
		}
		for i := range list {
			if err := s.readHandout(ctx, tx, &list[i]); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, actor, "case.handouts", "", uuid.Nil, map[string]any{"n": len(list)})
	})
	return list, s.now(), err
}

func (s *Service) handoutKey(h *Handout) (custody.DataKey, error) {
	return s.o.Keys.Unwrap(h.Wrapped, h.ID, 1)
}

func (s *Service) readHandout(ctx context.Context, tx bun.Tx, h *Handout) error {
	key, err := s.handoutKey(h)
	if err != nil {
		return err
	}
	if err := unsealWith(key, "handout", h.ID, h.Body, &h.Text); err != nil {
		return err
	}
	if err := unsealWith(key, "handoutnote", h.ID, h.Note, &h.Remark); err != nil {
		return err
	}
	return db.Translate(tx.NewRaw("SELECT f.code FROM cases.handout_file x JOIN cases.file f ON f.id = x.case_id WHERE x.handout_id = ? ORDER BY 1", h.ID).Scan(ctx, &h.Codes))
}
