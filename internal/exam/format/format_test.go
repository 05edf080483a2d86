package format

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// sourceKeys lists the message keys that this package's code names.
func sourceKeys(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"(examformat_[a-z_]+)"`).FindAllStringSubmatch(string(b), -1) {
			keys = append(keys, m[1])
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func fr(s string) Text { return Text{i18n.FR: s} }

func parse(t *testing.T, f Format, s string) Result {
	t.Helper()
	res, err := Parse(f, strings.NewReader(s), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// Examples in the way of Moodle's documentation of GIFT, with what each must become.
func TestGIFTExamples(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		want Question
	}{
		{"Qui est enterré là ? { =Personne ~Grant ~Le roi }", Question{Type: Single, Stem: fr("Qui est enterré là ?"), Options: []Option{
			{ID: "a", Correct: true, Text: fr("Personne")}, {ID: "b", Text: fr("Grant")}, {ID: "c", Text: fr("Le roi")}}}},
		{"::Q1:: 1+1\\=2 {T}", Question{Code: "Q1", Type: TrueFalse, Stem: fr("1+1=2"), Options: []Option{{ID: "a", Correct: true}, {ID: "b"}}}},
		{"Faux.{FALSE#mal#bien####général}", Question{Type: TrueFalse, Stem: fr("Faux."), Feedback: fr("général"), Options: []Option{
			{ID: "a", Feedback: fr("mal")}, {ID: "b", Correct: true, Feedback: fr("bien")}}}},
		{"Deux et deux ? {=four =4}", Question{Type: ShortText, Stem: fr("Deux et deux ?"), Accept: []string{"four", "4"}}},
		{"Associez. {=Canada -> Ottawa\n=Italie -> Rome\n= -> Paris}", Question{Type: Matching, Stem: fr("Associez."),
			Pairs: []Pair{{fr("Canada"), fr("Ottawa")}, {fr("Italie"), fr("Rome")}}, Extra: []Text{fr("Paris")}}},
		{"Naissance ? {#1822:5}", Question{Type: Numeric, Stem: fr("Naissance ?"), Value: 1822, Tolerance: 5}},
		{"Pi ? {#3.141..3.143}", Question{Type: Numeric, Stem: fr("Pi ?"), Value: 3.142, Tolerance: 0.001}},
		{"Zéro {#=0}", Question{Type: Numeric, Stem: fr("Zéro")}},
		{"Racontez. {}", Question{Type: Open, Stem: fr("Racontez.")}},
		{"La loi {=61 ~62} de 2016.", Question{Type: Single, Stem: fr("La loi _____ de 2016."), Options: []Option{
			{ID: "a", Correct: true, Text: fr("61")}, {ID: "b", Text: fr("62")}}}},
		{"Lesquels ? {\n~%50%A#oui\n~%50%B\n\n~%-100%C \\~ \\#\n}", Question{Type: Multiple, Stem: fr("Lesquels ?"), Options: []Option{
			{ID: "a", Correct: true, Text: fr("A"), Feedback: fr("oui")}, {ID: "b", Correct: true, Text: fr("B")}, {ID: "c", Text: fr("C ~ #")}}}},
		{"// [id:D-4] [tag:objective:D1] [tag:difficulty:2]\n::Titre long:: Ordre {>ALL VERTICAL\nun\ndeux\n}", Question{Code: "D-4", Type: Ordering,
			Objective: "D1", Difficulty: 2, Stem: fr("Ordre"), Options: []Option{{ID: "a", Text: fr("un")}, {ID: "b", Text: fr("deux")}}}},
		{"ما هو الاتجار بالأشخاص؟ {=جريمة ~مخالفة 2}", Question{Type: Single, Stem: Text{i18n.AR: "ما هو الاتجار بالأشخاص؟"}, Options: []Option{
			{ID: "a", Correct: true, Text: Text{i18n.AR: "جريمة"}}, {ID: "b", Text: Text{i18n.AR: "مخالفة 2"}}}}},
		{`[html]<p>Un <b>mot</b>&nbsp;:</p><p>deux</p>{T}`, Question{Type: TrueFalse, Stem: fr("Un mot\u00a0:\n\ndeux"),
			Options: []Option{{ID: "a", Correct: true}, {ID: "b"}}}},
		{`Chemin C:\\temp et \alpha {T}`, Question{Type: TrueFalse, Stem: fr(`Chemin C:\temp et \alpha`),
			Options: []Option{{ID: "a", Correct: true}, {ID: "b"}}}},
		{`{mlang fr}Oui{mlang}{mlang ar}نعم{mlang} {T}`, Question{}}, // braces of the filter have to be escaped: refused below
	} {
		if c.want.Type == "" {
			continue
		}
		res := parse(t, GIFT, c.in)
		if len(res.Questions) != 1 || len(res.Skipped) > 0 {
			t.Errorf("%q: %+v", c.in, res)
			continue
		}
		got := res.Questions[0]
		got.Line = 0
		got.Tolerance = round9(got.Tolerance)
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q\n got %#v\nwant %#v", c.in, got, c.want)
		}
	}
}

func round9(f float64) float64 { return float64(int64(f*1e9+0.5)) / 1e9 }

// One bad question is reported with its line and does not hide the others.
func TestGIFTProblems(t *testing.T) {
	t.Parallel()
	in := strings.Join([]string{
		"$CATEGORY: top/loi", // 1
		"",
		"Sans accolade", // 3
		"",
		"Bonne {T}", // 5
		"",
		"Ouverte {=a ~b", // 7
		"",
		"::Suivante:: ok {F}", // 9
		"",
		"Deux clés {=a =b ~c}", // 11
		"",
		"Rien de juste {~a}", // 13
		"",
		"Nombre {#douze}", // 15
		"",
		"::titre sans fin {T}", // 17
		"",
		"Vide {=}", // 19
		"",
		"Parts {~%70%a ~%30%b ~c}", // 21
		"",
		"Mot {quoi}", // 23
		"",
		"Deux {T} trous {F}", // 25
	}, "\n")
	res := parse(t, GIFT, in)
	want := map[int]string{3: "examformat_gift_description", 7: "examformat_gift_braces", 11: "examformat_two_right", 13: "examformat_options",
		15: "examformat_number", 17: "examformat_gift_title", 19: "examformat_no_answer", 23: "examformat_gift_answers",
		25: "examformat_gift_braces"}
	got := map[int]string{}
	for _, p := range res.Skipped {
		got[p.Line] = p.Key
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("skipped %v\nwant %v", got, want)
	}
	var lines []int
	for _, q := range res.Questions {
		lines = append(lines, q.Line)
		if q.Category != "top/loi" {
			t.Errorf("category %q", q.Category)
		}
	}
	if !reflect.DeepEqual(lines, []int{5, 9, 21}) {
		t.Errorf("kept %v", lines)
	}
	if len(res.Warnings) != 1 || res.Warnings[0].Key != "examformat_weights" || res.Warnings[0].Line != 21 {
		t.Errorf("warnings %+v", res.Warnings)
	}
}

func TestAikenExamples(t *testing.T) {
	t.Parallel()
	res := parse(t, Aiken, "\ufeffQuelle loi ?\r\nA) 2016-61\r\nB) 2004-75\r\nANSWER: A\r\n\r\nSans clé\r\nA. un\r\nB. deux\r\nAutre ?\r\nA. x\r\nB. y\r\n"+
		"ANSWER: C\r\nDernière ?\r\nA. oui\r\nC. non\r\nANSWER: A\r\nFin")
	if len(res.Questions) != 1 || !res.Questions[0].Options[0].Correct || res.Questions[0].Options[1].Text[i18n.FR] != "2004-75" {
		t.Errorf("%+v", res.Questions)
	}
	want := map[int]string{6: "examformat_aiken_unfinished", 9: "examformat_aiken_answer", 13: "examformat_aiken_order", 17: "examformat_aiken_unfinished"}
	got := map[int]string{}
	for _, p := range res.Skipped {
		got[p.Line] = p.Key
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("skipped %v, want %v", got, want)
	}
}

const moodleSample = `<?xml version="1.0" encoding="UTF-8"?>
<quiz>
<question type="category"><category><text>$course$/top/Droit</text></category></question>
<question type="multichoice">
  <name><text>Une question</text></name>
  <questiontext format="html"><text><![CDATA[<p>Choisir <span lang="fr" class="multilang">en français</span><span lang="ar" class="multilang">بالعربية</span></p>]]></text></questiontext>
  <generalfeedback format="html"><text></text></generalfeedback>
  <single>false</single>
  <answer fraction="50" format="html"><text><![CDATA[<p>A</p><script>alert(1)</script>]]></text><feedback format="html"><text>&lt;b onclick="x()"&gt;bien&lt;/b&gt;</text></feedback></answer>
  <answer fraction="50" format="html"><text>B &amp;amp; C<![CDATA[<img src="@@PLUGINFILE@@/x.png">]]></text><feedback><text></text></feedback></answer>
  <answer fraction="-100" format="html"><text>D</text></answer>
  <tags><tag><text>bloom:apply</text></tag><tag><text>pilote</text></tag></tags>
</question>
<question type="cloze"><name><text>x</text></name><questiontext><text>{1:SA:=a}</text></questiontext></question>
<question type="numerical"><idnumber>N-1</idnumber><questiontext format="plain_text"><text>Combien &lt;b&gt; ?</text></questiontext>
  <answer fraction="100"><text>12.5</text><tolerance>0.5</tolerance></answer><answer fraction="50"><text>13</text></answer></question>
</quiz>`

func TestMoodleExample(t *testing.T) {
	t.Parallel()
	res := parse(t, MoodleXML, moodleSample)
	if len(res.Questions) != 2 {
		t.Fatalf("%+v", res)
	}
	q := res.Questions[0]
	want := Question{Type: Multiple, Category: "$course$/top/Droit", Bloom: "apply", Tags: []string{"pilote"}, Line: 4,
		Stem: Text{i18n.FR: "Choisir en français", i18n.AR: "Choisir بالعربية"},
		Options: []Option{{ID: "a", Correct: true, Text: fr("A"), Feedback: fr("bien")}, {ID: "b", Correct: true, Text: fr("B & C")},
			{ID: "c", Text: fr("D")}}}
	if !reflect.DeepEqual(q, want) {
		t.Errorf(" got %#v\nwant %#v", q, want)
	}
	if n := res.Questions[1]; n.Code != "N-1" || n.Value != 12.5 || n.Tolerance != 0.5 || n.Stem[i18n.FR] != "Combien <b> ?" {
		t.Errorf("%+v", n)
	}
	if len(res.Skipped) != 1 || res.Skipped[0].Line != 14 || res.Skipped[0].Args["kind"] != "cloze" {
		t.Errorf("skipped %+v", res.Skipped)
	}
	var keys []string
	for _, w := range res.Warnings {
		keys = append(keys, fmt.Sprintf("%d %s", w.Line, w.Key))
	}
	for _, k := range []string{"4 examformat_unsafe", "4 examformat_media", "15 examformat_partial"} {
		if !slices.Contains(keys, k) {
			t.Errorf("no warning %s in %v", k, keys)
		}
	}
}

func TestQTIForeignItem(t *testing.T) {
	t.Parallel()
	for name, item := range map[string]string{
		"2.1": `<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="choice" title="Bagages" adaptive="false" timeDependent="false">
<responseDeclaration identifier="R" cardinality="single" baseType="identifier"><correctResponse><value>ChoiceA</value></correctResponse></responseDeclaration>
<itemBody><p>Regardez.</p><choiceInteraction responseIdentifier="R" shuffle="false" maxChoices="1"><prompt>Que dit-il ?</prompt>
<simpleChoice identifier="ChoiceA">Ne pas <em>laisser</em>.</simpleChoice><simpleChoice identifier="ChoiceB">Laisser.<feedbackInline outcomeIdentifier="F" identifier="ChoiceB" showHide="show">Non.</feedbackInline></simpleChoice></choiceInteraction></itemBody></assessmentItem>`,
		"3.0": `<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="choice" title="Bagages" time-dependent="false">
<qti-response-declaration identifier="R" cardinality="single" base-type="identifier"><qti-correct-response><qti-value>ChoiceA</qti-value></qti-correct-response></qti-response-declaration>
<qti-item-body><p>Regardez.</p><qti-choice-interaction response-identifier="R" max-choices="1"><qti-prompt>Que dit-il ?</qti-prompt>
<qti-simple-choice identifier="ChoiceA">Ne pas <em>laisser</em>.</qti-simple-choice><qti-simple-choice identifier="ChoiceB">Laisser.<qti-feedback-inline outcome-identifier="F" identifier="ChoiceB">Non.</qti-feedback-inline></qti-simple-choice></qti-choice-interaction></qti-item-body></qti-assessment-item>`,
	} {
		res := parse(t, QTI, item)
		want := Question{Code: "Bagages", Type: Single, Stem: fr("Regardez.\n\nQue dit-il ?"), Line: 1, Options: []Option{
			{ID: "a", Correct: true, Text: fr("Ne pas laisser.")}, {ID: "b", Text: fr("Laisser."), Feedback: fr("Non.")}}}
		if len(res.Questions) != 1 || !reflect.DeepEqual(res.Questions[0], want) {
			t.Errorf("%s: %+v", name, res)
		}
	}
	res := parse(t, QTI, `<assessmentItem identifier="x"><itemBody><p>x</p><textEntryInteraction responseIdentifier="R"/></itemBody></assessmentItem>`)
	if len(res.Skipped) != 1 || res.Skipped[0].Args["kind"] != "textEntryInteraction" {
		t.Errorf("%+v", res)
	}
}

// Files made to harm are refused in a moment, with a message.
func TestHostileFiles(t *testing.T) {
	t.Parallel()
	lol := `<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><quiz><question type="essay">&b;</question></quiz>`
	external := `<!DOCTYPE quiz SYSTEM "http://127.0.0.1/x.dtd"><quiz></quiz>`
	xxe := `<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>`
	for _, c := range []struct {
		name string
		f    Format
		in   []byte
		key  string
	}{
		{"entity bomb", MoodleXML, []byte(lol), "examformat_doctype"},
		{"external document type", MoodleXML, []byte(external), "examformat_doctype"},
		{"external entity", QTI, []byte(xxe), "examformat_doctype"},
		{"unknown entity", MoodleXML, []byte(`<quiz>&x;</quiz>`), "examformat_xml"},
		{"deep nesting", MoodleXML, []byte("<quiz>" + strings.Repeat("<a>", 100000)), "examformat_too_deep"},
		{"many elements", MoodleXML, []byte("<quiz>" + strings.Repeat("<a/>", maxNodes+1) + "</quiz>"), "examformat_too_large_xml"},
		{"truncated", MoodleXML, []byte(moodleSample[:900]), "examformat_xml"},
		{"crossed", MoodleXML, []byte("<quiz><a><b></a></b></quiz>"), "examformat_xml"},
		{"two roots", MoodleXML, []byte("<quiz></quiz><quiz></quiz>"), "examformat_xml"},
		{"not a quiz", MoodleXML, []byte("<html></html>"), "examformat_not_moodle"},
		{"not an item", QTI, []byte("<quiz></quiz>"), "examformat_not_qti"},
		{"broken zip", QTI, []byte("PK\x03\x04xxxx"), "examformat_unreadable"},
		{"zip bomb", QTI, bomb(t), "examformat_too_large"},
		{"empty", GIFT, nil, "examformat_empty"},
		{"empty xml", MoodleXML, nil, "examformat_xml"},
		{"control characters", Aiken, []byte{0, 1, 2, 10}, "examformat_empty"},
		{"unknown format", "odt", []byte("x"), "examformat_unknown"},
	} {
		start := time.Now()
		_, err := Parse(c.f, bytes.NewReader(c.in), Options{})
		e := errs.As(err)
		if e == nil || e.Kind != errs.Invalid || e.Key != c.key {
			t.Errorf("%s: %v, want %s", c.name, err, c.key)
		}
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%s took %v", c.name, d)
		}
	}
}

// endless is a file without an end, and counts what was read of it.
type endless struct {
	piece, chunk string
	read         int
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.chunk) == 0 {
		e.chunk = strings.Repeat(e.piece, 1<<16/len(e.piece))
	}
	n := copy(p, e.chunk)
	e.read += n
	return n, nil
}

// A file is never read much beyond the limit, however large it is.
func TestHugeFiles(t *testing.T) {
	t.Parallel()
	for f, piece := range map[Format]string{MoodleXML: "<quiz> ", GIFT: "a{T}\n\n", Aiken: "a\nA. b\nANSWER: A\n", QTI: "PK\x03\x04"} {
		e := &endless{piece: piece}
		_, err := Parse(f, e, Options{})
		if got := errs.As(err); got == nil || got.Key != "examformat_too_large" {
			t.Errorf("%s: %v", f, err)
		}
		if e.read > 2*MaxBytes {
			t.Errorf("%s: %d bytes were read", f, e.read)
		}
	}
}

func bomb(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("items/x.xml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(bytes.Repeat([]byte(" "), maxEntrySize+1)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Nothing of a script reaches a text, however it is hidden.
func TestScriptsAreTakenOut(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		`a<script>evil()</script>`, `a<SCRIPT SRC=//x.tn/evil.js></SCRIPT>`, `a<style>evil{}</style>`, `<img src=x onerror=evil()>a`,
		`<svg><script>evil()</script></svg>a`, `<iframe srcdoc="<script>evil()</script>"></iframe>a`, `<a href="javascript:evil()">a</a>`,
		`<!-- evil --><p>a</p>`, `<object data="evil"></object>a`, `a<noscript><evil></noscript>`,
	} {
		var q Question
		rd := &reader{}
		got := rd.textOfHTML(&q, s, i18n.FR)[i18n.FR]
		if got != "a" {
			t.Errorf("%q became %q", s, got)
		}
	}
	deep := strings.Repeat("<div>", 5000) + "mot" + strings.Repeat("</div>", 5000)
	if got := (&reader{}).textOfHTML(&Question{}, deep, i18n.FR)[i18n.FR]; got != "mot" {
		t.Errorf("deep nesting became %q", clip(got))
	}
}

