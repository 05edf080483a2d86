package format

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"shelter/internal/i18n"
)

// sym is one letter of a GIFT text. lit says that it was escaped, so that it has no meaning in the syntax.
type sym struct {
	r   rune
	lit bool
}

// giftBlock is the lines of one question; line is that of the first.
type giftBlock struct {
	lines    []string
	line     int
	comments []string
}

// gift reads Moodle's GIFT format (docs.moodle.org, "GIFT format"): questions divided by empty lines, comments after //, escapes
// \~ \= \# \{ \} \: \\ and \n.
func (rd *reader) gift(data []byte) {
	category := ""
	for _, b := range giftBlocks(string(data)) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(b.lines[0]), "$CATEGORY:"); ok && len(b.lines) > 0 {
			category = cleanLine(rest)
			if b.lines = b.lines[1:]; len(b.lines) == 0 {
				continue
			}
			b.line++
		}
		rd.giftQuestion(b, category)
	}
}

// giftBlocks cuts a file into questions. An empty line ends one; inside braces it does not, as long as the braces close before
// anything begins another question.
func giftBlocks(s string) []giftBlock {
	var raw []giftBlock
	var cur giftBlock
	end := func() {
		if len(cur.lines) > 0 {
			raw = append(raw, cur)
		}
		cur = giftBlock{}
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	for i, l := range strings.Split(s, "\n") {
		t := strings.TrimSpace(l)
		switch {
		case t == "":
			end()
		case strings.HasPrefix(t, "//"):
			cur.comments = append(cur.comments, t)
		default:
			if len(cur.lines) == 0 {
				cur.line = i + 1
			}
			cur.lines = append(cur.lines, l)
		}
	}
	end()
	return joinOpen(raw)
}

// joinOpen joins a block whose brace stays open with the following ones that close it.
func joinOpen(raw []giftBlock) []giftBlock {
	var out []giftBlock
	for i := 0; i < len(raw); i++ {
		b := raw[i]
		if braces(b.lines) == 1 {
			for j := i + 1; j < len(raw) && j <= i+20 && !beginsQuestion(raw[j].lines[0]); j++ {
				if d := braces(raw[j].lines); d == -1 {
					for _, more := range raw[i+1 : j+1] {
						b.lines = append(append(slices.Clone(b.lines), ""), more.lines...)
					}
					i = j
					break
				} else if d != 0 {
					break
				}
			}
		}
		out = append(out, b)
	}
	return out
}

func beginsQuestion(line string) bool {
	t := strings.TrimSpace(line)
	return strings.HasPrefix(t, "::") || strings.HasPrefix(t, "$CATEGORY:")
}

// braces counts { minus } that are not escaped.
func braces(lines []string) int {
	n := 0
	for _, s := range lex(strings.Join(lines, "\n")) {
		switch {
		case s.lit:
		case s.r == '{':
			n++
		case s.r == '}':
			n--
		}
	}
	return n
}

// lex resolves the escapes.
func lex(s string) []sym {
	out := make([]sym, 0, len(s))
	rs := []rune(s)
	for i := 0; i < len(rs); i++ {
		if rs[i] == '\\' && i+1 < len(rs) {
			switch next := rs[i+1]; {
			case strings.ContainsRune(`~=#{}:\`, next):
				out = append(out, sym{next, true})
				i++
				continue
			case next == 'n':
				out = append(out, sym{'\n', true})
				i++
				continue
			}
		}
		out = append(out, sym{rs[i], false})
	}
	return out
}

// text gives the letters.
func text(s []sym) string {
	var b strings.Builder
	for _, c := range s {
		b.WriteRune(c.r)
	}
	return b.String()
}

// index finds an unescaped sequence, -1 without one.
func index(s []sym, seq string) int {
	rs := []rune(seq)
next:
	for i := 0; i+len(rs) <= len(s); i++ {
		for j, r := range rs {
			if s[i+j].lit || s[i+j].r != r {
				continue next
			}
		}
		return i
	}
	return -1
}

// trim drops blanks at the ends, and those alone.
func trim(s []sym) []sym {
	for len(s) > 0 && unicode.IsSpace(s[0].r) {
		s = s[1:]
	}
	for len(s) > 0 && unicode.IsSpace(s[len(s)-1].r) {
		s = s[:len(s)-1]
	}
	return s
}

// giftReader reads one question.
type giftReader struct {
	rd     *reader
	q      *Question
	base   i18n.Lang
	markup string // the stem's: html, moodle, markdown, plain
}

var giftMarkups = []string{"[html]", "[moodle]", "[plain]", "[markdown]"}

func (rd *reader) giftQuestion(b giftBlock, category string) {
	q := Question{Line: b.line, Category: category}
	s := trim(lex(strings.Join(b.lines, "\n")))
	tags := giftComments(&q, b.comments)
	if index(s, "::") == 0 {
		end := index(s[2:], "::")
		if end < 0 {
			rd.skip(b.line, "examformat_gift_title", nil)
			return
		}
		if title := cleanLine(text(s[2 : 2+end])); q.Code == "" && codeLike(title) {
			q.Code = title
		}
		s = trim(s[end+4:])
	}
	open, end := index(s, "{"), index(s, "}")
	switch {
	case open < 0 && end < 0:
		rd.skip(b.line, "examformat_gift_description", nil)
		return
	case open < 0 || end < open || index(s[end+1:], "{") >= 0 || index(s[end+1:], "}") >= 0:
		rd.skip(b.line, "examformat_gift_braces", nil)
		return
	}
	g := &giftReader{rd: rd, q: &q}
	g.stem(s[:open], s[end+1:])
	if key := g.answers(trim(s[open+1 : end])); key != "" {
		rd.skip(b.line, key, nil)
		return
	}
	q.takeTags(tags)
	rd.keep(q)
}

// giftNote is what Moodle writes in the comments above a question.
var giftNote = regexp.MustCompile(`\[(id|tag):((?:\\\]|[^\]])+)\]`)

func giftComments(q *Question, comments []string) (tags []string) {
	for _, c := range comments {
		for _, m := range giftNote.FindAllStringSubmatch(c, -1) {
			value := strings.ReplaceAll(m[2], `\]`, `]`)
			switch {
			case m[1] == "tag":
				tags = append(tags, value)
			case q.Code == "":
				q.Code = cleanLine(value)
			}
		}
	}
	return tags
}

// stem reads the text around the braces; what stands after them makes a gap.
func (g *giftReader) stem(before, after []sym) {
	before, after = trim(before), trim(after)
	g.markup, before = markupOf(before, "moodle")
	s := text(before)
	if len(after) > 0 {
		s += " _____ " + text(after)
	}
	if g.isHTML(g.markup, s) {
		g.base = g.rd.opts.baseOfHTML(s)
		g.q.Stem = g.rd.textOfHTML(g.q, s, g.base)
		return
	}
	g.base = g.rd.opts.base(s)
	g.q.Stem = Text{g.base: Clean(s)}
}

// markupOf takes the markup named at the beginning of a text.
func markupOf(s []sym, otherwise string) (string, []sym) {
	for _, m := range giftMarkups {
		if len(s) >= len(m) && !s[0].lit && text(s[:len(m)]) == m {
			return strings.Trim(m, "[]"), trim(s[len(m):])
		}
	}
	return otherwise, s
}

var tagLike = regexp.MustCompile(`</?[a-zA-Z][^>]*>|&[a-zA-Z]+;|&#[0-9]+;|\{mlang`)

// isHTML tells whether a text is HTML: when it says so, and without a word when it looks like it.
func (g *giftReader) isHTML(markup, s string) bool {
	return markup == "html" || markup == "moodle" && tagLike.MatchString(s)
}

// of reads a text that may name its own markup.
func (g *giftReader) of(s []sym) Text {
	markup, s := markupOf(trim(s), g.markup)
	t := text(s)
	if g.isHTML(markup, t) {
		return g.rd.textOfHTML(g.q, t, g.base)
	}
	return Text{g.base: Clean(t)}
}
