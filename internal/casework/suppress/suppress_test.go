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
