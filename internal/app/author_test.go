package app_test

import (
	"archive/zip"
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/course/author"
)

// mustNot tells what a page says and must not.
func mustNot(t *testing.T, r reply, secrets ...string) {
	t.Helper()
	for _, s := range secrets {
		if strings.Contains(r.body, s) {
			t.Errorf("the page says %q", s)
		}
	}
}

func TestACourseIsWrittenReviewedPublishedAndRead(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.smallCourse()
	one, two := h.signedIn(h.person("Une", access.Trainer)), h.signedIn(h.person("Deux", access.Trainer))
	learner := h.signedIn(h.person("Jlassi", access.Trainee))
	learner.get("/courses/essai/01-un", 200)
	learner.post("/courses/essai/01-un/check", 303, "item", "E-001", "c", "a", "key", "") // has begun the first version
	one.contains(one.get("/courses", 200), `href="/authoring"`)
	mustNot(t, learner.get("/courses", 200), "/authoring")
	one.contains(one.get("/authoring", 200), "Un essai", "Version 1")
	at := one.post("/authoring/courses/essai/drafts", 303, "number", "1", "key", uuid.NewString()).to()
	one.contains(one.get(at, 200), "Leçon première", "Rien à corriger", "Envoyer en relecture")
	lesson := at + "/lessons/01-un"
	one.contains(one.get(lesson, 200), `name="base" value="1"`, `action="`+lesson+`/text/fr"`, `action="`+lesson+`/text/ar/media"`, "Leçon première", "الدرس الأول", "Que veut dire le premier terme")
	text := "## Leçon première\n\n" + strings.Repeat("mot ", 1400) + "Une phrase ajoutée.\n\n:::check{items=\"E-001 E-002\"}\n:::"
	one.post(lesson+"/text/fr", 303, "base", "1", "langs", "fr,ar", "title", "Leçon première", "objectives", "Leçon première", "sources", "Source", "text", text)
	one.contains(one.get(at+"/compare", 200), "Une phrase ajoutée.", "3 mots ajoutés")
	one.post(at+"/send", 303)
	r := one.get(at, 200)
	one.contains(r, "Vous avez écrit dans ce brouillon")
	mustNot(t, r, at+`/publish"`, "Rédiger</span>")
	one.contains(one.post(at+"/publish", 422), "une autre personne doit le publier")
	two.contains(two.get(at, 200), at+`/publish"`, "Vous n&#39;avez pas écrit")
	two.post(at+"/publish", 303)
	two.contains(two.get(at, 200), "est devenu une version publiée", "Version publiée.")
	mustNot(t, learner.get("/courses/essai/01-un", 200), "Une phrase ajoutée.") // stays on the version that was begun
	fresh := h.signedIn(h.person("Nouvelle", access.Trainee))
	fresh.contains(fresh.get("/courses/essai/01-un", 200), "Une phrase ajoutée.")
	one.contains(one.get("/authoring/courses/essai/compare?from=1&to=2", 200), "Une phrase ajoutée.")
}

