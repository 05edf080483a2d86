package course

import (
	"path"
	"slices"
	"strings"

	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// The reading time of a lesson. French at 180 words a minute is a careful adult reader on a screen; Arabic writes articles,
// prepositions and pronouns together with their word, so that the same text has fewer words and takes as long.
const (
	wordsFR       = 180 // words a minute; English too
	wordsAR       = 150
	checkSeconds  = 40 // per check question
	minutesLeast  = 8
	minutesMost   = 20
	paragraphsOff = 0.20 // greatest relative difference of two languages' paragraph counts
)

func (t *LessonText) seconds(l i18n.Lang) int {
	speed := wordsFR
	if l == i18n.AR {
		speed = wordsAR
	}
	return t.measures.words*60/speed + checkSeconds*len(t.Checks())
}

// MinutesOff is how far the measured time of a lesson may be from the planned one before its authors are told.
const MinutesOff = 3

// Measured is the time that the text and its check take in a language, in minutes.
func (t *LessonText) Measured(l i18n.Lang) int { return (t.seconds(l) + 30) / 60 }

func (k *checker) lesson(l *Lesson) {
	at := k.at(l.Slug)
	if len(l.Objectives) == 0 {
		k.add(k.file(), at, "course_check_lesson_objective", errs.Args{"lesson": l.Slug})
	}
	for _, o := range l.Objectives {
		k.objective(k.file(), at, o)
	}
	for _, lang := range i18n.Langs() {
		if t := l.Texts[lang]; t != nil {
			k.lessonText(l, t, lang)
		}
	}
	k.sides(l)
}

// lessonText checks one language of a lesson.
func (k *checker) lessonText(l *Lesson, t *LessonText, lang i18n.Lang) {
	if t.Title == "" || len(t.Objectives) == 0 || len(t.Sources) == 0 || t.Minutes == 0 {
		k.add(t.file, 1, "course_check_front", nil)
	}
	for _, s := range append([]string{t.Title}, t.Objectives...) {
		if !inScript(s, lang) {
			k.add(t.file, 1, "course_check_text_language", errs.Args{"what": s, "lang": string(lang)})
		}
	}
	if t.Minutes != l.Minutes {
		k.add(t.file, 1, "course_check_minutes_differ", errs.Args{"minutes": t.Minutes, "planned": l.Minutes})
	}
	if s := t.seconds(lang); s < minutesLeast*60 || s > minutesMost*60 {
		k.add(t.file, 1, "course_check_minutes", errs.Args{"minutes": (s + 30) / 60, "least": minutesLeast, "most": minutesMost})
	}
	if len(t.Checks()) == 0 {
		k.add(t.file, 1, "course_check_check_none", nil)
	}
	for _, b := range t.Blocks {
		k.block(t, b)
	}
	for _, to := range t.measures.links {
		k.link(t.file, to)
	}
}

func (k *checker) block(t *LessonText, b Block) {
	for _, code := range b.Items {
		if k.course.Question(code) == nil {
			k.add(t.file, b.line, "course_check_question", errs.Args{"code": code})
		}
	}
	for _, name := range []string{b.File, b.Captions} {
		if name != "" {
			k.media(t.file, b.line, name)
		}
	}
}

// media tells a file that is not in the course's media folder or of a kind that the site does not serve.
func (k *checker) media(file string, line int, name string) {
	_, there := k.course.Files[path.Join(k.course.Code, name)]
	if !there || !strings.HasPrefix(name, mediaFolder) || mediaTypes[path.Ext(name)] == "" {
		k.add(file, line, "course_check_media", errs.Args{"file": name})
	}
}

// link follows a link: to a lesson by its slug, to a file of media, to a place of the page, or to a secure address.
func (k *checker) link(file string, to link) {
	switch {
	case strings.HasPrefix(to.to, "https://"), strings.HasPrefix(to.to, "#"), k.course.Lesson(to.to) != nil:
	case strings.HasPrefix(to.to, mediaFolder):
		k.media(file, to.line, to.to)
	default:
		k.add(file, to.line, "course_check_link", errs.Args{"link": to.to})
	}
}

// sides compares the languages of a lesson with the French text.
func (k *checker) sides(l *Lesson) {
	fr := l.Texts[i18n.FR]
	if fr == nil {
		return
	}
	for lang, t := range l.Texts {
		if lang == i18n.FR {
			continue
		}
		a, b := fr.measures.paragraphs, t.measures.paragraphs
		if float64(max(a, b)-min(a, b)) > paragraphsOff*float64(max(a, b)) {
			k.add(t.file, 1, "course_check_paragraphs", errs.Args{"count": b, "french": a})
		}
		if !slices.Equal(fr.Checks(), t.Checks()) {
			k.add(t.file, 1, "course_check_checks_differ", nil)
		}
		if len(fr.Objectives) != len(t.Objectives) {
			k.add(t.file, 1, "course_check_objectives_differ", nil)
		}
		k.differ(t.file, 1, "title", fr.Title, t.Title)
	}
}
