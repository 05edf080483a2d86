package app_test

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/exam"
	"shelter/internal/exam/bank"
	"shelter/internal/i18n"
)

var (
	reInput = regexp.MustCompile(`(?s)<input ([^>]*)>`)
	reArea  = regexp.MustCompile(`(?s)<textarea ([^>]*)>(.*?)</textarea>`)
	reAttr  = regexp.MustCompile(`([a-z-]+)(?:="([^"]*)")?`)
)

// filled is what a browser sends of an editor that nobody touched; its lists are left out.
func filled(body string) []string {
	_, body, _ = strings.Cut(body, `bank-form`)
	body, _, _ = strings.Cut(body, `</form>`)
	var pairs []string
	add := func(name, value string) { pairs = append(pairs, html.UnescapeString(name), html.UnescapeString(value)) }
	for _, m := range reInput.FindAllStringSubmatch(body, -1) {
		a := map[string]string{}
		on := false
		for _, at := range reAttr.FindAllStringSubmatch(m[1], -1) {
			a[at[1]] = at[2]
			on = on || at[0] == "checked"
		}
		if box := a["type"] == "radio" || a["type"] == "checkbox"; a["type"] != "file" && (!box || on) {
			add(a["name"], a["value"])
		}
	}
	for _, m := range reArea.FindAllStringSubmatch(body, -1) {
		name := regexp.MustCompile(`name="([^"]*)"`).FindStringSubmatch(m[1])
		add(name[1], m[2])
	}
	return pairs
}

// TestSavingAQuestionAsItStandsChangesNothing: what the editor does not show would be lost.
func TestSavingAQuestionAsItStandsChangesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.signedIn(h.person("Ayari", access.Trainer))
	fr := func(s string) exam.Text { return exam.Text{i18n.FR: s} }
	explained := []exam.Option{{Text: fr("Un"), Feedback: fr("D'abord.")}, {Text: fr("Deux"), Feedback: fr("Ensuite.")}}
	var levels []exam.Level
	for i := range bank.MaxLevels {
		levels = append(levels, exam.Level{Points: float64(i) / 2, Text: fr("Degré")})
	}
	bodies := map[exam.Type]exam.Body{
		exam.Ordering:   {Stem: fr("Rangez."), Options: explained},
		exam.Likert:     {Stem: fr("D'accord ?"), Options: explained},
		exam.OpenAnswer: {Stem: fr("Expliquez."), Rubric: []exam.Criterion{{Text: fr("Clarté"), Levels: levels}}},
		exam.Multiple:   {Stem: fr("Lesquels ?"), Options: []exam.Option{{Text: fr("A"), Correct: true}, {Text: fr("B"), Feedback: fr("Non.")}}},
		exam.Matching:   {Stem: fr("Reliez."), Pairs: []exam.Pair{{Left: fr("a"), Right: fr("1")}, {Left: fr("b"), Right: fr("2")}}, Extra: []exam.Option{{Text: fr("3")}}},
	}
	for kind, body := range bodies {
		id, err := h.Bank.Create(h.ctx, system, bank.Input{Key: uuid.New(), Question: exam.Question{Type: kind, Difficulty: 2, Bloom: "apply", Body: body}})
		if err != nil {
			t.Fatal(kind, err)
		}
		path := "/bank/" + id.String()
		b.post(path, 303, append(filled(b.get(path+"/edit", 200).body), "difficulty", "2", "bloom", "apply", "do", "save")...)
		if r, err := h.Bank.Get(h.ctx, system, id); err != nil || r.Version != 1 {
			t.Errorf("%s: version %d, %v, %+v", kind, r.Version, err, r.Body)
		}
	}
}
