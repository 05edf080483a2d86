package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// threat is one row of the list of threats: what is tried against a house of its own, how often, and a leak that can be planted in
// that house, which the row then has to find.
type threat struct {
	name, tried string
	full, short int // how many tries at least
	try         func(l *lab)
	leak        string
	plant       func(l *lab)
}

// threats are those of docs/security.md, in its order.
var threats = []threat{
	{"trafficker asks whether somebody is there", "every route of a file and the search: absent and forbidden compared", 1000, 60, tryAsking, "the two answers differ by a byte", plantByte},
	{"trafficker measures the answer", "pairs of absent and forbidden, timed in turn", 1000, 100, tryTiming, "a forbidden one takes 3 ms longer", plantDelay},
	{"insider copies everything", "openings, each in the log; the one too many raises an alarm", 1000, 60, tryCopying, "the log loses every seventh reading", plantLostReadings},
	{"staff of the other shelter, access table off", "tables read under the settings of seven outsiders", 300, 150, tryPolicies, "one policy shows every file", plantPolicy},
	{"staff of the other shelter, row-level security off", "every route of a file, lists and counts", 200, 100, tryPages, "a request is taken for a colleague's", plantMixedUp},
	{"worker who has left", "the next request after a reassignment", 100, 20, tryFormer, "pages are kept for a minute", plantKeptPages},
	{"administrator of the training side", "four verbs on every case table; every case page", 150, 150, tryAdministrator, "a right on one table, and no policy there", plantRight},
	{"somebody gives himself a case role", "tables read and warrants made with every setting forged", 100, 100, tryForging, "warrants are not guarded", plantWarrants},
	{"role x route x scope", "every route for every role, on own and on others' things", 4000, 400, tryMatrix, "one route answers everybody", plantOpenRoute},
	{"two people on one pool", "interleaved requests, 8 at a time", 1000, 300, tryCrossings, "one request in fifty is mixed up", plantCrossing},
	{"lost telephone or laptop", "canaries in the browser's profile after sign-out; headers of every page", 60, 60, tryProfile, "pages may be kept by the browser", plantCaching},
	{"stolen database", "canaries in the text of every row of every table", 50, 50, tryDump, "one text is written unsealed", plantPlain},
	{"stolen backup", "canaries in the file; a restore without the key and with it", 50, 50, tryBackup, "the thief's key opens it as well", plantRecipient},
	{"log of the server", "canaries in what was logged, refused forms too", 50, 50, tryLog, "forms are logged", plantLoggedForms},
	{"donor asks for names", "canaries in every part of the workbooks and of a team's register, three languages", 300, 300, tryWorkbooks, "a name stands in a label", plantLabel},
	{"donor computes a person", "hidden cells, and totals of periods in a row, attacked by linear programming", 1000, 400, trySolving, "a cell hidden for another's sake is shown", plantShown},
	{"administrator of the database", "changes of the sealed log", 1000, 110, tryTampering, "the ends are not kept outside", plantNoHeads},
	{"guardian who is the trafficker", "consents and referrals by a flagged guardian, in pages and in the database", 60, 60, tryGuardian, "the database does not look", plantNoTrigger},
	{"police or court, informally", "requests without a law, a recipient, a code or an approver, in pages and in the database", 100, 60, tryDisclosure, "the database lets anybody decide", plantDecided},
	{"lost or stolen recovery shares", "one share, slips, shares of another set and of nobody; each pair opens a case", 100, 60, tryShares, "every share holds the key", plantWholeShares},
	{"supply chain", "references of pages to other hosts, scripts' policy, pinned versions", 300, 300, trySupply, "a page loads from another host", plantForeignScript},
}

// verdict is what a row gave.
type verdict struct {
	n, leaks int
	first    string // of the leaks
	note     string
	whole    bool // the row was gone through to its end
	took     time.Duration
}

