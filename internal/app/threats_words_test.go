package app_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"filippo.io/age"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shelter/internal/access"
	"shelter/internal/app"
	"shelter/internal/backup"
	"shelter/internal/casework"
	"shelter/internal/casework/custody"
	"shelter/internal/db"
	"shelter/internal/db/dbtest"
	"shelter/internal/i18n"
	"shelter/internal/jobs"
	"shelter/internal/pgserver"
)

// tryDump looks for the canaries in the text of every row of every table, as a stolen copy of the database has them.
func tryDump(l *lab) {
	l.staffed()
	words, paths := l.planting()
	l.worker.ask(http.MethodGet, paths[0]+"/identity", "")
	l.planted = []string{paths[0], words[0]}
	l.seed()
	text := l.dumped()
	if !strings.Contains(text, "medical.dental") || !strings.Contains(text, "case.create") {
		l.t.Fatal("the copy is empty")
	}
	l.lookFor(words, "the database", text)
}

func (l *lab) dumped() string {
	var all strings.Builder
	l.must(pgx.BeginFunc(l.ctx, l.db.Owner().Pool(), func(tx pgx.Tx) error {
		if _, err := tx.Exec(l.ctx, "SELECT set_config('cases.copying', 'on', true)"); err != nil {
			return err
		}
		rows, err := tx.Query(l.ctx, "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
		if err != nil {
			return err
		}
		names, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		for _, name := range names {
			rows, err := tx.Query(l.ctx, "SELECT x::text FROM "+name+" x")
			if err != nil {
				return err
			}
			lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
			if err != nil {
				return err
			}
			all.WriteString(strings.Join(lines, "\n"))
		}
		return nil
	}))
	return all.String()
}

func plantPlain(l *lab) {
	of := l.planted.([]string)
	l.db.Exec("ALTER TABLE cases.event NO FORCE ROW LEVEL SECURITY, DISABLE TRIGGER USER")
	l.db.Exec("UPDATE cases.event SET detail = jsonb_build_object('who', $2::text) WHERE case_id = $1::uuid", strings.TrimPrefix(of[0], "/cases/"), of[1])
	l.db.Exec("ALTER TABLE cases.event FORCE ROW LEVEL SECURITY")
}

// tryBackup looks into the file, and restores it without the key, with a thief's and with the right one; a file opens then.
func tryBackup(l *lab) {
	l.staffed()
	words, _ := l.planting()
	right, thief := l.keyPair(), l.keyPair()
	to := []age.Recipient{right.Recipient()}
	l.planted = func() { to = append(to, thief.Recipient()) }
	l.seed()
	var buf bytes.Buffer
	_, err := backup.Write(l.ctx, &buf, backup.Source{OwnerURL: l.db.URLs.Owner, Data: l.Config.Data, Folders: []string{app.KeyFolder}}, time.Now(), to...)
	l.must(err)
	l.lookFor(words, "the backup", buf.String())
	_, err = l.restored(buf.Bytes(), thief, l.t.TempDir())
	l.saw(err == nil, "a stranger's key restores the backup")
	folder := l.t.TempDir()
	d, err := l.restored(buf.Bytes(), right, folder)
	l.must(err)
	open := func(keys string) error {
		k, err := custody.Open(keys)
		l.must(err)
		s := casework.New(d.Cases(), casework.Options{Keys: k, Now: l.Now})
		_, who, err := s.Reveal(l.ctx, l.actor(l.worker, l.a, access.CaseWorker), uuid.MustParse(l.id()))
		if err == nil && who.FamilyName != "Zgolli" {
			l.t.Errorf("opened %q", who.FamilyName)
		}
		return err
	}
	if err := open(filepath.Join(folder, app.KeyFolder)); err != nil {
		l.t.Errorf("with the key the file does not open: %v", err)
	}
	l.saw(open(l.t.TempDir()) == nil, "without the key file a file opens")
}

func (l *lab) keyPair() *age.X25519Identity {
	id, err := age.GenerateX25519Identity()
	l.must(err)
	return id
}

func (l *lab) restored(data []byte, id age.Identity, folder string) (*dbtest.DB, error) {
	d := dbtest.NewEmpty(l.t)
	logins := db.Logins{App: pgserver.AppLogin, Cases: pgserver.CasesLogin}
	_, err := backup.Restore(l.ctx, bytes.NewReader(data), backup.Target{OwnerURL: d.URLs.Owner, Logins: logins, Data: folder, Prepare: func(ctx context.Context, names []string) error {
		if err := db.MigrateOnly(ctx, d.URLs.Owner, logins, names); err != nil {
			return err
		}
		return jobs.Migrate(ctx, d.URLs.Owner)
	}}, id)
	return d, err
}

func plantRecipient(l *lab) { l.planted.(func())() }

// notebook keeps what is logged.
type notebook struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (n *notebook) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.buf.Write(p)
}

func tryLog(l *lab) {
	var notes notebook
	l.planted = &notes
	l.staffedAt("https://shelter.example", slog.NewJSONHandler(&notes, &slog.HandlerOptions{Level: slog.LevelDebug}))
	l.seed()
	words, paths := l.planting()
	for i, path := range paths {
		for _, tab := range []string{"", "/report", "/plan", "/consent", "/identity", "/notice"} {
			l.worker.ask(http.MethodGet, path+tab, "")
		}
		for _, w := range words[5*i : 5*i+5] {
			l.worker.search(w)
			l.worker.ask(http.MethodPost, path+"/goals", "domain=none&text="+w) // refused
			l.worker.ask(http.MethodPost, path+"/state", "to="+w)
			l.foreign.ask(http.MethodPost, path+"/tasks", "text="+w)
		}
	}
	if notes.buf.Len() < 5_000 {
		l.t.Errorf("logged %d bytes only", notes.buf.Len())
	}
	l.lookFor(words, "the log", notes.buf.String())
}

