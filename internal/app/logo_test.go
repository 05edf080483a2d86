package app_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/course/author"
)

func drawn(t testing.TB, wide, high int) string {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, wide, high))
	for x := range wide / 2 {
		img.SetNRGBA(x, high/2, color.NRGBA{R: 200, A: 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// picturesOf lists the addresses of the logos of a page, in their order.
func picturesOf(page string) []string {
	var list []string
	for _, part := range strings.Split(page, `<img src="/logos/`)[1:] {
		id, _, _ := strings.Cut(part, `"`)
		list = append(list, "/logos/"+id)
	}
	return list
}

// TestLogosThroughThePages: what is no picture is refused with what was typed kept, a picture is drawn anew, four are the most, their
// order and names change, and papers and workbooks carry them until they are removed.
func TestLogosThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.atTen()
	manager := h.signedIn(h.person("Responsable", access.Manager))
	p := h.person("Formatrice", access.Trainer)
	trainer := h.signedIn(p)
	at := h.selfRoom(p, "Ayari")
	const page = "/programme/logos"
	send := func(name, data string, status int, pairs ...string) reply {
		t.Helper()
		return manager.sent(page, status, map[string]author.Upload{"file": {Name: name, Data: []byte(data)}}, append(pairs, "key", uuid.NewString())...)
	}
	before := trainer.get(at+"/print/report", 200).body
	if len(picturesOf(before)) > 0 || strings.Contains(before, "sheet-logos") {
		t.Error("a paper without logos has a row of them")
	}
	manager.contains(manager.get(page, 200), "Aucun logo")
	manager.contains(send("l.svg", `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`, 422, "kind", "donor", "name", "Fondation <A>"),
		"SVG peut contenir", "Fondation &lt;A&gt;", `<option value="donor" selected>`)
	manager.contains(send("l.png", "%PDF-1.4", 422, "kind", "donor", "name", "A"), "ni une image PNG")
	manager.contains(send("l.png", "\x89PNG\r\n\x1a\nrien", 422, "kind", "donor", "name", "A"), "ne se laisse pas lire")
	manager.contains(send("l.png", drawn(t, 40, 30), 422, "kind", "donor", "name", "A"), "40 × 30 pixels")
	manager.contains(send("l.png", drawn(t, 300, 100), 422, "kind", "x", "name", " "), "obligatoire", "Choisissez une des valeurs")
	manager.contains(send("l.png", drawn(t, 300, 100)+strings.Repeat("x", 5<<20), 422, "kind", "donor", "name", "A"), "dépasse 5 Mo")
	manager.contains(manager.post(page, 422, "key", uuid.NewString(), "kind", "donor", "name", "A"), "Choisissez au moins un fichier")

	send("a.png", drawn(t, 3000, 600), 303, "kind", "project", "name", "Projet  Essai")
	var photo bytes.Buffer
	h.must(jpeg.Encode(&photo, image.NewRGBA(image.Rect(0, 0, 200, 200)), nil))
	secret := "GPS 36.8065N CANARI"
	send("b.jpg", string(append([]byte{0xff, 0xd8, 0xff, 0xfe, 0, byte(len(secret) + 2)}, append([]byte(secret), photo.Bytes()[2:]...)...)), 303, "kind", "donor", "name", "Bailleur")
	list := picturesOf(manager.get(page, 200).body)
	if len(list) != 2 {
		t.Fatalf("logos: %v", list)
	}
	visitor := h.browser()
	for i, link := range list {
		r := visitor.get(link, 200)
		img, err := png.Decode(strings.NewReader(r.body))
		if err != nil || strings.Contains(r.body, "CANARI") || i == 0 && img.Bounds().Dx() != 900 {
			t.Errorf("%s: %v", link, err)
		}
		if !strings.Contains(r.Header.Get("Cache-Control"), "immutable") || !strings.Contains(r.Header.Get("Content-Security-Policy"), "default-src 'none'") || r.Header.Get("Content-Type") != "image/png" {
			t.Errorf("%s: %v", link, r.Header)
		}
	}
	for _, path := range []string{"/print/report", "/print/report?lang=ar", "/print/signatures", "/print/allowance?chosen=1", "/print/programme"} {
		r := trainer.get(at+path, 200)
		if got := picturesOf(r.body); len(got) < 2 || got[0] != list[0] || !strings.Contains(r.body, `alt="Projet Essai"`) {
			t.Errorf("%s: %v", path, got)
		}
	}
	manager.contains(manager.get("/programme/print/report?from=2026-01-01&to=2026-12-31", 200), `alt="Bailleur"`)

	own := "/programme" + list[1]
	manager.post(own+"/move", 303, "to", "further") // already last
	manager.post(own+"/move", 303, "to", "nearer")
	if got := picturesOf(manager.get(page, 200).body); got[0] != list[1] {
		t.Errorf("the order is %v", got)
	}
	manager.contains(manager.post(own, 422, "kind", "donor", "name", ""), "obligatoire", "-name-error")
	manager.post(own, 303, "kind", "partner", "name", "Partenaire Deux")
	manager.contains(manager.get(page, 200), `alt="Partenaire Deux"`, "Partenaire Deux</bdi> · Partenaire")
	send("c.png", drawn(t, 300, 300), 303, "kind", "ministry", "name", "C")
	send("d.png", drawn(t, 300, 300), 303, "kind", "ministry", "name", "D")
	manager.contains(send("e.png", drawn(t, 300, 300), 422, "kind", "ministry", "name", "E"), "Il y a déjà 4 logos")
	manager.lacks(manager.get(page, 200), "Ajouter un logo")

	for _, path := range []string{page, own + "/remove"} {
		trainer.post(path, 404)
	}
	trainer.get(page, 404)
	manager.post(own+"/remove", 303)
	manager.post(own+"/remove", 404)
	visitor.get(list[1], 404)
	if got := picturesOf(trainer.get(at+"/print/report", 200).body); len(got) != 3 {
		t.Errorf("after one was removed: %v", got)
	}
	h.mustCount(1, "SELECT count(*) FROM programme.logo WHERE data IS NULL")
	h.mustCount(4, "SELECT count(*) FROM audit.entry WHERE action = 'logo.add'")
	h.mustCount(3, "SELECT count(*) FROM audit.entry WHERE action IN ('logo.name', 'logo.move', 'logo.remove')")
}
