package ui

import (
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"shelter/internal/course"
	"shelter/internal/course/author"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	webauthor "shelter/web/author"
	"shelter/web/kit"
	"shelter/web/layout"
)

// AuthorDraft shows a draft: lessons, problems, and what comes next.
func (u *UI) AuthorDraft(x *Ctx) error { return u.draftPage(x, http.StatusOK, nil) }

func (u *UI) draftPage(x *Ctx, status int, wrong []errs.Field) error {
	w, err := u.draft(x)
	if err != nil {
		return err
	}
	p := webauthor.DraftPage{Page: x.authorPage(draftTitle(x, w)), Work: w, Form: x.Form(wrong), Title: x.PostForm("title")}
	at := webauthor.Root + "/drafts/" + w.ID.String()
	p.Path = at
	if w.Underway() || w.State == author.Trial {
		p.Actions = append(p.Actions, kit.Action{Label: x.Loc.T("author_zip"), Icon: "download", Href: at + "/zip"})
	}
	if w.Underway() && w.Base > 0 {
		p.Actions = append(p.Actions, kit.Action{Label: x.Loc.T("author_compare_base"), Icon: "git-compare", Href: at + "/compare"})
	}
	if w.Underway() {
		p.Actions = append(p.Actions, kit.Action{Label: x.Loc.T("author_questions"), Icon: "list-checks", Href: at + "/questions"}, kit.Action{Label: x.Loc.T("author_terms"), Icon: "book-open", Href: at + "/terms"})
	}
	if w.State == author.Open {
		p.Actions = append(p.Actions, kit.Action{Label: x.Loc.T("author_forms"), Icon: "list-checks", Href: at + "/forms"}, kit.Action{Label: x.Loc.T("author_head"), Icon: "settings-2", Href: at + "/head"})
	}
	return x.Render(status, webauthor.Draft(p))
}

// draft reads the draft of the address.
func (u *UI) draft(x *Ctx) (*author.Work, error) {
	id, err := x.ID("draft")
	if err != nil {
		return nil, err
	}
	return u.Author.Look(x.Request.Context(), x.Actor, id)
}

func draftTitle(x *Ctx, w *author.Work) string {
	if t := w.Parsed.Title.In(x.Loc.Lang()); t != "" {
		return t
	}
	return w.Course
}

func draftCrumb(x *Ctx, w *author.Work) layout.Crumb {
	return layout.Crumb{Label: draftTitle(x, w), Href: webauthor.Root + "/drafts/" + w.ID.String()}
}

// turn does something with a draft and shows it again, at a place of its page.
func (u *UI) turn(x *Ctx, place string, do func(id uuid.UUID) error) error {
	id, err := x.ID("draft")
	if err != nil {
		return err
	}
	if err := do(id); err != nil {
		return err
	}
	return x.SeeOther(webauthor.Root + "/drafts/" + id.String() + place)
}

// AuthorAccept makes a draft of what was brought in.
func (u *UI) AuthorAccept(x *Ctx) error {
	return u.turn(x, "", func(id uuid.UUID) error { return u.Author.Accept(x.Request.Context(), x.Actor, id) })
}

// AuthorSend hands a draft to the others for review.
func (u *UI) AuthorSend(x *Ctx) error {
	return u.turn(x, "", func(id uuid.UUID) error { return u.Author.Send(x.Request.Context(), x.Actor, id) })
}

type noteForm struct {
	Note string `form:"note" binding:"max=2000"`
}

// AuthorReturn gives a draft back to its writers.
func (u *UI) AuthorReturn(x *Ctx) error {
	var f noteForm
	if fields, err := x.Bind(&f); err != nil || len(fields) > 0 {
		if err == nil {
			return u.draftPage(x, http.StatusUnprocessableEntity, fields)
		}
		return err
	}
	return u.turn(x, "", func(id uuid.UUID) error { return u.Author.Return(x.Request.Context(), x.Actor, id, f.Note) })
}

// AuthorPublish makes a version of a draft.
func (u *UI) AuthorPublish(x *Ctx) error {
	return u.turn(x, "", func(id uuid.UUID) error {
		_, err := u.Author.Publish(x.Request.Context(), x.Actor, id)
		if err == nil {
			x.Flash("done_author_published")
		}
		return err
	})
}

