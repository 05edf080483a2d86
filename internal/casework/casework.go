// Package casework keeps the assistance file of a presumed victim of trafficking, from the report to the closure, behind two
// walls: the access table, asked first by every exported method, and the row-level security of the schema "cases", which
// reads who acts from settings of the transaction. It works on a login and a pool of its own.
//
// Invariants: the software decides nothing about a person: indicators support a decision, and "identified" is what an
// authority said, with its date and reference; text that could name somebody is sealed with the data key of its case; every
// reading and writing of a file leaves an entry in the same transaction; what must not be seen is answered exactly like what
// is not there; entries hold ids, states and counts, never a name.
package casework

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/casework/custody"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Training tells what the case side may know of a worker's training. It is declared here and wired in app.
type Training interface {
	// Trained tells whether the person holds, at this moment, what the work with a file asks for.
	Trained(ctx context.Context, personID uuid.UUID) (bool, error)
	// Held gives the times in which the person held it.
	Held(ctx context.Context, personID uuid.UUID) ([]Span, error)
}

// Notice is what people are told of by mail: no code and no name stands in it.
type Notice struct {
	Kind    string    // emergency, volume, handout
	OwnerID uuid.UUID // whose supervisors are told besides the protection officers; zero: nobody's
	Also    uuid.UUID // the worker, or nobody
}

// Notify posts the messages of a notice. It is called before the act is committed, so that no act passes without its notice.
type Notify func(ctx context.Context, n Notice) error

// Options are what the service works with.
type Options struct {
	Keys     *custody.Keys
	Now      func() time.Time
	Training Training // nil: assignment asks for no training
	Notify   Notify   // nil: nobody is told by mail
}

// Service is the case side.
type Service struct {
	db        *db.DB
	o         Options
	unfolding chan struct{} // one picture at a time
}

// New makes the service over the pool of the cases login.
func New(d *db.DB, o Options) *Service {
	return &Service{db: d, o: o, unfolding: make(chan struct{}, 1)}
}

func (s *Service) now() time.Time { return s.o.Now().UTC() }

func (s *Service) today() time.Time { return i18n.Day(s.now()) }

// setting is one setting of a transaction that the policies read.
type setting struct{ name, value string }

const on = "on"

// in opens a transaction in the actor's name. Without a second factor the settings say who acts and no role, and for the system
// not even that: the policies show no file.
func (s *Service) in(ctx context.Context, actor access.Actor, extra []setting, fn func(ctx context.Context, tx bun.Tx) error) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		set := append(s.settings(actor), extra...)
		var sql strings.Builder
		args := make([]any, 0, 2*len(set))
		for i, x := range set {
			if i == 0 {
				sql.WriteString("SELECT ")
			} else {
				sql.WriteString(", ")
			}
			sql.WriteString("set_config(?, ?, true)")
			args = append(args, x.name, x.value)
		}
		if _, err := tx.NewRaw(sql.String(), args...).Exec(ctx); err != nil {
			return err
		}
		return fn(ctx, tx)
	})
}

func (s *Service) settings(a access.Actor) []setting {
	set := []setting{{"cases.now", s.now().Format(time.RFC3339Nano)}}
	if !a.SignedIn() || a.System != "" {
		return set
	}
	set = append(set, setting{"cases.actor", a.PersonID.String()})
	if !a.MFA {
		return set
	}
	set = append(set, setting{"cases.works", idList(owners(a, access.CaseWorker))}, setting{"cases.supervises", idList(owners(a, access.CaseSupervisor))})
	if a.HasGlobal(access.ProtectionOfficer) {
		set = append(set, setting{"cases.officer", on})
	}
	return set
}

// owners gives the shelters and organisations in which the actor holds a role.
func owners(a access.Actor, r access.Role) []uuid.UUID {
	return append(a.ScopedIDs(r, access.Shelter), a.ScopedIDs(r, access.Organisation)...)
}

// Owners gives the shelters and organisations for which the actor may open a file.
func Owners(a access.Actor) []uuid.UUID {
	var list []uuid.UUID
	for _, id := range append(owners(a, access.CaseSupervisor), owners(a, access.CaseWorker)...) {
		if !slices.Contains(list, id) {
			list = append(list, id)
		}
	}
	return list
}

func idList(ids []uuid.UUID) string {
	text := make([]string, len(ids))
	for i, id := range ids {
		text[i] = id.String()
	}
	return strings.Join(text, ",")
}

// open is a file under work: the row, the data key, and who works on it.
type open struct {
	s     *Service
	tx    bun.Tx
	actor access.Actor
	file  *File
	key   custody.DataKey
	at    time.Time
	// retained says that the file's time is over: it is locked until it is released or erased.
	retained bool
	// detail is what the entry of the audit says besides; ids, states and counts only.
	detail map[string]any
}

// row is a file with what is needed to judge and to read it.
type row struct {
	File `bun:",extend"`

	Wrapped    []byte
	KeyVersion int
	Glass      bool
	Retained   bool
}

// onCase does fn on one file in one transaction, with the entry of the audit. A file out of sight and one that does not exist
// get the same answer by the same steps.
func (s *Service) onCase(ctx context.Context, actor access.Actor, id uuid.UUID, act access.Action, entry string, fn func(ctx context.Context, o *open) error) error {
	if err := access.Can(actor, access.CaseEnter, access.Resource{}); err != nil {
		return err
	}
	outside, evenly := ctx, time.After(evenTime)
	err := s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		o, err := s.load(ctx, tx, actor, id, act)
		if err != nil {
			return err
		}
		if o.retained && act != access.CaseTrace && act != access.CaseRetain {
			return errs.NewConflict("case_error_retained")
		}
		if err := fn(ctx, o); err != nil {
			return err
		}
		if err := s.record(ctx, tx, actor, entry, o.file.ID.String(), o.file.OwnerID, o.detail); err != nil || !opened(entry) {
			return err
		}
		return s.watch(ctx, outside, tx, actor)
	})
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Forbidden) {
		return s.refused(ctx, actor, act, id.String(), evenly)
	}
	return err
}

