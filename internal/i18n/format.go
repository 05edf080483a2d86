package i18n

import (
	"math"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The months and days as administrations in Tunisia write them: Arabic uses the months that came from French.
var (
	monthsFR = [...]string{"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."}
	monthsAR = [...]string{"جانفي", "فيفري", "مارس", "أفريل", "ماي", "جوان", "جويلية", "أوت", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"}
	monthsEN = [...]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
	daysFR   = [...]string{"dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."}
	daysAR   = [...]string{"الأحد", "الإثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"}
	daysEN   = [...]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}
)

// Tunis is the zone in which times are shown unless a workshop has its own. Tunisia has had UTC+1 without summer time
// since 2009, so a fixed zone stands in where the machine has no zone data.
func Tunis() *time.Location { return tunis() }

var tunis = sync.OnceValue(func() *time.Location {
	if loc, err := time.LoadLocation("Africa/Tunis"); err == nil {
		return loc
	}
	return time.FixedZone("Africa/Tunis", 3600)
})

// Day is the calendar day of a moment in Tunisia, at midnight UTC, as days are kept. Between midnight and one in the morning it is
// the day after the one of UTC.
func Day(at time.Time) time.Time {
	y, m, d := at.In(Tunis()).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func (l *Localizer) names() (months, days []string) {
	switch l.lang {
	case AR:
		return monthsAR[:], daysAR[:]
	case EN:
		return monthsEN[:], daysEN[:]
	}
	return monthsFR[:], daysFR[:]
}

// Date writes a day as "lun. 14 déc. 2026", in the zone that t has.
func (l *Localizer) Date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	months, days := l.names()
	return days[t.Weekday()] + " " + strconv.Itoa(t.Day()) + " " + months[t.Month()-1] + " " + strconv.Itoa(t.Year())
}

// DateShort writes a day as 14/12/2026, in all languages.
func (l *Localizer) DateShort(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("02/01/2006")
}

// Time writes the hour as 14:05, in the zone that t has.
func (l *Localizer) Time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("15:04")
}

// DateTime writes day and hour.
func (l *Localizer) DateTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	comma := ", "
	if l.lang == AR {
		comma = "، "
	}
	return l.Date(t) + comma + l.Time(t)
}

// DateRange writes "14-15 déc. 2026" as short as the two days allow.
func (l *Localizer) DateRange(from, to time.Time) string {
	if to.IsZero() || from.Format(time.DateOnly) == to.Format(time.DateOnly) {
		return l.Date(from)
	}
	months, _ := l.names()
	end := strconv.Itoa(to.Day()) + " " + months[to.Month()-1] + " " + strconv.Itoa(to.Year())
	switch {
	case from.Year() == to.Year() && from.Month() == to.Month():
		return strconv.Itoa(from.Day()) + "–" + end
	case from.Year() == to.Year():
		return strconv.Itoa(from.Day()) + " " + months[from.Month()-1] + " – " + end
	}
	return strconv.Itoa(from.Day()) + " " + months[from.Month()-1] + " " + strconv.Itoa(from.Year()) + " – " + end
}

// Number writes a whole number with the language's thousands separator.
func (l *Localizer) Number(n int) string {
	s := strconv.Itoa(n)
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	sep := "\u202f"
	if l.lang == EN {
		sep = ","
	}
	var b strings.Builder
	for i, r := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteString(sep)
		}
		b.WriteRune(r)
	}
	if neg {
		return "−" + b.String()
	}
	return b.String()
}

// Decimal writes a number with a fixed count of decimals and the language's decimal sign; "–" when it is undefined.
func (l *Localizer) Decimal(f float64, decimals int) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "–"
	}
	s := strconv.FormatFloat(f, 'f', decimals, 64)
	if l.lang != EN {
		s = strings.Replace(s, ".", ",", 1)
	}
	return strings.Replace(s, "-", "−", 1)
}

// Percent writes a share from 0 to 1 as a whole percentage.
func (l *Localizer) Percent(share float64) string {
	if math.IsNaN(share) || math.IsInf(share, 0) {
		return "–"
	}
	n := strconv.Itoa(int(math.Round(share * 100)))
	switch l.lang {
	case EN:
		return n + "%"
	case AR:
		return n + "\u00a0%"
	}
	return n + "\u202f%"
}

// Month writes a month and its year as "déc. 2026".
func (l *Localizer) Month(t time.Time) string {
	months, _ := l.names()
	return months[t.Month()-1] + " " + strconv.Itoa(t.Year())
}

// Quarter names the quarter of a day as "T3 2026"; empty without a day.
func (l *Localizer) Quarter(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	n, year := strconv.Itoa((int(day.Month())+2)/3), strconv.Itoa(day.Year())
	switch l.lang {
	case EN:
		return "Q" + n + " " + year
	case AR:
		return "الثلاثية " + n + " من " + year
	}
	return "T" + n + " " + year
}

// Weekday writes the day of the week as "lun.".
func (l *Localizer) Weekday(t time.Time) string {
	_, days := l.names()
	return days[t.Weekday()]
}
