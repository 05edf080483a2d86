package paper

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/picture"
	"shelter/internal/workshop"
)

// Limits of scans.
const (
	MaxScan   = 20 << 20 // bytes of a file that is sent
	MaxFiles  = 20       // files sent at once
	maxPages  = 200
	maxReason = 300
)

// How a page came to its sheet.
const (
	ByCode = "code"
	ByHand = "hand"
)

// Scan is a file of scanned sheets.
type Scan struct {
	bun.BaseModel `bun:"table:workshop.scan,alias:scan"`

	ID        uuid.UUID `bun:",pk"`
	EventID   uuid.UUID
	Name      string
	MIME      string `bun:"mime"`
	Digest    string
	Size      int
	Pages     int
	Data      []byte
	SentAt    time.Time
	SentBy    uuid.UUID `bun:",nullzero"`
	RemovedAt time.Time `bun:",nullzero"`
	RemovedBy uuid.UUID `bun:",nullzero"`
	Reason    string
}

// Page is one page of a scan and the sheet that it shows.
type Page struct {
	bun.BaseModel `bun:"table:workshop.scan_page,alias:page"`

	ScanID    uuid.UUID `bun:",pk"`
	No        int       `bun:",pk"`
	EventID   uuid.UUID
	SheetID   uuid.UUID `bun:",nullzero"`
	ReadCode  string    // what the bar code said, also when it is of another event
	How       string    // "", ByCode or ByHand
	MatchedAt time.Time `bun:",nullzero"`
	MatchedBy uuid.UUID `bun:",nullzero"`
}

// Upload keeps a scan of one or more signature sheets. Pages whose bar code can be read find their sheet by themselves. The same
// file sent twice is kept once.
func (s *Service) Upload(ctx context.Context, actor access.Actor, event uuid.UUID, name string, data []byte) (uuid.UUID, error) {
	if _, err := s.head(ctx, actor, event); err != nil {
		return uuid.Nil, err
	}
	if len(data) > MaxScan {
		return uuid.Nil, errs.NewInvalid("sheets_error_large").With("max", MaxScan>>20)
	}
	sum := sha256.Sum256(data)
	sc := &Scan{ID: uuid.Must(uuid.NewV7()), EventID: event, Name: picture.FileName(name, "scan"), Digest: hex.EncodeToString(sum[:]), SentAt: s.now(), SentBy: actor.PersonID}
	if id, err := s.known(ctx, s.db, sc); err != nil || id != uuid.Nil {
		return id, err
	}
	codes, err := s.read(ctx, sc, data)
	if err != nil {
		return uuid.Nil, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := lock(ctx, tx, event); err != nil {
			return err
		}
		if id, err := s.known(ctx, tx, sc); err != nil || id != uuid.Nil {
			sc.ID = id
			return err
		}
		return s.keep(ctx, tx, actor, sc, codes)
	})
	return sc.ID, err
}

func (s *Service) known(ctx context.Context, idb bun.IDB, sc *Scan) (uuid.UUID, error) {
	var ids []uuid.UUID
	err := idb.NewSelect().Model((*Scan)(nil)).Column("id").Where("event_id = ? AND digest = ? AND removed_at IS NULL", sc.EventID, sc.Digest).Scan(ctx, &ids)
	if err != nil || len(ids) == 0 {
		return uuid.Nil, db.Translate(err)
	}
	return ids[0], nil
}

func (s *Service) keep(ctx context.Context, tx bun.Tx, actor access.Actor, sc *Scan, codes []string) error {
	sheets, err := sheetsOf(ctx, tx, sc.EventID)
	if err != nil {
		return err
	}
	by := make(map[string]uuid.UUID, len(sheets))
	for i := range sheets {
		by[sheets[i].Code] = sheets[i].ID
	}
	pages := make([]Page, sc.Pages)
	matched := 0
	for i := range pages {
		p := &pages[i]
		*p = Page{ScanID: sc.ID, No: i + 1, EventID: sc.EventID}
		if i < len(codes) {
			p.ReadCode = codes[i]
		}
		if id, ok := by[p.ReadCode]; ok {
			p.SheetID, p.How, p.MatchedAt = id, ByCode, sc.SentAt
			matched++
		}
	}
	if _, err := tx.NewInsert().Model(sc).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	if _, err := tx.NewInsert().Model(&pages).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	return s.record(ctx, tx, actor, "attendance.scan", sc.EventID, map[string]any{"scan": sc.ID, "pages": sc.Pages, "matched": matched, "sha256": sc.Digest})
}

