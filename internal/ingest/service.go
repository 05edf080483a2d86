package ingest

import (
	"bytes"
	"context"
	"path"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/sheet"
	"shelter/internal/workshop"
)

// Service keeps the lists that were sent, says what applying them would do, and applies them.
type Service struct {
	db        *db.DB
	org       *org.Service
	workshops *workshop.Service
	now       func() time.Time
}

// New makes the service.
func New(d *db.DB, people *org.Service, workshops *workshop.Service, now func() time.Time) *Service {
	return &Service{db: d, org: people, workshops: workshops, now: now}
}

// File is a list as it was sent.
type File struct {
	Key  uuid.UUID // made by the form, so that a repeated request keeps one file; zero: made here
	Name string
	Data []byte
}

// Upload is a file that waits to be looked at and applied. Only whoever sent it can open it.
type Upload struct {
	bun.BaseModel `bun:"table:ingest.upload,alias:u"`

	ID        uuid.UUID `bun:",pk"`
	EventID   uuid.UUID
	PersonID  uuid.UUID
	Name      string
	Data      []byte
	CreatedAt time.Time
	ExpiresAt time.Time
	AppliedAt time.Time `bun:",nullzero"`
	Result    *Outcome  `bun:"type:jsonb"`
}

const (
	keptFor     = 24 * time.Hour // how long a file waits
	keptFiles   = 20             // of one person; older ones go first
	fileNameMax = 120            // characters
)

// Upload keeps a file for an event. Invalid when it cannot be read at all, Conflict when the event takes nobody any more;
// nothing is kept then.
func (s *Service) Upload(ctx context.Context, actor access.Actor, event uuid.UUID, f File) (uuid.UUID, error) {
	if _, err := s.event(ctx, actor, event); err != nil {
		return uuid.Nil, err
	}
	if !actor.SignedIn() {
		return uuid.Nil, errs.NewForbidden("ingest: upload without a person")
	}
	if _, err := sheet.Read(f.Name, f.Data, sheet.DefaultLimits()); err != nil {
		return uuid.Nil, err
	}
	up := s.newUpload(actor, event, f)
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		same, err := sameUpload(ctx, tx, up)
		if err != nil || same {
			return err
		}
		return s.keep(ctx, tx, actor, up)
	})
	return up.ID, err
}

// event gives the head of an event that still takes people.
func (s *Service) event(ctx context.Context, actor access.Actor, id uuid.UUID) (*workshop.Head, error) {
	h, err := s.workshops.Head(ctx, actor, access.ParticipantEdit, id)
	if err != nil {
		return nil, err
	}
	return h, open(h)
}

func open(h *workshop.Head) error {
	if !h.Event.State.CanEnrol() {
		return errs.NewConflict("workshop_error_closed")
	}
	return nil
}

func (s *Service) newUpload(actor access.Actor, event uuid.UUID, f File) *Upload {
	now := s.now().UTC()
	if f.Key == uuid.Nil {
		f.Key = uuid.Must(uuid.NewV7())
	}
	return &Upload{ID: f.Key, EventID: event, PersonID: actor.PersonID, Name: fileName(f.Name), Data: f.Data, CreatedAt: now, ExpiresAt: now.Add(keptFor)}
}

