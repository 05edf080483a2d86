package app_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"shelter/internal/access"
	"shelter/internal/exam"
	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/workshop"
)

// The hot paths beside a yardstick on the same PostgreSQL in the same run: what is asked for is the ratio, since machines
// differ. Rounds of both take turns, so that a disturbance hits both.
const (
	connections = 32
	rounds      = 5
	round       = 1500 * time.Millisecond
)

// client is a bare HTTP/1.1 client: it costs little, so that the servers are what is measured.
type client struct {
	conn net.Conn
	r    *bufio.Reader
}

func dial(b *testing.B, addr string) *client {
	b.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		b.Fatal(err)
	}
	return &client{conn: conn, r: bufio.NewReaderSize(conn, 64<<10)}
}

// do sends a request and reads the answer to its end.
func (c *client) do(request string) (status int, err error) {
	if _, err := io.WriteString(c.conn, request); err != nil {
		return 0, err
	}
	res, err := http.ReadResponse(c.r, nil)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, err
}

// perSecond drives a server for one round over all connections; next makes the i-th request of a connection.
func perSecond(b *testing.B, addr string, next func(conn, i int) string) float64 {
	b.Helper()
	var done, failed atomic.Int64
	stop := time.Now().Add(round)
	var wg sync.WaitGroup
	for conn := range connections {
		wg.Go(func() {
			c := dial(b, addr)
			defer func() { _ = c.conn.Close() }()
			for i := 0; time.Now().Before(stop); i++ {
				if status, err := c.do(next(conn, i)); err != nil || status != http.StatusOK {
					failed.Add(1)
					return
				}
				done.Add(1)
			}
		})
	}
	wg.Wait()
	if failed.Load() > 0 {
		b.Fatalf("%d connections failed", failed.Load())
	}
	return float64(done.Load()) / round.Seconds()
}

// compare runs both in turns and reports the ratio of the sums.
func compare(b *testing.B, name string, least float64, ours, yardstick func() float64) {
	b.Helper()
	ours() // warm: connections, plans, caches
	yardstick()
	var a, y float64
	for range rounds {
		a += ours()
		y += yardstick()
	}
	ratio := a / y
	b.ReportMetric(ratio, "ratio")
	fmt.Printf("%-34s %8.0f/s against %8.0f/s: ratio %.2f (at least %.2f)\n", name, a/rounds, y/rounds, ratio, least)
	if ratio < least {
		b.Errorf("%s: ratio %.2f, at least %.2f was asked for", name, ratio, least)
	}
}

func listen(b *testing.B, h http.Handler) string {
	b.Helper()
	s := httptest.NewServer(h)
	b.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

func barePool(b *testing.B, url string) *pgxpool.Pool {
	b.Helper()
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		b.Fatal(err)
	}
	cfg.MaxConns = 16 // as many as ours
	pool, err := pgxpool.NewWithConfig(context.Background(), cfg)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	return pool
}

// BenchmarkWorkshopPage is the overview of a workshop of 30 people for its trainer, against a bare gin handler that selects
// one row by primary key through pgx and writes a constant page of the same length.
func BenchmarkWorkshopPage(b *testing.B) {
	h := newHouse(b)
	trainer := h.person("Formatrice", access.Trainer)
	id := h.benchWorkshop(b, trainer)
	session := h.signedIn(trainer)
	page := session.get("/workshops/"+id.String(), http.StatusOK).body
	cookies := make([]string, 0, 2)
	for k, v := range session.cookies {
		cookies = append(cookies, k+"="+v)
	}
	ours := listen(b, h.handler)
	request := "GET /workshops/" + id.String() + " HTTP/1.1\r\nHost: shelter.example\r\nAccept: text/html\r\nCookie: " + strings.Join(cookies, "; ") + "\r\n\r\n"

	pool, person := barePool(b, h.db.URLs.App), trainer.ID
	gin.SetMode(gin.ReleaseMode)
	bare := gin.New()
	constant := []byte(page)
	bare.GET("/page", func(g *gin.Context) {
		var name string
		if err := pool.QueryRow(g.Request.Context(), "SELECT family_name FROM org.person WHERE id = $1", person).Scan(&name); err != nil {
			g.AbortWithStatus(http.StatusInternalServerError)
			return
		}
		g.Data(http.StatusOK, "text/html; charset=utf-8", constant)
	})
	yard := listen(b, bare)
	for b.Loop() {
		compare(b, "workshop page, signed in", 0.5,
			func() float64 { return perSecond(b, ours, func(int, int) string { return request }) },
			func() float64 {
				return perSecond(b, yard, func(int, int) string { return "GET /page HTTP/1.1\r\nHost: x\r\n\r\n" })
			})
	}
}

