package author

import (
	"path"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"shelter/internal/course"
	"shelter/internal/course/author"
	"shelter/internal/i18n"
	"shelter/web/form"
)

// langField is a text field of one language.
func langField(s *form.Set, name, key, value string, l i18n.Lang, optional bool) form.Field {
	f := s.Field(name, key, value)
	if optional {
		f = s.Optional(name, key, value)
	}
	f.Dir, f.Attrs = l.Dir(), map[string]any{"lang": string(l)}
	return f
}

// langOptions are the languages in which a course is complete; French is the reference and always one.
func langOptions(loc *i18n.Localizer) []form.Option {
	var list []form.Option
	for _, l := range i18n.Langs() {
		list = append(list, form.Option{Value: string(l), Label: loc.T("author_lang_" + string(l))})
	}
	return list
}

func (p NewPage) chosen() []string {
	var list []string
	for _, l := range i18n.Langs() {
		if p.On(string(l)) {
			list = append(list, string(l))
		}
	}
	return list
}

func (p HeadPage) chosen() []string {
	var list []string
	for _, l := range p.Head.Languages {
		list = append(list, string(l))
	}
	return list
}

// spare are empty lines at the end of a list, to add to it.
const spare = 2

func (p HeadPage) objectives() []course.Objective {
	return append(slices.Clone(p.Head.Objectives), make([]course.Objective, spare)...)
}

func (p HeadPage) competencies() []course.Competency {
	return append(slices.Clone(p.Head.Competencies), make([]course.Competency, 1)...)
}

func (p HeadPage) others() []form.Option {
	var list []form.Option
	for _, code := range p.Others {
		list = append(list, form.Option{Value: code, Label: code})
	}
	return list
}

func (p HeadPage) months(c course.Competency) string {
	if c.ValidMonths == 0 {
		return ""
	}
	return strconv.Itoa(c.ValidMonths)
}

func (p HeadPage) share() string { return strconv.Itoa(int(p.Head.ChecksMin*100 + 0.5)) }

// line names a field of the i-th line of a list.
func line(name string, i int, l i18n.Lang) string {
	n := name + "_" + strconv.Itoa(i)
	if l != "" {
		n += "_" + string(l)
	}
	return n
}

// plain is a field of a line, with a label of its own and no hint.
func (p HeadPage) plain(name, key, value string) form.Field {
	f := p.Form.Optional(name, key, value)
	f.Mark = ""
	return f
}

func (p HeadPage) inLang(name, key string, t course.Text, l i18n.Lang) form.Field {
	f := p.plain(name, key, t[l])
	f.Label = p.Loc.T(key, "lang", p.Loc.T("author_lang_"+string(l)))
	f.Dir, f.Attrs = l.Dir(), map[string]any{"lang": string(l)}
	return f
}

// named says which lesson a button is about to those who do not see where it stands.
func named(p DraftPage, key string, l *course.Lesson) templ.Attributes {
	return templ.Attributes{"aria-label": p.Loc.T(key) + " – " + p.text(l)}
}

func planField(p DraftPage, l *course.Lesson) form.Field {
	f := p.Form.Field("minutes", "author_minutes", strconv.Itoa(l.Minutes)).Between("1", "60")
	f.Part = l.Slug
	return f
}

func goalsField(p DraftPage, l *course.Lesson) form.Field {
	f := p.Form.Optional("objectives", "author_lesson_objectives", "")
	f.Part, f.Mark = l.Slug, ""
	return f
}

// goals are the objectives of the course, to choose from.
func goals(p DraftPage) []form.Option {
	var list []form.Option
	for _, o := range p.Work.Parsed.Objectives {
		list = append(list, form.Option{Value: o.Code, Label: o.Code + " – " + o.Text.In(p.Loc.Lang())})
	}
	return list
}

func mediaName(f author.File) string { return path.Base(f.Path) }

func mediaPath(p DraftPage, f author.File) string {
	return draftPath(&p.Work.Draft) + "/media/" + mediaName(f)
}