// TestThreats tries every row. It is a stage of its own (scripts/security.sh), which sets SHELTER_SECURITY to "short" or "full"; with
// SHELTER_SEED_LEAKS every row has a planted leak and has to find it.
func TestThreats(t *testing.T) {
	size, seeded := os.Getenv("SHELTER_SECURITY"), os.Getenv("SHELTER_SEED_LEAKS") != ""
	if size == "" { // a stage of its own
		return
	}
	only := os.Getenv("SHELTER_THREAT")
	fmt.Printf("%-52s %6s %6s %8s  %s\n", "threat", "N", "leaks", "time", map[bool]string{false: "tried", true: "planted"}[seeded])
	bad := 0
	for i := range threats {
		row := &threats[i]
		if !strings.Contains(row.name, only) {
			continue
		}
		v := row.run(t, size, seeded)
		least := 0
		if size == "full" && !seeded {
			least = row.full
		}
		wrong := !v.whole || v.n < least || (v.leaks > 0) != seeded
		if wrong {
			bad++
		}
		what := map[bool]string{false: row.tried, true: row.leak}[seeded]
		fmt.Printf("%-52s %6d %6d %6.1f s  %s%s\n", row.name, v.n, v.leaks, v.took.Seconds(), what, remark(&v, wrong, seeded, least))
	}
	if path := os.Getenv("SHELTER_TALLY"); path != "" {
		if err := os.WriteFile(path, fmt.Appendf(nil, "%d %d\n", len(threats)-bad, bad), 0o600); err != nil {
			t.Error(err)
		}
	}
	if bad > 0 {
		t.Errorf("%d rows of %d", bad, len(threats))
	}
}

func remark(v *verdict, wrong, seeded bool, least int) string {
	switch {
	case !v.whole:
		return " - BROKEN OFF " + v.first
	case v.n < least:
		return fmt.Sprintf(" - TOO FEW, at least %d", least)
	case seeded && wrong:
		return " - THE PLANTED LEAK WAS NOT FOUND"
	case wrong:
		return " - LEAK: " + v.first
	}
	return v.note
}

// run tries one row in a test of its own, so that what it makes is cleared away before the next.
func (row *threat) run(t *testing.T, size string, seeded bool) (v verdict) {
	began := time.Now()
	t.Run(strings.ReplaceAll(row.name, " ", "-"), func(t *testing.T) {
		l := &lab{t: t, count: row.short}
		if size == "full" {
			l.count = row.full
		}
		if seeded {
			l.plant, l.count = row.plant, row.short
		}
		defer func() { v.n, v.leaks, v.first, v.note = l.n, l.leaks, l.first, l.note }()
		row.try(l)
		v.whole = !t.Failed()
	})
	v.took = time.Since(began)
	return v
}

// TestEveryThreatIsDescribed: the page has a row with each threat's name, and no other.
func TestEveryThreatIsDescribed(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	for i := range threats {
		if !strings.Contains(string(page), "\n| "+threats[i].name+" |") {
			t.Errorf("docs/security.md has no row for %q", threats[i].name)
		}
	}
}

// TestTheRequirementsNameTestsThatExist reads docs/asvs.md: every requirement once, with a verdict, and every test that it names is one.
func TestTheRequirementsNameTestsThatExist(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/asvs.md")
	if err != nil {
		t.Fatal(err)
	}
	tests, seen, verdicts := testNames(t), map[string]bool{}, map[string]int{}
	for i := range threats {
		tests["threat: "+threats[i].name] = true
	}
	for _, m := range regexp.MustCompile(`(?m)^\| (\d+\.\d+\.\d+) \| [123] \| [^|]+ \| (yes|partly|not met|n/a) \| [^|]+ \| ([^|]+) \|$`).FindAllStringSubmatch(string(page), -1) {
		if seen[m[1]] {
			t.Errorf("%s stands there twice", m[1])
		}
		seen[m[1]] = true
		verdicts[m[2]]++
		if name := strings.Trim(m[3], "`"); name != "-" && !tests[name] {
			t.Errorf("%s names %q, which is no test", m[1], name)
		}
	}
	if n := strings.Count(string(page), "\n| ") - 2*strings.Count(string(page), "\n## ") + strings.Count(string(page), "\n|---"); n != len(seen) {
		t.Errorf("%d rows, %d of them whole", n, len(seen))
	}
	sum := fmt.Sprintf("Of %d requirements %d are met, %d partly, %d not, %d do not apply.", len(seen), verdicts["yes"], verdicts["partly"], verdicts["not met"], verdicts["n/a"])
	if !strings.Contains(string(page), sum) {
		t.Errorf("the page does not say: %s", sum)
	}
}

func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, e os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		data, err := os.ReadFile(path)
		for _, m := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllStringSubmatch(string(data), -1) {
			names[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	web, err := os.ReadFile("../../web/assets_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllStringSubmatch(string(web), -1) {
		names[m[1]] = true
	}
	return names
}
