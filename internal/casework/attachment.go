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
)

// AttachmentKinds are what a document of a file can be; "minutes" are the only ones that a closed file still takes.
var AttachmentKinds = []string{"consent", "minutes", "identity", "medical", "legal", "correspondence", "photo", "other"}

// Attachment is a document of a file. Its name and content are sealed with a key of its own, which is sealed with that of the case: a
// locked one is handed out to nobody, and an erased one has no key any more.
type Attachment struct {
	bun.BaseModel `bun:"table:cases.attachment,alias:d"`

	ID        uuid.UUID `bun:",pk"`
	CaseID    uuid.UUID
	Key       uuid.UUID
	Kind      string
	ConsentID uuid.UUID `bun:",nullzero"`
	MIME      string    `bun:"mime"`
	Size      int
	State     string // kept, locked, erased
	At        time.Time
	ByID      uuid.UUID
	LockedAt  time.Time `bun:",nullzero"`
	LockedBy  uuid.UUID `bun:",nullzero"`
	ErasedAt  time.Time `bun:",nullzero"`
	ErasedBy  uuid.UUID `bun:",nullzero"`
	Reason    []byte
	Wrapped   []byte
	Name      []byte
	Content   []byte

	Retained  bool      `bun:"-"` // locked to be erased: nobody gets it until it is released or erased
	ErasureID uuid.UUID `bun:"-"` // by which it is

	Title string `bun:"-"` // the name, opened
	Why   string `bun:"-"` // the reason, opened
	Data  []byte `bun:"-"` // the content, opened
}

// AttachInput is a document that is sent.
type AttachInput struct {
	Key       uuid.UUID
	Kind      string
	ConsentID uuid.UUID
	Name      string
	Data      []byte
	Cut       bool // the request was longer than any document may be
}

// maxAttachments is the most documents of one file.
const maxAttachments = 100

// Attach adds a document to a file. A picture is written anew, so that neither place nor device of the photograph is kept.
func (s *Service) Attach(ctx context.Context, actor access.Actor, id uuid.UUID, in AttachInput) error {
	if err := access.Can(actor, access.CaseEnter, access.Resource{}); err != nil {
		return err
	}
	paper, wrong := s.readPaper(ctx, in.Name, in.Data, in.Cut) // takes time: before the file is held, and said after it has been judged
	return s.onCase(ctx, actor, id, access.CaseEdit, "case.attach", func(ctx context.Context, o *open) error {
		if o.file.State == Closed && in.Kind != "minutes" {
			return errs.NewConflict("case_error_closed")
		}
		var c checker
		c.choice("kind", AttachmentKinds, in.Kind)
		if in.ConsentID != uuid.Nil && in.Kind != "consent" {
			c.wrong("consent", "case_error_file_consent")
		}
		if e := errs.As(wrong); e != nil && e.Kind == errs.Invalid {
			c.fields = append(c.fields, errs.Field{Name: "file", Key: e.Key, Args: e.Args})
		} else if wrong != nil {
			return wrong
		}
		if err := c.err(); err != nil {
			return err
		}
		return o.attach(ctx, in, paper)
	})
}

func (o *open) attach(ctx context.Context, in AttachInput, paper *paper) error {
	n, err := o.count(ctx, "SELECT count(*) FROM cases.attachment WHERE case_id = ?")
	if err != nil {
		return err
	}
	if n >= maxAttachments {
		return errs.NewConflict("case_error_file_many").With("max", maxAttachments)
	}
	a := Attachment{ID: uuid.Must(uuid.NewV7()), CaseID: o.file.ID, Key: in.Key, Kind: in.Kind, ConsentID: in.ConsentID, MIME: paper.mime, Size: len(paper.data), State: "kept", At: o.at, ByID: o.actor.PersonID}
	place := attachmentPlace(a.ID)
	key, wrapped, err := o.key.NewChild(place)
	if err != nil {
		return err
	}
	a.Wrapped = wrapped
	if a.Name, err = sealWith(key, "attachmentname", a.ID, paper.name); err != nil {
		return err
	}
	if a.Content, err = key.Seal(place, paper.data); err != nil {
		return err
	}
	res, err := o.tx.NewInsert().Model(&a).On("CONFLICT (case_id, key) DO NOTHING").Exec(ctx)
	if err != nil {
		if db.Constraint(err) == "attachment_consent_id_case_id_fkey" {
			return errs.InvalidFields([]errs.Field{{Name: "consent", Key: "error_choice"}})
		}
		return db.Translate(err)
	}
	if n, _ := res.RowsAffected(); n == 0 { // a repeat
		return nil
	}
	o.detail["attachment"], o.detail["kind"], o.detail["size"] = a.ID, a.Kind, a.Size
	return o.note(ctx, "attached", map[string]any{"kind": a.Kind}, "")
}

func attachmentPlace(id uuid.UUID) string { return "attachment:" + id.String() }

// readAttachments lists the documents without their contents.
func (v *View) readAttachments(ctx context.Context, o *open) error {
	if err := o.tx.NewSelect().Model(&v.Attachments).ExcludeColumn("content").Where("case_id = ?", v.ID).Order("at DESC", "id DESC").Scan(ctx); err != nil {
		return db.Translate(err)
	}
	l, err := o.locks(ctx)
	for i := range v.Attachments {
		if err == nil {
			l.mark(&v.Attachments[i])
			err = o.openAttachment(&v.Attachments[i])
		}
	}
	return err
}

