package app_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// roomPost sends the sign-in form as a browser on a plain-HTTP address of the room does: without Sec-Fetch-Site, which browsers
// send on trustworthy addresses only, so that the Origin header is all there is to tell another site's form by.
func roomPost(h *house, path, origin string, form url.Values) *http.Response {
	h.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://192.168.1.20:8080"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "text/html")
	if origin != "" {
		r.Header.Set("Origin", origin)
	}
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w.Result()
}

// A page that says "no-referrer" makes browsers send "Origin: null" with its forms, and every form of the room is refused.
func TestFormsOnPlainHTTP(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.person("Trabelsi", "trainer")
	form := url.Values{"login": {p.Code}, "password": {housePassword}}

	page := httptest.NewRecorder()
	h.handler.ServeHTTP(page, httptest.NewRequest(http.MethodGet, "http://192.168.1.20:8080/signin", nil))
	switch policy := page.Header().Get("Referrer-Policy"); policy {
	case "same-origin", "strict-origin", "strict-origin-when-cross-origin":
	default:
		t.Errorf("Referrer-Policy %q hides the origin of the page's own forms", policy)
	}
	if strings.Contains(page.Body.String(), `name="referrer"`) {
		t.Error("the page overrides the policy of its header")
	}

	for name, c := range map[string]struct {
		origin  string
		status  int
		session bool
	}{
		"the room's own page": {"http://192.168.1.20:8080", http.StatusSeeOther, true},
		"no browser":          {"", http.StatusSeeOther, true},
		"a hidden origin":     {"null", http.StatusUnprocessableEntity, false},
		"another site":        {"http://evil.example", http.StatusUnprocessableEntity, false},
		"another port":        {"http://192.168.1.20:9090", http.StatusUnprocessableEntity, false},
	} {
		res := roomPost(h, "/signin", c.origin, form)
		if res.StatusCode != c.status {
			t.Errorf("%s: status %d, want %d", name, res.StatusCode, c.status)
		}
		if got := hasSession(res); got != c.session {
			t.Errorf("%s: session given: %v, want %v", name, got, c.session)
		}
	}
}

func hasSession(res *http.Response) bool {
	for _, c := range res.Cookies() {
		if c.HttpOnly && c.MaxAge >= 0 && len(c.Value) > 20 {
			return true
		}
	}
	return false
}