func TestTwoPeopleInOneText(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.smallCourse()
	one, two := h.signedIn(h.person("Une", access.Trainer)), h.signedIn(h.person("Deux", access.Trainer))
	at := one.post("/authoring/courses/essai/drafts", 303, "number", "1", "key", uuid.NewString()).to()
	save := at + "/lessons/01-un/text/fr"
	var done struct {
		Revision int    `json:"revision"`
		By       string `json:"by"`
		Text     string `json:"text"`
	}
	body := func(base int, text string) map[string]any {
		return map[string]any{"base": base, "title": "Titre", "objectives": "But", "sources": "Source", "text": text}
	}
	one.json(save, 200, body(1, "Le texte de la première."), &done)
	if done.Revision != 2 {
		t.Errorf("%+v", done)
	}
	two.json(save, 409, body(1, "Le texte de la seconde."), &done)
	if done.Revision != 2 || done.Text != "Le texte de la première." || !strings.Contains(done.By, "Une") {
		t.Errorf("%+v", done)
	}
	r := two.post(save, 409, "base", "1", "langs", "fr", "title", "Titre", "objectives", "But", "sources", "Source", "text", "Le texte de la seconde.")
	two.contains(r, "Le texte de la première.", "Le texte de la seconde.", `name="base" value="2"`, "Rien n&#39;a été écrasé")
	r = two.post(save+"/preview", 200, "base", "1", "title", "Titre", "text", "## Vu\n\nUn [lien](nulle-part).\n\n<script>x</script>")
	two.contains(r, ">Vu</h2>", "ne mène nulle part", `data-line="3"`)
	mustNot(t, r, "<script>")
	one.contains(one.get(at+"/lessons/01-un?langs=fr", 200), "Le texte de la première.")
	trainee := h.signedIn(h.person("Jlassi", access.Trainee))
	for _, path := range []string{"/authoring", at, at + "/lessons/01-un", at + "/zip", "/authoring/courses/essai", "/authoring/courses/essai/versions/1/zip", at + "/media/plan.svg"} {
		mustNot(t, trainee.get(path, 404), "Un essai", "première")
	}
}

// sent posts a form with files.
func (b *browser) sent(path string, want int, files map[string]author.Upload, pairs ...string) reply {
	b.h.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		_ = w.WriteField(pairs[i], pairs[i+1])
	}
	for name, f := range files {
		part, err := w.CreateFormFile(name, f.Name)
		if err != nil {
			b.h.t.Fatal(err)
		}
		_, _ = part.Write(f.Data)
	}
	_ = w.Close()
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.do(r, want)
}

func TestAZipGoesOutAndComesIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.smallCourse()
	b := h.signedIn(h.person("Une", access.Manager))
	data := []byte(b.get("/authoring/courses/essai/versions/1/zip", 200).body)
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil || len(z.File) != 8 {
		t.Fatal(err)
	}
	b.contains(b.sent("/authoring/import", 422, map[string]author.Upload{"file": {Name: "a.zip", Data: []byte("no zip")}}), "zip lisible")
	b.contains(b.sent("/authoring/import", 422, nil, "key", uuid.NewString()), "zip")
	at := b.sent("/authoring/import", 303, map[string]author.Upload{"file": {Name: "essai.zip", Data: data}}, "key", uuid.NewString()).to()
	b.contains(b.get(at, 200), "À examiner", "Rien à corriger", at+"/accept")
	b.post(at+"/accept", 303)
	b.contains(b.get(at, 200), "En rédaction", "À partir de la version 1")
	if again := b.get(at+"/zip", 200).body; again != string(data) {
		t.Errorf("%d bytes out, %d in", len(again), len(data))
	}
	b.contains(b.sent("/authoring/import", 422, map[string]author.Upload{"file": {Name: "a.zip", Data: bytes.Repeat([]byte("x"), author.MaxZip+1)}}), strconv.Itoa(author.MaxZip>>20)+" Mo")
}

func TestAPictureAsksForWhatItShows(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.smallCourse()
	b := h.signedIn(h.person("Une", access.Trainer))
	at := b.post("/authoring/courses/essai/drafts", 303, "number", "1", "key", uuid.NewString()).to()
	add := at + "/lessons/01-un/text/fr/media"
	picture := map[string]author.Upload{"file": {Name: "Plan de Tunis.svg", Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)}}
	b.contains(b.sent(add, 422, picture, "kind", "image", "words", ""), "ce que l&#39;image montre")
	b.contains(b.sent(add, 422, map[string]author.Upload{"file": {Name: "a.mp3", Data: []byte("ID3")}}, "kind", "audio", "words", "Un son"), "sous-titres")
	b.contains(b.sent(add, 422, map[string]author.Upload{"file": {Name: "a.mp3", Data: make([]byte, course.MaxFile+1)}}, "kind", "audio", "words", "Un son"), "8 Mo")
	b.sent(add, 303, picture, "kind", "image", "words", `Le "plan"`)
	b.contains(b.get(at+"/lessons/01-un?langs=fr", 200), `:::image{file=&#34;media/plan-de-tunis.svg&#34; alt=&#34;Le &#39;plan&#39;&#34;}`, at+"/media/plan-de-tunis.svg")
	b.get(at+"/media/plan-de-tunis.svg", 200)
	b.contains(b.get(at, 200), "plan-de-tunis.svg", "Dans un texte")
	b.contains(b.post(at+"/media/remove", 409, "file", "plan-de-tunis.svg"), "encore montré")
}

