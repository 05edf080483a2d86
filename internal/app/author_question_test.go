package app_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
)

func TestQuestionsOfEveryTypeInTheirForms(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.smallCourse()
	b := h.signedIn(h.person("Une", access.Trainer))
	at := b.post("/authoring/courses/essai/drafts", 303, "number", "1", "key", uuid.NewString()).to() + "/questions"
	for _, kind := range []string{"single", "multiple", "true_false", "matching", "ordering", "short_text", "numeric"} {
		b.contains(b.get(at+"/edit?lesson=01-un&type="+kind, 200), `value="`+kind+`"`, "general_ar")
	}
	head := func(code, kind string, more ...string) []string {
		return append([]string{"lesson", "01-un", "was", "", "code", code, "type", kind, "objective", "E1", "difficulty", "2", "bloom", "apply",
			"stem_fr", "Une énigme inventée numéro " + code, "stem_ar", "لغز مبتكر رقم " + code, "general_fr", "Ainsi.", "general_ar", "هكذا."}, more...)
	}
	r := b.post(at, 422, head("E-900", "numeric", "value", "douze", "tolerance", "0,5")...)
	b.contains(r, `value="douze"`, `value="0,5"`, "Une énigme inventée")
	b.post(at, 303, head("E-900", "numeric", "value", "12,5", "tolerance", "0,5")...)
	b.contains(b.get(at+"/edit?code=E-900", 200), `value="12.5"`, `value="0.5"`)
	b.post(at, 303, head("E-901", "ordering", "option_0_fr", "Le second pas", "option_0_ar", "الخطوة الثانية", "place_0", "2",
		"option_1_fr", "Le premier pas", "option_1_ar", "الخطوة الأولى", "place_1", "1", "option_2_fr", "La fin", "option_2_ar", "النهاية", "place_2", "3")...)
	if r := b.get(at+"/edit?code=E-901", 200).body; !strings.Contains(r, "Le premier pas") || strings.Index(r, "Le premier pas") > strings.Index(r, "Le second pas") {
		t.Error("the steps are not in the order that was given")
	}
	if r := b.post(at, 303, head("E-902", "matching", "left_0_fr", "Gauche", "left_0_ar", "يسار", "match_0_fr", "Droite", "match_0_ar", "يمين")...); r.to() != at+"/edit?code=E-902" {
		t.Errorf("one pair is too few, and the form leads to %s", r.to())
	}
	b.contains(b.get(at+"/edit?code=E-902", 200), "La question est enregistrée", "Gauche", "callout")
	b.post(at, 303, head("E-903", "short_text", "accept_fr", "Mot\n le mot \n", "accept_ar", "كلمة")...)
	b.contains(b.get(at+"/edit?code=E-903", 200), "Mot\nle mot</textarea>")
	h.signedIn(h.person("Jlassi", access.Trainee)).post(at, 404, head("E-904", "numeric", "value", "1")...)
}

func TestGlossaryAndFormsAreWrittenInTheBrowser(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.smallCourse()
	b := h.signedIn(h.person("Une", access.Trainer))
	at := b.post("/authoring/courses/essai/drafts", 303, "number", "1", "key", uuid.NewString()).to()
	term := []string{"was", "", "code", "mot", "term_fr", "mot", "term_ar", "كلمة", "term_en", "word", "definition_fr", "Un mot inventé.", "definition_ar", "كلمة مبتكرة.", "definition_en", "An invented word."}
	b.contains(b.post(at+"/terms", 422, "was", "", "code", "Mot neuf", "term_fr", "gardé"), `value="gardé"`, `value="Mot neuf"`, "field-wrong")
	b.post(at+"/terms", 303, term...)
	b.contains(b.get(at+"/terms", 200), "Un mot inventé.", at+"/terms/edit?code=mot")
	r := b.get(at+"/terms/edit?code=mot", 200)
	b.contains(r, "كلمة مبتكرة.", at+"/terms/remove")
	b.get(at+"/terms/edit?code=nulle", 404)
	b.contains(b.post(at+"/terms", 422, term...), "field-wrong") // its code is taken
	term[1] = "other lines"
	b.contains(b.post(at+"/terms", 409, term...), "Rien n&#39;a été écrasé", "Un mot inventé.")

	for _, code := range []string{"E-910", "E-911"} {
		b.post(at+"/questions", 303, "lesson", "01-un", "was", "", "code", code, "type", "numeric", "objective", "E1", "difficulty", "2", "bloom", "apply", "value", "3",
			"stem_fr", "Une autre énigme "+code, "stem_ar", "لغز آخر "+code, "general_fr", "Ainsi.", "general_ar", "هكذا.")
	}
	page := b.get(at+"/forms", 200)
	b.contains(page, "in_E-910", "Une autre énigme E-911")
	mustNot(t, page, "in_E-001") // a lesson asks it
	b.contains(b.post(at+"/forms", 422, "base", "1", "form_0", "a b", "in_E-910", "0"), `value="a b"`, `value="0" selected`, "field-wrong")
	b.contains(b.post(at+"/forms", 409, "base", "9", "form_0", "essai-A", "in_E-910", "0"), "Rien n&#39;a été écrasé", `value="0" selected`)
	b.post(at+"/forms", 303, "base", "1", "form_0", "essai-A", "in_E-910", "0", "form_1", "essai-B", "in_E-911", "1")
	b.contains(b.get(at+"/forms", 200), "essai-A", "essai-B", "Autant")
	trainee := h.signedIn(h.person("Jlassi", access.Trainee))
	for _, path := range []string{"/terms", "/terms/edit", "/forms"} {
		mustNot(t, trainee.get(at+path, 404), "essai-A", "inventé")
	}
	trainee.post(at+"/terms/remove", 404, "code", "mot", "was", "x")
	trainee.post(at+"/forms", 404, "base", "2")
	trainee.post(at+"/questions/remove", 404, "code", "E-910", "was", "x")
}
