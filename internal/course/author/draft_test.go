package author_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/courses"
	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/course/author"
	"shelter/internal/db/dbtest"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// world is a house with the first course published, two trainers, a manager and a trainee.
type world struct {
	t                          *testing.T
	db                         *dbtest.DB
	courses                    *course.Service
	svc                        *author.Service
	one, two, manager, trainee access.Actor
	now                        time.Time
	banked                     int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), now: time.Date(2026, 12, 14, 8, 0, 0, 0, time.UTC)}
	w.one, w.two = w.person("Un", access.Trainer), w.person("Deux", access.Trainer)
	w.manager, w.trainee = w.person("Manager", access.Manager), w.person("Trainee", access.Trainee)
	clock := func() time.Time { return w.now }
	w.courses = course.New(w.db.App(), clock, func(*course.Question, course.Response) float64 { return 1 }, plainSealer{})
	w.svc = author.New(w.db.App(), clock, w.courses, func(context.Context, bun.Tx, access.Actor, *course.Course) error { w.banked++; return nil })
	c, _, err := course.Read(courses.FS, "detection")
	w.must(err)
	_, err = w.courses.Publish(t.Context(), w.manager, c)
	w.must(err)
	return w
}

type plainSealer struct{}

func (plainSealer) Seal(text []byte, _ string) []byte            { return text }
func (plainSealer) Open(sealed []byte, _ string) ([]byte, error) { return sealed, nil }

func (w *world) person(name string, role access.Role) access.Actor {
	id := uuid.New()
	w.db.Exec(`INSERT INTO org.person (id, code, family_name, name_key, created_at, updated_at) VALUES ($1, $2, $3, $3, now(), now())`, id, "P-"+id.String(), name)
	return access.Actor{PersonID: id, Grants: []access.Grant{{Role: role, Scope: access.Global}}}
}

func (w *world) count(sql string) int {
	w.t.Helper()
	n := 0
	w.must(w.db.Owner().NewRaw(sql).Scan(w.t.Context(), &n))
	return n
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refused(err error, kind errs.Kind, key string) {
	w.t.Helper()
	if e := errs.As(err); err == nil || e.Kind != kind || key != "" && e.Key != key {
		w.t.Errorf("got %v, want %s %s", err, kind, key)
	}
}

func (w *world) begin() uuid.UUID {
	w.t.Helper()
	id, err := w.svc.Begin(w.t.Context(), w.one, uuid.New(), "detection", 1)
	w.must(err)
	return id
}

func (w *world) look(id uuid.UUID, by access.Actor) *author.Work {
	w.t.Helper()
	work, err := w.svc.Look(w.t.Context(), by, id)
	w.must(err)
	return work
}

const (
	slug     = "01-comprendre"
	lessonFR = "detection/01-comprendre.fr.md"
)

// edit appends a sentence to the French text.
func (w *world) edit(id uuid.UUID, by access.Actor, sentence string) author.Saved {
	w.t.Helper()
	work := w.look(id, by)
	f, _ := work.Text(slug, i18n.FR)
	f.Text += "\n\n" + sentence
	s, err := w.svc.SaveLesson(w.t.Context(), by, id, slug, i18n.FR, work.File(lessonFR).Revision, f)
	w.must(err)
	return s
}

func TestOnlyAuthorsSeeDrafts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.begin()
	ctx := t.Context()
	for _, who := range []access.Actor{w.trainee, {}} {
		for name, try := range map[string]func() error{
			"begin":   func() error { _, err := w.svc.Begin(ctx, who, uuid.New(), "detection", 1); return err },
			"create":  func() error { _, err := w.svc.Create(ctx, who, uuid.New(), author.Plan{Code: "x1"}); return err },
			"import":  func() error { _, err := w.svc.Import(ctx, who, uuid.New(), nil); return err },
			"accept":  func() error { return w.svc.Accept(ctx, who, id) },
			"drop":    func() error { return w.svc.Drop(ctx, who, id) },
			"list":    func() error { _, err := w.svc.List(ctx, who); return err },
			"look":    func() error { _, err := w.svc.Look(ctx, who, id); return err },
			"bodies":  func() error { _, _, err := w.svc.Bodies(ctx, who, id); return err },
			"media":   func() error { _, err := w.svc.Media(ctx, who, id, "a.png"); return err },
			"save":    func() error { _, err := w.svc.SaveLesson(ctx, who, id, slug, i18n.FR, 1, author.Fields{}); return err },
			"head":    func() error { return w.svc.SaveHead(ctx, who, id, 1, author.Head{}) },
			"add":     func() error { _, err := w.svc.AddLesson(ctx, who, id, "a"); return err },
			"move":    func() error { return w.svc.MoveLesson(ctx, who, id, slug, true) },
			"remove":  func() error { return w.svc.RemoveLesson(ctx, who, id, slug) },
			"plan":    func() error { return w.svc.PlanLesson(ctx, who, id, slug, nil, 9) },
			"preview": func() error { _, err := w.svc.Preview(ctx, who, id, slug, i18n.FR, author.Fields{}); return err },
			"upload":  func() error { _, err := w.svc.AddMedia(ctx, who, id, author.Upload{}); return err },
			"unload":  func() error { return w.svc.RemoveMedia(ctx, who, id, "a.png") },
			"send":    func() error { return w.svc.Send(ctx, who, id) },
			"return":  func() error { return w.svc.Return(ctx, who, id, "") },
			"publish": func() error { _, err := w.svc.Publish(ctx, who, id); return err },
			"version": func() error { _, _, err := w.courses.VersionFiles(ctx, who, "detection", 1); return err },
		} {
			if e := errs.As(try()); e == nil || e.Kind != errs.Forbidden {
				t.Errorf("%s: %v", name, e)
			}
		}
	}
}