func (s *Service) record(ctx context.Context, tx bun.IDB, actor access.Actor, action string, event uuid.UUID, detail map[string]any) error {
	return audit.Record(ctx, tx, audit.Entry{At: s.now(), Actor: actor, Action: action, Kind: "workshop", ID: event.String(), Detail: detail})
}

// MatchInput says which sheet a page shows.
type MatchInput struct {
	Scan  uuid.UUID
	Page  int
	Sheet uuid.UUID // zero: none after all
}

// Match gives a page its sheet by hand, where the bar code could not be read or was read wrongly.
func (s *Service) Match(ctx context.Context, actor access.Actor, event uuid.UUID, in MatchInput) error {
	return s.change(ctx, actor, event, in.Scan, func(ctx context.Context, tx bun.Tx, sc *Scan) error {
		if in.Page < 1 || in.Page > sc.Pages {
			return errs.InvalidFields([]errs.Field{{Name: "page", Key: "error_max", Args: errs.Args{"max": sc.Pages}}})
		}
		p := &Page{ScanID: sc.ID, No: in.Page, EventID: event, SheetID: in.Sheet, MatchedAt: s.now(), MatchedBy: actor.PersonID}
		if in.Sheet != uuid.Nil {
			p.How = ByHand
			there, err := tx.NewSelect().Model((*Sheet)(nil)).Where("id = ? AND event_id = ?", in.Sheet, event).Exists(ctx)
			if err != nil {
				return db.Translate(err)
			}
			if !there {
				return errs.InvalidFields([]errs.Field{{Name: "sheet", Key: "error_choice"}})
			}
		}
		if _, err := tx.NewUpdate().Model(p).Column("sheet_id", "how", "matched_at", "matched_by").WherePK().Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return s.record(ctx, tx, actor, "attendance.scan_match", event, map[string]any{"scan": sc.ID, "page": in.Page, "sheet": in.Sheet})
	})
}

// Remove takes a file away that should not have been sent; that it was there, and why it went, stays.
func (s *Service) Remove(ctx context.Context, actor access.Actor, event, scan uuid.UUID, reason string) error {
	reason = strings.TrimSpace(reason)
	switch n := len([]rune(reason)); {
	case n == 0:
		return errs.InvalidFields([]errs.Field{{Name: "reason", Key: "error_required"}})
	case n > maxReason:
		return errs.InvalidFields([]errs.Field{{Name: "reason", Key: "error_too_long", Args: errs.Args{"max": maxReason}}})
	}
	return s.change(ctx, actor, event, scan, func(ctx context.Context, tx bun.Tx, sc *Scan) error {
		_, err := tx.NewUpdate().Model((*Scan)(nil)).Set("data = NULL, size = 0, removed_at = ?, removed_by = ?, reason = ?", s.now(), uuid.NullUUID{UUID: actor.PersonID, Valid: actor.SignedIn()}, reason).Where("id = ?", sc.ID).Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		return s.record(ctx, tx, actor, "attendance.scan_remove", event, map[string]any{"scan": sc.ID, "sha256": sc.Digest})
	})
}

// change runs fn on a scan that is there, its row locked.
func (s *Service) change(ctx context.Context, actor access.Actor, event, scan uuid.UUID, fn func(ctx context.Context, tx bun.Tx, sc *Scan) error) error {
	if _, err := s.head(ctx, actor, event); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		sc := new(Scan)
		err := tx.NewSelect().Model(sc).ExcludeColumn("data").Where("id = ? AND event_id = ? AND removed_at IS NULL", scan, event).For("UPDATE").Scan(ctx)
		if err != nil {
			return errs.Wrap(db.Translate(err), "paper: scan")
		}
		return fn(ctx, tx, sc)
	})
}

