package author

import (
	"path"
	"slices"
	"strings"

	"shelter/internal/i18n"
)

// Piece is a run of text that stayed, came or went.
type Piece struct {
	Kind byte // ' ' stayed, '+' came, '-' went
	Text string
}

// Change is a file that differs between two versions.
type Change struct {
	Path           string
	Slug           string    // of a lesson
	Lang           i18n.Lang // of a lesson
	Before, After  bool      // whether the file is in the earlier and in the later version
	Added, Removed int       // words
	Pieces         []Piece   // none for media
}

// Compare lists what differs between two versions of a course, by file; within texts word by word.
func Compare(before, after map[string][]byte) []Change {
	names := sortedNames(before)
	for _, name := range sortedNames(after) {
		if _, ok := before[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var list []Change
	for _, name := range names {
		a, hasA := before[name]
		b, hasB := after[name]
		if hasA == hasB && string(a) == string(b) {
			continue
		}
		c := Change{Path: name, Before: hasA, After: hasB}
		c.Slug, c.Lang = lessonOf(name)
		if !isMedia(name) {
			c.Pieces = Words(string(a), string(b))
			c.count()
		}
		list = append(list, c)
	}
	return list
}

func (c *Change) count() {
	for _, p := range c.Pieces {
		switch p.Kind {
		case '+':
			c.Added += len(strings.Fields(p.Text))
		case '-':
			c.Removed += len(strings.Fields(p.Text))
		}
	}
}

// lessonOf gives the lesson and language of a file; empty for others.
func lessonOf(name string) (slug string, l i18n.Lang) {
	base, ok := strings.CutSuffix(path.Base(name), ".md")
	if !ok {
		return "", ""
	}
	slug, lang, _ := strings.Cut(base, ".")
	return slug, i18n.Lang(lang)
}

// around is how many words around a change are shown.
const around = 12

// Words compares two texts word by word: lines first, then the words of the lines that differ. Long runs that stayed are cut to
// what stands around the changes.
func Words(a, b string) []Piece {
	var out []Piece
	for _, run := range runs(strings.SplitAfter(a, "\n"), strings.SplitAfter(b, "\n")) {
		if run.same() {
			out = push(out, ' ', strings.Join(run.a, ""))
			continue
		}
		for _, w := range runs(words(strings.Join(run.a, "")), words(strings.Join(run.b, ""))) {
			if w.same() {
				out = push(out, ' ', strings.Join(w.a, ""))
				continue
			}
			out = push(out, '-', strings.Join(w.a, ""))
			out = push(out, '+', strings.Join(w.b, ""))
		}
	}
	return cut(out)
}

// words parts a text into words, each with the blanks behind it, and ends of lines.
func words(s string) []string {
	var list []string
	for s != "" {
		i := strings.IndexAny(s, " \n\t")
		switch {
		case i < 0:
			return append(list, s)
		case s[i] == '\n' && i > 0: // the word before it
		case s[i] == '\n':
			i = len(s) - len(strings.TrimLeft(s, "\n"))
		default:
			i = len(s) - len(strings.TrimLeft(s[i:], " \t"))
		}
		list, s = append(list, s[:i]), s[i:]
	}
	return list
}

func push(list []Piece, kind byte, text string) []Piece {
	if text == "" {
		return list
	}
	if n := len(list); n > 0 && list[n-1].Kind == kind {
		list[n-1].Text += text
		return list
	}
	return append(list, Piece{kind, text})
}

// cut shortens what stayed.
func cut(list []Piece) []Piece {
	for i, p := range list {
		if p.Kind != ' ' {
			continue
		}
		w := words(p.Text)
		head, tail := around, around
		if i == 0 {
			head = 0
		}
		if i == len(list)-1 {
			tail = 0
		}
		if len(w) > head+tail+around {
			list[i].Text = strings.Join(w[:head], "") + " … " + strings.Join(w[len(w)-tail:], "")
		}
	}
	return list
}

// run is a stretch of two sequences: the same in both, or what stands in place of the other.
type run struct{ a, b []string }

func (r run) same() bool { return slices.Equal(r.a, r.b) }

// tooMuch is the size of the table from which two stretches are shown as replaced as a whole.
const tooMuch = 4_000_000

// runs finds the longest common subsequence; what begins and ends alike is taken off first.
func runs(a, b []string) []run {
	var head, tail run
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		head.a, head.b = append(head.a, a[0]), append(head.b, b[0])
		a, b = a[1:], b[1:]
	}
	end := 0
	for end < len(a) && end < len(b) && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	tail.a, tail.b = a[len(a)-end:], b[len(b)-end:]
	a, b = a[:len(a)-end], b[:len(b)-end]
	out := []run{head}
	if len(a)*len(b) > tooMuch {
		out = append(out, run{a, b})
	} else {
		out = append(out, between(a, b)...)
	}
	return slices.DeleteFunc(append(out, tail), func(r run) bool { return len(r.a)+len(r.b) == 0 })
}

func between(a, b []string) []run {
	long := make([][]int32, len(a)+1)
	for i := range long {
		long[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				long[i][j] = long[i+1][j+1] + 1
			} else {
				long[i][j] = max(long[i+1][j], long[i][j+1])
			}
		}
	}
	var out []run
	add := func(x, y []string, same bool) {
		if n := len(out); n > 0 && out[n-1].same() == same {
			out[n-1].a, out[n-1].b = append(out[n-1].a, x...), append(out[n-1].b, y...)
			return
		}
		out = append(out, run{slices.Clone(x), slices.Clone(y)})
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			add(a[i:i+1], b[j:j+1], true)
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && long[i+1][j] >= long[i][j+1]:
			add(a[i:i+1], nil, false)
			i++
		default:
			add(nil, b[j:j+1], false)
			j++
		}
	}
	return out
}
