package workshop

import "shelter/internal/errs"

// State is where an event stands. The words are those of the JSON documents.
type State string

// The states.
const (
	Draft     State = "draft"     // being planned
	Open      State = "open"      // people are being enrolled
	Confirmed State = "confirmed" // it will take place
	Running   State = "running"   // it is taking place
	Closed    State = "closed"    // it took place; corrections of attendance need it opened again
	Cancelled State = "cancelled" // it will not take place
)

// States lists the states in the order of an event's life.
func States() []State { return []State{Draft, Open, Confirmed, Running, Closed, Cancelled} }

// Valid tells whether the state exists.
func (s State) Valid() bool {
	_, ok := moves[s]
	return ok
}

// moves is the state machine: from each state, the states that can follow.
var moves = map[State][]State{
	Draft:     {Open, Confirmed, Cancelled},
	Open:      {Confirmed, Draft, Cancelled},
	Confirmed: {Running, Open, Cancelled},
	Running:   {Closed, Cancelled},
	Closed:    {Running},
	Cancelled: {Draft},
}

// Next gives the states that can follow.
func (s State) Next() []State { return append([]State(nil), moves[s]...) }

// CanEnrol tells whether people can be added or withdrawn: until the event is closed or cancelled.
func (s State) CanEnrol() bool { return s != Closed && s != Cancelled }

// CanPlan tells whether the event and its half-days can be changed.
func (s State) CanPlan() bool { return s != Closed && s != Cancelled }

// CanMark tells whether attendance can be marked: while it runs, and from the opening of its enrolment on, since a trainer who
// forgot to press "start" must not be stopped at the door.
func (s State) CanMark() bool { return s == Open || s == Confirmed || s == Running }

// CanCertify tells whether certificates can be issued.
func (s State) CanCertify() bool { return s == Running || s == Closed }

// facts are what the guards of the state machine look at.
type facts struct {
	slots    int
	enrolled int
	trainers int
	marks    int
	reason   string
}

// step checks one move of the state machine.
func step(from, to State, f facts) error {
	if !allowedMove(from, to) {
		return errs.NewConflict("workshop_error_state_move")
	}
	switch {
	case (to == Open || to == Confirmed) && f.slots == 0:
		return errs.NewConflict("workshop_error_state_no_slots")
	case to == Confirmed && f.trainers == 0:
		return errs.NewConflict("workshop_error_state_no_trainer")
	case to == Running && f.enrolled == 0:
		return errs.NewConflict("workshop_error_state_no_people")
	case to == Cancelled && f.marks > 0:
		return errs.NewConflict("workshop_error_state_has_marks")
	case needsReason(from, to) && f.reason == "":
		return errs.InvalidFields([]errs.Field{{Name: "reason", Key: "workshop_error_reason"}})
	}
	return nil
}

// needsReason: a cancellation and a closed event opened again are explained.
func needsReason(from, to State) bool { return to == Cancelled || from == Closed }

// NeedsReason tells whether the move from s to the state has to be explained.
func (s State) NeedsReason(to State) bool { return needsReason(s, to) }

func allowedMove(from, to State) bool {
	for _, s := range moves[from] {
		if s == to {
			return true
		}
	}
	return false
}