func plantLoggedForms(l *lab) {
	l.handle(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		_, _ = l.planted.(*notebook).Write(body)
		next.ServeHTTP(w, r)
	})
}

// tryWorkbooks unzips the donor's workbooks, and the register of a team.
func tryWorkbooks(l *lab) {
	l.staffed()
	words, paths := l.planting()
	a := l.actor(l.worker, l.a, access.CaseWorker)
	day := l.today()
	var codes canaries
	for _, path := range paths {
		id := uuid.MustParse(strings.TrimPrefix(path, "/cases/"))
		v, err := l.Casework.View(l.ctx, a, id)
		l.must(err)
		codes = append(codes, v.Code)
		l.must(l.Casework.SetService(l.ctx, a, id, v.Services[0].ID, casework.AssistChange{State: "provided", ProvidedOn: day, Outcome: "helped"}))
	}
	l.turn(95 * 24 * time.Hour)
	f, err := l.Casework.Donor(l.ctx, access.System("cli"), day, day)
	l.must(err)
	if f.Total.N != len(paths) {
		l.t.Errorf("counted %d", f.Total.N)
	}
	l.planted = func() { f.Tables[0].Cells[0].Name = words[0] }
	l.seed()
	bundle, err := i18n.New()
	l.must(err)
	for _, lang := range i18n.Langs() {
		var buf bytes.Buffer
		l.must(casework.WriteDonor(&buf, &f, bundle.For(lang), l.Now()))
		text := l.unzipped(buf.Bytes())
		l.lookFor(words, "the workbook", text)
		l.lookFor(codes, "the workbook", text)
	}
	boss := l.of(l.a, "Chef", access.CaseSupervisor)
	for _, lang := range i18n.Langs() {
		boss.back()
		got := boss.ask(http.MethodPost, "/cases/team/register", "lang="+string(lang)+"&code="+boss.code())
		text := l.unzipped([]byte(got.body))
		if !strings.Contains(text, codes[0]) {
			l.t.Error("the register is empty")
		}
		l.lookFor(words, "the register", text)
	}
}

func (l *lab) unzipped(data []byte) string {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	l.must(err)
	var all strings.Builder
	for _, part := range z.File {
		r, err := part.Open()
		l.must(err)
		_, _ = io.Copy(&all, r)
		_ = r.Close()
	}
	return all.String()
}

func plantLabel(l *lab) { l.planted.(func())() }

// tryProfile reads files in a real browser, searches and fills a form in, signs out, and looks into everything that the browser wrote.
func tryProfile(l *lab) {
	server := httptest.NewUnstartedServer(nil)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	l.must(err)
	url := "http://127.0.0.1:" + port
	l.staffedAt(url, slog.DiscardHandler)
	words, paths := l.planting()
	l.worker.back()
	l.seed()
	forms := regexp.MustCompile(`<form [^>]*method="post" [^>]*class="(?:form|case-inline)"[^>]*>|<form class="filters" method="post"[^>]*>`)
	headers := func(path string) {
		got := l.worker.ask(http.MethodGet, path, "")
		l.saw(got.status != http.StatusOK || got.header.Get("Cache-Control") != "no-store", "%s: %d, Cache-Control %q", path, got.status, got.header.Get("Cache-Control"))
		found := forms.FindAllString(got.body, -1)
		l.saw(strings.Count(got.body, `<input type="password" value="-" disabled hidden`) < len(found), "%s: the browser keeps what is sent from one of %d forms", path, len(found))
		for _, f := range found {
			l.saw(!strings.Contains(f, `autocomplete="off"`), "%s: the browser remembers what is typed into %s", path, f)
		}
	}
	for _, tab := range []string{"", "/report", "/plan", "/consent", "/identity", "/notice"} {
		headers(paths[0] + tab)
	}
	for _, path := range []string{"/cases", "/cases/tasks", "/cases/house", "/cases/new"} {
		headers(path)
	}
	server.Config.Handler = l.handler
	server.Start()
	defer server.Close()
	profile := l.t.TempDir()
	visit, err := json.Marshal(map[string]any{"url": url, "profile": profile, "cookies": l.worker.cookies, "paths": paths, "words": words})
	l.must(err)
	ctx, cancel := context.WithTimeout(l.ctx, 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", "e2e/profile.mjs")
	cmd.Dir, cmd.Stdin = "../../web", bytes.NewReader(visit)
	if out, err := cmd.CombinedOutput(); err != nil {
		l.t.Fatalf("browser: %v\n%s", err, out)
	}
	text, files := l.folder(profile)
	if files < 20 {
		l.t.Errorf("the profile has %d files", files)
	}
	l.lookFor(words, "the browser's profile", text)
}

func (l *lab) folder(dir string) (string, int) {
	var all strings.Builder
	files := 0
	l.must(filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		files++
		all.Write(data)
		return err
	}))
	return all.String(), files
}

func plantCaching(l *lab) {
	l.handle(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		rec := httptest.NewRecorder()
		next.ServeHTTP(rec, r)
		for k, v := range rec.Header() {
			w.Header()[k] = v
		}
		if r.Method == http.MethodGet {
			w.Header().Set("Cache-Control", "private, max-age=600")
		}
		w.WriteHeader(rec.Code)
		_, _ = w.Write(rec.Body.Bytes())
	})
}
