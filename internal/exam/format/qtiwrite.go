package format

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// qti writes a content package (.zip) with a manifest and one item per question, as QTI 2.1 or 3.0. Choice types only.
func (wr *writer) qti(qs []Question) error {
	z := zip.NewWriter(&wr.Buffer)
	v := versions[wr.opts.QTI3]
	var manifest bytes.Buffer
	items := 0
	for i := range qs {
		q := &qs[i]
		switch q.Type {
		case Single, Multiple, TrueFalse, Likert:
		default:
			wr.problem(*q, "examformat_qti_type", errs.Args{"type": string(q.Type)})
			continue
		}
		items++
		id := fmt.Sprintf("item-%04d", items)
		if err := addFile(z, "items/"+id+".xml", newQTIWriter(wr, q, v).item(id, q.nameOf(i))); err != nil {
			return err
		}
		fmt.Fprintf(&manifest, `<resource identifier="%s" type="%s" href="items/%s.xml"><file href="items/%s.xml"/></resource>`+"\n",
			id, v.resource, id, id)
	}
	head := `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="questions">` +
		"<metadata><schema>" + v.schema + "</schema><schemaversion>" + v.schemaVersion + "</schemaversion></metadata>" +
		"<organizations/><resources>\n"
	if err := addFile(z, "imsmanifest.xml", []byte(head+manifest.String()+"</resources></manifest>\n")); err != nil {
		return err
	}
	return z.Close()
}

// epoch is the time of every file, so that the same questions give the same package.
var epoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

func addFile(z *zip.Writer, name string, data []byte) error {
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: epoch})
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

// version is how one version of QTI is written.
type version struct {
	namespace, resource, schema, schemaVersion string
	kebab                                      bool // element and attribute names in kebab case, elements with qti-
}

var versions = map[bool]version{
	false: {"http://www.imsglobal.org/xsd/imsqti_v2p1", "imsqti_item_xmlv2p1", "QTIv2.1 Package", "1.0.0", false},
	true:  {"http://www.imsglobal.org/xsd/imsqtiasi_v3p0", "imsqti_item_xmlv3p0", "QTI Package", "3.0.0", true},
}

// qtiWriter writes one item.
type qtiWriter struct {
	bytes.Buffer
	q    *Question
	v    version
	base i18n.Lang
}

func newQTIWriter(wr *writer, q *Question, v version) *qtiWriter {
	w := &qtiWriter{q: q, v: v, base: wr.opts.lang()}
	if langs := q.Stem.order(); len(langs) == 1 {
		w.base = langs[0]
	}
	return w
}

