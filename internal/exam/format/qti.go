package format

import (
	"archive/zip"
	"bytes"
	"io"
	"net/url"
	"path"
	"strconv"
	"strings"

	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Limits of a QTI package.
const (
	maxEntries   = 12000
	maxEntrySize = 2 << 20
	maxUnpacked  = 100 << 20
)

// qti reads an item or a package (.zip) of items, QTI 2.1 or 3.0 (1EdTech, Assessment, Section and Item). Items with one choice
// interaction are kept.
func (rd *reader) qti(data []byte) error {
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return rd.qtiPackage(data)
	}
	root, err := parseXML(data)
	if err != nil {
		return err
	}
	if plainName(root.name) != "assessmentItem" {
		return errs.NewInvalid("examformat_not_qti").With("line", root.line).With("tag", root.name)
	}
	rd.qtiItem(root.plainNames(), "")
	return nil
}

func (rd *reader) qtiPackage(data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return errs.NewInvalid("examformat_unreadable").With("line", 0).Because(err)
	}
	if len(z.File) > maxEntries {
		return errs.NewInvalid("examformat_too_large").With("max", MaxBytes>>20)
	}
	total := 0
	for _, f := range z.File {
		if !strings.EqualFold(path.Ext(f.Name), ".xml") || path.Base(f.Name) == "imsmanifest.xml" {
			continue
		}
		part, err := entry(f)
		if err != nil {
			return err
		}
		if total += len(part); total > maxUnpacked {
			return errs.NewInvalid("examformat_too_large").With("max", MaxBytes>>20)
		}
		root, err := parseXML(part)
		if err != nil {
			return errs.As(err).With("file", clip(path.Base(f.Name)))
		}
		if plainName(root.name) == "assessmentItem" {
			rd.qtiItem(root.plainNames(), path.Base(f.Name))
		}
	}
	return nil
}

// entry unpacks one file, never more than the limit whatever its header says.
func entry(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, errs.NewInvalid("examformat_unreadable").With("line", 0).Because(err)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, maxEntrySize+1))
	switch {
	case err != nil:
		return nil, errs.NewInvalid("examformat_unreadable").With("line", 0).Because(err)
	case len(b) > maxEntrySize:
		return nil, errs.NewInvalid("examformat_too_large").With("max", maxEntrySize>>20)
	}
	return b, nil
}

// plainName gives QTI 3's qti-choice-interaction and response-identifier as 2.1 writes them.
func plainName(s string) string {
	parts := strings.Split(strings.TrimPrefix(s, "qti-"), "-")
	for i, p := range parts[1:] {
		if p != "" {
			parts[i+1] = strings.ToUpper(p[:1]) + p[1:]
		}
	}
	return strings.Join(parts, "")
}

func (n *node) plainNames() *node {
	if strings.HasPrefix(n.name, "qti-") {
		n.name = plainName(n.name)
		for k, v := range n.attr {
			if p := plainName(k); p != k {
				delete(n.attr, k)
				n.attr[p] = v
			}
		}
	}
	for _, k := range n.kids {
		k.plainNames()
	}
	return n
}

// qtiItemReader reads one item.
type qtiItemReader struct {
	rd   *reader
	q    *Question
	item *node
	base i18n.Lang
	tf   bool // label says true/false
}

// interactions are the kinds of questions of QTI.
var interactions = []string{
	"choiceInteraction", "orderInteraction", "associateInteraction", "matchInteraction", "gapMatchInteraction", "inlineChoiceInteraction",
	"textEntryInteraction", "extendedTextInteraction", "hotspotInteraction", "graphicOrderInteraction", "sliderInteraction",
	"uploadInteraction", "hottextInteraction", "selectPointInteraction", "drawingInteraction", "mediaInteraction", "customInteraction",
	"portableCustomInteraction", "graphicAssociateInteraction", "graphicGapMatchInteraction", "positionObjectInteraction",
}

func (rd *reader) qtiItem(item *node, file string) {
	args := errs.Args{"kind": "", "file": file}
	var found []*node
	for _, name := range interactions {
		for _, n := range item.child("itemBody").find(name) {
			found = append(found, n)
			args["kind"] = name
		}
	}
	switch {
	case len(found) > 1:
		rd.skip(item.line, "examformat_qti_several", args)
		return
	case len(found) == 0 || found[0].name != "choiceInteraction":
		rd.skip(item.line, "examformat_kind", args)
		return
	}
	q := Question{Line: item.line}
	r := &qtiItemReader{rd: rd, q: &q, item: item}
	r.label()
	if q.Code == "" {
		for _, s := range []string{item.attr["title"], item.attr["identifier"]} {
			if q.Code == "" && codeLike(cleanLine(s)) {
				q.Code = cleanLine(s)
			}
		}
	}
	if q.Code == noCode {
		q.Code = ""
	}
	r.read(found[0])
	rd.keep(q)
}

