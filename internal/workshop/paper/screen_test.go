package paper_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/workshop"
	"shelter/internal/workshop/paper"
)

const ink = "10,20 60,90 120,30;200,100 260,40"

func TestStrokesAreNumbersInABox(t *testing.T) {
	t.Parallel()
	s, ok := paper.ParseStrokes(ink + ";7,7")
	if !ok || s.String() != ink+";7,7" || s.Path() != "M10 20L60 90 120 30M200 100L260 40M7 7l0 0" {
		t.Errorf("%v %q %q", ok, s.String(), s.Path())
	}
	long := strings.TrimSuffix(strings.Repeat("1,1 600,200 ", 751), " ")
	for _, text := range []string{
		"", ";", "10", "10,20 ", "10,20", "10,20 15,22" /* a tap */, "-1,5 90,9", "1,5 601,9", "1,5 90,201", "a,b", "1,2,3 90,90", "1;2", " 1,1 90,90", "1,1  90,90",
		"0001,1 90,90", `1,1 90,90" onload="x`, "1.5,2 90,90", "1,1\n90,90", long, strings.Repeat("1", 12001), "١,١ 90,90",
	} {
		if s, ok := paper.ParseStrokes(text); ok {
			t.Errorf("%.40q is a signature: %q", text, s.Path())
		}
	}
}

func FuzzStrokes(f *testing.F) {
	f.Add(ink)
	f.Add("1,1 \";<")
	f.Fuzz(func(t *testing.T, text string) {
		s, ok := paper.ParseStrokes(text)
		if !ok {
			return
		}
		if strings.Trim(s.Path(), "MLl 0123456789") != "" || s.String() != strings.ReplaceAll(s.String(), "<", "") {
			t.Errorf("%q gives %q", text, s.Path())
		}
		if again, ok := paper.ParseStrokes(s.String()); !ok || again.Path() != s.Path() {
			t.Errorf("%q is not read again", s.String())
		}
	})
}

func (h *house) manager() access.Actor {
	h.t.Helper()
	return access.Actor{PersonID: h.person("Responsable" + uuid.NewString()[:4]), Grants: []access.Grant{{Role: access.Manager, Scope: access.Global}}}
}

func (h *house) sign(person int, slot uuid.UUID) paper.SignInput {
	return paper.SignInput{Key: uuid.New(), SlotID: slot, EnrolmentID: h.people[person], Strokes: ink, Device: "tablet", ClientAt: h.at, SentAt: h.at}
}

func TestASignatureOnScreenIsKeptOnceAndNeverChanged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	slot := h.view().Slots[0].ID
	in := h.sign(0, slot)
	_, err := h.Sign(h.ctx, h.trainer, h.event, in)
	h.wantKey(err, "signing_error_off")
	if err := h.Allow(h.ctx, h.trainer, h.event, true); !errs.Is(err, errs.Forbidden) {
		t.Fatalf("a trainer says what the donor accepts: %v", err)
	}
	h.must(h.Allow(h.ctx, h.manager(), h.event, true))
	h.must(h.Allow(h.ctx, h.manager(), h.event, true)) // pressed twice
	for range 3 {                                      // sent again after a lost answer
		sg, err := h.Sign(h.ctx, h.trainer, h.event, in)
		h.must(err)
		if sg.Kind != paper.Drawn || !sg.SignedAt.Equal(h.at) {
			t.Fatalf("%+v", sg)
		}
	}
	twisted := in
	twisted.EnrolmentID = h.people[1]
	_, err = h.Sign(h.ctx, h.trainer, h.event, twisted)
	h.wantKey(err, "error_bad_request") // another person's under the same key

	// an earlier one that comes later, from another device, does not take its place
	h.at = h.at.Add(10 * time.Minute)
	late := h.sign(0, slot)
	late.Strokes, late.Name, late.ClientAt = "", "  Amel   PersonneA ", in.ClientAt.Add(-time.Minute)
	_, err = h.Sign(h.ctx, h.trainer, h.event, late)
	h.must(err)
	if e := h.file().Entry(slot, h.people[0]); e.Screen == nil || e.Screen.ID != in.Key || e.Screen.Path() == "" {
		t.Errorf("in force: %+v", e.Screen)
	}
	back := paper.TakeBackInput{Key: uuid.New(), SlotID: slot, EnrolmentID: h.people[0]}
	h.wantKey(h.TakeBack(h.ctx, h.trainer, h.event, back), "error_required")
	back.Reason = "Signé sur la ligne d'une autre"
	h.must(h.TakeBack(h.ctx, h.trainer, h.event, back))
	h.must(h.TakeBack(h.ctx, h.trainer, h.event, back)) // sent twice
	back.Key = uuid.New()
	h.wantKey(h.TakeBack(h.ctx, h.trainer, h.event, back), "signing_error_none")
	if e := h.file().Entry(slot, h.people[0]); e.Screen != nil {
		t.Errorf("withdrawn and in force: %+v", e.Screen)
	}
	story, err := h.Story(h.ctx, h.trainer, h.event, slot, h.people[0])
	h.must(err)
	if len(story) != 3 || story[0].Kind != paper.TakenBack || story[1].Kind != paper.Drawn || story[2].Name != "Amel PersonneA" || story[0].By != "Amel Formatrice" {
		t.Errorf("%+v", story)
	}
	var person uuid.UUID
	h.must(h.db.App().NewRaw("SELECT person_id FROM workshop.enrolment WHERE id = ?", h.people[0]).Scan(h.ctx, &person))
	if own, err := h.Own(h.ctx, access.Actor{PersonID: person}); err != nil || len(own) != 3 || own[1].Strokes != ink {
		t.Errorf("the person's own: %+v %v", own, err)
	}
	if own, err := h.Own(h.ctx, h.trainer); err != nil || len(own) != 0 {
		t.Errorf("somebody else's: %+v %v", own, err)
	}
	for _, q := range []string{"DELETE FROM workshop.screen_signature", "UPDATE workshop.screen_signature SET name = 'x'"} {
		if _, err := h.db.App().NewRaw(q).Exec(h.ctx); err == nil {
			t.Errorf("%s is possible", q)
		}
	}
}

func TestWhatIsNoSignatureIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.must(h.Allow(h.ctx, h.manager(), h.event, true))
	slots := h.view().Slots
	for key, change := range map[string]func(*paper.SignInput){
		"error_bad_request":           func(in *paper.SignInput) { in.Name = "Et le nom" },
		"signing_error_strokes":       func(in *paper.SignInput) { in.Strokes = "5,5 6,6" },
		"signing_error_name":          func(in *paper.SignInput) { in.Strokes, in.Name = "", " A. " },
		"signing_error_early":         func(in *paper.SignInput) { in.SlotID = slots[1].ID },
		"workshop_error_mark_unknown": func(in *paper.SignInput) { in.SlotID = uuid.New() },

		"workshop_error_mark_not_enrolled": func(in *paper.SignInput) { in.EnrolmentID = uuid.New() },
	} {
		in := h.sign(0, slots[0].ID)
		change(&in)
		_, err := h.Sign(h.ctx, h.trainer, h.event, in)
		h.wantKey(err, key)
	}
	other := access.Actor{PersonID: h.person("Autre"), Grants: []access.Grant{{Role: access.Trainer, Scope: access.Global}}}
	if _, err := h.Sign(h.ctx, other, h.event, h.sign(0, slots[0].ID)); !errs.Is(err, errs.Forbidden) {
		t.Errorf("another's workshop: %v", err)
	}
	if _, err := h.Printed(h.ctx, other, h.event); !errs.Is(err, errs.Forbidden) {
		t.Errorf("another's signatures: %v", err)
	}
	h.must(func() error { _, err := h.Sign(h.ctx, h.trainer, h.event, h.sign(0, slots[0].ID)); return err }())
	h.wantKey(h.workshops.RemoveSlot(h.ctx, h.trainer, h.event, slots[0].ID), "workshop_error_slot_marked")
}

func TestSignaturesOnScreenAreComparedWithTheRollCall(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.must(h.Allow(h.ctx, h.manager(), h.event, true))
	slot := h.view().Slots[0].ID
	h.mark(0, slot, workshop.Absent, "tablet", 0)  // signs all the same
	h.mark(1, slot, workshop.Present, "tablet", 0) // does not sign
	h.mark(2, slot, workshop.Present, "tablet", 0) // signs on screen, and left the box on paper empty
	h.mark(3, slot, workshop.Present, "tablet", 0) // signed on paper
	if got := h.kinds(); len(got) != 0 {
		t.Fatalf("before anybody signed: %v", got)
	}
	h.at = h.at.Add(time.Minute)
	for _, i := range []int{0, 2} {
		_, err := h.Sign(h.ctx, h.trainer, h.event, h.sign(i, slot))
		h.must(err)
	}
	h.typeBox(2, slot, paper.Empty)
	h.typeBox(3, slot, paper.Signed)
	if got := h.kinds(); len(got) != 2 || got["PersonneA"] != paper.SignedNotPresent || got["PersonneB"] != paper.PresentNotSigned {
		t.Fatalf("%v", got)
	}
	for i, st := range []workshop.Status{workshop.Absent, workshop.Present} {
		h.at = h.at.Add(time.Minute)
		d := paper.Decision{Key: uuid.New(), SlotID: slot, EnrolmentID: h.people[i], Status: st, Reason: "Vu avec la salle", SeenSeq: h.file().Entry(slot, h.people[i]).Cell.Seq}
		h.must(h.Decide(h.ctx, h.trainer, h.event, d))
	}
	if got := h.kinds(); len(got) != 0 {
		t.Errorf("after the decisions: %v", got)
	}
	h.at = h.at.Add(time.Minute)
	_, err := h.Sign(h.ctx, h.trainer, h.event, h.sign(0, slot))
	h.must(err)
	if got := h.kinds(); len(got) != 1 || got["PersonneA"] != paper.SignedNotPresent {
		t.Errorf("signed again after the decision: %v", got)
	}
}
