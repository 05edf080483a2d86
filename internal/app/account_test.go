package app_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"

	"shelter/internal/access"
	"shelter/internal/app"
	"shelter/internal/config"
	"shelter/internal/db/dbtest"
	"shelter/internal/i18n"
	"shelter/internal/jobs"
	"shelter/internal/org"
	"shelter/internal/server"
	"shelter/internal/workshop"
)

// house is the whole site over a database of its own.
type house struct {
	*app.App
	t       testing.TB
	db      *dbtest.DB
	ctx     context.Context
	handler http.Handler
	shift   atomic.Int64 // seconds that the clock was turned forward
}

const housePassword = "quatre tortues lentes"

func newHouse(t testing.TB) *house {
	t.Helper()
	return newHouseAt(t, "https://shelter.example", slog.DiscardHandler)
}

// newHouseAt is a house with an address of its own and a log that is read.
func newHouseAt(t testing.TB, url string, log slog.Handler) *house {
	t.Helper()
	h := &house{t: t, db: dbtest.New(t), ctx: context.Background()}
	if err := jobs.Migrate(h.ctx, h.db.URLs.Owner); err != nil {
		t.Fatal(err)
	}
	bundle, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	cfg := config.Config{Data: t.TempDir(), Addr: "127.0.0.1:8080", PublicURL: url, MailFrom: "shelter@example.tn", KeepAnswers: 24, KeepMessages: 30, HotlineNumber: "80 104 748", ExitURL: exitURL}
	h.shift.Store(untilHour(t))
	now := func() time.Time { return time.Now().UTC().Add(time.Duration(h.shift.Load()) * time.Second) }
	if h.App, err = app.New(h.db.App(), app.Options{Config: cfg, Log: slog.New(log), Bundle: bundle, Now: now, Cases: h.db.Cases()}); err != nil {
		t.Fatal(err)
	}
	u := h.UI()
	if h.handler, err = server.New(u, server.Options{Config: cfg, Log: slog.New(log), Ready: h.Ready, Cases: h.Cases(u)}); err != nil {
		t.Fatal(err)
	}
	return h
}

var system = access.System("test")

// exitURL is where the quick exit of the public pages leads.
const exitURL = "https://www.meteo.tn"

// person makes a person with an account and a role.
func (h *house) person(family string, role access.Role) org.Person {
	h.t.Helper()
	p, err := h.Org.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: family, GivenName: "Salma"})
	if err != nil {
		h.t.Fatal(err)
	}
	hash, err := h.Auth.Hash(h.ctx, housePassword)
	if err == nil {
		err = h.Auth.SeedAccountTx(h.ctx, h.db.App(), system, p.ID, hash)
	}
	if err == nil && role != "" {
		err = h.Org.GrantRole(h.ctx, system, p.ID, org.GrantInput{Role: role, Scope: access.Global})
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

// browser keeps cookies between requests.
type browser struct {
	h       *house
	cookies map[string]string
	lang    string
}

func (h *house) browser() *browser {
	return &browser{h: h, cookies: map[string]string{}, lang: "fr"}
}

// signedIn is a browser of somebody who has signed in.
func (h *house) signedIn(p org.Person) *browser {
	h.t.Helper()
	b := h.browser()
	b.post("/signin", 303, "login", p.Code, "password", housePassword)
	return b
}

type reply struct {
	*http.Response
	body string
}

func (b *browser) get(path string, status int) reply {
	b.h.t.Helper()
	return b.do(httptest.NewRequest(http.MethodGet, path, nil), status)
}

func (b *browser) post(path string, status int, pairs ...string) reply {
	b.h.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r, status)
}

func (b *browser) do(r *http.Request, status int) reply {
	b.h.t.Helper()
	for k, v := range b.cookies {
		r.AddCookie(&http.Cookie{Name: k, Value: v})
	}
	r.Header.Set("Accept-Language", b.lang)
	r.Header.Set("Accept", "text/html")
	w := httptest.NewRecorder()
	b.h.handler.ServeHTTP(w, r)
	res := w.Result()
	body, _ := io.ReadAll(res.Body)
	for _, c := range res.Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	if res.StatusCode != status {
		b.h.t.Fatalf("%s %s: %d, want %d\n%s", r.Method, r.URL, res.StatusCode, status, textOf(string(body)))
	}
	if strings.Contains(string(body), "⟦") {
		b.h.t.Errorf("%s %s shows a key without text: %s", r.Method, r.URL, regexp.MustCompile(`⟦[^⟧]*⟧`).FindString(string(body)))
	}
	return reply{res, string(body)}
}

