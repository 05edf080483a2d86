package app_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/casework/suppress"
	"shelter/internal/casework/suppress/attack"
	"shelter/internal/casework/tamper"
	"shelter/internal/org"
)

func grantOf(role access.Role, shelter uuid.UUID) org.GrantInput {
	return org.GrantInput{Role: role, Scope: access.Shelter, ScopeID: shelter}
}

// tryCopying opens more files than the threshold allows: each opening is in the log, and the one too many raises one alarm and one
// message at once.
func tryCopying(l *lab) {
	l.staffed()
	l.colleague("Garde", access.ProtectionOfficer) // who is told
	ids := l.files(l.worker, l.a, 25)
	l.worker.back()
	l.seed()
	logged := func() int {
		n, err := strconv.Atoi(l.ofCases("SELECT count(*)::text FROM cases.audit WHERE action = 'case.view'"))
		l.must(err)
		return n
	}
	alarms := func() string { return l.ofCases("SELECT count(*)::text FROM cases.alarm") }
	before := logged()
	for i := range l.count {
		if i%50 == 49 {
			l.worker.back()
			before = logged()
		}
		if got := l.worker.ask(http.MethodGet, "/cases/"+ids[i%len(ids)].String(), ""); got.status != http.StatusOK {
			l.t.Fatalf("opening: %d", got.status)
		}
		now := logged()
		l.saw(now != before+1, "opening %d is not in the log", i+1)
		before = now
		if i == 19 || i == 20 {
			l.saw(alarms() != strconv.Itoa(i-19), "%s alarms after %d files", alarms(), i+1)
		}
	}
	l.saw(l.one("SELECT count(*)::text FROM jobs.message WHERE kind = 'case_volume'") != "1" && l.count < 200, "nobody is told")
}

func plantLostReadings(l *lab) {
	l.db.Exec(`CREATE SEQUENCE public.planted; GRANT USAGE ON SEQUENCE public.planted TO PUBLIC;
		CREATE FUNCTION public.lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.action = 'case.view' AND nextval('public.planted') % 7 = 0 THEN RETURN NULL; END IF; RETURN NEW; END $$;
		CREATE TRIGGER planted BEFORE INSERT ON cases.audit FOR EACH ROW EXECUTE FUNCTION public.lose()`)
}

// tryTampering changes the sealed log as the owner of the database and has it verified, with the ends that were kept outside.
func tryTampering(l *lab) {
	l.staffed()
	a := l.actor(l.worker, l.a, access.CaseWorker)
	for range 4 {
		for range 7 {
			_, err := l.Casework.View(l.ctx, a, uuid.MustParse(l.id()))
			l.must(err)
		}
		l.must(l.SealCases(l.ctx))
	}
	l.turn(time.Hour)
	heads, err := l.Heads("")
	l.must(err)
	l.planted = func() { heads = nil }
	l.seed()
	for _, sql := range tamper.Prepare() {
		l.db.Exec(sql)
	}
	verify := func() casework.Verdict {
		v, err := l.Casework.VerifyAudit(l.ctx, heads)
		l.must(err)
		return v
	}
	if v := verify(); !v.OK {
		l.t.Fatalf("the log is not whole to begin with: %v", v.Problems)
	}
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a repeatable test
	ways := tamper.Changes()
	for i := range l.count {
		way := ways[i%len(ways)]
		tag, err := l.db.Owner().Pool().Exec(l.ctx, way.SQL(r), pgx.QueryExecModeSimpleProtocol)
		l.must(err)
		if tag.RowsAffected() == 0 {
			l.t.Fatalf("%s changed nothing", way.Name)
		}
		l.saw(verify().OK, "%s was not found", way.Name)
		l.db.Exec(tamper.Restore)
	}
}

func plantNoHeads(l *lab) { l.planted.(func())() }

// trySolving publishes tables and attacks every hidden cell whose total is shown.
func trySolving(l *lab) {
	r := rand.New(rand.NewPCG(11, 7)) //nolint:gosec // a repeatable test
	publish := suppress.Make
	l.planted = func() { publish = careless }
	l.seed()
	for l.n < l.count {
		n := 2 + r.IntN(9)
		names, counts := make([]string, n), make([]int, n)
		for i := range counts {
			names[i] = strconv.Itoa(i)
			if r.IntN(3) > 0 {
				counts[i] = r.IntN(1 + r.IntN(25))
			}
		}
		table := publish(names, counts)
		for i, c := range table.Cells {
			if !c.Hidden || table.Total.Hidden {
				continue
			}
			low, high, err := attack.Bounds(table, i)
			l.must(err)
			l.saw(high-low < suppress.Threshold-1e-6, "%v: cell %d lies between %v and %v", counts, i, low, high)
		}
	}
	l.solveHistories(r)
}

