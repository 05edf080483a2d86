package programme

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/picture"
)

// Limits of logos.
const (
	MaxLogo     = 5 << 20   // bytes of a file that is sent
	MaxLogos    = 4         // at once
	logoSide    = 900       // pixels of the longer side that is kept: 60 mm at 380 dots an inch
	logoLeast   = 90        // below it paper shows steps
	logoRoom    = 300 << 10 // bytes that are kept
	logoNameMax = 80
	logoLock    = 7401602041 // of the database, while their row changes
)

// LogoKind says whose logo it is.
type LogoKind string

// The kinds.
const (
	ProjectLogo  LogoKind = "project"
	MinistryLogo LogoKind = "ministry"
	DonorLogo    LogoKind = "donor"
	PartnerLogo  LogoKind = "partner"
)

// LogoKinds lists them.
func LogoKinds() []LogoKind { return []LogoKind{ProjectLogo, MinistryLogo, DonorLogo, PartnerLogo} }

// Logo stands in the head of printed papers and workbooks. Its picture never changes.
type Logo struct {
	bun.BaseModel `bun:"table:programme.logo,alias:l"`

	ID            uuid.UUID `bun:",pk"`
	Kind          LogoKind
	Name          string // whose it is
	Position      int
	Width, Height int    // pixels
	Data          []byte // PNG; left out of lists
	SentAt        time.Time
	SentBy        uuid.UUID `bun:",nullzero"`
	RemovedAt     time.Time `bun:",nullzero"`
	RemovedBy     uuid.UUID `bun:",nullzero"`
}

// Address is where the picture is.
func (l *Logo) Address() string { return "/logos/" + l.ID.String() }

// LogoInput is a logo as it was sent.
type LogoInput struct {
	Key  uuid.UUID // made by the form
	Kind string
	Name string
	Data []byte
}

// Logos lists the logos without their pictures, in the order in which papers show them.
// public: they stand on papers that are given to anybody.
func (s *Service) Logos(ctx context.Context) ([]Logo, error) {
	var list []Logo
	err := liveLogos(s.db.NewSelect().Model(&list).ExcludeColumn("data")).Scan(ctx)
	return list, db.Translate(err)
}

// LogoFiles is Logos with their pictures.
// public: they stand on papers that are given to anybody.
func (s *Service) LogoFiles(ctx context.Context) ([]Logo, error) {
	var list []Logo
	err := liveLogos(s.db.NewSelect().Model(&list)).Scan(ctx)
	return list, db.Translate(err)
}

// LogoFile gives one logo with its picture.
// public: it stands on papers that are given to anybody.
func (s *Service) LogoFile(ctx context.Context, id uuid.UUID) (*Logo, error) {
	l := new(Logo)
	err := s.db.NewSelect().Model(l).Where("id = ? AND removed_at IS NULL", id).Scan(ctx)
	return l, db.Translate(err)
}

func liveLogos(q *bun.SelectQuery) *bun.SelectQuery {
	return q.Where("removed_at IS NULL").OrderExpr("position, id")
}

// AddLogo keeps a logo, last in their order. The same form sent twice keeps one.
func (s *Service) AddLogo(ctx context.Context, actor access.Actor, in LogoInput) error {
	if err := may(actor, access.LogoEdit); err != nil {
		return err
	}
	l := &Logo{ID: in.Key, Kind: LogoKind(in.Kind), Name: strings.Join(strings.Fields(in.Name), " "), SentAt: s.now().UTC(), SentBy: actor.PersonID}
	if wrong := append(l.wrong(), l.take(in.Data)...); len(wrong) > 0 {
		return errs.InvalidFields(wrong)
	}
	return s.logos(ctx, func(ctx context.Context, tx bun.Tx, list []Logo) error {
		for i := range list {
			if list[i].ID == l.ID { // sent before
				return nil
			}
			l.Position = list[i].Position + 1
		}
		if len(list) >= MaxLogos {
			return errs.InvalidFields([]errs.Field{{Name: "file", Key: "logo_error_many", Args: errs.Args{"max": MaxLogos}}})
		}
		n, err := affected(tx.NewInsert().Model(l).On("CONFLICT (id) DO NOTHING").Exec(ctx))
		if err != nil || n == 0 { // sent before, and removed since
			return err
		}
		return s.record(ctx, tx, actor, "logo.add", "logo", l.ID.String(), map[string]any{"kind": l.Kind, "name": l.Name, "width": l.Width, "height": l.Height, "size": len(l.Data)})
	})
}

// wrong says what is wrong with what is told of a logo.
func (l *Logo) wrong() (fields []errs.Field) {
	known := false
	for _, k := range LogoKinds() {
		known = known || k == l.Kind
	}
	if !known {
		fields = append(fields, errs.Field{Name: "kind", Key: "error_choice"})
	}
	switch n := len([]rune(l.Name)); {
	case n == 0:
		fields = append(fields, errs.Field{Name: "name", Key: "error_required"})
	case n > logoNameMax:
		fields = append(fields, errs.Field{Name: "name", Key: "programme_error_long"})
	}
	return fields
}

