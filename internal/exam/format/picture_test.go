package format

import (
	"encoding/base64"
	"testing"

	"shelter/internal/i18n"
)

// The picture of a stem comes with the question, wherever the file holds it; another stays a warning.
func TestMoodlePictures(t *testing.T) {
	t.Parallel()
	data := base64.StdEncoding.EncodeToString([]byte("the bytes of a picture"))
	for _, c := range []struct {
		name, text, files string
		alt               string
		warnings          []string
	}{
		{"beside the text", `<p>Que voit-on ?</p><img src="@@PLUGINFILE@@/un%20plan.png" alt="Le plan d'un foyer">`,
			`<file name="un plan.png" path="/" encoding="base64">` + data[:8] + "\n  " + data[8:] + `</file>`, "Le plan d'un foyer", nil},
		{"in the text", `<p>Que voit-on ?</p><img alt="Une carte" src="data:image/png;base64,` + data + `"/>`, "", "Une carte", nil},
		{"without description", `Que voit-on ? <img src="@@PLUGINFILE@@/carte.png">`,
			`<file name="carte.png" path="/" encoding="base64">` + data + `</file>`, "carte.png", []string{"examformat_picture_alt"}},
		{"two pictures", `Que voit-on ? <img src="@@PLUGINFILE@@/a.png" alt="A"><img src="@@PLUGINFILE@@/b.png" alt="B">`,
			`<file name="a.png" path="/" encoding="base64">` + data + `</file><file name="b.png" path="/" encoding="base64">` + data + `</file>`, "A",
			[]string{"examformat_media"}},
		{"elsewhere", `Que voit-on ? <img src="https://exemple.test/a.png" alt="A">`, "", "", []string{"examformat_media"}},
		{"not there", `Que voit-on ? <img src="@@PLUGINFILE@@/c.png" alt="C">`, "", "", []string{"examformat_media"}},
	} {
		xml := `<quiz><question type="truefalse"><questiontext format="html"><text><![CDATA[` + c.text + `]]></text>` + c.files + `</questiontext>
			<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer></question></quiz>`
		res := parse(t, MoodleXML, xml)
		if len(res.Questions) != 1 || res.Questions[0].Stem[i18n.FR] != "Que voit-on ?" {
			t.Errorf("%s: %+v", c.name, res)
			continue
		}
		p := res.Questions[0].Picture
		if (p != nil) != (c.alt != "") || p != nil && (string(p.Data) != "the bytes of a picture" || p.Alt[i18n.FR] != c.alt) {
			t.Errorf("%s: %+v", c.name, p)
		}
		var keys []string
		for _, w := range res.Warnings {
			keys = append(keys, w.Key)
		}
		if len(keys) != len(c.warnings) || len(keys) > 0 && keys[0] != c.warnings[0] {
			t.Errorf("%s: warnings %v, not %v", c.name, keys, c.warnings)
		}
	}
}
