package app_test

import (
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
)

// A browser sends "on" for a box that is ticked.
func TestTickedBoxes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.person("Ayari", access.Trainer)
	base, form, _ := h.paperRoom(trainer)
	b := h.signedIn(trainer)
	b.contains(b.get(base+"/tests", 200), `name="anonymous"`, `value="on"`)
	b.post(base+"/tests", 303, "pre_form", form.String(), "post_form", form.String(), "anonymous", "on", "crossed", "on")
	board, err := h.Exam.Board(h.ctx, system, uuid.MustParse(base[len("/workshops/"):]))
	if err != nil || !board.Pairing.Anonymous || !board.Pairing.Crossed {
		t.Errorf("%v: anonymous and crossed were ticked: %+v", err, board.Pairing)
	}
	b.post(base+"/tests", 303, "pre_form", form.String(), "post_form", form.String())
	board, err = h.Exam.Board(h.ctx, system, board.Workshop.ID)
	if err != nil || board.Pairing.Anonymous || board.Pairing.Crossed {
		t.Errorf("%v: nothing was ticked: %+v", err, board.Pairing)
	}
	b.post(base+"/participants/new", 303, "family_name", "Passante", "walk_in", "on")
	b.contains(b.get(base, 200), "Passante")
}