var reTags = regexp.MustCompile(`<[^>]*>|\s+`)

func textOf(html string) string {
	text := strings.Join(strings.Fields(reTags.ReplaceAllString(html, " ")), " ")
	return text[:min(len(text), 1500)]
}

func (r reply) to() string { return r.Header.Get("Location") }

func (b *browser) contains(r reply, parts ...string) {
	b.h.t.Helper()
	for _, p := range parts {
		if !strings.Contains(r.body, p) {
			b.h.t.Errorf("%q is missing in: %s", p, textOf(r.body))
		}
	}
}

func TestFirstAdministratorThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	link, needed, err := h.Auth.SetupLink(h.ctx)
	if err != nil || !needed {
		t.Fatal(needed, err)
	}
	path := strings.TrimPrefix(link, "https://shelter.example")
	b := h.browser()
	b.get(path, 200)
	r := b.post(path, 422, "family_name", "Ayari", "given_name", "Mouna", "email", "mouna@example.tn", "password", "court")
	b.contains(r, `value="Ayari"`, `value="mouna@example.tn"`, "f-password-error")
	r = b.post(path, 303, "family_name", "Ayari", "given_name", "Mouna", "email", "mouna@example.tn", "password", housePassword)
	if r.to() != "/" {
		t.Errorf("goes to %q", r.to())
	}
	b.get("/account", 200)
	b.get("/people", 200)
	h.browser().get(path, 404)
	h.browser().post(path, 404, "family_name", "X", "password", housePassword)
}

func TestSigninThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.person("Trabelsi", access.Manager)
	b := h.browser()
	if to := b.get("/people?q=x", 303).to(); to != "/signin?next=%2Fpeople%3Fq%3Dx" {
		t.Errorf("a visitor is sent to %q", to)
	}
	b.post("/signin", 422)
	wrong := b.post("/signin", 422, "login", p.Code, "password", "not the password", "next", "/people")
	b.contains(wrong, `value="`+p.Code+`"`, `value="/people"`)
	unknown := b.post("/signin", 422, "login", "P-NOBODY", "password", "not the password", "next", "/people")
	if strings.ReplaceAll(wrong.body, p.Code, "x") != strings.ReplaceAll(unknown.body, "P-NOBODY", "x") {
		t.Error("the page for an unknown identifier differs from that for a wrong password")
	}
	if len(b.cookies) != 0 {
		t.Errorf("cookies after refusals: %v", b.cookies)
	}
	r := b.post("/signin", 303, "login", p.Code, "password", housePassword, "next", "/people?q=x")
	if r.to() != "/people?q=x" {
		t.Errorf("goes to %q", r.to())
	}
	for _, c := range r.Cookies() {
		if !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || !strings.HasPrefix(c.Name, "__Host-") {
			t.Errorf("cookie %s", c.String())
		}
		if strings.Contains(c.Name, "session") && c.MaxAge != 0 {
			t.Error("the session outlives the browser although nobody asked for it")
		}
	}
	first := b.cookies["__Host-shelter_session"]
	b.get("/people", 200)
	if to := b.get("/signin?next=/people", 303).to(); to != "/people" {
		t.Errorf("whoever is signed in goes to %q", to)
	}
	for _, evil := range []string{"//evil.example", "https://evil.example", `/\evil.example`, "javascript:alert(1)"} {
		if to := h.browser().post("/signin", 303, "login", p.Code, "password", housePassword, "next", evil).to(); to != "/" {
			t.Errorf("next=%q leads to %q", evil, to)
		}
	}
	stay := h.browser()
	r = stay.post("/signin", 303, "login", p.Code, "password", housePassword, "stay", "on")
	for _, c := range r.Cookies() {
		if strings.Contains(c.Name, "session") && c.MaxAge < 29*24*3600 {
			t.Errorf("stay signed in: %d seconds", c.MaxAge)
		}
	}
	b.post("/signout", 303)
	b.get("/people", 303)
	b.cookies["__Host-shelter_session"] = first
	b.get("/people", 303) // the token itself is dead, not only forgotten
	b.post("/signout", 303)
}

