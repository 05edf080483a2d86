package app_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/org"
	"shelter/internal/programme"
	"shelter/internal/report"
	"shelter/internal/server"
	"shelter/internal/workshop"
)

// ask reads an address of the interface with a token.
func (h *house) ask(path, token string, status int, headers ...string) (*http.Response, string) {
	h.t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	res := w.Result()
	body, _ := io.ReadAll(res.Body)
	if res.StatusCode != status {
		h.t.Fatalf("%s: %d, want %d: %s", path, res.StatusCode, status, body)
	}
	if len(body) > 0 && !json.Valid(body) {
		h.t.Errorf("%s is no JSON: %s", path, body)
	}
	return res, string(body)
}

// apiTitle of workshops that have nothing else in them.
const apiTitle = "Atelier"

func (h *house) apiWorkshop(trainer uuid.UUID, attended int) {
	h.t.Helper()
	check := func(err error) {
		h.t.Helper()
		if err != nil {
			h.t.Fatal(err)
		}
	}
	ev, err := h.Workshop.Create(h.ctx, system, workshop.CreateInput{Details: workshop.Details{Title: apiTitle, Governorate: "TN-11"}, Start: h.Now(), Days: 1, Trainers: []uuid.UUID{trainer}})
	check(err)
	var ids []uuid.UUID
	for i := range attended {
		p, err := h.Org.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: "Secrète" + strconv.Itoa(i), GivenName: uuid.NewString()})
		check(err)
		ids = append(ids, p.ID)
	}
	_, err = h.Workshop.EnrolMany(h.ctx, system, ev.ID, ids, workshop.EnrolOptions{})
	check(err)
	if attended == 0 {
		return // a draft
	}
	check(h.Workshop.SetState(h.ctx, system, ev.ID, workshop.Confirmed, ""))
	check(h.Workshop.SetState(h.ctx, system, ev.ID, workshop.Running, ""))
	v, err := h.Workshop.View(h.ctx, system, access.WorkshopView, ev.ID)
	check(err)
	b := workshop.Batch{SentAt: h.Now()}
	for i := range v.People {
		b.Marks = append(b.Marks, workshop.MarkInput{Key: uuid.New(), SlotID: v.Slots[0].ID, EnrolmentID: v.People[i].EnrolmentID, Status: workshop.Present, ClientAt: h.Now()})
	}
	_, err = h.Workshop.MarkBatch(h.ctx, system, ev.ID, b)
	check(err)
}

