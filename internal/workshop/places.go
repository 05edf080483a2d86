package workshop

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/db"
	"shelter/internal/errs"
)

// traits are what quotas count people by.
type traits struct{ OrganisationKind, Governorate, Sex string }

func (t traits) of(k QuotaKind) string {
	switch k {
	case ByOrganisationKind:
		return t.OrganisationKind
	case ByGovernorate:
		return t.Governorate
	case BySex:
		return t.Sex
	}
	return ""
}

// Use is a quota with the places that are taken of it, offered ones too.
type Use struct {
	Quota

	Taken int
}

// places are the quotas of an event while people come and go.
type places []Use

func (p places) add(t traits, n int) {
	for i := range p {
		if p[i].Value == t.of(p[i].Kind) {
			p[i].Taken += n
		}
	}
}

// full tells whether a quota has no place left for somebody.
func (p places) full(t traits) bool {
	for i := range p {
		if p[i].Value == t.of(p[i].Kind) && p[i].Taken >= p[i].Places {
			return true
		}
	}
	return false
}

// holds tells whether somebody in a state takes a place.
func (s EnrolState) holds() bool { return s == Enrolled || s == Offered }

func readSexes(ctx context.Context, idb bun.IDB, event uuid.UUID) (map[uuid.UUID]string, error) {
	var list []struct {
		ID  uuid.UUID
		Sex string
	}
	err := idb.NewSelect().TableExpr("workshop.enrolment AS e").Join("JOIN org.person AS p ON p.id = e.person_id").ColumnExpr("p.id, p.sex").
		Where("e.event_id = ?", event).Scan(ctx, &list)
	by := make(map[uuid.UUID]string, len(list))
	for _, r := range list {
		by[r.ID] = r.Sex
	}
	return by, db.Translate(err)
}

// room says why there is no place for somebody; nil when there is one. A reason goes beyond a quota, and nothing beyond the capacity.
func (r *roster) room(ev *locked, t traits, override string) error {
	switch {
	case ev.Capacity > 0 && r.taken >= ev.Capacity:
		return errs.NewConflict("workshop_error_full").With("n", ev.Capacity)
	case override == "" && r.places.full(t):
		return errs.NewConflict("workshop_error_quota")
	}
	return nil
}

// count keeps the places right when somebody goes from one state to another.
func (r *roster) count(t traits, from, to EnrolState) {
	switch {
	case to.holds() && !from.holds():
		r.taken++
		r.places.add(t, 1)
	case from.holds() && !to.holds():
		r.taken--
		r.places.add(t, -1)
	}
}

func (r *roster) traits(e *Enrolment) traits {
	return traits{OrganisationKind: e.OrganisationKind, Governorate: e.Governorate, Sex: r.sexes[e.PersonID]}
}

// snapshot is what an enrolment keeps of the person.
type snapshot struct {
	ID               uuid.UUID
	OrganisationID   uuid.UUID
	Organisation     string
	OrganisationKind string
	JobTitle         string
	Governorate      string
	Sex              string
}

func (sn *snapshot) traits() traits {
	return traits{OrganisationKind: sn.OrganisationKind, Governorate: sn.Governorate, Sex: sn.Sex}
}

func readSnapshots(ctx context.Context, tx bun.IDB, people []uuid.UUID) (map[uuid.UUID]snapshot, error) {
	if len(people) == 0 {
		return nil, nil
	}
	var list []snapshot
	err := tx.NewSelect().TableExpr("org.person AS p").Join("LEFT JOIN org.organisation AS o ON o.id = p.organisation_id").
		ColumnExpr("p.id, p.organisation_id, coalesce(o.name, '') AS organisation, coalesce(o.kind, '') AS organisation_kind, p.job_title, p.sex").
		ColumnExpr("coalesce(p.governorate, o.governorate, '') AS governorate").
		Where("p.id IN (?)", bun.List(people)).Scan(ctx, &list)
	by := make(map[uuid.UUID]snapshot, len(list))
	for _, sn := range list {
		by[sn.ID] = sn
	}
	return by, db.Translate(err)
}
