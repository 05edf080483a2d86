package course

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// noteLimit is the longest note, in characters.
const noteLimit = 8000

// Sealer keeps a text unreadable for those who have the database alone; aad binds it to its place.
type Sealer interface {
	Seal(plain []byte, aad string) []byte
	Open(sealed []byte, aad string) ([]byte, error)
}

// Note is a learner's own note on a lesson. Nobody else sees it, whatever their roles: there is no other reader of it than
// Notes and NoteOf, which give the actor's own.
type Note struct {
	Slug      string
	Text      string
	WrittenAt time.Time
}

type noteRow struct {
	bun.BaseModel `bun:"table:course.note"`

	PersonID  uuid.UUID `bun:",pk"`
	Course    string    `bun:",pk"`
	Slug      string    `bun:",pk"`
	Sealed    []byte
	WrittenAt time.Time
}

func (r *noteRow) aad() string { return "note:" + r.PersonID.String() + "/" + r.Course + "/" + r.Slug }

// WriteNote keeps the actor's note on a lesson; an empty text takes it away. Of two writings the later by the device's clock
// stays, so a repeat changes nothing. The audit does not tell of it: the note is nobody else's.
func (s *Service) WriteNote(ctx context.Context, actor access.Actor, code, slug, text string, at time.Time) error {
	if err := ownTraining(actor); err != nil {
		return err
	}
	if utf8.RuneCountInString(text) > noteLimit {
		return errs.InvalidFields([]errs.Field{{Name: "text", Key: "error_too_long", Args: errs.Args{"max": noteLimit}}})
	}
	st, _, err := s.one(ctx, actor.PersonID, code, "")
	if err != nil {
		return err
	}
	if st.Lesson(slug) == nil {
		return errs.NewNotFound("lesson " + code + "/" + slug)
	}
	r := &noteRow{PersonID: actor.PersonID, Course: code, Slug: slug, WrittenAt: notAfter(at, s.now())}
	r.Sealed = s.sealer.Seal([]byte(text), r.aad())
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(r).On("CONFLICT (person_id, course, slug) DO UPDATE").
			Set("sealed = EXCLUDED.sealed").Set("written_at = EXCLUDED.written_at").Where("note_row.written_at <= EXCLUDED.written_at").Exec(ctx)
		if err == nil {
			_, err = tx.NewRaw("UPDATE course.learning SET revision = revision + 1 WHERE person_id = ? AND course = ?", r.PersonID, code).Exec(ctx)
		}
		return errs.Wrap(db.Translate(err), "course: note")
	})
}

// Notes gives the actor's notes on a course by lesson.
func (s *Service) Notes(ctx context.Context, actor access.Actor, code string) (map[string]Note, error) {
	if err := ownTraining(actor); err != nil {
		return nil, err
	}
	var rows []noteRow
	if err := s.db.NewSelect().Model(&rows).Where("person_id = ? AND course = ?", actor.PersonID, code).Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	notes := make(map[string]Note, len(rows))
	for i := range rows {
		text, err := s.openNote(actor.PersonID, code, rows[i].Slug, rows[i].Sealed)
		if err != nil {
			return nil, err
		}
		if text != "" {
			notes[rows[i].Slug] = Note{Slug: rows[i].Slug, Text: text, WrittenAt: rows[i].WrittenAt}
		}
	}
	return notes, nil
}

// openNote reads a sealed note; nil is none.
func (s *Service) openNote(person uuid.UUID, code, slug string, sealed []byte) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	r := noteRow{PersonID: person, Course: code, Slug: slug}
	text, err := s.sealer.Open(sealed, r.aad())
	if err != nil {
		return "", fmt.Errorf("course: note on %s/%s: %w", code, slug, err)
	}
	return string(text), nil
}
