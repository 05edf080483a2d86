package exam

import (
	"fmt"
	"math"
	"time"

	"shelter/internal/i18n"
	"shelter/web/form"
	"shelter/web/layout"
)

// narrow makes a page of one reading column with a lead sentence.
func narrow(p layout.Page, lead string) layout.Page {
	p.Width = layout.Reading
	if lead != "" {
		p.Lead = p.Loc.T(lead)
	}
	return p
}

func tunis() *time.Location { return i18n.Tunis() }

// countdownText is the time left as 12:34 or 1:02:03; never below zero. lib/countdown.ts writes the same.
func countdownText(d time.Duration) string {
	s := int(math.Ceil(max(d, 0).Seconds()))
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%02d:%02d", s/60, s%60)
}

// missingWords are the sentences for a count of open questions, one per count, for the script to choose from.
func (p TakePage) missingWords() string {
	words := make([]string, len(p.Taking.Items))
	for i := range words {
		words[i] = p.Loc.N("exam_review_missing", i+1)
	}
	return jsonList(words)
}

func (p TakePage) missingText() string {
	if p.missing() == 0 {
		return p.Loc.T("exam_review_all")
	}
	return p.Loc.N("exam_review_missing", p.missing())
}

func (p RoomPage) people() []form.Option {
	list := make([]form.Option, len(p.Room.People))
	for i, person := range p.Room.People {
		list[i] = form.Option{Value: person.EnrolmentID.String(), Label: person.Name, Hint: person.Organisation}
	}
	return list
}
