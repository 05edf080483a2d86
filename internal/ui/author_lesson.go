package ui

import (
	"net/http"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/course"
	"shelter/internal/course/author"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	webauthor "shelter/web/author"
	webcourse "shelter/web/course"
)

// AuthorLesson opens the editor of a lesson: ?langs=fr,ar for two languages beside each other.
func (u *UI) AuthorLesson(x *Ctx) error {
	return u.editor(x, http.StatusOK, x.Query("langs"), nil)
}

// editor shows a lesson; typed, when there is one, stands in place of what is saved.
func (u *UI) editor(x *Ctx, status int, langs string, typed *webauthor.Side) error {
	w, err := u.draft(x)
	if err != nil {
		return err
	}
	l := w.Parsed.Lesson(x.Param("slug"))
	if l == nil || !w.Underway() && w.State != author.Trial {
		return errs.NewNotFound("lesson " + x.Param("slug"))
	}
	p := webauthor.LessonPage{Work: w, Lesson: l, Owner: x.Actor.PersonID.String()}
	for _, lang := range sides(w, langs) {
		s := side(w, l.Slug, lang)
		if typed != nil && typed.Lang == lang {
			s.Fields, s.Theirs, s.By, s.Wrong = typed.Fields, typed.Theirs, typed.By, typed.Wrong
		}
		p.Sides = append(p.Sides, s)
	}
	first := p.Sides[0]
	shown, err := w.Preview(l.Slug, first.Lang, &first.Fields)
	if err != nil {
		return err
	}
	title := first.Fields.Title
	if title == "" {
		title = l.Slug
	}
	p.Page = x.authorPage(title, draftCrumb(x, w))
	p.Scripts, p.Path = []string{"author"}, webauthor.Root+"/drafts/"+w.ID.String()+"/lessons/"+l.Slug+"?langs="+webauthor.Langs(sides(w, langs))
	p.Preview = x.preview(w.ID, shown)
	return x.Render(status, webauthor.Lesson(p))
}

// sides are the languages to show: those asked for, or French and the course's next language.
func sides(w *author.Work, asked string) []i18n.Lang {
	if list := webauthor.ParseLangs(asked); len(list) > 0 {
		return list
	}
	list := []i18n.Lang{i18n.FR}
	for _, l := range w.Parsed.Languages {
		if l != i18n.FR && len(list) < 2 {
			list = append(list, l)
		}
	}
	return list
}

func side(w *author.Work, slug string, l i18n.Lang) webauthor.Side {
	name := author.LessonPath(w.Course, slug, l)
	f := w.File(name)
	s := webauthor.Side{Lang: l, Base: f.Revision, Problems: w.Of(name), EditedBy: f.EditedBy, EditedAt: f.EditedAt}
	s.Fields, s.Head = w.Text(slug, l)
	if own := w.Parsed.Lesson(slug); own != nil && own.Texts[l] != nil {
		s.Measured, s.Planned = own.Texts[l].Measured(l), own.Minutes
	}
	return s
}

// preview is a draft's lesson as a trainee would have it; in the language of the text where the house has it.
func (x *Ctx) preview(id uuid.UUID, p *author.Preview) webcourse.LessonPage {
	page := webcourse.LessonPage{View: p.View, Draft: webauthor.Root + "/drafts/" + id.String()}
	page.Loc = x.Loc
	return page
}

// textForm is a lesson in one language as it is typed.
type textForm struct {
	Base       int    `form:"base" json:"base" binding:"min=0"`
	Langs      string `form:"langs" json:"-"`
	Raw        ticked `form:"raw" json:"raw"`
	Title      string `form:"title" json:"title" binding:"max=300"`
	Objectives string `form:"objectives" json:"objectives" binding:"max=4000"`
	Sources    string `form:"sources" json:"sources" binding:"max=8000"`
	Text       string `form:"text" json:"text" binding:"max=400000"`
}

func (f textForm) fields() author.Fields {
	return author.Fields{Title: strings.Join(strings.Fields(f.Title), " "), Objectives: typedLines(f.Objectives), Sources: typedLines(f.Sources), Text: f.Text, Raw: bool(f.Raw)}
}

