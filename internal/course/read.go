package course

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"shelter/internal/errs"
	"shelter/internal/i18n"
)

const (
	glossaryFile = "glossary.yaml"
	courseFile   = "course.yaml"
)

// Codes lists the folders of fsys that hold a course, in order of name.
func Codes(fsys fs.FS) ([]string, error) {
	found, err := fs.Glob(fsys, "*/"+courseFile)
	if err != nil {
		return nil, err
	}
	codes := make([]string, len(found))
	for i, f := range found {
		codes[i] = path.Dir(f)
	}
	return codes, nil
}

// Digest identifies a course by its files and the glossary: the same text is the same version. It reads and does not parse.
func Digest(fsys fs.FS, code string) (string, error) {
	files, err := readFiles(fsys, code)
	if err != nil {
		return "", err
	}
	return digest(files), nil
}

// Digest identifies the course as it was read.
func (c *Course) Digest() string { return digest(c.Files) }

func digest(files map[string][]byte) string {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	h := sha256.New()
	for _, name := range names {
		fmt.Fprintf(h, "%s %d\n", name, len(files[name]))
		_, _ = h.Write(files[name]) // a hash never fails
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// MaxFile is the largest file of a course, in bytes; films belong to a later store.
const MaxFile = 8 << 20

// readFiles reads the files of a course and the glossary.
func readFiles(fsys fs.FS, code string) (map[string][]byte, error) {
	files := map[string][]byte{}
	read := func(name string) error {
		f, err := fsys.Open(name)
		if err != nil {
			return err
		}
		data, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
		if err = errors.Join(err, f.Close()); err != nil {
			return err
		}
		if len(data) > MaxFile {
			return errs.NewInvalid("course_file_too_large").With("file", name)
		}
		files[name] = data
		return nil
	}
	err := fs.WalkDir(fsys, code, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		return read(name)
	})
	if err != nil {
		return nil, err
	}
	if err := read(glossaryFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return files, nil
}

// Read parses one course. What is wrong with the files is told by the problems, not by the error, which means that they could
// not be read at all.
func Read(fsys fs.FS, code string) (*Course, []Problem, error) {
	files, err := readFiles(fsys, code)
	if err != nil {
		return nil, nil, errs.NewInvalid("course_unreadable").With("course", code).Because(err)
	}
	c, found := parse(code, files)
	return c, found.sorted(), nil
}

// parse makes a course of its files; what cannot be understood is left out and told.
func parse(code string, files map[string][]byte) (*Course, *problems) {
	found := &problems{}
	r := &reader{code: code, files: files, problems: found, course: &Course{Code: code, Files: files, Glossary: Glossary{}}}
	r.readGlossary()
	if r.readCourse() {
		r.readLessons()
		r.readQuestions()
	}
	r.course.typeset()
	return r.course, found
}

// reader carries what the steps of parsing share.
type reader struct {
	code  string
	files map[string][]byte
	*problems
	course *Course
}

// text gives a file with Unix line ends and without a byte-order mark.
func (r *reader) text(name string) ([]byte, bool) {
	data, ok := r.files[name]
	if !ok {
		return nil, false
	}
	return []byte(strings.ReplaceAll(strings.TrimPrefix(string(data), "\ufeff"), "\r\n", "\n")), true
}

func (r *reader) readGlossary() {
	data, ok := r.text(glossaryFile)
	if !ok {
		return
	}
	body := r.yamlBody(glossaryFile, data, 0)
	for _, node := range elements(body, "terms") {
		t := &Term{line: lineOf(node)}
		if !r.decode(glossaryFile, node, 0, t) {
			continue
		}
		if r.course.Glossary[t.Code] != nil {
			r.add(glossaryFile, t.line, "course_check_code_twice", errs.Args{"code": t.Code})
		}
		r.course.Glossary[t.Code] = t
	}
}

type courseYAML struct {
	Code          string       `yaml:"code"`
	Version       int          `yaml:"version"`
	Languages     []i18n.Lang  `yaml:"languages"`
	Title         Text         `yaml:"title"`
	Summary       Text         `yaml:"summary"`
	Objectives    []Objective  `yaml:"objectives"`
	Competencies  []Competency `yaml:"competencies"`
	Prerequisites []string     `yaml:"prerequisites"`
	Lessons       []lessonYAML `yaml:"lessons"`
	Completion    Completion   `yaml:"completion"`
	Forms         []Form       `yaml:"forms"`
}

type lessonYAML struct {
	Slug       string   `yaml:"slug"`
	Objectives []string `yaml:"objectives"`
	Minutes    int      `yaml:"minutes"`
}

func (r *reader) readCourse() bool {
	name := path.Join(r.code, courseFile)
	data, ok := r.text(name)
	if !ok {
		r.add(name, 0, "course_check_missing_file", errs.Args{"file": name})
		return false
	}
	body := r.yamlBody(name, data, 0)
	if body == nil {
		return false
	}
	var y courseYAML
	if !r.decode(name, body, 0, &y) {
		return false
	}
	if y.Code != r.code {
		r.add(name, 1, "course_check_code_folder", errs.Args{"code": y.Code, "folder": r.code})
	}
	c := r.course
	c.Version, c.Languages, c.Title, c.Summary, c.Objectives, c.Competencies = y.Version, y.Languages, y.Title, y.Summary, y.Objectives, y.Competencies
	c.Prerequisites, c.Completion, c.Forms = y.Prerequisites, y.Completion, y.Forms
	for _, l := range y.Lessons {
		c.Lessons = append(c.Lessons, &Lesson{Slug: l.Slug, Objectives: l.Objectives, Minutes: l.Minutes, Texts: map[i18n.Lang]*LessonText{}})
	}
	return true
}

func (r *reader) readLessons() {
	for _, l := range r.course.Lessons {
		for _, lang := range i18n.Langs() {
			name := path.Join(r.code, l.Slug+"."+string(lang)+".md")
			data, ok := r.text(name)
			if !ok {
				if r.course.Has(lang) {
					r.add(name, 0, "course_check_missing_file", errs.Args{"file": name})
				}
				continue
			}
			l.Texts[lang] = parseLesson(name, data, newMarkdown(r.course.Glossary, lang), r.problems)
		}
	}
}

func (r *reader) readQuestions() {
	dir := path.Join(r.code, "questions") + "/"
	var names []string
	for name := range r.files {
		if strings.HasPrefix(name, dir) && path.Ext(name) == ".yaml" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		r.readBank(name)
	}
}

func (r *reader) readBank(name string) {
	data, _ := r.text(name)
	body := r.yamlBody(name, data, 0)
	if body == nil {
		return
	}
	nodes := elements(body, "")
	if len(nodes) == 0 {
		r.add(name, 1, "course_check_yaml", errs.Args{"message": "no list of questions"})
	}
	for _, node := range nodes {
		q := &Question{file: name, line: lineOf(node)}
		if r.decode(name, node, 0, q) {
			r.course.Bank = append(r.course.Bank, q)
		}
	}
}

// Head reads a course.yaml alone: no lesson has a text, and there is no bank.
func Head(code string, files map[string][]byte) (*Course, []Problem) {
	found := &problems{}
	r := &reader{code: code, files: files, problems: found, course: &Course{Code: code, Files: files, Glossary: Glossary{}}}
	r.readCourse()
	r.course.typeset()
	return r.course, found.sorted()
}
