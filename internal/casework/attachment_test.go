package casework_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/db"
	"shelter/internal/errs"
)

func pdf(text string) []byte { return []byte("%PDF-1.7\n" + text + "\n%%EOF\n") }

// attached adds a document and gives its id.
func (h *house) attached(id uuid.UUID, in casework.AttachInput) casework.Attachment {
	h.t.Helper()
	if in.Key == uuid.Nil {
		in.Key = uuid.New()
	}
	h.must(h.Attach(h.ctx, h.worker, id, in))
	v, err := h.View(h.ctx, h.worker, id)
	h.must(err)
	return v.Attachments[0]
}

// TestADocumentIsWhatItsContentSays: the kind of a file is that of its first bytes; pictures are written anew; a repeat adds nothing.
func TestADocumentIsWhatItsContentSays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	var photo, drawn bytes.Buffer
	h.must(jpeg.Encode(&photo, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil))
	h.must(png.Encode(&drawn, image.NewRGBA(image.Rect(0, 0, 9, 9))))
	exif := append([]byte("\xff\xd8\xff\xe1\x00\x1eExif\x00\x00GPS CANARI 36.8N 10"), make([]byte, 3)...)
	tagged := append(exif, photo.Bytes()[2:]...)
	for _, c := range []struct {
		name, kept, mime string
		data             []byte
	}{
		{"Contrat.PDF", "Contrat.pdf", "application/pdf", pdf("x")}, {`C:\photos\face.png`, "face.jpg", "image/jpeg", tagged}, {"plan.exe", "plan.jpg", "image/jpeg", drawn.Bytes()},
		{"../../etc/pass\x00wd\u202e.pdf", "passwd.pdf", "application/pdf", pdf("y")}, {".pdf", "document.pdf", "application/pdf", pdf("z")}, {strings.Repeat("é", 300), strings.Repeat("é", 120) + ".pdf", "application/pdf", pdf("w")},
	} {
		if a := h.attached(id, casework.AttachInput{Kind: "other", Name: c.name, Data: c.data}); a.Title != c.kept || a.MIME != c.mime {
			t.Errorf("%q is kept as %q, %s", c.name, a.Title, a.MIME)
		}
	}
	in := casework.AttachInput{Key: uuid.New(), Kind: "legal", Name: "a.pdf", Data: pdf("a")}
	h.must(h.Attach(h.ctx, h.worker, id, in))
	h.must(h.Attach(h.ctx, h.worker, id, in))
	if v, err := h.View(h.ctx, h.worker, id); err != nil || len(v.Attachments) != 7 {
		t.Errorf("%d documents, %v", len(v.Attachments), err)
	}
	for name, in := range map[string]casework.AttachInput{
		"none": {}, "script": {Data: []byte("<html>")}, "too large": {Data: append(pdf(""), make([]byte, casework.MaxPaper)...)}, "cut": {Cut: true}, "no picture": {Data: []byte("\xff\xd8\xffx")},
	} {
		in.Kind, in.Key = "other", uuid.New()
		if got := missing(h.Attach(h.ctx, h.worker, id, in)); !slices.Equal(got, []string{"file"}) {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := missing(h.Attach(h.ctx, h.worker, id, casework.AttachInput{Key: uuid.New(), Kind: "legal", ConsentID: uuid.New(), Data: pdf("")})); !slices.Equal(got, []string{"consent"}) {
		t.Errorf("a judgement proves a consent: %v", got)
	}
	if got := missing(h.Attach(h.ctx, h.worker, id, casework.AttachInput{Key: uuid.New(), Kind: "consent", ConsentID: uuid.New(), Data: pdf("")})); !slices.Equal(got, []string{"consent"}) {
		t.Errorf("a consent of another file: %v", got)
	}
}

// TestDocumentsBelongToTheFilesCircle: nobody else sees or changes one; a worker locks, a supervisor alone erases, and what is erased is gone.
func TestDocumentsBelongToTheFilesCircle(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	a := h.attached(id, casework.AttachInput{Kind: "medical", Name: "CANARI.pdf", Data: pdf("CANARI")})
	for who, x := range map[string]access.Actor{"other shelter": h.foreign, "its supervisor": h.foreignSupervisor, "colleague": h.other, "administrator": h.admin, "command line": access.System("cli"), "officer": h.officer} {
		for act, err := range map[string]error{"adds": h.Attach(h.ctx, x, id, casework.AttachInput{Key: uuid.New(), Kind: "other", Data: pdf("")}), "locks": h.LockAttachment(h.ctx, x, id, a.ID, "x"), "puts back": h.BackAttachment(h.ctx, x, id, a.ID), "ends": h.ended(x, id, a.ID)} {
			if !errs.Is(err, errs.NotFound) && !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s %s: %v", who, act, err)
			}
		}
	}
	if err := h.ended(h.supervisor, id, a.ID); !errs.Is(err, errs.Conflict) {
		t.Errorf("its end without having been taken off: %v", err)
	}
	if got := missing(h.LockAttachment(h.ctx, h.worker, id, a.ID, " ")); !slices.Equal(got, []string{"reason"}) {
		t.Errorf("locked without a reason: %v", got)
	}
	h.must(h.LockAttachment(h.ctx, h.worker, id, a.ID, "envoyé par erreur"))
	h.must(h.LockAttachment(h.ctx, h.worker, id, a.ID, "autre motif")) // a repeat
	if err := h.ended(h.worker, id, a.ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("a worker has it erased: %v", err)
	}
	h.must(h.BackAttachment(h.ctx, h.supervisor, id, a.ID))
	h.must(h.LockAttachment(h.ctx, h.worker, id, a.ID, "envoyé par erreur"))
	e, err := h.EndAttachment(h.ctx, h.supervisor, id, a.ID)
	h.must(err)
	if err := h.BackAttachment(h.ctx, h.supervisor, id, a.ID); !errs.Is(err, errs.Conflict) {
		t.Errorf("put back while it is to be erased: %v", err)
	}
	h.must(h.Release(h.ctx, h.supervisor, e, "le procès continue", h.day(9)))
	h.must(h.BackAttachment(h.ctx, h.supervisor, id, a.ID))
	v, err := h.View(h.ctx, h.worker, id)
	h.must(err)
	if got := v.Attachments[0]; got.State != "kept" || got.Title != "CANARI.pdf" || got.Retained {
		t.Errorf("%+v", got)
	}
}