func TestTheHeadOfACourseIsAForm(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.smallCourse()
	b := h.signedIn(h.person("Une", access.Trainer))
	r := b.post("/authoring/new", 422, "code", "Écoute", "title_fr", "L'écoute", "languages", "ar", "key", uuid.NewString())
	b.contains(r, "minuscules sans accents", `value="L&#39;écoute"`, `value="Écoute"`)
	at := b.post("/authoring/new", 303, "code", "ecoute", "title_fr", "L'écoute", "title_ar", "الإصغاء", "languages", "ar", "key", uuid.NewString()).to()
	b.contains(b.get(at, 200), "L&#39;écoute", "Pas encore de leçon")
	form := []string{"base", "1", "title_fr", "L'écoute", "title_ar", "الإصغاء", "languages", "ar", "summary_fr", "Une phrase", "summary_ar", "جملة", "objective_0", "E1", "objective_0_fr", "Écouter", "objective_0_ar", "أصغي", "checks", "60"}
	b.contains(b.post(at+"/head", 422, append([]string{"competency_0", "ecoute", "months_0", "x"}, form...)...), "Écouter", "الإصغاء")
	b.post(at+"/head", 303, form...)
	b.contains(b.post(at+"/head", 409, append([]string{"base", "1", "title_fr", "Autre titre"}, form[4:]...)...), "Rien n&#39;a été écrasé", "Écouter")
	next := b.post(at+"/lessons", 303, "title", "Écouter sans juger").to()
	b.contains(b.get(next, 200), "Écouter sans juger")
	slug := next[strings.LastIndex(next, "/")+1:]
	b.post(at+"/lessons/"+slug+"/plan", 303, "minutes", "12", "objectives", "E1")
	b.contains(b.post(at+"/lessons/"+slug+"/plan", 422, "minutes", "x"), "60 minutes")
	b.contains(b.post(at+"/send", 422), "ne peut pas être publié")
	b.contains(b.get(at+"/questions", 200), "Pas encore de question", slug)
	ask := at + "/questions/edit?lesson=" + slug + "&type=single"
	b.contains(b.get(ask, 200), `name="option_5_fr"`, "E1 – Écouter")
	question := []string{"lesson", slug, "was", "", "type", "single", "objective", "E1", "difficulty", "2", "bloom", "apply", "stem_fr", "Que faire d'abord ?", "stem_ar", "ما العمل أولا؟",
		"option_0_fr", "Se taire", "option_0_ar", "الصمت", "right_0", "on", "feedback_0_fr", "Oui", "feedback_0_ar", "نعم", "option_2_fr", "Parler", "option_2_ar", "الكلام"}
	b.contains(b.post(at+"/questions", 422, append(question, "code", "1 2")...), "Se taire", "الكلام", "commence par une lettre")
	b.post(at+"/questions", 303, append(question, "code", "E-001")...)
	r = b.get(at+"/questions/edit?code=E-001", 200)
	b.contains(r, "Que faire d&#39;abord ?", `value="Parler"`, `name="was" value="`)
	b.contains(b.post(at+"/questions", 409, append([]string{"was", "other", "code", "E-001"}, question[4:]...)...), "Rien n&#39;a été écrasé", "Se taire")
	b.post(at+"/drop", 303)
	b.contains(b.get(at, 200), "abandonné")
}
