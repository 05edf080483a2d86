package app_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"shelter/internal/app"
	"shelter/internal/casework/custody"
)

// tryShares is the drill of the recovery shares, with everything that must not open.
func tryShares(l *lab) {
	l.staffed()
	folder := filepath.Join(l.Config.Data, app.KeyFolder)
	keys, err := custody.Open(folder)
	l.must(err)
	older, err := keys.MakeRecovery(false)
	l.must(err)
	shares, err := keys.MakeRecovery(true)
	l.must(err)
	opened := func(list ...string) bool {
		k, err := custody.OpenRecovery(folder, list)
		if err != nil {
			return false
		}
		n, err := l.Casework.Drill(l.ctx, system, k)
		return err == nil && n == 1
	}
	for i := range shares {
		if !opened(shares[i], shares[(i+1)%3]) {
			l.t.Fatalf("shares %d and %d open no case", i+1, (i+1)%3+1)
		}
	}
	single := func(s string) bool { return opened(s) }
	l.planted = func() {
		single = func(s string) bool { return opened(s, shares[0]) || opened(s, shares[1]) } // as if the rest of the key stood beside it
	}
	l.seed()
	r := rand.New(rand.NewPCG(5, 9)) //nolint:gosec // a repeatable test
	for l.n < l.count {
		for i, s := range shares {
			l.saw(single(s), "share %d alone opens a case", i+1)
			l.saw(keys.ProveRecovery([]string{s}) == nil || keys.ProveRecovery([]string{s, older[(i+1)%3]}) == nil, "share %d alone lets the first officer's role take effect", i+1)
			l.saw(opened(s, s), "share %d twice opens a case", i+1)
			l.saw(opened(s, older[(i+1)%3]), "with a share of an older set")
			l.saw(opened(s, slip(r, shares[(i+1)%3])), "with a slip")
			l.saw(opened(s, fmt.Sprintf("%d:%s", i, strings.Repeat("AAAA-", 15)+"AAAA")), "with an invented one")
		}
		l.saw(opened(older[0], older[1]), "an older set opens a case")
	}
	data, err := os.ReadFile(filepath.Join(folder, custody.RecoveryFile))
	l.must(err)
	l.saw(strings.Contains(string(data), "primaryKeyId"), "the recovery file is readable")
}

// slip changes one letter.
func slip(r *rand.Rand, s string) string {
	b := []byte(s)
	for {
		i := 2 + r.IntN(len(b)-2)
		c := byte('A' + r.IntN(26))
		if b[i] != '-' && b[i] != c {
			b[i] = c
			return string(b)
		}
	}
}

func plantWholeShares(l *lab) { l.planted.(func())() }