// AuthorDrop ends a draft without a version.
func (u *UI) AuthorDrop(x *Ctx) error {
	return u.turn(x, "", func(id uuid.UUID) error { return u.Author.Drop(x.Request.Context(), x.Actor, id) })
}

// AuthorDraftZip hands a draft out as a zip.
func (u *UI) AuthorDraftZip(x *Ctx) error {
	id, err := x.ID("draft")
	if err != nil {
		return err
	}
	d, files, err := u.Author.Bodies(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return errs.NewNotFound("files of draft " + id.String())
	}
	return x.sendZip(d.Course+"-draft.zip", files)
}

// AuthorDraftCompare shows what a draft changes.
func (u *UI) AuthorDraftCompare(x *Ctx) error {
	w, err := u.draft(x)
	if err != nil {
		return err
	}
	_, before, err := u.Course.VersionFiles(x.Request.Context(), x.Actor, w.Course, w.Base)
	if err != nil {
		return err
	}
	_, after, err := u.Author.Bodies(x.Request.Context(), x.Actor, w.ID)
	if err != nil {
		return err
	}
	p := webauthor.ComparePage{Page: x.authorPage(x.Loc.T("author_compare_draft", "number", strconv.Itoa(w.Base)), draftCrumb(x, w)), Changes: author.Compare(before, after)}
	return x.Render(http.StatusOK, webauthor.Compare(p))
}

type lessonForm struct {
	Title string `form:"title" binding:"required,max=200"`
}

// AuthorAddLesson adds a lesson at the end and opens it.
func (u *UI) AuthorAddLesson(x *Ctx) error {
	id, err := x.ID("draft")
	if err != nil {
		return err
	}
	var f lessonForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	if len(fields) > 0 {
		return u.draftPage(x, http.StatusUnprocessableEntity, fields)
	}
	slug, err := u.Author.AddLesson(x.Request.Context(), x.Actor, id, f.Title)
	if e := errs.As(err); err != nil && e.Kind == errs.Invalid {
		return u.draftPage(x, http.StatusUnprocessableEntity, []errs.Field{{Name: "title", Key: e.Key, Args: e.Args}})
	}
	if err != nil {
		return err
	}
	return x.SeeOther(webauthor.Root + "/drafts/" + id.String() + "/lessons/" + slug)
}

// AuthorMoveLesson moves a lesson by one place.
func (u *UI) AuthorMoveLesson(x *Ctx) error {
	slug := x.Param("slug")
	return u.turn(x, "#l-"+slug, func(id uuid.UUID) error {
		return u.Author.MoveLesson(x.Request.Context(), x.Actor, id, slug, x.PostForm("to") == "down")
	})
}

// AuthorRemoveLesson takes a lesson out of the draft.
func (u *UI) AuthorRemoveLesson(x *Ctx) error {
	return u.turn(x, "#lessons", func(id uuid.UUID) error {
		return u.Author.RemoveLesson(x.Request.Context(), x.Actor, id, x.Param("slug"))
	})
}

// AuthorPlanLesson sets a lesson's objectives and minutes.
func (u *UI) AuthorPlanLesson(x *Ctx) error {
	trimForm(x)
	minutes, _ := strconv.Atoi(x.PostForm("minutes"))
	return u.turn(x, "#l-"+x.Param("slug"), func(id uuid.UUID) error {
		return u.Author.PlanLesson(x.Request.Context(), x.Actor, id, x.Param("slug"), x.PostFormArray("objectives"), minutes)
	})
}

// AuthorMedia sends a file of a draft.
func (u *UI) AuthorMedia(x *Ctx) error {
	id, err := x.ID("draft")
	if err != nil {
		return err
	}
	f, err := u.Author.Media(x.Request.Context(), x.Actor, id, x.Param("path"))
	if err != nil {
		return err
	}
	x.Header("Cache-Control", "no-store")
	x.Data(http.StatusOK, f.Type, f.Body)
	return nil
}