// noCode stands in the label of an item whose question has no code, so that its title is not taken for one.
const noCode = "-"

// label reads what this system wrote into the item's label: type, code, objective, Bloom level, difficulty, category, tags.
func (r *qtiItemReader) label() {
	v, err := url.ParseQuery(r.item.attr["label"])
	if err != nil || v.Get("type") == "" {
		return
	}
	q := r.q
	q.Type, q.Code, q.Category = Type(v.Get("type")), cleanLine(v.Get("code")), cleanLine(v.Get("category"))
	q.Objective, q.Bloom = cleanLine(v.Get("objective")), cleanLine(v.Get("bloom"))
	if n, err := strconv.Atoi(v.Get("difficulty")); err == nil && n >= 1 && n <= 3 {
		q.Difficulty = n
	}
	for _, t := range v["tag"] {
		if t = cleanLine(t); t != "" {
			q.Tags = append(q.Tags, t)
		}
	}
	r.tf = q.Type == TrueFalse
}

func (r *qtiItemReader) read(choice *node) {
	decl := r.response(choice.attr["responseIdentifier"])
	r.choose(decl)
	stem := r.stemHTML(choice)
	r.base = r.rd.opts.lang()
	if l, ok := i18n.Parse(langCode(r.item.attr["xml:lang"])); ok {
		r.base = l
	}
	r.q.Stem = r.rd.textOfHTML(r.q, stem, r.base)
	right := map[string]bool{}
	for _, v := range decl.child("correctResponse").all("value") {
		right[strings.TrimSpace(v.words())] = true
	}
	if len(right) == 0 { // only a mapping
		for _, m := range decl.child("mapping").all("mapEntry") {
			if f, err := strconv.ParseFloat(m.attr["mappedValue"], 64); err == nil && f > 0 {
				right[m.attr["mapKey"]] = true
			}
		}
	}
	r.options(choice, right)
	for _, f := range r.item.all("modalFeedback") {
		if f.attr["identifier"] == "general" {
			r.q.Feedback = r.rd.textOfHTML(r.q, inner(f).html(), r.base)
		} else {
			r.rd.warn(r.q, "examformat_answer_feedback", nil)
		}
	}
}

func langCode(s string) string { return strings.ToLower(s[:min(2, len(s))]) }

func (r *qtiItemReader) response(id string) *node {
	for _, d := range r.item.all("responseDeclaration") {
		if d.attr["identifier"] == id {
			return d
		}
	}
	return &node{}
}

// choose settles the type when the label did not.
func (r *qtiItemReader) choose(decl *node) {
	switch r.q.Type {
	case Single, Multiple, TrueFalse, Likert:
		return
	}
	r.q.Type = Single
	if decl.attr["cardinality"] == "multiple" {
		r.q.Type = Multiple
	}
}

// stemHTML is everything before the choices, and their prompt.
func (r *qtiItemReader) stemHTML(choice *node) string {
	body := r.item.child("itemBody").html("choiceInteraction", "rubricBlock", "modalFeedback")
	if choice.has("prompt") {
		body += "\n<p>" + choice.child("prompt").html() + "</p>"
	}
	return body
}

func (r *qtiItemReader) options(choice *node, right map[string]bool) {
	for _, c := range choice.all("simpleChoice") {
		id := c.attr["identifier"]
		o := Option{Correct: right[id]}
		o.Text = r.rd.textOfHTML(r.q, c.html("feedbackInline", "feedbackBlock"), r.base)
		for _, f := range append(c.all("feedbackInline"), c.all("feedbackBlock")...) {
			o.Feedback = r.rd.textOfHTML(r.q, inner(f).html(), r.base)
		}
		r.q.Options = append(r.q.Options, o)
	}
	if r.tf {
		for i := range r.q.Options {
			r.q.Options[i].Text = nil
		}
	}
}

// inner is QTI 3's content-body of a feedback, or the feedback itself.
func inner(n *node) *node {
	if n.has("contentBody") {
		return n.child("contentBody")
	}
	return n
}
