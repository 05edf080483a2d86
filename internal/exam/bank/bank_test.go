package bank_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/courses"
	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/db/dbtest"
	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/exam/bank"
	"shelter/internal/exam/format"
	"shelter/internal/i18n"
)

// world is a bank with a trainer who writes in it.
type world struct {
	*bank.Service
	t       *testing.T
	db      *dbtest.DB
	ctx     context.Context
	trainer access.Actor
	exam    *exam.Service
}

func newWorld(t *testing.T) *world {
	t.Helper()
	bundle, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	d := dbtest.New(t)
	now := func() time.Time { return time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC) }
	w := &world{t: t, db: d, ctx: context.Background(), Service: bank.New(d.App(), now, bundle), exam: exam.New(d.App(), now, nil)}
	id := uuid.New()
	d.Exec(`INSERT INTO org.person (id, code, family_name, name_key, created_at, updated_at) VALUES ($1, 'P-1', 'Ayari', 'ayari', now(), now())`, id)
	w.trainer = access.Actor{PersonID: id, Name: "Salma Ayari", Grants: []access.Grant{{Role: access.Trainer, Scope: access.Global}}}
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func fr(s string) exam.Text { return exam.Text{i18n.FR: s} }

func single(stem string) exam.Question {
	return exam.Question{Type: exam.Single, Objective: "D1", Difficulty: 2, Bloom: "apply", Body: exam.Body{Stem: fr(stem),
		Options: []exam.Option{{Text: fr("Un acte"), Correct: true}, {Text: fr("Une frontière"), Feedback: fr("Non.")}}}}
}

func (w *world) reviewed(q exam.Question) bank.Row {
	w.t.Helper()
	id, err := w.Create(w.ctx, w.trainer, bank.Input{Key: uuid.New(), Question: q})
	w.must(err)
	r, err := w.Get(w.ctx, w.trainer, id)
	w.must(err)
	w.must(w.SetStatus(w.ctx, w.trainer, id, r.VersionID, exam.Reviewed, "lu"))
	r, err = w.Get(w.ctx, w.trainer, id)
	w.must(err)
	return r
}

func TestAQuestionInUseNeverChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.reviewed(single("Que cherche-t-on d'abord ?"))
	form, err := w.MakeForm(w.ctx, w.trainer, bank.FormInput{Title: fr("Essai"), Codes: []string{r.Code}})
	w.must(err)
	in := bank.Input{Key: uuid.New(), Base: r.VersionID, Question: single("Que cherche-t-on ensuite ?")}
	done, err := w.Revise(w.ctx, w.trainer, r.ID, in)
	w.must(err)
	if !done.Changed || done.Version != 2 {
		t.Errorf("revised: %+v", done)
	}
	again, err := w.Revise(w.ctx, w.trainer, r.ID, in)
	w.must(err)
	if again.VersionID != done.VersionID {
		t.Error("the same form sent twice made two versions")
	}
	now, err := w.Get(w.ctx, w.trainer, r.ID)
	w.must(err)
	if now.Status != exam.Draft || now.Version != 2 || now.Used != 1 {
		t.Errorf("after editing: status %s, version %d, used %d", now.Status, now.Version, now.Used)
	}
	f, err := w.Form(w.ctx, w.trainer, form)
	w.must(err)
	if got := f.Items[0].Body.Stem[i18n.FR]; got != "Que cherche-t-on d'abord ?" || !f.Items[0].Newer {
		t.Errorf("the form's question became %q", got)
	}
	_, err = w.Revise(w.ctx, w.trainer, r.ID, bank.Input{Base: r.VersionID, Question: single("Autre chose ?")})
	if !errs.Is(err, errs.Conflict) {
		t.Errorf("saving over somebody else's version: %v", err)
	}
	if err := w.SetStatus(w.ctx, w.trainer, r.ID, r.VersionID, exam.Reviewed, ""); !errs.Is(err, errs.Conflict) {
		t.Errorf("approving a version that is no longer in force: %v", err)
	}
	h, err := w.History(w.ctx, w.trainer, r.ID)
	w.must(err)
	if len(h.Versions) != 2 || len(h.Reviews) != 1 || len(h.Versions[1].Forms) != 1 {
		t.Errorf("history: %d versions, %d reviews", len(h.Versions), len(h.Reviews))
	}
	_, err = w.db.Owner().Pool().Exec(w.ctx, "UPDATE exam.question_version SET bloom = 'create'")
	if err == nil {
		t.Error("a version can be changed in the database")
	}
}

