package app_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"io/fs"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/casework"
)

// sendPaper sends a document with the form of a file's documents.
func (b *browser) sendPaper(at string, status int, name string, data []byte, pairs ...string) reply {
	b.h.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i < len(pairs); i += 2 {
		b.h.must(w.WriteField(pairs[i], pairs[i+1]))
	}
	part, err := w.CreateFormFile("file", name)
	b.h.must(err)
	_, err = part.Write(data)
	b.h.must(err)
	b.h.must(w.Close())
	r := httptest.NewRequest(http.MethodPost, at, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.do(r, status)
}

// TestADocumentThroughThePages: sent, listed, handed out for a fresh code alone, locked and erased; nobody outside the file's circle gets
// anything but "not found", and the log names no document.
func TestADocumentThroughThePages(t *testing.T) {
	t.Parallel()
	l := (&lab{t: t}).staffed()
	boss, colleague, officer := l.of(l.a, "Chef", access.CaseSupervisor), l.of(l.a, "Voisin", access.CaseWorker), l.colleague("Garde", access.ProtectionOfficer)
	admin := l.keyholder("Admin", access.Admin)
	l.worker.back()
	at := l.file + "/documents"
	l.worker.post(l.file+"/consents", 303, "purpose", "assistance", "categories", "contact", "given_by", "person", "form", "written", "lang", "fr", "given_on", l.day(0), "expires_on", l.day(90), "document", "classeur 1")
	consent := l.ofCases("SELECT id::text FROM cases.consent")
	l.worker.contains(l.worker.sendPaper(at, 422, "a.pdf", []byte("<html>CANARI"), "kind", ""), "ni un PDF", "f-attach-file-error", "f-attach-kind-error")
	l.worker.contains(l.worker.sendPaper(at, 422, "a.pdf", append([]byte("%PDF-"), make([]byte, casework.MaxPaper)...), "kind", "legal"), "dépasse 10 Mo")
	l.worker.contains(l.worker.sendPaper(at, 422, "a.pdf", append([]byte("%PDF-"), make([]byte, 26<<20)...), "kind", "legal"), "dépasse 10 Mo")
	var photo bytes.Buffer
	l.must(jpeg.Encode(&photo, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil))
	exif := append([]byte("\xff\xd8\xff\xe1\x00\x1fExif\x00\x00GPS CANARI 36.8N 10.1E"), photo.Bytes()[2:]...)
	l.worker.sendPaper(at, 303, "Khadija Zgolli.jpeg", exif, "kind", "consent", "consent", consent)
	l.worker.contains(l.worker.get(at, 200), "Khadija Zgolli.jpg", "Consentement qu’il prouve")
	l.worker.contains(l.worker.get(l.file+"/consent", 200), "Khadija Zgolli.jpg")
	document := l.ofCases("SELECT id::text FROM cases.attachment")
	one := at + "/" + document
	for _, k := range []*keyholder{l.foreign, colleague, admin} {
		k.back()
		k.get(at, 404)
		k.post(one+"/file", 404, "code", k.code())
		k.post(one, 404, "do", "lock", "reason", "x")
		k.sendPaper(at, 404, "a.pdf", []byte("%PDF-x"), "kind", "legal")
	}
	officer.back()
	officer.post(one, 404, "do", "lock", "reason", "x")
	if got := officer.post(one+"/file", 200, "code", officer.code()); !strings.HasPrefix(got.body, "\xff\xd8\xff") {
		t.Error("an officer does not get the document")
	}
	l.worker.back()
	l.worker.contains(l.worker.post(one+"/file", 422, "code", ""), "f-fetch-"+document+"-code-error")
	l.worker.post(one+"/file", 422, "code", "000000")
	l.worker.post(at+"/"+uuid.NewString()+"/file", 404, "code", l.worker.code())
	got := l.worker.post(one+"/file", 200, "code", l.worker.code())
	how, params, err := mime.ParseMediaType(got.Header.Get("Content-Disposition"))
	if err != nil || how != "attachment" || params["filename"] != "Khadija Zgolli.jpg" || got.Header.Get("X-Content-Type-Options") != "nosniff" ||
		!strings.Contains(got.Header.Get("Content-Security-Policy"), "sandbox") || got.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", got.Header)
	}
	if strings.Contains(got.body, "CANARI") || strings.Contains(got.body, "Exif") {
		t.Error("what was hidden in the photograph is still there")
	}
	l.worker.contains(l.worker.post(one, 422, "do", "lock", "reason", ""), "f-paper-"+document+"-reason-error")
	l.worker.post(one, 303, "do", "lock", "reason", "Envoyé par erreur")
	l.worker.post(one+"/file", 409, "code", l.worker.code())
	l.worker.post(one, 404, "do", "erase")
	boss.back()
	boss.contains(boss.get(at, 200), "Envoyé par erreur", "Verrouiller pour l’effacer")
	boss.post(one, 303, "do", "erase")
	end := "/cases/erasures/" + l.ofCases("SELECT id::text FROM cases.erasure")
	boss.contains(boss.get(at, 200), end, "Retiré, verrouillé pour être effacé")
	boss.post(one, 409, "do", "back")
	boss.contains(boss.get("/cases/retention", 200), end, "Un document retiré du dossier · Consentement")
	l.worker.back()
	l.worker.lacks(l.worker.get(at, 200), end)
	boss.back()
	boss.sendPaper(end+"/minutes", 303, "pv.pdf", []byte("%PDF-procès"), "on", l.day(0), "bailiff", "Maître Essai", "number", "PV 9", "expert", "Expert Essai")
	officer.back()
	officer.post(end, 303, "do", "erase", "code", officer.code())
	officer.contains(officer.get(end+"/certificate", 200), "Un document retiré du dossier · Consentement", "PV 9")
	boss.back()
	boss.post(one, 409, "do", "back")
	body := boss.get(at, 200).body
	if strings.Contains(body, "Khadija") || !strings.Contains(body, "Effacé") {
		t.Error("an erased document has a name")
	}
	boss.contains(boss.get(l.file+"/trace", 200), "A ajouté un document", "A téléchargé un document", "A retiré un document")
	if log := l.ofCases("SELECT string_agg(detail, ' ') FROM cases.audit"); strings.Contains(log, "Khadija") || strings.Contains(log, "erreur") || !strings.Contains(log, document) {
		t.Error("the log names a document, or none")
	}
}

