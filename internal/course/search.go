package course

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/i18n"
)

// Hit is a section of a lesson that a search found.
type Hit struct {
	Standing *Standing
	Lesson   *Lesson
	Lang     i18n.Lang // of the text
	Place    string    // id of the heading; empty at the beginning of the lesson
	Heading  []Piece
	Snippet  []Piece
}

// Piece is a run of a snippet; Hit marks what was searched.
type Piece struct {
	Text string
	Hit  bool
}

// Sizes of a search.
const (
	queryLimit   = 120 // characters
	hitsShown    = 30
	snippetWords = 36
	wordsBefore  = 10
)

const (
	markBegin = "\x01"
	markEnd   = "\x02"
)

// searchSQL finds sections of the versions that the reader reads: all words first, and one of them when no section has all.
// A course without the language is searched in French, as it is read.
const searchSQL = `
WITH v AS (
  SELECT c.code, (SELECT w.id FROM course.version w WHERE w.course = c.code AND (l.version_id IS NULL OR w.id = l.version_id) ORDER BY w.number DESC LIMIT 1) AS id
  FROM course.course c LEFT JOIN course.learning l ON l.person_id = ?person AND l.course = c.code
), t AS (
  SELECT v.code, v.id, CASE WHEN EXISTS (SELECT 1 FROM course.passage p WHERE p.version_id = v.id AND p.lang = ?lang) THEN ?lang ELSE 'fr' END AS lang FROM v
), q AS (
  SELECT x.lang, x.cfg, websearch_to_tsquery(x.cfg, ?query) AS every
  FROM (VALUES ('fr', 'pg_catalog.french'::regconfig), ('ar', 'pg_catalog.arabic'::regconfig), ('en', 'pg_catalog.english'::regconfig)) x (lang, cfg)
), hit AS (
  SELECT t.code, p.*, q.cfg, q.every, p.words @@ q.every AS whole, replace(q.every::text, ' & ', ' | ')::tsquery AS some
  FROM t JOIN course.passage p ON p.version_id = t.id AND p.lang = t.lang JOIN q ON q.lang = t.lang
  WHERE numnode(q.every) > 0 AND p.words @@ replace(q.every::text, ' & ', ' | ')::tsquery
)
SELECT h.code, h.slug, h.lang, h.place, h.heading, h.body,
  ts_headline(h.cfg, h.folded, h.some, 'HighlightAll=true, StartSel=' || ?begin || ', StopSel=' || ?end) AS marked
FROM hit h WHERE h.whole OR NOT EXISTS (SELECT 1 FROM hit w WHERE w.whole)
ORDER BY ts_rank(h.words, h.some) DESC, h.code, h.slug, h.n LIMIT ?limit`

type hitRow struct {
	Code, Slug           string
	Lang                 i18n.Lang
	Place, Heading, Body string
	Marked               string
}

// Search finds sections of the lessons that the actor reads, in the script of the query: accents, tashkeel and forms of hamza
// make no difference. An empty query finds nothing.
func (s *Service) Search(ctx context.Context, actor access.Actor, query string, reader i18n.Lang) ([]Hit, error) {
	if err := access.Can(actor, access.CourseView, access.Resource{}); err != nil {
		return nil, err
	}
	if query = limitRunes(strings.TrimSpace(query), queryLimit); query == "" {
		return nil, nil
	}
	rows, err := s.searchRows(ctx, actor.PersonID, query, searchLang(query, reader))
	if err != nil {
		return nil, err
	}
	all, err := s.List(ctx, actor)
	if err != nil {
		return nil, err
	}
	byCode := make(map[string]*Standing, len(all))
	for _, st := range all {
		byCode[st.Code] = st
	}
	hits := make([]Hit, 0, len(rows))
	for _, r := range rows {
		if st := byCode[r.Code]; st != nil && st.Lesson(r.Slug) != nil {
			hits = append(hits, r.hit(st))
		}
	}
	return hits, nil
}

func (s *Service) searchRows(ctx context.Context, person uuid.UUID, query string, lang i18n.Lang) ([]hitRow, error) {
	args := struct {
		Person      uuid.UUID
		Lang, Query string
		Begin, End  string
		Limit       int
	}{person, string(lang), Fold(query), markBegin, markEnd, hitsShown}
	var list []hitRow
	if err := s.db.NewRaw(searchSQL, args).Scan(ctx, &list); err != nil {
		return nil, fmt.Errorf("course: search: %w", db.Translate(err))
	}
	return list, nil
}

// searchLang: Arabic letters search Arabic; a reader of Arabic who types Latin letters searches French.
func searchLang(query string, reader i18n.Lang) i18n.Lang {
	switch {
	case isArabic(query):
		return i18n.AR
	case reader == i18n.AR:
		return i18n.FR
	}
	return reader
}

func limitRunes(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// hit marks the words of the text whose folded words were found.
func (r hitRow) hit(st *Standing) Hit {
	heading, body := strings.Fields(r.Heading), strings.Fields(r.Body)
	marked := strings.Fields(r.Marked)
	found := make([]bool, len(heading)+len(body))
	first := -1
	for i := range min(len(found), len(marked)) {
		found[i] = strings.Contains(marked[i], markBegin)
		if found[i] && i >= len(heading) && first < 0 {
			first = i - len(heading)
		}
	}
	from := max(0, min(first, len(body))-wordsBefore)
	to := min(len(body), from+snippetWords)
	h := Hit{Standing: st, Lesson: st.Lesson(r.Slug), Lang: r.Lang, Place: r.Place,
		Heading: pieces(heading, found[:len(heading)]), Snippet: pieces(body[from:to], found[len(heading)+from:])}
	if from > 0 {
		h.Snippet = append([]Piece{{Text: "… "}}, h.Snippet...)
	}
	if to < len(body) {
		h.Snippet = append(h.Snippet, Piece{Text: " …"})
	}
	return h
}

// pieces joins words into runs that were found or not; blanks between two runs belong to what was not.
func pieces(words []string, found []bool) []Piece {
	var list []Piece
	for i, w := range words {
		n := len(list)
		switch {
		case n > 0 && list[n-1].Hit == found[i]:
			list[n-1].Text += " " + w
		case n > 0 && found[i]:
			list[n-1].Text += " "
			list = append(list, Piece{Text: w, Hit: true})
		case n > 0:
			list = append(list, Piece{Text: " " + w})
		default:
			list = append(list, Piece{Text: w, Hit: found[i]})
		}
	}
	return list
}
