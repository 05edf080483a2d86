package workshop

import (
	"bytes"
	crand "crypto/rand"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"shelter/internal/errs"
)

var (
	day0  = time.Date(2026, 12, 14, 0, 0, 0, 0, time.UTC)
	tunis = time.FixedZone("Tunis", 3600)
)

func morning() *Slot {
	s := Plan(day0, day0, DefaultHours(), tunis)[0]
	s.ID = uuid.MustParse("00000000-0000-7000-8000-000000000001")
	return &s
}

// genMark draws a mark of one cell as a device makes it: times within the half-day, no knowledge of other devices.
func genMark(t *rapid.T, slot *Slot, device string) Mark {
	m := Mark{Status: rapid.SampledFrom(Statuses()).Draw(t, "status"), Device: device, Outcome: Applied,
		MarkedAt: slot.StartsAt.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "minute")) * time.Minute)}
	copy(m.ID[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
	if m.Status == Late {
		m.ArrivedAt = m.MarkedAt
	}
	return m
}

func TestMergeDoesNotDependOnArrival(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		slot := morning()
		var marks []Mark
		for _, device := range []string{"a", "b", "c"} {
			for range rapid.IntRange(0, 3).Draw(t, "n") {
				marks = append(marks, genMark(t, slot, device))
			}
		}
		if rapid.Bool().Draw(t, "self") {
			m := genMark(t, slot, "self")
			m.Source, m.Status = Self, Present
			marks = append(marks, m)
		}
		if len(marks) == 0 {
			return
		}
		want := arrive(slot, marks)
		shuffled := slices.Clone(marks)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)) //nolint:gosec // a test's shuffle
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if got := arrive(slot, shuffled); got != want {
			t.Fatalf("order of arrival changed the result:\n%+v\n%+v", got, want)
		}
	})
}

// arrive numbers the marks in the order given, as the database does, and merges after each, as the service does.
func arrive(slot *Slot, marks []Mark) Attendance {
	var cell []Mark
	var a Attendance
	for i, m := range marks {
		m.Seq = int64(i + 1)
		cell = append(cell, m)
		a, _ = Merge(slot, cell)
	}
	return a
}