func (h *house) ended(who access.Actor, id, attachment uuid.UUID) error {
	_, err := h.EndAttachment(h.ctx, who, id, attachment)
	return err
}

// TestNoDocumentIsErasedWithoutMinutes: a document that was taken off ends as a file does. With the services left out, and with the policies
// left out, nobody erases it otherwise: not its worker, not its supervisor, not an officer alone.
func TestNoDocumentIsErasedWithoutMinutes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	a := h.attached(id, casework.AttachInput{Kind: "medical", Name: "CANARI.pdf", Data: pdf("CANARI")})
	stays := h.attached(id, casework.AttachInput{Kind: "medical", Name: "autre.pdf", Data: pdf("autre")})
	h.must(h.LockAttachment(h.ctx, h.worker, id, a.ID, "envoyé par erreur"))
	worker := map[string]string{"cases.actor": h.worker.PersonID.String(), "cases.works": h.a.String()}
	boss := map[string]string{"cases.actor": h.supervisor.PersonID.String(), "cases.supervises": h.a.String()}
	officer := map[string]string{"cases.actor": h.officer.PersonID.String(), "cases.officer": "on"}
	everything := map[string]string{"cases.actor": h.officer.PersonID.String(), "cases.officer": "on", "cases.supervises": h.a.String(), "cases.works": h.a.String(), "cases.copying": "on", "cases.retaining": "on"}
	erase := "UPDATE cases.attachment SET state = 'erased', erased_at = now(), erased_by = cases.actor(), wrapped = '', name = NULL, content = NULL WHERE id = $1"
	refused := func(when string) {
		t.Helper()
		for who, set := range map[string]map[string]string{"worker": worker, "supervisor": boss, "officer": officer, "everybody at once": everything} {
			for act, sql := range map[string]string{"erases": erase, "says that it is": "UPDATE cases.attachment SET state = 'erased' WHERE id = $1", "empties": "UPDATE cases.attachment SET content = '' WHERE id = $1", "deletes": "DELETE FROM cases.attachment WHERE id = $1"} {
				if n := h.changed(set, sql, a.ID.String()); n > 0 {
					t.Errorf("%s, %s %s: %d", when, who, act, n)
				}
			}
		}
	}
	refused("taken off")
	h.db.Exec("ALTER TABLE cases.attachment DISABLE ROW LEVEL SECURITY") // the one wall
	h.db.Exec("GRANT UPDATE ON cases.attachment TO " + h.login())        // and the rights
	refused("without policies")
	h.db.Exec("REVOKE UPDATE ON cases.attachment FROM " + h.login())
	h.db.Exec("GRANT UPDATE (state, locked_at, locked_by, reason) ON cases.attachment TO " + h.login())
	h.db.Exec("ALTER TABLE cases.attachment ENABLE ROW LEVEL SECURITY")

	e, err := h.EndAttachment(h.ctx, h.supervisor, id, a.ID)
	h.must(err)
	back := "UPDATE cases.attachment SET state = 'kept', locked_at = NULL, locked_by = NULL, reason = NULL WHERE id = $1"
	if n := h.changed(boss, back, a.ID.String()); n > 0 {
		t.Error("put back past its lock")
	}
	if n := h.changed(officer, "SELECT cases.destroy($1)", e.String()); n != -1 {
		t.Errorf("destroyed without minutes: %d", n)
	}
	h.must(h.KeepMinutes(h.ctx, h.supervisor, e, casework.MinutesInput{On: h.day(0), Bailiff: "Maître CANARI", Number: "PV 12", Expert: "Expert CANARI", Name: "pv.pdf", Data: pdf("CANARI")}))
	refused("with the minutes")
	if n := h.changed(boss, "SELECT cases.destroy($1)", e.String()); n != -1 {
		t.Errorf("destroyed by a supervisor: %d", n)
	}
	if n := h.changed(officer, "SELECT cases.destroy($1)", e.String()); n != 1 {
		t.Errorf("an officer erases %d", n)
	}
	h.erased(officer, e)
	v, err := h.View(h.ctx, h.worker, id)
	h.must(err)
	for _, got := range v.Attachments {
		switch {
		case got.ID == stays.ID && (got.State != "kept" || got.Title != "autre.pdf"):
			t.Errorf("the other document of its kind: %+v", got)
		case got.ID == a.ID && (got.State != "erased" || got.Title != "" || len(got.Wrapped) != 0 || got.Why != "envoyé par erreur" || got.Kind != "medical"):
			t.Errorf("%+v", got)
		}
	}
	if done, _, err := h.Erasure(h.ctx, h.supervisor, e); err != nil || done.State != "erased" || done.Documents != 1 || done.Kind != "medical" || done.Scope != "document" {
		t.Errorf("%+v, %v", done, err)
	}
	if err := h.BackAttachment(h.ctx, h.supervisor, id, a.ID); !errs.Is(err, errs.Conflict) {
		t.Errorf("put back after all: %v", err)
	}
}

