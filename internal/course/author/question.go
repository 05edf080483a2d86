package author

import (
	"context"
	"crypto/sha256"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Written are the types of questions that the browser's form has: those of the format.
var Written = []course.Type{course.Single, course.Multiple, course.TrueFalse, course.Matching, course.Ordering, course.ShortText, course.Numeric}

// Asked is a question of a draft with where it stands.
type Asked struct {
	*course.Question

	Lesson string // whose file of questions it is in
	Was    string // stands for its lines as they are now: a save over other lines is a conflict

	Problems []course.Problem // what the check says of its lines
}

// Editable tells whether the form can hold it without losing anything.
func (a Asked) Editable() bool {
	return a.Was != "" && slices.Contains(Written, a.Type) && len(a.Options) <= MaxOptions && len(a.Pairs) <= MaxOptions
}

// MaxOptions is how many answers or pairs the form has.
const MaxOptions = 8

// Questions lists the questions of a draft by the lessons whose files they are in.
func (w *Work) Questions() []Asked {
	var list []Asked
	for _, q := range w.Parsed.Bank {
		a := Asked{Question: q}
		for _, f := range w.Files {
			if path.Base(path.Dir(f.Path)) != bankFolder {
				continue
			}
			if at, lines, ok := item(string(w.bodies[f.Path]), q.Code, ""); ok {
				a.Lesson, a.Was = strings.TrimSuffix(path.Base(f.Path), ".yaml"), fmt.Sprintf("%x", sha256.Sum256([]byte(lines)))
				a.Problems = w.within(f.Path, at, lines)
			}
		}
		list = append(list, a)
	}
	return list
}

// within lists the problems of the lines that begin at a byte of a file.
func (w *Work) within(name string, at int, lines string) []course.Problem {
	first := strings.Count(string(w.bodies[name][:at]), "\n") + 1
	last := first + strings.Count(strings.TrimRight(lines, "\n"), "\n")
	return slices.DeleteFunc(w.Of(name), func(p course.Problem) bool { return p.Line < first || p.Line > last })
}

// Asked gives a question by its code; nil when there is none.
func (w *Work) Asked(code string) *Asked {
	for _, a := range w.Questions() {
		if a.Code == code {
			return &a
		}
	}
	return nil
}

// item finds the lines of a code in a file whose list begins at the margin, or at an indent: where they begin, and what they say.
func item(file, code, indent string) (at int, lines string, ok bool) {
	begins := indent + "- "
	own := regexp.MustCompile(`(?m)^` + indent + `(?:- |  )code: *"?` + regexp.QuoteMeta(code) + `"?[ \t]*(?:#.*)?$`)
	for at < len(file) {
		end := len(file)
		if n := strings.Index(file[at:], "\n"+begins); n >= 0 {
			end = at + n + 1
		}
		part := file[at:end]
		if strings.HasPrefix(part, begins) && strings.Contains(part, code) && own.MatchString(part) {
			return at, part, true
		}
		at = end
	}
	return 0, "", false
}

// PutQuestion writes a question into the file of a lesson: in place of the lines that the writer
// saw, or, with was empty, at the end.
func (s *Service) PutQuestion(ctx context.Context, actor access.Actor, id uuid.UUID, lesson, was string, q *course.Question) error {
	if err := may(actor); err != nil {
		return err
	}
	if err := errs.InvalidFields(checkQuestion(q)); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		d, err := lock(ctx, tx, id, Open)
		if err != nil {
			return err
		}
		w, err := s.load(ctx, tx, id)
		if err != nil {
			return err
		}
		w.Parsed, _ = course.Inspect(w.Course, w.bodies, nil)
		if w.Parsed.Lesson(lesson) == nil && was == "" {
			return errs.NewNotFound("lesson " + lesson)
		}
		now := w.Asked(q.Code)
		switch {
		case was == "" && now != nil:
			return errs.InvalidFields([]errs.Field{{Name: "code", Key: "author_error_code_twice"}})
		case was != "" && (now == nil || now.Was != was):
			return errs.NewConflict("author_conflict")
		}
		if now != nil {
			lesson = now.Lesson
		}
		name := path.Join(d.Course, bankFolder, lesson+".yaml")
		_, err = s.write(ctx, tx, actor, d, name, w.File(name).Revision, func(old []byte) []byte { return putItem(string(old), q.Code, "", yamlQuestion(q)) })
		return db.Translate(err)
	})
}

// putItem writes an item in place of the one with its code, or at the end.
func putItem(file, code, indent, text string) []byte {
	at, old, ok := item(file, code, indent)
	if !ok {
		if file != "" && !strings.HasSuffix(file, "\n") {
			file += "\n"
		}
		return []byte(file + text)
	}
	rest := old[len(strings.TrimRight(old, "\n \t")):]
	return []byte(file[:at] + strings.TrimRight(text, "\n") + "\n" + strings.TrimPrefix(rest, "\n") + file[at+len(old):])
}

// cutItem takes an item out of a file. The list that is left may be empty.
func cutItem(file, code, indent string) []byte {
	at, old, ok := item(file, code, indent)
	if !ok {
		return []byte(file)
	}
	left := file[:at] + file[at+len(old):]
	if !strings.Contains("\n"+left, "\n"+indent+"- ") {
		left = strings.TrimRight(left, "\n ") // an empty list is written out
		if indent == "" {
			return []byte(strings.TrimPrefix(left+"\n[]\n", "\n"))
		}
		return []byte(left + " []\n")
	}
	return []byte(left)
}

// RemoveQuestion takes a question out of the draft; the bank of the tests keeps what was published. The lines must be those that the
// writer saw. What still asks for it is told by the check.
func (s *Service) RemoveQuestion(ctx context.Context, actor access.Actor, id uuid.UUID, code, was string) error {
	if err := may(actor); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		d, err := lock(ctx, tx, id, Open)
		if err != nil {
			return err
		}
		w, err := s.load(ctx, tx, id)
		if err != nil {
			return err
		}
		w.Parsed, _ = course.Inspect(w.Course, w.bodies, nil)
		now := w.Asked(code)
		switch {
		case now == nil:
			return errs.NewNotFound("question " + code)
		case now.Was == "" || now.Was != was:
			return errs.NewConflict("author_conflict")
		}
		name := path.Join(d.Course, bankFolder, now.Lesson+".yaml")
		_, err = s.write(ctx, tx, actor, d, name, w.File(name).Revision, func(old []byte) []byte { return cutItem(string(old), code, "") })
		return db.Translate(err)
	})
}

var reQuestion = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,29}$`)

// checkQuestion tells what the form cannot do without; the content check says the rest.
func checkQuestion(q *course.Question) []errs.Field {
	var wrong []errs.Field
	if !reQuestion.MatchString(q.Code) {
		wrong = append(wrong, errs.Field{Name: "code", Key: "author_error_short_code"})
	}
	if q.Stem[i18n.FR] == "" {
		wrong = append(wrong, errs.Field{Name: "stem_fr", Key: "error_required"})
	}
	if !slices.Contains(Written, q.Type) {
		wrong = append(wrong, errs.Field{Name: "type", Key: "error_choice"})
	}
	if q.Type == course.Numeric && q.Value == nil {
		wrong = append(wrong, errs.Field{Name: "value", Key: "error_number"})
	}
	if q.Tolerance < 0 {
		wrong = append(wrong, errs.Field{Name: "tolerance", Key: "error_number"})
	}
	return wrong
}