func TestOnlyTrainersAndManagers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, role := range access.Roles() {
		a := access.Actor{PersonID: w.trainer.PersonID, MFA: true, Grants: []access.Grant{{Role: role, Scope: access.Global}}}
		_, err := w.List(w.ctx, a, bank.Filter{})
		_, err2 := w.Create(w.ctx, a, bank.Input{Question: single("Qui est " + string(role) + " ?")})
		_, err3 := w.Import(w.ctx, a, bank.File{Name: "x", Data: []byte("q {T}")}, true)
		may := role == access.Trainer || role == access.Manager
		for _, e := range []error{err, err2, err3} {
			if may != (e == nil) {
				t.Errorf("%s: %v", role, e)
			}
		}
	}
}

func TestCheckSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*exam.Question)
		field  string
	}{
		"no stem":    {func(q *exam.Question) { q.Body.Stem = nil }, "stem_fr"},
		"no key":     {func(q *exam.Question) { q.Body.Options[0].Correct = false }, "key"},
		"all right":  {func(q *exam.Question) { q.Type = exam.Multiple; q.Body.Options[1].Correct = true }, "key"},
		"one option": {func(q *exam.Question) { q.Body.Options = q.Body.Options[:1] }, "o0_text_fr"},
		"half a pair": {func(q *exam.Question) {
			q.Type = exam.Matching
			q.Body.Pairs = []exam.Pair{{Left: fr("a"), Right: fr("b")}, {Left: fr("c")}}
		}, "p1_left_fr"},
		"nothing accepted": {func(q *exam.Question) { q.Type = exam.ShortText }, "accept_fr"},
		"bad code":         {func(q *exam.Question) { q.Code = "a/b" }, "code"},
		"picture unsaid":   {func(q *exam.Question) { q.Body.Picture = &exam.Picture{ID: uuid.New()} }, "alt_fr"},
		"a level alone": {func(q *exam.Question) {
			q.Type = exam.OpenAnswer
			q.Body.Rubric = []exam.Criterion{{Text: fr("x"), Levels: []exam.Level{{Points: 1, Text: fr("y")}}}}
		}, "k0_l0_points"},
	} {
		q := single("Quoi ?")
		c.change(&q)
		bank.Tidy(&q)
		if got := bank.Check(q); len(got) == 0 || got[0].Name != c.field {
			t.Errorf("%s: %v, want %s", name, got, c.field)
		}
	}
	q := single("Quoi ?")
	bank.Tidy(&q)
	if got := bank.Check(q); len(got) > 0 {
		t.Errorf("a whole question: %v", got)
	}
}

// shipped loads the banks of the courses.
func (w *world) shipped() int {
	w.t.Helper()
	n := 0
	for _, code := range []string{"detection", "assistance"} {
		c, problems, err := course.Read(courses.FS, code)
		if err != nil || len(problems) > 0 {
			w.t.Fatal(err, problems)
		}
		qs, papers := exam.FromCourse(c)
		_, err = w.exam.Load(w.ctx, access.System("test"), qs, papers)
		w.must(err)
		n += len(qs)
	}
	return n
}

