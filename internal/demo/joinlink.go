package demo

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/i18n"
	"shelter/internal/workshop/joinlink"
)

// askers ask for a place in the open workshop by a link: the first is chosen, the second refused, the others wait for a decision; one of
// them is known already.
func (f *filler) askers(ctx context.Context, trainer access.Actor, event uuid.UUID) error {
	h, err := f.Workshop.Head(ctx, trainer, access.ParticipantEdit, event)
	if err != nil {
		return err
	}
	if err := f.Joinlink.Make(ctx, trainer, event, joinlink.LinkInput{Key: uuid.New(), Day: h.Event.StartsOn.AddDate(0, 0, -2), Most: 40}); err != nil {
		return fmt.Errorf("link: %w", err)
	}
	b, err := f.Joinlink.Links(ctx, trainer, event)
	if err != nil {
		return err
	}
	people := []joinlink.Input{
		{FamilyName: "Mansouri", GivenName: "Leila", Sex: "f", BirthYear: 1988, Phone: "98000101", Organisation: f.orgs[2].Name, Governorate: "TN-31", Lang: i18n.FR},
		{FamilyName: "Haddad", GivenName: "Nabil", Sex: "m", BirthYear: 1979, Email: "nabil.haddad@exemple.test", Organisation: "Cabinet privé fictif", Governorate: "TN-11", Lang: i18n.FR},
		{FamilyName: "عياري", GivenName: "سلمى", Sex: "f", BirthYear: 1992, Phone: "98000103", Organisation: "جمعية وهمية", Governorate: "TN-32", Lang: i18n.AR},
		{FamilyName: "Trabelsi", GivenName: "Moez", Sex: "m", BirthYear: 1984, Phone: "98000104", Organisation: f.orgs[1].Name, Governorate: "TN-31", Lang: i18n.FR},
	}
	v, err := f.Workshop.View(ctx, trainer, access.WorkshopView, event)
	if err != nil {
		return err
	}
	if i := len(v.People) - 1; i >= 0 && v.People[i].Phone != "" { // an office shares its number
		people[3].Phone = v.People[i].Phone
	}
	for i := range people {
		people[i].Key, people[i].Consent = uuid.New(), true
		if err := f.Joinlink.Ask(ctx, b.Links[0].Token, people[i]); err != nil {
			return fmt.Errorf("asking: %w", err)
		}
	}
	for i, d := range []joinlink.Decision{{Choose: true, Structure: f.orgs[2].ID}, {Reason: "L'atelier est réservé aux services et aux associations"}} {
		if _, err := f.Joinlink.Decide(ctx, trainer, event, people[i].Key, d); err != nil {
			return fmt.Errorf("decision: %w", err)
		}
	}
	return nil
}