func TestOtherSystemsReadAggregates(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.person("Formatrice", access.Trainer).ID
	for _, n := range []int{6, 3, 0} {
		h.apiWorkshop(trainer, n)
	}
	manager := h.signedIn(h.person("Gérante", access.Manager))
	key := uuid.NewString()
	made := manager.post("/programme/tokens", 200, "key", key, "name", "DHIS2", "months", "6", "scopes", "workshops", "scopes", "aggregates")
	_, rest, _ := strings.Cut(made.body, `value="shelter_`)
	secret, _, _ := strings.Cut(rest, `"`)
	secret = "shelter_" + secret
	manager.post("/programme/tokens", 409, "key", key, "name", "DHIS2", "months", "6", "scopes", "workshops")
	if page := manager.get("/programme/tokens", 200); strings.Contains(page.body, secret) || !strings.Contains(page.body, "DHIS2") {
		t.Error("the list shows the secret, or not the token")
	}
	manager.contains(manager.post("/programme/tokens", 422, "key", uuid.NewString(), "name", "X", "months", "99"), "Cochez au moins une case", `value="99"`)

	h.ask("/api/v1/workshops", "", 401)
	h.ask("/api/v1/workshops", secret+"x", 401)
	h.ask("/api/v1/indicators", secret, 403)
	res, body := h.ask("/api/v1/workshops?limit=2", secret, 200)
	if strings.Contains(body, "Secrète") {
		t.Error("a name leaves the house")
	}
	var page struct {
		Items []report.OpenWorkshop
		Next  *string
	}
	if err := json.Unmarshal([]byte(body), &page); err != nil || len(page.Items) != 2 || page.Next == nil {
		t.Fatalf("%v: %s", err, body)
	}
	if w := page.Items[0]; *w.Attended.Value != 6 || *w.HalfDays.Value != 6 || w.Governorate != "TN-11" {
		t.Errorf("%s", body)
	}
	if w := page.Items[1]; w.Attended.Value != nil || !w.Attended.Below || w.HalfDays.Value != nil {
		t.Errorf("three persons are told: %s", body)
	}
	if !strings.Contains(res.Header.Get("Link"), `rel="next"`) {
		t.Error("no link to the next page")
	}
	h.ask("/api/v1/workshops?limit=2", secret, 304, "If-None-Match", res.Header.Get("ETag"))
	_, body = h.ask("/api/v1/workshops?limit=2&after="+*page.Next, secret, 200)
	if !strings.Contains(body, `"next":null`) || strings.Count(body, `"code"`) != 1 {
		t.Errorf("the second page: %s", body)
	}
	h.ask("/api/v1/workshops?limit=0", secret, 400)
	h.ask("/api/v1/aggregates?query=nothing", secret, 404)
	if _, body = h.ask("/api/v1/aggregates?query=persons_reached", secret, 200); strings.Contains(body, "Secrète") || !strings.Contains(body, `"value":9`) {
		t.Errorf("aggregates: %s", body)
	}

	manager.post("/programme/tokens/"+key+"/revoke", 303)
	h.ask("/api/v1/workshops", secret, 401)
	old, err := h.Programme.IssueToken(h.ctx, system, programme.TokenInput{Key: uuid.New(), Name: "Ancien", Scopes: programme.Scopes(), Months: 1})
	if err != nil {
		t.Fatal(err)
	}
	h.ask("/api/v1/indicators", old, 200)
	h.ask("/api/v1/indicators/NONE", old, 404)
	h.shift.Add(int64(32 * 24 * time.Hour / time.Second))
	h.ask("/api/v1/indicators", old, 401)
}

// The document names exactly the addresses that there are, and exactly the fields of what they give.
func TestTheDocumentSaysWhatThereIs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, body := h.ask("/api/v1/openapi.json", "", 200)
	var doc struct {
		OpenAPI    string
		Paths      map[string]any
		Components struct {
			Schemas map[string]struct {
				Properties map[string]any
				Required   []string
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &doc); err != nil || doc.OpenAPI != "3.1.0" {
		t.Fatal(err, doc.OpenAPI)
	}
	var paths []string
	for _, r := range server.Routes(h.UI(), nil) {
		if strings.HasPrefix(r.Path, "/api/") {
			paths = append(paths, strings.ReplaceAll(r.Path, ":code", "{code}"))
		}
	}
	for _, p := range paths {
		if doc.Paths[p] == nil {
			t.Errorf("%s is not in the document", p)
		}
	}
	if len(paths) != len(doc.Paths) {
		t.Errorf("%d addresses, %d in the document", len(paths), len(doc.Paths))
	}
	for name, of := range map[string]any{"Number": report.Number{}, "Workshop": report.OpenWorkshop{}, "Indicator": report.OpenIndicator{}, "Period": report.OpenPeriod{}, "Aggregate": report.OpenAggregate{}, "Part": report.OpenPart{}} {
		want := jsonNames(reflect.TypeOf(of))
		got := doc.Components.Schemas[name].Required
		slices.Sort(got)
		if !slices.Equal(want, got) || len(doc.Components.Schemas[name].Properties) != len(want) {
			t.Errorf("%s: the document says %v, the answer has %v", name, got, want)
		}
	}
	if strings.Contains(body, "http://") || strings.Contains(body, "https://") {
		t.Error("the document names a host")
	}
	if _, err := os.Stat("../ui/openapi.json"); err != nil {
		t.Error(err)
	}
}

func jsonNames(t reflect.Type) []string {
	var list []string
	for f := range t.Fields() {
		if f.Anonymous {
			list = append(list, jsonNames(f.Type)...)
			continue
		}
		list = append(list, f.Tag.Get("json"))
	}
	slices.Sort(list)
	return list
}
