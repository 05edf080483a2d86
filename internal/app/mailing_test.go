package app_test

import (
	"context"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
)

// letters gives the messages that lie in the folder, with their files by name.
func (h *house) letters() []map[string]string {
	h.t.Helper()
	var ids []uuid.UUID
	h.must(h.db.Owner().NewRaw("SELECT id FROM jobs.message WHERE kind = 'donor_report' AND sent_at IS NULL ORDER BY created_at").Scan(h.ctx, &ids))
	for _, id := range ids {
		h.must(h.Outbox.Deliver(context.Background(), h.DB, id))
	}
	names, err := filepath.Glob(filepath.Join(h.Config.Data, "mail", "*.eml"))
	h.must(err)
	var list []map[string]string
	for _, name := range names {
		f, err := os.Open(name)
		h.must(err)
		m, err := mail.ReadMessage(f)
		h.must(err)
		kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
		h.must(err)
		files := map[string]string{"to": m.Header.Get("To")}
		if strings.HasPrefix(kind, "multipart/mixed") {
			r := multipart.NewReader(m.Body, params["boundary"])
			for p, err := r.NextPart(); err == nil; p, err = r.NextPart() {
				if p.FileName() != "" {
					data, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, p))
					h.must(err)
					files[p.FileName()] = string(data)
				}
			}
		}
		_ = f.Close()
		list = append(list, files)
	}
	return list
}

// TestTheDonorReportLeavesByItself: after the end of the period and some days, once; what the server missed is made up for; a stopped
// one sends nothing; the workbook is whole and names nobody.
func TestTheDonorReportLeavesByItself(t *testing.T) {
	t.Parallel()
	e := newHouse(t)
	manager := e.signedIn(e.person("Responsable", access.Manager))
	manager.contains(manager.post("/programme/mailings", 422, "key", uuid.NewString(), "name", "Bailleur", "email", "nulle part", "lang", "fr", "every", "quarter", "delay", "99"), `value="nulle part"`, `value="99"`)
	key := uuid.NewString()
	for range 2 { // sent twice: one
		manager.post("/programme/mailings", 303, "key", key, "name", "Bailleur", "email", "bailleur@exemple.tn", "lang", "ar", "every", "quarter", "delay", "10")
	}
	e.must(e.Figures.Tick(e.ctx))
	if got := e.letters(); len(got) != 0 {
		t.Fatalf("%d reports before the period is over", len(got))
	}
	now := e.Now()
	next := time.Date(now.Year(), (now.Month()-1)/3*3+4, 11, 12, 0, 0, 0, time.UTC)
	e.turn(next.Sub(now))
	for range 2 {
		e.must(e.Figures.Tick(e.ctx))
	}
	got := e.letters()
	if len(got) != 1 || got[0]["to"] != "<bailleur@exemple.tn>" {
		t.Fatalf("after the period: %d reports", len(got))
	}
	book := got[0]["shelter-donor-report-ar.xlsx"]
	if !strings.HasPrefix(book, "PK") {
		t.Fatalf("the report brings no workbook: %d bytes", len(book))
	}
	if cells := cellsOf(t, book); strings.Contains(cells, "Responsable") {
		t.Error("the workbook names a person")
	}
	e.turn(200 * 24 * time.Hour) // the server did not run for two quarters
	manager = e.signedIn(e.person("Directrice", access.Manager))
	for range 3 {
		e.must(e.Figures.Tick(e.ctx))
	}
	if got = e.letters(); len(got) != 3 {
		t.Errorf("after two more quarters: %d reports", len(got))
	}
	manager.post("/programme/mailings/"+key+"/send", 303)
	if got = e.letters(); len(got) != 4 {
		t.Errorf("sent by hand: %d reports", len(got))
	}
	manager.contains(manager.get("/programme/mailings", 200), "bailleur@exemple.tn", "Envoyé")
	manager.post("/programme/mailings/"+key+"/end", 303)
	manager.post("/programme/mailings/"+key+"/send", 404)
	e.turn(200 * 24 * time.Hour)
	e.must(e.Figures.Tick(e.ctx))
	if got = e.letters(); len(got) != 4 {
		t.Errorf("stopped, and %d reports", len(got))
	}
	if page := e.signedIn(e.person("Encore", access.Manager)).get("/programme/mailings", 200).body; strings.Contains(page, "bailleur@exemple.tn") {
		t.Error("a stopped one is still listed")
	}
}
