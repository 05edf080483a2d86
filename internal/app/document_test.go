package app_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/course/author"
)

// TestDocumentsOfARecord: a photograph is drawn anew without what it hides, a PDF is only ever saved, what is neither is refused with
// the caption kept, an observer gets none of them, and what was removed is gone.
func TestDocumentsOfARecord(t *testing.T) {
	t.Parallel()
	e := &estate{house: newHouse(t)}
	manager := e.signedIn(e.person("Responsable", access.Manager))
	observer := e.signedIn(e.person("Observateur", access.Observer))
	record := uuid.NewString()
	manager.post("/programme/r/milestones", 303, "key", record, "title", "Convention signée", "kind", "institutional")
	at := "/programme/r/milestones/" + record
	send := func(name, data string, status int) reply {
		t.Helper()
		return manager.sent(at+"/documents", status, map[string]author.Upload{"file": {Name: name, Data: []byte(data)}}, "key", uuid.NewString(), "caption", "Salle après travaux")
	}
	var photo bytes.Buffer
	e.must(jpeg.Encode(&photo, image.NewRGBA(image.Rect(0, 0, 3000, 1000)), nil))
	secret := "GPS 36.8065N CANARI"
	sent := append([]byte{0xff, 0xd8, 0xff, 0xfe, 0, byte(len(secret) + 2)}, append([]byte(secret), photo.Bytes()[2:]...)...)
	send("salle.jpg", string(sent), 303)
	send("facture.pdf", "%PDF-1.4\n%%EOF", 303)
	manager.contains(send("x.html", "<script>alert(1)</script>", 422), "Salle après travaux", "ni un PDF")
	send("trop.pdf", "%PDF"+strings.Repeat("x", 21<<20), 422)
	page := manager.get(at, 200).body
	links := linksTo(page, "/programme/documents/")
	if len(links) != 2 || !strings.Contains(page, `alt="Salle après travaux"`) {
		t.Fatalf("%d documents: %v", len(links), links)
	}
	for _, link := range links {
		r := manager.get(link, 200)
		if strings.HasPrefix(r.body, "%PDF") {
			if d := r.Header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment") {
				t.Errorf("a PDF is handed out as %q", d)
			}
		} else if img, err := jpeg.Decode(strings.NewReader(r.body)); err != nil || img.Bounds().Dx() != 1800 || strings.Contains(r.body, "CANARI") {
			t.Errorf("the photograph is not drawn anew: %v", err)
		}
		observer.get(link, 404)
	}
	if body := observer.get(at, 200).body; strings.Contains(body, "/programme/documents/") {
		t.Error("an observer sees documents")
	}
	observer.post(links[0]+"/remove", 404)
	manager.post(links[0]+"/remove", 303)
	manager.get(links[0], 404)
	if left := linksTo(manager.get(at, 200).body, "/programme/documents/"); len(left) != 1 {
		t.Errorf("%d documents are left", len(left))
	}
	e.mustCount(1, "SELECT count(*) FROM programme.document WHERE data IS NULL")
}

// linksTo lists each address of a page that begins so, once.
func linksTo(page, start string) []string {
	var list []string
	for _, part := range strings.Split(page, `href="`)[1:] {
		link, _, _ := strings.Cut(part, `"`)
		if strings.HasPrefix(link, start) && (len(list) == 0 || list[len(list)-1] != link) {
			list = append(list, link)
		}
	}
	return list
}
