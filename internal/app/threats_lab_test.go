package app_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/org"
)

// lab is a house with the people of a threat, and the count of what was tried.
type lab struct {
	*estate
	t        *testing.T
	count    int
	n, leaks int
	first    string
	note     string // a figure besides
	plant    func(l *lab)

	worker, foreign *keyholder // of two shelters
	a, b            uuid.UUID  // their shelters
	file, code      string     // the path and the code of a file that the worker follows
	planted         any        // what a plant leaves for its row
}

// saw counts a try.
func (l *lab) saw(leak bool, format string, args ...any) {
	l.n++
	if leak {
		l.leaks++
		if l.first == "" {
			l.first = fmt.Sprintf(format, args...)
		}
	}
}

func (l *lab) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// seed plants the leak, when one is to be.
func (l *lab) seed() {
	if l.plant != nil {
		l.plant(l)
	}
}

// staffed makes the house with a worker in each of two shelters, and a file of the first.
func (l *lab) staffed() *lab { return l.staffedAt("https://shelter.example", slog.DiscardHandler) }

func (l *lab) staffedAt(url string, log slog.Handler) *lab {
	l.estate = &estate{house: newHouseAt(l.t, url, log)}
	l.worker, l.foreign = l.colleague("Proche", access.CaseWorker), l.colleague("Lointain", access.CaseWorker)
	l.a, l.b = uuid.MustParse(l.organisationOf(l.worker.Person)), uuid.MustParse(l.organisationOf(l.foreign.Person))
	l.file = l.worker.newFile("Zgolli", "Khadija")
	l.code = l.ofCases("SELECT code FROM cases.file WHERE id = '" + l.id() + "'")
	return l
}

func (l *lab) id() string { return strings.TrimPrefix(l.file, "/cases/") }

// of makes somebody of a shelter with an approved case role, and signs them in.
func (l *lab) of(shelter uuid.UUID, family string, role access.Role) *keyholder {
	p := l.person(family, "")
	l.must(l.Org.GrantRole(l.ctx, system, p.ID, org.GrantInput{Role: role, Scope: access.Shelter, ScopeID: shelter}))
	k := l.holding(p) // before the approval: a new second factor suspends what was approved
	l.approved(p, role)
	return k
}

func (l *lab) actor(k *keyholder, shelter uuid.UUID, role access.Role) access.Actor {
	return access.Actor{PersonID: k.ID, MFA: true, Grants: []access.Grant{{Role: role, Scope: access.Shelter, ID: shelter}}}
}

// answerOf is what a request got, whatever it was.
type answerOf struct {
	status int
	header http.Header
	body   string
}

// ask sends a request and keeps no cookie, so that many can be sent at once.
func (b *browser) ask(method, path, body string) answerOf {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Accept", "text/html")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for k, v := range b.cookies {
		r.AddCookie(&http.Cookie{Name: k, Value: v})
	}
	w := httptest.NewRecorder()
	b.h.handler.ServeHTTP(w, r)
	return answerOf{w.Code, w.Result().Header, w.Body.String()}
}

// handle puts a handler before the house's own.
func (l *lab) handle(f func(w http.ResponseWriter, r *http.Request, next http.Handler)) {
	next := l.handler
	l.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f(w, r, next) })
}

// becomes gives a request the cookies of somebody else.
func becomes(r *http.Request, b *browser) {
	r.Header.Del("Cookie")
	for k, v := range b.cookies {
		r.AddCookie(&http.Cookie{Name: k, Value: v})
	}
}

// sentBy tells whether a request carries somebody's session.
func sentBy(r *http.Request, b *browser) bool {
	for k, v := range b.cookies {
		if c, err := r.Cookie(k); err == nil && c.Value == v && strings.Contains(k, "session") {
			return true
		}
	}
	return false
}

// caseTables lists every table of the case side.
func (l *lab) caseTables() []string {
	rows, err := l.db.Owner().Pool().Query(l.ctx, "SELECT tablename FROM pg_tables WHERE schemaname = 'cases' ORDER BY 1")
	l.must(err)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	l.must(err)
	return names
}

// seen counts the rows of a case table under settings, with the access table left out.
func (l *lab) seen(table string, settings map[string]string) (n int) {
	l.must(pgx.BeginFunc(l.ctx, l.db.Cases().Pool(), func(tx pgx.Tx) error {
		for k, v := range settings {
			if _, err := tx.Exec(l.ctx, "SELECT set_config($1, $2, true)", k, v); err != nil {
				return err
			}
		}
		return tx.QueryRow(l.ctx, "SELECT count(*) FROM cases."+table).Scan(&n)
	}))
	return n
}