// What the house ships goes out in each format and comes back: nothing is new, nothing is changed.
func TestShippedBankComesBackUnchanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.shipped()
	for _, f := range bank.Formats() {
		var b bytes.Buffer
		done, err := w.Export(w.ctx, w.trainer, &b, bank.ExportOptions{Format: f, Lang: i18n.FR})
		w.must(err)
		r, err := w.Import(w.ctx, w.trainer, bank.File{Name: "x" + bank.Ending(f), Data: b.Bytes()}, false)
		w.must(err)
		if f == bank.XLSX || f == format.MoodleXML || f == format.GIFT {
			if done.Questions != n || r.Count(bank.Same) != n || len(r.Skipped) > 0 {
				t.Errorf("%s: %d of %d written, %d the same, skipped %v", f, done.Questions, n, r.Count(bank.Same), r.Skipped)
			}
		}
		if r.Format != f {
			t.Errorf("%s was taken for %s", f, r.Format)
		}
		for _, it := range r.Items {
			if it.What != bank.Same {
				old, _ := w.Get(w.ctx, w.trainer, it.ID)
				t.Errorf("%s: %s is %s\n got %s\nwant %s", f, it.Question.Code, it.What, asJSON(it.Question), asJSON(old.Question))
				break
			}
		}
	}
}

// A new start loads the courses again: what a trainer wrote meanwhile stays where the trainer put it.
func TestLoadingACourseLeavesATrainersQuestionInItsPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.shipped()
	l, err := w.List(w.ctx, w.trainer, bank.Filter{})
	w.must(err)
	q := l.Rows[0].Question
	q.Objective = "D9"
	_, err = w.Revise(w.ctx, w.trainer, l.Rows[0].ID, bank.Input{Base: l.Rows[0].VersionID, Question: q})
	w.must(err)
	w.shipped()
	r, err := w.Get(w.ctx, w.trainer, l.Rows[0].ID)
	w.must(err)
	if r.Objective != "D9" {
		t.Errorf("the objective is %q again", r.Objective)
	}
	other, err := w.Get(w.ctx, w.trainer, l.Rows[1].ID)
	w.must(err)
	if other.Objective != l.Rows[1].Objective {
		t.Errorf("another question moved from %q to %q", l.Rows[1].Objective, other.Objective)
	}
}

func asJSON(q exam.Question) string {
	b, _ := json.Marshal(q)
	return strconv.QuoteToASCII(string(b))
}

// The workbook keeps everything that a question says.
func TestWorkbookRoundTrip(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, q := range everyType() {
		w.reviewed(q)
	}
	for _, lang := range i18n.Langs() {
		var b bytes.Buffer
		_, err := w.Export(w.ctx, w.trainer, &b, bank.ExportOptions{Format: bank.XLSX, Lang: lang})
		w.must(err)
		r, err := w.Import(w.ctx, w.trainer, bank.File{Name: "b.xlsx", Data: b.Bytes()}, true)
		w.must(err)
		if r.Count(bank.Same) != len(everyType()) || len(r.Skipped) > 0 {
			t.Errorf("%s: %d the same, skipped %v", lang, r.Count(bank.Same), bankSaid(r.Skipped))
		}
		for _, it := range r.Items {
			if it.What == bank.Changed {
				old, _ := w.Get(w.ctx, w.trainer, it.ID)
				t.Errorf("%s: %s changed\n got %+v\nwant %+v", lang, it.Question.Code, it.Question.Body, old.Body)
			}
		}
	}
}

func bankSaid(notes []bank.Note) (list []string) {
	for _, n := range notes {
		list = append(list, n.Sheet+" "+n.Column+" "+n.Key)
	}
	return list
}

func all(s string) exam.Text {
	return exam.Text{i18n.FR: s, i18n.AR: "نص " + s, i18n.EN: s + " (en)"}
}

