package bank

import (
	"strconv"
	"strings"

	"shelter/internal/exam"
	"shelter/internal/i18n"
	"shelter/web/form"
)

// covered counts the questions of a form on one objective, by difficulty; 0 is all.
type covered struct {
	name string
	n    [4]int
}

// coverage is the blueprint that a form has in fact, in the order of its objectives.
func (p FormPage) coverage() []covered {
	var list []covered
	for _, it := range p.Made.Items {
		i := 0
		for i < len(list) && list[i].name != it.Course+" "+it.Objective {
			i++
		}
		if i == len(list) {
			list = append(list, covered{name: it.Course + " " + it.Objective})
		}
		list[i].n[0]++
		list[i].n[it.Difficulty]++
	}
	return list
}

// settingsText says in one line how a form is given.
func settingsText(l *i18n.Localizer, s exam.Settings) string {
	var parts []string
	if s.Minutes > 0 {
		parts = append(parts, l.N("bank_minutes_n", s.Minutes))
	}
	if s.ShuffleQuestions || s.ShuffleOptions {
		parts = append(parts, l.T("bank_shuffled"))
	}
	if s.Review == exam.ReviewSubmit || s.Review == exam.ReviewClose {
		parts = append(parts, l.T("bank_review_"+string(s.Review)))
	}
	if len(parts) == 0 {
		return "–"
	}
	return strings.Join(parts, " · ")
}

func checked(s settingsFields, name string, yes bool) form.Field {
	return checkedWith(s.set, name, "bank_"+name, yes)
}

func checkedWith(s *form.Set, name, key string, yes bool) form.Field {
	f := s.Field(name, key, on(yes))
	f.Required = false
	return f
}

func (p NewFormPage) title(l i18n.Lang) form.Field {
	f := p.Form.Field("title_"+string(l), "bank_form_title", p.Input.Title[l])
	f.Label, f.Required = p.Loc.T("bank_form_title")+" · "+l.Name(), false
	if l != i18n.FR {
		f.Hint = ""
	}
	return inLang(f, l)
}

func (p NewFormPage) column(d int) string {
	if d == 0 {
		return p.Loc.T("bank_any")
	}
	return p.Loc.T("bank_difficulty_" + strconv.Itoa(d))
}