func TestMergeKeepsTheLatestAndSaysWhenDevicesDisagree(t *testing.T) {
	t.Parallel()
	slot := morning()
	at := func(min int) time.Time { return slot.StartsAt.Add(time.Duration(min) * time.Minute) }
	id := func(n byte) uuid.UUID { return uuid.UUID{15: n} }
	present := Mark{ID: id(1), Seq: 1, Status: Present, Device: "tablet", MarkedAt: at(5)}
	absent := Mark{ID: id(2), Seq: 2, Status: Absent, Device: "phone", MarkedAt: at(2)}
	corrected := Mark{ID: id(3), Seq: 3, SeenSeq: 2, Status: Absent, Device: "tablet", MarkedAt: at(9)}
	same := Mark{ID: id(4), Seq: 2, Status: Present, Device: "phone", MarkedAt: at(2)}
	sure := Mark{ID: id(5), Seq: 2, SeenSeq: 1, Status: Absent, Device: "phone", MarkedAt: at(9)}
	own := Mark{ID: id(6), Seq: 2, Status: Absent, Device: "tablet", MarkedAt: at(9)}
	self := Mark{ID: id(7), Seq: 2, Status: Late, Source: Self, Device: "own phone", MarkedAt: at(20)}
	sawSelf := Mark{ID: id(8), Seq: 3, SeenSeq: 2, Status: Absent, Device: "phone", MarkedAt: at(25)}
	gone := Mark{ID: id(9), Seq: 1, Status: Absent, Device: "tablet", MarkedAt: at(5)}
	cleared := Mark{ID: id(10), Seq: 1, Status: Unmarked, Device: "tablet", MarkedAt: at(6)}
	selfSaw := self
	selfSaw.SeenSeq = 1
	clearedLater := Mark{ID: id(11), Seq: 3, SeenSeq: 2, Status: Unmarked, Device: "tablet", MarkedAt: at(30)}
	selfAfterTwo := Mark{ID: id(12), Seq: 3, SeenSeq: 2, Status: Present, Source: Self, Device: "own phone", MarkedAt: at(30)}
	cases := []struct {
		name     string
		marks    []Mark
		status   Status
		conflict bool
	}{
		{"a self check-in alone", []Mark{self}, Late, false},
		{"a later self check-in does not replace a trainer's mark, and says the same", []Mark{present, self}, Present, false},
		{"a later self check-in that differs is a conflict, not in force", []Mark{gone, self}, Absent, true},
		{"a trainer who saw the self check-in settles it", []Mark{gone, self, sawSelf}, Absent, false},
		{"a self check-in after the trainer's mark was taken back", []Mark{cleared, selfSaw}, Late, false},
		{"a trainer takes a self check-in back", []Mark{self, clearedLater}, Unmarked, false},
		{"a self check-in settles nothing between two devices", []Mark{present, absent, selfAfterTwo}, Present, true},
		{"one mark", []Mark{present}, Present, false},
		{"an older offline mark that differs is kept, not in force, and flagged", []Mark{present, absent}, Present, true},
		{"an older offline mark that agrees is no conflict", []Mark{present, same}, Present, false},
		{"a person who saw both settles it", []Mark{present, absent, corrected}, Absent, false},
		{"a correction of what was on the screen is no conflict", []Mark{present, sure}, Absent, false},
		{"a device may correct itself", []Mark{present, own}, Absent, false},
	}
	for _, c := range cases {
		got, ok := Merge(slot, c.marks)
		if !ok || got.Status != c.status || got.Conflict != c.conflict {
			t.Errorf("%s: got %s conflict %v", c.name, got.Status, got.Conflict)
		}
	}
	if _, ok := Merge(slot, nil); ok {
		t.Error("no marks came to something")
	}
}

func TestCredit(t *testing.T) {
	t.Parallel()
	slot := morning() // 09:00 to 12:30, 195 minutes planned
	at := func(h, m int) time.Time { return time.Date(2026, 12, 14, h, m, 0, 0, tunis) }
	cases := []struct {
		name string
		m    Mark
		want int
	}{
		{"present", Mark{Status: Present}, 195},
		{"present, arrived before", Mark{Status: Present, ArrivedAt: at(8, 40)}, 195},
		{"late at 10:30: two hours", Mark{Status: Late, ArrivedAt: at(10, 30)}, 120},
		{"late by five minutes: not more than planned", Mark{Status: Late, ArrivedAt: at(9, 5)}, 195},
		{"late without a time", Mark{Status: Late}, 195},
		{"left at 11:00", Mark{Status: LeftEarly, LeftAt: at(11, 0)}, 120},
		{"arrived 10:00, left 11:00", Mark{Status: LeftEarly, ArrivedAt: at(10, 0), LeftAt: at(11, 0)}, 60},
		{"excused", Mark{Status: Excused}, 0},
		{"absent", Mark{Status: Absent}, 0},
		{"not marked", Mark{Status: Unmarked}, 0},
	}
	for _, c := range cases {
		if got := Credit(slot, &c.m); got != c.want {
			t.Errorf("%s: got %d, want %d", c.name, got, c.want)
		}
	}
}

func TestNeeded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		threshold     float64
		planned, want int
	}{{0.8, 5, 4}, {0.8, 4, 4}, {0.8, 10, 8}, {0.75, 4, 3}, {1, 6, 6}, {0.5, 3, 2}, {0.8, 1, 1}, {0.8, 0, 0}, {0.7, 10, 7}, {0.33, 3, 1}} {
		if got := Needed(c.threshold, c.planned); got != c.want {
			t.Errorf("%v of %d: got %d, want %d", c.threshold, c.planned, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		threshold := float64(rapid.IntRange(1, 100).Draw(t, "percent")) / 100
		planned := rapid.IntRange(1, 60).Draw(t, "planned")
		n := Needed(threshold, planned)
		if Share(n, planned) < threshold-1e-9 || (n > 0 && Share(n-1, planned) >= threshold+1e-9) {
			t.Fatalf("%d of %d for %v", n, planned, threshold)
		}
	})
}

