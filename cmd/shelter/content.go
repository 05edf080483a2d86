package main

import (
	"fmt"
	"io/fs"
	"os"
	"strings"

	"shelter/courses"
	"shelter/internal/course"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

type contentCmd struct {
	Check  contentCheckCmd  `cmd:"" help:"Apply every rule of docs/course-format.md; exit status 1 on any problem."`
	Export contentExportCmd `cmd:"" help:"Write a published version of a course as a zip file."`
	Import contentImportCmd `cmd:"" help:"Bring a course in as a draft."`
}

type contentCheckCmd struct {
	Dir  string `arg:"" optional:"" help:"Folder of courses; without it the courses inside the program."`
	JSON bool   `name:"json" help:"One JSON document on standard output."`
}

type contentProblem struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Key     string `json:"key"`
	Message string `json:"message"`
}

type contentReport struct {
	Courses   int               `json:"courses"`
	Lessons   map[i18n.Lang]int `json:"lessons"`
	Questions map[i18n.Lang]int `json:"questions"`
	Words     map[i18n.Lang]int `json:"words"`
	Problems  []contentProblem  `json:"problems"`
}

// Run checks the courses and lists every problem with its file and line.
func (c contentCheckCmd) Run(r *run) error {
	found, err := c.check()
	if err != nil {
		return err
	}
	report := contentReport{Courses: found.Courses, Lessons: perLanguage(found.Lessons), Questions: perLanguage(found.Questions),
		Words: perLanguage(found.Words), Problems: []contentProblem{}}
	for _, p := range found.Problems {
		report.Problems = append(report.Problems, contentProblem{File: p.File, Line: p.Line, Key: p.Key, Message: r.loc.Map(p.Key, p.Args)})
	}
	if err := r.result(c.JSON, report, contentText(r.loc, report)); err != nil {
		return err
	}
	if len(report.Problems) > 0 {
		return errRefused
	}
	return nil
}

func (c contentCheckCmd) check() (course.Report, error) {
	if c.Dir == "" {
		return course.Check(courses.FS)
	}
	if info, err := os.Stat(c.Dir); err != nil || !info.IsDir() {
		return course.Report{}, errs.NewInvalid("cli_no_file").With("name", c.Dir).Because(fs.ErrNotExist)
	}
	return course.Check(os.DirFS(c.Dir))
}

// perLanguage names every language, so that a missing one reads 0.
func perLanguage(counts map[i18n.Lang]int) map[i18n.Lang]int {
	all := map[i18n.Lang]int{}
	for _, l := range i18n.Langs() {
		all[l] = counts[l]
	}
	return all
}

func contentText(loc *i18n.Localizer, r contentReport) string {
	var b strings.Builder
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "%s:%d: %s\n", p.File, p.Line, p.Message)
	}
	b.WriteString(loc.T("course_check_courses", "courses", loc.Number(r.Courses)))
	for _, l := range i18n.Langs() {
		b.WriteString("\n" + loc.T("course_check_counts", "lang", string(l), "lessons", loc.Number(r.Lessons[l]),
			"questions", loc.Number(r.Questions[l]), "words", loc.Number(r.Words[l])))
	}
	b.WriteString("\n" + loc.N("course_check_problems", len(r.Problems)))
	return b.String()
}
