package app_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
)

// same compares two answers without the ids that were asked for.
func same(a, b answerOf, idA, idB string) bool {
	for _, h := range []http.Header{a.header, b.header} {
		h.Del("Date")
		h.Del("Set-Cookie") // a session's time
	}
	return a.status == b.status && len(a.body) == len(b.body) && strings.ReplaceAll(a.body, idA, "") == strings.ReplaceAll(b.body, idB, "") &&
		fmt.Sprint(a.header) == strings.ReplaceAll(fmt.Sprint(b.header), idB, idA)
}

func tryAsking(l *lab) {
	l.staffed()
	boss, admin := l.of(l.b, "Chef", access.CaseSupervisor), l.keyholder("Admin", access.Admin)
	l.foreign.back()
	l.seed()
	for l.n < l.count {
		for _, k := range []*keyholder{l.foreign, boss, admin} {
			if l.n >= l.count {
				break
			}
			for _, r := range caseRoutes() {
				absent := uuid.NewString()
				th := fileThings(l.id())
				hidden := k.ask(r.method, th.path(r.path), th.body(r.method+" "+r.path))
				th["case"] = absent
				l.saw(!same(hidden, k.ask(r.method, th.path(r.path), th.body(r.method+" "+r.path)), l.id(), absent) || hidden.status != http.StatusNotFound, "%s %s: a forbidden file answers %d", r.method, r.path, hidden.status)
			}
		}
		for _, k := range []*keyholder{l.foreign, boss} {
			l.saw(len(k.search("Khadija+Zgolli").body) != len(k.search("Khadija+Zgoldi").body), "a search tells of a name")
			l.saw(len(k.search(l.code).body) != len(k.search("C-22222222").body), "a search tells of a code")
		}
	}
}

func plantByte(l *lab) {
	l.handle(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(w, r)
		if strings.Contains(r.URL.Path, l.id()) {
			_, _ = w.Write([]byte(" "))
		}
	})
}

// tryTiming times pairs in a random order: a file out of sight and none, a search for a name out of sight and for none. Work of other
// programs meets both of a pair alike; so under "no difference" the first is the slower in half of the pairs. It is a leak when its
// share lies outside 1/2 by more than chance (4.5 standard errors: once in 100,000 runs) and by enough to tell something of one
// person: more than one pair in eight beyond the half.
func tryTiming(l *lab) {
	l.staffed()
	l.foreign.back()
	l.seed()
	l.n -= 2
	l.pairs("file", func(hidden bool) {
		id := l.id()
		if !hidden {
			id = uuid.NewString()
		}
		l.foreign.ask(http.MethodGet, "/cases/"+id, "")
	})
	l.pairs("name", func(hidden bool) {
		l.foreign.search(map[bool]string{true: "Khadija+Zgolli", false: "Khadija+Zgoldi"}[hidden])
	})
}

func (l *lab) pairs(what string, ask func(hidden bool)) {
	r := rand.New(rand.NewPCG(3, 5)) //nolint:gosec // a repeatable test
	timed := func(hidden bool) float64 {
		began := time.Now()
		ask(hidden)
		return float64(time.Since(began)) / 1e3
	}
	for range 20 { // what is made once at the first request
		timed(true)
		timed(false)
	}
	slower, n := 0.0, float64(l.count)
	var diff []float64
	for range l.count {
		var d float64
		if r.IntN(2) == 0 {
			d = timed(true)
			d -= timed(false)
		} else {
			d = -timed(false)
			d += timed(true)
		}
		if d > 0 {
			slower++
		}
		diff = append(diff, d)
	}
	slices.Sort(diff)
	share := slower / n
	l.note += fmt.Sprintf("; a forbidden %s is the slower in %.3f of %d pairs, median difference %.0f µs", what, share, l.count, diff[len(diff)/2])
	l.n += l.count
	l.saw(math.Abs(share-0.5) > max(0.125, 4.5*0.5/math.Sqrt(n)), "a forbidden %s is the slower in %.3f of the pairs", what, share)
}

