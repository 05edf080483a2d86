package main

import (
	"bytes"
	"strings"
	"testing"

	"shelter/internal/i18n"
)

// TestSharesAreHandedOverOneByOne: each share stands alone under its number; with a terminal the screen is cleared in between.
func TestSharesAreHandedOverOneByOne(t *testing.T) {
	t.Parallel()
	bundle, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, wait := range []bool{true, false} {
		var out, errOut bytes.Buffer
		r := &run{loc: bundle.For(i18n.FR), out: &out, errOut: &errOut}
		if err := hand(r, strings.NewReader("\n\n\n"), []string{"1:AAAA", "2:BBBB", "3:CCCC"}, wait); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(out.String(), "\x1b[2J"); (n == 3) != wait || strings.Count(out.String(), "BBBB") != 1 || strings.Contains(errOut.String(), "AAAA") {
			t.Errorf("cleared %d times: %q", n, out.String())
		}
	}
}

func TestSharesAreReadLineByLine(t *testing.T) {
	t.Parallel()
	got, err := readShares(&run{}, strings.NewReader("\n 1:AAAA-BBBB \n2:CCCC\n\n3:DDDD\n"))
	if err != nil || len(got) != 2 || got[0] != "1:AAAA-BBBB" || got[1] != "2:CCCC" {
		t.Errorf("%q, %v", got, err)
	}
}
