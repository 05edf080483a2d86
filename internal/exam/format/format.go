// Package format reads and writes questions in the formats that other systems use: GIFT, Moodle XML, Aiken and QTI 2.1 and 3.0
// (choice items). Pure functions over a neutral Question; no database, no sentence in any language.
//
// Invariants: what is written reads back equal, or Write says what is lost; a file that cannot be read as a whole is an
// *errs.Error, a question that cannot be kept is a Problem with its line and does not stop the others; no entity, external
// reference, script or style of a file survives reading; texts are plain (see Clean).
package format

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Format names a file format.
type Format string

// The formats.
const (
	GIFT      Format = "gift"
	MoodleXML Format = "moodlexml"
	Aiken     Format = "aiken"
	QTI       Format = "qti"
)

// Formats lists the formats.
func Formats() []Format { return []Format{GIFT, MoodleXML, Aiken, QTI} }

// Type is a type of question; the values are those of the question bank.
type Type string

// The types.
const (
	Single    Type = "single"
	Multiple  Type = "multiple"
	TrueFalse Type = "true_false"
	Matching  Type = "matching"
	Ordering  Type = "ordering"
	ShortText Type = "short_text"
	Numeric   Type = "numeric"
	Open      Type = "open"   // marked by a person
	Likert    Type = "likert" // an opinion: options without a key
)

// Text is one plain text in up to three languages; an absent language is not there, never empty.
type Text map[i18n.Lang]string

// Option is one answer offered. Of a true/false question the first option is "true" and the second "false", and their texts are
// the system's own (empty here).
type Option struct {
	ID       string // a, b, c ... by position
	Correct  bool
	Text     Text
	Feedback Text
}

// Pair is one line of a matching question.
type Pair struct{ Left, Right Text }

// Question is a question in no format.
type Question struct {
	Code       string // the bank's code, or another system's id; may be empty
	Type       Type
	Stem       Text
	Options    []Option // single, multiple, true_false, likert; ordering: in the right order
	Pairs      []Pair
	Extra      []Text   // matching: right sides that belong to no left side
	Accept     []string // short_text, whatever the language of the page
	Value      float64  // numeric
	Tolerance  float64  // numeric, >= 0
	Rubric     Text     // open: what the marker looks for
	Feedback   Text     // shown whatever the answer
	Category   string
	Objective  string
	Bloom      string
	Difficulty int // 1 easy, 2 medium, 3 hard; 0 not said
	Tags       []string
	Picture    *Picture // of the stem; read, not written

	Line int // where it begins in the file; says nothing about the question
}

// Problem is something that could not be kept. Key names a sentence of the catalogues.
type Problem struct {
	Line int    // line of the file, when reading; 0 when writing
	Code string // the question's code, when it has one
	Key  string
	Args errs.Args
}

// Result is what a file holds.
type Result struct {
	Questions []Question
	Skipped   []Problem // questions that could not be kept
	Warnings  []Problem // questions kept without something
}

// Options steer reading and writing.
type Options struct {
	// Lang is the language of a text that does not say its own; French when empty. A question whose stem is in Arabic letters is
	// taken for Arabic all the same.
	Lang i18n.Lang
	// QTI3 writes QTI 3.0 instead of 2.1.
	QTI3 bool
}

func (o Options) lang() i18n.Lang {
	if o.Lang == "" {
		return i18n.FR
	}
	return o.Lang
}

// Limits of a file.
const (
	MaxBytes     = 20 << 20
	maxQuestions = 10000
	maxProblems  = 1000
	maxText      = 20000 // letters of one text
	maxOptions   = 100
)