// kebab turns a name of QTI 2.1 into that of 3.0.
func kebab(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsUpper(r) {
			b.WriteByte('-')
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}

func (w *qtiWriter) tag(name string) string {
	if w.v.kebab {
		return "qti-" + kebab(name)
	}
	return name
}

// open begins an element; attrs are name, value, name, value.
func (w *qtiWriter) open(name string, attrs ...string) {
	w.WriteString("<" + w.tag(name))
	for i := 0; i+1 < len(attrs); i += 2 {
		attr := attrs[i]
		if w.v.kebab && attr != "xml:lang" {
			attr = kebab(attr)
		}
		w.WriteString(" " + attr + `="` + xmlText(attrs[i+1]) + `"`)
	}
	w.WriteString(">")
}

func (w *qtiWriter) end(name string) { w.WriteString("</" + w.tag(name) + ">") }

// leaf writes an element with inner markup.
func (w *qtiWriter) leaf(name, inner string, attrs ...string) {
	w.open(name, attrs...)
	w.WriteString(inner)
	w.end(name)
}

// label is what the format has no field for.
func (w *qtiWriter) label() string {
	q, v := w.q, url.Values{}
	v.Set("type", string(q.Type))
	for name, s := range map[string]string{"code": q.Code, "category": q.Category, "objective": q.Objective, "bloom": q.Bloom} {
		if s != "" {
			v.Set(name, s)
		}
	}
	if q.Code == "" {
		v.Set("code", noCode)
	}
	if q.Difficulty != 0 {
		v.Set("difficulty", strconv.Itoa(q.Difficulty))
	}
	for _, t := range q.Tags {
		v.Add("tag", t)
	}
	return v.Encode()
}

// ids are the identifiers of the choices.
func (w *qtiWriter) ids() []string {
	if w.q.Type == TrueFalse {
		return []string{"true", "false"}
	}
	var ids []string
	for _, o := range w.q.Options {
		ids = append(ids, o.ID)
	}
	return ids
}

func (w *qtiWriter) item(id, title string) []byte {
	w.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	w.open("assessmentItem", "xmlns", w.v.namespace, "identifier", id, "title", title, "label", w.label(), "adaptive", "false",
		"timeDependent", "false", "xml:lang", string(w.base))
	w.declarations()
	w.body()
	w.processing()
	if len(w.q.Feedback) > 0 {
		w.feedback("modalFeedback", "GENERAL", "general", w.q.Feedback)
	}
	w.end("assessmentItem")
	w.WriteString("\n")
	return w.Bytes()
}

func (w *qtiWriter) cardinality() string {
	if w.q.Type == Multiple {
		return "multiple"
	}
	return "single"
}

func (w *qtiWriter) declarations() {
	ids := w.ids()
	w.open("responseDeclaration", "identifier", "RESPONSE", "cardinality", w.cardinality(), "baseType", "identifier")
	if w.q.Type != Likert {
		w.open("correctResponse")
		for i, o := range w.q.Options {
			if o.Correct {
				w.leaf("value", ids[i])
			}
		}
		w.end("correctResponse")
	}
	if w.q.Type == Multiple {
		right, wrong := w.q.shares()
		w.open("mapping", "lowerBound", "0", "upperBound", "1", "defaultValue", "0")
		for i, o := range w.q.Options {
			share := wrong
			if o.Correct {
				share = right
			}
			w.leaf("mapEntry", "", "mapKey", ids[i], "mappedValue", formatNumber(share/100))
		}
		w.end("mapping")
	}
	w.end("responseDeclaration")
	w.open("outcomeDeclaration", "identifier", "SCORE", "cardinality", "single", "baseType", "float")
	w.leaf("defaultValue", "<"+w.tag("value")+">0</"+w.tag("value")+">")
	w.end("outcomeDeclaration")
	w.leaf("outcomeDeclaration", "", "identifier", "FEEDBACK", "cardinality", w.cardinality(), "baseType", "identifier")
	w.leaf("outcomeDeclaration", "", "identifier", "GENERAL", "cardinality", "single", "baseType", "identifier")
}

func (w *qtiWriter) body() {
	w.open("itemBody")
	w.WriteString("<div>" + htmlOf(w.q.Stem, w.base, "xml:lang") + "</div>")
	most := "1"
	if w.q.Type == Multiple {
		most = "0"
	}
	w.open("choiceInteraction", "responseIdentifier", "RESPONSE", "shuffle", strconv.FormatBool(w.q.Type != Likert && w.q.Type != TrueFalse),
		"maxChoices", most)
	for i, id := range w.ids() {
		o := w.q.Options[i]
		w.open("simpleChoice", "identifier", id)
		if w.q.Type == TrueFalse {
			w.WriteString(id)
		} else {
			w.WriteString(htmlOf(o.Text, w.base, "xml:lang"))
		}
		if len(o.Feedback) > 0 {
			w.feedback("feedbackInline", "FEEDBACK", id, o.Feedback)
		}
		w.end("simpleChoice")
	}
	w.end("choiceInteraction")
	w.end("itemBody")
}

func (w *qtiWriter) feedback(name, outcome, id string, t Text) {
	inner := htmlOf(t, w.base, "xml:lang")
	if w.v.kebab && name == "modalFeedback" {
		inner = "<qti-content-body><div>" + inner + "</div></qti-content-body>"
	}
	w.leaf(name, inner, "outcomeIdentifier", outcome, "identifier", id, "showHide", "show")
}

// processing marks the response, and shows the feedback of what was chosen and the general one.
func (w *qtiWriter) processing() {
	w.open("responseProcessing")
	switch w.q.Type {
	case Multiple:
		w.open("setOutcomeValue", "identifier", "SCORE")
		w.leaf("mapResponse", "", "identifier", "RESPONSE")
		w.end("setOutcomeValue")
	case Single, TrueFalse:
		w.open("responseCondition")
		w.open("responseIf")
		w.open("match")
		w.leaf("variable", "", "identifier", "RESPONSE")
		w.leaf("correct", "", "identifier", "RESPONSE")
		w.end("match")
		w.open("setOutcomeValue", "identifier", "SCORE")
		w.leaf("baseValue", "1", "baseType", "float")
		w.end("setOutcomeValue")
		w.end("responseIf")
		w.end("responseCondition")
	}
	w.open("setOutcomeValue", "identifier", "FEEDBACK")
	w.leaf("variable", "", "identifier", "RESPONSE")
	w.end("setOutcomeValue")
	w.open("setOutcomeValue", "identifier", "GENERAL")
	w.leaf("baseValue", "general", "baseType", "identifier")
	w.end("setOutcomeValue")
	w.end("responseProcessing")
}