// benchWorkshop makes a workshop of two days and 30 people.
func (h *house) benchWorkshop(b *testing.B, trainer org.Person) uuid.UUID {
	b.Helper()
	ev, err := h.Workshop.Create(h.ctx, system, workshop.CreateInput{Details: workshop.Details{Title: "Atelier"}, Start: h.Now(), Days: 2, Trainers: []uuid.UUID{trainer.ID}})
	if err != nil {
		b.Fatal(err)
	}
	ids := make([]uuid.UUID, 30)
	for i := range ids {
		p, err := h.Org.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: fmt.Sprintf("Participant %d", i), GivenName: "Salma"})
		if err != nil {
			b.Fatal(err)
		}
		ids[i] = p.ID
	}
	if _, err := h.Workshop.EnrolMany(h.ctx, system, ev.ID, ids, workshop.EnrolOptions{}); err != nil {
		b.Fatal(err)
	}
	return ev.ID
}

// BenchmarkAutosave is one answer kept through the whole site, against a bare upsert.
func BenchmarkAutosave(b *testing.B) {
	h := newHouse(b)
	trainer := h.person("Formatrice", access.Trainer)
	event := h.benchWorkshop(b, trainer)
	tickets := h.benchTest(b, event)
	ours := listen(b, h.handler)

	yard := h.bareUpsert(b)
	for b.Loop() {
		compare(b, "autosave of an answer", 0.6,
			func() float64 {
				return perSecond(b, ours, func(conn, i int) string {
					t := tickets[conn%len(tickets)]
					return saveRequest("/t/"+t.AttemptID.String()+"/answers", uuid.NewString(), i, "shelter_test="+t.Token)
				})
			},
			func() float64 {
				return perSecond(b, yard, func(conn, i int) string { return saveRequest("/save", uuid.Nil.String(), i, "x=y") })
			})
	}
}

// bareUpsert is the yardstick of what writes: a bare gin handler that does a single-row upsert through pgx.
func (h *house) bareUpsert(b *testing.B) string {
	b.Helper()
	pool := barePool(b, h.db.URLs.App)
	h.db.Exec("CREATE TABLE org.yardstick (attempt uuid, position int, response jsonb, at timestamptz, PRIMARY KEY (attempt, position))")
	h.db.Exec("GRANT ALL ON org.yardstick TO shelter_app")
	bare := gin.New()
	bare.POST("/save", func(g *gin.Context) {
		var a exam.Answer
		if g.ShouldBindJSON(&a) != nil {
			g.AbortWithStatus(http.StatusBadRequest)
			return
		}
		_, err := pool.Exec(g.Request.Context(), `INSERT INTO org.yardstick VALUES ($1, $2, $3, now())
			ON CONFLICT (attempt, position) DO UPDATE SET response = EXCLUDED.response, at = EXCLUDED.at`, a.Key, a.Position, a.Response)
		if err != nil {
			g.AbortWithStatus(http.StatusInternalServerError)
			return
		}
		g.JSON(http.StatusOK, gin.H{"key": a.Key})
	})
	return listen(b, bare)
}

func saveRequest(path, key string, i int, cookie string) string {
	body := fmt.Sprintf(`{"key":%q,"position":%d,"response":{"c":["a"]},"seq":%d,"at":"2026-11-24T09:00:00Z"}`, key, i%4+1, i)
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: shelter.example\r\nContent-Type: application/json\r\nAccept: application/json\r\nCookie: %s\r\nContent-Length: %d\r\n\r\n%s", path, cookie, len(body), body)
}

// benchTest opens a test and begins an attempt for each person.
func (h *house) benchTest(b *testing.B, event uuid.UUID) []exam.Ticket {
	b.Helper()
	var questions []exam.Question
	var codes []string
	for i := range 4 {
		code := fmt.Sprintf("B-%d", i)
		codes = append(codes, code)
		questions = append(questions, exam.Question{Code: code, Type: exam.Single, Difficulty: 1, Bloom: "remember",
			Body: exam.Body{Stem: exam.Text{i18n.FR: "?"}, Options: []exam.Option{{ID: "a", Correct: true}, {ID: "b"}}}})
	}
	if _, err := h.Exam.Load(h.ctx, system, questions, []exam.Paper{{Code: "B", Items: codes}}); err != nil {
		b.Fatal(err)
	}
	forms, err := h.Exam.Forms(h.ctx, system)
	if err != nil {
		b.Fatal(err)
	}
	if err := h.Exam.Pair(h.ctx, system, event, exam.PairingInput{PreForm: forms[0].ID, PostForm: forms[0].ID}); err != nil {
		b.Fatal(err)
	}
	if err := h.Exam.Open(h.ctx, system, event, exam.Pre); err != nil {
		b.Fatal(err)
	}
	board, err := h.Exam.Board(h.ctx, system, event)
	if err != nil {
		b.Fatal(err)
	}
	tickets := make([]exam.Ticket, 0, len(board.Rows))
	for _, row := range board.Rows {
		t, err := h.Exam.Join(h.ctx, exam.JoinInput{RoomCode: board.Pairing.RoomCode, EnrolmentID: row.EnrolmentID, Lang: i18n.FR})
		if err != nil {
			b.Fatal(err)
		}
		tickets = append(tickets, t)
	}
	return tickets
}