// Parse reads a file. The error is an *errs.Error of kind Invalid: the file as a whole is too large, hostile or not of the format.
func Parse(f Format, r io.Reader, o Options) (Result, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return Result{}, errs.NewInvalid("examformat_unreadable").With("line", 0).Because(err)
	}
	if len(data) > MaxBytes {
		return Result{}, errs.NewInvalid("examformat_too_large").With("max", MaxBytes>>20)
	}
	rd := &reader{opts: o}
	switch f {
	case GIFT:
		rd.gift(decode(data))
	case Aiken:
		rd.aiken(decode(data))
	case MoodleXML:
		err = rd.moodle(data)
	case QTI:
		err = rd.qti(data)
	default:
		err = errs.NewInvalid("examformat_unknown").With("format", string(f))
	}
	if err != nil {
		return Result{}, err
	}
	if len(rd.res.Questions) == 0 && len(rd.res.Skipped) == 0 {
		return Result{}, errs.NewInvalid("examformat_empty")
	}
	return rd.res, nil
}

// Write writes questions. The problems say what was left out or lost; the error is that of the writer.
func Write(f Format, w io.Writer, qs []Question, o Options) ([]Problem, error) {
	wr := &writer{opts: o}
	var kept []Question
	for _, given := range qs {
		q := given.clone()
		q.tidy()
		if key := q.check(); key != "" {
			wr.problem(q, key, nil)
			continue
		}
		kept = append(kept, q)
	}
	var err error
	switch f {
	case GIFT:
		wr.gift(kept)
	case Aiken:
		wr.aiken(kept)
	case MoodleXML:
		wr.moodle(kept)
	case QTI:
		err = wr.qti(kept)
	default:
		return nil, errs.NewInvalid("examformat_unknown").With("format", string(f))
	}
	if err == nil {
		_, err = w.Write(wr.Bytes())
	}
	return wr.problems, err
}

// Detect guesses the format of a file from its beginning; false when nothing fits.
func Detect(head []byte) (Format, bool) {
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return QTI, true
	}
	s := strings.TrimSpace(string(decode(head)))
	if strings.HasPrefix(s, "<") {
		switch {
		case strings.Contains(s, "<quiz"):
			return MoodleXML, true
		case strings.Contains(s, "assessmentItem"), strings.Contains(s, "qti-assessment-item"):
			return QTI, true
		}
		return "", false
	}
	switch {
	case strings.Contains(s, "ANSWER:") && !strings.Contains(s, "{"):
		return Aiken, true
	case strings.Contains(s, "{"), strings.HasPrefix(s, "::"), strings.HasPrefix(s, "//"), strings.HasPrefix(s, "$CATEGORY"):
		return GIFT, true
	}
	return "", false
}

// reader collects what is read.
type reader struct {
	opts Options
	res  Result
}

func (rd *reader) skip(line int, key string, args errs.Args) {
	if len(rd.res.Skipped) < maxProblems {
		rd.res.Skipped = append(rd.res.Skipped, Problem{Line: line, Key: key, Args: args})
	}
}

func (rd *reader) warn(q *Question, key string, args errs.Args) {
	p := Problem{Line: q.Line, Code: q.Code, Key: key, Args: args}
	same := func(o Problem) bool { return o.Line == p.Line && o.Key == p.Key }
	if len(rd.res.Warnings) < maxProblems && !slices.ContainsFunc(rd.res.Warnings[max(0, len(rd.res.Warnings)-20):], same) {
		rd.res.Warnings = append(rd.res.Warnings, p)
	}
}

// keep adds a question, or skips it when it is not whole.
func (rd *reader) keep(q Question) {
	q.tidy()
	key, args := q.check(), errs.Args(nil)
	if len(rd.res.Questions) >= maxQuestions {
		key, args = "examformat_too_many", errs.Args{"max": maxQuestions}
	}
	if key == "" {
		rd.res.Questions = append(rd.res.Questions, q)
		return
	}
	rd.skip(q.Line, key, args)
	for n := len(rd.res.Warnings); n > 0 && rd.res.Warnings[n-1].Line == q.Line; n-- { // nothing is kept of it
		rd.res.Warnings = rd.res.Warnings[:n-1]
	}
}

// writer collects what is written.
type writer struct {
	bytes.Buffer
	opts     Options
	problems []Problem
}

func (wr *writer) problem(q Question, key string, args errs.Args) {
	if len(wr.problems) < maxProblems {
		wr.problems = append(wr.problems, Problem{Code: q.Code, Key: key, Args: args})
	}
}
