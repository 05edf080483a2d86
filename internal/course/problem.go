package course

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"shelter/internal/errs"
)

// Problem is one defect of the files.
type Problem struct {
	File string // path under courses/
	Line int    // from 1; 0 when the whole file is meant
	Key  string // key of the catalogue
	Args errs.Args
}

// problems collects what is found; the same place with the same key is told once.
type problems struct{ list []Problem }

func (p *problems) add(file string, line int, key string, args errs.Args) {
	p.list = append(p.list, Problem{File: file, Line: line, Key: key, Args: args})
}

// sorted gives the problems by file and line.
func (p *problems) sorted() []Problem {
	slices.SortStableFunc(p.list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Key, b.Key))
	})
	return p.list
}

// yamlBody parses a YAML file; nil when it cannot, which is told. Anchors, aliases and tags are refused: a course needs none,
// and they can make a short file endless.
func (p *problems) yamlBody(file string, data []byte, offset int) (body ast.Node) {
	defer p.guard(file, offset, func() { body = nil })
	f, err := parser.ParseBytes(data, 0)
	if err != nil {
		p.yamlError(file, offset, err)
		return nil
	}
	if len(f.Docs) != 1 || f.Docs[0].Body == nil {
		p.add(file, offset+1, "course_check_yaml", errs.Args{"message": "empty"})
		return nil
	}
	plain := &plainYAML{}
	ast.Walk(plain, f.Docs[0].Body)
	if plain.found != nil {
		p.add(file, offset+lineOf(plain.found), "course_check_yaml", errs.Args{"message": plain.found.Type().String()})
		return nil
	}
	return f.Docs[0].Body
}

// plainYAML looks for what is not plain data.
type plainYAML struct{ found ast.Node }

// Visit is part of the library's interface.
func (v *plainYAML) Visit(n ast.Node) ast.Visitor {
	switch n.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.MergeKeyNode:
		v.found = n
		return nil
	}
	return v
}

// guard turns a panic of the YAML library, which some broken files cause, into a problem of the file.
func (p *problems) guard(file string, offset int, undo func()) {
	if r := recover(); r != nil {
		p.add(file, offset+1, "course_check_yaml", errs.Args{"message": fmt.Sprint(r)})
		undo()
	}
}

// decode fills v from a node, strictly: an unknown field is a mistake in writing.
func (p *problems) decode(file string, node ast.Node, offset int, v any) (ok bool) {
	defer p.guard(file, offset, func() { ok = false })
	if err := yaml.NodeToValue(node, v, yaml.Strict()); err != nil {
		p.yamlError(file, offset, err)
		return false
	}
	return true
}

func (p *problems) yamlError(file string, offset int, err error) {
	line, message := offset+1, err.Error()
	var e yaml.Error
	if errors.As(err, &e) {
		message = e.GetMessage()
		if t := e.GetToken(); t != nil && t.Position != nil {
			line = offset + t.Position.Line
		}
	}
	p.add(file, line, "course_check_yaml", errs.Args{"message": message})
}

func lineOf(node ast.Node) int {
	if m, ok := node.(*ast.MappingNode); ok && len(m.Values) > 0 { // the block mapping's own token is its first colon
		node = m.Values[0].Key
	}
	if t := node.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line
	}
	return 0
}

// elements gives the items of a list under a key of a mapping; with an empty key, of the node itself.
func elements(node ast.Node, key string) []ast.Node {
	if key != "" {
		node = valueOf(node, key)
	}
	if s, ok := node.(*ast.SequenceNode); ok {
		return s.Values
	}
	return nil
}

func valueOf(node ast.Node, key string) ast.Node {
	switch m := node.(type) {
	case *ast.MappingNode:
		for _, v := range m.Values {
			if v.Key.String() == key {
				return v.Value
			}
		}
	case *ast.MappingValueNode:
		if m.Key.String() == key {
			return m.Value
		}
	}
	return nil
}
