package report

import (
	"io"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"shelter/internal/i18n"
)

// benchPeople and benchDays make 10,000 flat rows of 20 columns.
const (
	benchPeople = 2500
	benchDays   = 2
)

// bareWorkbook writes the cells of the flat rows with excelize alone: the yardstick. Its cells are read from our own file once.
func bareWorkbook(b *testing.B, cells [][]any) {
	f := excelize.NewFile()
	defer f.Close()
	date, hour := "dd/mm/yyyy", "hh:mm"
	styles := make([]int, len(cells[0]))
	for i := range styles {
		st := &excelize.Style{Font: &excelize.Font{Family: "Calibri", Size: 10}}
		switch i {
		case 1:
			st.CustomNumFmt = &date
		case 11, 12:
			st.CustomNumFmt = &hour
		}
		styles[i], _ = f.NewStyle(st)
	}
	sw, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	args := make([]any, len(styles))
	row := make([]excelize.Cell, len(styles))
	for r, values := range cells {
		for i, v := range values {
			args[i] = nil
			if v != nil {
				row[i] = excelize.Cell{StyleID: styles[i], Value: v}
				args[i] = &row[i]
			}
		}
		if err := sw.SetRow("A"+strconv.Itoa(r+1), args); err != nil {
			b.Fatal(err)
		}
	}
	if err := sw.Flush(); err != nil {
		b.Fatal(err)
	}
	if _, err := f.WriteTo(io.Discard); err != nil {
		b.Fatal(err)
	}
}

// benchCells are the values of the flat rows, typed as ours are.
func benchCells(f *facts, loc *i18n.Localizer) [][]any {
	b := &book{f: f, loc: loc}
	cols, _ := flatColumns()
	heads := make([]any, len(cols))
	for i, c := range cols {
		heads[i] = b.t("col_" + string(c))
	}
	w := newFlatWriter(b, nil)
	cells := [][]any{heads}
	for i := range f.rows {
		w.clear()
		w.fill(&f.rows[i])
		values := make([]any, len(cols))
		for j, v := range w.values {
			values[j] = v.V
		}
		cells = append(cells, values)
	}
	return cells
}

// BenchmarkAttendanceWorkbook writes 10,000 rows of 20 columns, with all the other sheets, beside the bare stream writer that
// writes the flat rows alone; "ratio" is our time over the yardstick's of the same run.
func BenchmarkAttendanceWorkbook(b *testing.B) {
	bundle, err := i18n.New()
	if err != nil {
		b.Fatal(err)
	}
	loc := bundle.For(i18n.FR)
	src := invent(benchPeople, benchDays, true)
	f := newFacts(src)
	cells := benchCells(f, loc)
	if len(cells) != 10_001 || len(cells[0]) != 20 {
		b.Fatalf("%d rows of %d", len(cells), len(cells[0]))
	}
	var bare, ours time.Duration
	peak := watchHeap()
	for b.Loop() {
		at := time.Now()
		bareWorkbook(b, cells)
		bare += time.Since(at)
		at = time.Now()
		writeOnce(b, src, loc)
		ours += time.Since(at)
	}
	b.ReportMetric(float64(ours)/float64(bare), "ratio")
	b.ReportMetric(float64(bare.Milliseconds())/float64(b.N), "ms-bare/op")
	b.ReportMetric(float64(ours.Milliseconds())/float64(b.N), "ms-ours/op")
	b.ReportMetric(peak(), "MB-peak")
}

func writeOnce(tb testing.TB, src source, loc *i18n.Localizer) {
	tb.Helper()
	w, _, err := attendanceBook(newFacts(src), Options{Lang: loc.Lang()}, loc)
	if err != nil {
		tb.Fatal(err)
	}
	file, err := newFile(w, "x", "x")
	if err != nil {
		tb.Fatal(err)
	}
	file.Close()
}

// watchHeap follows the memory that Go holds from the system and gives the most it saw, in MB.
func watchHeap() (peak func() float64) {
	var most atomic.Uint64
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		var m runtime.MemStats
		for {
			runtime.ReadMemStats(&m)
			if held := m.Sys - m.HeapReleased; held > most.Load() {
				most.Store(held)
			}
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	return func() float64 {
		close(stop)
		<-done
		return float64(most.Load()) / (1 << 20)
	}
}

// TestLargeWorkbookStaysSmall bounds the memory of 10,000 rows, with what the test itself holds.
func TestLargeWorkbookStaysSmall(t *testing.T) {
	bundle, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	src := invent(benchPeople, benchDays, true)
	runtime.GC()
	peak := watchHeap()
	writeOnce(t, src, bundle.For(i18n.FR))
	if mb := peak(); mb > 120 {
		t.Errorf("%.0f MB held at most", mb)
	}
}

// periodOf writes the flat rows of so many events of 40 people and 6 half-days, as AttendancePeriod does, and gives their number.
func periodOf(tb testing.TB, bundle *i18n.Bundle, events int) int {
	tb.Helper()
	w := &periodWriter{s: &Service{bundle: bundle, now: func() time.Time { return exported }}, o: Options{Lang: i18n.FR}, governorates: allGovernorates,
		period: Period{From: monday, To: monday.AddDate(0, 0, 30)}}
	for range events {
		if err := w.add(newFacts(invent(40, 3, true))); err != nil {
			tb.Fatal(err)
		}
	}
	if _, err := w.complete(events); err != nil {
		tb.Fatal(err)
	}
	f, err := newFile(w.b.Workbook, "x", "x")
	if err != nil {
		tb.Fatal(err)
	}
	f.Close()
	return w.rows
}

// TestPeriodMemoryIsFlat: 400 workshops take no more memory than 100; 200 of 40 people and 6 half-days lie between.
func TestPeriodMemoryIsFlat(t *testing.T) {
	bundle, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	measure := func(events int) (rows int, mb float64) {
		runtime.GC()
		debug.FreeOSMemory()
		peak := watchHeap()
		rows = periodOf(t, bundle, events)
		return rows, peak()
	}
	periodOf(t, bundle, 1)
	few, small := measure(100)
	many, large := measure(400)
	t.Logf("%d rows: %.0f MB held at most; %d rows: %.0f MB", few, small, many, large)
	if many != 4*few || large > small+24 || large > 150 {
		t.Errorf("%d rows held %.0f MB, %d rows %.0f MB", few, small, many, large)
	}
}

// BenchmarkAttendancePeriod writes one file for 200 workshops of 40 people and 6 half-days: 48,000 rows.
func BenchmarkAttendancePeriod(b *testing.B) {
	bundle, err := i18n.New()
	if err != nil {
		b.Fatal(err)
	}
	peak, rows := watchHeap(), 0
	for b.Loop() {
		rows = periodOf(b, bundle, 200)
	}
	b.ReportMetric(float64(rows), "rows")
	b.ReportMetric(peak(), "MB-peak")
}
