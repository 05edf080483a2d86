package course

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// markdown renders the text of one lesson in one language: CommonMark with tables and the glossary's terms, no raw HTML.
type markdown struct {
	md       goldmark.Markdown
	glossary Glossary
	lang     i18n.Lang
	headings sequence
	terms    []string
}

// measures are what the rules count in a text.
type measures struct {
	paragraphs int // paragraphs, headings, items and rows
	words      int
	links      []link
}

type link struct {
	to   string
	line int
}

// report tells a problem at a line of the rendered source.
type report func(line int, key string, args errs.Args)

func newMarkdown(g Glossary, lang i18n.Lang) *markdown {
	m := &markdown{glossary: g, lang: lang}
	m.md = goldmark.New(
		goldmark.WithExtensions(extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute))),
		goldmark.WithParserOptions(
			parser.WithAutoHeadingID(),
			parser.WithInlineParsers(util.Prioritized(termParser{}, 150)), // before links, which begin with [ too
		),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(termRenderer{}, 500)), html.WithXHTML()),
	)
	return m
}

// separator stands between a term's code and its words while goldmark reads: a bar would end a table's cell.
const separator = "\x1f"

var reTerm = regexp.MustCompile(`\[\[([a-z0-9-]+)(?:[|` + separator + `]([^\[\]|` + separator + `]+))?\]\]`)

// render gives the HTML of a Markdown source, adds to the measures and tells what is wrong.
func (m *markdown) render(source string, counted *measures, tell report) string {
	source = typeset(strings.ReplaceAll(source, separator, ""), m.lang)
	src := []byte(reTerm.ReplaceAllStringFunc(source, func(s string) string { return strings.Replace(s, "|", separator, 1) }))
	doc := m.md.Parser().Parse(text.NewReader(src), parser.WithContext(parser.NewContext(parser.WithIDs(&m.headings))))
	w := &walk{markdown: m, source: src, counted: counted, tell: tell}
	_ = ast.Walk(doc, w.visit) // visit never fails
	var out bytes.Buffer
	if err := m.md.Renderer().Render(&out, src, doc); err != nil { // a buffer never fails
		panic(err)
	}
	return strings.ReplaceAll(out.String(), separator, "|") // in code and the like, where no term is read
}

// inline renders a source of one paragraph without the paragraph around it.
func (m *markdown) inline(source string, counted *measures, tell report) string {
	s := strings.TrimSpace(m.render(source, counted, tell))
	if inner, ok := strings.CutPrefix(s, "<p>"); ok && strings.Count(s, "<p>") == 1 {
		return strings.TrimSuffix(inner, "</p>")
	}
	return s
}

// sequence numbers the headings of a lesson s1, s2, ... the same in every language, so that a place in a lesson is the same
// place in each.
type sequence struct{ n int }

// Generate gives the next id.
func (s *sequence) Generate([]byte, ast.NodeKind) []byte {
	s.n++
	return []byte("s" + strconv.Itoa(s.n))
}

// Put is part of goldmark's interface; there are no ids but ours.
func (*sequence) Put([]byte) {}

// walk visits the tree of one source.
type walk struct {
	*markdown
	source  []byte
	counted *measures
	tell    report
}

func (w *walk) visit(n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	switch n := n.(type) {
	case *ast.Paragraph, *ast.TextBlock:
		w.counted.paragraphs++
		w.script(n)
	case *east.Table:
		w.table(n)
	case *east.TableRow, *east.TableHeader:
		w.counted.paragraphs++
	case *east.TableCell:
		w.script(n)
	case *ast.Heading:
		w.counted.paragraphs++
		w.script(n)
		if n.Level < 2 {
			w.tell(w.blockLine(n), "course_check_heading", nil)
		}
	case *ast.Text:
		w.counted.words += countWords(string(n.Segment.Value(w.source)))
	case *termNode:
		w.term(n)
	case *ast.Link:
		w.link(n, string(n.Destination))
	case *ast.AutoLink:
		w.link(n, string(n.URL(w.source)))
	case *ast.Image:
		w.tell(w.blockLine(n.Parent()), "course_check_image_syntax", nil)
	case *ast.HTMLBlock:
		w.tell(w.blockLine(n), "course_check_html", nil)
	case *ast.RawHTML:
		w.tell(w.blockLine(n.Parent()), "course_check_html", nil)
	}
	return ast.WalkContinue, nil
}

func (w *walk) term(n *termNode) {
	t := w.glossary[n.code]
	if t == nil {
		w.tell(w.line(n.start), "course_check_term", errs.Args{"code": n.code})
		if n.words == "" {
			n.words = n.code
		}
		n.code = ""
	} else if !slices.Contains(w.terms, n.code) {
		w.terms = append(w.terms, n.code)
	}
	if n.words == "" && t != nil {
		n.words = t.Term.In(w.lang)
	}
	w.counted.words += countWords(n.words)
}

