package course

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strconv"

	"shelter/internal/course"
	"shelter/internal/i18n"
	"shelter/web/form"
	"shelter/web/kit"
)

// Told is what the page says about an answer, in words; the script gets the same as JSON.
type Told struct {
	Question string       `json:"question"`
	Correct  bool         `json:"correct"`
	Tone     kit.Tone     `json:"tone"`
	Icon     string       `json:"icon"`
	Message  string       `json:"message"`
	Text     string       `json:"text"` // about the question as a whole; may be empty
	Options  []ToldOption `json:"options"`
	Progress string       `json:"progress"`
	Complete bool         `json:"complete"` // the lesson is complete
	Finished bool         `json:"finished"` // and with this answer the course
}

// ToldOption is what the page says about one chosen option or line.
type ToldOption struct {
	ID      string `json:"id"`
	Correct bool   `json:"correct"`
	Icon    string `json:"icon"`
	Label   string `json:"label"`
	Text    string `json:"text"`
}

// Tell puts the feedback on an answer into words: the page's language for the verdict, the content's for the reasons.
func Tell(loc *i18n.Localizer, q *course.Question, t course.Try, content i18n.Lang) Told {
	f := q.Tell(t.Response, t.Share, content)
	told := Told{Question: q.Code, Correct: f.Right, Text: f.Text, Options: []ToldOption{}}
	switch {
	case f.Right:
		told.Tone, told.Message = kit.Good, loc.T("course_told_right")
	case f.Missing:
		told.Tone, told.Message = kit.Warn, loc.T("course_told_missing")
	case f.Partly:
		told.Tone, told.Message = kit.Warn, loc.T("course_told_partly")
	default:
		told.Tone, told.Message = kit.Bad, loc.T("course_told_wrong")
	}
	told.Icon = told.Tone.Icon()
	for _, o := range f.Options {
		tone, label := kit.Bad, loc.T("course_option_wrong")
		if o.Right {
			tone, label = kit.Good, loc.T("course_option_right")
		}
		told.Options = append(told.Options, ToldOption{ID: o.ID, Correct: o.Right, Icon: tone.Icon(), Label: label, Text: o.Text})
	}
	return told
}

// Reply is the answer to the script that sent one.
func Reply(loc *i18n.Localizer, out course.Outcome) Told {
	told := Tell(loc, out.Question, out.Try, out.Lang(loc.Lang()))
	told.Progress, told.Complete, told.Finished = checkText(loc, out.Progress), out.Completed, out.Course
	return told
}

// checkText counts the right answers against what completes the lesson.
func checkText(loc *i18n.Localizer, p course.CheckProgress) string {
	return loc.T("course_check_progress", "right", loc.Number(p.Right), "of", loc.Number(p.Total), "needed", loc.Number(p.Needed))
}

// option is what was told about an option; nil when nothing was.
func (it item) option(id string) *ToldOption {
	if it.told == nil {
		return nil
	}
	for i := range it.told.Options {
		if it.told.Options[i].ID == id {
			return &it.told.Options[i]
		}
	}
	return nil
}

func (it item) chose(id string) bool { return slices.Contains(it.try.Response.Choice, id) }

func (it item) id() string { return "q-" + it.Code }

func (it item) hint() string {
	switch it.Type {
	case course.Multiple:
		return "course_choose_many"
	case course.Matching:
		return "course_match_hint"
	case course.Ordering:
		return "course_order_hint"
	case course.ShortText, course.Numeric:
		return "course_type_hint"
	case course.Single, course.TrueFalse:
	}
	return "course_choose_one"
}

// lines of an ordering question, in an order that tells nothing and stays the same on every device.
func (it item) shuffled() []course.Option {
	list := slices.Clone(it.Options)
	slices.SortFunc(list, func(a, b course.Option) int { return cmp.Compare(mix(it.Code, a.ID), mix(it.Code, b.ID)) })
	return list
}

func (it item) ranks() []form.Option {
	list := make([]form.Option, len(it.Options))
	for i := range list {
		list[i] = form.Option{Value: strconv.Itoa(i + 1), Label: strconv.Itoa(i + 1)}
	}
	return list
}

// rights are the right sides of a matching question, in such an order too.
func (it item) rights(l i18n.Lang) []form.Option {
	pairs := slices.Clone(it.Pairs)
	slices.SortFunc(pairs, func(a, b course.Pair) int { return cmp.Compare(mix(it.Code, a.ID), mix(it.Code, b.ID)) })
	list := make([]form.Option, len(pairs))
	for i, p := range pairs {
		list[i] = form.Option{Value: p.ID, Label: p.Right.In(l)}
	}
	return list
}

func mix(code, id string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(code + "/" + id)) // a hash never fails
	return h.Sum64()
}

// keyText is the key of a typed question, for those who may see it.
func (it item) keyText(l i18n.Lang) string {
	switch it.Type {
	case course.Numeric:
		if it.Value != nil {
			return strconv.FormatFloat(*it.Value, 'f', -1, 64)
		}
	case course.ShortText:
		if a := it.Accept[l]; len(a) > 0 {
			return a[0]
		}
	case course.Ordering:
		s := ""
		for i, o := range it.Options {
			s += strconv.Itoa(i+1) + ". " + o.Text.In(l) + "  "
		}
		return s
	case course.Matching:
		s := ""
		for _, p := range it.Pairs {
			s += p.Left.In(l) + " → " + p.Right.In(l) + "  "
		}
		return s
	case course.Single, course.Multiple, course.TrueFalse:
	}
	return ""
}
