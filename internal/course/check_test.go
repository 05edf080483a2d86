package course_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"shelter/internal/course"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// keysOf checks a folder and gives the problems' keys, each once.
func keysOf(t *testing.T, files fstest.MapFS) []string {
	t.Helper()
	r, err := course.Check(files)
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	for _, p := range r.Problems {
		keys[p.Key] = true
		if p.File == "" {
			t.Errorf("%s names no file", p.Key)
		}
	}
	return slices.Sorted(maps.Keys(keys))
}

func TestTheSampleHasNoProblem(t *testing.T) {
	t.Parallel()
	if keys := keysOf(t, sample()); len(keys) > 0 {
		t.Error(keys)
	}
}

const (
	lessonFR = "demo/01-un.fr.md"
	lessonAR = "demo/01-un.ar.md"
	yamlFile = "demo/course.yaml"
	bankFile = "demo/questions/01-un.yaml"
)

// Each rule with an example that breaks it: the edit of one file, and the problem that must be told.
func TestEveryRuleFindsItsDefect(t *testing.T) {
	t.Parallel()
	for key, edits := range map[string][][3]string{
		"course_check_yaml":                  {{yamlFile, "code: demo\n", "code: demo\nsurprise: 1\n"}, {yamlFile, "{fr: Un essai", "{fr: [Un essai"}, {bankFile, "difficulty: 1", "difficulty: easy"}, {lessonFR, "minutes: 9", "minutes: [9]"}, {bankFile, "- code", "no list: code"}, {yamlFile, "prerequisites: []", "prerequisites: &a []"}, {yamlFile, "prerequisites: []", "prerequisites: !x []"}},
		"course_check_missing_file":          {{yamlFile, "slug: 01-un", "slug: 07-sept"}},
		"course_check_code_folder":           {{yamlFile, "code: demo\nversion", "code: other\nversion"}},
		"course_check_code_twice":            {{bankFile, "X-002", "X-001"}, {"glossary.yaml", "terms:\n", "terms:\n  - code: mot\n    term: {fr: mot, ar: كلمة, en: word}\n    definition: {fr: Dé, ar: تعريف, en: What}\n"}},
		"course_check_reference":             {{yamlFile, "[fr, ar]", "[ar]"}},
		"course_check_language_unknown":      {{yamlFile, "[fr, ar]", "[fr, ar, de]"}},
		"course_check_number":                {{yamlFile, "valid_months: 12", "valid_months: 0"}},
		"course_check_completion":            {{yamlFile, "checks_min: 0.6", "checks_min: 60"}, {yamlFile, "lessons: all", "lessons: some"}},
		"course_check_lesson_none":           {{yamlFile, "  - {slug: 01-un, objectives: [X1], minutes: 9}\n  - {slug: 02-deux, objectives: [X1], minutes: 9}\n", ""}},
		"course_check_prerequisite":          {{yamlFile, "prerequisites: []", "prerequisites: [nothing]"}},
		"course_check_objective":             {{yamlFile, "objectives: [X1], minutes", "objectives: [X9], minutes"}, {bankFile, "objective: X1", "objective: X9"}},
		"course_check_objective_no_lesson":   {{yamlFile, "competencies:", "  - {code: X2, text: {fr: Rien, ar: لا شيء}}\ncompetencies:"}},
		"course_check_objective_no_question": {{yamlFile, "competencies:", "  - {code: X2, text: {fr: Rien, ar: لا شيء}}\ncompetencies:"}},
		"course_check_lesson_objective":      {{yamlFile, "slug: 01-un, objectives: [X1]", "slug: 01-un, objectives: []"}},
		"course_check_objectives_differ":     {{lessonAR, "objectives: [", "objectives: [\"هدف زائد\", "}},
		"course_check_front":                 {{lessonFR, "sources: [\"Source\"]\n", ""}, {lessonFR, "---\ntitle", "title"}, {lessonFR, "---\n\n##", "\n##"}},
		"course_check_minutes":               {{lessonFR, strings.Repeat("mot ", 700), ""}, {lessonFR, "mot mot ", strings.Repeat("mot ", 8)}},
		"course_check_minutes_differ":        {{lessonFR, "minutes: 9", "minutes: 12"}},
		"course_check_paragraphs":            {{lessonAR, ":::note", "فقرة أولى\n\nفقرة ثانية\n\nفقرة ثالثة\n\n:::note"}},
		"course_check_checks_differ":         {{lessonAR, "X-001 X-002", "X-002 X-001"}},
		"course_check_check_none":            {{lessonFR, ":::check{items=\"X-001 X-002\"}\n:::", ""}},
		"course_check_text_missing":          {{yamlFile, ", ar: تجربة", ""}, {bankFile, "ar: \"ما معنى", "en: \"ما معنى"}, {"glossary.yaml", ", en: word", ""}},
		"course_check_text_language":         {{yamlFile, "ar: تجربة", "ar: essai"}, {lessonAR, "title: الدرس الأول", "title: Premier"}, {yamlFile, "fr: Un essai", "fr: تجربة"}},
		"course_check_text_same":             {{yamlFile, "ar: تجربة", "ar: Un essai"}},
		"course_check_paragraph_language":    {{lessonAR, "## الدرس الأول", "## الدرس الأول\n\nUn paragraphe resté en français."}},
		"course_check_heading":               {{lessonFR, "## Leçon", "# Leçon"}},
		"course_check_image_syntax":          {{lessonFR, "Premier mot", "![](media/plan.svg) Premier mot"}},
		"course_check_html":                  {{lessonFR, "Premier mot", "<b>Premier</b> mot"}, {lessonFR, "## Leçon", "<div>x</div>\n\n## Leçon"}},
		"course_check_term":                  {{lessonFR, "[[mot|", "[[rien|"}},
		"course_check_link":                  {{lessonFR, "Premier mot", "[Premier](http://example.org) mot"}, {lessonFR, "Premier mot", "[Premier](09-neuf) mot"}},
		"course_check_media":                 {{lessonFR, "media/plan.svg", "media/none.svg"}, {lessonFR, "media/plan.svg", "course.yaml"}, {lessonFR, "Premier mot", "[Premier](media/x.pdf) mot"}},
		"course_check_question":              {{lessonFR, "X-001 X-002", "X-001 X-099"}, {yamlFile, "[X-005]", "[X-099]"}},
		"course_check_directive":             {{lessonFR, ":::note{", "::: note{"}, {lessonFR, ":::note{title=", ":::note{title:"}},
		"course_check_directive_open":        {{lessonFR, ":::check{items=\"X-001 X-002\"}\n:::", ":::check{items=\"X-001 X-002\"}\n"}},
		"course_check_directive_nested":      {{lessonFR, ":::note{title=\"Premier mot\"}\n", ":::note{title=\"Premier mot\"}\n:::tip\n"}},
		"course_check_directive_unknown":     {{lessonFR, ":::note", ":::danger"}},
		"course_check_directive_text":        {{lessonFR, "X-001 X-002\"}\n", "X-001 X-002\"}\nUn texte\n"}},
		"course_check_attribute_unknown":     {{lessonFR, ":::note{title", ":::note{colour"}},
		"course_check_attribute_missing":     {{lessonFR, " alt=\"Un plan\"", ""}},
		"course_check_card":                  {{lessonFR, " || ", " | "}},
		"course_check_field":                 {{bankFile, "difficulty: 1", "difficulty: 4"}, {bankFile, "bloom: remember", "bloom: know"}, {bankFile, "type: single", "type: essay"}, {bankFile, "- code: X-002", "- code: \"\""}},
		"course_check_id":                    {{bankFile, "{id: b", "{id: a"}, {bankFile, "{id: b", "{id: \"b c\""}},
		"course_check_options":               {{bankFile, "correct: true", "correct: false"}, {bankFile, "correct: false", "correct: true"}, {bankFile, "type: single", "type: true_false"}, {bankFile, "type: single", "type: matching"}},
		"course_check_feedback":              {{bankFile, "feedback: {fr: \"Avis b\", ar: \"رأي b\"}", "feedback: {}"}, {bankFile, "type: single", "type: ordering"}},
		"course_check_duplicate":             {{bankFile, "Où poser votre sac ?", "Que veut dire le premier terme ?"}},
		"course_check_form_item":             {{yamlFile, "[X-005]", "[X-001]"}, {yamlFile, "[X-005]", "[X-006]"}},
		"course_check_blueprint":             {{yamlFile, "[X-005]", "[X-005, X-006]"}},
	} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			for _, e := range edits {
				files := edited(sample(), e[0], e[1], e[2])
				if string(files[e[0]].Data) == string(sample()[e[0]].Data) {
					t.Fatalf("the edit of %s changes nothing", e[0])
				}
				if got := keysOf(t, files); !slices.Contains(got, key) {
					t.Errorf("%q -> %q: found %v", e[1], e[2], got)
				}
			}
		})
	}
}

