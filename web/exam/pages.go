// Package exam holds the pages of the tests: joining and taking on a phone, the trainer's board, the projector and the
// results.
package exam

import (
	"encoding/json"
	"time"

	"shelter/internal/exam"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// place is the address of the workshop or course whose tests these are.
func place(w exam.Workshop) string {
	if w.Course != "" {
		return "/courses/" + w.Course
	}
	return "/workshops/" + w.ID.String()
}

// JoinPage asks for the room code.
type JoinPage struct {
	layout.Page

	Code string // as it was typed
	Form *form.Set
}

// RoomPage is what somebody with the room code sees.
type RoomPage struct {
	layout.Page

	Room         exam.Room
	Enrolment    string // the name that was chosen
	PersonalCode string // as it was typed
	AskResume    bool   // the test has begun on another device
	Message      string
	Form         *form.Set
}

// TakePage is a test on a phone.
type TakePage struct {
	layout.Page

	Taking exam.Taking
}

func (p TakePage) running() bool {
	return !p.Taking.Attempt.Submitted() && p.Taking.State == exam.Open
}

func (p TakePage) base() string { return "/t/" + p.Taking.Attempt.ID.String() }

func (p TakePage) answer(position int) exam.Response { return p.Taking.Answers[position] }

func (p TakePage) missing() int { return len(p.Taking.Items) - len(p.Taking.Answers) }

// BoardPage is the trainer's view of the two tests.
type BoardPage struct {
	layout.Page

	Board     exam.Board
	Forms     []exam.FormChoice
	PreForm   string
	PostForm  string
	Anonymous bool
	Crossed   bool
	Minutes   string // as it was typed
	Form      *form.Set
}

// minutes are what is offered to be given to everybody, or what was typed.
func (p BoardPage) minutes() string {
	if p.Minutes != "" {
		return p.Minutes
	}
	return "5"
}

func (p BoardPage) base() string { return place(p.Board.Workshop) }

// room tells whether people sit together: a course has neither projector nor paper.
func (p BoardPage) room() bool { return p.Board.Workshop.Course == "" }

// intro says what is chosen.
func (p BoardPage) intro() string {
	if p.room() {
		return p.Loc.T("exam_setup_intro")
	}
	return p.Loc.T("exam_setup_intro") + " " + p.Loc.T("exam_setup_course")
}

// handedIn says when: in a room the time, in a course, which goes on for months, the day.
func (p BoardPage) handedIn(at time.Time) string {
	if p.room() {
		return p.Loc.T("exam_board_done", "at", p.Loc.Time(at.In(tunis())))
	}
	return p.Loc.T("course_test_handed_in", "date", p.Loc.Date(at.In(tunis())))
}

// more is what can be unfolded beside somebody who has not handed in.
func (p BoardPage) more() string {
	if p.room() {
		return "exam_board_resume"
	}
	return "exam_board_more"
}

// nobody says why the list is empty.
func (p BoardPage) nobody() string {
	if p.room() {
		return p.Loc.T("exam_board_no_people")
	}
	return p.Loc.T("exam_board_no_learners")
}

// options are the forms on offer, in the reader's language.
func (p BoardPage) options() []form.Option {
	list := make([]form.Option, len(p.Forms))
	for i, f := range p.Forms {
		list[i] = form.Option{Value: f.ID.String(), Label: f.Title.In(p.Loc.Lang()), Hint: f.Code + " · " + p.Loc.N("exam_items_n", f.Items)}
	}
	return list
}

// chosen is the form that is set for a phase, or what was typed.
func (p BoardPage) chosen(ph exam.Phase, typed string) string {
	if typed != "" || p.Board.Pairing == nil {
		return typed
	}
	if s := p.Board.Pairing.Sitting(ph); s != nil {
		return s.FormID.String()
	}
	return ""
}

func (p BoardPage) anonymous() string {
	if p.Anonymous || (p.Board.Pairing != nil && p.Board.Pairing.Anonymous) {
		return "on"
	}
	return ""
}

func (p BoardPage) crossed() string {
	if p.Crossed || (p.Board.Pairing != nil && p.Board.Pairing.Crossed) {
		return "on"
	}
	return ""
}

// started tells whether somebody has begun: the forms can no longer change.
func (p BoardPage) started() bool {
	return p.Board.Count[exam.Pre].Begun+p.Board.Count[exam.Post].Begun > 0
}

func stateTone(s exam.State) kit.Tone {
	switch s {
	case exam.Open:
		return kit.Good
	case exam.Closed:
		return kit.Off
	}
	return kit.Info
}

// ProjectorPage shows the room code to the room.
type ProjectorPage struct {
	layout.Page

	Board   exam.Board
	Address string // what people type
	QR      string // SVG made by the server
}

// groups cuts the room code in two, as people read it aloud.
func groups(code string) []string {
	if len(code) < 6 {
		return []string{code}
	}
	return []string{code[:3], code[3:]}
}

// expected is how many people a test counts on: the list, or those who began when the test is anonymous.
func (p BoardPage) expected(ph exam.Phase) int {
	if p.Board.Pairing.Anonymous {
		return max(p.Board.Count[ph].Begun, 1)
	}
	return max(len(p.Board.Rows), 1)
}

// jsonList writes words for a data attribute.
func jsonList(words []string) string {
	b, err := json.Marshal(words)
	if err != nil { // strings always marshal
		return "[]"
	}
	return string(b)
}
