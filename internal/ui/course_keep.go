package ui

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"shelter/internal/course"
	"shelter/internal/errs"
	"shelter/web"
	webcourse "shelter/web/course"
)

// CourseWorker is the service worker of the courses. The header lets it serve the list of courses too, which stands above its
// folder.
func (u *UI) CourseWorker(x *Ctx) error {
	x.Header("Cache-Control", "no-cache")
	x.Header("Service-Worker-Allowed", "/courses")
	x.Data(http.StatusOK, "text/javascript; charset=utf-8", []byte("importScripts("+strconv.Quote(web.URL("sw-course.js"))+");\n"))
	return nil
}

// keepAssets are the built files that the pages of courses are made of, by logical name.
var keepAssets = [...]string{"app.css", "icons.svg", "mark.svg", "plex-base-400.woff2", "plex-base-600.woff2", "plex-arabic-400.woff2",
	"plex-arabic-600.woff2", "core.js", "lesson.js"}

type keepFile struct {
	Path  string `json:"path"`
	Bytes int    `json:"bytes"`
}

// keepList is all that a device keeps of a course, for one reader in one language.
type keepList struct {
	Course  string     `json:"course"`
	Version string     `json:"version"` // another one means that what is kept is no longer what is shown
	Owner   string     `json:"owner"`   // whose pages they are: the name of the outbox
	Bytes   int        `json:"bytes"`   // before compression, as a device counts it
	Pages   []keepFile `json:"pages"`
	Files   []keepFile `json:"files"`
}

// keepVersion names what a device that keeps the course now would have: the version of the course that the reader is on, the
// language, and the build of the site.
func keepVersion(x *Ctx, st *course.Standing) string {
	return st.VersionID.String() + "-" + string(x.Loc.Lang()) + "-" + web.Build()
}

// CourseKeep lists what a device keeps so that the course can be read without network, with sizes.
func (u *UI) CourseKeep(x *Ctx) error {
	p, err := u.showPage(x, x.Param("code"))
	if err != nil {
		return err
	}
	st := p.Standing
	if len(st.Waits) > 0 {
		return errs.NewConflict(course.WaitsKey)
	}
	list := keepList{Course: st.Code, Version: keepVersion(x, st), Owner: courseQueue(x)}
	courses, err := u.listPage(x)
	if err != nil {
		return err
	}
	pages := map[string]templ.Component{"/courses": webcourse.List(courses), "/courses/" + st.Code: webcourse.Show(p)}
	for _, l := range st.Lessons {
		lesson, err := u.lessonFor(x, st.Code, l.Slug)
		if err != nil {
			return err
		}
		pages[lesson.Path] = webcourse.Lesson(lesson)
	}
	for _, path := range slices.Sorted(maps.Keys(pages)) {
		var n counter
		if err := pages[path].Render(x.Request.Context(), &n); err != nil {
			return fmt.Errorf("render %s: %w", path, err)
		}
		list.Pages = append(list.Pages, keepFile{Path: path, Bytes: int(n)})
	}
	list.Files = keepFiles(st)
	for _, f := range slices.Concat(list.Pages, list.Files) {
		list.Bytes += f.Bytes
	}
	x.JSON(http.StatusOK, list)
	return nil
}

func keepFiles(st *course.Standing) []keepFile {
	list := make([]keepFile, 0, len(keepAssets))
	for _, f := range web.Files(keepAssets[:]...) {
		list = append(list, keepFile{Path: f.Path, Bytes: f.Bytes})
	}
	media := st.MediaFiles()
	for _, name := range slices.Sorted(maps.Keys(media)) {
		list = append(list, keepFile{Path: "/courses/" + st.Code + "/" + name, Bytes: media[name]})
	}
	return list
}

// counter counts what is written.
type counter int

func (n *counter) Write(p []byte) (int, error) {
	*n += counter(len(p))
	return len(p), nil
}
