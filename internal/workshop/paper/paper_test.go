package paper_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"testing"
	"time"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/code128"
	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/db/dbtest"
	"shelter/internal/errs"
	"shelter/internal/org"
	"shelter/internal/workshop"
	"shelter/internal/workshop/paper"
)

var system = access.System("test")

var morning = time.Date(2026, 12, 14, 8, 30, 0, 0, time.UTC)

type house struct {
	*paper.Service
	workshops *workshop.Service
	org       *org.Service
	t         *testing.T
	db        *dbtest.DB
	ctx       context.Context
	at        time.Time
	trainer   access.Actor
	event     uuid.UUID
	people    []uuid.UUID // enrolments
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) person(family string) uuid.UUID {
	h.t.Helper()
	p, err := h.org.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: family, GivenName: "Amel"})
	h.must(err)
	return p.ID
}

// newHouse has a workshop of a day that runs, with four people.
func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, db: dbtest.New(t), ctx: context.Background(), at: morning}
	clock := func() time.Time { return h.at }
	h.org = org.New(h.db.App(), clock)
	h.workshops = workshop.New(h.db.App(), h.org, clock)
	h.Service = paper.New(h.db.App(), h.workshops, clock)
	h.trainer = access.Actor{PersonID: h.person("Formatrice"), Grants: []access.Grant{{Role: access.Trainer, Scope: access.Global}}}
	h.event, h.people = h.workshop(4)
	return h
}

func (h *house) workshop(n int) (uuid.UUID, []uuid.UUID) {
	h.t.Helper()
	ev, err := h.workshops.Create(h.ctx, h.trainer, workshop.CreateInput{Details: workshop.Details{Title: "Détection"}, Start: morning, Days: 1})
	h.must(err)
	var ids, enrolments []uuid.UUID
	for i := range n {
		ids = append(ids, h.person(fmt.Sprintf("Personne%c", 'A'+i)))
	}
	list, err := h.workshops.EnrolMany(h.ctx, h.trainer, ev.ID, ids, workshop.EnrolOptions{})
	h.must(err)
	for _, r := range list {
		enrolments = append(enrolments, r.EnrolmentID)
	}
	for _, s := range []workshop.State{workshop.Confirmed, workshop.Running} {
		h.must(h.workshops.SetState(h.ctx, h.trainer, ev.ID, s, ""))
	}
	return ev.ID, enrolments
}

func (h *house) view() *workshop.View {
	h.t.Helper()
	v, err := h.workshops.View(h.ctx, h.trainer, access.AttendanceMark, h.event)
	h.must(err)
	return v
}

func (h *house) lists() []paper.List {
	v := h.view()
	return []paper.List{{Slots: []uuid.UUID{v.Slots[0].ID, v.Slots[1].ID}, People: h.people, FirstNo: 1}, {Slots: []uuid.UUID{v.Slots[0].ID, v.Slots[1].ID}, FirstNo: 5}}
}

func (h *house) wantKey(err error, key string) {
	h.t.Helper()
	e := errs.As(err)
	if e != nil && len(e.Fields) > 0 {
		e.Key = e.Fields[0].Key
	}
	if e == nil || e.Key != key {
		h.t.Errorf("got %v, want %s", err, key)
	}
}

// scanned is a picture of a bar code.
func scanned(t *testing.T, code string) image.Image {
	t.Helper()
	bar, err := code128.Encode(code)
	if err != nil {
		t.Fatal(err)
	}
	big, err := barcode.Scale(bar, bar.Bounds().Dx()*3, 120)
	if err != nil {
		t.Fatal(err)
	}
	img := image.NewGray(image.Rect(0, 0, big.Bounds().Dx()+200, 400))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for x := range big.Bounds().Dx() {
		for y := range 120 {
			img.Set(100+x, 140+y, big.At(x, y))
		}
	}
	return img
}