// AuthorRemoveMedia takes a file out of a draft.
func (u *UI) AuthorRemoveMedia(x *Ctx) error {
	return u.turn(x, "#media", func(id uuid.UUID) error {
		return u.Author.RemoveMedia(x.Request.Context(), x.Actor, id, x.PostForm("file"))
	})
}

// AuthorHead shows the form of what stands above the lessons.
func (u *UI) AuthorHead(x *Ctx) error {
	w, err := u.draft(x)
	if err != nil {
		return err
	}
	if w.State != author.Open {
		return errs.NewConflict("author_state_" + string(w.State))
	}
	return u.headPage(x, http.StatusOK, webauthor.HeadPage{Work: w, Base: w.Head().Revision, Head: author.HeadOf(w.Parsed), Form: x.Form(nil)})
}

func (u *UI) headPage(x *Ctx, status int, p webauthor.HeadPage) error {
	p.Page = x.authorPage(x.Loc.T("author_head"), draftCrumb(x, p.Work))
	p.Width, p.Path = layout.Reading, webauthor.Root+"/drafts/"+p.Work.ID.String()+"/head"
	all, err := u.Course.Newest(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	for _, c := range all {
		if c.Code != p.Work.Course {
			p.Others = append(p.Others, c.Code)
		}
	}
	return x.Render(status, webauthor.Head(p))
}

// AuthorSaveHead writes it. When somebody else changed it meanwhile, what was typed is shown again with what the other changed.
func (u *UI) AuthorSaveHead(x *Ctx) error {
	w, err := u.draft(x)
	if err != nil {
		return err
	}
	h, fields := x.head()
	base, _ := strconv.Atoi(x.PostForm("base"))
	p := webauthor.HeadPage{Work: w, Base: base, Head: h, Form: x.Form(fields)}
	if len(fields) > 0 {
		return u.headPage(x, http.StatusUnprocessableEntity, p)
	}
	err = u.Author.SaveHead(x.Request.Context(), x.Actor, w.ID, base, h)
	if e := errs.As(err); err != nil && e.Kind == errs.Conflict && w.State == author.Open {
		p.Base, p.Theirs = w.Head().Revision, w.Beside(h)
		return u.headPage(x, http.StatusConflict, p)
	}
	if err != nil {
		return err
	}
	return x.SeeOther(webauthor.Root + "/drafts/" + w.ID.String())
}

// maxLines bounds the lists of the form.
const maxLines = 60

// head reads the form. Lines without a code are left out.
func (x *Ctx) head() (h author.Head, wrong []errs.Field) {
	trimForm(x)
	h = author.Head{Languages: x.languages(), Title: x.texts("title"), Summary: x.texts("summary"), Prerequisites: x.PostFormArray("prerequisites")}
	for i := range maxLines {
		n := strconv.Itoa(i)
		if code := x.PostForm("objective_" + n); code != "" {
			h.Objectives = append(h.Objectives, course.Objective{Code: code, Text: x.texts("objective_" + n)})
		} else if len(x.texts("objective_"+n)) > 0 {
			wrong = append(wrong, errs.Field{Name: "objective_" + n, Key: "error_required"})
			h.Objectives = append(h.Objectives, course.Objective{Text: x.texts("objective_" + n)})
		}
		if code := x.PostForm("competency_" + n); code != "" {
			months, err := strconv.Atoi(x.PostForm("months_" + n))
			if err != nil || months < 1 {
				wrong = append(wrong, errs.Field{Name: "months_" + n, Key: "error_number"})
			}
			h.Competencies = append(h.Competencies, course.Competency{Code: code, ValidMonths: months, Title: x.texts("competency_" + n)})
		}
	}
	share, err := strconv.Atoi(x.PostForm("checks"))
	if err != nil || share < 1 || share > 100 {
		wrong = append(wrong, errs.Field{Name: "checks", Key: "error_number"})
	}
	h.ChecksMin = float64(share) / 100
	if h.Title[i18n.FR] == "" {
		wrong = append(wrong, errs.Field{Name: "title_fr", Key: "error_required"})
	}
	return h, append(wrong, h.Check()...)
}