// File gives a scan with its content; that it was opened is recorded.
func (s *Service) File(ctx context.Context, actor access.Actor, event, scan uuid.UUID) (*Scan, error) {
	if _, err := s.head(ctx, actor, event); err != nil {
		return nil, err
	}
	sc := new(Scan)
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		err := tx.NewSelect().Model(sc).Where("id = ? AND event_id = ? AND removed_at IS NULL", scan, event).Scan(ctx)
		if err != nil {
			return errs.Wrap(db.Translate(err), "paper: scan")
		}
		return s.record(ctx, tx, actor, "attendance.scan_open", event, map[string]any{"scan": sc.ID})
	})
	return sc, err
}

// Tray is what came back of an event's paper.
type Tray struct {
	*workshop.Head

	Sheets []Sheet
	Scans  []Scan // without their content, the latest first; removed ones too
	Pages  []Page
	Names  map[uuid.UUID]string // of who sent, matched and removed
}

// Tray lists sheets and scans.
func (s *Service) Tray(ctx context.Context, actor access.Actor, event uuid.UUID) (*Tray, error) {
	h, err := s.head(ctx, actor, event)
	if err != nil {
		return nil, err
	}
	t := &Tray{Head: h}
	if t.Sheets, err = sheetsOf(ctx, s.db, event); err != nil {
		return nil, err
	}
	if err = s.db.NewSelect().Model(&t.Scans).ExcludeColumn("data").Where("event_id = ?", event).OrderExpr("sent_at DESC, id").Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	err = s.db.NewSelect().Model(&t.Pages).Join("JOIN workshop.scan AS scan ON scan.id = page.scan_id AND scan.removed_at IS NULL").
		Where("page.event_id = ?", event).OrderExpr("page.scan_id, page.no").Scan(ctx)
	if err != nil {
		return nil, db.Translate(err)
	}
	t.Names, err = s.names(ctx, t.actors())
	return t, err
}

func (t *Tray) actors() []uuid.UUID {
	var ids []uuid.UUID
	for i := range t.Scans {
		ids = append(ids, t.Scans[i].SentBy, t.Scans[i].RemovedBy)
	}
	for i := range t.Pages {
		ids = append(ids, t.Pages[i].MatchedBy)
	}
	return ids
}

// names gives the full names of people by their ids.
func (s *Service) names(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]string, error) {
	by := map[uuid.UUID]string{}
	if len(ids) == 0 {
		return by, nil
	}
	var rows []struct {
		ID   uuid.UUID
		Name string
	}
	err := s.db.NewSelect().TableExpr("org.person").ColumnExpr("id, trim(given_name || ' ' || family_name) AS name").Where("id IN (?)", bun.List(ids)).Scan(ctx, &rows)
	for _, r := range rows {
		by[r.ID] = r.Name
	}
	return by, db.Translate(err)
}

// Sheet gives a sheet of the event, or nil.
func (t *Tray) Sheet(id uuid.UUID) *Sheet {
	for i := range t.Sheets {
		if t.Sheets[i].ID == id {
			return &t.Sheets[i]
		}
	}
	return nil
}

// Came tells whether a scan of the sheet is there.
func (t *Tray) Came(sheet uuid.UUID) bool {
	return slices.ContainsFunc(t.Pages, func(p Page) bool { return p.SheetID == sheet })
}

// Evidence gives the pages that show a half-day, and, with a person, those whose sheet has the person's line.
func (t *Tray) Evidence(slot, enrolment uuid.UUID) []Page {
	var list []Page
	for _, p := range t.Pages {
		if sh := t.Sheet(p.SheetID); sh != nil && slices.Contains(sh.Slots, slot) && (enrolment == uuid.Nil || slices.Contains(sh.People, enrolment)) {
			list = append(list, p)
		}
	}
	return list
}
