package cases

import (
	"github.com/google/uuid"

	"shelter/internal/casework"
	"shelter/web/form"
	"shelter/web/kit"
)

// proven are the consents that a document can prove.
func (p FilePage) proven() []form.Option {
	list := make([]form.Option, 0, len(p.Consents))
	for i := range p.Consents {
		list = append(list, form.Option{Value: p.Consents[i].ID.String(), Label: p.consentName(&p.Consents[i])})
	}
	return list
}

func (p FilePage) consentName(c *casework.Consent) string {
	name := Word(p.Loc, "aim", c.Purpose) + " · " + p.Loc.Date(c.GivenOn)
	if c.Purpose != "assistance" {
		name += " · " + p.Names.org(c.RecipientID)
	}
	return name
}

// proofs are the documents of a consent that are not erased.
func (p FilePage) proofs(consent uuid.UUID) []casework.Attachment {
	var list []casework.Attachment
	for i := range p.Attachments {
		if a := &p.Attachments[i]; a.ConsentID == consent && a.State != "erased" && !a.Retained {
			list = append(list, *a)
		}
	}
	return list
}

// paperKinds are what may still be added: to a closed file, minutes alone.
func (p FilePage) paperKinds() []string {
	if p.State == casework.Closed {
		return []string{"minutes"}
	}
	return casework.AttachmentKinds
}

func paperTone(state string) kit.Tone {
	switch state {
	case "locked", "over", "ending":
		return kit.Warn
	case "erased":
		return kit.Off
	}
	return kit.Good
}

func (p FilePage) paperTerms(a *casework.Attachment) []kit.Term {
	l := p.Loc
	list := []kit.Term{{Term: l.T("case_paper_kind"), Value: Word(l, "papertype", a.Kind)}, {Term: l.T("case_paper_sent"), Value: moment(l, a.At) + " · " + p.Names.person(a.ByID)},
		{Term: l.T("case_paper_size"), Value: l.T("case_paper_kilobytes", "n", l.Number((a.Size+1023)/1024))}}
	for i := range p.Consents {
		if p.Consents[i].ID == a.ConsentID {
			list = append(list, kit.Term{Term: l.T("case_paper_consent"), Value: p.consentName(&p.Consents[i])})
		}
	}
	if a.Why != "" {
		list = append(list, kit.Term{Term: l.T("case_paper_locked"), Value: moment(l, a.LockedAt) + " · " + p.Names.person(a.LockedBy)}, kit.Term{Term: l.T("case_paper_reason"), Part: kit.Name(a.Why)})
	}
	if a.State == "erased" {
		list = append(list, kit.Term{Term: l.T("case_paper_erased"), Value: moment(l, a.ErasedAt) + " · " + p.Names.person(a.ErasedBy)})
	}
	return list
}

func (p FilePage) paperTitle(a *casework.Attachment) string {
	if a.State == "erased" || a.Retained {
		return Word(p.Loc, "papertype", a.Kind)
	}
	return a.Title
}

// paperState is how a document stands. What is locked to be erased is "over" when its kind is, "ending" when it was taken off before.
func paperState(a *casework.Attachment) string {
	switch {
	case a.Retained && a.State == "kept":
		return "over"
	case a.Retained && a.State == "locked":
		return "ending"
	}
	return a.State
}
