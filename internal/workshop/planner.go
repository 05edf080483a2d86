package workshop

import "time"

// Hours are the wall-clock times of a half-day, in minutes since midnight, with the minutes planned.
type Hours struct {
	Start, End int
	Minutes    int
}

// DefaultHours are the usual half-days of a workshop in Tunisia, with one coffee break in each: 09:00-12:30 and 13:30-16:30.
// The form shows them and lets each be changed.
func DefaultHours() map[Half]Hours {
	return map[Half]Hours{
		AM: {Start: 9 * 60, End: 12*60 + 30, Minutes: 195},
		PM: {Start: 13*60 + 30, End: 16*60 + 30, Minutes: 165},
	}
}

// Plan makes the half-days of the days from first to last, both included: two a day, at the given hours in the zone. Ids are
// left to the caller.
func Plan(first, last time.Time, hours map[Half]Hours, loc *time.Location) []Slot {
	var slots []Slot
	for day := dateOf(first); !day.After(dateOf(last)); day = day.AddDate(0, 0, 1) {
		for _, half := range []Half{AM, PM} {
			if h, ok := hours[half]; ok {
				slots = append(slots, Slot{Day: day, Half: half, StartsAt: at(day, h.Start, loc), EndsAt: at(day, h.End, loc), Minutes: h.Minutes})
			}
		}
	}
	return slots
}

// dateOf is the calendar day of t, at midnight UTC.
func dateOf(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// at is a wall-clock time on a day in a zone, as UTC.
func at(day time.Time, minutes int, loc *time.Location) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, minutes/60, minutes%60, 0, 0, loc).UTC()
}

// Current gives the half-day that matters now: the one under way (or whose check-in is open), else the next one, else the
// last. It returns -1 when there are none. Slots are in order of time.
func Current(slots []Slot, now time.Time, before int) int {
	for i := range slots {
		if _, to := slots[i].Window(before); now.Before(to) {
			return i
		}
	}
	return len(slots) - 1
}