// solveHistories attacks the numbers of persons of periods together with those reached since the beginning.
func (l *lab) solveHistories(r *rand.Rand) {
	for range l.count / 40 {
		seen, periods := map[int]bool{}, []attack.Period{}
		for range 4 {
			there := map[int]bool{}
			for range r.IntN(9) {
				there[r.IntN(8+6*len(periods))] = true
			}
			total := suppress.Make([]string{"all"}, []int{len(there)}).Total
			for who := range there {
				seen[who] = seen[who] || !total.Hidden
			}
			reached := 0
			for _, counted := range seen {
				if counted {
					reached++
				}
			}
			periods = append(periods, attack.Period{Total: total, Reached: suppress.AtLeast(reached)})
		}
		for i := range periods {
			all, _, err := attack.Persons(periods, i, false)
			l.must(err)
			l.saw(periods[i].Total.Hidden && all[1]-all[0] < suppress.Threshold-2-1e-6, "%+v: period %d has %v persons", periods, i, all)
		}
	}
}

// careless hides the small numbers alone.
func careless(names []string, counts []int) suppress.Table {
	var t suppress.Table
	for i, n := range counts {
		c := suppress.Cell{Name: names[i], N: n}
		if n > 0 && n < suppress.Threshold {
			c.N, c.Hidden = 0, true
		}
		t.Cells = append(t.Cells, c)
		t.Total.N += n
	}
	return t
}

func plantShown(l *lab) { l.planted.(func())() }

// references are what a page points to.
type references struct{ attr, css *regexp.Regexp }

func newReferences() *references {
	return &references{regexp.MustCompile(`(?:src|href|action|formaction|poster|srcset|data)="([^"]*)"`), regexp.MustCompile(`url\(([^)]*)\)`)}
}

func (x *references) of(body string) (list []string) {
	for _, re := range []*regexp.Regexp{x.attr, x.css} {
		for _, m := range re.FindAllStringSubmatch(body, -1) {
			list = append(list, strings.Trim(m[1], `"'`))
		}
	}
	return list
}

// foreign tells whether an address is another host's; a page may name one for a person to follow only as mail, as telephone, or as
// the way that the quick exit takes.
func (x *references) foreign(ref string) bool {
	return strings.HasPrefix(ref, "//") || (strings.Contains(ref, "://") && !strings.HasPrefix(ref, "https://shelter.example/") && ref != exitURL)
}

func (x *references) strict(policy string) bool {
	return strings.Contains(policy, "default-src") && strings.Contains(policy, "script-src 'self'") && !strings.Contains(policy, "unsafe-inline") && !strings.Contains(policy, " 'unsafe-eval'") && !strings.Contains(policy, "http") && !strings.Contains(policy, "*")
}

// pinned checks that every npm package and every Go module is named with its digest.
func (x *references) pinned(t *testing.T) (list []string) {
	t.Helper()
	read := func(path string) []byte {
		data, err := os.ReadFile("../../" + path)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	var lock struct {
		Packages map[string]struct {
			Integrity string
			Link      bool
		}
	}
	if err := json.Unmarshal(read("web/package-lock.json"), &lock); err != nil {
		t.Fatal(err)
	}
	for name, p := range lock.Packages {
		wrong := ""
		if name != "" && !p.Link && p.Integrity == "" {
			wrong = "npm package " + name + " has no digest"
		}
		list = append(list, wrong)
	}
	sums := string(read("go.sum"))
	for _, m := range regexp.MustCompile(`(?m)^\t(\S+) (v\S+)`).FindAllStringSubmatch(string(read("go.mod")), -1) {
		wrong := ""
		if !strings.Contains(sums, fmt.Sprintf("%s %s h1:", m[1], m[2])) {
			wrong = "module " + m[1] + " has no digest"
		}
		list = append(list, wrong)
	}
	return list
}