func TestTheSecondOfTwoWritersSeesAConflictAndNothingIsOverwritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.begin()
	both, _ := w.look(id, w.one).Text(slug, i18n.FR)
	first, second := both, both
	first.Text += "\n\nMot du premier."
	second.Text += "\n\nMot du second."
	s, err := w.svc.SaveLesson(t.Context(), w.one, id, slug, i18n.FR, 1, first)
	w.must(err)
	if s.Revision != 2 {
		t.Errorf("%+v", s)
	}
	s, err = w.svc.SaveLesson(t.Context(), w.two, id, slug, i18n.FR, 1, second)
	w.refused(err, errs.Conflict, "author_conflict")
	if s.Revision != 2 || s.By != "Un" || s.Theirs == nil || s.Theirs.Text != first.Text {
		t.Errorf("%+v", s)
	}
	now, _ := w.look(id, w.one).Text(slug, i18n.FR)
	if now.Text != first.Text {
		t.Error("the first writer's text was overwritten")
	}
	s, err = w.svc.SaveLesson(t.Context(), w.one, id, slug, i18n.FR, 1, first) // a repeat whose answer was lost
	if err != nil || s.Revision != 2 {
		t.Errorf("the same again: %+v %v", s, err)
	}
	s, err = w.svc.SaveLesson(t.Context(), w.two, id, slug, i18n.FR, 2, second) // knowing the other text
	if err != nil || s.Revision != 3 {
		t.Errorf("over what was seen: %+v %v", s, err)
	}
	_, err = w.svc.SaveLesson(t.Context(), w.two, id, "99-nulle-part", i18n.FR, 0, author.Fields{Text: "x"})
	w.refused(err, errs.NotFound, "")
}

