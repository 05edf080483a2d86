package demo

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/org"
	"shelter/internal/workshop"
)

// nominated is how many people the focal point proposes for each workshop that is open.
const nominated = 4

// nominations lets the focal point propose people of the organisation for an open workshop: one is chosen, one refused, the others
// wait for a decision. Places are kept by sex and kind of organisation.
func (f *filler) nominations(ctx context.Context, trainer access.Actor, event uuid.UUID, people int) error {
	quotas := []workshop.Quota{{Kind: workshop.BySex, Value: "m", Places: people/2 + 2}, {Kind: workshop.ByOrganisationKind, Value: string(org.KindNGO), Places: people/2 + 4}}
	if err := f.Workshop.SetQuotas(ctx, trainer, event, "", quotas); err != nil {
		return fmt.Errorf("quotas: %w", err)
	}
	focal := access.Actor{PersonID: f.focal, Grants: []access.Grant{{Role: access.FocalPoint, Scope: access.Organisation, ID: f.orgs[2].ID}}}
	v, err := f.Workshop.View(ctx, trainer, access.WorkshopView, event)
	if err != nil {
		return err
	}
	list, err := f.Org.Persons(ctx, focal, org.PersonFilter{})
	if err != nil {
		return err
	}
	notes := []string{"Accueille les victimes à la permanence", "Revient de congé et reprend le suivi des dossiers", "", "Formera l'équipe à son retour"}
	var done []uuid.UUID
	for i := range list.Rows {
		id := list.Rows[i].ID
		if len(done) == nominated || id == f.focal || slices.ContainsFunc(v.People, func(p workshop.Participant) bool { return p.PersonID == id }) {
			continue
		}
		key := uuid.New()
		if err := f.Workshop.Nominate(ctx, focal, event, workshop.NominateInput{Key: key, Person: id, Note: notes[len(done)]}); err != nil {
			return fmt.Errorf("nomination: %w", err)
		}
		done = append(done, key)
	}
	for i, d := range []workshop.Decision{{Choose: true}, {Reason: "A suivi le même atelier cette année"}} {
		if i < len(done) {
			if _, err := f.Workshop.Decide(ctx, trainer, event, done[i], d); err != nil {
				return fmt.Errorf("decision: %w", err)
			}
		}
	}
	return nil
}
