package server

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"shelter/internal/auth"
	"shelter/internal/course"
	"shelter/internal/i18n"
	"shelter/internal/ui"
	"shelter/internal/workshop"
)

// Session finds out who asks and in which language: the session's person with the roles held at this moment, or a visitor
// with the language of the cookie or of the browser. It stands after the recovery and the headers and before every handler.
// A database that does not answer makes an error page, never a visitor.
func Session(u *ui.UI) gin.HandlerFunc {
	return func(g *gin.Context) {
		event, ofEvent := eventOf(g)
		ofLesson := g.FullPath() == lessonPath && g.Request.Method == http.MethodGet
		ctx := g.Request.Context()
		switch {
		case ofEvent:
			ctx = auth.WithPeek(ctx, auth.Peek{Column: workshop.VersionColumn, Args: []any{[16]byte(event)}})
		case ofLesson:
			ctx = auth.WithPeek(ctx, auth.Peek{Column: course.RevisionColumn, Args: []any{g.Param("code")}})
		}
		ses, err := u.Sessions.Read(ctx, g.Request)
		if err != nil {
			g.Set(ui.LangKey, visitorLang(g))
			u.Wrap(func(*ui.Ctx) error { return err })(g)
			g.Abort()
			return
		}
		lang := ses.Lang
		if lang == "" || ses.Pending && chosen(g) {
			lang = visitorLang(g) // who has not confirmed yet cannot change the account's language, but may choose one here
		}
		g.Set(ui.LangKey, lang)
		g.Set(ui.SessionKey, ses)
		g.Set(ui.ActorKey, ses.Actor)
		if ofLesson && ses.Peeked != nil {
			g.Set(ui.LessonKey, *ses.Peeked)
		}
		if ofEvent && ses.Peeked != nil && g.Request.Method == http.MethodGet {
			g.Request = g.Request.WithContext(workshop.WithVersion(g.Request.Context(), event, *ses.Peeked))
		}
		g.Next()
	}
}

// lessonPath is the route whose page is kept by what its reader did so far: that is read along with the session.
const lessonPath = "/courses/:code/:slug"

// chosen says whether this browser has used the language switch.
func chosen(g *gin.Context) bool {
	_, err := g.Cookie(ui.LangCookie)
	return err == nil
}

func visitorLang(g *gin.Context) i18n.Lang {
	if c, err := g.Cookie(ui.LangCookie); err == nil {
		if l, ok := i18n.Parse(c); ok {
			return l
		}
	}
	return i18n.Match(g.GetHeader("Accept-Language"))
}

// eventOf gives the event of an address like /workshops/ID/...: its version is read along with the session.
func eventOf(g *gin.Context) (uuid.UUID, bool) {
	if !strings.HasPrefix(g.FullPath(), "/workshops/:id") {
		return uuid.Nil, false
	}
	id, err := uuid.Parse(g.Param("id"))
	return id, err == nil
}
