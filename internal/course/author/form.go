package author

import (
	"context"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/errs"
)

// MaxForms is how many parallel forms of a test a course has at most.
const MaxForms = 4

// Choice is a question that can stand in a form: one that no lesson asks.
type Choice struct {
	*course.Question

	Form int // index of the form that has it; -1 for none
}

// Choices lists the questions for the forms, by objective and difficulty, so that parallel forms can be made alike.
func (w *Work) Choices(forms []course.Form) []Choice {
	asked := map[string]bool{}
	for _, l := range w.Parsed.Lessons {
		for _, code := range l.Checks() {
			asked[code] = true
		}
	}
	var list []Choice
	for _, q := range w.Parsed.Bank {
		in := slices.IndexFunc(forms, func(f course.Form) bool { return slices.Contains(f.Items, q.Code) })
		if in >= 0 || !asked[q.Code] {
			list = append(list, Choice{Question: q, Form: in})
		}
	}
	slices.SortStableFunc(list, func(a, b Choice) int {
		if a.Objective != b.Objective {
			return strings.Compare(a.Objective, b.Objective)
		}
		return a.Difficulty - b.Difficulty
	})
	return list
}

// Cell counts the questions of an objective and a difficulty in each form.
type Cell struct {
	Objective  string
	Difficulty int
	Counts     []int // by form
}

// Same tells whether the forms agree.
func (c Cell) Same() bool {
	return !slices.ContainsFunc(c.Counts, func(n int) bool { return n != c.Counts[0] })
}

// Blueprint counts what the forms are made of.
func (w *Work) Blueprint(forms []course.Form) []Cell {
	var list []Cell
	for _, c := range w.Choices(forms) {
		if c.Form < 0 {
			continue
		}
		i := slices.IndexFunc(list, func(x Cell) bool { return x.Objective == c.Objective && x.Difficulty == c.Difficulty })
		if i < 0 {
			list, i = append(list, Cell{Objective: c.Objective, Difficulty: c.Difficulty, Counts: make([]int, len(forms))}), len(list)
		}
		list[i].Counts[c.Form]++
	}
	return list
}

// Arrange gives the forms with the questions that were chosen for each: those that stood there keep their order.
func (w *Work) Arrange(codes []string, chosen map[string]int) []course.Form {
	forms := make([]course.Form, len(codes))
	for i, code := range codes {
		forms[i].Code = code
		if i < len(w.Parsed.Forms) {
			for _, item := range w.Parsed.Forms[i].Items {
				if n, ok := chosen[item]; ok && n == i {
					forms[i].Items = append(forms[i].Items, item)
				}
			}
		}
		for _, q := range w.Parsed.Bank {
			if n, ok := chosen[q.Code]; ok && n == i && !slices.Contains(forms[i].Items, q.Code) {
				forms[i].Items = append(forms[i].Items, q.Code)
			}
		}
	}
	return forms
}

// checkForms tells the codes that cannot be, or stand twice.
func checkForms(forms []course.Form) []errs.Field {
	var wrong []errs.Field
	seen := map[string]bool{}
	for i, f := range forms {
		name := "form_" + strconv.Itoa(i)
		switch {
		case !reQuestion.MatchString(f.Code):
			wrong = append(wrong, errs.Field{Name: name, Key: "author_error_short_code"})
		case seen[f.Code]:
			wrong = append(wrong, errs.Field{Name: name, Key: "author_error_code_twice"})
		case len(f.Items) == 0:
			wrong = append(wrong, errs.Field{Name: name, Key: "author_error_form_empty"})
		}
		seen[f.Code] = true
	}
	return wrong
}

// SaveForms writes the forms into course.yaml over the revision that the writer saw.
func (s *Service) SaveForms(ctx context.Context, actor access.Actor, id uuid.UUID, base int, forms []course.Form) error {
	if err := may(actor); err != nil {
		return err
	}
	if err := errs.InvalidFields(checkForms(forms)); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		d, err := lock(ctx, tx, id, Open)
		if err != nil {
			return err
		}
		_, err = s.write(ctx, tx, actor, d, path.Join(d.Course, courseFile), base, func(old []byte) []byte {
			y := sections(old)
			y.set("forms", yamlForms(forms))
			return y.bytes()
		})
		return err
	})
}

func yamlForms(forms []course.Form) string {
	if len(forms) == 0 {
		return "forms: []"
	}
	var b strings.Builder
	b.WriteString("forms:")
	for _, f := range forms {
		b.WriteString("\n  - {code: " + join([]string{f.Code}) + ", items: [" + join(f.Items) + "]}")
	}
	return b.String()
}
