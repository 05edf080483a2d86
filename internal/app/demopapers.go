package app

import (
	"context"

	"github.com/google/uuid"

	"shelter/internal/casework"
	"shelter/internal/demo"
)

// signed keeps an invented paper with the newest consent of a file.
func (d *caseDemo) signed(ctx context.Context, id uuid.UUID) error {
	v, err := d.work.View(ctx, d.worker, id)
	if err != nil || len(v.Consents) == 0 {
		return err
	}
	return d.work.Attach(ctx, d.worker, id, casework.AttachInput{Key: uuid.New(), Kind: "consent", ConsentID: v.Consents[0].ID, Name: "Consentement " + v.Alias + ".pdf", Data: demo.OnePage("Consentement fictif. Personne de ce nom n'existe.")})
}
