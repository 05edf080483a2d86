package course

import (
	"regexp"
	"slices"
	"strings"

	"shelter/internal/errs"
)

// attributes say which attributes a directive must and may have, and whether it holds text.
type attributes struct {
	must, may []string
	text      bool
}

var directives = map[Kind]attributes{
	KindNote:     {may: []string{"title"}, text: true},
	KindWarning:  {may: []string{"title"}, text: true},
	KindLaw:      {may: []string{"title"}, text: true},
	KindTip:      {may: []string{"title"}, text: true},
	KindVignette: {may: []string{"title"}, text: true},
	KindReveal:   {must: []string{"title"}, text: true},
	KindCheck:    {must: []string{"items"}},
	KindCards:    {text: true},
	KindDownload: {must: []string{"file", "title"}},
	KindImage:    {must: []string{"file", "alt"}, text: true},
	KindAudio:    {must: []string{"file", "captions", "title"}, text: true},
	KindVideo:    {must: []string{"file", "captions", "title"}, text: true},
}

var (
	reOpen      = regexp.MustCompile(`^:::([a-z]+)\s*(?:\{(.*)\})?\s*$`)
	reAttribute = regexp.MustCompile(`^\s*([a-z]+)="([^"]*)"`)
)

const fence = ":::"

type frontMatter struct {
	Title      string   `yaml:"title"`
	Objectives []string `yaml:"objectives"`
	Minutes    int      `yaml:"minutes"`
	Sources    []string `yaml:"sources"`
}

// parseLesson reads a lesson; whatever the input, it gives a lesson and tells what is wrong.
func parseLesson(file string, data []byte, m *markdown, found *problems) *LessonText {
	t := &LessonText{file: file}
	front, body, offset, ok := splitFront(string(data))
	if !ok {
		found.add(file, 1, "course_check_front", nil)
	} else if node := found.yamlBody(file, []byte(front), 1); node != nil {
		var f frontMatter
		if found.decode(file, node, 1, &f) {
			t.Title, t.Objectives, t.Minutes, t.Sources = f.Title, f.Objectives, f.Minutes, f.Sources
		}
	}
	p := &lessonParser{text: t, markdown: m, found: found, line: offset}
	for line := range strings.SplitSeq(body, "\n") {
		p.line++
		p.take(line)
	}
	p.end()
	t.Terms = m.terms
	t.typeset(m.lang)
	return t
}

// splitFront parts the YAML between the two --- from the text; offset is the count of lines before the text.
func splitFront(s string) (front, body string, offset int, ok bool) {
	rest, ok := strings.CutPrefix(s, "---\n")
	if !ok {
		return "", s, 0, false
	}
	front, body, ok = strings.Cut(rest, "\n---\n")
	if !ok {
		return "", s, 0, false
	}
	return front, body, 3 + strings.Count(front, "\n"), true
}

// lessonParser reads the lines after the front matter.
type lessonParser struct {
	text     *LessonText
	markdown *markdown
	found    *problems
	line     int

	open  *Block // the directive that is open
	lines []string
	start int // line of lines[0]
}

func (p *lessonParser) tell(line int, key string, args errs.Args) {
	p.found.add(p.text.file, line, key, args)
}

func (p *lessonParser) take(line string) {
	trimmed := strings.TrimRight(line, " \t")
	switch {
	case trimmed == fence && p.open != nil:
		p.closeDirective()
	case strings.HasPrefix(trimmed, fence):
		p.openDirective(trimmed)
	default:
		if len(p.lines) == 0 {
			p.start = p.line
		}
		p.lines = append(p.lines, line)
	}
}

func (p *lessonParser) end() {
	if p.open != nil {
		p.tell(p.open.line, "course_check_directive_open", errs.Args{"name": string(p.open.Kind)})
		p.closeDirective()
	}
	p.prose()
}