func TestTheLongestOptionIsNotTheKeyTooOften(t *testing.T) {
	t.Parallel()
	files := sample()
	for _, name := range []string{bankFile, "demo/questions/02-deux.yaml"} {
		files = edited(files, name, "correct: true, text: {fr: \"Choix", "correct: true, text: {fr: \"Choix bien plus long que les autres")
	}
	if got := keysOf(t, files); !slices.Equal(got, []string{"course_check_longest"}) {
		t.Error(got)
	}
}

func TestProblemsNameTheirLine(t *testing.T) {
	t.Parallel()
	files := edited(sample(), lessonFR, "[[mot|", "[[rien|")
	files = edited(files, bankFile, "objective: X1", "objective: X9")
	r, err := course.Check(files)
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string]int{}
	for _, p := range r.Problems {
		if at := p.File + " " + p.Key; lines[at] == 0 {
			lines[at] = p.Line
		}
	}
	for at, want := range map[string]string{lessonFR + " course_check_term": "[[rien|", bankFile + " course_check_objective": "- code: X-001"} {
		file, _, _ := strings.Cut(at, " ")
		got := strings.Split(string(files[file].Data), "\n")[max(lines[at]-1, 0)]
		if !strings.Contains(got, want) {
			t.Errorf("%s points to line %d: %.60q", at, lines[at], got)
		}
	}
}