func TestMarkTime(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 12, 14, 10, 0, 0, 0, time.UTC)
	wrong := now.Add(-48 * time.Hour) // the device's clock is two days behind
	cases := []struct {
		name             string
		client, sent, at time.Time
	}{
		{"ten minutes old on a clock that is wrong", wrong.Add(-10 * time.Minute), wrong, now.Add(-10 * time.Minute)},
		{"ahead of time", now.Add(3 * time.Hour), now.Add(3 * time.Hour), now},
		{"no sending time: taken at its word", now.Add(-time.Hour), time.Time{}, now.Add(-time.Hour)},
		{"no sending time, in the future", now.Add(time.Hour), time.Time{}, now},
		{"nothing said", time.Time{}, time.Time{}, now},
	}
	for _, c := range cases {
		if got := MarkTime(c.client, c.sent, now); !got.Equal(c.at) {
			t.Errorf("%s: got %s, want %s", c.name, got, c.at)
		}
	}
}

func TestPlan(t *testing.T) {
	t.Parallel()
	slots := Plan(day0, day0.AddDate(0, 0, 2), DefaultHours(), tunis)
	if len(slots) != 6 {
		t.Fatalf("three days make six half-days, got %d", len(slots))
	}
	if got := slots[1].StartsAt; !got.Equal(time.Date(2026, 12, 14, 12, 30, 0, 0, time.UTC)) || got.Location() != time.UTC {
		t.Errorf("13:30 in Tunis is 12:30 UTC, got %s", got)
	}
	if slots[5].Half != PM || slots[5].Day != day0.AddDate(0, 0, 2) {
		t.Errorf("last half-day: %+v", slots[5])
	}
	if n := len(Plan(day0, day0, map[Half]Hours{AM: {Start: 540, End: 720, Minutes: 180}}, tunis)); n != 1 {
		t.Errorf("a morning alone: %d", n)
	}
}

func TestCurrent(t *testing.T) {
	t.Parallel()
	slots := Plan(day0, day0.AddDate(0, 0, 1), DefaultHours(), tunis)
	for _, c := range []struct {
		now  time.Time
		want int
	}{
		{day0.AddDate(0, 0, -3), 0},
		{slots[0].StartsAt.Add(time.Hour), 0},
		{slots[0].EndsAt, 1}, // over: the next one
		{slots[1].EndsAt.Add(time.Hour), 2},
		{day0.AddDate(0, 1, 0), 3},
	} {
		if got := Current(slots, c.now, 45); got != c.want {
			t.Errorf("at %s: got %d, want %d", c.now, got, c.want)
		}
	}
	if Current(nil, day0, 45) != -1 {
		t.Error("no half-days")
	}
}

func TestBadgeCodeFindsTypingErrors(t *testing.T) {
	t.Parallel()
	for range 200 {
		code, err := newBadgeCode(crand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := ParseBadgeCode(strings.ToLower(code[:3] + " - " + code[3:])); !ok || got != code {
			t.Fatalf("%s typed in small letters: %q %v", code, got, ok)
		}
		for i := range code {
			for j := range alphabet {
				wrong := code[:i] + alphabet[j:j+1] + code[i+1:]
				if _, ok := ParseBadgeCode(wrong); ok != (wrong == code) {
					t.Fatalf("%s taken for %s", wrong, code)
				}
			}
			if i > 0 {
				swapped := code[:i-1] + code[i:i+1] + code[i-1:i] + code[i+1:]
				if _, ok := ParseBadgeCode(swapped); ok != (swapped == code) {
					t.Fatalf("swapped %s taken for %s", swapped, code)
				}
			}
		}
	}
}

func TestParseBadge(t *testing.T) {
	t.Parallel()
	token, err := newToken(bytes.NewReader(bytes.Repeat([]byte{7}, 16)))
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range []string{token, "https://host.example/b/" + token, "/b/" + token, " " + token + "\n"} {
		if got, code := ParseBadge(in); got != token || code != "" {
			t.Errorf("%q: token %q code %q", in, got, code)
		}
	}
	for _, in := range []string{"", "https://elsewhere.example/", "ABC", strings.Repeat("A", 500), "ش"} {
		if tok, code := ParseBadge(in); tok != "" || code != "" {
			t.Errorf("%q: token %q code %q", in, tok, code)
		}
	}
}

func FuzzParseBadge(f *testing.F) {
	f.Add("7K3Q9A")
	f.Add("https://x/b/AAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, in string) {
		token, code := ParseBadge(in)
		if token != "" && code != "" {
			t.Fatal("both")
		}
		if code != "" && len(code) != badgeLen+1 {
			t.Fatalf("code %q", code)
		}
	})
}

