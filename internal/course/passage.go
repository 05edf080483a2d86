package course

import (
	"context"
	"fmt"
	"html"
	"regexp"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/i18n"
)

// Passage is a section of a lesson as plain text.
type Passage struct {
	Place   string // id of its heading, as "s4"; empty before the first
	Heading string // the lesson's title before the first heading
	Body    string
}

var (
	rePassage = regexp.MustCompile(`(?s)<h[23] id="(s\d+)">(.*?)</h[23]>`)
	reInline  = regexp.MustCompile(`</?(?:a|strong|em|code|bdi|del)(?:\s[^>]*)?>`)
	reTag     = regexp.MustCompile(`<[^>]*>`)
)

// textOf is what a rendered HTML says.
func textOf(s string) string {
	return strings.Join(strings.Fields(html.UnescapeString(reTag.ReplaceAllString(reInline.ReplaceAllString(s, ""), " "))), " ")
}

// Passages parts the lesson at its headings. Questions are left out: a search must not tell what a check will ask.
func (t *LessonText) Passages() []Passage {
	list := []Passage{{Heading: t.Title}}
	add := func(s string) {
		if s = textOf(s); s != "" {
			last := &list[len(list)-1]
			last.Body = strings.TrimSpace(last.Body + " " + s)
		}
	}
	add(strings.Join(t.Objectives, ". "))
	for _, b := range t.Blocks {
		add(html.EscapeString(b.Title))
		add(html.EscapeString(b.Alt))
		rest := b.HTML
		for m := rePassage.FindStringSubmatchIndex(rest); m != nil; m = rePassage.FindStringSubmatchIndex(rest) {
			add(rest[:m[0]])
			list = append(list, Passage{Place: rest[m[2]:m[3]], Heading: textOf(rest[m[4]:m[5]])})
			rest = rest[m[1]:]
		}
		add(rest)
		for _, c := range b.Cards {
			add(c.Front + " " + c.Back)
		}
	}
	return list
}

type passageRow struct {
	bun.BaseModel `bun:"table:course.passage"`

	VersionID uuid.UUID
	Slug      string
	Lang      i18n.Lang
	N         int
	Place     string
	Heading   string
	Body      string
	Folded    string
}

// passages makes the rows of a version.
func passages(version uuid.UUID, c *Course) []passageRow {
	var rows []passageRow
	for _, l := range c.Lessons {
		for lang, t := range l.Texts {
			for n, p := range t.Passages() {
				rows = append(rows, passageRow{VersionID: version, Slug: l.Slug, Lang: lang, N: n, Place: p.Place, Heading: p.Heading, Body: p.Body,
					Folded: Fold(p.Heading + " " + p.Body)})
			}
		}
	}
	return rows
}

// IndexVersions makes the passages of published versions that have none: those that an older program published.
func (s *Service) IndexVersions(ctx context.Context, actor access.Actor) error {
	if err := access.Can(actor, access.CourseManage, access.Resource{}); err != nil {
		return err
	}
	var list []versionRow
	err := s.db.NewSelect().Model(&list).Where("NOT EXISTS (SELECT 1 FROM course.passage p WHERE p.version_id = version_row.id)").Scan(ctx)
	if err != nil {
		return db.Translate(err)
	}
	for _, v := range list {
		c, err := s.version(ctx, s.db, v.ID, v.Course)
		if err != nil {
			return err
		}
		rows := passages(v.ID, c)
		if len(rows) == 0 {
			continue
		}
		if _, err := s.db.NewInsert().Model(&rows).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
			return fmt.Errorf("course: passages of %s: %w", v.Course, db.Translate(err))
		}
	}
	return nil
}
