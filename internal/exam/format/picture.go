package format

import (
	"encoding/base64"
	"net/url"
	"strings"

	"golang.org/x/net/html"

	"shelter/internal/errs"
)

// Picture is the picture of a question's stem, as the file itself holds it; whoever keeps it decodes and checks it.
type Picture struct {
	Data []byte
	Alt  Text   // what it shows, in the language of the stem; the file's name where the file does not say
	Name string // of the file; empty for one that stands in the text itself
}

// pluginFile is how Moodle's texts name the files that stand beside them.
const pluginFile = "@@PLUGINFILE@@/"

// picture takes the first picture out of the stem that the file holds, in a <file> beside the text or in the text itself as
// data:, and gives the text without it. Every other picture stays in the text, where it is said to be lost.
func (m moodleText) picture(stem *node) (text string) {
	s := stem.child("text").words()
	if !strings.Contains(s, "<img") {
		return s
	}
	var out strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	for z.Next() != html.ErrorToken {
		raw := string(z.Raw())
		if t := z.Token(); t.Data == "img" && m.q.Picture == nil {
			if m.q.Picture = m.pictureOf(t, stem); m.q.Picture != nil {
				continue
			}
		}
		out.WriteString(raw)
	}
	return out.String()
}

func (m moodleText) pictureOf(t html.Token, stem *node) *Picture {
	p := &Picture{}
	alt := ""
	for _, a := range t.Attr {
		switch a.Key {
		case "src":
			p.Name, p.Data = sourceOf(a.Val, stem)
		case "alt":
			alt = cleanLine(a.Val)
		}
	}
	if len(p.Data) == 0 {
		return nil
	}
	if alt == "" {
		m.rd.warn(m.q, "examformat_picture_alt", errs.Args{"name": clip(p.Name)})
		alt = p.Name
	}
	p.Alt = Text{m.base: alt}.tidy()
	return p
}

// sourceOf finds what the source of a picture names: the bytes of a file beside the text, or those in the source itself.
func sourceOf(src string, stem *node) (name string, data []byte) {
	if rest, ok := strings.CutPrefix(src, "data:image/"); ok {
		_, body, _ := strings.Cut(rest, ";base64,")
		return "", decode64(body)
	}
	rest, ok := strings.CutPrefix(src, pluginFile)
	if !ok {
		return "", nil
	}
	if u, err := url.PathUnescape(rest); err == nil {
		rest = u
	}
	for _, f := range stem.all("file") {
		if f.attr["encoding"] == "base64" && strings.TrimPrefix(f.attr["path"], "/")+f.attr["name"] == rest {
			return f.attr["name"], decode64(f.words())
		}
	}
	return "", nil
}

func decode64(s string) []byte {
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		return nil
	}
	return data
}
