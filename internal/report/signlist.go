package report

import (
	"strings"

	"shelter/internal/sheet"
	"shelter/internal/workshop"
	"shelter/internal/workshop/paper"
)

// The heights of the closing block, in millimetres.
const (
	bandMM    = 5.5
	totalMM   = 9.0
	trainerMM = 15.0
	visaMM    = 15.0
)

// columnHeads are two rows: the days over their half-days, the other headings over both.
func (s *signSheet) columnHeads() {
	const dayMM, halfMM = 5.5, 11.5
	s.place(1.5)
	s.heads = s.place(dayMM)
	below := s.place(halfMM)
	s.paper.repeated = dayMM + halfMM
	for i, c := range s.l.people {
		s.tall(i+1, s.t("sign_"+c.key))
	}
	s.tall(s.l.cols(), s.t("sign_"+s.l.remarks.key))
	for from := 0; from < len(s.slots); {
		to := from
		for to < len(s.slots) && s.slots[to].Day.Equal(s.slots[from].Day) {
			s.g.Set(below, s.l.firstSign()+to, sheet.V(s.halfHead(s.slots[to]), s.st.head))
			to++
		}
		s.merge(s.heads, s.l.firstSign()+from, s.l.firstSign()+to-1, sheet.V(s.loc.Date(s.slots[from].Day), s.st.head))
		from = to
	}
}

func (s *signSheet) tall(col int, text string) {
	s.g.Merge(sheet.Range{FirstRow: s.heads, FirstCol: col, LastRow: s.heads + 1, LastCol: col}, sheet.V(text, s.st.head))
}

// halfHead says which half of the day, from when to when, and how long without the breaks.
func (s *signSheet) halfHead(slot *workshop.Slot) string {
	zone := s.f.event().Zone()
	hours := s.loc.Time(slot.StartsAt.In(zone)) + "–" + s.loc.Time(slot.EndsAt.In(zone))
	return s.half(slot.Half) + "\n" + hours + "\n" + s.t("minutes", "n", slot.Minutes)
}

// person writes one numbered line with a box for each half-day.
func (s *signSheet) person(n int, p *workshop.Participant) {
	texts := make([]string, len(s.l.people))
	for i, c := range s.l.people {
		if c.value != nil {
			texts[i] = strings.Join(strings.Fields(c.value(p)), " ")
		}
	}
	row := s.place(s.l.height(texts))
	for i, c := range s.l.people {
		style := s.st.text
		if c.centre {
			style = s.st.centre
		}
		s.g.Set(row, i+1, sheet.V(texts[i], style))
	}
	s.g.Set(row, 1, sheet.V(n, s.st.centre))
	s.boxes(row)
	for i, slot := range s.slots {
		if sg := s.f.signed.Of(slot.ID, p.EnrolmentID); sg != nil {
			s.g.Set(row, s.l.firstSign()+i, sheet.V(s.onScreen(sg), s.st.signed))
		}
	}
}

// onScreen says in the box of who signed on screen how and when; the drawing itself is in the evidence.
func (s *signSheet) onScreen(sg *paper.Screen) string {
	key := "sign_on_screen"
	if sg.Kind == paper.TypedName {
		key = "sign_on_screen_typed"
	}
	return s.t(key, "time", s.loc.Time(sg.SignedAt.In(s.f.event().Zone())))
}

func (s *signSheet) boxes(row int) {
	for i := range s.slots {
		s.g.Set(row, s.l.firstSign()+i, sheet.V(nil, s.st.box))
	}
	s.g.Set(row, s.l.cols(), sheet.V(nil, s.st.walk))
}

// walkIns are the numbered blank lines for those who come without being on the list.
func (s *signSheet) walkIns() {
	band := s.place(bandMM)
	s.merge(band, 1, s.l.cols(), sheet.V(s.t("sign_walk_ins"), s.st.band))
	lines, gap := s.paper.walkIns(s.closingHeight())
	n := len(s.f.report.Enrolled())
	for i := range lines {
		row := s.place(rowHeight)
		for col := 2; col < s.l.firstSign(); col++ {
			s.g.Set(row, col, sheet.V(nil, s.st.walk))
		}
		s.g.Set(row, 1, sheet.V(n+i+1, s.st.walkN))
		s.boxes(row)
	}
	if gap > 0 {
		s.place(gap)
	}
}

// lists offers the allowed words on the blank lines, for those who type them in.
func (s *signSheet) lists(w *sheet.Writer, first int) {
	from := first + len(s.f.report.Enrolled()) + 1
	for i, c := range s.l.people {
		if c.list != "" {
			w.DropDown(s.dropDown(sheet.Range{FirstRow: from, FirstCol: i + 1, LastRow: from + walkInsLeast - 1, LastCol: i + 1}, c.list))
		}
	}
}

func (s *signSheet) anyMarked() bool {
	for _, sl := range s.slots {
		if s.f.marked(sl) {
			return true
		}
	}
	return false
}

func (s *signSheet) closingHeight() float64 {
	h := totalMM + trainerMM + visaMM
	if s.anyMarked() {
		h += bandMM + 1
	}
	return h
}

// closing is the block at the end: totals, the trainers' signatures, the organiser's visa.
func (s *signSheet) closing() {
	s.closingRow(totalMM, s.t("sign_total"), s.st.count, func(*workshop.Slot) sheet.Value { return sheet.V(nil, s.st.count) })
	if s.anyMarked() {
		s.closingRow(bandMM+1, s.t("sign_recorded", "at", s.stamp()), s.st.total, s.recorded)
	}
	s.closingRow(trainerMM, s.t("sign_trainer"), s.st.name, func(sl *workshop.Slot) sheet.Value { return sheet.V(s.trainerOf(sl), s.st.name) })
	row := s.place(visaMM)
	s.merge(row, 1, s.l.firstSign()-1, sheet.V(s.t("sign_visa"), s.st.total))
	s.merge(row, s.l.firstSign(), s.l.cols(), sheet.V(s.t("sign_visa_hint"), s.st.visa))
}

func (s *signSheet) closingRow(mm float64, label string, last sheet.StyleID, value func(*workshop.Slot) sheet.Value) {
	row := s.place(mm)
	s.merge(row, 1, s.l.firstSign()-1, sheet.V(label, s.st.total))
	for i, sl := range s.slots {
		s.g.Set(row, s.l.firstSign()+i, value(sl))
	}
	s.g.Set(row, s.l.cols(), sheet.V(nil, last))
}

// recorded counts what the roll-call says of a half-day.
func (s *signSheet) recorded(slot *workshop.Slot) sheet.Value {
	n := 0
	for st, c := range s.f.bySlot(slot) {
		if st.Attended() {
			n += c
		}
	}
	return sheet.Value{Formula: "COUNTIFS(" + s.onSlot(slot) + "," + s.column(colAttended) + ",1)", V: n, Style: s.st.count}
}

// trainerOf names who runs a half-day: its own trainer, or those of the event.
func (s *signSheet) trainerOf(slot *workshop.Slot) string {
	for _, t := range s.f.report.Trainers {
		if t.PersonID == slot.TrainerID {
			return t.Name()
		}
	}
	return s.trainers()
}
