package ingest

import (
	"strconv"
	"strings"
	"time"

	"shelter/internal/errs"
	"shelter/internal/org"
	"shelter/internal/sheet"
)

// Ages that a participant can have. Below youngUsual the date is probably mistyped, above oldest it certainly is.
const (
	youngest    = 10
	youngUsual  = 16
	oldest      = 100
	serialFirst = 3654   // 1910 as an Excel serial number: below it a number is no birth date
	serialLast  = 73_050 // the end of 2099
)

// birth is what a cell says of a birth.
type birth struct {
	date time.Time // zero when only the year is known
	year int
}

// verdict is the outcome of reading a cell: a key of a message, or nothing.
type verdict struct {
	level Level
	key   string
	args  errs.Args
}

func wrong(key string) verdict    { return verdict{level: LevelError, key: key} }
func doubtful(key string) verdict { return verdict{level: LevelWarning, key: key} }

// readBirth reads a birth date or year. today is the day of the import, for centuries and ages.
func readBirth(c sheet.Cell, today time.Time) (birth, verdict) {
	b, v := birthOf(c, today)
	if v.level == LevelError || b.year == 0 {
		return birth{}, v
	}
	age, _ := org.AgeAt(today, b.date, b.year)
	switch {
	case b.year > today.Year() || b.date.After(today):
		return birth{}, wrong("ingest_birth_future")
	case age > oldest:
		return birth{}, wrong("ingest_birth_too_old")
	case age < youngest:
		return birth{}, wrong("ingest_birth_too_young")
	case age < youngUsual:
		return b, doubtful("ingest_birth_young")
	}
	return b, v
}

func birthOf(c sheet.Cell, today time.Time) (birth, verdict) {
	switch c.Kind {
	case sheet.Date:
		return birthOfDate(c)
	case sheet.Number:
		return birthOfNumber(c.Text)
	}
	return parseBirth(c.Text, today)
}

func birthOfDate(c sheet.Cell) (birth, verdict) {
	switch {
	case !c.HasYear():
		return birthOfNumber(c.Text)
	case !c.HasDay():
		return birth{year: c.Time.Year()}, doubtful("ingest_birth_month_only")
	}
	return onDay(c.Time.Year(), int(c.Time.Month()), c.Time.Day())
}

// birthOfNumber tells a year from a serial number.
func birthOfNumber(text string) (birth, verdict) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f < 0 {
		return birth{}, wrong("ingest_birth_unreadable")
	}
	if f == 0 {
		return birth{}, verdict{}
	}
	if f == float64(int(f)) && f >= 1800 && f <= 2200 {
		return birth{year: int(f)}, doubtful("ingest_birth_year_only")
	}
	if t, ok := sheet.SerialTime(f); ok && f >= serialFirst && f <= serialLast {
		b, v := onDay(t.Year(), int(t.Month()), t.Day())
		if v.key == "" {
			v = verdict{LevelWarning, "ingest_birth_serial", errs.Args{"date": t.Format("02/01/2006")}}
		}
		return b, v
	}
	return birth{}, wrong("ingest_birth_unreadable")
}

// onDay makes a date that exists.
func onDay(year, month, day int) (birth, verdict) {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if month < 1 || month > 12 || day < 1 || t.Day() != day || t.Month() != time.Month(month) {
		return birth{}, wrong("ingest_birth_impossible")
	}
	return birth{date: t, year: year}, verdict{}
}

// parseBirth reads a typed birth date: day/month/year with any separator, year first, the month in letters (French, Arabic,
// English), two-digit years, a month and a year, or a year alone. Nothing but a placeholder gives nothing.
func parseBirth(text string, today time.Time) (birth, verdict) {
	if absent(text) {
		return birth{}, verdict{}
	}
	parts := dateParts(text)
	switch len(parts) {
	case 1:
		return oneNumber(parts[0], today)
	case 2:
		return monthAndYear(parts)
	case 3:
		return threeNumbers(parts, today)
	}
	return birth{}, wrong("ingest_birth_unreadable")
}

// datePart is a number of a date with its digits counted, or a month in letters.
type datePart struct {
	n, digits int
	month     bool
}

