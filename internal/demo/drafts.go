package demo

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"shelter/internal/i18n"
)

// makeDraft leaves one course being written: a trainer has begun the next version and added a piece of advice in both languages.
func (f *filler) makeDraft(ctx context.Context) error {
	const code, slug = "assistance", "11-prendre-soin-du-personnel"
	versions, err := f.Course.Versions(ctx, system, code)
	if err != nil || len(versions) == 0 {
		return err
	}
	f.Clock.Set(f.o.Now.AddDate(0, 0, -2))
	defer f.Clock.Set(f.o.Now)
	id, err := f.Author.Begin(ctx, f.trainer(0), uuid.Must(uuid.NewV7()), code, versions[0].Number)
	if err != nil {
		return fmt.Errorf("demo: draft of %s: %w", code, err)
	}
	w, err := f.Author.Look(ctx, f.trainer(0), id)
	if err != nil {
		return err
	}
	for l, advice := range map[i18n.Lang]string{
		i18n.FR: "Fixez avec un collègue un moment de la semaine pour parler de ce qui pèse. Dix minutes suffisent, si elles sont tenues.",
		i18n.AR: "اتفقوا مع زميل على موعد أسبوعي للحديث عما يثقل عليكم. عشر دقائق تكفي إذا التُزم بها.",
	} {
		text, _ := w.Text(slug, l)
		text.Text += "\n\n:::tip\n" + advice + "\n:::"
		if _, err := f.Author.SaveLesson(ctx, f.trainer(0), id, slug, l, 1, text); err != nil {
			return fmt.Errorf("demo: draft of %s: %w", code, err)
		}
	}
	return nil
}
