package course

import (
	"strings"
	"testing"

	"shelter/courses"
	"shelter/internal/i18n"
)

const front = "---\ntitle: T\nobjectives: [O]\nminutes: 9\nsources: [S]\n---\n"

func parsed(t testing.TB, lang i18n.Lang, body string) (*LessonText, []Problem) {
	t.Helper()
	g := Glossary{"mot": {Code: "mot", Term: Text{i18n.FR: "le mot", i18n.AR: "الكلمة"}}}
	found := &problems{}
	return parseLesson("x.fr.md", []byte(front+body), newMarkdown(g, lang), found), found.sorted()
}

func TestMarkdownOfALesson(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		source   string
		kind     Kind
		has, not []string
	}{
		"prose":        {"## Titre\n\nUn *mot*.", KindProse, []string{`<h2 id="s1">Titre</h2>`, "<em>mot</em>"}, nil},
		"term":         {"Voici [[mot|ce mot]].", KindProse, []string{`<a class="term" href="#term-mot" data-term>ce mot</a>.`}, []string{"[["}},
		"bare term":    {"Voici [[mot]].", KindProse, []string{`>le mot</a>`}, []string{"[["}},
		"term twice":   {"[[mot]] et [[mot|lui]]", KindProse, []string{`>le mot</a> et`, `>lui</a>`}, nil},
		"unknown term": {"Voici [[rien|ce mot]].", KindProse, []string{"Voici ce mot."}, []string{"[[", "href"}},
		"no term":      {"Voici [[ceci ou cela]] et [un lien](https://example.org/).", KindProse, []string{"[[ceci ou cela]]", `href="https://example.org/"`, `rel="noreferrer noopener"`}, nil},
		"table":        {"| A | B |\n|---|---|\n| [[mot|un]] | deux |", KindProse, []string{`<table class="table table-cards" role="table">`, `data-label="B"`, `>un</a>`, `role="columnheader"`}, []string{"style="}},
		"html":         {"a <script>alert(1)</script> b\n\n<div onclick=x>c</div>", KindProse, nil, []string{"<script", "onclick"}},
		"javascript":   {"[x](javascript:alert(1))", KindProse, nil, []string{"javascript:"}},
		"separator":    {"a [[mot\x1fb]] c", KindProse, []string{"a motb c"}, []string{"\x1f"}},
		"blanks":       {"Le prix : 50 000 dinars, soit 64 % « net » ; voilà !", KindProse, []string{"prix\u00a0: 50\u202f000", "64\u00a0%", "«\u00a0net\u00a0»\u202f;", "voilà\u202f!"}, nil},
		"call-out":     {":::law{title=\"Article 5\"}\nTexte.\n:::", KindLaw, []string{"<p>Texte.</p>"}, []string{":::"}},
		"open":         {":::tip\nTexte.", KindTip, []string{"<p>Texte.</p>"}, []string{":::"}},
		"colons":       {"a\n:::\nb", KindProse, []string{"a", "b"}, []string{":::"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, _ := parsed(t, i18n.FR, c.source)
			html := ""
			for _, b := range l.Blocks {
				html += b.HTML
			}
			if len(l.Blocks) == 0 || l.Blocks[0].Kind != c.kind {
				t.Fatalf("blocks: %+v", l.Blocks)
			}
			for _, s := range c.has {
				if !strings.Contains(html, s) {
					t.Errorf("%q is missing in %s", s, html)
				}
			}
			for _, s := range c.not {
				if strings.Contains(html, s) {
					t.Errorf("%q stands in %s", s, html)
				}
			}
		})
	}
}

func TestDirectives(t *testing.T) {
	t.Parallel()
	l, found := parsed(t, i18n.AR, "## عنوان\n\n:::cards\nوجه [[mot|كلمة]] || ظهر\n:::\n:::check{items=\"X-1 X-2\"}\n:::\n:::image{file=\"media/a.svg\" alt=\"رسم\"}\nشرح\n:::\nنص\n")
	if len(found) > 0 {
		t.Fatal(found)
	}
	if len(l.Blocks) != 5 {
		t.Fatalf("%d blocks: %+v", len(l.Blocks), l.Blocks)
	}
	cards, check, image := l.Blocks[1], l.Blocks[2], l.Blocks[3]
	if len(cards.Cards) != 1 || strings.Contains(cards.Cards[0].Front, "<p>") || cards.Cards[0].Back != "ظهر" {
		t.Errorf("cards: %+v", cards.Cards)
	}
	if strings.Join(check.Items, ",") != "X-1,X-2" || strings.Join(l.Checks(), ",") != "X-1,X-2" {
		t.Errorf("check: %v", check.Items)
	}
	if image.File != "media/a.svg" || image.Alt != "رسم" || !strings.Contains(image.HTML, "شرح") {
		t.Errorf("image: %+v", image)
	}
	if strings.Join(l.Terms, ",") != "mot" || l.Title != "T" || l.Minutes != 9 {
		t.Errorf("lesson: %+v", l)
	}
}

func TestHeadingsHaveTheSamePlaceInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"detection", "assistance"} {
		c, _, err := Read(courses.FS, code)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range c.Lessons {
			fr, ar := headings(l.Texts[i18n.FR]), headings(l.Texts[i18n.AR])
			if fr != ar || fr < 3 {
				t.Errorf("%s/%s: %d headings in French, %d in Arabic", code, l.Slug, fr, ar)
			}
		}
	}
}

func headings(t *LessonText) (n int) {
	for _, b := range t.Blocks {
		n += strings.Count(b.HTML, "<h2 id=")
	}
	return n
}

func TestWindowsFilesReadAlike(t *testing.T) {
	t.Parallel()
	files := map[string][]byte{"x/a": []byte("\ufeffun\r\ndeux\r\n")}
	r := &reader{files: files}
	if got, _ := r.text("x/a"); string(got) != "un\ndeux\n" {
		t.Errorf("%q", got)
	}
}

func TestFeedbackTellsNoKeyThatWasNotChosen(t *testing.T) {
	t.Parallel()
	q := &Question{Type: Multiple, Options: []Option{
		{ID: "a", Correct: true, Feedback: Text{i18n.FR: "bien a"}}, {ID: "b", Correct: true, Feedback: Text{i18n.FR: "bien b"}}, {ID: "c", Feedback: Text{i18n.FR: "mal c"}}}}
	f := q.Tell(Response{Choice: []string{"a"}}, 0.5, i18n.FR)
	if f.Right || !f.Missing || !f.Partly || len(f.Options) != 1 || f.Options[0] != (OptionFeedback{ID: "a", Right: true, Text: "bien a"}) {
		t.Errorf("half: %+v", f)
	}
	f = q.Tell(Response{Choice: []string{"a", "c"}}, 0, i18n.FR)
	if f.Missing || f.Options[1].Right {
		t.Errorf("with a wrong one: %+v", f)
	}
	m := &Question{Type: Matching, Pairs: []Pair{{ID: "a"}, {ID: "b"}}, Feedback: Text{i18n.FR: "voilà"}}
	f = m.Tell(Response{Match: map[string]string{"a": "a", "b": "a"}}, 0.5, i18n.FR)
	if !f.Options[0].Right || f.Options[1].Right || f.Text != "voilà" {
		t.Errorf("matching: %+v", f)
	}
	o := &Question{Type: Ordering, Options: []Option{{ID: "a"}, {ID: "b"}, {ID: "c"}}}
	f = o.Tell(Response{Choice: []string{"a", "c", "b"}}, 1.0/3, i18n.FR)
	if !f.Options[0].Right || f.Options[1].Right || f.Options[2].Right {
		t.Errorf("ordering: %+v", f)
	}
}

func FuzzLesson(f *testing.F) {
	f.Add(front + "## T\n\n[[mot|x]]\n\n:::note{title=\"a\"}\nb\n:::\n")
	f.Add("---\n---\n:::cards\na || b\n|| \n:::\n:::check{items=\"\"}\n")
	f.Add("::::\n:::x{a=\"b\nc\"}\n[[[mot]]|y]]\n<a>\n| a | b |\n|-|-|\n| [[mot|c]] |")
	f.Fuzz(func(t *testing.T, s string) {
		found := &problems{}
		l := parseLesson("x.md", []byte(s), newMarkdown(Glossary{"mot": {Code: "mot", Term: Text{i18n.FR: "mot"}}}, i18n.FR), found)
		for _, b := range l.Blocks {
			html := b.HTML
			for _, c := range b.Cards {
				html += c.Front + c.Back
			}
			if strings.Contains(html, "<script") || strings.Contains(html, "<iframe") || strings.Contains(html, separator) {
				t.Fatalf("unsafe: %q", html)
			}
		}
		for _, p := range found.list {
			if p.Line < 0 || p.Line > strings.Count(s, "\n")+2 {
				t.Fatalf("line %d of %d: %s", p.Line, strings.Count(s, "\n")+1, p.Key)
			}
		}
	})
}

func FuzzBank(f *testing.F) {
	f.Add("- code: X-1\n  type: single\n  stem: {fr: a}\n")
	f.Add("a: [")
	f.Fuzz(func(_ *testing.T, s string) {
		c, _ := inspect("x", map[string][]byte{
			"x/course.yaml": []byte("code: x\nlanguages: [fr]\ntitle: {fr: T}\nforms:\n  - {code: x-A, items: [X-1]}\n"), "x/questions/a.yaml": []byte(s), glossaryFile: []byte(s)})
		for _, q := range c.Bank {
			q.Tell(Response{Choice: []string{"a"}}, 0, i18n.AR)
		}
	})
}
