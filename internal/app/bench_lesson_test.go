package app_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/i18n"
)

// BenchmarkLessonPage is the first lesson of a shipped course for 32 trainees, each of whom has answered one of its questions, against a
// bare gin handler that selects one row by primary key through pgx and writes a constant page of the same length.
func BenchmarkLessonPage(b *testing.B) {
	h := newHouse(b)
	if err := h.LoadCourses(h.ctx); err != nil {
		b.Fatal(err)
	}
	const path = "/courses/detection/01-comprendre"
	var page string
	requests := make([]string, connections)
	person := uuid.Nil
	for i := range requests {
		p := h.person("Stagiaire", access.Trainee)
		session := h.signedIn(p)
		h.benchAnswer(b, access.Actor{PersonID: p.ID})
		page, person = session.get(path, http.StatusOK).body, p.ID
		cookies := make([]string, 0, 2)
		for k, v := range session.cookies {
			cookies = append(cookies, k+"="+v)
		}
		requests[i] = "GET " + path + " HTTP/1.1\r\nHost: shelter.example\r\nAccept: text/html\r\nCookie: " + strings.Join(cookies, "; ") + "\r\n\r\n"
	}
	ours, pool := listen(b, h.handler), barePool(b, h.db.URLs.App)
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
		compare(b, "lesson page, signed in", 0.6,
			func() float64 { return perSecond(b, ours, func(conn, _ int) string { return requests[conn] }) },
			func() float64 {
				return perSecond(b, yard, func(int, int) string { return "GET /page HTTP/1.1\r\nHost: x\r\n\r\n" })
			})
	}
}

// benchAnswer answers the first question of the lesson.
func (h *house) benchAnswer(b *testing.B, trainee access.Actor) {
	b.Helper()
	v, err := h.Course.Open(h.ctx, trainee, "detection", "01-comprendre", i18n.FR)
	if err != nil {
		b.Fatal(err)
	}
	for _, code := range v.Lesson.Checks() {
		if q := v.Question(code); len(q.Options) > 0 && q.Type == course.Single {
			_, err := h.Course.Answer(h.ctx, trainee, "detection", "01-comprendre", course.Answer{Key: uuid.Must(uuid.NewV7()), Question: code,
				Response: course.Response{Choice: []string{q.Options[0].ID}}, At: h.Now()})
			if err != nil {
				b.Fatal(err)
			}
			return
		}
	}
}
