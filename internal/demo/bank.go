package demo

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"shelter/internal/exam"
	"shelter/internal/exam/bank"
	"shelter/internal/i18n"
)

// makeBank adds to the shipped questions what trainers write themselves: a situation with its questions, types that the courses
// do not have, a draft that waits, a question that was corrected, and two parallel forms drawn by objective.
func (f *filler) makeBank(ctx context.Context) error {
	v, err := f.Bank.SaveVignette(ctx, f.trainer(0), bank.VignetteInput{Key: uuid.Must(uuid.NewV7()), Title: three("Amel, 17 ans", "أمل، 17 سنة", "Amel, 17"),
		Text: three("Amel travaille dans une maison depuis deux ans. Elle dort dans la cuisine, ne sort jamais seule et n'a pas revu sa famille. Une voisine vous appelle.",
			"تعمل أمل في منزل منذ سنتين. تنام في المطبخ ولا تخرج وحدها أبدا ولم تر عائلتها. اتصلت بكم إحدى الجارات.",
			"Amel has worked in a house for two years. She sleeps in the kitchen, never goes out alone and has not seen her family. A neighbour calls you.")})
	if err != nil {
		return fmt.Errorf("demo: situation: %w", err)
	}
	written := f.written(v)
	for i, q := range written {
		if err := f.write(ctx, i, q, i == len(written)-1); err != nil {
			return fmt.Errorf("demo: question %d: %w", i, err)
		}
	}
	if err := f.openForm(ctx); err != nil {
		return err
	}
	_, err = f.Bank.MakeForm(ctx, f.trainer(0), bank.FormInput{Key: uuid.Must(uuid.NewV7()), Parallel: true,
		Title:     three("Détection : test court", "الرصد: اختبار قصير", "Detection: short test"),
		Settings:  exam.Settings{ShuffleQuestions: true, ShuffleOptions: true, Minutes: 20, Review: exam.ReviewClose},
		Blueprint: []bank.Line{{Course: "detection", Objective: "D1", N: 3}, {Course: "detection", Objective: "D2", N: 2}, {Course: "detection", Objective: "D3", N: 3}}})
	return err
}

func three(fr, ar, en string) exam.Text {
	t := exam.Text{i18n.FR: fr, i18n.AR: ar, i18n.EN: en}
	for l, s := range t {
		if s == "" {
			delete(t, l)
		}
	}
	return t
}

// write saves a question; another trainer reads it, unless it is to stay a draft.
func (f *filler) write(ctx context.Context, i int, q exam.Question, draft bool) error {
	id, err := f.Bank.Create(ctx, f.trainer(i%2), bank.Input{Key: uuid.Must(uuid.NewV7()), Question: q})
	if err != nil || draft {
		return err
	}
	r, err := f.Bank.Get(ctx, f.trainer(i%2), id)
	if err != nil {
		return err
	}
	if q.Type == exam.OpenAnswer {
		f.open = r.Code
	}
	if q.Type == exam.Numeric { // corrected once
		q.Body.Feedback = three("Un acte, un moyen et un but d'exploitation.", "فعل ووسيلة وقصد استغلال.", "An act, a means and a purpose of exploitation.")
		if _, err = f.Bank.Revise(ctx, f.trainer(0), id, bank.Input{Base: r.VersionID, Question: q}); err != nil {
			return err
		}
		if r, err = f.Bank.Get(ctx, f.trainer(0), id); err != nil {
			return err
		}
	}
	return f.Bank.SetStatus(ctx, f.trainer((i+1)%2), id, r.VersionID, exam.Reviewed, "")
}

