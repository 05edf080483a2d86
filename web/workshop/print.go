package workshop

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"shelter/internal/certificate"
	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/workshop"
	"shelter/internal/workshop/paper"
	"shelter/web/layout"
)

func tunis() *time.Location { return i18n.Tunis() }

// Sizes of the printed signature sheet, from the room that A4 landscape leaves: a signature box of 25 x 9 mm at least.
const (
	slotsPerSheet = 6  // signature columns
	rowsPerSheet  = 11 // people on a sheet
	rowsLastSheet = 8  // on the last one, which also holds totals and signatures
	walkIns       = 10 // blank lines, numbered on
	slotsWithNote = 4  // the most signature columns beside which there is room for remarks
)

// SignaturePage is the printed signature sheets of an event.
type SignaturePage struct {
	layout.Page

	Paper       layout.Sheet
	Event       *workshop.Event
	Trainers    []workshop.Trainer
	Governorate string
	Sheets      []SignSheet
	Signed      paper.OnScreen
}

// SignSheet is one sheet of paper.
type SignSheet struct {
	Slots   []workshop.Slot
	Rows    []SignRow
	No, Of  int
	Last    bool   // of its group of half-days: totals and signatures stand on it
	Code    string // identifies the sheet and the version of the list that it was printed from; see List
	Barcode string // SVG
}

// SignRow is one line of a sheet; a walk-in line has only its number.
type SignRow struct {
	Enrolment                                                     uuid.UUID
	Number                                                        int
	Family, Given, Sex, Age, Organisation, Kind, Job, Governorate string
	Blank                                                         bool
}

// wide tells whether there is room for remarks beside the signatures.
func (s SignSheet) wide() bool { return len(s.Slots) <= slotsWithNote }

// SignRows lists the people of an event as the sheet names them, and blank lines for those who come unannounced.
func SignRows(loc *i18n.Localizer, v *workshop.View, governorate func(code string) string) []SignRow {
	var rows []SignRow
	for _, p := range v.Enrolled() {
		r := SignRow{Enrolment: p.EnrolmentID, Number: len(rows) + 1, Family: p.FamilyName, Given: p.GivenName, Organisation: p.OrganisationIn(loc.Lang()), Job: p.JobTitle, Governorate: governorate(p.Governorate)}
		if p.Sex != "" {
			r.Sex = loc.T("workshop_sex_short_" + p.Sex)
		}
		if band := org.AgeBandAt(v.Event.StartsOn, p.BirthDate, p.BirthYear); band != org.AgeUnknown {
			r.Age = loc.T("workshop_age_" + string(band))
		}
		if p.OrganisationKind != "" {
			r.Kind = loc.T("workshop_org_kind_" + p.OrganisationKind)
		}
		rows = append(rows, r)
	}
	for range walkIns {
		rows = append(rows, SignRow{Number: len(rows) + 1, Blank: true})
	}
	return rows
}

// SignSheets lays the people out on sheets, for each group of at most six half-days; a day is never torn apart. Below a row of logos a
// sheet has less room.
func SignSheets(slots []workshop.Slot, rows []SignRow, logos bool) []SignSheet {
	var sheets []SignSheet
	for _, group := range slotGroups(slots) {
		parts := pages(rows, newSignRoom(len(group), logos))
		for i, part := range parts {
			sheets = append(sheets, SignSheet{Slots: group, Rows: part, Last: i == len(parts)-1})
		}
	}
	for i := range sheets {
		sheets[i].No, sheets[i].Of = i+1, len(sheets)
	}
	return sheets
}

// List is what the sheet says, for the register of sheets.
func (s SignSheet) List() paper.List {
	l := paper.List{FirstNo: s.Rows[0].Number}
	for i := range s.Slots {
		l.Slots = append(l.Slots, s.Slots[i].ID)
	}
	for _, r := range s.Rows {
		if !r.Blank {
			l.People = append(l.People, r.Enrolment)
		}
	}
	return l
}