func everyType() []exam.Question {
	make := func(t exam.Type, b exam.Body) exam.Question {
		b.Stem, b.Feedback = all("Énoncé "+string(t)), all("=commentaire")
		return exam.Question{Type: t, Course: "detection", Objective: "D2", Topic: "droit, loi", Difficulty: 3, Bloom: "analyse", Body: b}
	}
	options := []exam.Option{{Text: all("A, un"), Correct: true, Feedback: all("oui")}, {Text: all("B"), Feedback: all("non")}, {Text: all("C")}}
	two := []exam.Option{{Text: all("Vrai"), Correct: true}, {Text: all("Faux")}}
	none := []exam.Option{{Text: all("Non")}, {Text: all("Oui")}}
	var body exam.Body
	zero := body.Tolerant() &^ 1
	return []exam.Question{
		make(exam.Single, exam.Body{Options: options}), make(exam.Multiple, exam.Body{Options: options}), make(exam.TrueFalse, exam.Body{Options: two}),
		make(exam.Matching, exam.Body{Pairs: []exam.Pair{{Left: all("g1"), Right: all("d1")}, {Left: all("g2"), Right: all("d2")}}, Extra: []exam.Option{{Text: all("d3")}}}),
		make(exam.Ordering, exam.Body{Options: none}), make(exam.Likert, exam.Body{Options: none}),
		make(exam.ShortText, exam.Body{Accept: map[i18n.Lang][]string{i18n.FR: {"un", "deux"}, i18n.AR: {"واحد"}}, Forgive: &zero}),
		make(exam.Numeric, exam.Body{Value: 2016.5, Tolerance: 0.25}),
		make(exam.OpenAnswer, exam.Body{Model: all("modèle"), Rubric: []exam.Criterion{{Text: all("critère"), Levels: []exam.Level{{Points: 0, Text: all("rien")}, {Points: 2, Text: all("tout")}}}}}),
	}
}

func TestWorkbookSaysWhereItIsWrong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.reviewed(single("Une question à gâcher ?"))
	var b bytes.Buffer
	_, err := w.Export(w.ctx, w.trainer, &b, bank.ExportOptions{Format: bank.XLSX, Lang: i18n.FR})
	w.must(err)
	data := rewrite(t, b.Bytes(), "Choix unique", "Choix inconnu")
	r, err := w.Import(w.ctx, w.trainer, bank.File{Name: "b.xlsx", Data: data}, false)
	w.must(err)
	if len(r.Items) != 0 || len(r.Skipped) != 1 || r.Skipped[0].Sheet != "Questions" || r.Skipped[0].Line != 2 || r.Skipped[0].Column != "Type" {
		t.Errorf("items %d, skipped %+v", len(r.Items), r.Skipped)
	}
}

func TestImportingTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const gift = "// un commentaire\n::X-1::Le consentement d'un enfant compte-t-il ?{=Non ~Oui#Jamais.}\n\nUne question sans code {T}\n\nbrisée { = a ~ b\n\n2 + 2 \\= ? {#4:0.1}\n"
	f := bank.File{Name: "a.gift", Data: []byte(gift)}
	first, err := w.Import(w.ctx, w.trainer, f, false)
	w.must(err)
	if first.Count(bank.Added) != 3 || len(first.Skipped) != 1 || first.Skipped[0].Line != 6 {
		t.Errorf("first: %d new, skipped %+v", first.Count(bank.Added), first.Skipped)
	}
	second, err := w.Import(w.ctx, w.trainer, f, false)
	w.must(err)
	if second.Count(bank.Same) != 3 || len(second.Items) != 3 {
		t.Errorf("second: %d same of %d", second.Count(bank.Same), len(second.Items))
	}
	f.Data = []byte(strings.Replace(gift, "~Oui", "~Peut-être", 1))
	third, err := w.Import(w.ctx, w.trainer, f, false)
	w.must(err)
	if third.Count(bank.Changed) != 1 {
		t.Errorf("third: %d changed", third.Count(bank.Changed))
	}
}

func TestHostileFilesAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, data := range map[string]string{
		"entity bomb":     `<!DOCTYPE q [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><quiz><question type="essay"><questiontext><text>&b;</text></questiontext></question></quiz>`,
		"external entity": `<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>`,
		"100 MB":          "<quiz>" + strings.Repeat(" ", 100<<20) + "</quiz>",
		"no question":     "   ",
	} {
		if _, err := w.Import(w.ctx, w.trainer, bank.File{Name: "x.xml", Format: format.MoodleXML, Data: []byte(data)}, false); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	const script = `<quiz><question type="truefalse"><questiontext format="html"><text><![CDATA[<p onclick="x()">Vrai ?<script>alert(1)</script></p>]]></text></questiontext>
		<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer></question></quiz>`
	r, err := w.Import(w.ctx, w.trainer, bank.File{Name: "x.xml", Data: []byte(script)}, false)
	w.must(err)
	if len(r.Items) != 1 || r.Items[0].Question.Body.Stem[i18n.FR] != "Vrai ?" || len(r.Warnings) == 0 {
		t.Errorf("script: %+v", r.Items)
	}
}

