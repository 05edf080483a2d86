package app

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"shelter/internal/casework"
)

// furnish gives the invented shelter three rooms, and notes an incident.
func (d *caseDemo) furnish(ctx context.Context) error {
	start := d.now.AddDate(0, 0, -240)
	day := d.at(start, 0)
	for n := 1; n <= 3; n++ {
		in := casework.RoomInput{Key: uuid.New(), OwnerID: d.owner, Name: fmt.Sprintf("Chambre %d", n), Beds: 2 + n%2*2, FromOn: day}
		if err := d.work.AddRoom(ctx, d.supervisor, in); err != nil {
			return err
		}
	}
	d.at(start, 200)
	if err := d.repair(ctx, day); err != nil {
		return err
	}
	return d.work.AddIncident(ctx, d.worker, casework.IncidentInput{Key: uuid.New(), OwnerID: d.owner, OnDay: start.AddDate(0, 0, 200).Truncate(24 * time.Hour), Kind: "intrusion",
		Text: casework.IncidentText{What: "Incident fictif : une personne inconnue a sonné de nuit et demandé qui vit là.", Measures: "Porte gardée fermée, police avisée, consigne rappelée à l'équipe."}})
}

// repair takes the last bed out of use for some weeks.
func (d *caseDemo) repair(ctx context.Context, day time.Time) error {
	h, err := d.work.House(ctx, d.supervisor, d.owner, time.Time{})
	if err != nil || len(h.Beds) == 0 {
		return err
	}
	bed := h.Beds[len(h.Beds)-1].ID
	if err := d.work.RestBed(ctx, d.supervisor, casework.RestInput{Key: uuid.New(), BedID: bed, FromOn: day.AddDate(0, 0, 2), Reason: "works"}); err != nil {
		return err
	}
	return d.work.UseBed(ctx, d.supervisor, bed, day.AddDate(0, 0, 30))
}

// lodge gives the file the first free bed; without one it stays outside.
func (d *caseDemo) lodge(ctx context.Context, id uuid.UUID, day time.Time) error {
	h, err := d.work.House(ctx, d.supervisor, d.owner, day)
	if err != nil {
		return err
	}
	for i := range h.Beds {
		if h.Beds[i].Free() {
			return d.work.Admit(ctx, d.worker, casework.StayInput{Key: uuid.New(), CaseID: id, BedID: h.Beds[i].ID, FromOn: day})
		}
	}
	return nil
}

// leave ends the file's stay, if it has one.
func (d *caseDemo) leave(ctx context.Context, id uuid.UUID, day time.Time) error {
	h, err := d.work.House(ctx, d.supervisor, d.owner, day)
	if err != nil {
		return err
	}
	for i := range h.Beds {
		if h.Beds[i].CaseID == id {
			return d.work.Leave(ctx, d.worker, h.Beds[i].StayID, day, demoPick(d, []string{"autonomy", "family", "return"}))
		}
	}
	return nil
}