func slotGroups(slots []workshop.Slot) [][]workshop.Slot {
	var groups [][]workshop.Slot
	var group []workshop.Slot
	for len(slots) > 0 {
		n := 1
		for n < len(slots) && slots[n].Day.Equal(slots[0].Day) {
			n++
		}
		if len(group) > 0 && len(group)+n > slotsPerSheet {
			groups, group = append(groups, group), nil
		}
		group = append(group, slots[:n]...)
		slots = slots[n:]
	}
	if len(group) > 0 {
		groups = append(groups, group)
	}
	return groups
}

// pages cuts the rows so that the last sheet has room for what stands below them.
func pages(rows []SignRow, room signRoom) [][]SignRow {
	var parts [][]SignRow
	for len(rows) > 1 && room.fitting(rows, rowsLastSheet, room.last) < len(rows) {
		n := room.fitting(rows, rowsPerSheet, room.most)
		if n == len(rows) { // would fit, but not with what stands below
			n = max(1, len(rows)-rowsLastSheet/2)
		}
		parts = append(parts, rows[:n])
		rows = rows[n:]
	}
	return append(parts, rows)
}

// BadgesPage is the printed badges of an event, eight on a sheet.
type BadgesPage struct {
	layout.Page

	Paper layout.Sheet
	Event *workshop.Event
	Pages [][]BadgeCard
}

// BadgeCard is one badge.
type BadgeCard struct {
	Given        string
	Family       string
	Organisation string
	Code         string // typed
	QR           string // SVG
}

// BadgePages lays badges out on sheets.
func BadgePages(cards []BadgeCard) [][]BadgeCard {
	const perSheet = 8
	return slices.Collect(slices.Chunk(cards, perSheet))
}

// CertificatePage is certificates on paper, one a sheet.
type CertificatePage struct {
	layout.Page

	Paper    layout.Sheet
	Trainers []workshop.Trainer // of an event
	Cards    []CertificateCard
}

// CertificateCard is one certificate with the QR code of its public check.
type CertificateCard struct {
	Certificate certificate.Certificate
	QR          string // SVG
	Address     string // of the check page, to be typed
}

func (c CertificateCard) titleKey() string {
	if c.Certificate.Course != "" {
		return "certificate_title_course"
	}
	return "workshop_certificate_title"
}

// when is the days of an event, or the day on which a course was finished.
func (c CertificateCard) when(loc *i18n.Localizer) string {
	if c.Certificate.Course != "" {
		return loc.T("certificate_finished_on", "date", loc.Date(c.Certificate.EndsOn))
	}
	return loc.T("workshop_certificate_when", "dates", loc.DateRange(c.Certificate.StartsOn, c.Certificate.EndsOn))
}

// share is what was attended, with the denominator.
func (c CertificateCard) share(loc *i18n.Localizer) string {
	key := "workshop_certificate_share"
	if c.Certificate.Course != "" {
		key = "certificate_share_course"
	}
	return loc.T(key, "attended", strconv.Itoa(c.Certificate.Attended), "planned", strconv.Itoa(c.Certificate.Planned), "hours", c.hours(loc))
}

// hours gives the credited time in hours and minutes: "13 h 30".
func (c CertificateCard) hours(loc *i18n.Localizer) string {
	return loc.T("workshop_duration", "h", strconv.Itoa(c.Certificate.Minutes/60), "m", fmt.Sprintf("%02d", c.Certificate.Minutes%60))
}

// groupCode writes a badge's code as it is read aloud: "7K3 Q9A".
func groupCode(code string) string {
	if len(code) != 6 {
		return code
	}
	return code[:3] + " " + code[3:]
}

// langName is a language's name in itself.
func langName(code string) string {
	l, _ := i18n.Parse(code)
	return l.Name()
}

// rule states the rule of the certificate with the figures of this event.
func rule(loc *i18n.Localizer, ev *workshop.Event, planned int) string {
	text := loc.T("workshop_rule_text", "share", loc.Percent(ev.Threshold), "needed", strconv.Itoa(workshop.Needed(ev.Threshold, planned)), "planned", strconv.Itoa(planned))
	if ev.PassMark > 0 {
		text += " " + loc.T("certificate_rule_test", "mark", loc.Percent(ev.PassMark))
	}
	return text
}
