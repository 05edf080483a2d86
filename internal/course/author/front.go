package author

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
)

// Fields are a lesson in one language as its form has it.
type Fields struct {
	Title      string
	Objectives []string
	Sources    []string
	Text       string
	Raw        bool // the head cannot be read: Text is the whole file
}

type front struct {
	Title      string   `yaml:"title"`
	Objectives []string `yaml:"objectives"`
	Minutes    int      `yaml:"minutes"`
	Sources    []string `yaml:"sources"`
}

// Split parts a lesson's file into the fields of its form; head is how many lines stand before the text.
func Split(file []byte) (f Fields, head int) {
	s := strings.ReplaceAll(string(file), "\r\n", "\n")
	if strings.TrimSpace(s) == "" {
		return Fields{}, 0
	}
	top, text, ok := cutFront(s)
	y, known := readFront(top)
	if !ok || !known {
		return Fields{Text: s, Raw: true}, 0
	}
	lead := len(text) - len(strings.TrimLeft(text, "\n"))
	return Fields{Title: y.Title, Objectives: y.Objectives, Sources: y.Sources, Text: strings.Trim(text, "\n")}, strings.Count(top, "\n") + 3 + lead
}

func cutFront(s string) (top, text string, ok bool) {
	rest, ok := strings.CutPrefix(strings.TrimPrefix(s, "\ufeff"), "---\n")
	if !ok {
		return "", s, false
	}
	return strings.Cut(rest, "\n---\n")
}

// readFront reads the head strictly: what a form would lose is not known to it. The library panics on some broken files.
func readFront(top string) (y front, known bool) {
	defer func() {
		if recover() != nil {
			known = false
		}
	}()
	err := yaml.UnmarshalWithOptions([]byte(top), &y, yaml.Strict())
	return y, err == nil
}

// Join writes the fields into the file. What was not changed keeps its bytes; minutes count only for a head that is written anew.
func Join(file []byte, f Fields, minutes int) []byte {
	f.Text = strings.Trim(strings.ReplaceAll(f.Text, "\r\n", "\n"), "\n")
	if f.Raw {
		if old, _ := Split(file); old.Raw && strings.Trim(old.Text, "\n") == f.Text {
			return file
		}
		return []byte(f.Text + "\n")
	}
	old, _ := Split(file)
	same := !old.Raw && len(file) > 0
	if same && old.equal(f) {
		return file
	}
	var b bytes.Buffer
	top, text, _ := cutFront(strings.ReplaceAll(string(file), "\r\n", "\n"))
	if same && old.Title == f.Title && slices.Equal(old.Objectives, f.Objectives) && slices.Equal(old.Sources, f.Sources) {
		b.WriteString("---\n" + top + "\n---\n")
	} else {
		if y, known := readFront(top); known && y.Minutes > 0 {
			minutes = y.Minutes
		}
		b.WriteString(writeFront(f, minutes))
	}
	if same && old.Text == f.Text {
		b.WriteString(text)
	} else {
		b.WriteString("\n" + f.Text + "\n")
	}
	return b.Bytes()
}

func (f Fields) equal(g Fields) bool {
	return f.Title == g.Title && f.Text == g.Text && slices.Equal(f.Objectives, g.Objectives) && slices.Equal(f.Sources, g.Sources)
}

func writeFront(f Fields, minutes int) string {
	var b strings.Builder
	b.WriteString("---\ntitle: " + quote(f.Title) + "\nobjectives:" + yamlList(f.Objectives))
	b.WriteString("\nminutes: " + strconv.Itoa(minutes) + "\nsources:" + yamlList(f.Sources) + "\n---\n")
	return b.String()
}

func yamlList(items []string) string {
	if len(items) == 0 {
		return " []"
	}
	var b strings.Builder
	for _, s := range items {
		b.WriteString("\n  - " + quote(s))
	}
	return b.String()
}

// quote writes a text as a double-quoted YAML scalar, which reads as JSON does.
func quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string never fails
	return strings.TrimSuffix(b.String(), "\n")
}

// setMinutes writes the planned minutes into the head of a lesson's file; a head that cannot be read stays.
func setMinutes(file []byte, minutes int) []byte {
	s := strings.ReplaceAll(string(file), "\r\n", "\n")
	top, text, ok := cutFront(s)
	y, known := readFront(top)
	if !ok || !known || y.Minutes == minutes {
		return file
	}
	lines := strings.Split(top, "\n")
	i := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "minutes:") })
	line := "minutes: " + strconv.Itoa(minutes)
	if i < 0 {
		lines = append(lines, line)
	} else {
		lines[i] = line
	}
	return []byte("---\n" + strings.Join(lines, "\n") + "\n---\n" + text)
}