// table prepares a table for the house's style: on a phone its rows are cards, whose cells name their column. The roles keep
// it a table for those who listen to it.
func (w *walk) table(t *east.Table) {
	t.SetAttributeString("class", []byte("table table-cards"))
	t.SetAttributeString("role", []byte("table"))
	var labels [][]byte
	for row := t.FirstChild(); row != nil; row = row.NextSibling() {
		_, head := row.(*east.TableHeader)
		if head { // drawn as a thead with its own tr
			row.SetAttributeString("role", []byte("rowgroup"))
		} else {
			row.SetAttributeString("role", []byte("row"))
		}
		i := 0
		for cell := row.FirstChild(); cell != nil; cell, i = cell.NextSibling(), i+1 {
			role := "cell"
			if head {
				labels, role = append(labels, plainText(cell, w.source)), "columnheader"
			} else if i < len(labels) {
				cell.SetAttributeString("data-label", labels[i])
			}
			cell.SetAttributeString("role", []byte(role))
		}
	}
}

// plainText is what a node says, without marks.
func plainText(n ast.Node, source []byte) []byte {
	var b bytes.Buffer
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			b.Write(c.Segment.Value(source))
		case *termNode:
			b.WriteString(c.words)
		default:
			b.Write(plainText(c, source))
		}
	}
	return b.Bytes()
}

var reAddress = regexp.MustCompile(`(?:https?://|www\.)\S+`)

// script tells a paragraph that is written in another script than the lesson's.
func (w *walk) script(n ast.Node) {
	var b strings.Builder
	for _, s := range n.Lines().Sliced(0, n.Lines().Len()) {
		b.Write(s.Value(w.source))
	}
	bare := reAddress.ReplaceAllString(reTerm.ReplaceAllString(b.String(), "$2"), "")
	if !mostly(bare, w.lang) {
		w.tell(w.blockLine(n), "course_check_paragraph_language", errs.Args{"lang": string(w.lang)})
	}
}

func (w *walk) link(n ast.Node, to string) {
	w.counted.links = append(w.counted.links, link{to: to, line: w.blockLine(n.Parent())})
	if isExternal(to) {
		n.SetAttributeString("rel", []byte("noreferrer noopener"))
	}
}

func isExternal(to string) bool {
	return strings.HasPrefix(to, "https://") || strings.HasPrefix(to, "http://")
}

// blockLine is the line on which the block around a node begins.
func (w *walk) blockLine(n ast.Node) int {
	for n != nil && n.Type() == ast.TypeInline {
		n = n.Parent()
	}
	if n != nil && n.Lines() != nil && n.Lines().Len() > 0 {
		return w.line(n.Lines().At(0).Start)
	}
	return 1
}

func (w *walk) line(offset int) int { return 1 + bytes.Count(w.source[:offset], []byte("\n")) }

// countWords counts what is between blanks and has a letter or a digit.
func countWords(s string) int {
	n := 0
	for f := range strings.FieldsSeq(s) {
		if strings.ContainsFunc(f, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			n++
		}
	}
	return n
}

// termNode is a word of the glossary within a sentence.
type termNode struct {
	ast.BaseInline

	code, words string
	start       int
}

var kindTerm = ast.NewNodeKind("Term")

// Kind is part of goldmark's interface.
func (*termNode) Kind() ast.NodeKind { return kindTerm }

// Dump is part of goldmark's interface.
func (n *termNode) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

type termParser struct{}

// Trigger is part of goldmark's interface.
func (termParser) Trigger() []byte { return []byte{'['} }

// Parse reads [[code]] and [[code|words]].
func (termParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	m := reTerm.FindSubmatchIndex(line)
	if m == nil || m[0] != 0 {
		return nil
	}
	n := &termNode{code: string(line[m[2]:m[3]]), start: segment.Start}
	if m[4] >= 0 {
		n.words = string(line[m[4]:m[5]])
	}
	block.Advance(m[1])
	return n
}

type termRenderer struct{}

// RegisterFuncs is part of goldmark's interface.
func (termRenderer) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(kindTerm, renderTerm)
}

// renderTerm draws a link to the definition, which the page shows as a popover.
func renderTerm(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n, ok := node.(*termNode)
	if !entering || !ok {
		return ast.WalkContinue, nil
	}
	words := string(util.EscapeHTML([]byte(n.words)))
	if n.code == "" {
		_, _ = w.WriteString(words)
		return ast.WalkContinue, nil
	}
	_, _ = w.WriteString(`<a class="term" href="#term-` + n.code + `" data-term>` + words + `</a>`)
	return ast.WalkContinue, nil
}
