package course_test

import (
	"testing"

	"shelter/courses"
	"shelter/internal/course"
	"shelter/internal/i18n"
)

func TestShippedCoursesHaveNoProblem(t *testing.T) {
	t.Parallel()
	r, err := course.Check(courses.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.Problems {
		t.Errorf("%s:%d %s %v", p.File, p.Line, p.Key, p.Args)
	}
	if r.Courses < 2 || r.Lessons[i18n.FR] < 18 || r.Lessons[i18n.AR] != r.Lessons[i18n.FR] || r.Questions[i18n.FR] < 150 || r.Questions[i18n.AR] != r.Questions[i18n.FR] {
		t.Errorf("too little is shipped: %d courses, lessons %v, questions %v", r.Courses, r.Lessons, r.Questions)
	}
}
