package programme

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/picture"
)

// Limits of documents.
const (
	MaxDocument  = 20 << 20 // bytes of a file that is sent
	maxDocuments = 60       // of one record
	keptSide     = 1800     // pixels of a photograph's longer side
	keptQuality  = 82
)

// Document is a file that belongs to a record of a register: a report, a delivery note, a photograph.
type Document struct {
	bun.BaseModel `bun:"table:programme.document,alias:d"`

	ID        uuid.UUID `bun:",pk"`
	Register  string
	RecordID  uuid.UUID
	Name      string // of the file, as it is saved again
	Caption   string
	MIME      string `bun:"mime"`
	Size      int    // bytes of what is kept
	Data      []byte
	SentAt    time.Time
	SentBy    uuid.UUID `bun:",nullzero"`
	RemovedAt time.Time `bun:",nullzero"`
	RemovedBy uuid.UUID `bun:",nullzero"`
}

// Photo tells whether it is a photograph.
func (d *Document) Photo() bool { return d.MIME == "image/jpeg" }

// DocumentInput is a file as it was sent.
type DocumentInput struct {
	Key     uuid.UUID // made by the form
	Name    string
	Caption string
	Data    []byte
}

// Attach keeps a file with a record. The same form sent twice keeps one.
func (s *Service) Attach(ctx context.Context, actor access.Actor, r Register, record uuid.UUID, in DocumentInput) error {
	if err := may(actor, access.ProgrammeEdit); err != nil {
		return err
	}
	d := &Document{ID: in.Key, Register: r.Name, RecordID: record, Name: picture.FileName(in.Name, "document"), Caption: strings.TrimSpace(in.Caption), SentAt: s.now().UTC(), SentBy: actor.PersonID}
	if n := len([]rune(d.Caption)); n == 0 || n > lineMax {
		return errs.InvalidFields([]errs.Field{{Name: "caption", Key: "error_required"}})
	}
	if err := d.take(in.Data); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		there, err := s.records(ctx, tx, r, record)
		if err != nil {
			return err
		}
		if len(there) == 0 {
			return errs.NewNotFound("programme " + r.Name)
		}
		n, err := tx.NewSelect().Model((*Document)(nil)).Where("record_id = ? AND removed_at IS NULL", record).Count(ctx)
		if err != nil {
			return db.Translate(err)
		}
		if n >= maxDocuments {
			return errs.InvalidFields([]errs.Field{{Name: "file", Key: "sheets_error_many", Args: errs.Args{"max": maxDocuments}}})
		}
		n64, err := affected(tx.NewInsert().Model(d).On("CONFLICT (id) DO NOTHING").Exec(ctx))
		if err != nil || n64 == 0 { // sent before
			return err
		}
		return s.record(ctx, tx, actor, "programme.document", "programme_"+r.Name, record.String(), map[string]any{"document": d.ID, "size": d.Size})
	})
}

// take keeps a PDF as it is, and draws a picture anew.
func (d *Document) take(data []byte) error {
	wrong := func(key string, args errs.Args) error {
		return errs.InvalidFields([]errs.Field{{Name: "file", Key: key, Args: args}})
	}
	switch {
	case len(data) == 0:
		return wrong("sheets_error_missing", nil)
	case len(data) > MaxDocument:
		return wrong("sheets_error_large", errs.Args{"max": MaxDocument >> 20})
	case bytes.HasPrefix(data, []byte("%PDF-")):
		d.MIME, d.Data, d.Size = "application/pdf", data, len(data)
		return nil
	case !bytes.HasPrefix(data, []byte("\xff\xd8\xff")) && !bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return wrong("sheets_error_kind", nil)
	}
	img, err := picture.Read(data)
	if errors.Is(err, picture.ErrPixels) {
		return wrong("sheets_error_pixels", errs.Args{"max": picture.MaxPixels >> 20})
	}
	if err != nil {
		return wrong("sheets_error_broken", nil)
	}
	if d.Data, err = picture.JPEG(img, keptSide, keptQuality); err != nil {
		return errs.Wrap(err, "programme: write the picture anew")
	}
	d.MIME, d.Size = "image/jpeg", len(d.Data)
	d.Name = strings.TrimSuffix(d.Name, filepath.Ext(d.Name)) + ".jpg"
	return nil
}

// Documents lists a record's files without their content, the oldest first.
func (s *Service) Documents(ctx context.Context, actor access.Actor, record uuid.UUID) ([]Document, error) {
	if err := may(actor, access.ProgrammeDetail); err != nil {
		return nil, err
	}
	var list []Document
	err := s.db.NewSelect().Model(&list).ExcludeColumn("data").Where("record_id = ? AND removed_at IS NULL", record).OrderExpr("sent_at, id").Scan(ctx)
	return list, db.Translate(err)
}

// Document gives a file with its content.
func (s *Service) Document(ctx context.Context, actor access.Actor, id uuid.UUID) (*Document, error) {
	if err := may(actor, access.ProgrammeDetail); err != nil {
		return nil, err
	}
	d := new(Document)
	err := s.db.NewSelect().Model(d).Where("id = ? AND removed_at IS NULL", id).Scan(ctx)
	return d, db.Translate(err)
}

// RemoveDocument takes a file away; that it was there stays. It gives the record that it belonged to.
func (s *Service) RemoveDocument(ctx context.Context, actor access.Actor, id uuid.UUID) (*Document, error) {
	if err := may(actor, access.ProgrammeEdit); err != nil {
		return nil, err
	}
	d := new(Document)
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := tx.NewSelect().Model(d).ExcludeColumn("data").Where("id = ?", id).For("UPDATE").Scan(ctx); err != nil {
			return db.Translate(err)
		}
		if !d.RemovedAt.IsZero() {
			return nil
		}
		d.RemovedAt, d.RemovedBy, d.Size = s.now().UTC(), actor.PersonID, 0
		if _, err := tx.NewUpdate().Model(d).Column("data", "size", "removed_at", "removed_by").WherePK().Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return s.record(ctx, tx, actor, "programme.document_remove", "programme_"+d.Register, d.RecordID.String(), map[string]any{"document": d.ID})
	})
	return d, err
}