func (p *lessonParser) openDirective(line string) {
	m := reOpen.FindStringSubmatch(line)
	if m == nil {
		p.tell(p.line, "course_check_directive", errs.Args{"text": line})
		return
	}
	if p.open != nil {
		p.tell(p.line, "course_check_directive_nested", errs.Args{"name": m[1]})
		p.closeDirective()
	}
	p.prose()
	b := &Block{Kind: Kind(m[1]), line: p.line}
	rules, known := directives[b.Kind]
	if !known {
		p.tell(p.line, "course_check_directive_unknown", errs.Args{"name": m[1]})
		b.Kind = KindNote
	}
	p.attributes(b, rules, m[2])
	p.open = b
}

func (p *lessonParser) attributes(b *Block, rules attributes, s string) {
	given := map[string]string{}
	for strings.TrimSpace(s) != "" {
		m := reAttribute.FindStringSubmatch(s)
		if m == nil {
			p.tell(p.line, "course_check_directive", errs.Args{"text": s})
			break
		}
		s = s[len(m[0]):]
		if !slices.Contains(rules.must, m[1]) && !slices.Contains(rules.may, m[1]) {
			p.tell(p.line, "course_check_attribute_unknown", errs.Args{"name": m[1], "directive": string(b.Kind)})
			continue
		}
		given[m[1]] = strings.TrimSpace(m[2])
	}
	for _, name := range rules.must {
		if given[name] == "" {
			p.tell(p.line, "course_check_attribute_missing", errs.Args{"name": name, "directive": string(b.Kind)})
		}
	}
	b.Title, b.Alt = typeset(given["title"], p.markdown.lang), typeset(given["alt"], p.markdown.lang)
	b.File, b.Captions = given["file"], given["captions"]
	b.Items = strings.Fields(given["items"])
}

// prose ends a run of plain Markdown.
func (p *lessonParser) prose() {
	if html := p.render(); html != "" {
		p.text.Blocks = append(p.text.Blocks, Block{Kind: KindProse, HTML: html, line: p.start})
	}
}

func (p *lessonParser) closeDirective() {
	b := p.open
	p.open = nil
	p.text.measures.words += countWords(b.Title) + countWords(b.Alt)
	switch {
	case b.Kind == KindCards:
		p.cards(b)
	case !directives[b.Kind].text:
		if strings.TrimSpace(strings.Join(p.lines, "")) != "" {
			p.tell(b.line, "course_check_directive_text", errs.Args{"name": string(b.Kind)})
		}
		p.lines = nil
	default:
		b.HTML = p.render()
	}
	p.text.Blocks = append(p.text.Blocks, *b)
}

func (p *lessonParser) render() string {
	lines, start := p.lines, p.start
	p.lines = nil
	source := strings.Join(lines, "\n")
	if strings.TrimSpace(source) == "" {
		return ""
	}
	defer p.placeLinks(len(p.text.measures.links), start)
	return p.markdown.render(source, &p.text.measures, p.teller(start))
}

// placeLinks turns the lines of the links from the n-th on, which count from the source that was rendered, into lines of the file.
func (p *lessonParser) placeLinks(n, start int) {
	for i := n; i < len(p.text.measures.links); i++ {
		p.text.measures.links[i].line += start - 1
	}
}

func (p *lessonParser) teller(start int) report {
	return func(line int, key string, args errs.Args) { p.tell(start+line-1, key, args) }
}

func (p *lessonParser) cards(b *Block) {
	lines, start := p.lines, p.start
	p.lines = nil
	for i, line := range lines {
		if strings.TrimSpace(line) == "" {
			continue
		}
		front, back, ok := strings.Cut(line, "||")
		if front, back = strings.TrimSpace(front), strings.TrimSpace(back); !ok || front == "" || back == "" {
			p.tell(start+i, "course_check_card", nil)
			continue
		}
		m, tell, known := &p.text.measures, p.teller(start+i), len(p.text.measures.links)
		b.Cards = append(b.Cards, Card{Front: p.markdown.inline(front, m, tell), Back: p.markdown.inline(back, m, tell)})
		p.placeLinks(known, start+i)
	}
	if len(b.Cards) == 0 {
		p.tell(b.line, "course_check_card", nil)
	}
}