func TestVignetteIsFrozenInVersions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v, err := w.SaveVignette(w.ctx, w.trainer, bank.VignetteInput{Key: uuid.New(), Text: fr("Rim a 15 ans.")})
	w.must(err)
	q := single("Que faire pour Rim ?")
	q.Body.Vignette = &exam.Vignette{ID: v}
	r := w.reviewed(q)
	form, err := w.MakeForm(w.ctx, w.trainer, bank.FormInput{Title: fr("Rim"), Codes: []string{r.Code}})
	w.must(err)
	_, err = w.SaveVignette(w.ctx, w.trainer, bank.VignetteInput{ID: v, Text: fr("Rim a 16 ans.")})
	w.must(err)
	now, err := w.Get(w.ctx, w.trainer, r.ID)
	w.must(err)
	f, err := w.Form(w.ctx, w.trainer, form)
	w.must(err)
	if now.Version != 2 || now.Body.Vignette.Text[i18n.FR] != "Rim a 16 ans." || f.Items[0].Body.Vignette.Text[i18n.FR] != "Rim a 15 ans." {
		t.Errorf("version %d, bank %v, form %v", now.Version, now.Body.Vignette.Text, f.Items[0].Body.Vignette.Text)
	}
}

func TestNearDuplicatesAreFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.shipped()
	q := single("Pour un adulte, quels sont les éléments que l'on cherche pour penser à la traite ?")
	q.Body.Options = []exam.Option{{Text: fr("Une frontière, un passeur et une somme d'argent")}, {Text: fr("Un acte, un moyen et un but d'exploitation"), Correct: true},
		{Text: fr("Un contrat, un employeur et un salaire impayé")}, {Text: fr("Une plainte, un témoin et un certificat médical")}}
	q.Body.Stem[i18n.AR] = "ما العناصر التي نبحث عنها لدى الراشد حتى نفكّر في الاتجار بالأشخاص؟"
	twins, err := w.Similar(w.ctx, w.trainer, uuid.Nil, q)
	w.must(err)
	if len(twins) == 0 || twins[0].Code != "D-001" {
		t.Errorf("twins: %+v", twins)
	}
	twins, err = w.Similar(w.ctx, w.trainer, uuid.Nil, single("Comment réserver la salle de la formation de mardi prochain ?"))
	w.must(err)
	if len(twins) > 0 {
		t.Errorf("twins of something else: %v", twins[0].Code)
	}
}

