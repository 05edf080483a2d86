package exam

import (
	"strings"

	"shelter/internal/course"
	"shelter/internal/i18n"
)

// FromCourse gives the bank and the parallel forms of a course as Load takes them. The types of questions map one to one.
func FromCourse(c *course.Course) ([]Question, []Paper) {
	questions := make([]Question, len(c.Bank))
	for i, q := range c.Bank {
		questions[i] = fromQuestion(q)
		questions[i].Course = c.Code
	}
	papers := make([]Paper, len(c.Forms))
	for i, f := range c.Forms {
		papers[i] = Paper{Code: f.Code, Title: formTitle(c, f.Code), Items: f.Items}
	}
	return questions, papers
}

// GradeCourse grades an answer to a course's check question as an answer to a test's.
func GradeCourse(q *course.Question, r course.Response) float64 {
	return Grade(fromQuestion(q), Response(r))
}

// formTitle is the course's title with the form's letter: "detection-A" is form A of the course.
func formTitle(c *course.Course, code string) Text {
	letter := strings.TrimPrefix(code, c.Code+"-")
	title := Text{}
	for _, l := range i18n.Langs() {
		if s := c.Title[l]; s != "" {
			title[l] = s + " – " + letter
		}
	}
	return title
}

func fromQuestion(q *course.Question) Question {
	b := Body{Stem: Text(q.Stem), Accept: q.Accept, Tolerance: q.Tolerance, Feedback: Text(q.Feedback)}
	if q.Value != nil {
		b.Value = *q.Value
	}
	for _, o := range q.Options {
		b.Options = append(b.Options, Option{ID: o.ID, Correct: o.Correct, Text: Text(o.Text), Feedback: Text(o.Feedback)})
	}
	for _, p := range q.Pairs {
		b.Pairs = append(b.Pairs, Pair{ID: p.ID, Left: Text(p.Left), Right: Text(p.Right)})
	}
	return Question{Code: q.Code, Objective: q.Objective, Type: Type(q.Type), Difficulty: q.Difficulty, Bloom: q.Bloom, Body: b}
}
