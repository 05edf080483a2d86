package app_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"shelter/internal/access"
	"shelter/internal/exam/bank"
	"shelter/internal/i18n"
)

// questions uploads a file of questions in one language and gives the path of its preview.
func (b *browser) questions(lang, name, data string) string {
	b.h.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write([]byte(data))
	}
	if err == nil {
		err = w.WriteField("lang", lang)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		b.h.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/bank/import", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.do(r, 303).to()
}

func TestAFileIsImportedInTheLanguageItWasReadIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.signedIn(h.person("Ayari", access.Trainer))
	page := b.questions("en", "q.gift", "What is the capital? {=Tunis ~Sfax}")
	path, _, _ := strings.Cut(page, "?")
	b.post(path+"/apply", 303, inputs(b.get(page, 200).body, path+"/apply")...)
	l, err := h.Bank.List(h.ctx, system, bank.Filter{})
	if err != nil || len(l.Rows) != 1 {
		t.Fatalf("%d questions, %v", len(l.Rows), err)
	}
	if stem := l.Rows[0].Body.Stem; stem[i18n.EN] == "" || stem[i18n.FR] != "" {
		t.Errorf("an English file was imported as %v", stem)
	}
}
