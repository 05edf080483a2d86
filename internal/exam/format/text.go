package format

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/encoding/charmap"
	utf "golang.org/x/text/encoding/unicode"

	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Clean brings a plain text into the form that all texts have here: valid UTF-8 without control characters, lines without blanks
// at their ends, single blanks inside, at most one empty line in a row, none at the ends.
func Clean(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n"), "\r", "\n")
	var lines []string
	for _, l := range strings.Split(s, "\n") {
		l = cleanLine(l)
		if l == "" && (len(lines) == 0 || lines[len(lines)-1] == "") {
			continue
		}
		lines = append(lines, l)
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// cleanLine is Clean for what has one line. The no-break space that French writes before some signs stays one.
func cleanLine(s string) string {
	var b strings.Builder
	blank := false
	for _, r := range strings.ToValidUTF8(s, "") {
		switch {
		case r != '\u00a0' && r != '\u202f' && unicode.IsSpace(r):
			blank = true
		case unicode.Is(unicode.Cc, r), r == '\ufeff', r == '\ufffd', r >= 0xFFFE && r <= 0xFFFF:
		default:
			if blank && b.Len() > 0 {
				b.WriteByte(' ')
			}
			blank = false
			b.WriteRune(r)
		}
	}
	return strings.TrimFunc(b.String(), unicode.IsSpace)
}

// decode turns bytes into UTF-8 without a byte-order mark; what is neither UTF-8 nor marked as UTF-16 is taken for Windows-1252.
func decode(data []byte) []byte {
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	if bytes.HasPrefix(data, []byte("\xFF\xFE")) || bytes.HasPrefix(data, []byte("\xFE\xFF")) {
		if out, err := utf.UTF16(utf.LittleEndian, utf.ExpectBOM).NewDecoder().Bytes(data); err == nil {
			return out
		}
	}
	if utf8.Valid(data) {
		return data
	}
	if out, err := charmap.Windows1252.NewDecoder().Bytes(data); err == nil {
		return out
	}
	return bytes.ToValidUTF8(data, nil)
}

// arabic tells whether most letters of a text are Arabic.
func arabic(s string) bool {
	ar, other := 0, 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Arabic, r) && unicode.IsLetter(r):
			ar++
		case unicode.IsLetter(r):
			other++
		}
	}
	return ar > other
}

// base is the language of the texts of a question that do not say their own.
func (o Options) base(stem string) i18n.Lang {
	if arabic(stem) {
		return i18n.AR
	}
	return o.lang()
}

// baseOf is the language whose texts of a question can be written without saying it; ok is false when the stem cannot be, so
// that it has to say its language.
func (o Options) baseOf(stem Text) (l i18n.Lang, ok bool) {
	if len(stem) == 1 {
		for l, s := range stem {
			if o.base(s) == l {
				return l, true
			}
		}
	}
	return o.lang(), false
}

// plainOnly gives the text when it is in the language given and no other.
func (t Text) plainOnly(l i18n.Lang) (string, bool) {
	s, ok := t[l]
	return s, ok && len(t) == 1 || len(t) == 0
}

// order lists the languages of a text in a fixed order.
func (t Text) order() []i18n.Lang {
	var list []i18n.Lang
	for _, l := range i18n.Langs() {
		if t[l] != "" {
			list = append(list, l)
		}
	}
	return list
}

// htmlOf writes a text as HTML. A language other than the base is said as Moodle's multi-language filter reads it.
func htmlOf(t Text, base i18n.Lang, langAttr string) string {
	if s, ok := t.plainOnly(base); ok {
		return escapeHTML(s)
	}
	var b strings.Builder
	for _, l := range t.order() {
		b.WriteString(`<span ` + langAttr + `="` + string(l) + `" class="multilang">` + escapeHTML(t[l]) + `</span>`)
	}
	return b.String()
}

var htmlEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\n", "<br />", "{", "&#123;")

func escapeHTML(s string) string { return htmlEscapes.Replace(s) }

// policy is what of a file's HTML is looked at: simple text with language marks, no script, style, form or frame.
var policy = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "div", "span", "b", "i", "strong", "em", "u", "s", "sub", "sup", "code", "pre", "blockquote", "ul", "ol",
		"li", "table", "tr", "td", "th", "thead", "tbody", "caption", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "a", "small", "q", "lang")
	p.AllowAttrs("lang").OnElements("span", "p", "div", "lang")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^multilang$`)).OnElements("span", "lang")
	return p
}()

// mlang is the other way of writing languages in Moodle: {mlang fr}...{mlang}.
var mlang = regexp.MustCompile(`(?is)\{mlang\s+([a-z]{2,5})\s*\}(.*?)\{mlang\s*\}`)

// textOfHTML reads HTML into a plain text in its languages, noting on the question what is lost.
func (rd *reader) textOfHTML(q *Question, s string, base i18n.Lang) Text {
	if len(s) > 4*maxText {
		return Text{base: Clean(s)} // too long whatever its markup: the question is refused
	}
	s = mlang.ReplaceAllString(s, `<span lang="$1" class="multilang">$2</span>`)
	rd.lost(q, s)
	nodes := fragment(policy.Sanitize(s))
	langs := map[i18n.Lang]bool{}
	for _, n := range nodes {
		findLangs(n, langs)
	}
	if len(langs) == 0 {
		return Text{base: plain(nodes, "")}
	}
	t := Text{}
	for l := range langs {
		t[l] = plain(nodes, l)
	}
	return t
}

// baseOfHTML is base for a stem in HTML: one that marks its languages says nothing about texts that do not.
func (o Options) baseOfHTML(s string) i18n.Lang {
	nodes := fragment(policy.Sanitize(mlang.ReplaceAllString(s[:min(len(s), 4*maxText)], `<span lang="$1" class="multilang">$2</span>`)))
	langs := map[i18n.Lang]bool{}
	for _, n := range nodes {
		findLangs(n, langs)
	}
	if len(langs) > 0 {
		return o.lang()
	}
	return o.base(plain(nodes, ""))
}

func fragment(s string) []*html.Node {
	nodes, err := html.ParseFragment(strings.NewReader(s), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil { // nested too deeply: the words without the tags
		return []*html.Node{{Type: html.TextNode, Data: html.UnescapeString(bluemonday.StrictPolicy().Sanitize(s))}}
	}
	return nodes
}

// langOf gives the language that an element is marked with.
func langOf(n *html.Node) (l i18n.Lang, marked bool) {
	if n.Type != html.ElementNode || n.Data != "span" && n.Data != "lang" {
		return "", false
	}
	var code string
	multi := n.Data == "lang"
	for _, a := range n.Attr {
		switch a.Key {
		case "lang":
			code = a.Val
		case "class":
			multi = multi || a.Val == "multilang"
		}
	}
	if !multi || code == "" {
		return "", false
	}
	if l, ok := i18n.Parse(code[:min(2, len(code))]); ok {
		return l, true
	}
	return "other", true
}

func findLangs(n *html.Node, langs map[i18n.Lang]bool) {
	if l, ok := langOf(n); ok {
		if slices.Contains(i18n.Langs(), l) {
			langs[l] = true
		}
		return
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		findLangs(c, langs)
	}
}

// plain gives the words of nodes in one language: those marked with it, and those that are not marked.
func plain(nodes []*html.Node, l i18n.Lang) string {
	var b strings.Builder
	for _, n := range nodes {
		writePlain(&b, n, l)
	}
	return Clean(b.String())
}

func writePlain(b *strings.Builder, n *html.Node, l i18n.Lang) {
	if n.Type == html.TextNode {
		b.WriteString(collapse(n.Data))
		return
	}
	if m, ok := langOf(n); ok && m != l {
		return
	}
	end := ""
	switch n.Data {
	case "br":
		b.WriteString("\n")
	case "p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "blockquote", "pre":
		b.WriteString("\n\n")
		end = "\n\n"
	case "div", "tr", "hr", "caption":
		b.WriteString("\n")
		end = "\n"
	case "li":
		b.WriteString("\n- ")
	case "td", "th":
		end = " "
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		writePlain(b, c, l)
	}
	b.WriteString(end)
}

// collapse turns the line ends of the source into blanks, as HTML does.
func collapse(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r == '\r' || r == '\f' {
			return ' '
		}
		return r
	}, s)
}

// lost warns of what plain text cannot keep: code (taken out), pictures and sound, formatting.
func (rd *reader) lost(q *Question, s string) {
	if !strings.Contains(s, "<") {
		return
	}
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		tt := z.Next()
		if tt == html.ErrorToken {
			return
		}
		if tt != html.StartTagToken && tt != html.SelfClosingTagToken {
			continue
		}
		t := z.Token()
		switch {
		case unsafeTag(t):
			rd.warn(q, "examformat_unsafe", errs.Args{"tag": t.Data})
		case slices.Contains([]string{"img", "audio", "video", "source", "picture", "math", "svg"}, t.Data):
			rd.warn(q, "examformat_media", errs.Args{"tag": t.Data})
		case !slices.Contains([]string{"p", "br", "div", "span", "lang"}, t.Data):
			rd.warn(q, "examformat_markup", errs.Args{"tag": t.Data})
		}
	}
}

func unsafeTag(t html.Token) bool {
	if slices.Contains([]string{"script", "style", "iframe", "object", "embed", "form", "link", "meta", "base", "template"}, t.Data) {
		return true
	}
	for _, a := range t.Attr {
		if strings.HasPrefix(a.Key, "on") || strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
			return true
		}
	}
	return false
}