// freely tells whether the cases login may do something under settings; it is taken back.
func (l *lab) freely(settings map[string]string, sql string, args ...any) bool {
	tx, err := l.db.Cases().Pool().Begin(l.ctx)
	l.must(err)
	defer func() { _ = tx.Rollback(l.ctx) }()
	for k, v := range settings {
		_, err = tx.Exec(l.ctx, "SELECT set_config($1, $2, true)", k, v)
		l.must(err)
	}
	_, err = tx.Exec(l.ctx, sql, args...)
	return err == nil
}

// caseRoutes are the routes of a single file, from the table that is written by hand.
func caseRoutes() (list []struct{ method, path string }) {
	for _, row := range matrix {
		if method, path, _ := strings.Cut(row.route, " "); strings.HasPrefix(path, "/cases/:case") {
			list = append(list, struct{ method, path string }{method, path})
		}
	}
	return list
}

// fileThings stand for the placeholders of a file's routes.
func fileThings(file string) things {
	t := things{"case": file, "today": "2026-01-05"}
	for _, name := range []string{"goal", "service", "task", "consent", "referral", "return", "export", "followup", "document", "request", "disclosure"} {
		t[name] = uuid.NewString()
	}
	return t
}

// filled puts one of everything into the worker's file, through the services.
func (l *lab) filled() {
	t := things{"org": l.a.String()}
	l.caseFile(l.worker.Person, t)
	l.file = "/cases/" + t["case"]
	l.code = l.ofCases("SELECT code FROM cases.file WHERE id = '" + t["case"] + "'")
}

// canaries are words that stand nowhere by chance, five for each of ten files.
type canaries []string

func (l *lab) planting() (canaries, []string) {
	var words canaries
	var paths []string
	for i := range 10 {
		mark := strings.ReplaceAll(uuid.NewString(), "-", "")
		family, given, story := "Zq"+mark[:10], "Kx"+mark[10:20], "Wy"+mark[20:]
		document, phone := "DOC"+strings.ToUpper(mark[:9]), fmt.Sprintf("2%07d", 1234567+i*811_013)
		words = append(words, family, given, story, document, phone)
		path := l.worker.newFile(family, given)
		l.worker.post(path+"/identity", 303, "family_name", family, "given_name", given, "document", document, "phone", phone)
		l.worker.post(path+"/goals", 303, "domain", "social", "text", "but "+story)
		l.worker.post(path+"/tasks", 303, "kind", "call", "due_on", l.day(0), "text", story)
		l.worker.post(path+"/services", 303, "type", "medical.dental", "text", story)
		l.worker.post(path+"/requests", 303, "kind", "access", "made_by", "person", "how", "oral", "received_on", l.day(0), "text", family+" "+story)
		l.worker.sendPaper(path+"/documents", 303, given+" "+family+".pdf", []byte("%PDF-1.7 "+document+" "+phone+" "+story), "kind", "other")
		paths = append(paths, path)
	}
	return words, paths
}

// lookFor counts a try for each canary, in the ways in which a database or a program writes a text.
func (l *lab) lookFor(words canaries, where, text string) {
	for _, w := range words {
		found := slices.ContainsFunc([]string{w, fmt.Sprintf("%x", w), strings.ToLower(w), strings.Join(strings.Split(w, ""), "\x00")}, func(s string) bool { return strings.Contains(text, s) })
		l.saw(found, "%q stands in %s", w, where)
	}
}

// search asks for a text.
func (k *keyholder) search(q string) answerOf { return k.ask(http.MethodPost, "/cases/search", "q="+q) }

// files makes files of a worker through the service.
func (l *lab) files(k *keyholder, shelter uuid.UUID, n int) []uuid.UUID {
	a := l.actor(k, shelter, access.CaseWorker)
	day := l.today()
	var ids []uuid.UUID
	for range n {
		id, err := l.Casework.Create(l.ctx, a, casework.CreateInput{Key: uuid.New(), OwnerID: shelter, Alias: "Jasmin", Sex: "f", AgeBand: "18-25", Nationality: "tn", Form: "begging", Source: "ngo", ReportedOn: day, Narrative: "x", Mine: true})
		l.must(err)
		ids = append(ids, id)
	}
	return ids
}