func plantDelay(l *lab) {
	l.handle(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if strings.Contains(r.URL.Path, l.id()) && r.Method == http.MethodGet {
			time.Sleep(3 * time.Millisecond)
		}
		next.ServeHTTP(w, r)
	})
}

// tryPages: with row-level security switched off, pages, lists and counts show the other shelter nothing.
func tryPages(l *lab) {
	l.staffed()
	l.filled()
	boss := l.of(l.b, "Chef", access.CaseSupervisor)
	l.foreign.back()
	for _, table := range l.caseTables() {
		l.db.Exec("ALTER TABLE cases." + table + " DISABLE ROW LEVEL SECURITY")
	}
	lists := []string{"/cases", "/cases?closed=on", "/cases/tasks", "/cases/incoming", "/cases/house", "/cases/openings"}
	before := map[string]string{}
	for _, path := range lists {
		before[path] = l.foreign.ask(http.MethodGet, path, "").body
	}
	l.worker.back()
	l.worker.newFile("Zgolli", "Nour")
	l.foreign.back()
	boss.back()
	l.seed()
	for l.n < l.count {
		for _, k := range []*keyholder{l.foreign, boss} {
			th := fileThings(l.id())
			for _, r := range caseRoutes() {
				got := k.ask(r.method, th.path(r.path), th.body(r.method+" "+r.path))
				l.saw(got.status != http.StatusNotFound || strings.Contains(got.body, l.code), "%s %s: %d", r.method, r.path, got.status)
			}
			for _, path := range lists {
				got := k.ask(http.MethodGet, path, "")
				l.saw(strings.Contains(got.body, l.code) || strings.Contains(got.body, l.id()), "%s names the file", path)
			}
			l.saw(strings.Contains(k.search("Khadija+Zgolli").body, "C-"), "the search finds a file")
		}
		for _, path := range lists {
			l.saw(counted(before[path]) != counted(l.foreign.ask(http.MethodGet, path, "").body), "%s counts the other shelter's files", path)
		}
	}
}

// counted is the text of a page without the moment of its watermark.
func counted(body string) string {
	text := strings.Join(strings.Fields(reTags.ReplaceAllString(body, " ")), " ")
	var kept []string
	for _, w := range strings.Fields(text) {
		if !strings.Contains(w, ":") {
			kept = append(kept, w)
		}
	}
	return strings.Join(kept, " ")
}

func plantMixedUp(l *lab) {
	l.worker.back()
	l.handle(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if sentBy(r, l.foreign.browser) {
			becomes(r, l.worker.browser)
		}
		next.ServeHTTP(w, r)
	})
}

func tryFormer(l *lab) {
	l.staffed()
	boss, other := l.of(l.a, "Chef", access.CaseSupervisor), l.of(l.a, "Autre", access.CaseWorker)
	l.worker.back()
	l.seed()
	sup := l.actor(boss, l.a, access.CaseSupervisor)
	id := uuid.MustParse(l.id())
	tabs := []string{"", "/report", "/plan", "/consent", "/identity", "/notice"}
	for l.n < l.count {
		for i, tab := range tabs {
			now, former := other, l.worker
			if i%2 == 1 {
				now, former = l.worker, other
			}
			former.ask(http.MethodGet, l.file+tab, "")
			l.must(l.Casework.Assign(l.ctx, sup, id, now.ID, ""))
			l.saw(former.ask(http.MethodGet, l.file+tab, "").status != http.StatusNotFound, "a former worker reads %s", tab)
			if got := now.ask(http.MethodGet, l.file+tab, "").status; got != http.StatusOK && l.plant == nil {
				l.t.Fatalf("the new worker gets %d", got)
			}
		}
	}
}

// plantKeptPages gives each reader what they last got at an address.
func plantKeptPages(l *lab) {
	kept := map[string]*httptest.ResponseRecorder{}
	l.handle(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		key := r.URL.Path + r.Header.Get("Cookie")
		if kept[key] == nil {
			kept[key] = httptest.NewRecorder()
			next.ServeHTTP(kept[key], r)
		}
		w.WriteHeader(kept[key].Code)
		_, _ = w.Write(kept[key].Body.Bytes())
	})
}

