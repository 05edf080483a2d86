package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// longFiles may pass 400 lines, for the reason given.
var longFiles = map[string]string{}

const (
	fileLimit     = 400
	functionLimit = 45 // lines; nine functions in ten are shorter
)

// globals are package variables that code changes, with the reason why that is right.
var globals = map[string]string{}

type source struct {
	path string
	fset *token.FileSet
	file *ast.File
}

// sources parses every Go file of ours that a person wrote; tests are left out.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	for _, top := range []string{"cmd", "courses", "internal", "migrations", "web"} {
		err := filepath.WalkDir(filepath.Join("..", top), func(path string, e os.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case e.IsDir() && (e.Name() == "node_modules" || e.Name() == "testdata"):
				return filepath.SkipDir
			case e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go"):
				return nil
			}
			fset := token.NewFileSet()
			file, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
			if err == nil && !ast.IsGenerated(file) {
				all = append(all, source{path: filepath.ToSlash(strings.TrimPrefix(path, "../")), fset: fset, file: file})
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(all) < 20 {
		t.Fatalf("found %d files only", len(all))
	}
	return all
}

func (s source) lines(from, to token.Pos) int {
	return s.fset.Position(to).Line - s.fset.Position(from).Line + 1
}

func (s source) at(p token.Pos) string {
	return s.path + ":" + strconv.Itoa(s.fset.Position(p).Line)
}

func TestFilesAreShort(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		n := s.fset.File(s.file.FileStart).LineCount()
		if n > fileLimit && longFiles[s.path] == "" {
			t.Errorf("%s has %d lines; split it by what it does (limit %d)", s.path, n, fileLimit)
		}
		if n <= fileLimit && longFiles[s.path] != "" {
			t.Errorf("%s has %d lines and needs its exception no longer", s.path, n)
		}
	}
}

func TestFunctionsAreShort(t *testing.T) {
	t.Parallel()
	var lengths []int
	var long []string
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
				n := s.lines(f.Pos(), f.End())
				lengths = append(lengths, n)
				if n > functionLimit {
					long = append(long, s.at(f.Pos()))
				}
			}
		}
	}
	slices.Sort(lengths)
	if tenth := lengths[len(lengths)*9/10]; tenth > functionLimit {
		t.Errorf("one function in ten has more than %d lines (the limit is %d): %s", tenth, functionLimit, strings.Join(long, ", "))
	}
}

// A ticked box sends "on", which the binding of a bool refuses.
func TestFormsTakeTickedBoxes(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			f, ok := n.(*ast.Field)
			if !ok || f.Tag == nil || !strings.Contains(f.Tag.Value, `form:"`) {
				return true
			}
			if kind, ok := f.Type.(*ast.Ident); ok && kind.Name == "bool" {
				t.Errorf("%s: a form's field is a bool; the type ticked reads what a browser sends", s.at(f.Pos()))
			}
			return true
		})
	}
}

func TestNoInitFunctions(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: init() works before main decides anything; call a function instead", s.at(f.Pos()))
			}
		}
	}
}

// TestNoChangingGlobals finds assignments to package variables. It cannot see a change through a method or a pointer; those
// are found in review.
func TestNoChangingGlobals(t *testing.T) {
	t.Parallel()
	packages := map[string][]source{}
	for _, s := range sources(t) {
		dir := filepath.Dir(s.path)
		packages[dir] = append(packages[dir], s)
	}
	for dir, files := range packages {
		vars := packageVars(files)
		for _, s := range files {
			ast.Inspect(s.file, func(n ast.Node) bool {
				for _, target := range targets(n) {
					if name := assigned(target, vars); name != "" && globals[dir+"."+name] == "" {
						t.Errorf("%s: %s changes the package variable %s; keep it in a struct", s.at(n.Pos()), dir, name)
					}
				}
				return true
			})
		}
	}
}

// packageVars gives the declarations of a package's variables by name.
func packageVars(files []source) map[string]*ast.ValueSpec {
	vars := map[string]*ast.ValueSpec{}
	for _, s := range files {
		for _, d := range s.file.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR {
				for _, spec := range g.Specs {
					v := spec.(*ast.ValueSpec)
					for _, name := range v.Names {
						vars[name.Name] = v
					}
				}
			}
		}
	}
	return vars
}

// targets gives what a statement writes to.
func targets(n ast.Node) []ast.Expr {
	switch s := n.(type) {
	case *ast.AssignStmt:
		if s.Tok != token.DEFINE {
			return s.Lhs
		}
	case *ast.IncDecStmt:
		return []ast.Expr{s.X}
	}
	return nil
}

// assigned gives the package variable at the root of what is written to, or "".
func assigned(e ast.Expr, vars map[string]*ast.ValueSpec) string {
	for {
		switch x := e.(type) {
		case *ast.IndexExpr:
			e = x.X
		case *ast.SelectorExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		case *ast.Ident:
			spec, known := vars[x.Name]
			if !known || x.Obj != nil && x.Obj.Decl != spec { // a local of the same name
				return ""
			}
			return x.Name
		default:
			return ""
		}
	}
}

func TestExportedThingsAreExplained(t *testing.T) {
	t.Parallel()
	explained := map[string]bool{}
	for _, s := range sources(t) {
		dir := filepath.Dir(s.path)
		explained[dir] = explained[dir] || s.file.Doc != nil
		for _, d := range s.file.Decls {
			for _, name := range unexplained(d) {
				t.Errorf("%s: %s has no comment that says what it means", s.at(d.Pos()), name)
			}
		}
	}
	for dir, ok := range explained {
		if !ok {
			t.Errorf("package %s has no package comment", dir)
		}
	}
}

// unexplained gives the exported names of a declaration that have no comment of their own or of their group.
func unexplained(d ast.Decl) []string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) {
			return []string{d.Name.Name}
		}
	case *ast.GenDecl:
		var names []string
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && s.Doc == nil && d.Doc == nil {
					names = append(names, s.Name.Name)
				}
			case *ast.ValueSpec:
				if s.Names[0].IsExported() && s.Doc == nil && s.Comment == nil && d.Doc == nil {
					names = append(names, s.Names[0].Name)
				}
			}
		}
		return names
	}
	return nil
}

func exportedReceiver(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return true
	}
	typ := f.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if index, ok := typ.(*ast.IndexExpr); ok {
		typ = index.X
	}
	name, ok := typ.(*ast.Ident)
	return ok && name.IsExported()
}
