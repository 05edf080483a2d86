package account

import (
	"shelter/internal/org"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// PrivacyPage is what is kept about the reader.
type PrivacyPage struct {
	layout.Page

	Kept  []Kept
	Asked []org.Correction
	Form  *form.Set
	Key   string
	Text  string // what was typed
}

// Kept is a category of data with the time for which it is kept.
type Kept struct {
	Category string
	Time     string
}

func (p PrivacyPage) cols() []kit.Col {
	return []kit.Col{{Label: p.Loc.T("privacy_col_what")}, {Label: p.Loc.T("privacy_col_why")}, {Label: p.Loc.T("privacy_col_time")}}
}

// CorrectionsPage is what people ask to have corrected.
type CorrectionsPage struct {
	layout.Page

	List   []org.Correction
	Form   *form.Set // of the request that was answered
	At     string    // its id
	Answer string    // what was typed
}

func (p CorrectionsPage) answer(c org.Correction) form.Field {
	set, value := form.New(p.Loc, nil), ""
	if c.ID.String() == p.At {
		set, value = p.Form, p.Answer
	}
	f := set.Field("answer", "privacy_answer", value)
	if c.ID.String() != p.At {
		f.Part = c.ID.String() // the summary of errors leads to the one that was sent
	}
	return f
}
