package app

import (
	"context"
	"fmt"

	"shelter/internal/casework"
	"shelter/internal/i18n"
)

// takeOver imports an invented list of older files, as a supervisor does, so that the list shows what it leaves.
func (d *caseDemo) takeOver(ctx context.Context) error {
	d.clock.Set(d.now.AddDate(0, 0, -3))
	bundle, err := i18n.New()
	if err != nil {
		return err
	}
	var words []*i18n.Localizer
	for _, lang := range i18n.Langs() {
		words = append(words, bundle.For(lang))
	}
	day := func(back int) string { return d.now.AddDate(0, 0, -back).Format("2006-01-02") }
	list := "alias;sex;age_band;nationality;form;source;reported_on;narrative;family_name;given_name\n" +
		"Ancien Jasmin;f;26-40;africa;domestic_servitude;ngo;" + day(420) + ";Récit fictif repris d'une liste papier.;Inventé;Awa\n" +
		"Ancien Figuier;m;18-25;arab;forced_labour;instance;" + day(390) + ";Récit fictif repris d'une liste papier.;Exemple;Nour\n"
	r, err := d.work.Import(ctx, d.supervisor, casework.ImportInput{OwnerID: d.owner, Name: "anciens-dossiers.csv", Data: []byte(list), Apply: true}, words)
	if err == nil && len(r.Issues) > 0 {
		err = fmt.Errorf("refused: %+v", r.Issues)
	}
	d.clock.Set(d.now)
	return err
}
