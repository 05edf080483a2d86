package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/workshop"
)

// remindDays is how long before the start the people of the workshop that is confirmed are reminded.
const remindDays = 5

// invite sends the invitation of an event by mail, and passes it on to the first of those who have no address.
func (f *filler) invite(ctx context.Context, trainer access.Actor, event uuid.UUID) error {
	in := workshop.SendInput{Kind: workshop.MessageInvitation, Press: uuid.New(), Note: "Apportez une pièce d'identité : l'accueil se fait à l'entrée du centre."}
	if _, err := f.Workshop.SendMessages(ctx, trainer, event, in); err != nil {
		return fmt.Errorf("invitations: %w", err)
	}
	if err := f.Workshop.SetReminder(ctx, trainer, event, remindDays); err != nil {
		return fmt.Errorf("reminder: %w", err)
	}
	m, err := f.Workshop.Messages(ctx, trainer, event, workshop.MessageInvitation)
	if err != nil {
		return err
	}
	if letters := m.Letters(false); len(letters) > 0 {
		f.Clock.Set(f.Clock.Now().Add(10 * time.Minute))
		given := workshop.GivenInput{Kind: m.Kind, Channel: workshop.ChannelShared, Press: uuid.New(), Enrolments: []uuid.UUID{letters[0].EnrolmentID}}
		if err := f.Workshop.NoteGiven(ctx, trainer, event, given); err != nil {
			return err
		}
	}
	return f.book(ctx, trainer, event)
}

// book freezes the list for rooms and meals; afterwards somebody can no longer come.
func (f *filler) book(ctx context.Context, trainer access.Actor, event uuid.UUID) error {
	if err := f.Workshop.FreezeNow(ctx, trainer, event); err != nil {
		return err
	}
	v, err := f.Workshop.View(ctx, trainer, access.WorkshopView, event)
	if err != nil {
		return err
	}
	there := v.Enrolled()
	if len(there) <= trainees {
		return nil
	}
	return f.Workshop.SetEnrolment(ctx, trainer, event, there[len(there)-1].EnrolmentID, workshop.Withdrawn, "Mission urgente")
}
