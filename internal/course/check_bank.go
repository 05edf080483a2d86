package course

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"shelter/internal/errs"
	"shelter/internal/i18n"
)

const (
	longestMost  = 0.40 // greatest share of items whose key is the longest option
	longestItems = 5    // fewer items say nothing about a habit
)

var blooms = []string{"remember", "understand", "apply", "analyse", "evaluate"}

func (k *checker) question(q *Question) {
	say := func(key string, args errs.Args) { k.add(q.file, q.line, key, args) }
	if q.Code == "" {
		say("course_check_field", errs.Args{"name": "code"})
	}
	if q.Difficulty < 1 || q.Difficulty > 3 {
		say("course_check_field", errs.Args{"name": "difficulty"})
	}
	if !slices.Contains(blooms, q.Bloom) {
		say("course_check_field", errs.Args{"name": "bloom"})
	}
	k.objective(q.file, q.line, q.Objective)
	k.text(q.file, q.line, q.Code, q.Stem)
	if len(q.Feedback) > 0 {
		k.text(q.file, q.line, q.Code, q.Feedback)
	}
	k.ids(q)
	switch q.Type {
	case Single, Multiple, TrueFalse:
		k.choices(q)
	case Matching, Ordering:
		k.arrangement(q)
	case ShortText, Numeric:
		k.typed(q)
	default:
		say("course_check_field", errs.Args{"name": "type"})
	}
}

// ids tells ids that are empty or stand twice within a question.
func (k *checker) ids(q *Question) {
	seen := map[string]bool{}
	check := func(id string) {
		if id == "" || seen[id] || strings.ContainsAny(id, " _") {
			k.add(q.file, q.line, "course_check_id", errs.Args{"code": q.Code, "id": id})
		}
		seen[id] = true
	}
	for _, o := range q.Options {
		check(o.ID)
	}
	for _, p := range q.Pairs {
		check(p.ID)
	}
}

func (k *checker) choices(q *Question) {
	right := 0
	for _, o := range q.Options {
		if o.Correct {
			right++
		}
		k.text(q.file, q.line, q.Code+" "+o.ID, o.Text)
		if len(o.Feedback) == 0 {
			k.add(q.file, q.line, "course_check_feedback", errs.Args{"code": q.Code, "id": o.ID})
			continue
		}
		k.text(q.file, q.line, q.Code+" "+o.ID, o.Feedback)
	}
	fits := right == 1 && len(q.Options) >= 3
	switch q.Type {
	case Multiple:
		fits = right >= 1 && right < len(q.Options) && len(q.Options) >= 3
	case TrueFalse:
		fits = right == 1 && len(q.Options) == 2 && q.Options[0].ID == "a" && q.Options[1].ID == "b"
	}
	if !fits {
		k.add(q.file, q.line, "course_check_options", errs.Args{"code": q.Code, "type": string(q.Type)})
	}
}

func (k *checker) arrangement(q *Question) {
	for _, o := range q.Options {
		k.text(q.file, q.line, q.Code+" "+o.ID, o.Text)
	}
	for _, p := range q.Pairs {
		k.text(q.file, q.line, q.Code+" "+p.ID, p.Left)
		k.text(q.file, q.line, q.Code+" "+p.ID, p.Right)
	}
	if lines := len(q.Pairs); (q.Type == Matching && lines < 3) || (q.Type == Ordering && len(q.Options) < 3) {
		k.add(q.file, q.line, "course_check_options", errs.Args{"code": q.Code, "type": string(q.Type)})
	}
	k.wantsFeedback(q)
}

func (k *checker) typed(q *Question) {
	switch q.Type {
	case Numeric:
		if q.Value == nil || q.Tolerance < 0 {
			k.add(q.file, q.line, "course_check_field", errs.Args{"name": "value"})
		}
	case ShortText:
		for _, l := range k.course.Languages {
			if len(q.Accept[l]) == 0 || slices.Contains(q.Accept[l], "") {
				k.add(q.file, q.line, "course_check_text_missing", errs.Args{"what": q.Code + " accept", "lang": string(l)})
			}
		}
	}
	k.wantsFeedback(q)
}

// wantsFeedback: a question without options of its own explains itself as a whole.
func (k *checker) wantsFeedback(q *Question) {
	if len(q.Feedback) == 0 {
		k.add(q.file, q.line, "course_check_feedback", errs.Args{"code": q.Code, "id": ""})
	}
}

// bank checks what only the whole bank can show.
func (k *checker) bank() {
	for _, l := range k.course.Languages {
		longest, items := keyLengths(k.course.Bank, l)
		if items >= longestItems && float64(longest) > longestMost*float64(items) {
			k.add(path.Join(k.course.Code, "questions"), 0, "course_check_longest",
				errs.Args{"lang": string(l), "count": longest, "items": items, "most": int(longestMost * 100)})
		}
	}
}

// keyLengths counts the items with options of their own, and those whose longest option, alone at its length, is right.
func keyLengths(bank []*Question, l i18n.Lang) (longest, items int) {
	for _, q := range bank {
		if q.Type != Single && q.Type != Multiple || len(q.Options) == 0 {
			continue
		}
		items++
		length := func(o Option) int { return utf8.RuneCountInString(o.Text[l]) }
		top := slices.MaxFunc(q.Options, func(a, b Option) int { return cmp.Compare(length(a), length(b)) })
		same := 0
		for _, o := range q.Options {
			if length(o) == length(top) {
				same++
			}
		}
		if same == 1 && top.Correct {
			longest++
		}
	}
	return longest, items
}

// forms checks the parallel forms: known items, none shared, none seen in a lesson, the same blueprint.
func (k *checker) forms() {
	used := map[string]string{}
	for _, l := range k.course.Lessons {
		for _, code := range l.Checks() {
			used[code] = l.Slug
		}
	}
	var first string
	for i, f := range k.course.Forms {
		at := k.at(f.Code)
		for _, code := range f.Items {
			if k.course.Question(code) == nil {
				k.add(k.file(), at, "course_check_question", errs.Args{"code": code})
			}
			if used[code] != "" {
				k.add(k.file(), at, "course_check_form_item", errs.Args{"code": code, "form": f.Code, "place": used[code]})
			}
			used[code] = f.Code
		}
		plan := k.blueprint(f)
		if i == 0 {
			first = plan
		} else if plan != first {
			k.add(k.file(), at, "course_check_blueprint", errs.Args{"form": f.Code, "other": k.course.Forms[0].Code})
		}
	}
}

// blueprint lists the objectives and difficulties of a form's items, in order.
func (k *checker) blueprint(f Form) string {
	cells := make([]string, 0, len(f.Items))
	for _, code := range f.Items {
		if q := k.course.Question(code); q != nil {
			cells = append(cells, fmt.Sprintf("%s/%d", q.Objective, q.Difficulty))
		}
	}
	slices.Sort(cells)
	return strings.Join(cells, " ")
}
