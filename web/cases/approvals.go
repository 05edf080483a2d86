package cases

import (
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// ApprovalsPage lists what waits for somebody's approval.
type ApprovalsPage struct {
	layout.Page

	List     []org.ApprovalView
	Reader   uuid.UUID
	Founding bool   // the reader is no officer: it is about the first one
	Failed   string // "id-approve" or "id-refuse" when that form was refused
	Message  string
	Wrong    *form.Set
	Plain    *form.Set
	Typed    func(name string) string
}

// f makes a field of one of the forms. A code is never shown again, since it counts once, nor is a share.
func (p ApprovalsPage) f(formID, name, key string) form.Field {
	set, value := p.Plain, ""
	if p.Failed == formID {
		set = p.Wrong
		if name != "code" && !strings.HasPrefix(name, "share_") {
			value = p.Typed(name)
		}
	}
	f := set.Field(name, key, value)
	f.Part = formID + "-"
	return f
}

func (p ApprovalsPage) title(a *org.ApprovalView) string {
	if a.Kind == org.ApprovalSecret {
		return p.Loc.T("approval_secret")
	}
	return p.Loc.T("role_" + string(a.Role))
}

func (p ApprovalsPage) terms(a *org.ApprovalView) []kit.Term {
	l := p.Loc
	terms := []kit.Term{{Term: l.T("approval_person"), Part: kit.Name(a.Name())}, {Term: l.T("account_code"), Part: kit.Code(a.Code)}}
	if a.Kind == org.ApprovalSecret {
		roles := make([]string, len(a.Roles))
		for i, r := range a.Roles {
			roles[i] = l.T("role_" + string(r))
		}
		terms = append(terms, kit.Term{Term: l.T("approval_suspended"), Value: strings.Join(roles, l.T("approval_and"))})
	} else if a.ScopeName != "" {
		terms = append(terms, kit.Term{Term: l.T("people_scope"), Part: kit.Name(a.ScopeName)})
	}
	makers := strings.Join(a.MakerNames, l.T("approval_and"))
	if makers == "" {
		makers = l.T("approval_by_system")
	}
	return append(terms, kit.Term{Term: l.T("approval_by"), Part: kit.Name(makers)}, kit.Term{Term: l.T("approval_asked"), Value: l.DateTime(a.AskedAt.In(i18n.Tunis()))},
		kit.Term{Term: l.T("approval_password"), Value: p.since(a.PasswordAt)}, kit.Term{Term: l.T("approval_second"), Value: p.since(a.SecondAt)})
}

func (p ApprovalsPage) since(t bun.NullTime) string {
	if t.IsZero() {
		return p.Loc.T("approval_not_yet")
	}
	return p.Loc.DateTime(t.In(i18n.Tunis()))
}
