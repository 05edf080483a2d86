package app_test

import (
	"strings"
	"testing"
)

// The pages for the public are there for everybody, keep nothing and tell nobody else.
func TestPublicPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.browser()
	b.contains(b.get("/", 200), "/info", "/help")
	public := b.get("/info", 200)
	b.contains(public, "Des signes qui doivent alerter", "80 104 748", "tel:80104748", "data-exit", "/help", "<title>La traite")
	help := b.get("/help", 200)
	b.contains(help, "Il existe une aide pour vous", "tel:80104748", "data-exit", "<title>Informations")
	if strings.Contains(help.body, "<title>Il existe") {
		t.Error("the history of the browser tells what was read")
	}
	if len(public.Cookies())+len(help.Cookies()) > 0 {
		t.Errorf("cookies: %v %v", public.Cookies(), help.Cookies())
	}
	b.contains(b.get("/help/ar", 200), `dir="rtl"`, "توجد مساعدة لك")
	b.contains(b.get("/info/en/leaflet", 200), "Signs that should alert you", "80 104 748", "<svg")
	b.get("/info/xx", 404)
	b.get("/help/xx/leaflet", 404)
}
