package course

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
)

// FewAnswers is the number of people from which answers are broken down: fewer would tell how one of them answered.
const FewAnswers = 5

// stopped is how long nobody reads before a lesson counts as the one where they stopped.
const stopped = 14 * 24 * time.Hour

// Progress is how the people of a course get on, as far as the reader may see them.
type Progress struct {
	*Standing

	Learners  []Learner
	Begun     int
	Finished  int
	Late      int
	Days      int // median from the beginning to the end, of those who have finished; -1 for nobody
	Lessons   []LessonProgress
	Questions []QuestionProgress
}

// LessonProgress is how far people come.
type LessonProgress struct {
	Lesson  *Lesson
	Done    int // finished it
	Stopped int // have not read on from here for two weeks, and have not finished the course
}

// QuestionProgress is how a check question is answered.
type QuestionProgress struct {
	Question *Question
	Lesson   *Lesson
	Answered int
	First    int  // right at the first try
	Last     int  // right at the last try
	Few      bool // too few to be told: the counts are zero
}

// Progress gives the progress of a course for those whom the actor may enrol.
func (s *Service) Progress(ctx context.Context, actor access.Actor, code string) (*Progress, error) {
	st, list, err := s.Learners(ctx, actor, code)
	if err != nil {
		return nil, err
	}
	within, err := enrolReach(actor)
	if err != nil {
		return nil, err
	}
	p := &Progress{Standing: st, Learners: list, Days: -1}
	p.count()
	if err := s.lessonProgress(ctx, p, within); err != nil {
		return nil, err
	}
	return p, s.questionProgress(ctx, p, within)
}

func (p *Progress) count() {
	var days []int
	for i := range p.Learners {
		l := &p.Learners[i]
		if l.BegunAt != nil {
			p.Begun++
		}
		if l.State == LearnerLate {
			p.Late++
		}
		if l.State == LearnerDone {
			p.Finished++
			days = append(days, int(l.CompletedAt.Sub(*l.BegunAt).Hours()/24))
		}
	}
	if len(days) > 0 {
		slices.Sort(days)
		p.Days = days[len(days)/2]
	}
}

// countedSQL counts by lesson; ?orgs limits it unless ?all.
const countedSQL = `
SELECT slug, sum(done)::int AS done, sum(stopped)::int AS stopped FROM (
  SELECT d.slug, 1 AS done, 0 AS stopped, d.person_id FROM course.completion d WHERE d.course = ?course
  UNION ALL
  SELECT l.last_slug, 0, 1, l.person_id FROM course.learning l WHERE l.course = ?course AND l.completed_at IS NULL AND l.last_at < ?before
) x JOIN org.person p ON p.id = x.person_id WHERE ?all OR p.organisation_id IN (?orgs) GROUP BY slug`

type progressArgs struct {
	All    bool
	Orgs   bun.ListValues
	Course string
	Before time.Time
}

func (s *Service) lessonProgress(ctx context.Context, p *Progress, within reach) error {
	var rows []struct {
		Slug          string
		Done, Stopped int
	}
	args := progressArgs{All: within.All, Orgs: within.Orgs, Course: p.Code, Before: s.now().Add(-stopped)}
	if err := s.db.NewRaw(countedSQL, args).Scan(ctx, &rows); err != nil {
		return fmt.Errorf("course: progress of %s: %w", p.Code, db.Translate(err))
	}
	p.Lessons = make([]LessonProgress, len(p.Standing.Lessons))
	for i, l := range p.Standing.Lessons {
		p.Lessons[i].Lesson = l
		for _, r := range rows {
			if r.Slug == l.Slug {
				p.Lessons[i].Done, p.Lessons[i].Stopped = r.Done, r.Stopped
			}
		}
	}
	return nil
}

// answeredSQL counts each person's first and last try at each question.
const answeredSQL = `
SELECT question, count(*) AS answered, count(*) FILTER (WHERE first > 0.999) AS first, count(*) FILTER (WHERE last > 0.999) AS last FROM (
  SELECT a.question, (array_agg(a.share ORDER BY a.client_at, a.server_at))[1] AS first, (array_agg(a.share ORDER BY a.client_at DESC, a.server_at DESC))[1] AS last
  FROM course.answer a JOIN org.person p ON p.id = a.person_id WHERE a.course = ?course AND (?all OR p.organisation_id IN (?orgs)) GROUP BY a.person_id, a.question
) t GROUP BY question`

func (s *Service) questionProgress(ctx context.Context, p *Progress, within reach) error {
	var rows []struct {
		Question              string
		Answered, First, Last int
	}
	if err := s.db.NewRaw(answeredSQL, progressArgs{All: within.All, Orgs: within.Orgs, Course: p.Code}).Scan(ctx, &rows); err != nil {
		return fmt.Errorf("course: answers of %s: %w", p.Code, db.Translate(err))
	}
	for _, l := range p.Standing.Lessons {
		for _, code := range l.Checks() {
			q := QuestionProgress{Question: p.Question(code), Lesson: l, Few: true}
			for _, r := range rows {
				if r.Question == code && r.Answered >= FewAnswers {
					q.Answered, q.First, q.Last, q.Few = r.Answered, r.First, r.Last, false
				}
			}
			p.Questions = append(p.Questions, q)
		}
	}
	return nil
}