// take draws the picture anew: nothing is left of the file that was sent but what one sees.
func (l *Logo) take(data []byte) []errs.Field {
	wrong := func(key string, args errs.Args) []errs.Field {
		return []errs.Field{{Name: "file", Key: key, Args: args}}
	}
	switch {
	case len(data) == 0:
		return wrong("sheets_error_missing", nil)
	case len(data) > MaxLogo:
		return wrong("sheets_error_large", errs.Args{"max": MaxLogo >> 20})
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")), bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
	case drawing(data):
		return wrong("logo_error_svg", nil)
	default:
		return wrong("logo_error_kind", nil)
	}
	img, err := picture.Read(data)
	if errors.Is(err, picture.ErrPixels) {
		return wrong("sheets_error_pixels", errs.Args{"max": picture.MaxPixels >> 20})
	}
	if err != nil {
		return wrong("sheets_error_broken", nil)
	}
	if size := img.Bounds().Size(); max(size.X, size.Y) < logoLeast {
		return wrong("logo_error_small", errs.Args{"least": logoLeast, "width": size.X, "height": size.Y})
	}
	kept, size, err := picture.PNG(img, logoSide, logoRoom)
	if err != nil {
		return wrong("sheets_error_broken", nil)
	}
	l.Data, l.Width, l.Height = kept, size.X, size.Y
	return nil
}

// drawing tells whether a file is an SVG or another text with marks in it: such a file can hold programs, and nothing here makes it safe.
func drawing(data []byte) bool {
	head := bytes.ToLower(data[:min(len(data), 1024)])
	return bytes.Contains(head, []byte("<svg")) || bytes.Contains(head, []byte("<?xml"))
}

// NameLogo changes what is told of a logo; its picture stays.
func (s *Service) NameLogo(ctx context.Context, actor access.Actor, id uuid.UUID, kind, name string) error {
	if err := may(actor, access.LogoEdit); err != nil {
		return err
	}
	told := Logo{Kind: LogoKind(kind), Name: strings.Join(strings.Fields(name), " ")}
	if wrong := told.wrong(); len(wrong) > 0 {
		return errs.InvalidFields(wrong)
	}
	return s.logo(ctx, id, func(ctx context.Context, tx bun.Tx, list []Logo, at int) error {
		l := &list[at]
		if l.Kind == told.Kind && l.Name == told.Name {
			return nil
		}
		was := l.Name
		l.Kind, l.Name = told.Kind, told.Name
		if _, err := tx.NewUpdate().Model(l).Column("kind", "name").WherePK().Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return s.record(ctx, tx, actor, "logo.name", "logo", id.String(), map[string]any{"kind": l.Kind, "name": l.Name, "was": was})
	})
}

// MoveLogo puts a logo a place nearer to the start, or a place further; at the end of the row nothing changes.
func (s *Service) MoveLogo(ctx context.Context, actor access.Actor, id uuid.UUID, nearer bool) error {
	if err := may(actor, access.LogoEdit); err != nil {
		return err
	}
	return s.logo(ctx, id, func(ctx context.Context, tx bun.Tx, list []Logo, at int) error {
		to := at + 1
		if nearer {
			to = at - 1
		}
		if to < 0 || to >= len(list) {
			return nil
		}
		list[at], list[to] = list[to], list[at]
		for i := range list {
			if _, err := tx.NewUpdate().Model(&list[i]).Set("position = ?", i).WherePK().Exec(ctx); err != nil {
				return db.Translate(err)
			}
		}
		return s.record(ctx, tx, actor, "logo.move", "logo", id.String(), map[string]any{"from": at, "to": to})
	})
}

// RemoveLogo takes a logo from the papers that are printed from now on; that it was there stays.
func (s *Service) RemoveLogo(ctx context.Context, actor access.Actor, id uuid.UUID) error {
	if err := may(actor, access.LogoEdit); err != nil {
		return err
	}
	return s.logo(ctx, id, func(ctx context.Context, tx bun.Tx, list []Logo, at int) error {
		l := &list[at]
		l.RemovedAt, l.RemovedBy = s.now().UTC(), actor.PersonID
		if _, err := tx.NewUpdate().Model(l).Column("data", "removed_at", "removed_by").WherePK().Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return s.record(ctx, tx, actor, "logo.remove", "logo", id.String(), map[string]any{"kind": l.Kind, "name": l.Name})
	})
}

// logos changes the row of logos, one change after another.
func (s *Service) logos(ctx context.Context, change func(ctx context.Context, tx bun.Tx, list []Logo) error) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewRaw("SELECT pg_advisory_xact_lock(?)", int64(logoLock)).Exec(ctx); err != nil {
			return db.Translate(err)
		}
		var list []Logo
		if err := liveLogos(tx.NewSelect().Model(&list).ExcludeColumn("data")).Scan(ctx); err != nil {
			return db.Translate(err)
		}
		return change(ctx, tx, list)
	})
}

// logo changes one of them.
func (s *Service) logo(ctx context.Context, id uuid.UUID, change func(ctx context.Context, tx bun.Tx, list []Logo, at int) error) error {
	return s.logos(ctx, func(ctx context.Context, tx bun.Tx, list []Logo) error {
		for i := range list {
			if list[i].ID == id {
				return change(ctx, tx, list, i)
			}
		}
		return errs.NewNotFound("programme logo")
	})
}
