package bank_test

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"testing"

	"shelter/internal/exam/bank"
	"shelter/internal/exam/format"
	"shelter/internal/i18n"
)

// A file of another system brings its pictures; importing it again brings nothing, and what is no picture is said.
func TestImportBringsPictures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var b bytes.Buffer
	w.must(png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 20))))
	file := func(data []byte) bank.File {
		return bank.File{Name: "quiz.xml", Format: format.MoodleXML, Data: []byte(`<quiz><question type="truefalse"><idnumber>IMG-1</idnumber>
			<questiontext format="html"><text><![CDATA[Ce plan montre deux sorties. <img src="@@PLUGINFILE@@/plan.png" alt="Plan d'un couloir">]]></text>
			<file name="plan.png" path="/" encoding="base64">` + base64.StdEncoding.EncodeToString(data) + `</file></questiontext>
			<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer></question></quiz>`)}
	}
	bad, err := w.Plan(w.ctx, w.trainer, file([]byte("<svg onload=alert(1)>")))
	if err != nil || len(bad.Warnings) != 1 || bad.Warnings[0].Key != "bank_import_picture" || len(bad.Items) != 1 {
		t.Errorf("no picture: %+v, %v", bad, err)
	}
	r, err := w.Import(w.ctx, w.trainer, file(b.Bytes()), false)
	w.must(err)
	if r.Count(bank.Added) != 1 || len(r.Warnings) > 0 {
		t.Fatalf("%+v", r.Plan)
	}
	q, err := w.Get(w.ctx, w.trainer, r.Items[0].ID)
	w.must(err)
	p := q.Body.Picture
	if p == nil || p.Width != 40 || p.Height != 20 || p.Alt[i18n.FR] != "Plan d'un couloir" {
		t.Fatalf("picture %+v", p)
	}
	m, err := w.Picture(w.ctx, p.ID)
	if err != nil || m.MIME != "image/png" {
		t.Errorf("%+v, %v", m.MIME, err)
	}
	if again, err := w.Import(w.ctx, w.trainer, file(b.Bytes()), false); err != nil || again.Count(bank.Same) != 1 {
		t.Errorf("again: %+v, %v", again.Plan, err)
	}
}
