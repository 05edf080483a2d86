package demo

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/exam"
	"shelter/internal/exam/bank"
)

// spokenForms stands for the form with an open question, which is both tests of the workshop that has it.
const spokenForms = "spoken"

// openForm makes a test of five questions of the course and the open one.
func (f *filler) openForm(ctx context.Context) (err error) {
	f.spoken, err = f.Bank.MakeForm(ctx, f.trainer(0), bank.FormInput{Key: uuid.Must(uuid.NewV7()), Title: three("Détection et premier contact", "الرصد والاتصال الأول", "Detection and first contact"),
		Settings: exam.Settings{Minutes: 30, Review: exam.ReviewClose}, Codes: []string{"D-005", "D-007", "D-015", "D-025", "D-034", f.open}})
	if err != nil {
		return fmt.Errorf("demo: form with an open question: %w", err)
	}
	return nil
}

// spoken are answers to the open question.
var spoken = []string{
	"Bonjour, je m'appelle Salma et je travaille pour le service social. Est-ce que vous pouvez parler sans danger maintenant ? Vous décidez si vous voulez me répondre.",
	"Je lui demande tout de suite ce qui s'est passé et qui est responsable.",
	"Je me présente, je lui dis que rien ne sera fait sans son accord et je lui donne le numéro gratuit.",
	"أقدّم نفسي وأسألها إن كانت في أمان الآن، وأقول لها إنها حرة في الكلام أو الصمت.",
	"Je la rassure et j'appelle la police.",
	"أطلب منها أن تحكي كل شيء من البداية.",
}

// markOpen lets two trainers mark the open answers, each without the other's marks: sometimes they differ. A third person settles
// all of these but one, and the last answers wait.
func (f *filler) markOpen(ctx context.Context, id uuid.UUID, i int) error {
	m, err := f.Exam.Marking(ctx, f.trainer(i%2), id)
	if err != nil || len(m.Questions) == 0 {
		return err
	}
	q := m.Questions[0]
	for who, actor := range []access.Actor{f.trainer(i % 2), f.trainer((i + 1) % 2)} {
		for k := range max(0, q.Answers-3-who) {
			levels := []int{k % 3, k / 2 % 2}
			if who == 1 && k%6 == 4 {
				levels[0] = (levels[0] + 1) % 3
			}
			if err := f.markOne(ctx, actor, id, q.VersionID, levels); err != nil {
				return err
			}
		}
	}
	manager := f.actor(access.Manager)
	m, err = f.Exam.Marking(ctx, manager, id)
	if err != nil {
		return err
	}
	for range max(0, m.Questions[0].Differing-1) {
		if err := f.markOne(ctx, manager, id, q.VersionID, []int{1, 1}); err != nil {
			return err
		}
	}
	return nil
}

func (f *filler) markOne(ctx context.Context, actor access.Actor, id, version uuid.UUID, levels []int) error {
	s, err := f.Exam.MarkNext(ctx, actor, id, version, uuid.Nil)
	if err != nil || s.Attempt == uuid.Nil {
		return err
	}
	if actor.Has(access.Manager) && len(s.Others) == 0 { // the manager only settles
		return nil
	}
	return f.Exam.SaveMark(ctx, actor, id, exam.MarkInput{Key: uuid.Must(uuid.NewV7()), Attempt: s.Attempt, Version: version, Levels: levels})
}

// actor is the first account of a role.
func (f *filler) actor(role access.Role) access.Actor {
	for _, a := range f.done.Accounts {
		if a.Role == role {
			return access.Actor{PersonID: a.personID, Grants: []access.Grant{{Role: role, Scope: access.Global}}}
		}
	}
	return system
}
