package app_test

import (
	"bytes"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/boombuler/barcode/code128"

	"shelter/internal/access"
)

var reSheetCode = regexp.MustCompile(`</svg><span>(W-\d{4}-\d{3}\.\d+\.\d+)</span>`)

// photoOf is a photograph of a bar code.
func photoOf(t *testing.T, code string) []byte {
	t.Helper()
	bar, err := code128.Encode(code)
	if err != nil {
		t.Fatal(err)
	}
	const scale = 3
	img := image.NewGray(image.Rect(0, 0, bar.Bounds().Dx()*scale+200, 300))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for x := range bar.Bounds().Dx() * scale {
		for y := range 100 {
			img.Set(100+x, 100+y, bar.At(x/scale, 0))
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sendScans sends files with the form of the tray.
func (b *browser) sendScans(at string, status int, files map[string][]byte) reply {
	b.h.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, data := range files {
		part, err := w.CreateFormFile("file", name)
		if err == nil {
			_, err = part.Write(data)
		}
		b.h.must(err)
	}
	b.h.must(w.Close())
	r := httptest.NewRequest(http.MethodPost, at+"/sheets/scans", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.do(r, status)
}

// TestPaperComesBackThroughThePages: printed, photographed, sent, recognised; a PDF is matched by hand and only ever saved.
func TestPaperComesBackThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.atTen()
	p := h.person("Formatrice", access.Trainer)
	b := h.signedIn(p)
	at := h.selfRoom(p, "Ayari", "Zoghlami")
	codes := reSheetCode.FindAllStringSubmatch(b.get(at+"/print/signatures", 200).body, -1)
	if len(codes) == 0 {
		t.Fatal("the printed sheets have no code")
	}
	if again := reSheetCode.FindStringSubmatch(b.get(at+"/print/signatures?lang=ar", 200).body); again[1] != codes[0][1] {
		t.Errorf("printed again the sheet is %s, before %s", again[1], codes[0][1])
	}
	b.contains(b.get(at+"/sheets", 200), "Aucun scan")
	b.sendScans(at, 303, map[string][]byte{"photo.png": photoOf(t, codes[0][1]), "scan.pdf": []byte("%PDF-1.4\n<< /Type /Page >>\n<script>alert(1)</script>%%EOF")})
	r := b.get(at+"/sheets", 200)
	b.contains(r, "photo.png", "Reconnue par son code", codes[0][1], "scan.pdf", "Code illisible")
	var pdf, photo string
	for _, link := range regexp.MustCompile(`<a class="[^"]*" href="(`+at+`/sheets/scans/[0-9a-f-]+)"([^>]*)>`).FindAllStringSubmatch(r.body, -1) {
		if strings.Contains(link[2], "download") {
			pdf = link[1]
		} else {
			photo = link[1]
		}
	}
	for path, want := range map[string][2]string{pdf: {"application/pdf", "attachment"}, photo: {"image/jpeg", "inline"}} {
		r := b.get(path, 200)
		for name, part := range map[string]string{"Content-Type": want[0], "Content-Disposition": want[1], "Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"} {
			if got := r.Header.Get(name); !strings.Contains(got, part) {
				t.Errorf("%s of %s: %q", name, want[0], got)
			}
		}
	}
	sheet := regexp.MustCompile(`<option value="([0-9a-f-]{36})"`).FindStringSubmatch(r.body)[1]
	b.contains(b.post(pdf, 422, "page", "1", "sheet", "00000000-0000-0000-0000-000000000001"), "f-sheet-error")
	b.post(pdf, 303, "page", "1", "sheet", sheet)
	b.contains(b.get(at+"/sheets", 200), "Choisie par Salma Formatrice")
	b.contains(b.post(pdf, 422, "do", "remove", "reason", ""), "f-reason-error")
	b.post(pdf, 303, "do", "remove", "reason", "Document privé")
	b.contains(b.get(at+"/sheets", 200), "Document privé")
	b.get(pdf, 404)

	for name, c := range map[string]struct {
		data []byte
		says string
	}{"page.html": {[]byte("<script>alert(1)</script>"), "ni un PDF"}, "gros.pdf": {append([]byte("%PDF-"), make([]byte, 21<<20)...), "dépasse 20"}} {
		r := b.sendScans(at, 422, map[string][]byte{name: c.data})
		b.contains(r, c.says, name)
		b.lacks(r, "<script>alert")
	}
	b.contains(b.sendScans(at, 422, nil), "Choisissez au moins un fichier")
	// others see nothing of it
	for _, other := range []*browser{h.signedIn(h.person("Autre", access.Trainer)), h.signedIn(h.person("Stagiaire", access.Trainee))} {
		for _, path := range []string{at + "/sheets", photo} {
			other.lacks(other.get(path, 404), "photo.png", "Ayari")
		}
		other.sendScans(at, 404, map[string][]byte{"a.pdf": []byte("%PDF-")})
	}
}

// TestPaperIsTypedAndDecidedThroughThePages: typed line by line, compared, decided with a reason, and shown as evidence.
func TestPaperIsTypedAndDecidedThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.atTen()
	p := h.person("Formatrice", access.Trainer)
	b := h.signedIn(p)
	at := h.selfRoom(p, "Ayari", "Zoghlami")
	r := b.get(at+"/sheets/boxes", 200)
	lines := regexp.MustCompile(`<tr data-enrolment="([^"]+)"`).FindAllStringSubmatch(r.body, -1)
	form := regexp.MustCompile(`data-form="([^"]+)"`).FindStringSubmatch(r.body)
	if len(lines) != 2 || form == nil {
		t.Fatalf("%d lines", len(lines))
	}
	slot := strings.Split(form[1], ",")[0]
	b.json(at+"/sheets/boxes", 200, map[string]any{"form": form[1], "enrolment": lines[0][1], "cells": map[string]string{"1": "s"}}, nil)
	b.json(at+"/sheets/boxes", 422, map[string]any{"form": "x", "enrolment": lines[0][1], "cells": map[string]string{"1": "s"}}, nil)
	b.contains(b.get(at+"/sheets/boxes", 200), `data-typed="s"`)

	r = b.get(at+"/sheets/differences", 200)
	b.contains(r, "A signé, mais n&#39;est pas pointé présent", "Ayari Amel")
	b.lacks(r, "Zoghlami", "98123456")
	form2 := []string{"key", valueOf(t, r.body, "key"), "slot", slot, "enrolment", lines[0][1], "seen", valueOf(t, r.body, "seen")}
	r = b.post(at+"/sheets/differences", 422, append(form2, "status", "present", "reason", "")...)
	b.contains(r, "f-reason-error")
	r = b.post(at+"/sheets/differences", 422, append(form2, "status", "", "reason", "Motif gardé")...)
	b.contains(r, "f-status-error", "Motif gardé")
	b.post(at+"/sheets/differences", 303, append(form2, "status", "present", "reason", "Signature vérifiée")...)
	b.contains(b.get(at+"/sheets/differences", 200), "Rien ne diffère")

	r = b.get(at, 200)
	link := at + "/evidence?slot=" + slot + "&amp;status=present"
	b.contains(r, link)
	r = b.get(strings.ReplaceAll(link, "&amp;", "&"), 200)
	b.contains(r, "Ayari Amel", "Signature vérifiée", "signé", "Salma Formatrice", "aucun")
	b.lacks(r, "Zoghlami")
	b.contains(b.get(at+"/evidence?status=nonsense&slot=x", 200), "Zoghlami")
	other := h.signedIn(h.person("Autre", access.Trainer))
	for _, path := range []string{"/sheets/boxes", "/sheets/differences", "/evidence"} {
		other.lacks(other.get(at+path, 404), "Ayari")
	}
}

// TestEvidenceHasWhoLeft: who left after being marked is counted by reports, so the evidence shows them, apart from those enrolled.
func TestEvidenceHasWhoLeft(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.atTen()
	p := h.person("Formatrice", access.Trainer)
	b := h.signedIn(p)
	at := h.selfRoom(p, "Ayari", "Zoghlami")
	roll := b.get(at+"/rollcall", 303).to()
	r := b.get(roll, 200)
	who := strings.Split(strings.Split(r.body, `data-roll-row="`)[1], `"`)[0]
	b.post(roll, 303, "key", valueOf(t, r.body, "key"), "state-"+who, "present")
	b.lacks(b.get(at+"/evidence?status=attended", 200), "evidence-gone", "retirées depuis")
	b.post(at+"/participants/"+who, 303, "state", "withdrawn", "reason", "Mutation")
	r = b.get(at+"/evidence?status=attended", 200)
	b.contains(r, "0 · ", "evidence-gone", "Personnes retirées depuis : 1 demi-journée", "Ayari")
	b.contains(b.get(at+"/print/report", 200), "1 / 2")
	b.get(roll+"/"+who+"/history", 200)
	h.signedIn(h.person("Autre", access.Trainer)).get(at+"/evidence", 404)
}
