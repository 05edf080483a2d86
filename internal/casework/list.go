package casework

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/org"
)

// Filter narrows the list of files.
type Filter struct {
	Query  string // a code, or exactly a name, a document's number or a telephone number
	State  State
	Mine   bool
	Closed bool // with the closed ones
	Page   int  // from 1
}

// Line is a file in the list: no identity, the name used within the team.
type Line struct {
	ID       uuid.UUID
	Code     string
	OwnerID  uuid.UUID
	WorkerID uuid.UUID `bun:",nullzero"`
	State    State
	Status   string
	Risk     string    `bun:",nullzero"`
	ReviewOn time.Time `bun:",nullzero"`
	OpenedAt time.Time
	AgeBand  string
	Demo     bool
	Overdue  int    // tasks past their day
	Alias    string `bun:"-"` // empty: erased, or locked until it is
	Retained bool   // locked, since its time is over

	AliasSealed []byte
	Wrapped     []byte
	KeyVersion  int
}

// Erased tells whether the key of the file is destroyed.
func (l *Line) Erased() bool { return len(l.Wrapped) == 0 }

// Listing is one page of the list.
type Listing struct {
	Rows               []Line
	Total, Page, Pages int
}

const pageSize = 50

// List gives the files in the reader's sight, the newest first. The entry of the audit names each file that was shown.
func (s *Service) List(ctx context.Context, actor access.Actor, f Filter) (Listing, error) {
	if err := access.Can(actor, access.CaseEnter, access.Resource{}); err != nil {
		return Listing{}, err
	}
	l := Listing{Page: max(1, f.Page)}
	evenly := time.After(evenTime)
	err := s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		total, err := s.filtered(tx.NewSelect().TableExpr("cases.file AS f"), actor, f).Count(ctx)
		if err != nil {
			return db.Translate(err)
		}
		l.Total = int(total)
		l.Pages = max(1, (l.Total+pageSize-1)/pageSize)
		l.Page = min(l.Page, l.Pages)
		if err := s.lines(ctx, tx, actor, f, &l); err != nil {
			return err
		}
		ids := make([]string, len(l.Rows))
		for i := range l.Rows {
			ids[i] = l.Rows[i].ID.String()
		}
		return s.record(ctx, tx, actor, "case.list", "", uuid.Nil, map[string]any{"shown": ids, "search": f.Query != ""})
	})
	if f.Query != "" {
		wait(ctx, evenly)
	}
	return l, err
}

func (s *Service) lines(ctx context.Context, tx bun.Tx, actor access.Actor, f Filter, l *Listing) error {
	q := tx.NewSelect().TableExpr("cases.file AS f").Join("JOIN cases.data_key k ON k.case_id = f.id").
		ColumnExpr("f.id, f.code, f.owner_id, f.worker_id, f.state, f.status, f.risk, f.review_on, f.opened_at, f.age_band, f.demo, f.alias AS alias_sealed, k.wrapped, k.version AS key_version").
		ColumnExpr("(SELECT count(*) FROM cases.task t WHERE t.case_id = f.id AND t.done_at IS NULL AND t.due_on < ?) AS overdue", s.today()).
		ColumnExpr("EXISTS (SELECT 1 FROM cases.erasure e WHERE e.case_id = f.id AND e.scope = 'file' AND e.state = 'locked') AS retained")
	err := s.filtered(q, actor, f).OrderExpr("f.opened_at DESC, f.id DESC").Limit(pageSize).Offset(int64(l.Page-1)*pageSize).Scan(ctx, &l.Rows)
	if err != nil {
		return db.Translate(err)
	}
	for i := range l.Rows {
		r := &l.Rows[i]
		if r.Erased() || r.Retained {
			continue
		}
		key, err := s.o.Keys.Unwrap(r.Wrapped, r.ID, r.KeyVersion)
		if err != nil {
			return err
		}
		if err := unsealWith(key, "alias", r.ID, r.AliasSealed, &r.Alias); err != nil {
			return err
		}
	}
	return nil
}

// filtered narrows a query by the actor's scope, a second time beside the policies, and by the filter.
func (s *Service) filtered(q *bun.SelectQuery, actor access.Actor, f Filter) *bun.SelectQuery {
	q = scoped(q, actor)
	if f.State != "" {
		q = q.Where("f.state = ?", f.State)
	} else if !f.Closed {
		q = q.Where("f.state <> ?", Closed)
	}
	if f.Mine {
		q = q.Where("f.worker_id = ?", actor.PersonID)
	}
	if text := strings.TrimSpace(f.Query); text != "" {
		q = s.searched(q, text)
	}
	return q
}

func scoped(q *bun.SelectQuery, a access.Actor) *bun.SelectQuery {
	if a.HasGlobal(access.ProtectionOfficer) {
		return q
	}
	return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("f.owner_id IN (?)", in(owners(a, access.CaseSupervisor))).
			WhereOr("f.worker_id = ? AND f.owner_id IN (?)", a.PersonID, in(owners(a, access.CaseWorker))).
			WhereOr("f.id IN (SELECT g.case_id FROM cases.glass g WHERE g.person_id = ? AND g.expires_at > cases.clock() AND g.verdict IS DISTINCT FROM 'unjustified')", a.PersonID)
	})
}

// in makes a list for IN that is never empty.
func in(ids []uuid.UUID) any {
	if len(ids) == 0 {
		ids = []uuid.UUID{uuid.Nil}
	}
	return bun.List(ids)
}

// searched finds by code, or by the digest of exactly what was typed: a part of a name finds nothing, so that nobody can
// guess a name letter by letter.
func (s *Service) searched(q *bun.SelectQuery, text string) *bun.SelectQuery {
	var sums [][]byte
	for _, d := range digests(s.o.Keys, Identity{Document: text, Phone: text}) {
		sums = append(sums, d.sum)
	}
	if words := strings.Fields(text); len(words) > 1 {
		for i := 1; i < len(words); i++ { // where the family name ends is not known
			sums = append(sums, s.o.Keys.Blind("name", org.NameKey(strings.Join(words[:i], " "), strings.Join(words[i:], " "))))
		}
	}
	sums = append(sums, []byte{0})
	return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("f.code = ?", NormaliseCode(text)).WhereOr("f.id IN (SELECT b.case_id FROM cases.blind b WHERE b.digest IN (?))", bun.List(sums))
	})
}

// NormaliseCode writes a typed code as it is kept: C-7K3Q9XWB.
func NormaliseCode(s string) string {
	s = org.NormaliseTyped(strings.ToUpper(s))
	if len(s) == codeLength+1 {
		s = strings.TrimPrefix(s, "C")
	}
	return "C-" + s
}

// codeLength is the length of a file's code after "C-": 29 to the 8, half a million million.
const codeLength = 8
