package author_test

import (
	"bytes"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shelter/internal/course"
	"shelter/internal/course/author"
	"shelter/internal/i18n"
)

func TestAnUntouchedLessonKeepsItsBytes(t *testing.T) {
	t.Parallel()
	n := 0
	for _, code := range []string{"detection", "assistance"} {
		for name, body := range shipped(t, code) {
			if !strings.HasSuffix(name, ".md") {
				continue
			}
			n++
			f, head := author.Split(body)
			if f.Raw || f.Title == "" || len(f.Sources) == 0 || head < 4 {
				t.Errorf("%s: %+v", name, f)
			}
			if got := author.Join(body, f, 99); !bytes.Equal(got, body) {
				t.Errorf("%s was changed", name)
			}
			if line := strings.Split(string(body), "\n")[head]; line != strings.Split(f.Text, "\n")[0] {
				t.Errorf("%s: line %d is %q", name, head+1, line)
			}
			f.Text += "\n\nUn mot de plus."
			got := author.Join(body, f, 99)
			if top, _, _ := bytes.Cut(body, []byte("\n---\n")); !bytes.HasPrefix(got, top) {
				t.Errorf("%s: the head was changed with the text", name)
			}
		}
	}
	if n != 40 {
		t.Errorf("%d lessons", n)
	}
}

func TestWhatIsTypedIsWhatIsRead(t *testing.T) {
	t.Parallel()
	line := rapid.StringMatching(`[^\n\r\x00-\x1f\x7f-\x9f\x{2028}\x{2029}\x{fffe}\x{ffff}\x{feff}]{1,40}`)
	rapid.Check(t, func(t *rapid.T) {
		f := author.Fields{Title: line.Draw(t, "title"), Objectives: rapid.SliceOfN(line, 1, 3).Draw(t, "goals"), Sources: rapid.SliceOfN(line, 1, 3).Draw(t, "sources"),
			Text: strings.Trim(strings.Join(rapid.SliceOfN(line, 0, 5).Draw(t, "text"), "\n"), "\n")}
		file := author.Join(nil, f, 12)
		got, _ := author.Split(file)
		if !reflect.DeepEqual(got, f) {
			t.Fatalf("typed %+v\nread  %+v\n%s", f, got, file)
		}
		if again := author.Join(file, got, 15); !bytes.Equal(again, file) {
			t.Fatal("writing the same changed the file")
		}
	})
}

func TestAHeadThatCannotBeReadIsEditedAsAWhole(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"no head\n", "---\ntitle: [\n---\n\ntext\n", "---\ntitle: a\nsurprise: 1\n---\ntext\n", "---\nminutes: many\n---\ntext\n"} {
		f, head := author.Split([]byte(file))
		if !f.Raw || f.Text != file || head != 0 {
			t.Errorf("%q: %+v", file, f)
		}
		if got := author.Join([]byte(file), f, 9); string(got) != file {
			t.Errorf("%q became %q", file, got)
		}
	}
}

func TestOnlyWhatChangedInTheHeadOfACourseIsWritten(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"detection", "assistance"} {
		files := shipped(t, code)
		name := code + "/course.yaml"
		c, _ := course.Head(code, files)
		h := author.HeadOf(c)
		if got := author.WriteHead(files[name], c, h); !bytes.Equal(got, files[name]) {
			t.Errorf("%s: an unchanged head was written anew", code)
		}
		h.Title = maps.Clone(h.Title)
		h.Title[i18n.FR] = `Un "autre" titre : oui`
		h.Objectives = append(slices.Clone(h.Objectives), course.Objective{Code: "Z1", Text: course.Text{i18n.FR: "Un but", i18n.AR: "هدف"}})
		h.Competencies[0].ValidMonths = 36
		h.Prerequisites, h.ChecksMin = []string{"autre"}, 0.75
		out := author.WriteHead(files[name], c, h)
		again, problems := course.Head(code, map[string][]byte{name: out})
		if len(problems) > 0 || !reflect.DeepEqual(author.HeadOf(again), h) {
			t.Errorf("%s: %v\n%+v\n%+v", code, problems, author.HeadOf(again), h)
		}
		if !reflect.DeepEqual(again.Forms, c.Forms) || len(again.Lessons) != len(c.Lessons) {
			t.Errorf("%s: forms or lessons were lost", code)
		}
		if strings.Contains(string(files[name]), "# Each form") != strings.Contains(string(out), "# Each form") {
			t.Errorf("%s: a remark was lost", code)
		}
		if got := author.WriteLessons(files[name], c.Lessons); !bytes.Equal(got, files[name]) {
			t.Errorf("%s: unchanged lessons were written anew:\n%s", code, got)
		}
	}
}

func TestASlugIsMadeOfATitle(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{"Détecter, identifier": "detecter-identifier", "L'œuvre n° 2": "l-oeuvre-n-2", "العربية": "", " a ": "a"} {
		if got := author.Slug(title); got != want {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
}

func TestADrawingOnlyDraws(t *testing.T) {
	t.Parallel()
	svg := func(s string) []byte { return []byte(`<svg xmlns="http://www.w3.org/2000/svg">` + s + `</svg>`) }
	for _, fine := range []string{`<path d="M0 0h9" fill="url(#g)"/>`, `<use href="#a"/>`, `<text>a</text>`} {
		if !course.PlainDrawing(svg(fine)) {
			t.Errorf("refused: %s", fine)
		}
	}
	for _, bad := range []string{`<script>1</script>`, `<path onclick="x"/>`, `<a href="javascript:x"/>`, `<image href="https://x/y.png"/>`, `<foreignObject/>`,
		`<style>@import "x"</style>`, `<path style="fill:url(https://x)"/>`, `<use xlink:href="data:x"/>`, `<g`} {
		if course.PlainDrawing(svg(bad)) {
			t.Errorf("taken: %s", bad)
		}
	}
	for _, bad := range []string{"", "text", `<!DOCTYPE svg [<!ENTITY a "b">]><svg/>`, `<?xml-stylesheet href="x"?><svg/>`, `<html/>`} {
		if course.PlainDrawing([]byte(bad)) {
			t.Errorf("taken: %s", bad)
		}
	}
}
