package demo

import (
	"context"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/workshop"
)

// part is an item of a half-day's agenda.
type part struct {
	kind    workshop.ItemKind
	fr, ar  string
	minutes int
	lesson  string
}

var mornings = []part{
	{"other", "Accueil et présentation des objectifs", "الاستقبال وتقديم الأهداف", 30, ""},
	{"session", "Comprendre la traite des personnes", "فهم الاتجار بالأشخاص", 75, "detection/01-comprendre"},
	{"break", "Pause-café", "استراحة", 15, ""},
	{"exercise", "Étude de cas en sous-groupes", "دراسة حالة في مجموعات", 90, ""},
}

var afternoons = []part{
	{"session", "Premier contact et écoute", "الاتصال الأول والإنصات", 75, ""},
	{"break", "Pause-café", "استراحة", 15, ""},
	{"exercise", "Jeu de rôle et restitution", "لعب أدوار وعرض النتائج", 60, ""},
	{"other", "Synthèse de la journée", "خلاصة اليوم", 30, ""},
}

var visitMornings = []part{
	{"travel", "Trajet depuis l'hôtel", "التنقّل من الفندق", 30, ""},
	{"visit", "Visite d'un centre d'hébergement (fictif)", "زيارة مركز إيواء (خيالي)", 120, ""},
	{"session", "Échange avec l'équipe d'accueil", "لقاء مع فريق الاستقبال", 60, ""},
}

var visitAfternoons = []part{
	{"visit", "Rencontre avec l'unité nationale (fictive)", "لقاء مع الوحدة الوطنية (خيالية)", 90, ""},
	{"exercise", "Bonnes pratiques relevées par la délégation", "الممارسات الجيدة التي لاحظها الوفد", 60, ""},
	{"travel", "Retour à l'hôtel", "العودة إلى الفندق", 30, ""},
}

// programme writes the agenda of every half-day.
func (f *filler) programme(ctx context.Context, actor access.Actor, id uuid.UUID, kind workshop.Kind) error {
	a, err := f.Workshop.Agenda(ctx, actor, id)
	if err != nil {
		return err
	}
	for _, h := range a.Halves {
		parts := map[workshop.Half][]part{workshop.AM: mornings, workshop.PM: afternoons}[h.Slot.Half]
		if kind == workshop.StudyVisit {
			parts = map[workshop.Half][]part{workshop.AM: visitMornings, workshop.PM: visitAfternoons}[h.Slot.Half]
		}
		for _, p := range parts {
			in := workshop.ItemInput{ID: uuid.Must(uuid.NewV7()), Slot: h.Slot.ID, Kind: p.kind, Title: p.fr, TitleAR: p.ar, Minutes: p.minutes, Lesson: p.lesson}
			if err := f.Workshop.PutItem(ctx, actor, id, in); err != nil {
				return err
			}
		}
	}
	return nil
}

// quotas keeps places for each kind of organisation.
func (f *filler) quotas(ctx context.Context, actor access.Actor, id uuid.UUID, places int) error {
	return f.Workshop.SetQuotas(ctx, actor, id, "", []workshop.Quota{
		{Kind: workshop.ByOrganisationKind, Value: "mas", Places: places / 2},
		{Kind: workshop.ByOrganisationKind, Value: "ngo", Places: places / 3},
		{Kind: workshop.ByGovernorate, Value: "TN-11", Places: places / 2},
	})
}

var goodPractices = []struct{ title, seen, text, state string }{
	{"Guichet unique à l'arrivée", "Centre d'hébergement fictif, Amman", "Une seule personne de référence accompagne chaque résidente dès l'accueil.", "under_way"},
	{"Réunion hebdomadaire entre institutions", "Unité nationale fictive, Amman", "Chaque mardi, les partenaires revoient ensemble les dossiers ouverts, sans nommer personne.", "planned"},
	{"Ateliers de couture ouverts au quartier", "Centre d'hébergement fictif, Zarqa", "Les résidentes vendent leur production : un premier revenu avant la sortie.", "noted"},
}

// practices notes what the delegation of a study visit saw.
func (f *filler) practices(ctx context.Context, actor access.Actor, id uuid.UUID) error {
	v, err := f.Workshop.View(ctx, actor, access.WorkshopView, id)
	if err != nil {
		return err
	}
	people := v.Enrolled()
	for i, g := range goodPractices {
		in := workshop.PracticeInput{ID: uuid.Must(uuid.NewV7()), Title: g.title, SeenAt: g.seen, Description: g.text, State: workshop.PracticeState(g.state)}
		if i < len(people) && i < 2 {
			in.Owner, in.DueOn = people[i].PersonID, f.o.Now.AddDate(0, 2+i, 0).Truncate(24*time.Hour)
		}
		if err := f.Workshop.PutPractice(ctx, actor, id, in); err != nil {
			return err
		}
	}
	return nil
}

// prepare is the planning of a workshop: agenda, quotas where people can still be enrolled, practices of a visit.
func (f *filler) prepare(ctx context.Context, actor access.Actor, id uuid.UUID, p plan) error {
	if err := f.programme(ctx, actor, id, p.kind); err != nil {
		return err
	}
	if p.state == workshop.Open {
		if err := f.quotas(ctx, actor, id, p.people+4); err != nil {
			return err
		}
	}
	if p.kind == workshop.StudyVisit {
		return f.practices(ctx, actor, id)
	}
	return nil
}
