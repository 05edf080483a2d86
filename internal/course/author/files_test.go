package author_test

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shelter/courses"
	"shelter/internal/course"
	"shelter/internal/course/author"
	"shelter/internal/errs"
)

// shipped reads the files of a course that comes with the program.
func shipped(t *testing.T, code string) map[string][]byte {
	t.Helper()
	c, problems, err := course.Read(courses.FS, code)
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	return c.Files
}

func packed(t interface{ Fatal(args ...any) }, files map[string][]byte) []byte {
	var b bytes.Buffer
	if err := author.Pack(&b, files); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAShippedCourseComesBackByteForByte(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"detection", "assistance"} {
		files := shipped(t, code)
		first := packed(t, files)
		got, back, err := author.Unpack(first)
		if err != nil || got != code || !maps.EqualFunc(files, back, bytes.Equal) {
			t.Fatalf("%s: %q %v, %d of %d files", code, got, err, len(back), len(files))
		}
		if !bytes.Equal(first, packed(t, back)) {
			t.Errorf("%s: the second zip differs", code)
		}
		other, _ := course.Inspect("detection", shipped(t, "detection"), nil)
		if _, problems := course.Inspect(code, back, []*course.Course{other}); len(problems) > 0 {
			t.Errorf("%s: %v", code, problems)
		}
	}
}

func TestAnyCourseComesBackByteForByte(t *testing.T) {
	t.Parallel()
	name := rapid.StringMatching(`[a-z0-9][a-z0-9-]{0,20}`)
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.StringMatching(`[a-z][a-z0-9-]{1,12}`).Draw(t, "code")
		body := func(label string) []byte { return rapid.SliceOfN(rapid.Byte(), 0, 400).Draw(t, label) }
		files := map[string][]byte{code + "/course.yaml": body("head")}
		for range rapid.IntRange(0, 6).Draw(t, "files") {
			n := name.Draw(t, "name")
			switch rapid.IntRange(0, 3).Draw(t, "kind") {
			case 0:
				files[code+"/"+n+"."+rapid.SampledFrom([]string{"fr", "ar", "en"}).Draw(t, "lang")+".md"] = body("text")
			case 1:
				files[code+"/questions/"+n+".yaml"] = body("bank")
			case 2:
				files[code+"/media/"+n+rapid.SampledFrom([]string{".png", ".svg", ".vtt", ".mp3"}).Draw(t, "ext")] = body("media")
			default:
				files["glossary.yaml"] = body("glossary")
			}
		}
		first := packed(t, files)
		got, back, err := author.Unpack(first)
		if err != nil || got != code || !maps.EqualFunc(files, back, bytes.Equal) || !bytes.Equal(first, packed(t, back)) {
			t.Fatalf("%q %v", got, err)
		}
	})
}