// TestNoDocumentOnADisk: while documents are sent and handed out, nothing of them lies in the folder for temporary files or in the data
// folder, as a name or as content.
func TestNoDocumentOnADisk(t *testing.T) { //nolint:paralleltest // it sets TMPDIR
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	l := (&lab{t: t}).staffed()
	l.worker.back()
	word := "CANARI" + strings.ReplaceAll(uuid.NewString(), "-", "")
	found := l.watched(word, tmp)
	large := append([]byte("%PDF-1.7 "+word), bytes.Repeat([]byte(word), 250_000)...)
	for range 4 {
		l.worker.sendPaper(l.file+"/documents", 303, word+".pdf", large, "kind", "other", "key", uuid.NewString())
	}
	one := l.file + "/documents/" + l.ofCases("SELECT id::text FROM cases.attachment LIMIT 1")
	if got := l.worker.post(one+"/file", 200, "code", l.worker.code()); got.body != string(large) {
		t.Error("the document is another one")
	}
	for _, path := range found() {
		t.Errorf("%s holds a document", path)
	}
}

// watched looks for a word in everything that comes and goes in the folder for temporary files and in the data folder, until it is asked what it found.
func (l *lab) watched(word, tmp string) func() []string {
	stop, found := make(chan struct{}), map[string]bool{}
	var watching sync.WaitGroup
	watching.Go(func() {
		for {
			for _, dir := range []string{tmp, l.Config.Data} {
				_ = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
					if err != nil || !e.Type().IsRegular() || strings.Contains(path, "/pg") {
						return nil //nolint:nilerr // gone again
					}
					data, _ := os.ReadFile(path)
					if bytes.Contains(data, []byte(word)) || strings.Contains(path, word) || strings.Contains(path, "multipart-") {
						found[path] = true
					}
					return nil
				})
			}
			select {
			case <-stop:
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	})
	return func() (list []string) {
		close(stop)
		watching.Wait()
		for path := range found {
			list = append(list, path)
		}
		return list
	}
}
