package app_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"shelter/internal/access"
	"shelter/internal/ingest"
	"shelter/internal/sheet"
)

// send uploads a file to the import page of an event.
func (b *browser) send(event, name string, data []byte, status int) reply {
	b.h.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		b.h.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, event+"/import", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.do(r, status)
}

func sampleList(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "ingest", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// counts are the rows that an import can change.
func (h *house) counts() [4]int {
	h.t.Helper()
	var n [4]int
	for i, table := range []string{"org.person", "org.organisation", "workshop.enrolment", "ingest.upload"} {
		if err := h.db.Owner().NewRaw("SELECT count(*) FROM "+table).Scan(h.ctx, &n[i]); err != nil {
			h.t.Fatal(err)
		}
	}
	return n
}

// inputs are the hidden values of the form that applies a list.
func inputs(body, action string) []string {
	form := regexp.MustCompile(`(?s)<form[^>]*action="` + action + `".*?</form>`).FindString(body)
	var pairs []string
	for _, m := range regexp.MustCompile(`type="hidden" name="([^"]*)" value="([^"]*)"`).FindAllStringSubmatch(form, -1) {
		pairs = append(pairs, m[1], m[2])
	}
	return pairs
}

func TestImportThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.signedIn(h.person("Ayari", access.Trainer))
	event := b.create(h.Now().AddDate(0, 0, 7))
	b.contains(b.get(event+"/import", 200), `enctype="multipart/form-data"`, event+"/import/template.xlsx?lang=ar")
	before := h.counts()
	page := b.send(event, "participants-mas.xlsx", sampleList(t, "participants-mas.xlsx"), 303).to()
	if !strings.HasPrefix(page, event+"/import/") {
		t.Fatalf("goes to %q", page)
	}
	r := b.get(page, 200)
	b.contains(r, "Liste participants", "Inscrire 24 personnes", "12 points à vérifier", "Le zéro du début du CIN a été rétabli", "Dridi Wafa")
	if n := h.counts(); n[0] != before[0] || n[2] != before[2] {
		t.Errorf("a preview wrote: %v, before %v", n, before)
	}
	marked := b.get(page+"/marked.xlsx", 200)
	if book, err := sheet.Read("x.xlsx", []byte(marked.body), sheet.DefaultLimits()); err != nil || len(book.Sheets) != 2 {
		t.Errorf("marked copy: %v", err)
	}
	if d := marked.Header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment;") {
		t.Errorf("the copy is sent as %q", d)
	}
	pairs := inputs(r.body, page+"/apply")
	for range 2 {
		if to := b.post(page+"/apply", 303, pairs...).to(); to != event {
			t.Errorf("goes to %q", to)
		}
		if n := h.counts(); n[0] != before[0]+24 || n[2] != before[2]+24 {
			t.Errorf("rows %v, before %v", n, before)
		}
		b.contains(b.get(event, 200), "La liste est importée")
	}
	b.contains(b.get(page, 200), "24 inscriptions nouvelles", event+"/participants")
	again := b.get(b.send(event, "liste.xlsx", sampleList(t, "participants-mas.xlsx"), 303).to(), 200)
	b.contains(again, "Toutes ces personnes sont déjà inscrites", "disabled")

	other := h.signedIn(h.person("Jebali", access.Manager))
	other.get(page, 404)
	other.get(page+"/marked.xlsx", 404)
	other.post(page+"/apply", 404, pairs...)
	elsewhere := other.create(h.Now().AddDate(0, 0, 9))
	b.get(strings.Replace(page, event, elsewhere, 1), 404)
}

func TestImportRefusesBadLists(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.signedIn(h.person("Ayari", access.Trainer))
	event := b.create(h.Now().AddDate(0, 0, 7))
	mas, before := sampleList(t, "participants-mas.xlsx"), h.counts()
	b.contains(b.post(event+"/import", 422), "f-file-error")
	for name, data := range map[string][]byte{"vide.xlsx": nil, "coupe.xlsx": mas[:len(mas)/2], "photo.xlsx": []byte("\x89PNG\r\n\x1a\n00"),
		"gros.csv": bytes.Repeat([]byte("a;b\n"), 3<<20), "enorme.csv": bytes.Repeat([]byte("a;b\n"), 7<<20)} {
		b.contains(b.send(event, name, data, 422), "f-file-error", `aria-invalid="true"`)
	}
	if n := h.counts(); n != before {
		t.Errorf("rows %v, before %v", n, before)
	}
	list := "Nom;Prénom;Email\nAyari;Salma;salma@exemple.tn\nTrabelsi;Ali;ali(chez)exemple\n"
	page := b.send(event, "liste.csv", []byte(list), 303).to()
	r := b.get(page, 200)
	b.contains(r, "1 erreur à corriger", "Une ligne est en erreur", "disabled", "ali(chez)exemple")
	b.contains(b.post(page+"/apply", 422, "header", "1", "c1", "family_name", "c2", "given_name", "c3", "email"), "personne n&#39;a été inscrit")
	b.get(page+"?header=1&c1=family_name&c2=given_name", 200)
	b.contains(b.get(page+"?header=x", 422), "f-header-error", `value="x"`)
	b.contains(b.get(page+"?header=1&c1=family_name&c2=family_name", 422), "f-c2-error", `<option value="family_name" selected`)
	b.contains(b.get(page+"?header=1&c3=email", 200), "Indiquez la colonne qui contient les noms")
	if n := h.counts(); n[0] != before[0] || n[2] != before[2] {
		t.Errorf("rows %v, before %v", n, before)
	}
	if to := b.post(page+"/apply", 303, "header", "1", "c1", "family_name", "c2", "given_name").to(); to != event {
		t.Errorf("goes to %q", to)
	}
	if n := h.counts(); n[2] != before[2]+2 {
		t.Errorf("rows %v, before %v", n, before)
	}
}

func TestImportInThreeLanguages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.signedIn(h.person("Ayari", access.Manager))
	event := b.create(h.Now().AddDate(0, 0, 7))
	nasty := b.send(event, "liste.csv", []byte("Nom;Prénom;CIN;Structure\nA;B;12;X\nC;D;01234567;Y\nC;D;01234567;Y\nTotal;3\n"), 303).to()
	nobody := b.send(event, "liste.csv", []byte("x;y\n1;2\n3;4\n"), 303).to()
	for _, lang := range []string{"fr", "ar", "en"} {
		b.post("/language", 303, "lang", lang, "next", "/")
		for _, path := range []string{event + "/import", nasty, nobody, nasty + "?header=x"} {
			status := 200
			if strings.HasSuffix(path, "x") {
				status = 422
			}
			if r := b.get(path, status); !strings.Contains(r.body, `lang="`+lang+`"`) || strings.Contains(r.body, "<no value>") {
				t.Errorf("%s in %s: wrong language or an empty placeholder", path, lang)
			}
		}
		data := b.get(event+"/import/template.xlsx?lang="+lang, 200)
		book, err := sheet.Read("modele.xlsx", []byte(data.body), sheet.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		if p := ingest.Propose(book, h.Now()); p.Problem != "ingest_no_rows" {
			t.Errorf("the template in %s is read as %q", lang, p.Problem)
		}
	}
}