func TestCheckCountsAndRefusesAnEmptyFolder(t *testing.T) {
	t.Parallel()
	r, err := course.Check(sample())
	if err != nil || r.Courses != 1 || r.Lessons[i18n.AR] != 2 || r.Questions[i18n.FR] != 6 || r.Words[i18n.FR] < 2000 {
		t.Errorf("%+v %v", r, err)
	}
	if _, err := course.Check(fstest.MapFS{}); !errs.Is(err, errs.Invalid) {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestEveryProblemHasASentence(t *testing.T) {
	t.Parallel()
	b, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	r, err := course.Check(fstest.MapFS{"x/course.yaml": {Data: []byte("code: y\nlanguages: [de]\nlessons:\n  - {slug: a}\nforms:\n  - {code: x-A, items: [Q]}\n")}})
	if err != nil || len(r.Problems) < 8 {
		t.Fatal(r.Problems, err)
	}
	for _, p := range r.Problems {
		for _, l := range i18n.Langs() {
			if s := b.For(l).Map(p.Key, p.Args); strings.Contains(s, "⟦") || strings.Contains(s, "<no value>") {
				t.Errorf("%s in %s: %s", p.Key, l, s)
			}
		}
	}
}

func TestALinkThatLeadsNowhereIsToldAtItsLine(t *testing.T) {
	t.Parallel()
	files := sample()
	text := string(files[lessonFR].Data) + "\nUn [lien](nulle-part).\n\n:::cards\nun || deux\n[trois](ailleurs) || quatre\n:::\n"
	files[lessonFR] = &fstest.MapFile{Data: []byte(text)}
	r, err := course.Check(files)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(text, "\n")
	n := 0
	for _, p := range r.Problems {
		if p.Key == "course_check_link" {
			n++
			if want := p.Args["link"].(string); !strings.Contains(lines[p.Line-1], want) {
				t.Errorf("%s is told at line %d: %q", want, p.Line, lines[p.Line-1])
			}
		}
	}
	if n != 2 {
		t.Errorf("%d links", n)
	}
}