func TestRevocationAtTheNextRequest(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	admin, p := h.person("Ayari", access.Admin), h.person("Trabelsi", access.Manager)
	boss, b := h.signedIn(admin), h.signedIn(p)
	b.get("/people", 200)
	page := boss.get("/people/"+p.ID.String(), 200)
	revoke := regexp.MustCompile(`/people/[^"]+/roles/[^"]+/revoke`).FindString(page.body)
	boss.post(revoke, 303)
	b.get("/people", 404)
	b.get("/account", 200)
	boss.post("/people/"+p.ID.String()+"/block", 303)
	b.get("/account", 303)
	h.browser().post("/signin", 422, "login", p.Code, "password", housePassword)
	boss.post("/people/"+p.ID.String()+"/unblock", 303)
	h.signedIn(p)
	own := regexp.MustCompile(`/people/[^"]+/roles/[^"]+/revoke`).FindString(boss.get("/people/"+admin.ID.String(), 200).body)
	r := boss.post(own, 409)
	boss.contains(r, "dernier administrateur")
	boss.get("/people", 200)
}

func TestOwnAccountThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.person("Trabelsi", access.Trainee)
	b, other := h.signedIn(p), h.signedIn(p)
	r := b.post("/account", 422, "email", "not an address", "phone", "98 111 222", "lang", "ar", "current", housePassword)
	b.contains(r, `value="not an address"`, `value="98 111 222"`, "f-email-error")
	b.post("/account", 422, "email", "s@example.tn", "phone", "", "lang", "ar", "current", "wrong password")
	b.post("/account", 303, "email", "s@example.tn", "phone", "98 111 222", "lang", "ar", "current", housePassword)
	b.contains(b.get("/account", 200), `dir="rtl"`, "s@example.tn", "98 111 222")
	b.post("/language", 303, "lang", "fr", "next", "/account")
	b.contains(b.get("/account/sessions", 200), "Cet appareil")
	end := regexp.MustCompile(`/account/sessions/[^"]+/end`).FindString(b.get("/account/sessions", 200).body)
	b.post(end, 303)
	other.get("/account", 303)
	b.post(end, 404)
	b.post("/account/password", 422, "current", housePassword, "password", "motdepasse1")
	b.post("/account/password", 303, "current", housePassword, "password", "une autre phrase ici")
	b.get("/account", 200)
	h.browser().post("/signin", 422, "login", p.Code, "password", housePassword)
	b.post("/account/sessions/end-all", 303)
	b.get("/account", 303)
}

func TestSecondFactorThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.person("Trabelsi", access.Trainer)
	b := h.signedIn(p)
	b.get("/account/second-factor", 200)
	b.post("/account/second-factor/start", 422, "current", "wrong password")
	r := b.post("/account/second-factor/start", 200, "current", housePassword)
	b.contains(r, "<svg")
	secret := strings.ReplaceAll(regexp.MustCompile(`[A-Z2-7]{4}( [A-Z2-7]{4}){7}`).FindString(r.body), " ", "")
	b.post("/account/second-factor/confirm", 422, "code", "000000")
	before := b.cookies["__Host-shelter_session"]
	r = b.post("/account/second-factor/confirm", 200, "code", h.code(secret))
	codes := regexp.MustCompile(`>([2-9A-Z]{5}-[2-9A-Z]{5})<`).FindAllStringSubmatch(r.body, -1)
	if len(codes) != 10 {
		t.Fatalf("%d recovery codes", len(codes))
	}
	if b.cookies["__Host-shelter_session"] == before {
		t.Error("the session goes on under the old token")
	}
	b.get("/account", 200)

	c := h.browser()
	if to := c.post("/signin", 303, "login", p.Code, "password", housePassword, "next", "/workshops").to(); to != "/account/verify?next=%2Fworkshops" {
		t.Errorf("goes to %q", to)
	}
	c.get("/workshops", 303) // a password alone opens nothing
	if to := c.get("/signin", 303).to(); !strings.HasPrefix(to, "/account/verify") {
		t.Errorf("a pending session at the sign-in page goes to %q", to)
	}
	c.get("/account/verify?next=/workshops", 200)
	c.post("/account/verify", 422, "code", "123 456", "next", "/workshops")
	h.shift.Add(60)
	if to := c.post("/account/verify", 303, "code", h.code(secret), "next", "/workshops").to(); to != "/workshops" {
		t.Errorf("goes to %q", to)
	}
	c.get("/workshops", 200)
	d := h.browser()
	d.post("/signin", 303, "login", p.Code, "password", housePassword)
	d.post("/account/verify", 303, "code", codes[0][1])
	d.get("/account", 200)
	h.shift.Add(3600)
	if to := c.post("/account/second-factor/off", 303).to(); to != "/account/verify?next=/account/second-factor" {
		t.Errorf("turning it off after an hour goes to %q", to)
	}
	c.post("/account/verify", 303, "code", h.code(secret))
	c.post("/account/second-factor/off", 303)
	h.signedIn(p).get("/account", 200)
	h.browser().get("/account/verify", 303)
	h.browser().post("/account/verify", 303, "code", "123456")
}

func (h *house) code(secret string) string {
	code, err := totp.GenerateCode(secret, h.Now())
	if err != nil {
		h.t.Fatalf("secret %q: %v", secret, err)
	}
	return code
}

func TestInvitationThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	manager, admin := h.person("Ayari", access.Manager), h.person("Jebali", access.Admin)
	b := h.signedIn(manager)
	key := uuid.NewString()
	form := []string{"key", key, "family_name", "Ben Salah", "given_name", "Ali", "cin", "01234567", "phone", "22 345 678"}
	first := b.post("/people", 303, form...).to()
	if again := b.post("/people", 303, form...).to(); again != first {
		t.Errorf("a repeated click led to %q and %q", first, again)
	}
	r := b.post("/people", 422, "key", uuid.NewString(), "family_name", "Autre", "cin", "01234567", "job_title", "Éducatrice")
	b.contains(r, "f-cin-error", `value="Éducatrice"`)
	r = b.post(first+"/invite", 200)
	link := regexp.MustCompile(`https://shelter\.example(/welcome/[\w-]+)`).FindStringSubmatch(r.body)
	if link == nil {
		t.Fatal(textOf(r.body))
	}
	b.contains(b.post("/people/"+admin.ID.String()+"/invite", 422), "Seul un administrateur")
	guest := h.browser()
	guest.lang = "ar"
	guest.contains(guest.get(link[1], 200), `dir="rtl"`, "Ben Salah")
	guest.post(link[1], 422, "password", "1234567890")
	guest.post(link[1], 303, "password", housePassword)
	guest.contains(guest.get("/account", 200), `dir="rtl"`)
	h.browser().get(link[1], 404)
	b.post("/organisations", 303, "name", "MAS – CDIS Sfax", "kind", "")
	b.contains(b.post("/organisations", 422, "name", "mas cdis sfax"), "MAS – CDIS Sfax")
	b.contains(b.get("/people?q=salah", 200), "Ben Salah")
	b.contains(b.get("/people?q=zzzz", 200), "Personne ne correspond")
}

func TestSlipsThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer, manager := h.person("Ayari", access.Trainer), h.person("Jebali", access.Manager)
	actor := access.Actor{PersonID: trainer.ID, Grants: []access.Grant{{Role: access.Trainer, Scope: access.Global}}}
	ev, err := h.Workshop.Create(h.ctx, actor, workshop.CreateInput{Details: workshop.Details{Title: "Atelier de Sfax"}, Start: h.Now().AddDate(0, 0, 3), Days: 1})
	if err != nil {
		t.Fatal(err)
	}
	path := "/workshops/" + ev.ID.String() + "/slips"
	b := h.signedIn(trainer)
	b.get(path, 200)
	b.post(path, 422, "key", uuid.NewString())
	guest, err := h.Org.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: "Ben Salah", GivenName: "Ali"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Workshop.EnrolMany(h.ctx, actor, ev.ID, []uuid.UUID{guest.ID, manager.ID}, workshop.EnrolOptions{}); err != nil {
		t.Fatal(err)
	}
	key := uuid.NewString()
	r := b.post(path, 200, "key", key)
	b.contains(r, "Ben Salah", guest.Code, "<svg", "Jebali")
	pin := regexp.MustCompile(`[2-9A-Z]{4} [2-9A-Z]{4}`).FindString(r.body)
	if again := regexp.MustCompile(`[2-9A-Z]{4} [2-9A-Z]{4}`).FindString(b.post(path, 200, "key", key).body); pin == "" || again != pin {
		t.Errorf("PIN %q, printed again %q", pin, again)
	}
	h.signedIn(h.person("Autre", access.Trainer)).get(path, 404)
	phone := h.browser()
	phone.contains(phone.get("/signin?login="+guest.Code, 200), `value="`+guest.Code+`"`)
	welcome := phone.post("/signin", 303, "login", guest.Code, "password", strings.ToLower(pin)).to()
	phone.contains(phone.get(welcome, 200), guest.Code)
	phone.post(welcome, 303, "password", housePassword)
	phone.get("/account", 200)
	phone.get(path, 404)
}

// TestEveryPageInEveryLanguage opens the pages of this capability in three languages; do fails on a key without text.
func TestEveryPageInEveryLanguage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	admin, p := h.person("Ayari", access.Admin), h.person("Trabelsi", access.Trainer)
	o, err := h.Org.CreateOrganisation(h.ctx, system, org.OrganisationInput{Name: "Centre", Shelter: true, Archived: true})
	if err != nil {
		t.Fatal(err)
	}
	b := h.signedIn(admin)
	for _, lang := range []string{"fr", "ar", "en"} {
		b.post("/language", 303, "lang", lang)
		for _, path := range []string{"/account", "/account/password", "/account/second-factor", "/account/sessions", "/people", "/people?q=zz", "/people/new",
			"/people/" + p.ID.String(), "/people/" + p.ID.String() + "/edit", "/organisations", "/organisations/new", "/organisations/" + o.ID.String()} {
			b.contains(b.get(path, 200), `lang="`+lang+`"`)
		}
		v := h.browser()
		v.lang = lang
		for _, path := range []string{"/signin", "/forgot"} {
			v.contains(v.get(path, 200), `lang="`+lang+`"`)
		}
		v.post("/forgot", 200, "login", "nobody@example.tn")
		v.get("/welcome/nothing", 404)
	}
}

func TestWhoSeesPeople(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.person("Trabelsi", "")
	for role, status := range map[access.Role]int{access.Trainee: 404, access.Trainer: 404, access.Observer: 404, access.Manager: 200, access.Admin: 200} {
		b := h.signedIn(h.person("Reader", role))
		for _, path := range []string{"/people", "/people/" + p.ID.String(), "/people/new", "/people/" + p.ID.String() + "/edit", "/organisations", "/organisations/new"} {
			b.get(path, status)
		}
		if status == 404 {
			b.post("/people", 404)
			b.post("/people/"+p.ID.String(), 404)
			b.post("/people/"+p.ID.String()+"/invite", 404)
			b.post("/organisations", 404)
		}
		grant := 404
		if role == access.Admin {
			grant = 422
		}
		b.post("/people/"+p.ID.String()+"/roles", grant, "role", "case_worker")
		b.post("/people/"+p.ID.String()+"/roles", map[bool]int{true: 303, false: 404}[role == access.Admin], "role", "manager")
	}
}

// TestAddressWithUnkeepableText: a zero byte or a broken letter in an address is the sender's mistake, not the server's.
func TestAddressWithUnkeepableText(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.signedIn(h.person("Responsable", access.Manager))
	for _, path := range []string{"/people?q=%00abc", "/workshops?q=a%00", "/people?q=%ff%fe", "/people?q=%zz", "/people%00"} {
		b.get(path, http.StatusUnprocessableEntity)
	}
	b.get("/people?q=%C3%A9%20%D8%B3", http.StatusOK)
}
