package exam

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/db"
	"shelter/internal/exam/stats"
)

// Mark is one person's mark of one open answer. Marks never change; the last one of each person counts.
type Mark struct {
	bun.BaseModel `bun:"table:exam.mark,alias:mark"`

	ID         uuid.UUID `bun:",pk"`
	AttemptID  uuid.UUID
	Position   int
	VersionID  uuid.UUID
	MarkerID   uuid.UUID
	MarkerName string
	Levels     []int `bun:"type:jsonb"` // for each criterion the place of the level, from 0
	Settles    bool  // a third person's word on two marks that differ
	Note       string
	At         time.Time
}

// Criteria are what an open answer is marked by: the rubric, or for a question without one a single scale of five steps from
// nothing to everything, without words.
func (q Question) Criteria() []Criterion {
	if len(q.Body.Rubric) > 0 {
		return q.Body.Rubric
	}
	whole := Criterion{ID: "all"}
	for i := range 5 {
		whole.Levels = append(whole.Levels, Level{Points: float64(i)})
	}
	return []Criterion{whole}
}

// valid tells whether the levels are those of the question's criteria.
func (q Question) valid(levels []int) bool {
	criteria := q.Criteria()
	if len(levels) != len(criteria) {
		return false
	}
	for i, l := range levels {
		if l < 0 || l >= len(criteria[i].Levels) {
			return false
		}
	}
	return true
}

// ShareOf is the part of the points, 0 to 1, that levels earn: the points of the levels over those of the best ones.
func (q Question) ShareOf(levels []int) float64 {
	if !q.valid(levels) {
		return 0
	}
	got, most := 0.0, 0.0
	for i, c := range q.Criteria() {
		got += c.Levels[levels[i]].Points
		most += c.Most()
	}
	if most <= 0 {
		return 0
	}
	return min(max(got/most, 0), 1)
}

// Need is what an open answer still needs.
type Need string

// The needs.
const (
	NeedMark   Need = "mark"   // nobody has marked it
	NeedSecond Need = "second" // one person has, and the question asks for two
	NeedThird  Need = "third"  // two have, and they differ
	NeedNone   Need = "none"
)

// Decision is where the marking of an answer stands.
type Decision struct {
	Need  Need
	Share stats.Value // of the points, 0 to 1; undefined until nothing more is needed
	Marks []Mark      // the last of each person, in the order in which they began; a settling one last
}

// Decide applies the rule of a question to the marks of one answer, which are in the order of their time. One mark is enough
// unless the question asks for two; then two people mark without seeing each other's marks, and where they differ on any
// criterion the word of a third person counts.
func Decide(q Question, marks []Mark) Decision {
	last := lastMarks(marks)
	d := Decision{Need: NeedNone, Marks: last}
	first := slices.DeleteFunc(slices.Clone(last), func(m Mark) bool { return m.Settles })
	switch settled := len(last) > len(first); {
	case len(last) == 0:
		d.Need = NeedMark
	case !q.Body.Double:
		d.Share = stats.Of(q.ShareOf(marks[len(marks)-1].Levels))
	case len(first) < 2:
		d.Need = NeedSecond
	case slices.Equal(first[0].Levels, first[1].Levels):
		d.Share = stats.Of(q.ShareOf(first[0].Levels))
	case settled:
		d.Share = stats.Of(q.ShareOf(last[len(last)-1].Levels))
	default:
		d.Need = NeedThird
	}
	return d
}

// lastMarks keeps the last mark of each person, in the order of their first ones; settling ones stand behind.
func lastMarks(marks []Mark) []Mark {
	var list []Mark
	at := map[uuid.UUID]int{}
	for _, m := range marks {
		if i, ok := at[m.MarkerID]; ok {
			list[i] = m
			continue
		}
		at[m.MarkerID] = len(list)
		list = append(list, m)
	}
	slices.SortStableFunc(list, func(a, b Mark) int { return order(a.Settles) - order(b.Settles) })
	return list
}

func order(b bool) int { return int(one(b)) }

// by gives the mark of a person.
func (d Decision) by(person uuid.UUID) *Mark {
	for i := range d.Marks {
		if d.Marks[i].MarkerID == person {
			return &d.Marks[i]
		}
	}
	return nil
}

// mayMark tells whether a person can do something about an answer now: give a first or second mark, or settle.
func (d Decision) mayMark(person uuid.UUID) bool { return d.Need != NeedNone && d.by(person) == nil }

// marksOf reads the marks of an attempt by position, in the order in which they came.
func marksOf(ctx context.Context, idb bun.IDB, attempt uuid.UUID) (map[int][]Mark, error) {
	var rows []Mark
	err := idb.NewSelect().Model(&rows).Where("attempt_id = ?", attempt).OrderExpr("seq").Scan(ctx)
	if err != nil {
		return nil, db.Translate(err)
	}
	m := map[int][]Mark{}
	for _, r := range rows {
		m[r.Position] = append(m[r.Position], r)
	}
	return m, nil
}

// LevelField names the input of a criterion on the page of a mark.
func LevelField(criterion int) string { return "level" + strconv.Itoa(criterion) }