func TestADraftIsReviewedByAnotherPersonAndPublished(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	id := w.begin()
	_, err := w.svc.Begin(ctx, w.two, uuid.New(), "detection", 1)
	w.refused(err, errs.Conflict, "author_error_underway")
	if again, err := w.svc.Begin(ctx, w.one, id, "detection", 1); err != nil || again != id {
		t.Errorf("a repeat: %v %v", again, err)
	}
	_, err = w.courses.Open(ctx, w.trainee, "detection", slug, i18n.FR)
	w.must(err)
	w.must(w.courses.Seen(ctx, w.trainee, "detection", slug, "s1", w.now))
	w.edit(id, w.one, "Une phrase nouvelle.")
	_, err = w.svc.Publish(ctx, w.two, id)
	w.refused(err, errs.Conflict, "author_state_open")
	w.must(w.svc.Send(ctx, w.one, id))
	_, err = w.svc.SaveLesson(ctx, w.one, id, slug, i18n.FR, 2, author.Fields{})
	w.refused(err, errs.Conflict, "author_state_review")
	_, err = w.svc.Publish(ctx, w.one, id)
	w.refused(err, errs.Invalid, "author_error_own")
	w.must(w.svc.Return(ctx, w.two, id, "Encore un mot"))
	if got := w.look(id, w.one); got.State != author.Open || got.Note != "Encore un mot" {
		t.Errorf("%+v", got.Draft)
	}
	w.must(w.svc.Send(ctx, w.one, id))
	done, err := w.svc.Publish(ctx, w.two, id)
	if err != nil || done.Number != 2 || !done.New || w.banked != 1 {
		t.Fatalf("%+v %v, bank %d", done, err, w.banked)
	}
	if _, err := w.svc.Publish(ctx, w.two, id); err != nil {
		t.Errorf("pressed twice: %v", err)
	}
	for who, want := range map[*access.Actor]int{&w.trainee: 1, &w.two: 2} { // the one stays, the other begins the new one
		st, _, err := w.courses.Show(ctx, *who, "detection")
		if err != nil || st.Number != want {
			t.Errorf("version %d, want %d: %v", st.Number, want, err)
		}
	}
	_, files, err := w.courses.VersionFiles(ctx, w.one, "detection", 2)
	w.must(err)
	if !strings.Contains(string(files[lessonFR]), "Une phrase nouvelle.") {
		t.Error("the sentence is not in the version")
	}
	if n := w.count(`SELECT count(*) FROM course.draft_file`); n != 0 {
		t.Errorf("%d files are left", n)
	}
}

func TestAManagerPublishesAloneAndTheLogSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, err := w.svc.Begin(t.Context(), w.manager, uuid.New(), "detection", 1)
	w.must(err)
	w.must(w.svc.Send(t.Context(), w.manager, id))
	_, err = w.svc.Publish(t.Context(), w.manager, id)
	w.refused(err, errs.Conflict, "author_error_same") // nothing was changed
	w.must(w.svc.Return(t.Context(), w.manager, id, ""))
	w.edit(id, w.manager, "Une phrase nouvelle.")
	w.must(w.svc.Send(t.Context(), w.manager, id))
	_, err = w.svc.Publish(t.Context(), w.manager, id)
	w.must(err)
	if n := w.count(`SELECT count(*) FROM audit.entry WHERE kind = 'course_draft' AND detail->>'did' = 'published alone'`); n != 1 {
		t.Errorf("%d entries", n)
	}
}

func TestADraftWithAProblemIsNotSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.begin()
	w.edit(id, w.one, "Un lien [perdu](nulle-part).")
	if got := w.look(id, w.one).Of(lessonFR); len(got) != 1 || got[0].Key != "course_check_link" {
		t.Errorf("%+v", got)
	}
	w.refused(w.svc.Send(t.Context(), w.one, id), errs.Invalid, "course_has_problems")
}

func TestLessonsAreAddedMovedPlannedAndRemoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	id := w.begin()
	added, err := w.svc.AddLesson(ctx, w.one, id, "L'écoute active")
	w.must(err)
	if added != "10-l-ecoute-active" {
		t.Error(added)
	}
	w.must(w.svc.MoveLesson(ctx, w.one, id, added, false))
	w.must(w.svc.MoveLesson(ctx, w.one, id, slug, false)) // already the first
	w.must(w.svc.PlanLesson(ctx, w.one, id, slug, []string{"D1", "D2", "none"}, 15))
	w.refused(w.svc.PlanLesson(ctx, w.one, id, slug, nil, 0), errs.Invalid, "author_error_minutes")
	w.must(w.svc.RemoveLesson(ctx, w.one, id, "02-loi-et-acteurs"))
	got := w.look(id, w.one)
	var slugs []string
	for _, l := range got.Parsed.Lessons {
		slugs = append(slugs, l.Slug)
	}
	if slugs[0] != slug || slices.Contains(slugs, "02-loi-et-acteurs") || slugs[7] != added || len(slugs) != 9 {
		t.Error(slugs)
	}
	l := got.Parsed.Lesson(slug)
	if l.Minutes != 15 || l.Texts[i18n.AR].Minutes != 15 || !slices.Equal(l.Objectives, []string{"D1", "D2"}) {
		t.Errorf("%+v", l)
	}
	if got.File("detection/02-loi-et-acteurs.fr.md").Revision != 0 {
		t.Error("the removed lesson's text is still there")
	}
}

