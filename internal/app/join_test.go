package app_test

import (
	"strconv"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
)

// Whoever taps "begin" again while the page of the test is on its slow way is not taken for another phone; once an answer is
// there, the next person at the same phone begins anew.
func TestBeginningOnceMoreOnTheSamePhone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.person("Ayari", access.Trainer)
	base, _, people := h.paperRoom(trainer)
	h.signedIn(trainer).post(base+"/tests/pre/open", 303)
	board, err := h.Exam.Board(h.ctx, system, uuid.MustParse(base[len("/workshops/"):]))
	if err != nil {
		t.Fatal(err)
	}
	room, phone, wafa := "/r/"+board.Pairing.RoomCode, h.browser(), people[0].String()
	phone.get(room, 200)
	test := phone.post(room, 303, "enrolment", wafa).to()
	phone.get(test, 200)
	if again := phone.post(room, 303, "enrolment", wafa).to(); again != test {
		t.Errorf("the same phone was sent to %s, then to %s", test, again)
	}
	h.browser().post(room, 409, "enrolment", wafa)

	answer := map[string]any{"key": uuid.New(), "position": 1, "seq": 1, "at": h.Now(), "response": map[string]any{"c": []string{"c"}}}
	phone.json(test+"/answers", 200, answer, nil)
	phone.contains(phone.post(room, 409, "enrolment", wafa), "resume_code")
	if other := phone.post(room, 303, "enrolment", people[1].String()).to(); other == test {
		t.Error("the next person at the phone has the first one's test")
	}
}

// Without scripts the first answer is the submission.
func TestBeginningAfterSubmittingOnTheSamePhone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.person("Ayari", access.Trainer)
	base, _, people := h.paperRoom(trainer)
	h.signedIn(trainer).post(base+"/tests/pre/open", 303)
	board, err := h.Exam.Board(h.ctx, system, uuid.MustParse(base[len("/workshops/"):]))
	if err != nil {
		t.Fatal(err)
	}
	room, phone := "/r/"+board.Pairing.RoomCode, h.browser()
	for i, who := range people {
		phone.get(room, 200)
		key := phone.cookies["shelter_begin"]
		test := phone.post(room, 303, "enrolment", who.String()).to()
		phone.post(test+"/submit", 303, "q1", "c")
		if key == "" || phone.cookies["shelter_begin"] != "" {
			t.Errorf("person %s: key %q before, %q after the submission", strconv.Itoa(i+1), key, phone.cookies["shelter_begin"])
		}
	}
}
