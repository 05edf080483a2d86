package bank

import (
	"strconv"
	"time"

	"shelter/internal/exam"
	"shelter/internal/exam/bank"
	"shelter/internal/i18n"
	"shelter/web/form"
	"shelter/web/kit"
)

func tunis() *time.Location { return i18n.Tunis() }

func langs() []i18n.Lang { return i18n.Langs() }

func (p ShowPage) moments() []kit.Moment {
	list := make([]kit.Moment, len(p.History.Reviews))
	for i, r := range p.History.Reviews {
		list[i] = kit.Moment{When: p.Loc.DateTime(r.At.In(tunis())), Tone: statusTone(r.Status), Text: r.Note,
			Title: p.Loc.T("bank_review_said", "name", r.Name, "status", p.Loc.T("bank_status_"+string(r.Status)), "n", strconv.Itoa(r.Version))}
	}
	return list
}

func (p HistoryPage) who(v bank.Past) string {
	switch v.Source {
	case "":
		return v.AuthorName
	case "course":
		return p.Loc.T("bank_source_course")
	}
	return p.Loc.T("bank_source_file", "name", v.AuthorName, "file", v.Source)
}

func (p HistoryPage) isFirst(i int) bool { return i == len(p.History.Versions)-1 }

func (p HistoryPage) changes(i int) []Change {
	was, ok := before(p.History.Versions, i)
	if !ok {
		return nil
	}
	return changes(p.Loc, was, p.History.Versions[i].Question)
}

// field is the field of one language of a situation's text.
func (p VignettePage) field(name, key string, t exam.Text, l i18n.Lang) form.Field {
	f := p.Form.Field(name+"_"+string(l), key, t[l])
	f.Label, f.Required = p.Loc.T(key)+" · "+l.Name(), false
	return inLang(f, l)
}
