// Package errs holds the error type that services return: a kind, a catalogue key for the reader's sentence, and the fields
// of a form that are wrong. It knows nothing of HTTP, so that a job or a command can call the same code as a page.
//
// Invariants: Key names an entry of the i18n catalogues; the text of Err is for the log and never shown to a user.
package errs

import (
	"errors"
	"fmt"
)

// Kind says what sort of refusal an error is; the edge maps it to a status or an exit code.
type Kind uint8

// The kinds of errors. Internal is the zero value: whatever was not foreseen.
const (
	Internal    Kind = iota // a defect or a broken dependency; logged, shown as "something failed here"
	NotFound                // absent, or not to be told apart from absent
	Forbidden               // known but not allowed; pages show it as NotFound
	Invalid                 // the input is wrong; Fields say where
	Conflict                // the thing changed or exists already
	Unavailable             // try again later
	Throttled               // too many tries; Args hold "minutes"
	NeedsMFA                // a second factor has to be given first
)

var kindNames = [...]string{"internal", "not_found", "forbidden", "invalid", "conflict", "unavailable", "throttled", "needs_mfa"}

// String gives the kind's stable name, as written to logs and JSON.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "internal"
}

// Args are the named values of a message, as the catalogue's placeholders want them.
type Args map[string]any

// Field is one wrong field of a form.
type Field struct {
	Name string // the input's name
	Key  string // catalogue key of the message
	Args Args
}

// Error is the error of a service.
type Error struct {
	Kind   Kind
	Key    string // catalogue key of the sentence for the reader
	Args   Args
	Fields []Field
	Op     string // where it happened, for the log
	Err    error  // the cause, for the log
}

// Error gives the text for the log.
func (e *Error) Error() string {
	s := e.Kind.String()
	if e.Key != "" {
		s += " " + e.Key
	}
	if e.Op != "" {
		s = e.Op + ": " + s
	}
	for _, f := range e.Fields {
		s += " [" + f.Name + ": " + f.Key + "]"
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// With returns a copy that carries an argument of the message.
func (e *Error) With(name string, value any) *Error {
	c := *e
	c.Args = make(Args, len(e.Args)+1)
	for k, v := range e.Args {
		c.Args[k] = v
	}
	c.Args[name] = value
	return &c
}

// Because returns a copy that carries a cause for the log.
func (e *Error) Because(err error) *Error {
	c := *e
	c.Err = err
	return &c
}

// New makes an error of a kind with a message key.
func New(k Kind, key string) *Error { return &Error{Kind: k, Key: key} }

// NewInvalid is a refusal of input as a whole.
func NewInvalid(key string) *Error { return New(Invalid, key) }

// NewNotFound is the answer for what is absent or must look absent.
func NewNotFound(op string) *Error { return &Error{Kind: NotFound, Key: "error_not_found", Op: op} }

// NewForbidden is the answer of the access table.
func NewForbidden(op string) *Error { return &Error{Kind: Forbidden, Key: "error_not_found", Op: op} }

// NewConflict is a refusal because of the present state.
func NewConflict(key string) *Error { return New(Conflict, key) }

// InvalidFields is a refusal of a form with its wrong fields; nil when there are none.
func InvalidFields(fields []Field) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Key: "error_form", Args: Args{"n": len(fields)}, Fields: fields}
}

// Wrap adds the operation to an error for the log and keeps its kind.
func Wrap(err error, op string) error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return fmt.Errorf("%s: %w", op, err)
	}
	return &Error{Kind: Internal, Key: "error_internal", Op: op, Err: err}
}

// KindOf gives the kind of any error; Internal when it is not ours.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Is tells whether an error is of a kind.
func Is(err error, k Kind) bool { return err != nil && KindOf(err) == k }

// As gives our error inside err, or an Internal one around it; nil for nil.
func As(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Kind: Internal, Key: "error_internal", Err: err}
}