// login is the name of the login of the case side, for SQL.
func (h *house) login() string {
	h.t.Helper()
	var name string
	h.must(h.db.Cases().Pool().QueryRow(h.ctx, "SELECT quote_ident(current_user)").Scan(&name))
	return name
}

// erased does an erasure as the program does, without its second factor.
func (h *house) erased(officer map[string]string, e uuid.UUID) {
	h.t.Helper()
	tx, err := h.db.Cases().Pool().Begin(h.ctx)
	h.must(err)
	for k, v := range officer {
		_, err := tx.Exec(h.ctx, "SELECT set_config($1, $2, true)", k, v)
		h.must(err)
	}
	_, err = tx.Exec(h.ctx, "SELECT cases.destroy($1)", e.String())
	h.must(err)
	h.must(tx.Commit(h.ctx))
}

// TestTheDatabaseKeepsDocuments: with the services left out, none changes, comes back, is erased by a worker, or opens in another's place.
func TestTheDatabaseKeepsDocuments(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	one := h.attached(id, casework.AttachInput{Kind: "other", Name: "un.pdf", Data: pdf("un")})
	two := h.attached(id, casework.AttachInput{Kind: "other", Name: "deux.pdf", Data: pdf("deux")})
	worker := map[string]string{"cases.actor": h.worker.PersonID.String(), "cases.works": h.a.String()}
	boss := map[string]string{"cases.actor": h.supervisor.PersonID.String(), "cases.supervises": h.a.String()}
	lock := "UPDATE cases.attachment SET state = 'locked', locked_at = now(), locked_by = $2, reason = '' WHERE id = $1"
	erase := "UPDATE cases.attachment SET state = 'erased', erased_at = now(), erased_by = $2, wrapped = '', name = NULL, content = NULL WHERE id = $1"
	h.must(h.LockAttachment(h.ctx, h.worker, id, two.ID, "x"))
	for _, c := range []struct {
		name string
		want int64
		set  map[string]string
		sql  string
		args []any
	}{
		{"locked by the worker", 1, worker, lock, []any{one.ID.String(), h.worker.PersonID.String()}},
		{"locked in another's name", -1, worker, lock, []any{one.ID.String(), h.other.PersonID.String()}},
		{"erased by the worker", -1, worker, erase, []any{two.ID.String(), h.worker.PersonID.String()}},
		{"erased before it is locked", -1, boss, erase, []any{one.ID.String(), h.supervisor.PersonID.String()}},
		{"erased by the supervisor", -1, boss, erase, []any{two.ID.String(), h.supervisor.PersonID.String()}},
		{"put back by the worker", -1, worker, "UPDATE cases.attachment SET state = 'kept', locked_at = NULL, locked_by = NULL, reason = NULL WHERE id = $1", []any{two.ID.String()}},
		{"put back", 1, boss, "UPDATE cases.attachment SET state = 'kept', locked_at = NULL, locked_by = NULL, reason = NULL WHERE id = $1", []any{two.ID.String()}},
		{"its content is changed", -1, boss, "UPDATE cases.attachment SET content = '\\x00' WHERE id = $1", []any{one.ID.String()}},
		{"its kind is changed", -1, boss, "UPDATE cases.attachment SET kind = 'photo' WHERE id = $1", []any{one.ID.String()}},
		{"deleted", -1, boss, "DELETE FROM cases.attachment WHERE id = $1", []any{one.ID.String()}},
		{"locked by an officer", 0, map[string]string{"cases.actor": h.officer.PersonID.String(), "cases.officer": "on"}, lock, []any{one.ID.String(), h.officer.PersonID.String()}},
		{"locked by a colleague", 0, map[string]string{"cases.actor": h.other.PersonID.String(), "cases.works": h.a.String()}, lock, []any{one.ID.String(), h.other.PersonID.String()}},
	} {
		if n := h.changed(c.set, c.sql, c.args...); n != c.want {
			t.Errorf("%s: %d, want %d", c.name, n, c.want)
		}
	}
	h.db.Exec("ALTER TABLE cases.attachment NO FORCE ROW LEVEL SECURITY, DISABLE TRIGGER USER")
	h.db.Exec("UPDATE cases.attachment SET (wrapped, name, content) = (SELECT wrapped, name, content FROM cases.attachment WHERE id = $2) WHERE id = $1", one.ID.String(), two.ID.String())
	h.db.Exec("ALTER TABLE cases.attachment FORCE ROW LEVEL SECURITY, ENABLE TRIGGER USER")
	if _, err := h.View(h.ctx, h.worker, id); err == nil {
		t.Error("a document opens in another's place")
	}
}

