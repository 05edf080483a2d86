package bank

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/exam/format"
	"shelter/internal/i18n"
)

// uploadKept is how long a file waits to be looked at.
const uploadKept = 24 * time.Hour

// Done is what importing an upload did.
type Done struct {
	Added    int `json:"added"`
	Changed  int `json:"changed"`
	Same     int `json:"same"`
	Skipped  int `json:"skipped"`
	Warnings int `json:"warnings"`
}

// Upload is a file of questions that somebody sent.
type Upload struct {
	bun.BaseModel `bun:"table:exam.question_upload,alias:up"`

	ID        uuid.UUID `bun:",pk"`
	PersonID  uuid.UUID
	Name      string
	Format    format.Format
	Data      []byte
	CreatedAt time.Time
	AppliedAt time.Time `bun:",nullzero"`
	Result    *Done     `bun:"type:jsonb,nullzero"`
}

func (u *Upload) file(lang i18n.Lang) File {
	return File{Name: u.Name, Format: u.Format, Data: u.Data, Lang: lang}
}

// Keep stores a file to be looked at; a file that cannot be read as a whole is refused at once. The key makes a repeat give the
// first upload.
func (s *Service) Keep(ctx context.Context, actor access.Actor, key uuid.UUID, f File) (uuid.UUID, error) {
	if err := may(actor); err != nil {
		return uuid.Nil, err
	}
	if len(f.Data) > MaxImport {
		return uuid.Nil, errs.NewInvalid("examformat_too_large").With("max", MaxImport>>20)
	}
	if f.Format == "" {
		f.Format = guess(f.Data)
	}
	if _, err := s.readFile(ctx, s.db, f, &Plan{}); err != nil {
		return uuid.Nil, err
	}
	if key == uuid.Nil {
		key = newID()
	}
	now := s.now()
	_, err := s.db.NewDelete().Model((*Upload)(nil)).Where("created_at < ?", now.Add(-uploadKept)).Exec(ctx)
	if err != nil {
		return uuid.Nil, db.Translate(err)
	}
	up := &Upload{ID: key, PersonID: actor.PersonID, Name: f.Name, Format: f.Format, Data: f.Data, CreatedAt: now}
	_, err = s.db.NewInsert().Model(up).On("CONFLICT (id) DO NOTHING").Exec(ctx)
	return key, db.Translate(err)
}

// Look reads an upload and says what importing it would do; of one that was imported, only what that did. It belongs to whoever
// sent it.
func (s *Service) Look(ctx context.Context, actor access.Actor, id uuid.UUID, lang i18n.Lang) (Upload, Plan, error) {
	if err := may(actor); err != nil {
		return Upload{}, Plan{}, err
	}
	up, err := uploadOf(ctx, s.db, actor, id, false)
	if err != nil || up.Result != nil {
		return up, Plan{Format: up.Format}, err
	}
	p, err := s.plan(ctx, s.db, up.file(lang))
	if err != nil {
		return up, p, err
	}
	for i := range p.Items[:min(len(p.Items), twinsShown)] {
		if it := &p.Items[i]; it.What == Added {
			if it.Twins, err = s.Similar(ctx, actor, uuid.Nil, it.Question); err != nil {
				return up, p, err
			}
		}
	}
	return up, p, nil
}

// twinsShown is for how many questions of a file near duplicates are looked for.
const twinsShown = 200

func uploadOf(ctx context.Context, idb bun.IDB, actor access.Actor, id uuid.UUID, lock bool) (Upload, error) {
	var up Upload
	q := idb.NewSelect().Model(&up).Where("up.id = ? AND up.person_id = ?", id, actor.PersonID)
	if lock {
		q = q.For("UPDATE")
	}
	return up, db.Translate(q.Scan(ctx))
}

// Apply imports an upload. Applying it again gives what the first time did.
func (s *Service) Apply(ctx context.Context, actor access.Actor, id uuid.UUID, lang i18n.Lang) (Done, error) {
	if err := may(actor); err != nil {
		return Done{}, err
	}
	var done Done
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		up, err := uploadOf(ctx, tx, actor, id, true)
		if err != nil {
			return err
		}
		if up.Result != nil {
			done = *up.Result
			return nil
		}
		r, err := s.importTx(ctx, tx, actor, up.file(lang))
		if err != nil {
			return err
		}
		done = Done{Added: r.Count(Added), Changed: r.Count(Changed), Same: r.Count(Same), Skipped: len(r.Skipped), Warnings: len(r.Warnings)}
		_, err = tx.NewUpdate().Model((*Upload)(nil)).Set("applied_at = ?", r.At).Set("result = ?", done).Where("id = ?", id).Exec(ctx)
		return db.Translate(err)
	})
	return done, err
}