func TestDetect(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Format{
		moodleSample: MoodleXML, "PK\x03\x04": QTI, `<?xml version="1.0"?><qti-assessment-item/>`: QTI, "::x::y{T}": GIFT, "// a\nx{T}": GIFT,
		"Q\nA. x\nB. y\nANSWER: A": Aiken, "<html>": "", "bonjour": "",
	} {
		got, ok := Detect([]byte(in))
		if got != want || ok != (want != "") {
			t.Errorf("%q is %q", clip(in), got)
		}
	}
}

func TestWriteRefusesTheUnfinished(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	problems, err := Write(MoodleXML, &b, []Question{{Code: "X", Type: Single, Stem: fr("a"), Options: []Option{{Text: fr("b")}, {Text: fr("c")}}}},
		Options{})
	if err != nil || len(problems) != 1 || problems[0].Key != "examformat_key" || problems[0].Code != "X" {
		t.Errorf("%v %v", problems, err)
	}
	if strings.Contains(b.String(), "<question") {
		t.Error("written all the same")
	}
}

// fuzz parses anything: no panic, only whole questions, and what was kept is written and read again without change.
func fuzz(t *testing.T, f Format, b []byte) {
	res, err := Parse(f, bytes.NewReader(b), Options{})
	if err != nil {
		if !errs.Is(err, errs.Invalid) {
			t.Fatal(err)
		}
		return
	}
	for i := range res.Questions {
		res.Questions[i].Line = 0
		if key := res.Questions[i].check(); key != "" {
			t.Fatalf("kept although %s: %#v", key, res.Questions[i])
		}
	}
	if len(res.Questions) == 0 {
		return
	}
	var out bytes.Buffer
	problems, err := Write(f, &out, res.Questions, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(problems) > 0 {
		return
	}
	back, err := Parse(f, bytes.NewReader(out.Bytes()), Options{})
	if err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for i := range back.Questions {
		back.Questions[i].Line = 0
	}
	if !reflect.DeepEqual(back.Questions, res.Questions) {
		t.Fatalf(" got %#v\nwant %#v\n%s", back.Questions, res.Questions, out.String())
	}
}

func FuzzGIFT(f *testing.F) {
	f.Add([]byte("::a::b \\= {=c#d ~%-50%e}\n\nx{#1..2}\n\n[html]<p>a</p>{=a->b =c->d}\n\no{>x\na\nb\n}"))
	f.Add([]byte("$CATEGORY: a\n// [id:q] [tag:type:likert]\nx{~a ~b}\n\ny{F#a#b####c}"))
	f.Fuzz(func(t *testing.T, b []byte) { fuzz(t, GIFT, b) })
}

func FuzzAiken(f *testing.F) {
	f.Add([]byte("Q\nA. x\nB) y\nANSWER: B\n"))
	f.Fuzz(func(t *testing.T, b []byte) { fuzz(t, Aiken, b) })
}

func FuzzMoodleXML(f *testing.F) {
	f.Add([]byte(moodleSample))
	f.Fuzz(func(t *testing.T, b []byte) { fuzz(t, MoodleXML, b) })
}

func FuzzQTI(f *testing.F) {
	f.Add([]byte(`<assessmentItem label="type=single&amp;code=a"><responseDeclaration identifier="R"><correctResponse><value>a</value></correctResponse></responseDeclaration><itemBody>x<choiceInteraction responseIdentifier="R"><simpleChoice identifier="a">a</simpleChoice><simpleChoice identifier="b">b</simpleChoice></choiceInteraction></itemBody></assessmentItem>`))
	f.Fuzz(func(t *testing.T, b []byte) { fuzz(t, QTI, b) })
}
