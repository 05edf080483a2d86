package author

import (
	"context"
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Explained is a term of a draft's glossary with where it stands.
type Explained struct {
	course.Term

	Was      string // stands for its lines as they are now: a save over other lines is a conflict
	Problems []course.Problem
}

// termIndent is how far the list of terms stands from the margin.
const termIndent = "  "

// Terms lists the glossary in the order of its file.
func (w *Work) Terms() []Explained {
	var list []Explained
	file := string(w.bodies[glossaryFile])
	for _, m := range reTermLine.FindAllStringSubmatch(file, -1) {
		if e := w.Term(m[1]); e != nil {
			list = append(list, *e)
		}
	}
	return list
}

var reTermLine = regexp.MustCompile(`(?m)^  - code: *"?([a-z0-9-]+)"?`)

// Term gives a term by its code; nil when there is none.
func (w *Work) Term(code string) *Explained {
	t := w.Parsed.Glossary[code]
	if t == nil {
		return nil
	}
	e := &Explained{Term: course.Term{Code: t.Code, Term: plain(t.Term), Definition: plain(t.Definition)}}
	if at, lines, ok := item(string(w.bodies[glossaryFile]), code, termIndent); ok {
		e.Was, e.Problems = fmt.Sprintf("%x", sha256.Sum256([]byte(lines))), w.within(glossaryFile, at, lines)
	}
	return e
}

// PutTerm writes a term into the glossary: in place of the lines that the writer saw, or, with was empty, at the end.
func (s *Service) PutTerm(ctx context.Context, actor access.Actor, id uuid.UUID, was string, t course.Term) error {
	if err := errs.InvalidFields(checkTerm(t)); err != nil {
		return err
	}
	return s.term(ctx, actor, id, t.Code, func(w *Work, now *Explained) (func(string) []byte, error) {
		switch {
		case was == "" && now != nil:
			return nil, errs.InvalidFields([]errs.Field{{Name: "code", Key: "author_error_code_twice"}})
		case was != "" && (now == nil || now.Was != was):
			return nil, errs.NewConflict("author_conflict")
		}
		return func(old string) []byte { return putItem(listed(old), t.Code, termIndent, yamlTerm(t)) }, nil
	})
}

// RemoveTerm takes a term out of the glossary; what still uses it is told by the check.
func (s *Service) RemoveTerm(ctx context.Context, actor access.Actor, id uuid.UUID, code, was string) error {
	return s.term(ctx, actor, id, code, func(w *Work, now *Explained) (func(string) []byte, error) {
		switch {
		case now == nil:
			return nil, errs.NewNotFound("term " + code)
		case now.Was == "" || now.Was != was:
			return nil, errs.NewConflict("author_conflict")
		}
		return func(old string) []byte { return cutItem(old, code, termIndent) }, nil
	})
}

func (s *Service) term(ctx context.Context, actor access.Actor, id uuid.UUID, code string, decide func(w *Work, now *Explained) (func(string) []byte, error)) error {
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
		change, err := decide(w, w.Term(code))
		if err != nil {
			return err
		}
		_, err = s.write(ctx, tx, actor, d, glossaryFile, w.File(glossaryFile).Revision, func(old []byte) []byte { return change(string(old)) })
		return db.Translate(err)
	})
}

// listed gives a file whose list of terms has begun.
func listed(file string) string {
	file = strings.Replace(file, "\nterms: []\n", "\nterms:\n", 1)
	if rest, ok := strings.CutPrefix(file, "terms: []\n"); ok {
		return "terms:\n" + rest
	}
	if !strings.Contains("\n"+file, "\nterms:") {
		return file + "terms:\n"
	}
	return file
}

var reTerm = regexp.MustCompile(`^[a-z][a-z0-9-]{0,59}$`)

// checkTerm tells what a term cannot do without: the glossary is shared by courses of every language.
func checkTerm(t course.Term) []errs.Field {
	var wrong []errs.Field
	if !reTerm.MatchString(t.Code) {
		wrong = append(wrong, errs.Field{Name: "code", Key: "author_error_term_code"})
	}
	for _, l := range i18n.Langs() {
		if t.Term[l] == "" {
			wrong = append(wrong, errs.Field{Name: "term_" + string(l), Key: "error_required"})
		}
		if t.Definition[l] == "" {
			wrong = append(wrong, errs.Field{Name: "definition_" + string(l), Key: "error_required"})
		}
	}
	return wrong
}

func yamlTerm(t course.Term) string {
	return termIndent + "- code: " + t.Code + "\n    term:" + yamlText(plain(t.Term), "      ") + "\n    definition:" + yamlText(plain(t.Definition), "      ") + "\n"
}