// tryMatrix walks the table of every route for every role. The short form has three roles and the routes of the case side.
func tryMatrix(l *lab) {
	roles := append(access.Roles(), "")
	whole := l.count > 1000
	if !whole {
		roles = []access.Role{access.CaseWorker, access.Admin, ""}
	}
	for _, role := range roles {
		e := newEstate(l.t, role)
		l.estate = e
		l.seed()
		for _, row := range matrix {
			if _, path, _ := strings.Cut(row.route, " "); !whole && !strings.HasPrefix(path, "/cases") && !strings.HasPrefix(path, "/approvals") && !strings.HasPrefix(path, "/occupancy") && !strings.HasPrefix(path, "/assistance") {
				continue
			}
			for scope, th := range map[string]things{"other": e.other, "own": e.own} {
				allowed := map[string]string{"other": row.other, "own": row.own}[scope]
				wrong := e.surprise(role, row.route, scope, allowed, th)
				l.saw(wrong != "", "%s as %s", wrong, role)
			}
		}
	}
}

func plantOpenRoute(l *lab) {
	l.handle(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if strings.HasSuffix(r.URL.Path, "/trace") {
			w.WriteHeader(http.StatusOK)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// tryCrossings: two people of two shelters ask at once, on one pool; each gets their own file and never the other's.
func tryCrossings(l *lab) {
	l.staffed()
	theirs := l.foreign.newFile("Autre", "Personne")
	theirCode := l.ofCases("SELECT code FROM cases.file WHERE id = '" + strings.TrimPrefix(theirs, "/cases/") + "'")
	l.worker.back()
	l.foreign.back()
	l.seed()
	var mu sync.Mutex
	var all sync.WaitGroup
	next := make(chan int)
	for range 8 {
		all.Go(func() {
			for i := range next {
				k, own, ownCode, other, otherCode := l.worker, l.file, l.code, theirs, theirCode
				if i%2 == 1 {
					k, own, ownCode, other, otherCode = l.foreign, theirs, theirCode, l.file, l.code
				}
				path, want := []string{own, "/cases", other}[i/2%3], []int{200, 200, 404}[i/2%3]
				got := k.ask(http.MethodGet, path, "")
				mu.Lock()
				l.saw(got.status != want || strings.Contains(got.body, otherCode) || (want == 200 && !strings.Contains(got.body, ownCode)), "%s: %d", path, got.status)
				mu.Unlock()
			}
		})
	}
	for i := range l.count {
		next <- i
	}
	close(next)
	all.Wait()
}

func plantCrossing(l *lab) {
	var mu sync.Mutex
	n := 0
	l.handle(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		mu.Lock()
		n++
		mixed := n%50 == 0
		mu.Unlock()
		if mixed && sentBy(r, l.foreign.browser) {
			becomes(r, l.worker.browser)
		} else if mixed {
			becomes(r, l.foreign.browser)
		}
		next.ServeHTTP(w, r)
	})
}

// trySupply looks at every page that a person of the case side, an administrator and a visitor can get.
func trySupply(l *lab) {
	refs := newReferences()
	for _, role := range []access.Role{access.CaseSupervisor, access.Manager, ""} {
		e := newEstate(l.t, role)
		l.estate = e
		l.seed()
		for _, row := range matrix {
			method, path, _ := strings.Cut(row.route, " ")
			if method != http.MethodGet {
				continue
			}
			got := e.browser.ask(method, e.own.path(path), "")
			for _, ref := range refs.of(got.body) {
				l.saw(refs.foreign(ref), "%s refers to %s", path, ref)
			}
			if strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
				l.saw(!refs.strict(got.header.Get("Content-Security-Policy")), "%s: %s", path, got.header.Get("Content-Security-Policy"))
			}
		}
	}
	for _, wrong := range refs.pinned(l.t) {
		l.saw(wrong != "", "%s", wrong)
	}
}

func plantForeignScript(l *lab) {
	l.handle(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(w, r)
		if slices.Contains([]string{"/cases", "/account"}, r.URL.Path) {
			_, _ = w.Write([]byte(`<script src="https://cdn.example.net/x.js"></script>`))
		}
	})
}
