package cases

import (
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"shelter/internal/casework"
	"shelter/internal/i18n"
	"shelter/web/form"
	"shelter/web/kit"
)

// Word gives the text of a word of a list.
func Word(l *i18n.Localizer, list, word string) string { return casework.Word(l, list, word) }

// words makes the answers of a choice.
func words(l *i18n.Localizer, list string, items []string) []form.Option {
	options := make([]form.Option, len(items))
	for i, item := range items {
		options[i] = form.Option{Value: item, Label: Word(l, list, item)}
	}
	return options
}

// serviceOptions groups the types of service by domain.
func serviceOptions(l *i18n.Localizer) []form.Option {
	options := words(l, "service", casework.ServiceTypes)
	for i := range options {
		options[i].Group = Word(l, "domain", casework.DomainOf(options[i].Value))
	}
	return options
}

func dateOr(l *i18n.Localizer, t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return l.Date(t)
}

func dinars(l *i18n.Localizer, millimes int64) string {
	if millimes == 0 {
		return ""
	}
	return l.T("case_dinars", "n", l.Decimal(float64(millimes)/1000, 3))
}

// moment is a day and an hour in Tunisia.
func moment(l *i18n.Localizer, t time.Time) string { return l.DateTime(t.In(i18n.Tunis())) }

// isoDay and amount are how a form field holds a day and an amount in dinars.
func isoDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

func amount(millimes int64) string {
	if millimes == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(millimes)/1000, 'f', -1, 64)
}

func statusTone(status string) kit.Tone {
	if status == "identified" {
		return kit.Good
	}
	return kit.Off
}

func stateTone(s casework.State) kit.Tone {
	switch s {
	case casework.Reported:
		return kit.Warn
	case casework.Closed:
		return kit.Off
	case casework.Assessing, casework.Assistance, casework.Reintegration, casework.FollowUp:
	}
	return kit.Good
}

func riskTone(level string) kit.Tone {
	switch level {
	case "high", "extreme":
		return kit.Bad
	case "medium":
		return kit.Warn
	case "low":
		return kit.Good
	}
	return kit.Off
}

func serviceTone(state string) kit.Tone {
	switch state {
	case "provided":
		return kit.Good
	case "unavailable":
		return kit.Bad
	case "cancelled":
		return kit.Off
	}
	return kit.Warn
}

func goalTone(state string) kit.Tone {
	switch state {
	case "met":
		return kit.Good
	case "not_met":
		return kit.Bad
	}
	return kit.Off
}

func referralTone(state string) kit.Tone {
	switch state {
	case "accepted":
		return kit.Good
	case "declined", "unavailable":
		return kit.Bad
	case "ended":
		return kit.Off
	}
	return kit.Warn
}

func itoa(n int) string { return strconv.Itoa(n) }

func newKey() string { return uuid.NewString() }

// actionKey is the catalogue's name of an entry of the audit.
func actionKey(action string) string {
	return strings.ReplaceAll(strings.TrimPrefix(action, "case."), ".", "_")
}
