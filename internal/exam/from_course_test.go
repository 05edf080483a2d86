package exam_test

import (
	"strconv"
	"testing"

	"shelter/courses"
	"shelter/internal/course"
	"shelter/internal/exam"
	"shelter/internal/i18n"
)

func TestTheShippedBankLoadsAndItsKeysEarnEverything(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, code := range []string{"detection", "assistance"} {
		c, problems, err := course.Read(courses.FS, code)
		if err != nil || len(problems) > 0 {
			t.Fatal(err, problems)
		}
		questions, papers := exam.FromCourse(c)
		for _, q := range questions {
			if q.Course != code || q.Body.Stem[i18n.AR] == "" {
				t.Errorf("%s lost its course or its Arabic", q.Code)
			}
			if got := exam.Grade(q, key(q)); got != 1 {
				t.Errorf("%s: the key earns %v", q.Code, got)
			}
		}
		if len(papers) != 2 || papers[0].Title[i18n.FR] != c.Title[i18n.FR]+" – A" {
			t.Errorf("papers of %s: %+v", code, papers)
		}
		done, err := w.svc.Load(ctx(), w.trainer, questions, papers)
		w.must(err)
		if done.Versions == 0 || done.Forms != 2 {
			t.Errorf("%s: loaded %+v", code, done)
		}
		again, err := w.svc.Load(ctx(), w.trainer, questions, papers)
		w.must(err)
		if again != (exam.Loaded{}) {
			t.Errorf("%s: a second load made %+v", code, again)
		}
	}
}

// key answers a question as its own key says.
func key(q exam.Question) exam.Response {
	r := exam.Response{Match: map[string]string{}}
	for _, o := range q.Body.Options {
		if o.Correct || q.Type == exam.Ordering {
			r.Choice = append(r.Choice, o.ID)
		}
	}
	for _, p := range q.Body.Pairs {
		r.Match[p.ID] = p.ID
	}
	switch q.Type {
	case exam.ShortText:
		r.Text = q.Body.Accept[i18n.AR][0]
	case exam.Numeric:
		r.Text = strconv.FormatFloat(q.Body.Value, 'f', -1, 64)
	}
	return r
}