// fileName is the last part of a name, as some browsers send a whole path.
func fileName(name string) string {
	r := []rune(clean(path.Base(strings.ReplaceAll(name, `\`, "/"))))
	return string(r[max(0, len(r)-fileNameMax):])
}

// sameUpload tells whether the key came with the same file before. A key that came with another one, because the reader went
// back and chose anew, gets a fresh id.
func sameUpload(ctx context.Context, tx bun.IDB, up *Upload) (bool, error) {
	var old Upload
	err := tx.NewSelect().Model(&old).Where("id = ?", up.ID).Scan(ctx)
	if err = db.Translate(err); errs.Is(err, errs.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if old.PersonID == up.PersonID && old.EventID == up.EventID && old.AppliedAt.IsZero() && bytes.Equal(old.Data, up.Data) {
		return true, nil
	}
	up.ID = uuid.Must(uuid.NewV7())
	return false, nil
}

func (s *Service) keep(ctx context.Context, tx bun.IDB, actor access.Actor, up *Upload) error {
	if _, err := tx.NewInsert().Model(up).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	newest := tx.NewSelect().Table("ingest.upload").Column("id").Where("person_id = ?", up.PersonID).OrderExpr("created_at DESC, id DESC").Limit(keptFiles)
	_, err := tx.NewDelete().Table("ingest.upload").Where("person_id = ?", up.PersonID).Where("id NOT IN (?)", newest).Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	return s.record(ctx, tx, actor, "import.upload", up.EventID, map[string]any{"upload": up.ID, "bytes": len(up.Data)})
}

func (s *Service) record(ctx context.Context, tx bun.IDB, actor access.Actor, action string, event uuid.UUID, detail map[string]any) error {
	return audit.Record(ctx, tx, audit.Entry{At: s.now(), Actor: actor, Action: action, Kind: "workshop", ID: event.String(), Detail: detail})
}

// upload gives a file to whoever sent it, while it is kept; NotFound to anybody else.
func (s *Service) upload(ctx context.Context, idb bun.IDB, actor access.Actor, event, id uuid.UUID, lock bool) (*Upload, error) {
	up := new(Upload)
	q := idb.NewSelect().Model(up).Where("id = ? AND event_id = ? AND person_id = ? AND expires_at > ?", id, event, actor.PersonID, s.now().UTC())
	if lock {
		q = q.For("UPDATE")
	}
	if err := q.Scan(ctx); err != nil {
		return nil, errs.Wrap(db.Translate(err), "ingest: upload "+id.String())
	}
	return up, nil
}

// Preview is what a file holds and what applying it would do.
type Preview struct {
	Upload   Upload
	Head     *workshop.Head
	Proposal Proposal
	Mapping  Mapping
	Checked  *Checked    // nil with a Problem
	Plan     *Plan       // nil with a Problem
	Problem  *errs.Error // why the list cannot be read with this mapping
}

// Ready tells whether the list can be applied and would change something.
func (p *Preview) Ready() bool {
	return p.Problem == nil && p.Upload.AppliedAt.IsZero() && p.Invalid() == 0 && p.Plan.Enrol() > 0 && open(p.Head) == nil
}

// Invalid counts the rows with an error.
func (p *Preview) Invalid() int {
	if p.Checked == nil {
		return 0
	}
	_, invalid, _ := p.Checked.Counts()
	return invalid
}

// Preview reads a file that was sent for an event. A zero mapping is proposed; one whose Columns are nil is proposed
// for its sheet and header.
func (s *Service) Preview(ctx context.Context, actor access.Actor, event, id uuid.UUID, m Mapping) (*Preview, error) {
	up, err := s.upload(ctx, s.db, actor, event, id, false)
	if err != nil {
		return nil, err
	}
	v, err := s.workshops.View(ctx, actor, access.ParticipantEdit, event)
	if err != nil {
		return nil, err
	}
	p := &Preview{Upload: *up, Head: v.Head}
	r, err := s.read(File{Name: up.Name, Data: up.Data}, m)
	if err != nil {
		return nil, err
	}
	p.Proposal, p.Mapping, p.Checked, p.Problem = r.proposal, r.mapping, r.checked, r.problem
	if p.Problem == nil {
		p.Plan, err = s.plan(ctx, s.db, actor, v, r)
	}
	return p, err
}

// reading is a file that was read with a mapping.
type reading struct {
	proposal Proposal
	mapping  Mapping
	checked  *Checked
	problem  *errs.Error // of the mapping or the list; checked is nil then
}

// read reads a file; its error is that this is no readable file at all.
func (s *Service) read(f File, m Mapping) (*reading, error) {
	book, err := sheet.Read(f.Name, f.Data, sheet.DefaultLimits())
	if err != nil {
		return nil, err
	}
	r := &reading{mapping: m}
	today := s.today()
	switch {
	case m.isZero():
		r.proposal = Propose(book, today)
	default:
		r.proposal = ProposeFor(book, m.Sheet, m.HeaderRow, today)
	}
	if m.Columns == nil {
		r.mapping = r.proposal.Mapping
		if r.proposal.Problem != "" {
			r.problem = errs.NewInvalid(r.proposal.Problem)
			return r, nil
		}
	}
	if r.mapping.NameOrder == "" {
		r.mapping.NameOrder = r.proposal.Mapping.NameOrder
	}
	if r.checked, err = Check(book, r.mapping, today); err != nil {
		r.checked, r.problem = nil, errs.As(err)
	}
	return r, nil
}

func (m Mapping) isZero() bool { return m.Sheet == "" && m.HeaderRow == 0 && m.Columns == nil }

func (s *Service) today() time.Time { return i18n.Day(s.now()) }

// Marked gives a copy of the file with what is wrong and doubtful in it, as .xlsx, in the reader's language.
func (s *Service) Marked(ctx context.Context, actor access.Actor, event, id uuid.UUID, m Mapping, l *i18n.Localizer) (File, error) {
	p, err := s.Preview(ctx, actor, event, id, m)
	if err != nil {
		return File{}, err
	}
	if p.Problem != nil {
		return File{}, p.Problem
	}
	data, err := MarkUp(p.Upload.Name, p.Upload.Data, p.Mapping, p.Checked.Issues, l)
	name := strings.TrimSuffix(p.Upload.Name, path.Ext(p.Upload.Name)) + " - " + l.T("import_marked_suffix") + ".xlsx"
	return File{Name: name, Data: data}, err
}

// Sweep forgets the files whose time is over.
// public: a job of the system.
func (s *Service) Sweep(ctx context.Context) error {
	_, err := s.db.NewDelete().Table("ingest.upload").Where("expires_at <= ?", s.now().UTC()).Exec(ctx)
	return db.Translate(err)
}
