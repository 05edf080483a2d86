package ui

import (
	"net/http"
	"strings"

	"shelter/internal/i18n"
)

// LangCookie keeps a visitor's choice of language.
const LangCookie = "shelter_lang"

// Language changes the reader's language and goes back to the page.
func (u *UI) Language(x *Ctx) error {
	l, ok := i18n.Parse(x.PostForm("lang"))
	if ok {
		http.SetCookie(x.Writer, &http.Cookie{Name: LangCookie, Value: string(l), Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true,
			Secure: x.Secure(), SameSite: http.SameSiteLaxMode})
		if x.Actor.SignedIn() {
			if err := u.Org.SetLang(x.Request.Context(), x.Actor, l); err != nil {
				return err
			}
		}
	}
	return x.SeeOther(localPath(x.PostForm("next")))
}

// localPath keeps a page's own address and nothing else: a link must not lead to another site.
func localPath(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n") {
		return "/"
	}
	return next
}
