package exam

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"
)

// Lines puts the lines of an ordering question in an order that tells nothing and is the same on every screen and paper.
func (q Question) Lines() []Option {
	list := slices.Clone(q.Body.Options)
	slices.SortFunc(list, func(a, b Option) int { return cmp.Compare(mix(q.Code, a.ID), mix(q.Code, b.ID)) })
	return list
}

// Rights are the right sides of a matching question, with those that belong to nothing, in such an order too.
func (q Question) Rights() []Option {
	var list []Option
	for _, p := range q.Body.Pairs {
		list = append(list, Option{ID: p.ID, Text: p.Right})
	}
	list = append(list, q.Body.Extra...)
	slices.SortFunc(list, func(a, b Option) int { return cmp.Compare(mix(q.Code, a.ID), mix(q.Code, b.ID)) })
	return list
}

func mix(code, id string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(code + "/" + id))
	return h.Sum64()
}

// PaperKind is how the answer to a question is typed from paper.
type PaperKind string

// The kinds.
const (
	PaperOne    PaperKind = "one"    // one key: a letter
	PaperDigit  PaperKind = "digit"  // one key: a digit
	PaperMany   PaperKind = "many"   // any letters
	PaperOrder  PaperKind = "order"  // every letter once
	PaperLines  PaperKind = "lines"  // a letter for each line, a dash where there is none
	PaperLetter PaperKind = "letter" // free text
)

// PaperKind tells how the answer is typed.
func (q Question) PaperKind() PaperKind {
	switch q.Type {
	case Single, TrueFalse:
		return PaperOne
	case Likert:
		return PaperDigit
	case Multiple:
		return PaperMany
	case Ordering:
		return PaperOrder
	case Matching:
		return PaperLines
	case ShortText, Numeric, OpenAnswer:
	}
	return PaperLetter
}

// PaperKeys are the letters or digits that stand for the answers, in the order in which paper shows them.
func (q Question) PaperKeys() string {
	n, from := len(q.Body.Options), byte('a')
	switch q.PaperKind() {
	case PaperDigit:
		from = '1'
	case PaperLines:
		n = len(q.Rights())
	case PaperLetter:
		return ""
	case PaperOne, PaperMany, PaperOrder:
	}
	keys := make([]byte, 0, n)
	for i := range n {
		keys = append(keys, from+byte(i)) //nolint:gosec // a question has at most 20 answers
	}
	return string(keys)
}

// PaperLength is how many keys an answer has at most.
func (q Question) PaperLength() int {
	switch q.PaperKind() {
	case PaperOne, PaperDigit:
		return 1
	case PaperMany, PaperOrder:
		return len(q.Body.Options)
	case PaperLines:
		return len(q.Body.Pairs)
	case PaperLetter:
	}
	return maxPaperText
}

// maxPaperText is how many letters a typed answer in words may have.
const maxPaperText = 3500

// noLine is typed for a line of a matching question that was left blank.
const noLine = '-'

// PaperResponse reads what was typed for a question; an empty cell is a question left blank. false: no answer to this question.
func (q Question) PaperResponse(cell string) (Response, bool) {
	if cell == "" {
		return Response{}, true
	}
	if q.PaperKind() == PaperLetter {
		return Response{Text: strings.TrimSpace(cell)}, len([]rune(cell)) <= maxPaperText
	}
	keys, offered := q.PaperKeys(), q.Body.Options
	switch q.PaperKind() {
	case PaperLines:
		return q.paperLines(cell, keys)
	case PaperOrder:
		offered = q.Lines()
	case PaperOne, PaperDigit, PaperMany, PaperLetter:
	}
	var r Response
	for _, c := range cell {
		i := strings.IndexRune(keys, c)
		if i < 0 || slices.Contains(r.Choice, offered[i].ID) {
			return Response{}, false
		}
		r.Choice = append(r.Choice, offered[i].ID)
	}
	whole := len(r.Choice) == q.PaperLength()
	return r, len(r.Choice) <= q.PaperLength() && (q.PaperKind() != PaperOrder || whole)
}

func (q Question) paperLines(cell, keys string) (Response, bool) {
	rights, r := q.Rights(), Response{Match: map[string]string{}}
	if len(cell) != len(q.Body.Pairs) {
		return Response{}, false
	}
	for i, c := range cell {
		if c == noLine {
			continue
		}
		k := strings.IndexRune(keys, c)
		if k < 0 {
			return Response{}, false
		}
		r.Match[q.Body.Pairs[i].ID] = rights[k].ID
	}
	return r, true
}

// PaperClean writes what was typed as it is kept: letters small, those of a multiple choice in their order.
func (q Question) PaperClean(cell string) string {
	cell = strings.TrimSpace(cell)
	if q.PaperKind() == PaperLetter {
		return cell
	}
	letters := []rune(strings.ToLower(cell))
	if q.PaperKind() == PaperMany {
		slices.Sort(letters)
	}
	return string(letters)
}