func jpegOf(t *testing.T, code string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, scanned(t, code), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTheSameListIsTheSameSheet(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	first, err := h.Register(h.ctx, h.trainer, h.event, h.lists())
	h.must(err)
	if len(first) != 2 || first[0] == first[1] {
		t.Fatalf("codes %v", first)
	}
	again, err := h.Register(h.ctx, h.trainer, h.event, h.lists())
	h.must(err)
	if again[0] != first[0] || again[1] != first[1] {
		t.Errorf("printed again: %v, at first %v", again, first)
	}
	l := h.lists()
	l[0].People = l[0].People[:3]
	changed, err := h.Register(h.ctx, h.trainer, h.event, l)
	h.must(err)
	if changed[0] == first[0] || changed[1] != first[1] {
		t.Errorf("after a change of the list: %v, at first %v", changed, first)
	}
	_, err = h.Register(h.ctx, access.Actor{PersonID: uuid.New(), Grants: []access.Grant{{Role: access.Trainee, Scope: access.Global}}}, h.event, h.lists())
	if !errs.Is(err, errs.Forbidden) {
		t.Errorf("a trainee prints: %v", err)
	}
}

func TestScansFindTheirSheets(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	codes, err := h.Register(h.ctx, h.trainer, h.event, h.lists())
	h.must(err)
	photo := jpegOf(t, codes[0])
	id, err := h.Upload(h.ctx, h.trainer, h.event, "feuille.jpg", photo)
	h.must(err)
	twice, err := h.Upload(h.ctx, h.trainer, h.event, "encore.jpg", photo)
	h.must(err)
	if twice != id {
		t.Error("the same file was kept twice")
	}
	tray, err := h.Tray(h.ctx, h.trainer, h.event)
	h.must(err)
	v := h.view()
	if len(tray.Scans) != 1 || len(tray.Pages) != 1 || tray.Pages[0].How != paper.ByCode || tray.Sheet(tray.Pages[0].SheetID).Code != codes[0] {
		t.Fatalf("tray: %+v", tray)
	}
	if n := len(tray.Evidence(v.Slots[1].ID, h.people[2])); n != 1 {
		t.Errorf("%d pages of evidence", n)
	}
	if n := len(tray.Evidence(v.Slots[0].ID, uuid.New())); n != 0 {
		t.Errorf("%d pages of evidence for a stranger", n)
	}
	f, err := h.File(h.ctx, h.trainer, h.event, id)
	h.must(err)
	if f.MIME != "image/jpeg" || bytes.Equal(f.Data, photo) {
		t.Error("the picture was not written anew")
	}
	// the code of another event is told, and leads nowhere
	var b bytes.Buffer
	h.must(png.Encode(&b, scanned(t, "W-2026-999.1.1")))
	_, err = h.Upload(h.ctx, h.trainer, h.event, "autre.png", b.Bytes())
	h.must(err)
	tray, err = h.Tray(h.ctx, h.trainer, h.event)
	h.must(err)
	if p := tray.Pages[1]; p.How != "" || p.ReadCode != "W-2026-999.1.1" {
		t.Errorf("a foreign sheet: %+v", p)
	}
}

func TestByHandAndAway(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, err := h.Register(h.ctx, h.trainer, h.event, h.lists())
	h.must(err)
	pdf := []byte("%PDF-1.4\n<< /Type /Page >>\n<< /Type /Page >>\n%%EOF")
	id, err := h.Upload(h.ctx, h.trainer, h.event, "../scan.pdf", pdf)
	h.must(err)
	tray, err := h.Tray(h.ctx, h.trainer, h.event)
	h.must(err)
	if len(tray.Pages) != 2 || tray.Scans[0].Name != "scan.pdf" {
		t.Fatalf("tray: %+v", tray)
	}
	h.must(h.Match(h.ctx, h.trainer, h.event, paper.MatchInput{Scan: id, Page: 2, Sheet: tray.Sheets[0].ID}))
	h.wantKey(h.Match(h.ctx, h.trainer, h.event, paper.MatchInput{Scan: id, Page: 3, Sheet: tray.Sheets[0].ID}), "error_max")
	h.wantKey(h.Match(h.ctx, h.trainer, h.event, paper.MatchInput{Scan: id, Page: 1, Sheet: uuid.New()}), "error_choice")
	tray, err = h.Tray(h.ctx, h.trainer, h.event)
	h.must(err)
	if p := tray.Pages[1]; p.How != paper.ByHand || tray.Names[p.MatchedBy] != "Amel Formatrice" {
		t.Errorf("matched: %+v", p)
	}
	h.must(h.Match(h.ctx, h.trainer, h.event, paper.MatchInput{Scan: id, Page: 2}))
	h.wantKey(h.Remove(h.ctx, h.trainer, h.event, id, " "), "error_required")
	h.must(h.Remove(h.ctx, h.trainer, h.event, id, "Document privé"))
	tray, err = h.Tray(h.ctx, h.trainer, h.event)
	h.must(err)
	if len(tray.Pages) != 0 || len(tray.Scans) != 1 || tray.Scans[0].Reason != "Document privé" {
		t.Errorf("after the removal: %+v", tray)
	}
	if _, err = h.File(h.ctx, h.trainer, h.event, id); !errs.Is(err, errs.NotFound) {
		t.Errorf("a removed file: %v", err)
	}
	if _, err = h.Upload(h.ctx, h.trainer, h.event, "scan.pdf", pdf); err != nil {
		t.Errorf("sent again after the removal: %v", err)
	}
	var n int
	h.must(h.db.Owner().NewRaw("SELECT count(*) FROM audit.entry WHERE action LIKE 'attendance.scan%'").Scan(h.ctx, &n))
	if n != 5 {
		t.Errorf("%d entries in the audit", n)
	}
}

func TestWhatIsNotTaken(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for what, c := range map[string]struct {
		data []byte
		key  string
	}{
		"text":           {[]byte("<svg onload=alert(1)>"), "sheets_error_kind"},
		"nothing":        {nil, "sheets_error_kind"},
		"gif":            {[]byte("GIF89a"), "sheets_error_kind"},
		"half a jpeg":    {jpegOf(t, "W-2026-001.1.1")[:40], "sheets_error_broken"},
		"a huge png":     {hugePNG(), "sheets_error_pixels"},
		"too many bytes": {append([]byte("%PDF-1.4"), make([]byte, paper.MaxScan)...), "sheets_error_large"},
	} {
		_, err := h.Upload(h.ctx, h.trainer, h.event, "x", c.data)
		if e := errs.As(err); e == nil || e.Key != c.key {
			t.Errorf("%s: %v, want %s", what, err, c.key)
		}
	}
	stranger := access.Actor{PersonID: uuid.New(), Grants: []access.Grant{{Role: access.Trainer, Scope: access.Global}}}
	if _, err := h.Upload(h.ctx, stranger, h.event, "x.pdf", []byte("%PDF-1.4")); !errs.Is(err, errs.Forbidden) {
		t.Errorf("another trainer: %v", err)
	}
	if _, err := h.Tray(h.ctx, stranger, h.event); !errs.Is(err, errs.Forbidden) {
		t.Errorf("another trainer's tray: %v", err)
	}
	// a scan is found under its own event only
	id, err := h.Upload(h.ctx, h.trainer, h.event, "x.pdf", []byte("%PDF-1.4"))
	h.must(err)
	other, _ := h.workshop(1)
	if _, err := h.File(h.ctx, h.trainer, other, id); !errs.Is(err, errs.NotFound) {
		t.Errorf("under another event: %v", err)
	}
}

// hugePNG says that it has more pixels than any picture may have.
func hugePNG() []byte {
	head := []byte("IHDR\x00\x01\x86\xa0\x00\x01\x86\xa0\x08\x02\x00\x00\x00")
	b := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\r"), head...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(head))
}
