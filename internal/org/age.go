package org

import "time"

// AgeBand is a participant's age in bands, as reports count it.
type AgeBand string

// The bands of training reports (LESSONS: under 25, 25-34, 35-44, 45-54, 55 and over, unknown).
const (
	AgeUnder25 AgeBand = "under_25"
	Age25      AgeBand = "25_34"
	Age35      AgeBand = "35_44"
	Age45      AgeBand = "45_54"
	Age55      AgeBand = "55_over"
	AgeUnknown AgeBand = "unknown"
)

// AgeBands lists the bands in the order of reports.
func AgeBands() []AgeBand {
	return []AgeBand{AgeUnder25, Age25, Age35, Age45, Age55, AgeUnknown}
}

// Ages outside these bounds are typing errors and count as unknown.
const (
	ageMin = 10
	ageMax = 110
)

// AgeAt gives the age in whole years on a day. With a year alone it is the age reached in the course of that day's year.
// ok is false when neither is known or the age is not plausible.
func AgeAt(day, birth time.Time, birthYear int) (age int, ok bool) {
	switch {
	case !birth.IsZero():
		age = day.Year() - birth.Year()
		if day.Month() < birth.Month() || (day.Month() == birth.Month() && day.Day() < birth.Day()) {
			age--
		}
	case birthYear > 0:
		age = day.Year() - birthYear
	default:
		return 0, false
	}
	return age, age >= ageMin && age <= ageMax
}

// AgeBandAt gives the band on a day, from a birth date or, failing that, a birth year.
func AgeBandAt(day, birth time.Time, birthYear int) AgeBand {
	age, ok := AgeAt(day, birth, birthYear)
	switch {
	case !ok:
		return AgeUnknown
	case age < 25:
		return AgeUnder25
	case age < 35:
		return Age25
	case age < 45:
		return Age35
	case age < 55:
		return Age45
	}
	return Age55
}