// A photo loses where it was taken, is turned upright and made smaller.
func TestPicturesAreMadeAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	img := image.NewRGBA(image.Rect(0, 0, 2000, 1000))
	for i := range img.Pix {
		img.Pix[i] = byte(i*7919 + i>>8)
	}
	for x := range 100 {
		img.Set(x, 0, color.RGBA{R: 255, A: 255})
	}
	var b bytes.Buffer
	w.must(jpeg.Encode(&b, img, nil))
	photo := withEXIF(b.Bytes(), 6, "GPS-36.8065-10.1815")
	p, err := w.AddPicture(w.ctx, w.trainer, photo)
	w.must(err)
	if p.Width != 640 || p.Height != 1280 {
		t.Errorf("%d x %d", p.Width, p.Height)
	}
	m, err := w.Picture(w.ctx, p.ID)
	w.must(err)
	if bytes.Contains(m.Data, []byte("GPS-36")) || bytes.Contains(m.Data, []byte("Exif")) {
		t.Error("the photo still says where it was taken")
	}
	again, err := w.AddPicture(w.ctx, w.trainer, photo)
	w.must(err)
	if again.ID != p.ID {
		t.Error("the same picture was kept twice")
	}
	for name, bad := range map[string][]byte{"no picture": []byte("<svg onload=alert(1)>"), "huge": hugePNG()} {
		if _, err := w.AddPicture(w.ctx, w.trainer, bad); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// withEXIF puts an EXIF block with an orientation and a text into a JPEG.
func withEXIF(data []byte, orientation byte, text string) []byte {
	tiff := []byte{'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0}
	body := append(append([]byte("Exif\x00\x00"), tiff...), text...)
	n := len(body) + 2
	return append(append([]byte{0xFF, 0xD8, 0xFF, 0xE1, byte(n >> 8), byte(n)}, body...), data[2:]...)
}

// hugePNG says that it has more pixels than any picture may have.
func hugePNG() []byte {
	return []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x01\x86\xa0\x00\x01\x86\xa0\x08\x02\x00\x00\x00\xdd\x2f\xd9\x4e")
}

func TestListFilters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.shipped()
	l, err := w.List(w.ctx, w.trainer, bank.Filter{})
	w.must(err)
	if l.Total != n || len(l.Rows) != bank.PageSize || l.Counts[exam.Reviewed] != n {
		t.Errorf("%d of %d, page of %d", l.Total, n, len(l.Rows))
	}
	for name, f := range map[string]bank.Filter{"accents": {Text: "acte exploitation"}, "Arabic": {Text: "الراشد"}, "code": {Text: "D-001"}} {
		l, err := w.List(w.ctx, w.trainer, f)
		w.must(err)
		if l.Total == 0 || l.Total == n {
			t.Errorf("%s: %d", name, l.Total)
		}
	}
	l, err = w.List(w.ctx, w.trainer, bank.Filter{Lacks: i18n.EN})
	w.must(err)
	if l.Total != n { // the shipped banks are in French and Arabic
		t.Errorf("%d lack English", l.Total)
	}
	l, err = w.List(w.ctx, w.trainer, bank.Filter{Lacks: i18n.AR})
	w.must(err)
	if l.Total != 0 {
		t.Errorf("%d lack Arabic: %v", l.Total, l.Rows[0].Code)
	}
}

func TestSettingsMakeAVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.reviewed(single("Une seule ?"))
	id, err := w.MakeForm(w.ctx, w.trainer, bank.FormInput{Key: uuid.New(), Title: fr("T"), Codes: []string{r.Code}})
	w.must(err)
	key := uuid.New()
	next, err := w.SaveSettings(w.ctx, w.trainer, id, key, exam.Settings{Minutes: 30, Review: exam.ReviewSubmit})
	w.must(err)
	again, err := w.SaveSettings(w.ctx, w.trainer, id, key, exam.Settings{Minutes: 30, Review: exam.ReviewSubmit})
	w.must(err)
	f, err := w.Form(w.ctx, w.trainer, next)
	w.must(err)
	if next == id || again != next || f.Version != 2 || f.Settings.Minutes != 30 || len(f.Items) != 1 {
		t.Errorf("%+v", f)
	}
	list, err := w.Forms(w.ctx, w.trainer)
	w.must(err)
	if len(list) != 1 || list[0].ID != next {
		t.Errorf("forms: %+v", list)
	}
	w.must(w.Retire(w.ctx, w.trainer, next, true))
	choices, err := w.exam.Forms(w.ctx, w.trainer)
	w.must(err)
	if len(choices) != 0 {
		t.Error("a retired form can be chosen")
	}
	nameless := w.trainer
	nameless.Name = "" // as requests are
	later, err := w.SaveSettings(w.ctx, nameless, next, uuid.New(), exam.Settings{Minutes: 40, Review: exam.ReviewNever})
	w.must(err)
	f, err = w.Form(w.ctx, w.trainer, later)
	w.must(err)
	if f.RetiredAt.IsZero() || f.AuthorName != "Ayari" {
		t.Errorf("new settings of a retired form: retired %v, by %q", f.RetiredAt, f.AuthorName)
	}
	same, err := w.SaveSettings(w.ctx, w.trainer, later, uuid.New(), exam.Settings{Minutes: 40, Review: exam.ReviewNever})
	w.must(err)
	if same != later {
		t.Error("the settings in force made another version")
	}
	if !reflect.DeepEqual(bank.Codes(" D-1,D-2\n D-3 "), []string{"D-1", "D-2", "D-3"}) {
		t.Error("codes")
	}
}