// openAttachment opens name, reason, and the content as far as it was read.
func (o *open) openAttachment(a *Attachment) error {
	if len(a.Reason) > 0 { // none when its time was over
		if err := o.unseal("attachmentreason", a.ID, a.Reason, &a.Why); err != nil {
			return err
		}
	}
	if a.State == "erased" || a.Retained {
		return nil
	}
	place := attachmentPlace(a.ID)
	key, err := o.key.Child(place, a.Wrapped)
	if err != nil {
		return err
	}
	if err := unsealWith(key, "attachmentname", a.ID, a.Name, &a.Title); err != nil || a.Content == nil {
		return err
	}
	a.Data, err = key.Open(place, a.Content)
	return err
}

// attachment gives a document of the file, with or without its content.
func (o *open) attachment(ctx context.Context, id uuid.UUID, content bool) (*Attachment, error) {
	a := &Attachment{}
	q := o.tx.NewSelect().Model(a).Where("d.id = ? AND d.case_id = ?", id, o.file.ID)
	if !content {
		q = q.ExcludeColumn("content")
	}
	if err := q.Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	l, err := o.locks(ctx)
	l.mark(a)
	return a, err
}

// FetchAttachment gives a document to somebody who may read the identity, for a fresh code: it leaves the walls with them.
func (d *Desk) FetchAttachment(ctx context.Context, actor access.Actor, id, attachment uuid.UUID, factor string) (out *Attachment, err error) {
	outside := ctx
	err = d.work.onCase(ctx, actor, id, access.CaseIdentity, "case.attachment.read", func(ctx context.Context, o *open) error {
		a, err := o.attachment(ctx, attachment, false)
		if err != nil {
			return err
		}
		if a.State != "kept" || a.Retained {
			return errs.NewConflict("case_error_file_locked")
		}
		if err := d.proved(outside, actor, factor); err != nil {
			return err
		}
		if out, err = o.attachment(ctx, attachment, true); err != nil {
			return err
		}
		o.detail["attachment"], o.detail["kind"] = out.ID, out.Kind
		return o.openAttachment(out)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// LockAttachment takes a document off the file, with a reason: from then on nobody gets it. A repeat leaves the first reason.
func (s *Service) LockAttachment(ctx context.Context, actor access.Actor, id, attachment uuid.UUID, reason string) error {
	return s.onCase(ctx, actor, id, access.CaseEdit, "case.attachment.lock", func(ctx context.Context, o *open) error {
		a, err := o.attachment(ctx, attachment, false)
		if err != nil || a.State != "kept" {
			return err
		}
		if a.Retained {
			return errs.NewConflict("case_error_file_locked")
		}
		var c checker
		c.needed("reason", reason)
		if err := c.err(); err != nil {
			return err
		}
		sealed, err := o.seal("attachmentreason", a.ID, strings.TrimSpace(reason))
		if err != nil {
			return err
		}
		o.detail["attachment"] = a.ID
		if err := o.set(ctx, "UPDATE cases.attachment SET state = 'locked', locked_at = ?, locked_by = ?, reason = ? WHERE id = ? AND state = 'kept'", o.at, actor.PersonID, sealed, a.ID); err != nil {
			return err
		}
		return o.note(ctx, "attachment_locked", map[string]any{"kind": a.Kind}, "")
	})
}

// BackAttachment puts a document back that was taken off, unless it is locked to be erased.
func (s *Service) BackAttachment(ctx context.Context, actor access.Actor, id, attachment uuid.UUID) error {
	return s.onTakenOff(ctx, actor, id, attachment, "case.attachment.back", func(ctx context.Context, o *open, a *Attachment) error {
		if err := o.set(ctx, "UPDATE cases.attachment SET state = 'kept', locked_at = NULL, locked_by = NULL, reason = NULL WHERE id = ? AND state = 'locked'", a.ID); err != nil {
			return err
		}
		return o.note(ctx, "attachment_back", map[string]any{"kind": a.Kind}, "")
	})
}

// EndAttachment locks a document that was taken off, to be erased with the minutes of its destruction as anything else: it gives the erasure.
func (s *Service) EndAttachment(ctx context.Context, actor access.Actor, id, attachment uuid.UUID) (erasure uuid.UUID, err error) {
	err = s.onTakenOff(ctx, actor, id, attachment, "case.erasure.lock", func(ctx context.Context, o *open, a *Attachment) error {
		erasure = uuid.Must(uuid.NewV7())
		return o.lock(ctx, &Erasure{ID: erasure, Key: erasure, Scope: "document", AttachmentID: a.ID, Ground: "removed"})
	})
	return erasure, err
}

// onTakenOff does fn on a document that was taken off, and about whose end nothing is under way.
func (s *Service) onTakenOff(ctx context.Context, actor access.Actor, id, attachment uuid.UUID, entry string, fn func(ctx context.Context, o *open, a *Attachment) error) error {
	return s.onCase(ctx, actor, id, access.CaseDecide, entry, func(ctx context.Context, o *open) error {
		a, err := o.attachment(ctx, attachment, false)
		if err != nil {
			return err
		}
		if a.State != "locked" || a.Retained {
			return errs.NewConflict("case_error_file_settled")
		}
		o.detail["attachment"] = a.ID
		return fn(ctx, o, a)
	})
}

// locks are the open erasures of the file that are about documents.
type locks []struct {
	ID           uuid.UUID
	Scope        string
	AttachmentID uuid.UUID
}

func (o *open) locks(ctx context.Context) (l locks, err error) {
	err = o.tx.NewRaw("SELECT id, scope, attachment_id FROM cases.erasure WHERE case_id = ? AND state = 'locked' ORDER BY attachment_id NULLS FIRST", o.file.ID).Scan(ctx, &l)
	return l, db.Translate(err)
}

// mark tells a document which erasure locks it.
func (l locks) mark(a *Attachment) {
	for i := range l {
		if l[i].Scope == a.Kind || l[i].AttachmentID == a.ID {
			a.Retained, a.ErasureID = true, l[i].ID
		}
	}
}
