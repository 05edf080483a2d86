package suppress_test

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"shelter/internal/casework/suppress"
	"shelter/internal/casework/suppress/attack"
)

// TestNoHiddenCellCanBeComputed attacks 2,000 tables.
func TestNoHiddenCellCanBeComputed(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 7)) //nolint:gosec // a repeatable test
	attacked, computed := 0, 0
	for range 2000 {
		n := 2 + r.IntN(9)
		names, counts, total := make([]string, n), make([]int, n), 0
		for i := range counts {
			names[i] = strconv.Itoa(i)
			if r.IntN(3) > 0 {
				counts[i] = r.IntN(1 + r.IntN(25))
			}
			total += counts[i]
		}
		table := suppress.Make(names, counts)
		for i, c := range table.Cells {
			if counts[i] > 0 && counts[i] < suppress.Threshold && !c.Hidden {
				t.Fatalf("%v: cell %d is shown", counts, i)
			}
			if !c.Hidden || table.Total.Hidden {
				continue
			}
			attacked++
			low, high, err := attack.Bounds(table, i)
			if err != nil {
				t.Fatal(err)
			}
			if high-low < suppress.Threshold-1e-6 || float64(counts[i]) < low-1e-6 || float64(counts[i]) > high+1e-6 {
				computed++
				t.Errorf("%v: cell %d lies between %v and %v", counts, i, low, high)
			}
		}
		if !table.Total.Hidden && (table.Total.N != total || (total > 0 && total < suppress.Threshold)) {
			t.Errorf("%v: total %d", counts, table.Total.N)
		}
	}
	if attacked < 1000 {
		t.Fatalf("attacked %d cells only", attacked)
	}
	t.Logf("suppression: %d hidden cells attacked, %d computed", attacked, computed)
}

func TestKnownTables(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		counts []int
		hidden string
		total  bool
	}{
		{[]int{3, 7, 12}, "xx.", false}, {[]int{0, 0, 0}, "...", false}, {[]int{9, 8, 15}, "...", false}, {[]int{1, 1, 1}, "xxx", true},
		{[]int{2, 0, 40}, "x.x", false}, {[]int{4, 4, 30}, "xx.", false}, {[]int{1, 1, 30}, "xxx", false}, {[]int{5, 5}, "..", false},
	} {
		names := make([]string, len(c.counts))
		table := suppress.Make(names, c.counts)
		got := ""
		for _, cell := range table.Cells {
			if cell.Hidden {
				got += "x"
			} else {
				got += "."
			}
			if cell.Hidden && cell.N != 0 {
				t.Errorf("%v: a hidden cell holds %d", c.counts, cell.N)
			}
		}
		if got != c.hidden || table.Total.Hidden != c.total {
			t.Errorf("%v: %s, total hidden %v", c.counts, got, table.Total.Hidden)
		}
	}
}

// TestNoHiddenTotalCanBeComputed attacks the numbers of persons of 60 histories of periods, together with those reached since the
// beginning: no hidden number, and no small number of persons who are new in a period or came back in it.
func TestNoHiddenTotalCanBeComputed(t *testing.T) {
	t.Parallel()
	attacked := 0
	for seed := range uint64(60) {
		periods := lived(seed)
		for i := range periods {
			all, fresh, err := attack.Persons(periods, i, false)
			if err != nil {
				t.Fatal(err)
			}
			if attacked++; periods[i].Total.Hidden && all[1]-all[0] < suppress.Threshold-2-1e-6 {
				t.Errorf("%+v: period %d has %v persons", periods, i, all)
			}
			if n := fresh[0]; !periods[i].Total.Hidden && fresh[1]-n < 0.5 && small(n) || fresh[1]-n < 0.5 && small(all[1]-n) {
				t.Errorf("%+v: period %d has %v new persons of %v", periods, i, fresh, all)
			}
		}
	}
	t.Logf("suppression: %d periods attacked", attacked)
}

func small(n float64) bool { return n > 0.5 && n < suppress.Threshold-0.5 }

// TestTheAttackFindsWhatIsThere: were persons of hidden periods counted among those reached, numbers would come out; so would they if a
// half-year were published beside its quarters.
func TestTheAttackFindsWhatIsThere(t *testing.T) {
	t.Parallel()
	known := []attack.Period{{Total: suppress.Cell{N: 6}, Reached: 5}, {Total: suppress.Cell{Hidden: true}, Reached: 10}}
	if all, _, err := attack.Persons(known, 1, true); err != nil || all[0] < 3.9 {
		t.Errorf("six, then ten in all: %v, %v", all, err)
	}
	names := []string{"a", "b", "c"}
	first, second := []int{2, 9, 20}, []int{6, 7, 8}
	half := suppress.Make(names, []int{8, 16, 28})
	if one, two := suppress.Make(names, first), suppress.Make(names, second); !one.Cells[0].Hidden || half.Cells[0].N-two.Cells[0].N != first[0] {
		t.Error("a half-year beside its quarters tells no hidden cell")
	}
}

// lived makes up people who are assisted in some of the periods, and what is published of it.
func lived(seed uint64) (periods []attack.Period) {
	r := rand.New(rand.NewPCG(seed, 3)) //nolint:gosec // a repeatable test
	seen := map[int]bool{}
	for range 3 + r.IntN(5) {
		there := map[int]bool{}
		for range r.IntN(1 + r.IntN(14)) {
			there[r.IntN(8+4*len(periods))] = true
		}
		total := suppress.Make([]string{"all"}, []int{len(there)}).Total
		if !total.Hidden {
			for who := range there {
				seen[who] = true
			}
		}
		periods = append(periods, attack.Period{Total: total, Reached: suppress.AtLeast(len(seen))})
	}
	return periods
}
