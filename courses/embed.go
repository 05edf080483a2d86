// Package courses holds the courses that are shipped with the program, as the text files of docs/course-format.md.
package courses

import "embed"

// FS holds glossary.yaml and one folder per course.
//
//go:embed glossary.yaml */*
var FS embed.FS