// dateParts cuts a text into its numbers and months. Words beside them ("né le", a place) do not count, nor does a time of
// day after the date.
func dateParts(text string) []datePart {
	var parts []datePart
	for _, w := range strings.Fields(splitDigits(fold(cutTime(westernDigits(text))))) {
		if m, ok := months[w]; ok {
			parts = append(parts, datePart{n: m, month: true})
			continue
		}
		if n, err := strconv.Atoi(w); err == nil {
			parts = append(parts, datePart{n: n, digits: len(w)})
		}
	}
	return parts
}

// cutTime drops "T00:00:00" or " 00:00" behind a date.
func cutTime(s string) string {
	colon := strings.IndexByte(s, ':')
	if colon < 1 || colon+1 >= len(s) || !isDigit(rune(s[colon-1])) || !isDigit(rune(s[colon+1])) {
		return s
	}
	start := strings.LastIndexAny(s[:colon], "T \u00a0")
	if start < 4 {
		return s
	}
	return s[:start]
}

// splitDigits puts a blank between digits and letters: "1er" is 1, "12mars" is 12 March.
func splitDigits(s string) string {
	var b strings.Builder
	var last rune
	for _, r := range s {
		if last != 0 && last != ' ' && r != ' ' && isDigit(last) != isDigit(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func oneNumber(p datePart, today time.Time) (birth, verdict) {
	switch {
	case p.month:
		return birth{}, wrong("ingest_birth_unreadable")
	case p.digits == 4 && p.n >= 1000:
		return birth{year: p.n}, doubtful("ingest_birth_year_only")
	case p.digits == 8:
		return compactDate(p.n)
	case p.digits == 5:
		return birthOfNumber(strconv.Itoa(p.n))
	case p.digits == 2:
		return birth{year: century(p.n, today)}, doubtful("ingest_birth_two_digits")
	}
	return birth{}, wrong("ingest_birth_unreadable")
}

// compactDate reads 12101990 or 19901012.
func compactDate(n int) (birth, verdict) {
	if year := n / 10_000; year >= 1900 && year <= 2100 {
		return onDay(year, n/100%100, n%100)
	}
	return onDay(n%10_000, n/10_000%100, n/1_000_000)
}

func monthAndYear(p []datePart) (birth, verdict) {
	for _, pair := range [2][2]datePart{{p[0], p[1]}, {p[1], p[0]}} {
		month, year := pair[0], pair[1]
		if year.digits == 4 && month.n >= 1 && month.n <= 12 {
			return birth{year: year.n}, doubtful("ingest_birth_month_only")
		}
	}
	return birth{}, wrong("ingest_birth_unreadable")
}

func threeNumbers(p []datePart, today time.Time) (birth, verdict) {
	if p[0].digits >= 3 {
		p[0], p[2] = p[2], p[0] // year first
	}
	day, month, year := p[0], p[1], p[2]
	if day.month {
		day, month = month, day // "mars 12, 1990"
	}
	if year.month || day.month || day.digits > 2 || year.digits > 4 || year.digits == 3 || year.digits == 1 {
		return birth{}, wrong("ingest_birth_unreadable")
	}
	note := verdict{}
	if year.digits == 2 {
		year.n = century(year.n, today)
		note = doubtful("ingest_birth_two_digits")
	}
	if month.n > 12 && day.n <= 12 && !month.month {
		day, month = month, day
		note = doubtful("ingest_birth_swapped")
	}
	b, v := onDay(year.n, month.n, day.n)
	if v.key == "" && note.key != "" {
		v = note
		v.args = errs.Args{"date": b.date.Format("02/01/2006")}
	}
	return b, v
}

// century gives a two-digit year the century in which its owner is of an age to take part.
func century(yy int, today time.Time) int {
	year := today.Year()/100*100 + yy
	if year > today.Year()-youngUsual {
		year -= 100
	}
	return year
}

// months are the months in letters, folded: French with its abbreviations, the months of Tunisia and of the Arab East, English.
var months = func() map[string]int {
	m := map[string]int{}
	for i, names := range []string{
		"janvier janv jan january جانفي يناير", "fevrier fevr fev feb february فيفري فبراير", "mars mar march مارس", "avril avr apr april افريل ابريل",
		"mai may ماي مايو", "juin jun june جوان يونيو", "juillet juil jul july جويليه يوليو", "aout aug august اوت اغسطس",
		"septembre sept sep september سبتمبر", "octobre oct october اكتوبر", "novembre nov november نوفمبر", "decembre dec december ديسمبر",
	} {
		for _, n := range strings.Fields(names) {
			m[n] = i + 1
		}
	}
	return m
}()