func TestANewCourseBeginsWithItsHead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	plan := author.Plan{Code: "detection", Title: course.Text{i18n.FR: "Écoute"}, Languages: []i18n.Lang{i18n.FR, i18n.AR}}
	_, err := w.svc.Create(ctx, w.one, uuid.New(), plan)
	if e := errs.As(err); err == nil || len(e.Fields) != 2 {
		t.Fatalf("%v", err)
	}
	plan.Code, plan.Title[i18n.AR] = "ecoute", "الإصغاء"
	id, err := w.svc.Create(ctx, w.one, uuid.New(), plan)
	w.must(err)
	got := w.look(id, w.one)
	for _, p := range got.Problems {
		if p.Key == "course_check_yaml" {
			t.Errorf("%+v", p)
		}
	}
	if got.Parsed.Title[i18n.AR] != "الإصغاء" || len(got.Parsed.Glossary) == 0 || got.Base != 0 {
		t.Errorf("%+v", got.Parsed)
	}
	list, err := w.svc.List(ctx, w.two)
	if err != nil || len(list) != 2 || list[1].Draft == nil || list[1].Newest != nil || list[0].Newest.Number != 1 {
		t.Errorf("%v %v", list, err)
	}
	h := author.HeadOf(got.Parsed)
	h.Summary = course.Text{i18n.FR: "Une phrase", i18n.AR: "جملة"}
	w.must(w.svc.SaveHead(ctx, w.one, id, 1, h))
	w.refused(w.svc.SaveHead(ctx, w.two, id, 1, author.Head{}), errs.Conflict, "author_conflict")
}

func TestAZipIsLookedAtThenTakenAsADraft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	files := shipped(t, "detection")
	files[lessonFR] = append(slices.Clone(files[lessonFR]), "\nUne phrase de plus.\n"...)
	data := packed(t, files)
	id, err := w.svc.Import(ctx, w.one, uuid.New(), data)
	w.must(err)
	if got := w.look(id, w.one); got.State != author.Trial || len(got.Problems) > 0 {
		t.Errorf("%+v %v", got.Draft, got.Problems)
	}
	other := w.begin()
	w.refused(w.svc.Accept(ctx, w.one, id), errs.Conflict, "author_error_underway")
	w.must(w.svc.Drop(ctx, w.one, other))
	w.must(w.svc.Accept(ctx, w.one, id))
	d, back, err := w.svc.Bodies(ctx, w.one, id)
	w.must(err)
	if d.State != author.Open || !maps.EqualFunc(files, back, bytes.Equal) || !bytes.Equal(packed(t, back), data) {
		t.Error("what was brought in comes out otherwise")
	}
	if got := w.look(id, w.one); got.Base != 1 {
		t.Errorf("from version %d", got.Base)
	}
	w.must(w.svc.Drop(ctx, w.one, id))
	w.must(w.svc.Drop(ctx, w.one, id))
}

func photo(t *testing.T, w, h int) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, color.NRGBA{R: uint8(x * y), G: uint8(x ^ y), B: uint8(y), A: 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	exif := append([]byte{0xFF, 0xE1, 0, 24}, []byte("Exif\x00\x00MM\x00*GPS Tunis....")[:22]...)
	return append(append(slices.Clone(b.Bytes()[:2]), exif...), b.Bytes()[2:]...)
}