// onOpen does fn as onCase does, for whoever works on the file, unless it is closed: a closed file says what it said. A consent is
// withdrawn, sharing ended, and the file reopened all the same.
func (s *Service) onOpen(ctx context.Context, actor access.Actor, id uuid.UUID, entry string, fn func(ctx context.Context, o *open) error) error {
	return s.onCase(ctx, actor, id, access.CaseEdit, entry, func(ctx context.Context, o *open) error {
		if o.file.State == Closed {
			return errs.NewConflict("case_error_closed")
		}
		return fn(ctx, o)
	})
}

func (s *Service) load(ctx context.Context, tx bun.Tx, actor access.Actor, id uuid.UUID, act access.Action) (*open, error) {
	var r row
	q := tx.NewSelect().Model(&r).ColumnExpr("f.*").ColumnExpr("k.wrapped, k.version AS key_version").
		ColumnExpr("EXISTS (SELECT 1 FROM cases.glass g WHERE g.case_id = f.id AND g.person_id = ? AND g.expires_at > cases.clock() AND g.verdict IS DISTINCT FROM 'unjustified') AS glass", actor.PersonID).
		ColumnExpr("EXISTS (SELECT 1 FROM cases.erasure e WHERE e.case_id = f.id AND e.scope = 'file' AND e.state = 'locked') AS retained").
		Join("LEFT JOIN cases.data_key k ON k.case_id = f.id").Where("f.id = ?", id)
	if act == access.CaseEdit || act == access.CaseDecide || act == access.CaseRetain {
		q = q.For("UPDATE OF f")
	}
	if err := q.Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	if err := access.Can(actor, act, r.resource(actor)); err != nil {
		return nil, err
	}
	if len(r.Wrapped) == 0 {
		return nil, errs.NewConflict("case_error_erased")
	}
	key, err := s.o.Keys.Unwrap(r.Wrapped, r.ID, r.KeyVersion)
	if err != nil {
		return nil, fmt.Errorf("casework: key of %s: %w", r.ID, err)
	}
	return &open{s: s, tx: tx, actor: actor, file: &r.File, key: key, at: s.now(), retained: r.Retained, detail: map[string]any{}}, nil
}

func (r *row) resource(a access.Actor) access.Resource {
	res := r.Resource()
	if r.Glass {
		res.OpenedBy = a.PersonID
	}
	return res
}

// evenTime is how long a refusal and a search take, counted from their beginning, so that the time tells nothing: the policies look
// longer at a file out of sight than at none.
const evenTime = 20 * time.Millisecond

func wait(ctx context.Context, evenly <-chan time.Time) {
	select {
	case <-evenly:
	case <-ctx.Done():
	}
}

// refused notes an attempt on what the actor may not see, and gives the one answer for absent and forbidden, after the one time.
func (s *Service) refused(ctx context.Context, actor access.Actor, act access.Action, id string, evenly <-chan time.Time) error {
	err := s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		return s.record(ctx, tx, actor, "case.refused", id, uuid.Nil, map[string]any{"wanted": string(act)})
	})
	if err != nil {
		return err
	}
	wait(ctx, evenly)
	return errs.NewNotFound("case")
}

// seal and unseal bind a text to its place: the table and the row.
func (o *open) seal(place string, id uuid.UUID, v any) ([]byte, error) {
	return sealWith(o.key, place, id, v)
}

func sealWith(k custody.DataKey, place string, id uuid.UUID, v any) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return k.Seal(place+":"+id.String(), plain)
}

func (o *open) unseal(place string, id uuid.UUID, sealed []byte, to any) error {
	return unsealWith(o.key, place, id, sealed, to)
}

func unsealWith(k custody.DataKey, place string, id uuid.UUID, sealed []byte, to any) error {
	if sealed == nil {
		return nil
	}
	plain, err := k.Open(place+":"+id.String(), sealed)
	if err != nil {
		return fmt.Errorf("casework: %s of %s: %w", place, id, err)
	}
	return json.Unmarshal(plain, to)
}

// note adds a moment to the file's history. text is sealed; detail holds states, codes and counts.
func (o *open) note(ctx context.Context, kind string, detail map[string]any, text string) error {
	e := eventRow{ID: uuid.Must(uuid.NewV7()), CaseID: o.file.ID, At: o.at, ByID: o.actor.PersonID, Kind: kind, Detail: detail}
	if e.Detail == nil {
		e.Detail = map[string]any{}
	}
	if text != "" {
		sealed, err := o.seal("event", e.ID, text)
		if err != nil {
			return err
		}
		e.Note = sealed
	}
	_, err := o.tx.NewInsert().Model(&e).Exec(ctx)
	return db.Translate(err)
}

// update writes some columns of the file and counts its version up.
func (o *open) update(ctx context.Context, columns ...string) error {
	o.file.Version++
	_, err := o.tx.NewUpdate().Model(o.file).Column(append(columns, "version")...).WherePK().Exec(ctx)
	return db.Translate(err)
}

type eventRow struct {
	bun.BaseModel `bun:"table:cases.event,alias:e"`

	ID     uuid.UUID `bun:",pk"`
	CaseID uuid.UUID
	At     time.Time
	ByID   uuid.UUID
	Kind   string
	Detail map[string]any `bun:"type:jsonb"`
	Note   []byte
}