func TestStateMachine(t *testing.T) {
	t.Parallel()
	ready := facts{slots: 2, enrolled: 5, trainers: 1, reason: "parce que"}
	// Written by hand: every move that is allowed; all others are not.
	allowed := "draft>open draft>confirmed draft>cancelled open>confirmed open>draft open>cancelled confirmed>running confirmed>open " +
		"confirmed>cancelled running>closed running>cancelled closed>running cancelled>draft"
	for _, from := range States() {
		for _, to := range States() {
			err := step(from, to, ready)
			if want := strings.Contains(" "+allowed+" ", " "+string(from)+">"+string(to)+" "); (err == nil) != want {
				t.Errorf("%s > %s: %v, allowed %v", from, to, err, want)
			}
		}
	}
	for _, c := range []struct {
		from, to State
		f        facts
		key      string
	}{
		{Draft, Open, facts{trainers: 1}, "workshop_error_state_no_slots"},
		{Draft, Confirmed, facts{slots: 2}, "workshop_error_state_no_trainer"},
		{Confirmed, Running, facts{slots: 2, trainers: 1}, "workshop_error_state_no_people"},
		{Running, Cancelled, facts{slots: 2, marks: 1, reason: "x"}, "workshop_error_state_has_marks"},
		{Open, Cancelled, facts{slots: 2}, "error_form"},
		{Closed, Running, facts{slots: 2, enrolled: 1}, "error_form"},
	} {
		if err := step(c.from, c.to, c.f); errs.As(err) == nil || errs.As(err).Key != c.key {
			t.Errorf("%s > %s: got %v, want %s", c.from, c.to, err, c.key)
		}
	}
}

// TestWhoCanNoLongerReachTheThreshold: planned half-days are what counts, what is not marked can still be attended.
func TestWhoCanNoLongerReachTheThreshold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		threshold float64
		state     EnrolState
		marks     []Status
		want      bool
	}{
		{0.8, Enrolled, []Status{Present, Unmarked, Unmarked, Unmarked}, false},
		{0.8, Enrolled, []Status{Absent, Unmarked, Unmarked, Unmarked}, true},
		{0.75, Enrolled, []Status{Absent, Unmarked, Unmarked, Unmarked}, false},
		{0.75, Enrolled, []Status{Excused, Late, LeftEarly, Absent}, true},
		{0.8, Withdrawn, []Status{Absent, Absent, Absent, Absent}, false},
		{0.8, Enrolled, nil, false},
	} {
		v := &View{Head: &Head{Slots: make([]Slot, len(c.marks))}}
		v.Event.Threshold = c.threshold
		p := Participant{State: c.state}
		for _, s := range c.marks {
			p.Cells = append(p.Cells, Cell{Status: s})
		}
		v.People = []Participant{p}
		if got := v.Lost(&p); got != c.want || len(v.LostPeople()) != map[bool]int{true: 1}[c.want] {
			t.Errorf("%v of %v: lost %v", c.threshold, c.marks, got)
		}
	}
}
