package course

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Report is what checking a folder of courses found.
type Report struct {
	Courses   int
	Lessons   map[i18n.Lang]int // lessons written in the language
	Questions map[i18n.Lang]int // questions asked in the language
	Words     map[i18n.Lang]int // words of the lessons
	Problems  []Problem
}

// Check applies every rule of docs/course-format.md to a folder of courses. The error means that the folder could not be read;
// what is wrong with its content is in the report.
func Check(fsys fs.FS) (Report, error) {
	codes, err := Codes(fsys)
	if err != nil {
		return Report{}, err
	}
	if len(codes) == 0 {
		return Report{}, errs.NewInvalid("course_none_found").Because(errors.New("no folder with " + courseFile))
	}
	r := Report{Courses: len(codes), Lessons: map[i18n.Lang]int{}, Questions: map[i18n.Lang]int{}, Words: map[i18n.Lang]int{}}
	all := &problems{}
	courses := make([]*Course, 0, len(codes))
	for _, code := range codes {
		files, err := readFiles(fsys, code)
		if err != nil {
			return Report{}, errs.NewInvalid("course_unreadable").With("course", code).Because(err)
		}
		c, found := inspect(code, files)
		all.list = append(all.list, found.list...)
		courses = append(courses, c)
		r.count(c)
	}
	checkTogether(courses, all)
	all.once()
	r.Problems = all.sorted()
	return r, nil
}

// inspect parses the files of one course and applies the rules that need no other course.
func inspect(code string, files map[string][]byte) (*Course, *problems) {
	c, found := parse(code, files)
	k := &checker{course: c, problems: found}
	k.head()
	k.glossary()
	for _, l := range c.Lessons {
		k.lesson(l)
	}
	for _, q := range c.Bank {
		k.question(q)
	}
	k.bank()
	k.forms()
	k.drawings()
	return c, found
}

func (r *Report) count(c *Course) {
	for _, l := range i18n.Langs() {
		for _, lesson := range c.Lessons {
			if t := lesson.Texts[l]; t != nil {
				r.Lessons[l]++
				r.Words[l] += t.measures.words
			}
		}
		for _, q := range c.Bank {
			if q.Stem[l] != "" {
				r.Questions[l]++
			}
		}
	}
}

// checkTogether applies the rules over all courses: codes are unique, no two items ask the same, prerequisites exist.
func checkTogether(courses []*Course, found *problems) {
	duplicates(courses, found)
	byCode := map[string]*Question{}
	codes := map[string]bool{}
	for _, c := range courses {
		codes[c.Code] = true
		for _, q := range c.Bank {
			if byCode[q.Code] != nil {
				found.add(q.file, q.line, "course_check_code_twice", errs.Args{"code": q.Code})
			}
			byCode[q.Code] = q
		}
	}
	for _, c := range courses {
		for _, p := range c.Prerequisites {
			if !codes[p] {
				found.add(path.Join(c.Code, courseFile), 0, "course_check_prerequisite", errs.Args{"code": p})
			}
		}
	}
}

// checker applies the rules to one course.
type checker struct {
	course *Course
	*problems
}

func (k *checker) file() string { return path.Join(k.course.Code, courseFile) }

// at is the line of course.yaml that names something.
func (k *checker) at(name string) int {
	for i, line := range strings.Split(string(k.course.Files[k.file()]), "\n") {
		if strings.Contains(line, name) {
			return i + 1
		}
	}
	return 0
}

// head checks course.yaml itself.
func (k *checker) head() {
	c, file := k.course, k.file()
	if !c.Has(i18n.FR) {
		k.add(file, k.at("languages"), "course_check_reference", nil)
	}
	for _, l := range c.Languages {
		if !slices.Contains(i18n.Langs(), l) {
			k.add(file, k.at("languages"), "course_check_language_unknown", errs.Args{"lang": string(l)})
		}
	}
	k.text(file, k.at("title:"), "title", c.Title)
	k.text(file, k.at("summary:"), "summary", c.Summary)
	for _, o := range c.Objectives {
		k.text(file, k.at(o.Code), o.Code, o.Text)
		k.reached(o.Code)
	}
	for _, m := range c.Competencies {
		k.text(file, k.at(m.Code), m.Code, m.Title)
		if m.ValidMonths < 1 {
			k.add(file, k.at("valid_months"), "course_check_number", errs.Args{"name": "valid_months"})
		}
	}
	if c.Completion.Lessons != "all" || c.Completion.ChecksMin <= 0 || c.Completion.ChecksMin > 1 {
		k.add(file, k.at("completion"), "course_check_completion", nil)
	}
	if len(c.Lessons) == 0 {
		k.add(file, k.at("lessons"), "course_check_lesson_none", nil)
	}
}

// reached tells an objective that no lesson or no question serves.
func (k *checker) reached(code string) {
	if !slices.ContainsFunc(k.course.Lessons, func(l *Lesson) bool { return slices.Contains(l.Objectives, code) }) {
		k.add(k.file(), k.at(code), "course_check_objective_no_lesson", errs.Args{"code": code})
	}
	if !slices.ContainsFunc(k.course.Bank, func(q *Question) bool { return q.Objective == code }) {
		k.add(k.file(), k.at(code), "course_check_objective_no_question", errs.Args{"code": code})
	}
}

// objective tells a code that is no objective of the course.
func (k *checker) objective(file string, line int, code string) {
	if !slices.ContainsFunc(k.course.Objectives, func(o Objective) bool { return o.Code == code }) {
		k.add(file, line, "course_check_objective", errs.Args{"code": code})
	}
}

// glossary checks every term in all three languages: the glossary is shared by courses of any language.
func (k *checker) glossary() {
	for code, t := range k.course.Glossary {
		for _, text := range []Text{t.Term, t.Definition} {
			k.textIn(glossaryFile, t.line, code, text, i18n.Langs())
		}
	}
}

// once drops what is told twice: the glossary is read with every course.
func (p *problems) once() {
	type place struct {
		file string
		line int
		key  string
		args string
	}
	seen := map[place]bool{}
	p.list = slices.DeleteFunc(p.list, func(x Problem) bool {
		at := place{x.File, x.Line, x.Key, argsText(x.Args)}
		if seen[at] {
			return true
		}
		seen[at] = true
		return false
	})
}