// TestWithoutTheCasesKeyNoDocumentOpens: what hangs below the key of a case is gone with it, also after a rotation.
func TestWithoutTheCasesKeyNoDocumentOpens(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	h.attached(id, casework.AttachInput{Kind: "other", Name: "un.pdf", Data: pdf("un")})
	h.must(h.keys.Rotate())
	if v, err := h.View(h.ctx, h.worker, id); err != nil || v.Attachments[0].Title != "un.pdf" {
		t.Fatalf("after a rotation: %v", err)
	}
	h.db.Exec("ALTER TABLE cases.data_key NO FORCE ROW LEVEL SECURITY")
	h.db.Exec("UPDATE cases.data_key SET wrapped = '' WHERE case_id = $1", id.String())
	h.db.Exec("ALTER TABLE cases.data_key FORCE ROW LEVEL SECURITY")
	if _, err := h.View(h.ctx, h.worker, id); !errs.Is(err, errs.Conflict) {
		t.Errorf("without its key: %v", err)
	}
	if err := h.undone(map[string]string{"cases.actor": h.worker.PersonID.String(), "cases.works": h.b.String()}, "INSERT INTO cases.attachment (id, case_id, key, kind, mime, size, state, at, by_id, wrapped, name, content) VALUES (gen_random_uuid(), $1, gen_random_uuid(), 'other', 'image/jpeg', 1, 'kept', now(), $2, 'x', '', '')",
		id.String(), h.worker.PersonID.String()); !errs.Is(db.Translate(err), errs.Forbidden) {
		t.Errorf("added to a file of another shelter: %v", err)
	}
}
