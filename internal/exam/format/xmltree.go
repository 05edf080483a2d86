package format

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"golang.org/x/text/encoding/htmlindex"

	"shelter/internal/errs"
)

// Limits of an XML document.
const (
	maxDepth = 64
	maxNodes = 500000
)

// node is one element of an XML document, or a run of text when name is empty.
type node struct {
	name string
	attr map[string]string
	text string
	kids []*node
	line int
}

// parseXML reads a document into a tree. It refuses what a file of questions never needs and an attacker does: a document type
// (and with it every entity and external reference), deep nesting, too many elements, an unknown encoding. Only the five entities of XML
// and character numbers are known.
func parseXML(data []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))))
	d.Strict = true
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		enc, err := htmlindex.Get(label)
		if err != nil {
			return nil, err
		}
		return enc.NewDecoder().Reader(in), nil
	}
	b := &treeBuilder{d: d}
	for {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return b.finish()
		}
		if err != nil {
			return nil, errs.NewInvalid("examformat_xml").With("line", b.line()).Because(err)
		}
		if err := b.add(tok); err != nil {
			return nil, err
		}
	}
}

type treeBuilder struct {
	d     *xml.Decoder
	root  *node
	stack []*node
	names []xml.Name
	count int
}

func (b *treeBuilder) line() int {
	line, _ := b.d.InputPos()
	return line
}

func (b *treeBuilder) refuse(key string) error { return errs.NewInvalid(key).With("line", b.line()) }

func (b *treeBuilder) finish() (*node, error) {
	if b.root == nil || len(b.stack) > 0 {
		return nil, b.refuse("examformat_xml")
	}
	return b.root, nil
}

func (b *treeBuilder) add(tok xml.Token) error {
	switch t := tok.(type) {
	case xml.Directive:
		return b.refuse("examformat_doctype")
	case xml.StartElement:
		return b.open(t)
	case xml.EndElement:
		if len(b.stack) == 0 || b.names[len(b.names)-1] != t.Name {
			return b.refuse("examformat_xml")
		}
		b.stack, b.names = b.stack[:len(b.stack)-1], b.names[:len(b.names)-1]
	case xml.CharData:
		if len(b.stack) > 0 && len(t) > 0 {
			top := b.stack[len(b.stack)-1]
			if n := len(top.kids); n > 0 && top.kids[n-1].name == "" {
				top.kids[n-1].text += string(t)
			} else if err := b.hang(&node{text: string(t), line: b.line()}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *treeBuilder) open(t xml.StartElement) error {
	n := &node{name: t.Name.Local, line: b.line()}
	if len(t.Attr) > 0 {
		n.attr = make(map[string]string, len(t.Attr))
	}
	for _, a := range t.Attr {
		name := a.Name.Local
		if a.Name.Space == "xml" {
			name = "xml:" + name
		}
		n.attr[name] = a.Value
	}
	switch {
	case len(b.stack) > 0:
		if err := b.hang(n); err != nil {
			return err
		}
	case b.root == nil:
		b.root = n
	default:
		return b.refuse("examformat_xml")
	}
	b.stack, b.names = append(b.stack, n), append(b.names, t.Name)
	if len(b.stack) > maxDepth {
		return b.refuse("examformat_too_deep")
	}
	return nil
}

// hang adds a node to the open element.
func (b *treeBuilder) hang(n *node) error {
	if b.count++; b.count > maxNodes {
		return b.refuse("examformat_too_large_xml")
	}
	top := b.stack[len(b.stack)-1]
	top.kids = append(top.kids, n)
	return nil
}

// child gives the first element with a name, an empty one when there is none.
func (n *node) child(name string) *node {
	for _, k := range n.kids {
		if k.name == name {
			return k
		}
	}
	return &node{line: n.line}
}

// all lists the elements with a name.
func (n *node) all(name string) []*node {
	var list []*node
	for _, k := range n.kids {
		if k.name == name {
			list = append(list, k)
		}
	}
	return list
}

// has tells whether there is an element with a name.
func (n *node) has(name string) bool { return len(n.all(name)) > 0 }

// find lists the elements with a name at any depth.
func (n *node) find(name string) []*node {
	var list []*node
	for _, k := range n.kids {
		if k.name == name {
			list = append(list, k)
		}
		list = append(list, k.find(name)...)
	}
	return list
}

// words gives all text below a node.
func (n *node) words() string {
	var b strings.Builder
	n.writeWords(&b)
	return b.String()
}

func (n *node) writeWords(b *strings.Builder) {
	b.WriteString(n.text)
	for _, k := range n.kids {
		k.writeWords(b)
	}
}

// html writes what is below a node as HTML, without the elements named.
func (n *node) html(without ...string) string {
	var b strings.Builder
	for _, k := range n.kids {
		k.writeHTML(&b, without)
	}
	return b.String()
}

func (n *node) writeHTML(b *strings.Builder, without []string) {
	if n.name == "" {
		b.WriteString(xmlText(n.text))
		return
	}
	for _, w := range without {
		if n.name == w {
			return
		}
	}
	b.WriteString("<" + n.name)
	for k, v := range n.attr {
		if k == "xml:lang" {
			k = "lang"
		}
		b.WriteString(" " + k + `="` + xmlText(v) + `"`)
	}
	if len(n.kids) == 0 && (n.name == "br" || n.name == "img" || n.name == "hr") {
		b.WriteString(" />")
		return
	}
	b.WriteString(">")
	for _, k := range n.kids {
		k.writeHTML(b, without)
	}
	b.WriteString("</" + n.name + ">")
}

var xmlEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// xmlText escapes text for an XML document.
func xmlText(s string) string { return xmlEscapes.Replace(s) }

// writeNode writes one element with text; attrs are name, value, name, value.
func writeNode(b *bytes.Buffer, name, text string, attrs ...string) {
	b.WriteString("<" + name)
	for i := 0; i+1 < len(attrs); i += 2 {
		b.WriteString(" " + attrs[i] + `="` + xmlText(attrs[i+1]) + `"`)
	}
	b.WriteString(">" + xmlText(text) + "</" + name + ">")
}