// zipOf writes entries as they are named.
func zipOf(t *testing.T, entries ...[2]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		f, err := z.Create(e[0])
		if err == nil {
			_, err = f.Write([]byte(e[1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHostileZipsAreRefused(t *testing.T) {
	t.Parallel()
	head := [2]string{"x1/course.yaml", "code: x1\n"}
	bomb := strings.Repeat("\x00", course.MaxFile+1)
	many := [][2]string{head}
	for i := range 501 {
		many = append(many, [2]string{"x1/" + strings.Repeat("a", i%70+1) + ".fr.md", ""})
	}
	link := func() []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		h := &zip.FileHeader{Name: "x1/a.fr.md"}
		h.SetMode(fs.ModeSymlink | 0o777)
		f, _ := z.CreateHeader(h)
		_, _ = f.Write([]byte("/etc/passwd"))
		_ = z.Close()
		return b.Bytes()
	}()
	var whole [][2]string
	for i := range 9 {
		whole = append(whole, [2]string{"x1/media/" + string(rune('a'+i)) + ".pdf", bomb[:course.MaxFile]})
	}
	for what, c := range map[string]struct {
		data []byte
		key  string
	}{
		"no zip":            {[]byte("PK no"), "author_zip_unreadable"},
		"up":                {zipOf(t, head, [2]string{"../x1/a.fr.md", ""}), "author_zip_name"},
		"up within":         {zipOf(t, head, [2]string{"x1/../../a.fr.md", ""}), "author_zip_name"},
		"absolute":          {zipOf(t, head, [2]string{"/x1/a.fr.md", ""}), "author_zip_name"},
		"backslash":         {zipOf(t, head, [2]string{`x1\a.fr.md`, ""}), "author_zip_name"},
		"a page":            {zipOf(t, head, [2]string{"x1/media/a.html", "<script>"}), "author_zip_name"},
		"a program":         {zipOf(t, head, [2]string{"x1/a.exe", ""}), "author_zip_name"},
		"deep":              {zipOf(t, head, [2]string{"x1/media/b/a.png", ""}), "author_zip_name"},
		"a link":            {link, "author_zip_name"},
		"twice":             {zipOf(t, head, head), "author_zip_twice"},
		"two courses":       {zipOf(t, head, [2]string{"x2/course.yaml", ""}), "author_zip_courses"},
		"no course":         {zipOf(t, [2]string{"x1/a.fr.md", ""}), "author_zip_no_course"},
		"empty":             {zipOf(t), "author_zip_no_course"},
		"a bomb":            {zipOf(t, head, [2]string{"x1/media/a.pdf", bomb}), "author_zip_unpacked"},
		"a bomb in parts":   {zipOf(t, append(whole, head)...), "author_zip_unpacked"},
		"too many entries":  {zipOf(t, many...), "author_zip_many"},
		"larger than taken": {make([]byte, author.MaxZip+1), "author_zip_large"},
	} {
		_, _, err := author.Unpack(c.data)
		if e := errs.As(err); err == nil || e.Kind != errs.Invalid || e.Key != c.key {
			t.Errorf("%s: %v, want %s", what, err, c.key)
		}
	}
	code, files, err := author.Unpack(zipOf(t, [2]string{"courses/x1/", ""}, [2]string{"courses/x1/course.yaml", "a"}, [2]string{"__MACOSX/x1/._course.yaml", "b"}))
	if err != nil || code != "x1" || len(files) != 1 {
		t.Errorf("what a file manager adds: %v %q %v", err, code, slices.Collect(maps.Keys(files)))
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add(packed(f, map[string][]byte{"x1/course.yaml": []byte("code: x1\n"), "x1/media/a.png": {1, 2}}))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, data []byte) {
		code, files, err := author.Unpack(data)
		if err == nil && (code == "" || files[code+"/course.yaml"] == nil) {
			t.Errorf("%q with %d files", code, len(files))
		}
	})
}

// said puts the pieces of one side together again.
func said(pieces []author.Piece, gone byte) string {
	var b strings.Builder
	for _, p := range pieces {
		if p.Kind != gone {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestWordsThatCameAndWent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want []author.Piece
	}{
		{"un deux trois\n", "un quatre trois\n", []author.Piece{{' ', "un "}, {'-', "deux "}, {'+', "quatre "}, {' ', "trois\n"}}},
		{"", "un\n", []author.Piece{{'+', "un\n"}}},
		{"un\n", "", []author.Piece{{'-', "un\n"}}},
		{"a\nb\nc\n", "a\nc\n", []author.Piece{{' ', "a\n"}, {'-', "b\n"}, {' ', "c\n"}}},
		{"الفعل ثم القصد\n", "الفعل ثم الوسيلة ثم القصد\n", []author.Piece{{' ', "الفعل ثم "}, {'+', "الوسيلة ثم "}, {' ', "القصد\n"}}},
	} {
		if got := author.Words(c.a, c.b); !slices.Equal(got, c.want) {
			t.Errorf("%q to %q: %q", c.a, c.b, got)
		}
	}
}

func TestTheWordsOfBothTextsAreAllThere(t *testing.T) {
	t.Parallel()
	text := rapid.StringMatching(`([ab ]{0,3}\n?){0,8}`) // short: nothing is cut away
	rapid.Check(t, func(t *rapid.T) {
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		got := author.Words(a, b)
		if said(got, '+') != a || said(got, '-') != b {
			t.Fatalf("%q to %q: %q", a, b, got)
		}
	})
}

func TestALongTextIsComparedInTime(t *testing.T) {
	t.Parallel()
	a := strings.Repeat("un mot et un autre mot ", 3000)
	b := strings.Repeat("tout à fait autre chose ", 3000)
	got := author.Words(a, b)
	if len(got) == 0 || !strings.HasPrefix(said(got, '+'), "un mot") {
		t.Errorf("%d pieces", len(got))
	}
}

func TestOfAVersionOnlyWhatDiffersIsShown(t *testing.T) {
	t.Parallel()
	before := shipped(t, "detection")
	if list := author.Compare(before, before); len(list) != 0 {
		t.Errorf("the same: %d", len(list))
	}
	after := maps.Clone(before)
	after["detection/01-comprendre.ar.md"] = bytes.Replace(before["detection/01-comprendre.ar.md"], []byte("\n## "), []byte("\n## كلمة "), 1)
	delete(after, "detection/questions/09-confidentialite.yaml")
	after["detection/media/x.png"] = []byte{1}
	list := author.Compare(before, after)
	if len(list) != 3 || list[0].Slug != "01-comprendre" || list[0].Lang != "ar" || list[0].Added != 1 || list[0].Removed != 0 {
		t.Fatalf("%d: %+v", len(list), list[0])
	}
	if list[1].Path != "detection/media/x.png" || list[1].Before || list[1].Pieces != nil || list[2].After || list[2].Removed < 100 {
		t.Errorf("%+v", list[1])
	}
}