// typedLines are the lines that say something.
func typedLines(s string) []string {
	var list []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// textOf reads what was typed, from a form or a script.
func (x *Ctx) textOf() (f textForm, lang i18n.Lang, fields []errs.Field, err error) {
	lang, ok := i18n.Parse(x.Param("lang"))
	if !ok {
		return f, "", nil, errs.NewNotFound("language " + x.Param("lang"))
	}
	read := x.Bind
	if x.WantsJSON() {
		read = x.BindJSON
	}
	fields, err = read(&f)
	return f, lang, fields, err
}

// AuthorSave writes a lesson in a language. A script gets the new revision, or with a conflict what stands there now.
func (u *UI) AuthorSave(x *Ctx) error {
	if err := u.Author.May(x.Actor); err != nil {
		return err
	}
	id, err := x.ID("draft")
	if err != nil {
		return err
	}
	f, lang, fields, err := x.textOf()
	if err != nil {
		return err
	}
	if err := errs.InvalidFields(fields); err != nil {
		return u.unsaved(x, lang, f, author.Saved{}, err)
	}
	done, err := u.Author.SaveLesson(x.Request.Context(), x.Actor, id, x.Param("slug"), lang, f.Base, f.fields())
	switch {
	case err != nil:
		return u.unsaved(x, lang, f, done, err)
	case x.WantsJSON():
		x.JSON(http.StatusOK, map[string]any{"revision": done.Revision, "said": x.Loc.T("author_said_saved_at", "time", x.Loc.Time(u.Now()))})
		return nil
	}
	return x.SeeOther(webauthor.Root + "/drafts/" + id.String() + "/lessons/" + x.Param("slug") + "?langs=" + webauthor.Langs(webauthor.ParseLangs(f.Langs)))
}

// theirsBody is what a script gets with a conflict.
type theirsBody struct {
	Revision   int    `json:"revision"`
	By         string `json:"by"`
	Title      string `json:"title"`
	Objectives string `json:"objectives"`
	Sources    string `json:"sources"`
	Text       string `json:"text"`
	Raw        bool   `json:"raw"`
}

// unsaved shows what was typed again, and says why it was not written.
func (u *UI) unsaved(x *Ctx, lang i18n.Lang, f textForm, done author.Saved, err error) error {
	e := errs.As(err)
	switch {
	case done.Theirs != nil && x.WantsJSON():
		t := done.Theirs
		x.JSON(http.StatusConflict, theirsBody{Revision: done.Revision, By: done.By, Title: t.Title, Objectives: strings.Join(t.Objectives, "\n"), Sources: strings.Join(t.Sources, "\n"), Text: t.Text, Raw: t.Raw})
		return nil
	case x.WantsJSON() || e.Kind != errs.Invalid && done.Theirs == nil:
		return err
	}
	why := x.Message(e)
	if len(e.Fields) > 0 {
		why = x.Loc.Map(e.Fields[0].Key, e.Fields[0].Args)
	}
	return u.editor(x, statusOf(e.Kind), f.Langs, &webauthor.Side{Lang: lang, Fields: f.fields(), Theirs: done.Theirs, By: done.By, Wrong: why})
}

// AuthorPreview renders what is typed as a trainee would have it, with what the check finds in it.
func (u *UI) AuthorPreview(x *Ctx) error {
	if err := u.Author.May(x.Actor); err != nil {
		return err
	}
	id, err := x.ID("draft")
	if err != nil {
		return err
	}
	f, lang, fields, err := x.textOf()
	if err == nil {
		err = errs.InvalidFields(fields)
	}
	if err != nil {
		return err
	}
	shown, err := u.Author.Preview(x.Request.Context(), x.Actor, id, x.Param("slug"), lang, f.fields())
	if err != nil {
		return err
	}
	s := webauthor.Side{Lang: lang, Head: shown.Head}
	if shown.View != nil {
		s.Measured, s.Planned = shown.View.Text.Measured(lang), shown.View.Lesson.Minutes
	}
	for _, p := range shown.Problems {
		if strings.HasSuffix(p.File, "."+string(lang)+".md") {
			s.Problems = append(s.Problems, p)
		}
	}
	return x.Render(http.StatusOK, webauthor.PreviewPart(x.Loc, s, x.preview(id, shown)))
}

// AuthorIllustrate keeps a file and gives the directive that shows it. Without a script the directive comes to the end of the text.
func (u *UI) AuthorIllustrate(x *Ctx) error {
	if err := u.Author.May(x.Actor); err != nil {
		return err
	}
	id, err := x.ID("draft")
	if err != nil {
		return err
	}
	lang, ok := i18n.Parse(x.Param("lang"))
	if !ok {
		return errs.NewNotFound("language " + x.Param("lang"))
	}
	in, err := x.shown()
	if err != nil {
		return err
	}
	d, err := u.Author.Directive(x.Request.Context(), x.Actor, id, in)
	if err != nil {
		return err
	}
	if x.WantsJSON() {
		x.JSON(http.StatusOK, map[string]string{"directive": d})
		return nil
	}
	if err := u.Author.Append(x.Request.Context(), x.Actor, id, x.Param("slug"), lang, d); err != nil {
		return err
	}
	return x.SeeOther(webauthor.Root + "/drafts/" + id.String() + "/lessons/" + x.Param("slug") + "?langs=" + string(lang))
}

func (x *Ctx) shown() (author.Show, error) {
	file, err := x.fileOf("file", course.MaxFile, "author_error_file_large")
	if err != nil {
		return author.Show{}, err
	}
	captions, err := x.fileOf("captions", course.MaxFile, "author_error_file_large")
	return author.Show{Kind: x.PostForm("kind"), File: file, There: x.PostForm("there"), Captions: captions, CaptionsThere: x.PostForm("captions_there"), Words: x.PostForm("words")}, err
}