func TestAPictureIsMadeSmallerAndTellsNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	id := w.begin()
	sent := photo(t, 2000, 1000)
	name, err := w.svc.AddMedia(ctx, w.one, id, author.Upload{Name: `C:\photos\Été à Tunis.JPEG`, Data: sent})
	w.must(err)
	if name != "media/ete-a-tunis.jpg" || !bytes.Contains(sent, []byte("GPS Tunis")) {
		t.Fatal(name)
	}
	f, err := w.svc.Media(ctx, w.two, id, "ete-a-tunis.jpg")
	w.must(err)
	c, _, err := image.DecodeConfig(bytes.NewReader(f.Body))
	if err != nil || c.Width != 1280 || c.Height != 640 || bytes.Contains(f.Body, []byte("Exif")) || f.Type != "image/jpeg" {
		t.Errorf("%+v %v", c, err)
	}
	if again, err := w.svc.AddMedia(ctx, w.one, id, author.Upload{Name: "ete-a-tunis.jpg", Data: sent}); err != nil || again != name {
		t.Errorf("the same again: %s %v", again, err)
	}
	var small bytes.Buffer
	w.must(png.Encode(&small, image.NewNRGBA(image.Rect(0, 0, 4, 4))))
	if other, err := w.svc.AddMedia(ctx, w.one, id, author.Upload{Name: "ete-a-tunis.png", Data: small.Bytes()}); err != nil || other != "media/ete-a-tunis.png" {
		t.Errorf("%s %v", other, err)
	}
	for name, c := range map[string]struct {
		data []byte
		key  string
	}{
		"a.jpg": {[]byte("no picture"), "bank_error_picture"}, "a.pdf": {[]byte("no pdf"), "author_error_file_content"}, "a.exe": {[]byte("MZ"), "author_error_file_kind"},
		"a.mp3": {make([]byte, course.MaxFile+1), "author_error_file_large"}, "b.mp3": {nil, "author_error_file_missing"},
		"a.svg": {[]byte("<svg><script/></svg>"), "author_error_file_content"},
	} {
		_, err := w.svc.AddMedia(ctx, w.one, id, author.Upload{Name: name, Data: c.data})
		w.refused(err, errs.Invalid, c.key)
	}
	w.edit(id, w.one, ":::image{file=\"media/ete-a-tunis.jpg\" alt=\"Tunis en été\"}\n:::")
	w.refused(w.svc.RemoveMedia(ctx, w.one, id, "ete-a-tunis.jpg"), errs.Conflict, "author_error_media_used")
	w.must(w.svc.RemoveMedia(ctx, w.one, id, "ete-a-tunis.png"))
	if got := w.look(id, w.one); len(got.Media()) != 1 || len(got.Problems) > 0 {
		t.Errorf("%v %v", got.Media(), got.Problems)
	}
}

func TestThePreviewIsTheTraineesPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.begin()
	f, _ := w.look(id, w.one).Text(slug, i18n.AR)
	f.Text = "## عنوان\n\n" + f.Text
	p, err := w.svc.Preview(t.Context(), w.one, id, slug, i18n.AR, f)
	w.must(err)
	if p.View.Text.Blocks[0].HTML == "" || !strings.Contains(p.View.Text.Blocks[0].HTML, "عنوان") || p.View.Lang != i18n.AR || p.Head == 0 {
		t.Errorf("%+v", p)
	}
	f.Text = "فقرة واحدة"
	p, err = w.svc.Preview(t.Context(), w.one, id, slug, i18n.AR, f)
	w.must(err)
	var keys []string
	for _, x := range p.Problems {
		keys = append(keys, x.Key)
	}
	for _, want := range []string{"course_check_paragraphs", "course_check_checks_differ", "course_check_check_none"} {
		if !slices.Contains(keys, want) {
			t.Errorf("no %s in %v", want, keys)
		}
	}
	if n := w.look(id, w.one).File("detection/01-comprendre.ar.md").Revision; n != 1 {
		t.Errorf("looking wrote: revision %d", n)
	}
}