// written are the questions of the trainers.
func (f *filler) written(vignette uuid.UUID) []exam.Question {
	about := &exam.Vignette{ID: vignette}
	question := func(t exam.Type, objective string, difficulty int, bloom string, b exam.Body) exam.Question {
		return exam.Question{Type: t, Course: "detection", Objective: objective, Topic: "Atelier", Difficulty: difficulty, Bloom: bloom, Body: b}
	}
	return []exam.Question{
		question(exam.Multiple, "D3", 2, "apply", exam.Body{Vignette: about, Stem: three("Quels éléments du récit sont des indicateurs ?", "ما العناصر التي تُعدّ مؤشرات في هذه الرواية؟", "Which elements of the story are indicators?"),
			Options: []exam.Option{{Correct: true, Text: three("Elle ne sort jamais seule", "لا تخرج وحدها أبدا", "She never goes out alone")},
				{Correct: true, Text: three("Elle n'a pas revu sa famille", "لم تر عائلتها", "She has not seen her family")},
				{Text: three("Une voisine appelle", "اتصال الجارة", "A neighbour calls"), Feedback: three("C'est ainsi que vous l'apprenez, pas un indicateur.", "هكذا بلغكم الأمر، وليس مؤشرا.", "That is how you hear of it, not an indicator.")},
				{Text: three("Elle travaille dans une maison", "تعمل في منزل", "She works in a house"), Feedback: three("Ce travail en soi n'indique rien.", "هذا العمل في حد ذاته لا يدل على شيء.", "This work in itself indicates nothing.")}}}),
		question(exam.OpenAnswer, "D4", 3, "create", exam.Body{Vignette: about, Double: true, Stem: three("Que dites-vous à Amel lors du premier contact ?", "ماذا تقولون لأمل عند أول اتصال؟", "What do you say to Amel at first contact?"),
			Model: three("Je me présente, je dis ce que je peux et ne peux pas faire, je demande si elle est en sécurité maintenant et je la laisse décider de parler.", "أقدّم نفسي وأبيّن ما يمكنني فعله وما لا يمكنني، وأسألها إن كانت في أمان الآن وأترك لها قرار الكلام.", "I say who I am, what I can and cannot do, I ask whether she is safe now and leave it to her to speak."),
			Rubric: []exam.Criterion{
				{Text: three("Sécurité d'abord", "السلامة أولا", "Safety first"), Levels: []exam.Level{{Points: 0, Text: three("Absente", "غائبة", "Absent")}, {Points: 1, Text: three("Évoquée", "مذكورة", "Mentioned")}, {Points: 2, Text: three("Vérifiée maintenant", "متحقق منها الآن", "Checked now")}}},
				{Text: three("Choix laissé à la personne", "ترك الاختيار للشخص", "Choice left to the person"), Levels: []exam.Level{{Points: 0, Text: three("Non", "لا", "No")}, {Points: 2, Text: three("Oui, clairement", "نعم، بوضوح", "Yes, clearly")}}}}}),
		question(exam.Numeric, "D1", 1, "remember", exam.Body{Value: 3, Stem: three("Combien d'éléments faut-il réunir pour penser à la traite d'un adulte ?", "كم عنصرا يجب أن يجتمع للتفكير في الاتجار براشد؟", "How many elements must come together to think of trafficking of an adult?")}),
		question(exam.Likert, "", 1, "evaluate", exam.Body{Stem: three("Je me sens prêt à mener un premier contact avec une victime présumée.", "أشعر أنني مستعد لإجراء أول اتصال بضحية مفترضة.", "I feel ready for a first contact with a presumed victim."),
			Options: []exam.Option{{Text: three("Pas du tout d'accord", "غير موافق تماما", "Strongly disagree")}, {Text: three("Plutôt pas d'accord", "غير موافق نوعا ما", "Rather disagree")}, {Text: three("Plutôt d'accord", "موافق نوعا ما", "Rather agree")}, {Text: three("Tout à fait d'accord", "موافق تماما", "Strongly agree")}}}),
		question(exam.ShortText, "D2", 2, "remember", exam.Body{Stem: three("Comment appelle-t-on le fait de retenir une personne par ce qu'elle doit ?", "", ""),
			Accept: map[i18n.Lang][]string{i18n.FR: {"servitude pour dettes", "la servitude pour dette"}}}),
	}
}
