package ui

import (
	"errors"
	"io"
	"net/http"
	"slices"
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

// authorPage begins a page of those who write courses.
func (x *Ctx) authorPage(title string, crumbs ...layout.Crumb) layout.Page {
	p := x.Page(title)
	p.Crumbs = append([]layout.Crumb{{Label: x.Loc.T("nav_courses"), Href: "/courses"}, {Label: x.Loc.T("author_title"), Href: webauthor.Root}}, crumbs...)
	return p
}

// AuthorList shows every course with its versions and its draft.
func (u *UI) AuthorList(x *Ctx) error {
	list, err := u.Author.List(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	p := webauthor.ListPage{Page: x.authorPage(x.Loc.T("author_title")), Courses: list}
	p.Crumbs, p.Lead = p.Crumbs[:1], x.Loc.T("author_lead")
	p.Actions = []kit.Action{{Label: x.Loc.T("author_new"), Icon: "plus", Href: webauthor.Root + "/new"}, {Label: x.Loc.T("author_import"), Icon: "file-up", Href: webauthor.Root + "/import"}}
	return x.Render(http.StatusOK, webauthor.List(p))
}

// AuthorCourse shows the versions of a course.
func (u *UI) AuthorCourse(x *Ctx) error {
	list, err := u.Author.List(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	versions, err := u.Course.Versions(x.Request.Context(), x.Actor, x.Param("code"))
	if err != nil {
		return err
	}
	if len(versions) == 0 {
		return errs.NewNotFound("course " + x.Param("code"))
	}
	p := webauthor.CoursePage{Versions: versions}
	for _, l := range list {
		if l.Code == x.Param("code") {
			p.Page, p.Draft = x.authorPage(l.Title.In(x.Loc.Lang())), l.Draft
		}
	}
	return x.Render(http.StatusOK, webauthor.Course(p))
}

// AuthorZip hands a version out as a zip in the format of courses/.
func (u *UI) AuthorZip(x *Ctx) error {
	number, _ := strconv.Atoi(x.Param("number"))
	v, files, err := u.Course.VersionFiles(x.Request.Context(), x.Actor, x.Param("code"), number)
	if err != nil {
		return err
	}
	return x.sendZip(v.Course+"-"+strconv.Itoa(v.Number)+".zip", files)
}

func (x *Ctx) sendZip(name string, files map[string][]byte) error {
	buf, err := author.Zip(files)
	if err != nil {
		return err
	}
	x.Header("Content-Disposition", `attachment; filename="`+name+`"`)
	x.Header("Cache-Control", "no-store")
	x.Data(http.StatusOK, "application/zip", buf)
	return nil
}

// AuthorCompare shows what differs between two versions.
func (u *UI) AuthorCompare(x *Ctx) error {
	from, to := x.versionsAsked()
	_, before, err := u.Course.VersionFiles(x.Request.Context(), x.Actor, x.Param("code"), from)
	if err != nil {
		return err
	}
	v, after, err := u.Course.VersionFiles(x.Request.Context(), x.Actor, x.Param("code"), to)
	if err != nil {
		return err
	}
	p := webauthor.ComparePage{Changes: author.Compare(before, after)}
	p.Page = x.authorPage(x.Loc.T("author_compare_title", "from", strconv.Itoa(from), "to", strconv.Itoa(to)), layout.Crumb{Label: v.Course, Href: webauthor.Root + "/courses/" + v.Course})
	return x.Render(http.StatusOK, webauthor.Compare(p))
}

// versionsAsked are the two versions of the address; the first one where none is named.
func (x *Ctx) versionsAsked() (from, to int) {
	from, _ = strconv.Atoi(x.Query("from"))
	to, _ = strconv.Atoi(x.Query("to"))
	return max(from, 1), max(to, 1)
}

// AuthorBegin makes a draft from a version.
func (u *UI) AuthorBegin(x *Ctx) error {
	number, _ := strconv.Atoi(x.PostForm("number"))
	key, _ := uuid.Parse(x.PostForm("key"))
	id, err := u.Author.Begin(x.Request.Context(), x.Actor, key, x.Param("code"), number)
	if err != nil {
		return err
	}
	return x.SeeOther(webauthor.Root + "/drafts/" + id.String())
}

// AuthorNew asks what a new course begins with.
func (u *UI) AuthorNew(x *Ctx) error { return u.authorNew(x, http.StatusOK, nil) }

func (u *UI) authorNew(x *Ctx, status int, wrong []errs.Field) error {
	if err := u.Author.May(x.Actor); err != nil {
		return err
	}
	p := webauthor.NewPage{Page: x.authorPage(x.Loc.T("author_new")), Form: x.Form(wrong), Key: x.PostForm("key"), Value: x.PostForm}
	p.Lead, p.Width, p.Path = x.Loc.T("author_new_lead"), layout.Reading, webauthor.Root+"/new"
	p.On = func(lang string) bool {
		return x.Request.Method == http.MethodGet && lang != string(i18n.EN) || slices.Contains(x.PostFormArray("languages"), lang)
	}
	return x.Render(status, webauthor.New(p))
}

// AuthorCreate makes the draft of a new course.
func (u *UI) AuthorCreate(x *Ctx) error {
	if err := u.Author.May(x.Actor); err != nil {
		return err
	}
	trimForm(x)
	n := author.Plan{Code: x.PostForm("code"), Title: x.texts("title"), Languages: x.languages()}
	key, _ := uuid.Parse(x.PostForm("key"))
	id, err := u.Author.Create(x.Request.Context(), x.Actor, key, n)
	if e := errs.As(err); err != nil && e.Kind == errs.Invalid && len(e.Fields) > 0 {
		return u.authorNew(x, http.StatusUnprocessableEntity, e.Fields)
	}
	if err != nil {
		return err
	}
	return x.SeeOther(webauthor.Root + "/drafts/" + id.String())
}

// texts reads a text in each language.
func (x *Ctx) texts(name string) course.Text {
	t := course.Text{}
	for _, l := range i18n.Langs() {
		if s := x.PostForm(name + "_" + string(l)); s != "" {
			t[l] = s
		}
	}
	return t
}

// languages reads the complete languages; French is always one.
func (x *Ctx) languages() []i18n.Lang {
	list := []i18n.Lang{i18n.FR}
	for _, l := range i18n.Langs() {
		if l != i18n.FR && slices.Contains(x.PostFormArray("languages"), string(l)) {
			list = append(list, l)
		}
	}
	return list
}

// AuthorImport asks for a zip.
func (u *UI) AuthorImport(x *Ctx) error { return u.authorImport(x, http.StatusOK, nil) }

func (u *UI) authorImport(x *Ctx, status int, wrong []errs.Field) error {
	if err := u.Author.May(x.Actor); err != nil {
		return err
	}
	p := webauthor.ImportPage{Page: x.authorPage(x.Loc.T("author_import")), Form: x.Form(wrong)}
	p.Lead, p.Width, p.Path = x.Loc.T("author_import_lead"), layout.Reading, webauthor.Root+"/import"
	return x.Render(status, webauthor.Import(p))
}

// AuthorUpload keeps the course of a zip on trial and leads to what the check says of it.
func (u *UI) AuthorUpload(x *Ctx) error {
	if err := u.Author.May(x.Actor); err != nil {
		return err // before the body is read
	}
	data, err := x.fileOf("file", author.MaxZip, "author_zip_large")
	var id uuid.UUID
	if err == nil {
		key, _ := uuid.Parse(x.PostForm("key"))
		id, err = u.Author.Import(x.Request.Context(), x.Actor, key, data.Data)
	}
	if e := errs.As(err); err != nil && e.Kind == errs.Invalid {
		return u.authorImport(x, http.StatusUnprocessableEntity, []errs.Field{{Name: "file", Key: e.Key, Args: e.Args}})
	}
	if err != nil {
		return err
	}
	return x.SeeOther(webauthor.Root + "/drafts/" + id.String())
}

// fileOf reads a file that was sent; an empty one when none was.
func (x *Ctx) fileOf(name string, most int64, large string) (author.Upload, error) {
	head, err := x.FormFile(name)
	var cut *http.MaxBytesError
	switch {
	case errors.As(err, &cut), err == nil && head.Size > most:
		return author.Upload{}, errs.NewInvalid(large).With("max", most>>20)
	case err != nil:
		return author.Upload{}, nil //nolint:nilerr // no file: the service says what is missing
	}
	f, err := head.Open()
	if err != nil {
		return author.Upload{}, errs.Wrap(err, "author: open the file sent")
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(f)
	return author.Upload{Name: head.Filename, Data: data}, errs.Wrap(err, "author: read the file sent")
}
