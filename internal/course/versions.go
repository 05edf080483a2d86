package course

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// Version is a published version as authors see it.
type Version struct {
	ID          uuid.UUID
	Course      string
	Number      int
	PublishedAt time.Time
	Learners    int // who are on it
}

// Versions lists the published versions, by course and newest first; code "" means every course.
func (s *Service) Versions(ctx context.Context, actor access.Actor, code string) ([]Version, error) {
	if err := access.Can(actor, access.CourseManage, access.Resource{}); err != nil {
		return nil, err
	}
	return versions(ctx, s.db, code)
}

func versions(ctx context.Context, idb bun.IDB, code string) ([]Version, error) {
	var list []Version
	q := idb.NewSelect().TableExpr("course.version AS v").ColumnExpr("v.id, v.course, v.number, v.published_at").
		ColumnExpr("(SELECT count(*) FROM course.learning l WHERE l.version_id = v.id) AS learners").OrderExpr("v.course, v.number DESC")
	if code != "" {
		q = q.Where("v.course = ?", code)
	}
	err := q.Scan(ctx, &list)
	return list, db.Translate(err)
}

// VersionFiles gives the files of a published version, byte for byte.
func (s *Service) VersionFiles(ctx context.Context, actor access.Actor, code string, number int) (Version, map[string][]byte, error) {
	list, err := s.Versions(ctx, actor, code)
	if err != nil {
		return Version{}, nil, err
	}
	i := slices.IndexFunc(list, func(v Version) bool { return v.Number == number })
	if code == "" || i < 0 {
		return Version{}, nil, errs.NewNotFound(fmt.Sprintf("version %d of course %s", number, code))
	}
	c, err := s.version(ctx, s.db, list[i].ID, code)
	if err != nil {
		return Version{}, nil, err
	}
	return list[i], maps.Clone(c.Files), nil
}

// Newest gives the newest version of every course.
func (s *Service) Newest(ctx context.Context, actor access.Actor) ([]*Course, error) {
	list, err := s.Versions(ctx, actor, "")
	if err != nil {
		return nil, err
	}
	var all []*Course
	for i, v := range list {
		if i > 0 && list[i-1].Course == v.Course {
			continue
		}
		c, err := s.version(ctx, s.db, v.ID, v.Course)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// Inspect parses the files of a course and applies every rule to it, alone and beside the others.
func Inspect(code string, files map[string][]byte, others []*Course) (*Course, []Problem) {
	c, found := inspect(code, files)
	var courses []*Course
	for _, o := range others {
		if o.Code != code {
			courses = append(courses, o)
		}
	}
	courses = append(courses, c) // the last: what stands twice is told of it
	together := &problems{}
	checkTogether(courses, together)
	for _, p := range together.list {
		if _, own := files[p.File]; own {
			found.list = append(found.list, p)
		}
	}
	found.once()
	return c, found.sorted()
}

// PublishTx is Publish within the caller's transaction, for files that Inspect found to be without a problem.
func (s *Service) PublishTx(ctx context.Context, tx bun.Tx, actor access.Actor, c *Course) (Published, error) {
	if err := access.Can(actor, access.CourseManage, access.Resource{}); err != nil {
		return Published{}, err
	}
	return publish(ctx, tx, actor, c, s.now())
}
