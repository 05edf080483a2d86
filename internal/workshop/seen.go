package workshop

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"time"

	"shelter/internal/errs"
)

// Seen is a short digest of what a form showed of a record. The form sends it back, so that whoever saves over somebody else's change is
// told first; empty compares nothing.
type Seen string

// ChangedMeanwhile is the message of a form whose record somebody else has changed since it was shown. What was typed stays in the form,
// which then shows the record as it is now: sent again, it replaces the other's version knowingly.
const ChangedMeanwhile = "plan_error_changed"

// QuotaChanged and QuotaEmptied are the same beside a quota, with what is kept.
const (
	QuotaChanged = "plan_error_quota_changed"
	QuotaEmptied = "plan_error_quota_emptied"
)

// Changed tells whether a refusal is one of these.
func Changed(f errs.Field) bool {
	return f.Key == ChangedMeanwhile || f.Key == QuotaChanged || f.Key == QuotaEmptied
}

func seen(parts ...any) Seen {
	text, _ := json.Marshal(parts) // texts, numbers and ids
	sum := sha256.Sum256(text)
	return Seen(base64.RawURLEncoding.EncodeToString(sum[:9]))
}

// Seen is the digest of a half-day's form.
func (s *Slot) Seen() Seen {
	return seen(s.Day.Format(time.DateOnly), s.Half, s.StartsAt.Unix(), s.EndsAt.Unix(), s.Minutes, s.Topic, s.TrainerID)
}

// Seen is the digest of an item's form; its place in the half-day is not part of it.
func (a *AgendaItem) Seen() Seen {
	return seen(a.Kind, a.Title, a.TitleAR, a.Minutes, a.TrainerID, a.Lesson, a.Note)
}

// Seen is the digest of a practice's form.
func (p *Practice) Seen() Seen {
	return seen(p.Title, p.SeenAt, p.Description, p.OwnerID, dayText(p.DueOn), p.State, p.FollowUp)
}

func dayText(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	return day.Format(time.DateOnly)
}

// SeenQuotas is the digest of the form of the quotas.
func SeenQuotas(list []Quota) Seen {
	return seen(quotaMap(list)) // its keys are written in their order
}

// stale tells whether a form showed something else than what is kept now, and asks for something else than that.
func (was Seen) stale(now, wanted Seen) bool { return was != "" && was != now && wanted != now }

// changedMeanwhile is the refusal, beside a field.
func changedMeanwhile(field string) error {
	return errs.InvalidFields([]errs.Field{{Name: field, Key: ChangedMeanwhile}})
}
